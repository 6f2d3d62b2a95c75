//! Remote procedures, web sockets, and browsers of the terminal.

use palisade_core::EffectKind;

use super::{Item, Out, Table};
use crate::url::{Url, split_port};

const GRPCURL: Table = Table {
    short: "dH",
    long: "import-path proto protoset protoset-out reflect-header rpc-header authority cacert \
        cert key connect-timeout format max-time max-msg-sz servername user-agent unix \
        expand-headers",
    flags: "plaintext insecure v vv emit-defaults allow-unknown-fields use-reflection help version",
    single_dash: true,
};

/// What procedures that only read are called.
const READS: &[&str] = &[
    "get", "list", "describe", "watch", "search", "find", "fetch", "read", "query", "check",
    "count", "lookup", "show", "stream", "health", "ping", "version", "status",
];

pub(super) fn grpcurl(args: &[String], out: &mut Out<'_, '_>) {
    let mut operands = Vec::new();
    for item in GRPCURL.split(args) {
        if let Item::Operand(operand) = item {
            operands.push(operand);
        }
    }
    let mut operands = operands.into_iter();
    let Some(address) = operands.next() else {
        return;
    };
    let procedure = operands.next().unwrap_or("list");
    let name = procedure
        .rsplit(['/', '.'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let reads =
        matches!(procedure, "list" | "describe") || READS.iter().any(|r| name.starts_with(r));
    let (host, port) = split_port(address);
    let kind = if reads {
        EffectKind::NetRead
    } else {
        EffectKind::NetWrite
    };
    out.connect(kind, host, port);
    out.prints_answer();
}

const SOCKETS: Table = Table {
    short: "cxHoPlsbnBEU",
    long: "connect execute header origin protocol listen subprotocol auth ca cert key \
        passphrase host slash proxy basic-auth ws-c-uri exec",
    flags: "",
    single_dash: false,
};

pub(super) fn websocket(args: &[String], out: &mut Out<'_, '_>) {
    let mut address = None;
    let mut says = out.has_stdin();
    for item in SOCKETS.split(args) {
        match item {
            Item::Option("c" | "connect", value) => address = value,
            Item::Option("x" | "execute", _) => says = true,
            Item::Option("l" | "listen" | "s", Some(port)) => out.listens(port),
            Item::Option("exec", Some(command)) => out.shell(command),
            Item::Operand(operand) if operand.contains("://") => {
                if let Some(command) = operand.strip_prefix("cmd:") {
                    out.shell(command);
                } else {
                    address = Some(operand);
                }
            }
            Item::Option(..) | Item::Operand(_) => {}
        }
    }
    if let Some(address) = address {
        let url = Url::split(address);
        let kind = if says {
            EffectKind::NetWrite
        } else {
            EffectKind::NetRead
        };
        out.connect(kind, &url.host, url.port);
    }
    out.prints_answer();
}

/// Pages are read; a form that is posted is not.
pub(super) fn browser(args: &[String], out: &mut Out<'_, '_>) {
    let mut posts = false;
    let mut words = args.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "-post_data" | "-post-data" => posts = true,
            "-post" => {
                posts = true;
                if let Some(file) = words.next() {
                    out.sends(file);
                }
            }
            "-cmd_script" | "-cfg" | "-config" => {
                if let Some(file) = words.next() {
                    out.reads(file);
                }
            }
            _ if word.starts_with('-') => {}
            _ => {
                let url = Url::split(word);
                let page = !url.scheme.is_empty() || !word.contains('/') && word.contains('.');
                if url.scheme == "file" || (!page && word.contains('/')) {
                    out.reads(if url.scheme == "file" {
                        &url.path
                    } else {
                        word
                    });
                } else if page {
                    let method = if posts { "POST" } else { "GET" };
                    out.request(&url, method, posts);
                }
            }
        }
    }
    out.prints_answer();
}
