//! Plans an agent wants to carry out: `ExitPlanMode` and its equivalents.

use palisade_core::{Effect, EffectKind, Target};
use palisade_policy::{Column, RowId};
use serde_json::Value;

use crate::understand::{Here, command};

/// Tools that end planning and begin with the work.
const TOOLS: &[&str] = &["ExitPlanMode", "exit_plan_mode"];
/// Members of their input that hold the plan, or the file it is in.
const TEXTS: &[&str] = &["plan", "summary"];
/// Languages whose blocks are commands.
const SHELLS: &[&str] = &["sh", "bash", "shell", "zsh", "console"];
/// Blocks that are looked at.
const BLOCKS: usize = 32;

/// What a call that presents a plan would begin. Where the policy has plans
/// approved, the commands in it are looked at as well: what would be denied
/// later is denied before anybody agrees to it.
pub(crate) fn of(tool: &str, input: &Value, here: Here<'_>) -> Vec<Effect> {
    if !TOOLS.contains(&tool) {
        return Vec::new();
    }
    let what = Target::Name("the plan".to_owned());
    let mut effects = vec![Effect::new(EffectKind::PlanStart, what, tool)];
    let row = here.table.rows.get(&RowId::PlanStart);
    let checked = row.is_some_and(|r| r.verdict(Column::Inside) > palisade_core::Verdict::Allow);
    if checked {
        let texts = TEXTS.iter().filter_map(|name| input.get(name)?.as_str());
        for code in texts.flat_map(blocks).take(BLOCKS) {
            effects.extend(command(tool, &code, here));
        }
    }
    effects
}

/// Fenced blocks of commands, prompts of a console taken away.
fn blocks(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut inside: Option<(bool, String)> = None;
    for line in text.lines() {
        let fence = line.trim_start().strip_prefix("```");
        match (&mut inside, fence) {
            (None, Some(language)) => {
                let is_shell = SHELLS.contains(&language.trim());
                inside = Some((is_shell, String::new()));
            }
            (Some((is_shell, code)), Some(_)) => {
                if *is_shell {
                    out.push(std::mem::take(code));
                }
                inside = None;
            }
            (Some((_, code)), None) => {
                let line = line.trim_start();
                code.push_str(line.strip_prefix("$ ").unwrap_or(line));
                code.push('\n');
            }
            (None, None) => {}
        }
    }
    // A block that nobody closed is one all the same.
    if let Some((true, code)) = inside {
        out.push(code);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_commands() {
        let text = "First\n```bash\n$ npm ci\nnpm test\n```\nthen\n```python\nimport os\n```\n  ```sh\n  rm -rf ~\n";
        assert_eq!(blocks(text), ["npm ci\nnpm test\n", "rm -rf ~\n"]);
    }
}
