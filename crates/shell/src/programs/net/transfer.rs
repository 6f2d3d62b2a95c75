//! File transfer clients with a language of their own: ftp, lftp, sftp.

use palisade_core::{EffectKind, limits};

use super::{Item, Out, Table, basename};
use crate::holes::ANY;
use crate::url::{Url, split_port};

const FTP: Table = Table {
    short: "cHNoPqrsTUuwx",
    long: "",
    flags: "",
    single_dash: false,
};

pub(super) fn ftp(args: &[String], out: &mut Out<'_, '_>) {
    let mut upload = None;
    let mut output = None;
    let mut operands = Vec::new();
    for item in FTP.split(args) {
        match item {
            Item::Option("u", value) => upload = value,
            Item::Option("o", value) => output = value,
            Item::Option(..) => {}
            Item::Operand(operand) => operands.push(operand),
        }
    }
    if let Some(target) = upload {
        out.request(&Url::split(target), "PUT", true);
        for file in operands {
            out.sends(file);
        }
        return;
    }
    let mut operands = operands.into_iter();
    let Some(first) = operands.next() else {
        return;
    };
    let url = Url::split(first);
    if url.scheme.is_empty() {
        // A session: what is sent in it comes from standard input.
        let port = operands.next().and_then(|p| p.parse().ok()).or(url.port);
        if let Some(script) = out.call.stdin.and_then(|s| s.text()) {
            session(script, &url.host, port, out);
        } else {
            out.connect(EffectKind::NetWrite, &url.host, port);
        }
        return;
    }
    out.request(&url, "GET", false);
    match output.or(basename(&url)) {
        Some(name) => out.writes(name),
        None => out.writes_some(""),
    }
}

pub(super) fn aria2c(args: &[String], out: &mut Out<'_, '_>) {
    const TABLE: Table = Table {
        short: "dioljkxstumMTC",
        long: "dir out input-file log max-concurrent-downloads split max-connection-per-server \
            header user-agent all-proxy http-proxy https-proxy checksum load-cookies \
            on-download-complete on-download-start on-download-error on-download-stop \
            torrent-file metalink-file conf-path max-tries timeout",
        flags: "",
        single_dash: false,
    };
    let mut dir = "";
    let mut name = None;
    let mut urls = Vec::new();
    let mut listed = false;
    for item in TABLE.split(args) {
        match item {
            Item::Option("d" | "dir", Some(value)) => dir = value,
            Item::Option("o" | "out", value) => name = value,
            Item::Option("i" | "input-file", Some(file)) => {
                out.reads(file);
                listed = true;
            }
            Item::Option("l" | "log", Some(file)) => out.writes(file),
            // A program of the user's that is run for each download.
            Item::Option(hook, Some(program)) if hook.starts_with("on-download") => {
                out.shell(program);
            }
            Item::Option(..) => {}
            Item::Operand(operand) => urls.push(operand),
        }
    }
    for text in &urls {
        out.request(&Url::split(text), "GET", false);
    }
    let below = |name: &str| match dir {
        "" => name.to_owned(),
        dir => format!("{}/{name}", dir.trim_end_matches('/')),
    };
    if listed {
        out.writes_some(dir);
    }
    for text in &urls {
        match name.or(basename(&Url::split(text))) {
            Some(name) => out.writes(&below(name)),
            None => out.writes_some(dir),
        }
    }
    out.prints_nothing();
}

const SFTP: Table = Table {
    short: "BbcDFiJloPRSsX",
    long: "",
    flags: "",
    single_dash: false,
};

pub(super) fn sftp(args: &[String], out: &mut Out<'_, '_>) {
    let mut batch = None;
    let mut port = None;
    let mut operands = Vec::new();
    for item in SFTP.split(args) {
        match item {
            Item::Option("b", value) => batch = value,
            Item::Option("P", value) => port = value.and_then(|v| v.parse().ok()),
            Item::Option("S", Some(program)) => out.shell(program),
            Item::Option("D", Some(program)) => out.shell(program),
            Item::Option("o", Some(option)) => ssh_option(option, out),
            Item::Option(..) => {}
            Item::Operand(operand) => operands.push(operand),
        }
    }
    let mut operands = operands.into_iter();
    let Some(address) = operands.next() else {
        return;
    };
    let url = Url::split(address);
    // `user@host:path` is not a URL: what follows the colon is a path.
    let (host, path) = if url.scheme.is_empty() {
        let bare = address.rsplit_once('@').map_or(address, |(_, h)| h);
        let (host, _) = split_port(bare);
        match bare.strip_prefix('[') {
            Some(_) => (host, bare.split_once("]:").map_or("", |(_, p)| p)),
            None => bare.split_once(':').unwrap_or((bare, "")),
        }
    } else {
        (url.host.as_str(), url.path.trim_start_matches('/'))
    };
    let port = port.or(url.port);
    match batch {
        Some("-") | None if path.is_empty() => {
            if let Some(script) = out.call.stdin.and_then(|s| s.text()) {
                session(script, host, port, out);
            } else {
                out.connect(EffectKind::NetWrite, host, port);
            }
        }
        Some(file) => {
            out.reads(file);
            out.connect(EffectKind::NetWrite, host, port);
        }
        None => {
            out.connect(EffectKind::NetRead, host, port);
            let name = path.rsplit('/').next().unwrap_or_default();
            match operands.next() {
                Some(local) => out.writes(local),
                None if name.is_empty() || name.contains(['*', '?', '[']) => out.writes_some(""),
                None => out.writes(name),
            }
        }
    }
}

fn ssh_option(option: &str, out: &mut Out<'_, '_>) {
    let (name, value) = option.split_once(['=', ' ']).unwrap_or((option, ""));
    if matches!(
        name.to_ascii_lowercase().as_str(),
        "proxycommand" | "localcommand" | "knownhostscommand"
    ) {
        out.shell(value);
    }
}

pub(super) fn lftp(args: &[String], out: &mut Out<'_, '_>) {
    const TABLE: Table = Table {
        short: "cefpsu",
        long: "user port password env-password norc-file rcfile script",
        flags: "norc help version",
        single_dash: false,
    };
    let mut scripts = Vec::new();
    let mut address = None;
    let mut port = None;
    for item in TABLE.split(args) {
        match item {
            Item::Option("c" | "e", Some(script)) => scripts.push(script.to_owned()),
            Item::Option("f" | "script", Some(file)) => {
                out.reads(file);
                scripts.push(format!("put {ANY}"));
            }
            Item::Option("p" | "port", value) => port = value.and_then(|v| v.parse().ok()),
            Item::Option(..) => {}
            Item::Operand(operand) => address = address.or(Some(operand)),
        }
    }
    let url = address.map(Url::split).unwrap_or_default();
    let port = port.or(url.port);
    if scripts.is_empty() {
        match out.call.stdin.and_then(|s| s.text()) {
            Some(script) => scripts.push(script.to_owned()),
            None if address.is_some() => out.connect(EffectKind::NetWrite, &url.host, port),
            None => {}
        }
    }
    for script in scripts {
        session(&script, &url.host, port, out);
    }
}

/// The commands of an interactive session.
fn session(script: &str, host: &str, port: Option<u16>, out: &mut Out<'_, '_>) {
    let mut host = host.to_owned();
    let mut port = port;
    let mut worst = EffectKind::NetRead;
    for line in script.split(['\n', ';']).take(limits::EFFECTS) {
        let line = line.trim().trim_start_matches('-');
        if let Some(command) = line.strip_prefix('!') {
            out.shell(command);
            continue;
        }
        let mut words = line.split_whitespace();
        let verb = words.next().unwrap_or_default();
        let mut files = words.clone().filter(|w| !w.starts_with('-'));
        match verb {
            "open" | "connect" => {
                if !host.is_empty() {
                    out.connect(worst, &host, port);
                }
                let url = Url::split(files.next_back().unwrap_or_default());
                host = url.host;
                port = url.port;
            }
            "put" | "send" | "append" => {
                worst = EffectKind::NetWrite;
                if let Some(file) = files.next() {
                    out.sends(file);
                }
            }
            "mput" => {
                worst = EffectKind::NetWrite;
                for file in files {
                    out.sends(file);
                }
            }
            "mirror" => {
                let reverse = words.clone().any(|w| {
                    w == "--reverse"
                        || (w.starts_with('-') && !w.starts_with("--") && w.contains('R'))
                });
                if reverse {
                    worst = EffectKind::NetWrite;
                    out.sends(files.next().unwrap_or("."));
                } else {
                    out.writes_some(files.nth(1).unwrap_or_default());
                }
            }
            "get" | "recv" | "reget" | "pget" => {
                let remote = files.next().unwrap_or_default();
                let local = files.next().or_else(|| remote.rsplit('/').next());
                out.writes(local.unwrap_or_default());
            }
            "mget" => out.writes_some(""),
            "rm" | "delete" | "mdelete" | "mrm" | "rmdir" | "mkdir" | "rename" | "mv" | "chmod"
            | "chown" | "chgrp" | "ln" | "symlink" | "site" | "quote" | "copy" => {
                worst = EffectKind::NetWrite;
            }
            "shell" => out.shell(words.clone().collect::<Vec<_>>().join(" ").as_str()),
            _ => {}
        }
    }
    if !host.is_empty() {
        out.connect(worst, &host, port);
    }
}
