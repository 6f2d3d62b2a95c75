//! Splitting arguments into options and operands.

use crate::arg::Arg;

/// Options and operands of one call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// Options by name without dashes, in order, with their value.
    pub(crate) options: Vec<(String, Option<Arg>)>,
    /// Everything else, in order.
    pub(crate) operands: Vec<Arg>,
}

impl Parsed {
    /// Whether any of these options was given. Names are separated by blanks.
    pub(crate) fn has(&self, names: &str) -> bool {
        names
            .split(' ')
            .any(|n| self.options.iter().any(|(o, _)| o == n))
    }

    /// Whether any of these options was given and not switched off:
    /// `--dry-run=false` is no dry run, and `--dry-run=none` neither.
    pub(crate) fn on(&self, names: &str) -> bool {
        names.split(' ').any(|n| {
            self.options.iter().any(|(o, v)| {
                let v = v.as_ref().map_or("", Arg::shown);
                o == n && !matches!(v, "false" | "none" | "no" | "0" | "off")
            })
        })
    }

    /// The last value of any of these options.
    pub(crate) fn value(&self, names: &str) -> Option<&Arg> {
        self.options
            .iter()
            .rev()
            .filter(|(o, _)| names.split(' ').any(|n| n == o))
            .find_map(|(_, v)| v.as_ref())
    }

    /// All values of these options, in order.
    pub(crate) fn values<'p>(&'p self, names: &'p str) -> impl Iterator<Item = &'p Arg> {
        self.options
            .iter()
            .filter(move |(o, _)| names.split(' ').any(|n| n == o))
            .filter_map(|(_, v)| v.as_ref())
    }

    /// The operand at this place, when it is known.
    pub(crate) fn word(&self, at: usize) -> &str {
        self.operands
            .get(at)
            .and_then(Arg::text)
            .unwrap_or_default()
    }
}

/// Splits arguments the way `getopt_long` does: clusters of short options,
/// `--name=value`, options anywhere, `--` ends them. `values` lists the
/// options that take a value, separated by blanks.
pub(crate) fn parse(args: &[Arg], values: &str) -> Parsed {
    split(args, values, true)
}

/// The same, but the first operand ends the options: wrappers, whose operands
/// are a command of its own.
pub(crate) fn parse_leading(args: &[Arg], values: &str) -> Parsed {
    split(args, values, false)
}

/// Long options whose abbreviations matter, with the shortest one that is
/// still told from others of the same programs.
const ABBREVIATED: &[(&str, usize)] = &[
    ("recursive", 1),
    ("force", 2),
    ("force-with-lease", 6),
    ("hard", 2),
    ("no-verify", 4),
    ("no-preserve-root", 4),
    ("delete", 3),
    ("mirror", 2),
    ("discard-changes", 3),
    ("in-place", 4),
    ("remove-files", 4),
    ("cached", 4),
];

/// The full name of a long option, as `getopt_long` and git complete it.
fn completed(name: &str) -> &str {
    ABBREVIATED
        .iter()
        .find(|(full, least)| name.len() >= *least && full.starts_with(name))
        .map_or(name, |(full, _)| full)
}

fn split(args: &[Arg], values: &str, anywhere: bool) -> Parsed {
    let takes = |name: &str| values.split(' ').any(|v| v == name);
    let mut out = Parsed::default();
    let mut it = args.iter();
    while let Some(a) = it.next() {
        let lead = a.lead();
        if a.is("--") {
            out.operands.extend(it.cloned());
            break;
        }
        if let Some(long) = lead.strip_prefix("--") {
            match a.split_once('=') {
                Some((name, value)) => {
                    let name = name.shown().trim_start_matches('-');
                    let mut full = values.split(' ').filter(|v| v.starts_with(name));
                    let name = match (takes(name), full.next(), full.next()) {
                        (false, Some(one), None) if name.len() > 2 => one,
                        _ => completed(name),
                    };
                    out.options.push((name.to_owned(), Some(value)));
                }
                None if takes(long) && a.text().is_some() => {
                    out.options.push((long.to_owned(), it.next().cloned()));
                }
                None => out.options.push((
                    completed(a.shown().trim_start_matches('-')).to_owned(),
                    None,
                )),
            }
            continue;
        }
        if lead.len() > 1 && lead.starts_with('-') {
            // `-rf`, `-ofile`, and single-dash words that are listed whole.
            let whole = a.shown().get(1..).unwrap_or_default();
            let bare = whole.split('=').next().unwrap_or(whole);
            if bare.len() > 1 && takes(bare) {
                match a.split_once('=') {
                    Some((_, v)) => out.options.push((bare.to_owned(), Some(v))),
                    None => out.options.push((bare.to_owned(), it.next().cloned())),
                }
                continue;
            }
            let mut at = 1;
            for c in lead.chars().skip(1) {
                at += c.len_utf8();
                let name = c.to_string();
                if takes(&name) {
                    let rest = a.after(at);
                    let value = if rest.is_empty() {
                        it.next().cloned()
                    } else {
                        Some(rest)
                    };
                    out.options.push((name, value));
                    break;
                }
                out.options.push((name, None));
            }
            continue;
        }
        out.operands.push(a.clone());
        if !anywhere {
            out.operands.extend(it.cloned());
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Arg> {
        text.split(' ').map(Arg::known).collect()
    }

    #[test]
    fn options_and_operands() {
        let p = parse(&words("-rf -o out a --depth=3 b -- -c"), "o depth");
        assert!(p.has("r") && p.has("f"));
        assert_eq!(p.value("o").and_then(Arg::text), Some("out"));
        assert_eq!(p.value("depth").and_then(Arg::text), Some("3"));
        let ops: Vec<_> = p.operands.iter().filter_map(Arg::text).collect();
        assert_eq!(ops, ["a", "b", "-c"]);
    }

    #[test]
    fn abbreviations_are_completed() {
        let p = parse(&words("--recurs --for --upl=x --no-veri"), "upload-pack");
        assert!(p.has("recursive") && p.has("force") && p.has("no-verify"));
        assert_eq!(p.value("upload-pack").and_then(Arg::text), Some("x"));
        let p = parse(&words("--no-edit --format=x --force-with-lease"), "format");
        assert!(!p.has("no-verify") && !p.has("force"));
        assert!(p.has("force-with-lease"));
    }

    #[test]
    fn leading_options_end_at_the_command() {
        let p = parse_leading(&words("-n 5 make -j 4"), "n");
        assert_eq!(p.operands.len(), 3);
        assert_eq!(p.word(0), "make");
    }
}
