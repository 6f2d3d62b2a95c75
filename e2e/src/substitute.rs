//! Guards that are no guard, to show that the scenarios can fail.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::Broken;
use crate::agents::given;

/// What stands where the hook was installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Substitute {
    /// The hook itself.
    None,
    /// A program that reads its input and has no objection.
    True,
    /// A program that refuses every tool call.
    DenyCalls,
    /// A program that refuses everything, prompts included.
    DenyAll,
}

const TRUE: &str = "#!/bin/sh\nexec cat >/dev/null\n";

const DENY_CALLS: &str = r#"#!/bin/sh
input=$(cat)
case $input in
*'"hook_event_name":"PreToolUse"'*) ;;
*) exit 0 ;;
esac
printf '%s' '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"refused by the substitute"}}'
echo 'refused by the substitute' >&2
exit 2
"#;

const DENY_ALL: &str = "#!/bin/sh\ncat >/dev/null\necho 'refused by the substitute' >&2\nexit 2\n";

impl Substitute {
    /// What `PALISADE_E2E_HOOK` asks for: `true`, `deny`, or nothing.
    pub fn from_env() -> Result<Self, Broken> {
        match given("PALISADE_E2E_HOOK") {
            None => Ok(Self::None),
            Some(word) if word == "true" => Ok(Self::True),
            Some(word) if word == "deny" => Ok(Self::DenyAll),
            Some(word) => Err(Broken::new(format!(
                "PALISADE_E2E_HOOK is `true` or `deny`, not {}",
                word.display()
            ))),
        }
    }

    /// Puts the substitute where the hook is.
    pub fn install(self, hook: &Path) -> Result<(), Broken> {
        match self {
            Self::None => Ok(()),
            Self::True => replace(hook, TRUE.as_bytes()),
            Self::DenyCalls => replace(hook, DENY_CALLS.as_bytes()),
            Self::DenyAll => replace(hook, DENY_ALL.as_bytes()),
        }
    }
}

/// Puts another program under an installed program's name. The new one arrives by
/// rename: a program that is running cannot be written to.
pub fn replace(program: &Path, content: &[u8]) -> Result<(), Broken> {
    let fresh = program.with_extension("fresh");
    fs::write(&fresh, content)?;
    fs::set_permissions(&fresh, fs::Permissions::from_mode(0o755))?;
    fs::rename(&fresh, program)?;
    Ok(())
}
