//! Where a project keeps its databases: settings that are read for a host and
//! for nothing else. What is found here never gets into an output.

use std::path::{Path, PathBuf};

use palisade_shell::Invocation;

/// Bytes of a settings file that are looked at.
const BYTES: usize = 64 * 1024;

/// Environment files, the first that sets a variable counts.
const ENV_FILES: &[&str] = &[
    ".env.local",
    ".env.development.local",
    ".env.development",
    ".env",
    "prisma/.env",
];

/// Variables frameworks and migration tools take their database from.
const DATABASES: &[&str] = &[
    "DATABASE_URL",
    "DB_URL",
    "POSTGRES_URL",
    "MYSQL_URL",
    "DB_HOST",
    "DATABASE_HOST",
    "POSTGRES_HOST",
    "DIRECT_URL",
];

fn text(path: &Path) -> Option<String> {
    let bytes = palisade_files::read_capped(path, BYTES).ok()??;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn folder(call: &Invocation) -> Option<PathBuf> {
    call.cwd.as_ref().map(PathBuf::from)
}

/// The name of a variable that is written whole: `$NAME`, `${NAME}`.
pub(super) fn variable(shown: &str) -> Option<&str> {
    let name = shown.strip_prefix('$')?;
    let name = name
        .strip_prefix('{')
        .and_then(|n| n.split(['}', ':', '-', '?']).next())
        .unwrap_or(name);
    let whole = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    whole.then_some(name)
}

/// What a variable is set to in the project's environment files.
pub(super) fn value(name: &str, call: &Invocation) -> Option<String> {
    let folder = folder(call)?;
    ENV_FILES
        .iter()
        .filter_map(|file| text(&folder.join(file)))
        .find_map(|text| assigned(&text, name))
}

fn assigned(text: &str, name: &str) -> Option<String> {
    text.lines().rev().find_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (key, value) = line.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (key.trim() == name && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The host of a section of `pg_service.conf`.
pub(super) fn service(name: &str, call: &Invocation, home: &Path) -> Option<String> {
    let own = folder(call).map(|f| f.join("pg_service.conf"));
    let places = [Some(home.join(".pg_service.conf")), own];
    let text = places.into_iter().flatten().find_map(|p| text(&p))?;
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            inside = section.trim_end_matches(']') == name;
        } else if inside && let Some(host) = line.strip_prefix("host=") {
            return Some(host.trim().to_owned());
        }
    }
    None
}

/// Addresses a framework would use: its environment files, `database.yml`,
/// the schema of Prisma. `mode` is the environment it is told to run in.
pub(super) fn of_project(call: &Invocation, mode: Option<&str>) -> Vec<String> {
    let Some(folder) = folder(call) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mode = mode.unwrap_or("development");
    let own = format!(".env.{mode}");
    let env = std::iter::once(own.as_str()).chain(ENV_FILES.iter().copied());
    for file in env {
        if let Some(text) = text(&folder.join(file)) {
            out.extend(DATABASES.iter().filter_map(|name| assigned(&text, name)));
        }
        if !out.is_empty() {
            return out;
        }
    }
    if matches!(call.program.as_str(), "rails" | "rake")
        && let Some(text) = text(&folder.join("config/database.yml"))
    {
        out.extend(section(&text, mode));
    }
    if call.program == "prisma"
        && let Some(text) = text(&folder.join("prisma/schema.prisma"))
    {
        out.extend(text.lines().filter_map(|line| {
            let (key, value) = line.split_once('=')?;
            let value = value.trim();
            (key.trim() == "url" && value.starts_with('"'))
                .then(|| value.trim_matches('"').to_owned())
        }));
    }
    out
}

/// Hosts and addresses of one section of a `database.yml`. What a template
/// fills in is not known.
fn section(text: &str, mode: &str) -> Vec<String> {
    let mut inside = false;
    let mut out = Vec::new();
    for line in text.lines().filter(|l| !l.trim_start().starts_with('#')) {
        if !line.starts_with([' ', '\t']) && !line.trim().is_empty() {
            inside = line.trim_end().trim_end_matches(':') == mode
                || line.split(':').next() == Some(mode);
        } else if inside
            && let Some((key, value)) = line.split_once(':')
            && matches!(key.trim(), "host" | "url")
        {
            let value = value.trim().trim_matches(['"', '\'']);
            if !value.is_empty() && !value.contains("<%") {
                out.push(value.to_owned());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_by_name() {
        assert_eq!(variable("${DATABASE_URL:-x}"), Some("DATABASE_URL"));
        assert_eq!(variable("$HOME/x"), None);
        assert_eq!(
            assigned("A=1\nexport DB_URL=\"postgres://h/x\"\n", "DB_URL").as_deref(),
            Some("postgres://h/x")
        );
        let yml = "default: &d\n  adapter: x\ndevelopment:\n  <<: *d\n  host: a\nproduction:\n  url: <%= ENV['X'] %>\n  host: b.example.com\n";
        assert_eq!(section(yml, "production"), ["b.example.com"]);
        assert_eq!(section(yml, "development"), ["a"]);
        assert!(section(yml, "test").is_empty());
    }
}
