//! Lines from the daily work of a developer in which nothing is secret.
//! A guard that cries at these is switched off within a week.

use crate::serious;

fn harmless() -> Vec<&'static str> {
    include_str!("data/harmless.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("## "))
        .collect()
}

#[test]
fn harmless_lines_stay_harmless() {
    assert!(harmless().len() >= 150);
    let mut wrong = Vec::new();
    for line in harmless() {
        for text in [line.to_owned(), line.replace("\\n", "\n")] {
            for m in serious(&text) {
                wrong.push(format!(
                    "{} took {:?} in {text}",
                    m.rule,
                    &text[m.start..m.end]
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong",
        wrong.join("\n"),
        wrong.len()
    );
}

#[test]
fn all_of_them_in_one_file_stay_harmless() {
    let text = harmless().join("\n");
    assert_eq!(serious(&text), []);
    // And as a tool would send it: inside a JSON string.
    let json = serde_json::to_string(&text).unwrap();
    let found: Vec<&str> = serious(&json)
        .iter()
        .map(|m| &json[m.start..m.end])
        .collect();
    assert!(found.is_empty(), "{found:?}");
}
