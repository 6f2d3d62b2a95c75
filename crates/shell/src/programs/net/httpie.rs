//! HTTPie and xh: `http [METHOD] URL [item…]`.

use super::{Item, Out, Table, basename};
use crate::url::{Url, is_scheme, split_port};

const TABLE: Table = Table {
    short: "oapsAx",
    long: "output auth auth-type print style pretty proxy verify cert cert-key \
        cert-key-pass timeout session session-read-only raw boundary response-charset \
        response-mime format-options default-scheme max-redirects max-headers ssl \
        ciphers history-print path-as-is-value http-version resolve interface \
        unix-socket generate",
    flags: "json form multipart compress headers body verbose quiet all stream download \
        continue ignore-stdin ignore-netrc offline follow check-status path-as-is \
        chunked meta unsorted sorted debug traceback https curl curl-long \
        no-check-status native-tls ipv4 ipv6 help version",
    single_dash: false,
};

pub(super) fn understand(args: &[String], out: &mut Out<'_, '_>) {
    let mut operands: Vec<&str> = Vec::new();
    let mut output = None;
    let mut download = false;
    let mut offline = false;
    let mut body = false;
    let mut ignore_stdin = false;
    let mut proxies = Vec::new();
    let xh = out.call.program.starts_with("xh");
    for item in TABLE.split(args) {
        match item {
            Item::Operand(operand) => operands.push(operand),
            Item::Option(name, value) => {
                let value = value.unwrap_or_default();
                match name {
                    "o" | "output" => output = Some(value),
                    "d" | "download" => download = true,
                    "offline" | "curl" | "curl-long" => offline = true,
                    "raw" => body = true,
                    "I" | "ignore-stdin" => ignore_stdin = true,
                    "proxy" => {
                        // protocol:url
                        let url = value.split_once(':').map_or(value, |(_, u)| u);
                        proxies.push(url.to_owned());
                    }
                    "resolve" if xh => {
                        if let Some((_, address)) = value.split_once(':') {
                            proxies.push(address.to_owned());
                        }
                    }
                    "session" if value.contains('/') => out.writes(value),
                    _ => {}
                }
            }
        }
    }
    let mut operands = operands.into_iter().peekable();
    let mut method = None;
    if let Some(first) = operands.peek().copied()
        && is_method(first)
    {
        let mut rest = operands.clone();
        rest.next();
        // A single word is a URL, as in `http localhost`.
        if rest.peek().is_some_and(|next| !is_item(next)) {
            method = Some(first.to_ascii_uppercase());
            operands.next();
        }
    }
    let Some(address) = operands.next() else {
        return;
    };
    let mut sends = false;
    for item in operands {
        match classify(item) {
            Some(Kind::Data) => body = true,
            Some(Kind::File(path)) => {
                body = true;
                sends = true;
                out.sends(path);
            }
            Some(Kind::HeaderFile(path)) => {
                sends = true;
                out.sends(path);
            }
            Some(Kind::Other) | None => {}
        }
    }
    if out.has_stdin() && !ignore_stdin {
        body = true;
        sends = true;
    }
    let method = method.unwrap_or_else(|| (if body { "POST" } else { "GET" }).to_owned());
    let url = address_of(address);
    if offline {
        return;
    }
    out.request(&url, &method, sends);
    for proxy in proxies {
        out.through(&proxy, crate::url::kind_of_method(&method));
    }
    match output {
        Some(path) => {
            out.writes(path);
            out.prints_nothing();
        }
        None if download => {
            match basename(&url) {
                Some(name) => out.writes(name),
                None => out.writes_some(""),
            }
            out.prints_nothing();
        }
        None => out.prints_answer(),
    }
}

/// `:3000/x` and `/x` are localhost, `://host` has the scheme left out.
fn address_of(text: &str) -> Url {
    if let Some(rest) = text.strip_prefix("://") {
        return Url::split(rest);
    }
    if let Some(rest) = text.strip_prefix(':').filter(|r| !r.starts_with(':')) {
        let end = rest.find('/').unwrap_or(rest.len());
        let (port, tail) = rest.split_at(end);
        let joined = if port.is_empty() {
            format!("localhost{tail}")
        } else {
            format!("localhost:{port}{tail}")
        };
        return Url::split(&joined);
    }
    if text.starts_with('/') {
        return Url::split(&format!("localhost{text}"));
    }
    Url::split(text)
}

fn is_method(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphabetic())
}

enum Kind<'a> {
    Data,
    File(&'a str),
    HeaderFile(&'a str),
    Other,
}

/// Whether this can only be a request item: the word before it was a URL.
fn is_item(text: &str) -> bool {
    if text.starts_with(':') || text.contains("://") {
        return false;
    }
    let Some((before, _)) = text.split_once([':', '=', '@']) else {
        return false;
    };
    match classify(text) {
        Some(Kind::Data | Kind::File(_) | Kind::HeaderFile(_)) => {
            !before.contains(['/', '?']) && !before.contains('.')
        }
        // `localhost:3000` is an address, `X-Key:abc` a header.
        Some(Kind::Other) => is_scheme(before) && split_port(text).1.is_none(),
        None => false,
    }
}

/// Separators, longest first where they begin at the same place.
fn classify(item: &str) -> Option<Kind<'_>> {
    let mut escaped = false;
    for (at, c) in item.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        let rest = item.get(at..).unwrap_or_default();
        match c {
            '\\' => escaped = true,
            '=' => {
                if rest.starts_with("==@") {
                    return Some(Kind::HeaderFile(rest.get(3..).unwrap_or_default()));
                }
                if rest.starts_with("==") {
                    return Some(Kind::Other);
                }
                return Some(match rest.strip_prefix("=@") {
                    Some(path) => Kind::File(path),
                    None => Kind::Data,
                });
            }
            ':' => {
                if let Some(path) = rest.strip_prefix(":=@") {
                    return Some(Kind::File(path));
                }
                if rest.starts_with(":=") {
                    return Some(Kind::Data);
                }
                return Some(match rest.strip_prefix(":@") {
                    Some(path) => Kind::HeaderFile(path),
                    None => Kind::Other,
                });
            }
            '@' => {
                let path = rest.get(1..).unwrap_or_default();
                return Some(Kind::File(path.split(";type=").next().unwrap_or_default()));
            }
            _ => {}
        }
    }
    None
}
