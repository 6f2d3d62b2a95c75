//! JUnit XML, as CI systems read it: a test case for each finding, failed.

use std::fmt::Write as _;

use crate::Secret;

/// One suite; a single case that passed when nothing was found.
pub fn junit(secrets: &[Secret]) -> String {
    let cases = secrets.len().max(1);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"palisade scan secrets\" tests=\"{cases}\" failures=\"{}\" errors=\"0\" skipped=\"0\">\n",
        secrets.len()
    );
    for s in secrets {
        let place = escaped(&format!("{}:{}:{}", s.path, s.line, s.column));
        // Writing to a string does not fail.
        write!(
            out,
            "    <testcase classname=\"{}\" name=\"{place}\">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>\n",
            escaped(s.rule),
            s.severity.as_str(),
            escaped(&format!("{} {}", s.provider, s.description)),
            escaped(&s.excerpt)
        )
        .ok();
    }
    if secrets.is_empty() {
        out.push_str("    <testcase classname=\"secrets\" name=\"none found\"/>\n");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no control characters, not even escaped ones.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
