//! `palisade:allow`: a finding somebody answers for, on its own line.
//!
//! ```text
//! key = "…"  # palisade:allow stripe-test-key owner=mara until=2027-06-30 reason=the sandbox of the course
//! ```
//!
//! Without an owner, an end and a reason it allows nothing, and is reported.

/// What a line says about the findings on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// The rule; every one when empty.
    pub rule: String,
    /// Who answers.
    pub owner: String,
    /// The last day, `2027-06-30`.
    pub until: String,
    /// Why.
    pub reason: String,
}

const SIGN: &str = "palisade:allow";

impl Allowed {
    /// What a line says; `None` when it says nothing.
    pub fn of(line: &str) -> Option<Self> {
        let (_, rest) = line.split_once(SIGN)?;
        let mut out = Self::default();
        let mut words = rest.split_whitespace().peekable();
        if let Some(rule) = words.next_if(|w| !w.contains('=')) {
            rule.clone_into(&mut out.rule);
        }
        while let Some(word) = words.next() {
            let Some((key, value)) = word.split_once('=') else {
                continue;
            };
            match key {
                "owner" => value.clone_into(&mut out.owner),
                "until" => value.clone_into(&mut out.until),
                "reason" => {
                    // The rest of the line, whatever ends the comment left out.
                    let mut reason: Vec<&str> = vec![value];
                    reason.extend(words.by_ref());
                    let text = reason.join(" ");
                    let text = text.trim_end_matches(['*', '/', '-', '>', ' ']);
                    text.trim_matches('"').clone_into(&mut out.reason);
                }
                _ => {}
            }
        }
        Some(out)
    }

    /// Why it allows nothing today (`2026-11-27`); `None` when it does.
    pub fn lacks(&self, today: &str) -> Option<&'static str> {
        let is_day = self.until.len() == 10
            && self.until.bytes().enumerate().all(|(at, b)| match at {
                4 | 7 => b == b'-',
                _ => b.is_ascii_digit(),
            });
        if self.owner.is_empty() {
            Some("it names no owner")
        } else if !is_day {
            Some("it has no end (until=2027-06-30)")
        } else if self.reason.is_empty() {
            Some("it gives no reason")
        } else if self.until.as_str() < today {
            Some("it has ended")
        } else {
            None
        }
    }

    /// Whether it is about a rule.
    pub fn covers(&self, rule: &str) -> bool {
        self.rule.is_empty() || self.rule == rule
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_is_needed() {
        let whole =
            "x # palisade:allow aws-key owner=mara until=2027-06-30 reason=\"the sandbox\" */";
        let allowed = Allowed::of(whole).unwrap();
        assert_eq!(allowed.reason, "the sandbox");
        assert_eq!(allowed.lacks("2026-11-27"), None);
        assert!(allowed.covers("aws-key") && !allowed.covers("other"));
        assert_eq!(allowed.lacks("2027-07-01"), Some("it has ended"));
        for part in ["owner=mara ", "until=2027-06-30 ", "reason=\"the sandbox\""] {
            let less = Allowed::of(&whole.replace(part, "")).unwrap();
            assert!(less.lacks("2026-11-27").is_some(), "{part}");
        }
        assert!(Allowed::of("x").is_none());
        let every = Allowed::of("palisade:allow owner=m until=2027-01-01 reason=r").unwrap();
        assert!(every.covers("any"));
    }
}
