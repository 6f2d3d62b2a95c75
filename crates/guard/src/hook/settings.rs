//! The agent's own settings, as they change under a session and as one begins.

use std::path::Path;

use palisade_core::{Answer, Clock, Event, Mode, Verdict};
use serde_json::Value;

use super::Post;
use super::marking::warned;

/// Bytes of an agent's settings file.
pub(super) const SETTINGS_BYTES: usize = 4 * 1024 * 1024;

impl<C: Clock> Post<'_, C> {
    /// A settings file changed under a running session: not if that takes the
    /// guard out.
    pub(super) fn config_change(&mut self, path: Option<&Path>) -> (Answer, Event) {
        let mut event = self.event();
        let out = |path: &Path| switches_guard_off(path).or_else(|| self.unwired(path));
        let Some(why) = path.and_then(out) else {
            return (Answer::Pass, event);
        };
        event.verdict = Some(Verdict::Deny);
        "guard.touch".clone_into(&mut event.rule);
        event.reason.clone_from(&why);
        if self.in_force.table.mode != Mode::Enforce {
            return (Answer::Notice(format!("Palisade: {why}.")), event);
        }
        let reason = format!("Denied: {why}.\nRule: guard.touch, built in");
        (Answer::Deny { reason }, event)
    }

    /// Why a settings file that the guard was installed in does not call it any
    /// more, if that is so. Taking it out properly removes the record as well.
    pub(super) fn unwired(&self, path: &Path) -> Option<String> {
        if !self.services.places.install_record(path).exists() {
            return None;
        }
        let text = palisade_files::read_capped(path, SETTINGS_BYTES)
            .ok()
            .flatten()
            .unwrap_or_default();
        let json: Value = serde_json::from_slice(&text).unwrap_or_default();
        // The moments at which it can stop something; the others only record.
        let called = [
            "PreToolUse",
            "PostToolUse",
            "PostToolBatch",
            "UserPromptSubmit",
            "UserPromptExpansion",
        ]
        .iter()
        .all(|event| {
            json.get("hooks")
                .and_then(|hooks| hooks.get(event))
                .is_some_and(|groups| groups.to_string().contains("palisade-hook"))
        });
        (!called).then(|| format!("{} no longer calls the guard", path.display()))
    }

    pub(super) fn session_start(&mut self) -> (Answer, Event) {
        let mut event = self.event();
        let table = &self.in_force.table;
        event
            .flags
            .push(format!("profile {}", table.profile.as_str()));
        let because = table.because.iter();
        event.flags.extend(because.map(|(layer, text)| {
            let text = crate::text::summary(text, &self.key);
            format!("because ({}): {text}", layer.as_str())
        }));
        // The one moment nobody waits for: sessions of last month go.
        palisade_journal::session::prune(&self.services.places.state, std::time::SystemTime::now());
        if let Some(fault) = &self.in_force.fault {
            event.reason.clone_from(fault);
            return (
                Answer::Notice(format!("Palisade: {fault}. Until then only reads go on.")),
                event,
            );
        }
        let local = [".claude/settings.json", ".claude/settings.local.json"];
        let off = local
            .iter()
            .find_map(|f| switches_guard_off(&self.workspace.join(f)));
        match off {
            Some(why) => {
                event.reason.clone_from(&why);
                (Answer::Notice(format!("Palisade: {why}.")), event)
            }
            None => {
                let told = self.instructions(&mut event);
                (told.map_or(Answer::Pass, warned), event)
            }
        }
    }
}

/// Why this settings file takes the guard out, if it does.
fn switches_guard_off(path: &Path) -> Option<String> {
    let bytes = palisade_files::read_capped(path, SETTINGS_BYTES).ok()??;
    let json: Value = serde_json::from_slice(&bytes).ok()?;
    (json.get("disableAllHooks") == Some(&Value::Bool(true))).then(|| {
        format!(
            "{} sets disableAllHooks, which switches the guard off",
            path.display()
        )
    })
}
