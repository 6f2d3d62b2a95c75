//! Aliases in git's configuration files.

/// The value of an alias, as the file spells it; the last one counts.
pub(crate) fn alias(text: &str, name: &str) -> Option<String> {
    let mut inside = false;
    let mut found = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if let Some(head) = line.strip_prefix('[') {
            let (head, rest) = head.split_once(']').unwrap_or((head, ""));
            inside = head.trim().eq_ignore_ascii_case("alias");
            if rest.trim().is_empty() {
                continue;
            }
        }
        let line = line
            .rsplit_once(']')
            .filter(|_| line.starts_with('['))
            .map_or(line, |(_, l)| l);
        let Some((key, value)) = line.split_once('=').filter(|_| inside) else {
            continue;
        };
        let mut value = value.trim().to_owned();
        while value.ends_with('\\') && !value.ends_with("\\\\") {
            value.pop();
            match lines.next() {
                Some(more) => value.push_str(more.trim()),
                None => break,
            }
        }
        if key.trim().eq_ignore_ascii_case(name) {
            found = Some(unquoted(&value));
        }
    }
    found
}

/// A value without its quotes and comment.
fn unquoted(value: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(c) => out.push(c),
                None => {}
            },
            '#' | ';' if !quoted => break,
            c => out.push(c),
        }
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::alias;

    #[test]
    fn aliases_in_every_form() {
        let text = "[user]\n\tst = no\n[alias]\n\tst = status # short\n\tGone = \"!rm -rf ~ ; echo \\\"x\\\"\"\n\tlong = !a \\\n  b\n[core]\n\tst = no\n[alias] one = log\n";
        assert_eq!(alias(text, "st").as_deref(), Some("status"));
        assert_eq!(
            alias(text, "gone").as_deref(),
            Some("!rm -rf ~ ; echo \"x\"")
        );
        assert_eq!(alias(text, "long").as_deref(), Some("!a b"));
        assert_eq!(alias(text, "one").as_deref(), Some("log"));
        assert_eq!(alias(text, "none"), None);
    }
}
