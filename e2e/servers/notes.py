"""A small MCP server over standard input and output: notes kept in one folder.

Speaks the protocol itself (JSON-RPC 2.0, one message per line) and writes every
call it receives to `calls.log` beside the notes, so that a test can see which
calls arrived.

    python3 notes.py FOLDER
"""

import json
import pathlib
import sys

TOOLS = [
    {
        "name": "echo",
        "description": "Returns its text.",
        "inputSchema": {
            "type": "object",
            "properties": {"text": {"type": "string"}},
            "required": ["text"],
        },
    },
    {
        "name": "list_notes",
        "description": "Lists the names of all notes.",
        "inputSchema": {"type": "object", "properties": {}},
        "annotations": {"readOnlyHint": True},
    },
    {
        "name": "read_note",
        "description": "Reads one note.",
        "inputSchema": {
            "type": "object",
            "properties": {"name": {"type": "string"}},
            "required": ["name"],
        },
        "annotations": {"readOnlyHint": True},
    },
    {
        "name": "delete_note",
        "description": "Deletes one note for good.",
        "inputSchema": {
            "type": "object",
            "properties": {"name": {"type": "string"}},
            "required": ["name"],
        },
        "annotations": {"destructiveHint": True},
    },
]


class Notes:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def note(self, name):
        path = (self.folder / f"{name}.txt").resolve()
        if path.parent != self.folder.resolve():
            raise ValueError("no such note")
        return path

    def call(self, name, arguments):
        with (self.folder / "calls.log").open("a") as log:
            log.write(json.dumps({"name": name, "arguments": arguments}) + "\n")
        if name == "echo":
            return arguments["text"]
        if name == "list_notes":
            return "\n".join(sorted(p.stem for p in self.folder.glob("*.txt")))
        if name == "read_note":
            return self.note(arguments["name"]).read_text()
        if name == "delete_note":
            self.note(arguments["name"]).unlink()
            return "deleted"
        raise ValueError(f"no tool {name}")


def answer(notes, message):
    method, params = message.get("method"), message.get("params") or {}
    if method == "initialize":
        return {
            "protocolVersion": params.get("protocolVersion", "2025-06-18"),
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "notes", "version": "1.0.0"},
        }
    if method == "ping":
        return {}
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        try:
            text = notes.call(params["name"], params.get("arguments") or {})
            return {"content": [{"type": "text", "text": text}], "isError": False}
        except (OSError, KeyError, ValueError) as error:
            return {"content": [{"type": "text", "text": str(error)}], "isError": True}
    return None


def main():
    notes = Notes(sys.argv[1])
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message:
            continue
        result = answer(notes, message)
        reply = {"jsonrpc": "2.0", "id": message["id"]}
        if result is None:
            reply["error"] = {"code": -32601, "message": "method not found"}
        else:
            reply["result"] = result
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
