//! The MCP servers the agent would start or call.

use std::path::PathBuf;

use palisade_files as files;

use super::layers::Places;
use super::tree::{Document, Member};

const CONFIG_BYTES: usize = 16 * 1024 * 1024;

/// How a server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Launch {
    /// A program is started.
    Command {
        /// The program.
        program: String,
        /// Its arguments.
        args: Vec<String>,
    },
    /// An address is called.
    Url(String),
    /// The entry says neither.
    Nothing,
}

/// One configured server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct McpServer {
    /// Its name.
    pub name: String,
    /// The file it is configured in.
    pub path: PathBuf,
    /// Line of its name.
    pub line: u32,
    /// `user`, `local`, `project` or `managed`.
    pub source: &'static str,
    /// How it is reached.
    pub launch: Launch,
    /// The package or image the command line fetches when it is not bound to
    /// one version; `None` when it is, or when nothing is fetched.
    pub unpinned: Option<String>,
    /// Keys in the entry that some guides recommend and the agent ignores.
    pub dead_keys: Vec<(String, u32)>,
}

/// All servers of the machine, the user and the project.
pub fn mcp_servers(places: &Places) -> Vec<McpServer> {
    let mut found = Vec::new();
    collect(
        places.managed_dir.join("managed-mcp.json"),
        "managed",
        &["mcpServers"],
        &mut found,
    );
    collect(
        places.state_file.clone(),
        "user",
        &["mcpServers"],
        &mut found,
    );
    if let Some(project) = &places.project {
        let key = project.display().to_string();
        collect(
            places.state_file.clone(),
            "local",
            &["projects", &key, "mcpServers"],
            &mut found,
        );
        collect(
            project.join(".mcp.json"),
            "project",
            &["mcpServers"],
            &mut found,
        );
    }
    found
}

fn collect(path: PathBuf, source: &'static str, keys: &[&str], found: &mut Vec<McpServer>) {
    let Ok(Some(bytes)) = files::read_capped(&path, CONFIG_BYTES) else {
        return;
    };
    let Ok(document) = Document::parse(&bytes) else {
        return;
    };
    for member in document.root.get(keys).map_or(&[][..], |n| n.members()) {
        found.push(server(member, path.clone(), source));
    }
}

fn server(member: &Member, path: PathBuf, source: &'static str) -> McpServer {
    let text = |key: &str| {
        member
            .value
            .get(&[key])
            .and_then(|node| node.text())
            .map(str::to_owned)
    };
    let launch = if let Some(program) = text("command") {
        let args = member.value.get(&["args"]).map_or(&[][..], |n| n.items());
        Launch::Command {
            program,
            args: args
                .iter()
                .filter_map(|arg| arg.text().map(str::to_owned))
                .collect(),
        }
    } else {
        text("url").map_or(Launch::Nothing, Launch::Url)
    };
    let unpinned = match &launch {
        Launch::Command { program, args } => unpinned(program, args),
        _ => None,
    };
    let dead_keys = member
        .value
        .members()
        .iter()
        .filter(|m| {
            matches!(
                m.key.as_str(),
                "permissions" | "allow" | "deny" | "trustLevel"
            )
        })
        .map(|m| (m.key.clone(), m.line))
        .collect();
    McpServer {
        name: member.key.clone(),
        path,
        line: member.line,
        source,
        launch,
        unpinned,
        dead_keys,
    }
}

/// What a command line would fetch in whatever version is newest at the time.
fn unpinned(program: &str, args: &[String]) -> Option<String> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    fetched(program, &args, 4)
}

/// `wrappers` is how many programs that start others are looked through.
fn fetched(program: &str, args: &[&str], wrappers: usize) -> Option<String> {
    let name = program.rsplit(['/', '\\']).next()?;
    let name = name.strip_suffix(".cmd").unwrap_or(name);
    match (name, args) {
        ("npx" | "bunx", rest) => npm_package(rest),
        ("pnpm" | "yarn", ["dlx", rest @ ..]) | ("npm", ["exec" | "x", rest @ ..]) => {
            npm_package(rest)
        }
        ("bun", ["x", rest @ ..]) => npm_package(rest),
        ("uvx", rest) | ("uv", ["tool", "run", rest @ ..]) | ("pipx", ["run", rest @ ..]) => {
            python_package(rest)
        }
        ("docker" | "podman", ["run", rest @ ..]) => image(rest),
        ("cmd" | "cmd.exe", [_, program, rest @ ..]) => {
            fetched(program, rest, wrappers.checked_sub(1)?)
        }
        ("env", rest) => {
            let at = rest
                .iter()
                .position(|a| !a.starts_with('-') && !a.contains('='))?;
            let rest = rest.get(at..)?;
            let (program, rest) = rest.split_first()?;
            fetched(program, rest, wrappers.checked_sub(1)?)
        }
        _ => None,
    }
}

fn npm_package(args: &[&str]) -> Option<String> {
    let package = option_value(args, &["-p", "--package"])
        .or_else(|| args.iter().copied().find(|a| !a.starts_with('-')))?;
    if package.starts_with(['.', '/']) {
        return None;
    }
    let version = package
        .get(1..)
        .and_then(|rest| rest.rsplit_once('@'))
        .map(|(_, version)| version);
    (!version.is_some_and(is_exact)).then(|| package.to_owned())
}

fn python_package(args: &[&str]) -> Option<String> {
    let package = option_value(args, &["--from", "--spec"])
        .or_else(|| args.iter().copied().find(|a| !a.starts_with('-')))?;
    if package.starts_with(['.', '/']) {
        return None;
    }
    let version = package
        .split_once("==")
        .or_else(|| package.rsplit_once('@'))
        .map(|(_, version)| version.trim());
    (!version.is_some_and(is_exact)).then(|| package.to_owned())
}

fn image(args: &[&str]) -> Option<String> {
    const WITH_VALUE: &[&str] = &[
        "-e",
        "--env",
        "-v",
        "--volume",
        "--mount",
        "--name",
        "-p",
        "--publish",
        "--network",
        "--env-file",
        "-w",
        "--workdir",
        "-u",
        "--user",
        "--entrypoint",
        "--add-host",
        "--label",
        "-l",
        "--memory",
        "-m",
        "--cpus",
        "--platform",
        "--pull",
        "--cap-drop",
        "--cap-add",
        "--security-opt",
        "--tmpfs",
        "-h",
        "--hostname",
    ];
    let mut rest = args.iter().copied();
    while let Some(arg) = rest.next() {
        if WITH_VALUE.contains(&arg) {
            rest.next();
        } else if !arg.starts_with('-') {
            return (!arg.contains("@sha256:")).then(|| arg.to_owned());
        }
    }
    None
}

fn option_value<'a>(args: &[&'a str], names: &[&str]) -> Option<&'a str> {
    for (at, arg) in args.iter().enumerate() {
        // Options of the server itself come after the first plain word.
        if !arg.starts_with('-') {
            return None;
        }
        if names.contains(arg) {
            return args.get(at + 1).copied();
        }
        if let Some((name, value)) = arg.split_once('=')
            && names.contains(&name)
        {
            return Some(value);
        }
    }
    None
}

/// `1.2.3`, `v2.0.0-rc.1`, a commit; not `latest`, `^1`, `1.x`, `main`.
fn is_exact(version: &str) -> bool {
    let version = version.strip_prefix('v').unwrap_or(version);
    let numbers = version.split(['-', '+']).next().unwrap_or_default();
    let dotted = numbers.split('.').count() >= 2
        && numbers
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    let commit = version.len() >= 40 && version.bytes().all(|b| b.is_ascii_hexdigit());
    dotted || commit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_bound_to_a_version() {
        for (line, expected) in [
            (
                "npx -y @modelcontextprotocol/server-github",
                Some("@modelcontextprotocol/server-github"),
            ),
            ("npx -y @modelcontextprotocol/server-github@2025.4.8", None),
            ("npx server@latest", Some("server@latest")),
            ("npx server@^1.2.0", Some("server@^1.2.0")),
            ("npx --package=srv@1.2.3 run -p x", None),
            ("/usr/bin/npx -y srv", Some("srv")),
            ("npx ./local", None),
            ("pnpm dlx srv", Some("srv")),
            ("npm exec -- srv", Some("srv")),
            ("uvx mcp-server-git", Some("mcp-server-git")),
            ("uvx mcp-server-git==1.0.2 --repository .", None),
            (
                "uvx --from git+https://host/x@main srv",
                Some("git+https://host/x@main"),
            ),
            (
                "docker run -i --rm -e TOKEN ghcr.io/x/y",
                Some("ghcr.io/x/y"),
            ),
            (
                "docker run -i --rm ghcr.io/x/y:1.2",
                Some("ghcr.io/x/y:1.2"),
            ),
            ("docker run --rm ghcr.io/x/y@sha256:abc", None),
            ("cmd /c npx srv", Some("srv")),
            ("env TOKEN=1 npx srv", Some("srv")),
            ("python3 server.py", None),
            ("npx", None),
        ] {
            let mut words = line.split(' ').map(str::to_owned);
            let program = words.next().unwrap();
            let args: Vec<String> = words.collect();
            assert_eq!(unpinned(&program, &args).as_deref(), expected, "{line}");
        }
    }
}
