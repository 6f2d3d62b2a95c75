//! Scripts of `package.json`, `composer.json` and `deno.json`.

use serde_json::Value;

/// A file in JSON, comments and commas too many left aside.
pub(crate) fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text)
        .ok()
        .or_else(|| serde_json::from_str(&without_comments(text)).ok())
}

/// The scripts below a key: name and commands.
pub(crate) fn scripts(json: &Value, key: &str) -> Vec<(String, Vec<String>)> {
    let Some(map) = json.get(key).and_then(Value::as_object) else {
        return Vec::new();
    };
    map.iter()
        .map(|(name, value)| (name.clone(), commands(value)))
        .collect()
}

fn commands(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => many
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        // Deno: `{"command": …}`.
        Value::Object(task) => task
            .get("command")
            .and_then(Value::as_str)
            .map(str::to_owned)
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// Patterns of the folders that are members of the workspace.
pub(crate) fn members(json: &Value) -> Vec<String> {
    let list = match json.get("workspaces") {
        Some(Value::Object(o)) => o.get("packages"),
        Some(other) => Some(other),
        None => json.get("packages"),
    };
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Commands of an Nx target that runs commands.
pub(crate) fn nx(json: &Value, target: &str) -> Vec<String> {
    let Some(target) = json.get("targets").and_then(|t| t.get(target)) else {
        return Vec::new();
    };
    let options = target.get("options");
    let mut out = Vec::new();
    for holder in [Some(target), options].into_iter().flatten() {
        out.extend(holder.get("command").into_iter().flat_map(commands));
        for one in holder
            .get("commands")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            out.extend(commands(one));
        }
    }
    out
}

/// JSON with comments and trailing commas becomes JSON.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        if quoted {
            out.push(c);
            match c {
                '\\' => out.extend(chars.next()),
                '"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match (c, chars.peek()) {
            ('/', Some('/')) => {
                while chars.peek().is_some_and(|c| *c != '\n') {
                    chars.next();
                }
            }
            ('/', Some('*')) => {
                chars.next();
                let mut before = ' ';
                for c in chars.by_ref() {
                    if before == '*' && c == '/' {
                        break;
                    }
                    before = c;
                }
            }
            (']' | '}', _) => {
                let end = out.trim_end().len();
                if out.get(..end).is_some_and(|o| o.ends_with(',')) {
                    out.truncate(end - 1);
                }
                out.push(c);
            }
            _ => {
                quoted = c == '"';
                out.push(c);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_commas_are_left_aside() {
        let text =
            "{ // a\n \"tasks\": { \"x\": \"echo // no\", /* b */ \"y\": [\"a\", \"b\",], }, }";
        let json = json(text).unwrap();
        assert_eq!(
            scripts(&json, "tasks"),
            [
                ("x".to_owned(), vec!["echo // no".to_owned()]),
                ("y".to_owned(), vec!["a".to_owned(), "b".to_owned()])
            ]
        );
    }

    #[test]
    fn members_of_every_manager() {
        for text in [
            r#"{"workspaces":["packages/*"]}"#,
            r#"{"workspaces":{"packages":["packages/*"]}}"#,
            r#"{"packages":["packages/*"]}"#,
        ] {
            assert_eq!(members(&json(text).unwrap()), ["packages/*"]);
        }
    }
}
