//! What is run for a goal, in order.

use std::collections::BTreeSet;

use super::{Makefile, Rule, STEPS, TARGETS, Value, bare, lines, stem};
use crate::arg::Arg;
use crate::project::{Do, Step};

impl Makefile {
    /// What the goals run, and what reading the file ran. `None`: none of the
    /// goals is known.
    pub(crate) fn plan(&mut self, goals: &[String]) -> Option<Vec<Do>> {
        let goals: Vec<String> = if goals.is_empty() {
            self.goal.clone().into_iter().collect()
        } else {
            goals.to_vec()
        };
        let mut steps = Vec::new();
        let mut seen = BTreeSet::new();
        let mut found = false;
        for goal in &goals {
            found |= self.target(goal, true, 0, &mut seen, &mut steps);
        }
        found.then_some(steps)
    }

    /// Whether more was to be expanded than is followed: commands are missing.
    pub(crate) const fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// Commands that ran while the file was read.
    pub(crate) fn evaluated(&mut self) -> Vec<Do> {
        std::mem::take(&mut self.evaluated)
            .into_iter()
            .map(|code| Do::Run(Step::shell(code)))
            .collect()
    }

    fn target(
        &mut self,
        name: &str,
        wanted: bool,
        depth: usize,
        seen: &mut BTreeSet<String>,
        steps: &mut Vec<Do>,
    ) -> bool {
        if depth > 64 || seen.len() >= TARGETS || steps.len() >= STEPS {
            return false;
        }
        if !seen.insert(name.to_owned()) {
            return true;
        }
        let mut rules: Vec<(Rule, String)> = Vec::new();
        for at in self.by_target.get(name).into_iter().flatten() {
            if let Some(r) = self.rules.get(*at) {
                let stem = r.pattern.as_deref().and_then(|p| stem(p, name));
                rules.push((r.clone(), stem.unwrap_or_default().to_owned()));
            }
        }
        if rules.iter().all(|(r, _)| r.recipe.is_empty()) {
            let by_pattern = self.patterns.iter().find_map(|at| {
                let r = self.rules.get(*at)?;
                let p = r
                    .targets
                    .iter()
                    .find(|t| t.contains('%') && (wanted || t.len() > 1))?;
                (!r.recipe.is_empty()).then_some(())?;
                Some((r.clone(), stem(p, name)?.to_owned()))
            });
            rules.extend(by_pattern);
        }
        let known = !rules.is_empty();
        let mut needs: Vec<String> = Vec::new();
        for (r, stem) in &rules {
            needs.extend(r.needs.iter().map(|n| n.replacen('%', stem, 1)));
        }
        for need in &needs {
            self.target(need, false, depth + 1, seen, steps);
        }
        for (r, stem) in rules {
            self.recipe(&r, name, &stem, &needs, steps);
        }
        known
    }

    fn recipe(
        &mut self,
        rule: &Rule,
        target: &str,
        stem: &str,
        needs: &[String],
        steps: &mut Vec<Do>,
    ) {
        let all = needs.join(" ");
        let first = needs.first().map_or("", String::as_str);
        for (name, value) in [
            ("@", target),
            ("<", first),
            ("^", all.as_str()),
            ("+", all.as_str()),
            ("?", all.as_str()),
            ("|", ""),
            ("*", stem),
        ] {
            self.put(name, Value::Done(Arg::known(value)), false);
        }
        let mut codes = Vec::new();
        for line in &rule.recipe {
            let code = self.expand(line);
            // A variable may hold several lines.
            codes.extend(lines(&code));
        }
        let language = self.language();
        let mut vars = Vec::new();
        for name in self.exported.clone() {
            if self.vars.contains_key(&name) {
                let value = self.expand(&format!("$({name})"));
                vars.push((name, value));
            }
        }
        if self.one_shell {
            let mut whole = Arg::default();
            for c in &codes {
                whole.push(&bare(c));
                whole.push_text("\n");
            }
            codes = vec![whole];
        }
        for code in codes {
            let code = bare(&code);
            if code.shown().trim().is_empty() {
                continue;
            }
            steps.push(Do::Run(Step {
                code,
                language: Some(language),
                vars: vars.clone(),
                ..Step::default()
            }));
        }
    }

    /// The language of `SHELL`.
    fn language(&mut self) -> &'static str {
        let shell = self.expand("$(SHELL)");
        let name = shell.shown().rsplit(['/', ' ']).next().unwrap_or_default();
        match name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
            "python" => "python",
            "node" => "node",
            "perl" => "perl",
            "ruby" => "ruby",
            _ => "sh",
        }
    }
}
