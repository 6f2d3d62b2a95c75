//! Programs that open plain sockets: netcat, socat, telnet, `openssl s_client`.

use palisade_core::{EffectKind, Target};

use super::{Item, Out, Table};
use crate::url::split_port;

const NCAT: Table = Table {
    short: "bcdDegGhiImMoOpPqsTVwxX",
    long: "allow allowfile delay deny denyfile exec hex-dump idle-timeout listen-port \
        lua-exec lua-exec-internal max-conns output proxy proxy-auth proxy-dns \
        proxy-type quit sh-exec source source-port ssl-alpn ssl-cert ssl-ciphers ssl-key \
        ssl-servername ssl-trustfile wait",
    flags: "append-output broker chat crlf keep-open listen no-shutdown nodns recv-only sctp \
        send-only ssl ssl-verify telnet udp unixsock verbose version vsock",
    single_dash: false,
};

pub(super) fn netcat(args: &[String], out: &mut Out<'_, '_>) {
    let ncat = out.call.program == "ncat";
    let mut operands = Vec::new();
    let mut listen = false;
    let mut scan = false;
    let mut unix = false;
    let mut port = None;
    let mut command = None;
    let mut proxy = None;
    let mut receive = false;
    for item in NCAT.split(args) {
        match item {
            Item::Operand(operand) => operands.push(operand),
            Item::Option(name, value) => {
                let value = value.unwrap_or_default();
                match name {
                    "l" | "listen" => listen = true,
                    "z" => scan = true,
                    "U" | "unixsock" => unix = true,
                    "recv-only" => receive = true,
                    "p" | "source-port" => port = Some(value),
                    "e" | "exec" | "c" | "sh-exec" | "lua-exec" | "lua-exec-internal" => {
                        command = Some(value);
                    }
                    "x" | "proxy" if !ncat || name == "proxy" => proxy = Some(value),
                    "o" | "output" | "x" | "hex-dump" if ncat => out.writes(value),
                    // OpenBSD's `-d` and `-D` take nothing; what follows is an operand.
                    "d" | "D" if !ncat && !value.is_empty() => operands.push(value),
                    _ => {}
                }
            }
        }
    }
    let mut operands = operands.into_iter();
    if listen {
        let last = operands.next_back();
        out.listens(port.or(last).unwrap_or("31337"));
    } else if unix {
        // A local socket; who listens there is not ours to know.
    } else if let Some(host) = operands.next() {
        let number = operands.next().and_then(first_port);
        let kind = if scan || receive {
            EffectKind::NetRead
        } else {
            EffectKind::NetWrite
        };
        // Memcached and Redis take lines of text.
        let said = out.call.stdin.and_then(|s| s.text()).unwrap_or_default();
        let wipes = said.lines().take(1_000).any(|l| {
            let verb = l.split_whitespace().next().unwrap_or_default();
            ["flush_all", "FLUSHALL", "FLUSHDB"]
                .iter()
                .any(|w| verb.eq_ignore_ascii_case(w))
        });
        if wipes {
            let what = Target::Name(format!("everything in {}", out.holes.show(host)));
            let effect = out.call.effect(EffectKind::DbDestroy, what);
            out.push(effect);
        }
        out.connect(kind, host, number);
        if let Some(proxy) = proxy {
            out.through(proxy, kind);
        }
    }
    if let Some(command) = command {
        // The peer talks to the program: with a shell it is a remote shell.
        out.opaque(command);
        out.shell(command);
    }
    out.prints_answer();
}

fn first_port(text: &str) -> Option<u16> {
    text.split(['-', ',']).next()?.parse().ok()
}

const TELNET: Table = Table {
    short: "belnSXk",
    long: "",
    flags: "",
    single_dash: false,
};

pub(super) fn telnet(args: &[String], out: &mut Out<'_, '_>) {
    let items = TELNET.split(args);
    let mut operands = items.iter().filter_map(|item| match item {
        Item::Operand(operand) => Some(*operand),
        Item::Option(..) => None,
    });
    if let Some(host) = operands.next() {
        let port = operands.next().and_then(first_port);
        out.connect(EffectKind::NetWrite, host, port);
    }
    out.prints_answer();
}

pub(super) fn openssl(args: &[String], out: &mut Out<'_, '_>) -> bool {
    let mut args = args.iter().map(String::as_str);
    match args.next() {
        Some("s_client") => {}
        Some("s_server") => {
            let mut port = "4433";
            while let Some(arg) = args.next() {
                if matches!(arg, "-accept" | "-port" | "--accept" | "--port") {
                    port = args.next().unwrap_or(port);
                }
            }
            out.listens(port);
            return true;
        }
        _ => return false,
    }
    // Reading a certificate is what this is used for; `echo | openssl
    // s_client` included. What is piped in is marked by `sends`.
    let mut peer = None;
    let mut port = None;
    while let Some(arg) = args.next() {
        match arg.trim_start_matches('-') {
            "connect" | "proxy" | "host" if arg.starts_with('-') => {
                let value = args.next().unwrap_or_default();
                let (host, number) = split_port(value);
                if arg.ends_with("proxy") {
                    out.connect(EffectKind::NetRead, host, number);
                } else {
                    peer = Some(host);
                    port = number.or(port);
                }
            }
            "port" => port = args.next().and_then(first_port),
            "keylogfile" | "msgfile" | "sess_out" | "early_data" => {
                let value = args.next().unwrap_or_default();
                if arg.ends_with("early_data") {
                    out.sends(value);
                } else {
                    out.writes(value);
                }
            }
            _ if arg.starts_with('-') => {}
            _ if arg.contains(':') && peer.is_none() => {
                let (host, number) = split_port(arg);
                peer = Some(host);
                port = number;
            }
            _ => {}
        }
    }
    if let Some(host) = peer {
        let empty = out
            .call
            .stdin
            .and_then(|s| s.text())
            .is_none_or(|t| t.trim().is_empty() || matches!(t.trim(), "Q" | "q"));
        let unknown = out.call.stdin.is_some_and(|s| s.text().is_none());
        let kind = if empty && !unknown {
            EffectKind::NetRead
        } else {
            EffectKind::NetWrite
        };
        out.connect(kind, host, port);
    }
    out.prints_answer();
    true
}

/// One side of a socat relay.
enum Side<'a> {
    Net(&'a str, Option<u16>),
    Listen(&'a str),
    Run(&'a str),
    File { path: &'a str, writes: bool },
    Other,
}

pub(super) fn socat(args: &[String], out: &mut Out<'_, '_>) {
    // `-d -d`, `-ly`, `-lf file` are logging options without a separate value,
    // except `-lf`, `-lm`, `-lp`.
    let mut addresses = Vec::new();
    let mut one_way = None;
    let mut rest = args.iter().map(String::as_str);
    while let Some(arg) = rest.next() {
        match arg {
            "-u" => one_way = Some(true),
            "-U" => one_way = Some(false),
            "-lf" | "-lp" | "-r" | "-R" => {
                let value = rest.next().unwrap_or_default();
                if arg != "-lp" {
                    out.writes(value);
                }
            }
            "-b" | "-t" | "-T" | "-L" | "-W" => {
                rest.next();
            }
            "-" => addresses.push(arg),
            _ if arg.starts_with('-') => {}
            _ => addresses.push(arg),
        }
    }
    let mut sides = Vec::new();
    for address in addresses {
        // `a!!b` has a side for reading and one for writing.
        sides.extend(address.split("!!").take(4).map(side));
    }
    let networked = sides
        .iter()
        .any(|s| matches!(s, Side::Net(..) | Side::Listen(_)));
    for (index, side) in sides.iter().enumerate() {
        let source = index == 0;
        match side {
            Side::Net(host, port) => {
                // With `-u` the first address is only read.
                let read = one_way == Some(source);
                let kind = if read {
                    EffectKind::NetRead
                } else {
                    EffectKind::NetWrite
                };
                out.connect(kind, host, *port);
            }
            Side::Listen(on) => out.listens(on),
            Side::Run(command) => {
                if networked {
                    out.opaque(command);
                }
                out.shell(command);
            }
            Side::File { path, writes } => {
                if *writes || one_way == Some(!source) {
                    out.writes(path);
                } else if networked {
                    out.sends(path);
                } else {
                    out.reads(path);
                }
            }
            Side::Other => {}
        }
    }
    out.prints_answer();
}

fn side(address: &str) -> Side<'_> {
    let (kind, rest) = address.split_once(':').unwrap_or((address, ""));
    let upper = kind.to_ascii_uppercase();
    // Options follow the first comma.
    let value = rest.split(',').next().unwrap_or_default();
    let options = rest.split_once(',').map_or("", |(_, o)| o);
    match upper.as_str() {
        "TCP"
        | "TCP4"
        | "TCP6"
        | "TCP-CONNECT"
        | "TCP4-CONNECT"
        | "TCP6-CONNECT"
        | "OPENSSL"
        | "SSL"
        | "OPENSSL-CONNECT"
        | "UDP"
        | "UDP4"
        | "UDP6"
        | "UDP-CONNECT"
        | "UDP-SENDTO"
        | "UDP-DATAGRAM"
        | "UDP4-DATAGRAM"
        | "SCTP"
        | "SCTP-CONNECT"
        | "DCCP"
        | "IP"
        | "IP4"
        | "IP-SENDTO"
        | "OPENSSL-DTLS-CLIENT" => {
            let (host, port) = split_port(value);
            Side::Net(host, port)
        }
        "SOCKS" | "SOCKS4" | "SOCKS4A" | "SOCKS5" | "SOCKS5-CONNECT" | "PROXY"
        | "PROXY-CONNECT" => {
            let mut parts = value.splitn(3, ':').skip(1);
            let host = parts.next().unwrap_or_default();
            Side::Net(host, parts.next().and_then(first_port))
        }
        "EXEC" | "SYSTEM" | "SHELL" => Side::Run(if upper == "EXEC" { value } else { rest }),
        "FILE" | "GOPEN" | "OPEN" => Side::File {
            path: value,
            writes: ["creat", "wronly", "append", "trunc"]
                .iter()
                .any(|o| options.contains(o)),
        },
        "CREATE" | "CREAT" => Side::File {
            path: value,
            writes: true,
        },
        _ if upper.contains("LISTEN") || upper.contains("RECV") || upper == "TUN" => {
            if upper.starts_with("UNIX") || upper.starts_with("ABSTRACT") {
                Side::Other
            } else {
                Side::Listen(value)
            }
        }
        _ if address.starts_with('/') || address.starts_with("./") => Side::File {
            path: address.split(',').next().unwrap_or_default(),
            writes: false,
        },
        _ => Side::Other,
    }
}
