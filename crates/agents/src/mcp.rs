//! How agents write the name of an MCP tool.

/// `mcp__server__tool`.
pub(crate) fn double_underscore(tool: &str) -> Option<(String, String)> {
    let rest = tool.strip_prefix("mcp__")?;
    let (server, name) = rest.split_once("__")?;
    named(server, name)
}

/// `mcp_server_tool`: the server's name has no underscore.
pub(crate) fn single_underscore(tool: &str) -> Option<(String, String)> {
    let rest = tool.strip_prefix("mcp_")?;
    let (server, name) = rest.split_once('_')?;
    named(server, name)
}

/// `server-tool`, `server_tool`: where a tool is none of the agent's own. Names
/// of tools rarely have a dash and names of servers often do, so the last one
/// counts.
pub(crate) fn joined(tool: &str, by: char) -> Option<(String, String)> {
    let (server, name) = if by == '-' {
        tool.rsplit_once(by)?
    } else {
        tool.split_once(by)?
    };
    named(server, name)
}

fn named(server: &str, tool: &str) -> Option<(String, String)> {
    (!server.is_empty() && !tool.is_empty()).then(|| (server.to_owned(), tool.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(
            double_underscore("mcp__my_srv__do__it"),
            pair("my_srv", "do__it")
        );
        assert_eq!(double_underscore("mcp__srv"), None);
        assert_eq!(single_underscore("mcp_srv_do_it"), pair("srv", "do_it"));
        assert_eq!(
            joined("github-mcp-server-get_issue", '-'),
            pair("github-mcp-server", "get_issue")
        );
        assert_eq!(joined("srv_do_it", '_'), pair("srv", "do_it"));
        assert_eq!(joined("bash", '-'), None);
    }
}
