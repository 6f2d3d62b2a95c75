//! What Cedar policies may ask about: shipped, printed, and validated against.

use std::fmt::Write as _;
use std::sync::OnceLock;

use cedar_policy::Schema;
use palisade_core::EffectKind;
use palisade_policy::{ACTION_GROUPS, action_groups};

/// The schema as text: entities and circumstances, then every action there is.
pub fn cedar_schema() -> String {
    let mut out = String::from(include_str!("head.cedarschema"));
    out.push_str("// What actions are in by their names and by how far they reach.\n");
    for group in ACTION_GROUPS {
        writeln!(out, "action \"{group}\";").ok();
    }
    out.push('\n');
    for kind in EffectKind::ALL {
        let groups: Vec<String> = action_groups(*kind)
            .iter()
            .map(|group| format!("\"{group}\""))
            .collect();
        writeln!(
            out,
            "action \"{}\" in [{}] appliesTo {{ principal: [Person], resource: [{}], context: Context }};",
            kind.id(),
            groups.join(", "),
            resource(*kind)
        )
        .ok();
    }
    out
}

/// The type of what an action is done to.
fn resource(kind: EffectKind) -> &'static str {
    match kind.id().split_once('.').map_or("", |(family, _)| family) {
        "file" => "File",
        "net" => "Host",
        "db" => "Database",
        "git" => "Ref",
        "mcp" => "Tool",
        _ if kind == EffectKind::ExecNamed => "Command",
        _ => "Thing",
    }
}

/// The parsed schema; a test parses it, so it is always there.
pub(super) fn parsed() -> Option<&'static Schema> {
    static PARSED: OnceLock<Option<Schema>> = OnceLock::new();
    PARSED
        .get_or_init(|| {
            let (schema, _) = Schema::from_cedarschema_str(&cedar_schema()).ok()?;
            Some(schema)
        })
        .as_ref()
}
