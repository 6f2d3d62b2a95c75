//! `palisade policy import`: permission rules of an agent become rules here.

use std::path::{Path, PathBuf};

use clap::Args;
use palisade_agents::claude::settings::{
    LayerKind, Places as ClaudePlaces, layers, permission_rules,
};
use palisade_core::{Effect, Profile, ToolCall, Verdict};
use palisade_guard::{Ambient, Past, Places, Scene, judge, project_policy};
use palisade_policy::Table;
use palisade_policy_compile::{Imported, Knowledge, Permission, Remark, import};
use serde_json::json;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BOLD, DIM, GOOD, WARN, paint};
use crate::text;

/// Import the permission rules of Claude Code's settings
///
/// What a rule denies by its text is denied here by what it means: `rm -rf`
/// also as `rm -fr`, in `bash -c` and through python. Rules that do nothing where
/// they stand are reported, and imported as what they say. The agent's settings
/// stay as they are.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade policy import\n  palisade policy import --write\n  palisade policy import --format json\n\nExit codes: 0 imported, 1 there is nothing to import."
)]
pub(crate) struct Import {
    #[command(flatten)]
    dir: Dir,
    /// Add them to the policy files instead of showing them
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    output: Output,
}

/// Rules for one policy file.
struct Target {
    path: PathBuf,
    imported: Imported,
    /// The file with them.
    text: String,
}

impl Import {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = crate::command::workspace(self.dir.dir.as_deref(), &places.home)?;
        let targets = targets(places, &workspace)?;
        if self.write {
            for target in targets.iter().filter(|t| !t.imported.is_empty()) {
                if target.path == places.user_policy() {
                    // It may allow; an agent does not allow itself anything.
                    if let Some(agent) = crate::person::agent_above() {
                        return Err(Error::Other(format!(
                            "`policy import --write` changes your own policy and was started by {agent}; run it in a terminal of your own"
                        )));
                    }
                }
                if let Some(folder) = target.path.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                palisade_files::write_atomic(&target.path, target.text.as_bytes(), None)?;
            }
        }
        let none = targets.iter().all(|t| t.imported.remarks.is_empty());
        if self.output.format == Format::Json {
            let files: Vec<_> = targets
                .iter()
                .map(|t| {
                    json!({
                        "path": t.path,
                        "rules": t.imported.remarks,
                        "text": t.text,
                        "written": self.write && !t.imported.is_empty(),
                    })
                })
                .collect();
            output::json(&json!({ "files": files }))?;
        } else if none {
            output::note("Claude Code's settings here hold no permission rules");
        } else {
            for target in &targets {
                self.show(target)?;
            }
        }
        Ok(if none {
            Outcome::Findings
        } else {
            Outcome::Fine
        })
    }

    fn show(&self, target: &Target) -> Result<(), Error> {
        if target.imported.remarks.is_empty() {
            return Ok(());
        }
        for remark in &target.imported.remarks {
            output::note(remark_line(remark));
        }
        let path = target.path.display();
        if target.imported.is_empty() {
            output::note(format_args!("nothing for {path}\n"));
        } else if self.write {
            output::line(format_args!("{} {path}", paint(GOOD, "wrote")))?;
        } else {
            output::note(format_args!(
                "\n{}",
                paint(BOLD, format_args!("for {path}:"))
            ));
            output::line(target.text.trim_end())?;
            output::note("");
        }
        Ok(())
    }
}

fn remark_line(remark: &Remark) -> String {
    let mark = match (remark.dead, remark.becomes.is_empty()) {
        (true, _) => paint(WARN, "!"),
        (false, true) => paint(DIM, "–"),
        (false, false) => paint(GOOD, "✓"),
    };
    let becomes = remark.becomes.join(", ");
    let note = if remark.note.is_empty() {
        String::new()
    } else {
        format!("\n     {}", paint(DIM, &remark.note))
    };
    let arrow = if becomes.is_empty() {
        String::new()
    } else {
        format!(" → {}", text::plain(&becomes))
    };
    format!(
        " {mark} {}{arrow}   {}{note}",
        text::plain(&remark.rule),
        paint(DIM, text::plain(&remark.place))
    )
}

/// The settings of a project go to the project's policy, those of the person
/// and of the machine to the person's.
fn targets(places: &Places, workspace: &Path) -> Result<Vec<Target>, Error> {
    let claude = ClaudePlaces::new(&places.home, Some(workspace), |name| std::env::var_os(name));
    let (mut own, mut project) = (Vec::new(), Vec::new());
    for layer in layers(&claude) {
        let shown = claude.show(&layer.path);
        if layer.exists
            && let Err(broken) = &layer.json
        {
            output::note(format_args!("`{shown}` is not read by the agent: {broken}"));
        }
        let folder = layer
            .path
            .parent()
            .map(|p| claude.show(p))
            .unwrap_or_default();
        let (list, root) = match layer.kind {
            LayerKind::Project | LayerKind::Local => (&mut project, String::new()),
            LayerKind::User => (&mut own, folder),
            LayerKind::Managed => (&mut own, format!("/{folder}")),
        };
        for rule in permission_rules(&layer) {
            list.push(Permission {
                verdict: match rule.list {
                    "allow" => Verdict::Allow,
                    "ask" => Verdict::Ask,
                    _ => Verdict::Deny,
                },
                // What cannot be read is no tool's rule.
                tool: rule.tool.unwrap_or_else(|| "(".to_owned()),
                argument: rule.argument,
                text: rule.text,
                place: format!("{shown}:{}", rule.line),
                root: root.clone(),
            });
        }
    }
    let table = Table::builtin(Profile::Standard);
    let effects = |command: &str| effects(command, places, workspace, &table);
    let mut out = Vec::new();
    for (path, permissions, may_allow) in [
        (places.user_policy(), own, true),
        (project_policy(workspace), project, false),
    ] {
        let imported = import(
            &permissions,
            &Knowledge {
                effects: &effects,
                may_allow,
            },
        );
        let now = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(e.into()),
        };
        let text = imported
            .add_to(&now)
            .map_err(|e| Error::Other(format!("`{}`: {}", path.display(), e.to_string().trim())))?;
        out.push(Target {
            path,
            imported,
            text,
        });
    }
    Ok(out)
}

/// What a command line would do in this workspace.
fn effects(command: &str, places: &Places, workspace: &Path, table: &Table) -> Vec<Effect> {
    let call = ToolCall::Shell {
        tool: "Bash".to_owned(),
        command: command.to_owned(),
        unsandboxed: false,
        open_input: false,
    };
    let ambient = Ambient::default();
    let scene = Scene {
        places,
        table,
        cwd: workspace,
        workspace,
        headless: false,
        ambient: &ambient,
        past: Past::default(),
    };
    judge(&call, &scene).effects
}
