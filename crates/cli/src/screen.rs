//! What is shown before anything is changed: the agent, and what it can reach.

use palisade_agents::claude::settings::{self as claude, Layer};
use palisade_core::Finding;

use crate::error::Error;
use crate::output::{self, BOLD, DIM, paint};
use crate::protection::Protection;
use crate::text;

/// The agent and what it can reach today.
pub(crate) fn situation(protection: &Protection<'_>, layers: &[Layer]) -> Result<(), Error> {
    let places = &protection.claude;
    let agent = match claude::find_claude(places) {
        Some(found) => format!("Claude Code {}", found.version.unwrap_or_default()),
        None => "No agent found here, guarding for Claude Code".to_owned(),
    };
    let mut kinds: Vec<&str> = layers
        .iter()
        .filter(|l| l.exists)
        .map(|l| l.kind.as_str())
        .collect();
    kinds.dedup();
    let settings = match kinds.as_slice() {
        [] => "no settings".to_owned(),
        [one] => format!("{one} settings"),
        [rest @ .., last] => format!("{} and {last} settings", rest.join(", ")),
    };
    let servers = match claude::mcp_servers(places).len() {
        0 => "no MCP servers".to_owned(),
        n => text::count(n as u64, "MCP server"),
    };
    let workspace = &protection.workspace;
    let name = workspace
        .file_name()
        .map_or_else(|| workspace.to_string_lossy(), |n| n.to_string_lossy());
    let place = if workspace.join(".git").exists() {
        "repository"
    } else {
        "folder"
    };
    output::hanging(
        1,
        format_args!(
            "{} · {settings} · {servers} · {place} {}",
            paint(BOLD, agent.trim_end()),
            text::plain(&name)
        ),
    )?;
    output::line(format_args!(
        "\n {}",
        paint(BOLD, "What it can reach today")
    ))?;
    for (what, answer, place) in claude::reach(layers, places).lines(places) {
        let place = place.map_or_else(String::new, |p| {
            format!("   {}", paint(DIM, text::plain(&p)))
        });
        output::hanging(
            13,
            format_args!("   {what:<9} {}{place}", text::plain(&answer)),
        )?;
    }
    Ok(())
}

/// Where a finding is, as far as it is known.
pub(crate) fn place(finding: &Finding) -> Option<String> {
    let path = text::plain(finding.path.as_deref()?);
    Some(match finding.line {
        Some(line) => format!("{path}:{line}"),
        None => path,
    })
}

/// One finding.
pub(crate) fn finding(finding: &Finding) -> Result<(), Error> {
    let severity = paint(
        output::severity(finding.severity),
        format_args!("{:<9}", finding.severity.as_str()),
    );
    let place = place(finding).unwrap_or_default();
    output::hanging(
        13,
        format_args!(
            "   {severity} {}   {}",
            text::plain(&finding.title),
            paint(DIM, place)
        ),
    )
}
