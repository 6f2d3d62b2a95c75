// Palisade: hands every tool call to the guard. Installed by `palisade protect`,
// removed by `palisade unprotect`. Whatever goes wrong here is a denial.
import { spawn } from "node:child_process"

const PROGRAM = {{PROGRAM}}
const ARGS = {{ARGS}}
const PATIENCE = 10000

const ask = (event, call) =>
  new Promise((resolve, reject) => {
    const failed = (why) => reject(new Error(`Denied: the guard could not be asked (${why}). Ask the user to run: palisade doctor`))
    let child
    try {
      child = spawn(PROGRAM, [...ARGS.slice(0, 1), event, ...ARGS.slice(1)], { stdio: ["pipe", "pipe", "pipe"] })
    } catch (error) {
      return failed(error.message)
    }
    const timer = setTimeout(() => {
      child.kill("SIGKILL")
      failed("it took too long")
    }, PATIENCE)
    let out = ""
    let err = ""
    child.stdout.on("data", (bytes) => (out += bytes))
    child.stderr.on("data", (bytes) => (err += bytes))
    child.on("error", (error) => {
      clearTimeout(timer)
      failed(error.message)
    })
    child.on("close", (code) => {
      clearTimeout(timer)
      let answer = {}
      try {
        if (out !== "") answer = JSON.parse(out)
      } catch {
        return failed("its answer cannot be read")
      }
      if (answer.decision === "deny") return reject(new Error(answer.reason))
      if (code !== 0) return failed(err.trim() || `it ended with ${code}`)
      resolve(answer)
    })
    child.stdin.on("error", () => {})
    child.stdin.end(JSON.stringify(call))
  })

export const Palisade = async ({ directory }) => ({
  "tool.execute.before": async (input, output) => {
    await ask("tool.execute.before", { ...input, args: output.args, directory })
  },
  "tool.execute.after": async (input, output) => {
    const result = { title: output.title, output: output.output, metadata: output.metadata }
    try {
      const answer = await ask("tool.execute.after", { ...input, result, directory })
      if (answer.result) Object.assign(output, answer.result)
      if (answer.context) output.output = `${output.output}\n\n${answer.context}`
    } catch (error) {
      // It has run; the model does not see what it brought.
      output.output = error.message
      output.metadata = {}
    }
  },
  "chat.message": async (input, output) => {
    const text = output.parts.filter((part) => part.type === "text").map((part) => part.text).join("\n")
    await ask("chat.message", { sessionID: input.sessionID, prompt: text, directory })
  },
  event: async ({ event }) => {
    if (event.type !== "session.created") return
    try {
      await ask("session.created", { sessionID: event.properties?.info?.id, directory })
    } catch {
      // Nothing can be stopped here; the first message and every call are asked about.
    }
  },
})
