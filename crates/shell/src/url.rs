//! Splits URLs the way command line clients do.
//!
//! Lenient on purpose: what reaches us is what somebody typed, and the only
//! question is which host would be contacted. Nothing is validated and
//! nothing is looked up.

use std::borrow::Cow;

use palisade_core::{Certainty, Effect, EffectKind, Target};

use crate::holes::{Holes, has_hole, is_hole};

/// A URL in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url {
    /// Lower case, without `:`. Empty when none was written.
    pub scheme: String,
    /// `user:password`, as written.
    pub userinfo: Option<String>,
    /// Host without brackets, percent-decoded, otherwise as written.
    pub host: String,
    /// Explicit port.
    pub port: Option<u16>,
    /// Path beginning with `/`, without query and fragment.
    pub path: String,
    /// Query without `?`.
    pub query: Option<String>,
}

impl Url {
    /// Splits `text`. Never fails: text that is no URL becomes a host, as
    /// clients take it.
    pub fn split(text: &str) -> Self {
        let text: String = text
            .trim()
            .chars()
            .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
            .collect();
        let mut url = Self::default();
        let mut rest = text.as_str();
        if let Some((scheme, after)) = rest.split_once(':')
            && is_scheme(scheme)
            && let Some(after) = after.strip_prefix('/')
        {
            url.scheme = scheme.to_ascii_lowercase();
            // `file:/etc/x` and `http:/host` are accepted by clients.
            rest = if let Some(two) = after.strip_prefix('/') {
                // Clients skip surplus slashes, except where an empty
                // authority has a meaning.
                if url.scheme == "file" {
                    two
                } else {
                    two.trim_start_matches('/')
                }
            } else if url.scheme == "file" {
                url.path = format!("/{after}");
                ""
            } else {
                after
            };
        } else if let Some(after) = rest.strip_prefix("//") {
            rest = after;
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let hostport = match authority.rsplit_once('@') {
            Some((user, host)) => {
                url.userinfo = Some(user.to_owned());
                host
            }
            None => authority,
        };
        let (host, port) = split_port(hostport);
        url.host = percent_decode(host);
        url.port = port;
        let tail = tail.split('#').next().unwrap_or_default();
        match tail.split_once('?') {
            Some((path, query)) => {
                path.clone_into(&mut url.path);
                url.query = Some(query.to_owned());
            }
            None if !tail.is_empty() => tail.clone_into(&mut url.path),
            None => {}
        }
        if url.path.is_empty() {
            "/".clone_into(&mut url.path);
        }
        url
    }

    /// The scheme, or what clients guess from the host when there is none.
    pub(crate) fn scheme_or_guess(&self) -> &str {
        if !self.scheme.is_empty() {
            return &self.scheme;
        }
        let host = self.host.to_ascii_lowercase();
        for scheme in ["ftp", "dict", "ldap", "imap", "smtp", "pop3"] {
            if host
                .strip_prefix(scheme)
                .is_some_and(|r| r.starts_with('.'))
            {
                return scheme;
            }
        }
        "http"
    }

    /// An effect on this peer, with a certainty that follows from the holes.
    pub(crate) fn effect(
        &self,
        kind: EffectKind,
        method: impl Into<Cow<'static, str>>,
        by: &str,
        holes: &Holes,
    ) -> Effect {
        let certainty = if self.host.chars().all(|c| is_hole(c) || c == '.') {
            Certainty::Opaque
        } else if has_hole(&self.host) || has_hole(&self.path) {
            Certainty::Partial
        } else {
            Certainty::Proved
        };
        let host = if certainty == Certainty::Opaque {
            String::new()
        } else {
            holes.show(&self.host)
        };
        let target = Target::Host {
            host,
            port: self.port,
            path: holes.show(&self.path),
            method: method.into(),
        };
        Effect::new(kind, target, by).with_certainty(certainty)
    }
}

/// An effect on a peer that is not HTTP.
pub(crate) fn peer(
    kind: EffectKind,
    host: &str,
    port: Option<u16>,
    by: &str,
    holes: &Holes,
) -> Effect {
    let bare = host
        .strip_prefix('[')
        .and_then(|h| h.strip_suffix(']'))
        .unwrap_or(host);
    let url = Url {
        host: bare.to_owned(),
        port,
        ..Url::default()
    };
    url.effect(kind, "CONNECT", by, holes)
}

/// Splits `host:port`, `[v6]:port`, a bare IPv6 address or a bare host.
pub(crate) fn split_port(text: &str) -> (&str, Option<u16>) {
    if let Some(inner) = text.strip_prefix('[') {
        return match inner.split_once(']') {
            Some((host, rest)) => (
                host,
                rest.strip_prefix(':').and_then(|p| p.parse::<u16>().ok()),
            ),
            None => (inner, None),
        };
    }
    match text.rsplit_once(':') {
        Some((host, _)) if host.contains(':') => (text, None),
        Some((host, port)) => (host, port.parse::<u16>().ok()),
        None => (text, None),
    }
}

/// Whether `text` can be a URL scheme.
pub(crate) fn is_scheme(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Whether a request with this method only asks.
pub(crate) fn is_read_method(method: &str) -> bool {
    matches!(
        method,
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PROPFIND" | "REPORT" | "SEARCH" | "QUERY"
    )
}

/// The kind of effect a request with this method is.
pub(crate) fn kind_of_method(method: &str) -> EffectKind {
    if is_read_method(method) {
        EffectKind::NetRead
    } else {
        EffectKind::NetWrite
    }
}

/// Decodes `%xx`; anything malformed stays.
pub(crate) fn percent_decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'%'
            && let (Some(high), Some(low)) = (hex(bytes.get(at + 1)), hex(bytes.get(at + 2)))
        {
            out.push(high * 16 + low);
            at += 3;
            continue;
        }
        out.push(byte);
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(byte: Option<&u8>) -> Option<u8> {
    byte.and_then(|b| char::from(*b).to_digit(16))
        .and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, String, Option<u16>, String) {
        let u = Url::split(text);
        (u.scheme, u.host, u.port, u.path)
    }

    fn want(s: &str, h: &str, p: Option<u16>, path: &str) -> (String, String, Option<u16>, String) {
        (s.into(), h.into(), p, path.into())
    }

    #[test]
    fn splits() {
        assert_eq!(
            parts("https://api.example.com/v1/x?q=1#f"),
            want("https", "api.example.com", None, "/v1/x")
        );
        assert_eq!(
            parts("example.com:8080"),
            want("", "example.com", Some(8080), "/")
        );
        assert_eq!(
            parts("http://user:p@ss@host/x"),
            want("http", "host", None, "/x")
        );
        assert_eq!(
            parts("http://good.com@evil.com"),
            want("http", "evil.com", None, "/")
        );
        assert_eq!(
            parts("http://[::1]:80/a"),
            want("http", "::1", Some(80), "/a")
        );
        assert_eq!(
            parts("file:///etc/passwd"),
            want("file", "", None, "/etc/passwd")
        );
        assert_eq!(
            parts("HTTP:///evil.com/x"),
            want("http", "evil.com", None, "/x")
        );
        assert_eq!(
            parts("http://ev%69l.com?a/b"),
            want("http", "evil.com", None, "/")
        );
        assert_eq!(
            parts("http://a.com#@evil.com/"),
            want("http", "a.com", None, "/")
        );
    }
}
