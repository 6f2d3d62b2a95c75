//! The other model APIs, as far as an agent needs them to make scripted calls:
//! OpenAI Responses (Codex), OpenAI Chat Completions (Copilot, OpenCode) and
//! Gemini. One call a turn; the turn is the number of results already there.

use serde_json::{Value, json};

use crate::http::{Request, Response};
use crate::script::Call;

/// The answer, when the request is in one of these dialects.
pub(crate) fn answer(request: &Request, body: &Value, turns: &[Vec<Call>]) -> Option<Response> {
    let path = request.path.split('?').next().unwrap_or_default();
    if request.method != "POST" {
        return None;
    }
    if path.ends_with("/responses") {
        return Some(responses(body, turns));
    }
    if path.ends_with("/chat/completions") {
        return Some(chat(body, turns));
    }
    if path.ends_with(":streamGenerateContent") || path.ends_with(":generateContent") {
        return Some(gemini(body, turns));
    }
    path.ends_with(":countTokens")
        .then(|| Response::json(200, &json!({"totalTokens": 10})))
}

/// The call of this turn, if the agent offers tools at all.
fn call(turns: &[Vec<Call>], turn: usize, offered: bool) -> Option<&Call> {
    turns
        .get(turn)
        .and_then(|calls| calls.first())
        .filter(|_| offered)
}

fn count(list: &Value, is_result: impl Fn(&Value) -> bool) -> usize {
    let items = list.as_array().into_iter().flatten();
    items.filter(|item| is_result(item)).count()
}

fn responses(body: &Value, turns: &[Vec<Call>]) -> Response {
    let turn = count(&body["input"], |i| i["type"] == "function_call_output");
    let item = match call(turns, turn, body["tools"].is_array()) {
        Some(call) => json!({
            "type": "function_call", "id": format!("fc_{turn}"), "call_id": format!("call_{turn}"),
            "name": call.tool, "arguments": call.input.to_string(), "status": "completed",
        }),
        None => json!({
            "type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
            "content": [{"type": "output_text", "text": "done", "annotations": []}],
        }),
    };
    let response = |status: &str, output: Value| {
        json!({"id": "resp", "object": "response", "created_at": 0, "status": status,
            "model": body["model"], "output": output,
            "usage": {"input_tokens": 11, "input_tokens_details": {"cached_tokens": 0},
                "output_tokens": 7, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 18}})
    };
    let events = [
        json!({"type": "response.created", "response": response("in_progress", json!([]))}),
        json!({"type": "response.output_item.added", "output_index": 0, "item": item}),
        json!({"type": "response.output_item.done", "output_index": 0, "item": item}),
        json!({"type": "response.completed", "response": response("completed", json!([item]))}),
    ];
    let text = events.iter().map(|e| {
        let kind = e["type"].as_str().unwrap_or_default();
        format!("event: {kind}\ndata: {e}\n\n")
    });
    stream(text.collect())
}

fn chat(body: &Value, turns: &[Vec<Call>]) -> Response {
    let turn = count(&body["messages"], |m| m["role"] == "tool");
    let chunk = |delta: Value, end: Value| {
        json!({"id": "cc_1", "created": 0, "model": body["model"], "object": "chat.completion.chunk",
            "choices": [{"index": 0, "delta": delta, "finish_reason": end}],
            "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}})
    };
    let (delta, end) = match call(turns, turn, body["tools"].is_array()) {
        Some(call) => (
            json!({"role": "assistant", "content": null, "tool_calls": [{
                "index": 0, "id": format!("call_{turn}"), "type": "function",
                "function": {"name": call.tool, "arguments": call.input.to_string()},
            }]}),
            "tool_calls",
        ),
        None => (json!({"role": "assistant", "content": "done"}), "stop"),
    };
    stream(format!(
        "data: {}\n\ndata: {}\n\ndata: [DONE]\n\n",
        chunk(delta, Value::Null),
        chunk(json!({}), end.into())
    ))
}

fn gemini(body: &Value, turns: &[Vec<Call>]) -> Response {
    let contents = body["contents"].as_array().into_iter().flatten();
    let turn = contents
        .map(|c| count(&c["parts"], |p| !p["functionResponse"].is_null()))
        .sum();
    let part = match call(turns, turn, body["tools"].is_array()) {
        Some(call) => json!({"functionCall": {"name": call.tool, "args": call.input}}),
        None => json!({"text": "done"}),
    };
    let answer = json!({
        "candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {"promptTokenCount": 11, "candidatesTokenCount": 7, "totalTokenCount": 18},
        "modelVersion": "scripted",
    });
    stream(format!("data: {answer}\r\n\r\n"))
}

fn stream(text: String) -> Response {
    Response {
        status: 200,
        content_type: "text/event-stream",
        body: text.into_bytes(),
    }
}
