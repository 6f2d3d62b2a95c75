//! Names of Windows where the rest of the world has its own: paths with
//! drives and backslashes, variables every session has, keys of the registry.
//!
//! A drive is where it is seen from Linux (`C:\Windows` is `/mnt/c/Windows`),
//! a user's folder is the home, and a whole drive is the root, so that one
//! set of labels speaks of both.

/// What a name of PowerShell or cmd refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A file, as a path the labels know.
    File(String),
    /// A key of the registry, as `/HKLM/…`.
    Key(String),
    /// An environment variable; empty for all of them.
    Variable(String),
    /// Something of the session itself: functions, aliases, variables.
    Session,
}

/// Hives of the registry and what they are called.
const HIVES: &[(&str, &str)] = &[
    ("hklm", "HKLM"),
    ("hkey_local_machine", "HKLM"),
    ("hkcu", "HKCU"),
    ("hkey_current_user", "HKCU"),
    ("hkcr", "HKCR"),
    ("hkey_classes_root", "HKCR"),
    ("hku", "HKU"),
    ("hkey_users", "HKU"),
    ("hkcc", "HKCC"),
    ("hkey_current_config", "HKCC"),
];

/// Takes a name apart.
pub(super) fn named(text: &str, home: &str) -> Named {
    let plain = match text.rsplit_once("::") {
        Some((provider, rest)) if provider.to_ascii_lowercase().ends_with("filesystem") => rest,
        Some((provider, rest)) if provider.to_ascii_lowercase().ends_with("registry") => {
            return key(rest).map_or(Named::Session, Named::Key);
        }
        _ => text,
    };
    if let Some((drive, rest)) = plain.split_once(':')
        && drive.len() > 1
        && drive.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        let rest = rest.trim_start_matches(['\\', '/']);
        match drive.to_ascii_lowercase().as_str() {
            "env" => return Named::Variable(rest.trim_matches('*').to_owned()),
            "function" | "alias" | "variable" | "wsman" => return Named::Session,
            _ => {}
        }
        if let Some(path) = key(plain) {
            return Named::Key(path);
        }
    }
    Named::File(path(plain, home))
}

/// A key of the registry as a path: `HKLM\Software`, `HKLM:\Software`.
pub(super) fn key(text: &str) -> Option<String> {
    let text = text.trim_start_matches(['\\', '/']);
    let lower = text.to_ascii_lowercase();
    let (hive, name) = HIVES.iter().find(|(known, _)| {
        lower.strip_prefix(known).is_some_and(|rest| {
            !rest.starts_with(|c: char| c.is_ascii_lowercase()) || known.len() == 4
        })
    })?;
    // A shell that eats backslashes leaves `HKLMSoftware`.
    let rest = text.get(hive.len()..).unwrap_or_default();
    let rest = rest.trim_start_matches([':', '\\', '/']).replace('\\', "/");
    Some(format!("/{name}/{rest}").trim_end_matches('/').to_owned())
}

/// A path as the labels know it.
pub(super) fn path(text: &str, home: &str) -> String {
    let text = text.strip_prefix(r"\\?\").unwrap_or(text);
    let text = text.strip_prefix(r"\\.\").unwrap_or(text);
    let slashed = text.replace('\\', "/");
    if slashed == "~" {
        return home.to_owned();
    }
    if let Some(rest) = slashed.strip_prefix("~/") {
        return format!("{home}/{rest}");
    }
    let mut chars = slashed.chars();
    let (drive, colon) = (chars.next(), chars.next());
    let (Some(drive), Some(':')) = (drive.filter(char::is_ascii_alphabetic), colon) else {
        // `\Users` is on the drive one is on.
        let rooted = text.starts_with('\\') && !text.starts_with("\\\\");
        return if rooted {
            on_drive('c', slashed.trim_start_matches('/'), home)
        } else {
            slashed
        };
    };
    let rest = slashed.get(2..).unwrap_or_default();
    on_drive(drive, rest.trim_start_matches('/'), home)
}

fn on_drive(drive: char, rest: &str, home: &str) -> String {
    let rest = rest.trim_end_matches('/');
    if rest.is_empty() || rest == "*" || rest == "*.*" {
        return if rest.is_empty() { "/" } else { "/*" }.to_owned();
    }
    let drive = drive.to_ascii_lowercase();
    if drive == 'c'
        && let Some((first, below)) = split_name(rest)
        && first.eq_ignore_ascii_case("users")
    {
        let above = home.rsplit_once('/').map_or("", |(dir, _)| dir);
        return match split_name(below) {
            None => {
                if above.is_empty() {
                    "/".to_owned()
                } else {
                    above.to_owned()
                }
            }
            Some(("*", _)) => format!("{above}/*"),
            Some((user, _)) if user.eq_ignore_ascii_case("public") => {
                format!("/mnt/c/Users/{below}")
            }
            Some((_, "")) => home.to_owned(),
            Some((_, inner)) => format!("{home}/{inner}"),
        };
    }
    format!("/mnt/{drive}/{rest}")
}

/// The first name of a path and the rest; `None` when it is empty.
fn split_name(path: &str) -> Option<(&str, &str)> {
    let path = path.trim_start_matches('/');
    if path.is_empty() {
        return None;
    }
    Some(path.split_once('/').unwrap_or((path, "")))
}

/// What variables every session has hold.
pub(super) fn variable(name: &str, home: &str) -> Option<String> {
    let user = home.rsplit('/').next().unwrap_or("user");
    Some(match name.to_ascii_uppercase().as_str() {
        "USERPROFILE" | "HOME" => home.to_owned(),
        "HOMEDRIVE" | "SYSTEMDRIVE" => "C:".to_owned(),
        "HOMEPATH" => format!("\\Users\\{user}"),
        "APPDATA" => format!("{home}/AppData/Roaming"),
        "LOCALAPPDATA" => format!("{home}/AppData/Local"),
        "TEMP" | "TMP" | "TMPDIR" => "/tmp".to_owned(),
        "SYSTEMROOT" | "WINDIR" => "C:\\Windows".to_owned(),
        "COMSPEC" => "C:\\Windows\\system32\\cmd.exe".to_owned(),
        "PROGRAMDATA" | "ALLUSERSPROFILE" => "C:\\ProgramData".to_owned(),
        "PROGRAMFILES" | "PROGRAMW6432" => "C:\\Program Files".to_owned(),
        "PROGRAMFILES(X86)" => "C:\\Program Files (x86)".to_owned(),
        "PUBLIC" => "C:\\Users\\Public".to_owned(),
        "OS" => "Windows_NT".to_owned(),
        "PATHEXT" => ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC".to_owned(),
        _ => return None,
    })
}

/// A program as it is called everywhere: folders of Windows, `.exe` and case
/// say nothing.
pub(super) fn program(text: &str, home: &str) -> String {
    let path = if text.contains(['\\', ':']) {
        path(text, home)
    } else {
        text.to_owned()
    };
    let lower = path.to_ascii_lowercase();
    let ends = [".exe", ".com"].iter().find(|e| lower.ends_with(**e));
    let of_windows =
        lower.starts_with("/mnt/c/windows/") || lower.starts_with("/mnt/c/program files");
    let path = match ends.filter(|_| of_windows || !path.contains('/')) {
        Some(ending) => path.get(..path.len() - ending.len()).unwrap_or(&path),
        None => path.as_str(),
    };
    if of_windows {
        return path.rsplit('/').next().unwrap_or(path).to_owned();
    }
    // Scripts that stand for a program of their name.
    if !path.contains('/')
        && let Some(name) = [".cmd", ".bat"].iter().find_map(|e| {
            lower
                .ends_with(e)
                .then(|| path.get(..path.len() - e.len()))
                .flatten()
        })
    {
        return name.to_owned();
    }
    path.to_owned()
}

/// Begins like a path of Windows, so that its backslashes are separators.
pub(super) fn is_path(text: &str) -> bool {
    let mut chars = text.chars();
    let (first, second, third) = (chars.next(), chars.next(), chars.next());
    text.starts_with(".\\")
        || text.starts_with("..\\")
        || text.starts_with("~\\")
        || matches!((first, second, third), (Some(d), Some(':'), Some('\\' | '/') | None) if d.is_ascii_alphabetic())
}

/// Begins with a drive or the name of a machine.
pub(super) fn is_absolute(text: &str) -> bool {
    let mut chars = text.chars();
    let drive = chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.next() == Some(':');
    drive || text.starts_with('\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_where_linux_sees_them() {
        for (text, expected) in [
            (r"C:\Windows\System32", "/mnt/c/Windows/System32"),
            (r"C:\", "/"),
            ("d:", "/"),
            (r"D:\data\x", "/mnt/d/data/x"),
            (r"C:\Users\me\.ssh\id_rsa", "/home/u/.ssh/id_rsa"),
            (r"C:\Users", "/home"),
            (r"\Windows\x", "/mnt/c/Windows/x"),
            (r"~\.aws", "/home/u/.aws"),
            (r"src\main.rs", "src/main.rs"),
            (r"\\server\share\x", "//server/share/x"),
            ("/etc/passwd", "/etc/passwd"),
        ] {
            assert_eq!(path(text, "/home/u"), expected, "{text}");
        }
    }

    #[test]
    fn names_that_are_no_files() {
        let key = |t: &str| Named::Key(t.to_owned());
        assert_eq!(named(r"HKLM:\Software\A", "/h"), key("/HKLM/Software/A"));
        assert_eq!(
            named(r"Registry::HKEY_CURRENT_USER\A", "/h"),
            key("/HKCU/A")
        );
        assert_eq!(named("Env:PATH", "/h"), Named::Variable("PATH".into()));
        assert_eq!(named("function:f", "/h"), Named::Session);
        assert_eq!(named("C:/x", "/h"), Named::File("/mnt/c/x".into()));
    }

    #[test]
    fn programs_by_their_name() {
        for (text, expected) in [
            ("git.exe", "git"),
            ("npm.cmd", "npm"),
            (r"C:\Windows\System32\reg.exe", "reg"),
            (r".\build.cmd", "./build.cmd"),
            ("rm", "rm"),
        ] {
            assert_eq!(program(text, "/home/u"), expected, "{text}");
        }
    }
}
