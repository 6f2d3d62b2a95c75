//! Comma-separated values (RFC 4180), one finding a line.

use crate::Secret;

/// A head, and a line for each finding.
pub fn csv(secrets: &[Secret]) -> String {
    let mut out = String::from(
        "path,line,column,rule,provider,severity,confidence,fingerprint,first_commit,last_commit,author,excerpt\r\n",
    );
    for s in secrets {
        let first = s.first.as_ref();
        let line = [
            s.path.clone(),
            s.line.to_string(),
            s.column.to_string(),
            s.rule.to_owned(),
            s.provider.to_owned(),
            s.severity.as_str().to_owned(),
            format!("{:?}", s.confidence).to_lowercase(),
            s.fingerprint.clone(),
            first.map(|c| c.id.clone()).unwrap_or_default(),
            s.last.as_ref().map(|c| c.id.clone()).unwrap_or_default(),
            first.map(|c| c.author.clone()).unwrap_or_default(),
            s.excerpt.clone(),
        ]
        .map(|field| quoted(&field));
        out.push_str(&line.join(","));
        out.push_str("\r\n");
    }
    out
}

/// In quotes where it needs them. What a spreadsheet would take for a formula
/// begins with an apostrophe.
fn quoted(field: &str) -> String {
    let field = if field.starts_with(['=', '+', '-', '@', '\t']) {
        format!("'{field}")
    } else {
        field.to_owned()
    };
    if field.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stay_fields() {
        assert_eq!(quoted("a,\"b"), "\"a,\"\"b\"");
        assert_eq!(quoted("=cmd()"), "'=cmd()");
        assert_eq!(quoted("src/a.rs"), "src/a.rs");
    }
}
