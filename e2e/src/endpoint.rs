//! A model provider that says what a [`Script`] tells it to.
//!
//! Speaks the Anthropic Messages API. The turn to answer with is read from the
//! request itself (how often has the assistant spoken?), so a repeated request
//! gets the same answer.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::http::{Request, Response, Server};
use crate::script::call_id;
use crate::sse::{self, Block};
use crate::{Broken, Script};

/// One request as the model provider received it.
#[derive(Clone, Debug)]
pub struct Received {
    /// `POST`.
    pub method: String,
    /// `/v1/messages`.
    pub path: String,
    /// The body as text.
    pub text: String,
    /// The body as JSON; null when it is none.
    pub body: Value,
    /// `main`, or `sub0` and so on for a subagent's conversation.
    pub conversation: String,
}

/// The endpoint, listening until it is dropped.
#[derive(Debug)]
pub struct Endpoint {
    server: Server,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Endpoint {
    /// Starts listening.
    pub fn start(script: Script) -> Result<Self, Broken> {
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let server = Server::start(move |request| answer(&script, &log, &request))?;
        Ok(Self { server, received })
    }

    /// What to put into `ANTHROPIC_BASE_URL`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port())
    }

    /// Everything received so far.
    pub fn received(&self) -> Vec<Received> {
        self.received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn answer(script: &Script, log: &Mutex<Vec<Received>>, request: &Request) -> Response {
    let text = String::from_utf8_lossy(&request.body).into_owned();
    let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    let (conversation, turns) = script.conversation(&opening(&body));
    log.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(Received {
            method: request.method.clone(),
            path: request.path.clone(),
            text,
            body: body.clone(),
            conversation: conversation.clone(),
        });

    if let Some(response) = crate::dialects::answer(request, &body, turns) {
        return response;
    }
    match (request.method.as_str(), request.path.as_str()) {
        ("HEAD", _) => Response::json(200, &Value::Null),
        ("GET", path) if path.ends_with("/models") => Response::json(
            200,
            &json!({"data": [{"id": "scripted", "type": "model", "display_name": "Scripted",
                "created_at": "2026-01-01T00:00:00Z"}], "has_more": false}),
        ),
        ("POST", path) if path.ends_with("/count_tokens") => {
            Response::json(200, &json!({"input_tokens": 10}))
        }
        ("POST", path) if path.ends_with("/v1/messages") => {
            let model = body["model"].as_str().unwrap_or("scripted");
            let turn = spoken(&body);
            let blocks = match turns.get(turn) {
                Some(calls) => calls
                    .iter()
                    .enumerate()
                    .map(|(place, call)| Block::ToolUse {
                        id: call_id(&conversation, turn, place),
                        name: call.tool.clone(),
                        input: call.input.clone(),
                    })
                    .collect(),
                None => vec![Block::Text("done".to_owned())],
            };
            // A side request (a title, a summary) offers no tools and gets no call.
            let offered = |name: &str| {
                body["tools"]
                    .as_array()
                    .is_some_and(|tools| tools.iter().any(|t| t["name"] == name))
            };
            let missing: Vec<&str> = blocks
                .iter()
                .filter_map(|b| match b {
                    Block::ToolUse { name, .. } if !offered(name) => Some(name.as_str()),
                    _ => None,
                })
                .collect();
            let blocks = if missing.is_empty() {
                blocks
            } else {
                vec![Block::Text(format!("not offered: {}", missing.join(", ")))]
            };
            // The agent merges messages that share an identifier.
            let id = format!("msg_{conversation}_{turn:02}");
            if body["stream"] == true {
                sse::stream(&id, model, &blocks)
            } else {
                sse::whole(&id, model, &blocks)
            }
        }
        _ => Response::json(
            404,
            &json!({"type": "error", "error": {"type": "not_found_error", "message": "not scripted"}}),
        ),
    }
}

/// The text of the first message of the user.
fn opening(body: &Value) -> String {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    messages
        .iter()
        .find(|m| m["role"] == "user")
        .map(|m| text_of(&m["content"]))
        .unwrap_or_default()
}

/// How many turns of the assistant the request already holds.
fn spoken(body: &Value) -> usize {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    messages.iter().filter(|m| m["role"] == "assistant").count()
}

/// The text in a `content` field, whatever its shape.
pub(crate) fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => blocks
            .iter()
            .map(|b| {
                b["text"]
                    .as_str()
                    .map_or_else(|| text_of(&b["content"]), str::to_owned)
            })
            .collect::<Vec<_>>()
            .join("\n"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Call;

    fn ask(script: &Script, body: &Value) -> String {
        let log = Mutex::new(Vec::new());
        let request = Request {
            method: "POST".to_owned(),
            path: "/v1/messages".to_owned(),
            body: body.to_string().into_bytes(),
            ..Request::default()
        };
        String::from_utf8(answer(script, &log, &request).body).unwrap()
    }

    #[test]
    fn turns_follow_the_history_and_subagents_have_their_own() {
        let script = Script::each([Call::bash("one"), Call::bash("two")])
            .with_subagent("SUB-A", [Call::bash("inner")]);
        let tools = json!([{"name": "Bash"}]);
        let user = json!({"role": "user", "content": "go"});
        let said = json!({"role": "assistant", "content": []});
        let first = ask(
            &script,
            &json!({"stream": true, "tools": tools, "messages": [user]}),
        );
        assert!(first.contains("toolu_main_00_00") && first.contains("one"));
        let second = ask(
            &script,
            &json!({"tools": tools, "messages": [user, said, user]}),
        );
        assert!(second.contains("toolu_main_01_00") && second.contains("two"));
        let last = ask(
            &script,
            &json!({"tools": tools, "messages": [user, said, user, said, user]}),
        );
        assert!(last.contains("end_turn") && last.contains("done"));
        let sub = ask(
            &script,
            &json!({"tools": tools, "messages": [
                {"role": "user", "content": [{"type": "text", "text": "please SUB-A"}]}]}),
        );
        assert!(sub.contains("toolu_sub0_00_00") && sub.contains("inner"));
        let untooled = ask(&script, &json!({"messages": [user]}));
        assert!(untooled.contains("not offered: Bash"));
    }
}
