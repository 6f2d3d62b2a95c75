//! What a prompt refers to besides its own text.

use palisade_core::{Effect, EffectKind, Target};

/// Mentions looked at in one prompt.
const MENTIONS: usize = 200;

/// Files named by `@path`: the agent puts their content into its request
/// without a tool call.
pub(crate) fn files(prompt: &str) -> Vec<Effect> {
    let mut out = Vec::new();
    let mut before = ' ';
    for (at, c) in prompt.char_indices() {
        let starts =
            c == '@' && (before.is_whitespace() || matches!(before, '(' | '[' | '"' | '\'' | '`'));
        before = c;
        if !starts || out.len() >= MENTIONS {
            continue;
        }
        let rest = prompt.get(at + 1..).unwrap_or_default();
        let path = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => rest.split(|c: char| c.is_whitespace()).next(),
        };
        let path = path
            .unwrap_or_default()
            .split('#')
            .next()
            .unwrap_or_default()
            .trim_end_matches([',', ';', ':', '!', '?', ')', ']', '\'', '`', '"']);
        if !path.is_empty() && path.len() < 4096 {
            let target = Target::Path(path.to_owned());
            out.push(Effect::new(EffectKind::FileRead, target, "@"));
        }
    }
    out
}

/// `name` of a prompt that begins with `/name`.
pub(crate) fn slash_command(prompt: &str) -> Option<&str> {
    let name = prompt.trim_start().strip_prefix('/')?;
    let name = name.split_whitespace().next()?;
    (!name.contains('/')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_the_agent_would_include() {
        let paths = |p: &str| -> Vec<String> {
            files(p)
                .iter()
                .filter_map(|e| e.path().map(str::to_owned))
                .collect()
        };
        assert_eq!(paths("look at @.env, please"), [".env"]);
        assert_eq!(paths("@src/a.rs and (@b.rs)"), ["src/a.rs", "b.rs"]);
        assert_eq!(paths("@\"my file.txt\" #"), ["my file.txt"]);
        assert_eq!(paths("@a.rs#L10-20"), ["a.rs"]);
        assert!(paths("mail mara@example.com, @ nothing").is_empty());
    }

    #[test]
    fn knows_slash_commands() {
        assert_eq!(slash_command("/deploy now"), Some("deploy"));
        assert_eq!(slash_command("/a:b"), Some("a:b"));
        assert_eq!(slash_command("/etc/passwd is a file"), None);
        assert_eq!(slash_command("do it"), None);
    }
}
