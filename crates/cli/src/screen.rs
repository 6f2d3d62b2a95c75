//! What is shown before anything is changed: the agent, and what it can reach.

use palisade_agents::claude::settings::{self as claude, Layer};
use palisade_core::Finding;

use crate::error::Error;
use crate::output::{self, BOLD, DIM, paint};
use crate::protection::Protection;

/// The agent and what it can reach today.
pub(crate) fn situation(protection: &Protection<'_>, layers: &[Layer]) -> Result<(), Error> {
    let places = &protection.claude;
    let agent = match claude::find_claude(places) {
        Some(found) => format!("Claude Code {}", found.version.unwrap_or_default()),
        None => {
            "No agent found on this machine; guarding this repository for Claude Code".to_owned()
        }
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
        1 => "1 MCP server".to_owned(),
        n => format!("{n} MCP servers"),
    };
    let name = protection
        .workspace
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    output::line(format_args!(
        "{} · {settings} · {servers} · repository {name}",
        paint(BOLD, agent.trim_end())
    ))?;
    output::line(format_args!(
        "\n {}",
        paint(BOLD, "What it can reach today")
    ))?;
    for (what, answer, place) in claude::reach(layers, places).lines(places) {
        let place = place.map_or_else(String::new, |p| format!("   {}", paint(DIM, p)));
        output::line(format_args!("   {what:<9} {answer}{place}"))?;
    }
    Ok(())
}

/// One finding in one line.
pub(crate) fn finding(finding: &Finding) -> String {
    let place = match (&finding.path, finding.line) {
        (Some(path), Some(line)) => format!("{path}:{line}"),
        (Some(path), None) => path.clone(),
        _ => String::new(),
    };
    let severity = paint(
        output::severity(finding.severity),
        format_args!("{:<9}", finding.severity.as_str()),
    );
    format!("   {severity} {}   {}", finding.title, paint(DIM, place))
}
