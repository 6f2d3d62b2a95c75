//! curl.

use palisade_core::{EffectKind, Target, limits};

use super::{Item, Out, Table, basename, is_stdin};
use crate::holes::ANY;
use crate::url::{Url, is_read_method, percent_decode};

const TABLE: Table = Table {
    short: "AbcCdDeEFhHKmoPQrtTuUwxXyYz",
    long: "abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers \
        config connect-timeout connect-to continue-at cookie cookie-jar create-file-mode \
        crlfile curves data data-ascii data-binary data-raw data-urlencode delegation \
        dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech \
        egd-file engine etag-compare etag-save expect100-timeout form form-string \
        ftp-account ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode \
        happy-eyeballs-timeout-ms haproxy-clientip header hostpubmd5 hostpubsha256 hsts \
        interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key key-type krb \
        libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt \
        max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output \
        output-dir parallel-max parallel-max-host pass pinnedpubkey postquote preproxy \
        prequote proto proto-default proto-redir proxy proxy-cacert proxy-capath \
        proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key \
        proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name \
        proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user \
        proxy1.0 pubkey quote random-file range rate referer request request-target \
        resolve retry retry-delay retry-max-time sasl-authzid service-name sigalgs \
        socks4 socks4a socks5 socks5-gssapi-service socks5-hostname speed-limit \
        speed-time stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers \
        tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket \
        upload-file upload-flags url url-query user user-agent variable vlan-priority \
        write-out",
    flags: "anyauth append basic ca-native cert-status compressed compressed-ssh create-dirs \
        crlf digest disable disable-eprt disable-epsv disallow-username-in-url fail \
        fail-early fail-with-body false-start form-escape get globoff head http0.9 \
        http1.0 http1.1 http2 http2-prior-knowledge http3 ignore-content-length include \
        insecure ipv4 ipv6 junk-session-cookies list-only location location-trusted \
        manual metalink negotiate netrc netrc-optional next no-alpn no-buffer no-clobber \
        no-keepalive no-progress-meter no-sessionid ntlm parallel parallel-immediate \
        path-as-is post301 post302 post303 progress-bar proxytunnel raw \
        remote-header-name remote-name remote-name-all remote-time remove-on-error \
        retry-all-errors retry-connrefused sasl-ir show-error show-headers silent \
        skip-existing ssl ssl-reqd sslv2 sslv3 styled-output suppress-connect-headers \
        tcp-fastopen tcp-nodelay tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding \
        trace-ids trace-time use-ascii verbose version xattr",
    single_dash: false,
};

/// What one operation (between two `--next`) was told.
#[derive(Default)]
struct Operation {
    urls: Vec<String>,
    method: Option<String>,
    head: bool,
    get: bool,
    body: bool,
    upload: Vec<String>,
    /// A file or standard input goes into the request.
    sends: bool,
    outputs: Vec<String>,
    remote_name: bool,
    remote_name_all: bool,
    server_names: bool,
    dir: String,
    glob_off: bool,
    proxies: Vec<String>,
    real_targets: Vec<String>,
    quotes: bool,
    mail: bool,
    socket: Option<String>,
    config: bool,
    default_scheme: Option<String>,
    target: Option<String>,
}

/// URLs one glob may stand for before we stop counting.
const GLOB: usize = 64;

pub(super) fn understand(args: &[String], out: &mut Out<'_, '_>) {
    let mut op = Operation::default();
    let mut quiet = true;
    for item in TABLE.split(args) {
        match item {
            Item::Option("next" | ":", _) => quiet &= std::mem::take(&mut op).finish(out),
            Item::Option(name, value) => option(name, value.unwrap_or_default(), &mut op, out),
            Item::Operand(url) => op.urls.push(url.to_owned()),
        }
    }
    quiet &= op.finish(out);
    if quiet {
        out.prints_nothing();
    } else {
        out.prints_answer();
    }
}

fn option(name: &str, value: &str, op: &mut Operation, out: &mut Out<'_, '_>) {
    // `--expand-data '{{x}}'`: variables of curl's own, set with `--variable`.
    let expanded;
    let (name, value) = match name.strip_prefix("expand-") {
        Some(inner) => {
            expanded = blank_variables(value);
            (inner, expanded.as_str())
        }
        None => (name, value),
    };
    match name {
        "X" | "request" => op.method = Some(value.to_ascii_uppercase()),
        "I" | "head" => op.head = true,
        "G" | "get" => op.get = true,
        "url" => match value.strip_prefix('@') {
            Some(list) => {
                out.reads(list);
                op.urls.push(ANY.to_string());
            }
            None => op.urls.push(value.to_owned()),
        },
        "d" | "data" | "data-ascii" | "data-binary" | "json" => {
            op.body = true;
            if let Some(file) = value.strip_prefix('@') {
                op.send_file(file, out);
            }
        }
        "data-raw" | "form-string" => op.body = true,
        "data-urlencode" => {
            op.body = true;
            op.url_encoded(value, out);
        }
        "url-query" => op.url_encoded(value, out),
        "F" | "form" => {
            op.body = true;
            op.form(value, out);
        }
        "T" | "upload-file" => op.upload.push(value.to_owned()),
        "H" | "header" | "proxy-header" => {
            if let Some(file) = value.strip_prefix('@') {
                op.send_file(file, out);
            }
        }
        "b" | "cookie" if !value.contains('=') && !value.is_empty() => op.send_file(value, out),
        "variable" => {
            let bare = value.trim_start_matches('%');
            if let Some((_, file)) = bare.split_once('@').filter(|(n, _)| !n.contains('=')) {
                op.send_file(file, out);
            }
        }
        "w" | "write-out" => {
            if let Some(file) = value.strip_prefix('@') {
                out.reads(file);
            }
            let mut rest = value;
            while let Some((_, after)) = rest.split_once("%output{") {
                let (file, tail) = after.split_once('}').unwrap_or((after, ""));
                out.writes(file.trim_start_matches(">>"));
                rest = tail;
            }
        }
        // Kept for itself, but printed when it makes no sense of it. A private
        // key is used as keys are.
        "netrc-file" | "cacert" | "proxy-cacert" | "crlfile" | "proxy-crlfile" | "random-file"
        | "pubkey" | "etag-compare"
            if !is_key_store(value) =>
        {
            out.reads(value);
        }
        "E" | "cert" | "proxy-cert" => {
            let file = value.split(':').next().unwrap_or(value);
            if !file.is_empty() && !is_key_store(file) {
                out.reads(file);
            }
        }
        "K" | "config" => {
            let text = if is_stdin(value) {
                out.call.stdin
            } else {
                // `<(…)`, or a file written just now.
                let decoded = out.holes.decode(value);
                out.call
                    .args
                    .iter()
                    .filter(|a| a.shown().ends_with(decoded.shown()))
                    .find_map(|a| a.content())
            };
            match text.and_then(|t| t.text()) {
                Some(text) => configured(text, op, out),
                None => {
                    out.reads(value);
                    op.config = true;
                }
            }
        }
        "o" | "output" => op.outputs.push(value.to_owned()),
        "O" | "remote-name" => op.remote_name = true,
        "remote-name-all" => op.remote_name_all = true,
        "J" | "remote-header-name" => op.server_names = true,
        "output-dir" => value.clone_into(&mut op.dir),
        "D" | "dump-header" | "c" | "cookie-jar" | "trace" | "trace-ascii" | "stderr"
        | "etag-save" | "hsts" | "alt-svc" | "libcurl" => out.writes(value),
        "g" | "globoff" => op.glob_off = true,
        "x" | "proxy" | "preproxy" | "socks4" | "socks4a" | "socks5" | "socks5-hostname"
        | "proxy1.0"
            if !value.is_empty() =>
        {
            op.proxies.push(value.to_owned());
        }
        "doh-url" => out.request(&Url::split(value), "GET", false),
        "resolve" => {
            // [+]host:port:address[,address]…
            let addresses = value.splitn(3, ':').nth(2).unwrap_or_default();
            op.real_targets
                .extend(addresses.split(',').map(str::to_owned));
        }
        "connect-to" => {
            // HOST1:PORT1:HOST2:PORT2; either side may be empty.
            if let Some((_, real)) = third_field(value) {
                op.real_targets.push(real.to_owned());
            }
        }
        "unix-socket" | "abstract-unix-socket" => op.socket = Some(value.to_owned()),
        "Q" | "quote" | "postquote" | "prequote" => op.quotes = true,
        "mail-from" | "mail-rcpt" => op.mail = true,
        "proto-default" => op.default_scheme = Some(value.to_ascii_lowercase()),
        "request-target" => op.target = Some(value.to_owned()),
        "engine" => out.opaque(value),
        _ => {}
    }
}

/// The options in a configuration file: `name = "value"`, one a line.
fn configured(text: &str, op: &mut Operation, out: &mut Out<'_, '_>) {
    for line in text.lines().take(512) {
        let line = line.trim();
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let end = line
            .find(|c: char| c == '=' || c == ':' || c.is_whitespace())
            .unwrap_or(line.len());
        let (name, value) = line.split_at_checked(end).unwrap_or((line, ""));
        let value = value.trim_start_matches(|c: char| c == '=' || c == ':' || c.is_whitespace());
        let value = value
            .strip_prefix('"')
            .and_then(|v| v.rsplit_once('"').map(|(v, _)| v))
            .unwrap_or(value);
        let name = name.trim_start_matches('-');
        if matches!(name, "K" | "config") {
            out.reads(value);
            op.config = true;
        } else {
            option(name, value, op, out);
        }
    }
}

/// Named like what a client certificate is kept in.
fn is_key_store(file: &str) -> bool {
    ["pem", "crt", "cer", "p12", "pfx", "der"].iter().any(|e| {
        file.rsplit_once('.')
            .is_some_and(|(_, ext)| ext.eq_ignore_ascii_case(e))
    })
}

/// `HOST1:PORT1` and the rest, respecting brackets.
fn third_field(value: &str) -> Option<(&str, &str)> {
    let host_end = match value.strip_prefix('[') {
        Some(_) => value.find(']')? + 1,
        None => 0,
    };
    let after_host = value.get(host_end..)?.find(':')? + host_end + 1;
    let after_port = value.get(after_host..)?.find(':')? + after_host;
    let real = value.get(after_port + 1..)?;
    (!real.is_empty() && !real.starts_with(':')).then_some((value, real))
}

fn blank_variables(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        out.push(ANY);
        rest = after.split_once("}}").map_or("", |(_, tail)| tail);
    }
    out.push_str(rest);
    out
}

impl Operation {
    fn send_file(&mut self, path: &str, out: &mut Out<'_, '_>) {
        self.sends = true;
        if !is_stdin(path) {
            out.sends(path);
        }
    }

    /// `content`, `=content`, `name=content`, `@file`, `name@file`.
    fn url_encoded(&mut self, value: &str, out: &mut Out<'_, '_>) {
        let at = value.find('@');
        if let Some((_, file)) = at
            .filter(|at| value.find('=').is_none_or(|eq| *at < eq))
            .and_then(|_| value.split_once('@'))
        {
            self.send_file(file, out);
        }
    }

    /// `name=content`, `name=@file[,file][;type=…]`, `name=<file`.
    fn form(&mut self, value: &str, out: &mut Out<'_, '_>) {
        let Some((_, content)) = value.split_once('=') else {
            return;
        };
        let Some(files) = content.strip_prefix(['@', '<']) else {
            return;
        };
        for file in files.split(',').take(limits::SHELL_DEPTH) {
            let file = match file.strip_prefix('"') {
                Some(quoted) => quoted.split('"').next().unwrap_or_default(),
                None => file.split(';').next().unwrap_or_default(),
            };
            self.send_file(file, out);
        }
    }

    fn method(&self) -> String {
        if let Some(method) = &self.method {
            return method.clone();
        }
        let method = if !self.upload.is_empty() {
            "PUT"
        } else if self.head {
            "HEAD"
        } else if self.body && !self.get {
            "POST"
        } else {
            "GET"
        };
        method.to_owned()
    }

    /// Whether everything went into files.
    fn finish(self, out: &mut Out<'_, '_>) -> bool {
        let method = self.method();
        let mut urls = Vec::new();
        for url in &self.urls {
            if self.glob_off {
                urls.push(url.clone());
            } else if !expand(url, &mut urls) {
                out.push(
                    out.call
                        .effect(EffectKind::LimitReached, Target::Name("URL pattern".into())),
                );
            }
        }
        if self.config {
            // A configuration file can hold any option, URLs included.
            let unknown = Url {
                host: ANY.to_string(),
                ..Url::default()
            };
            out.request(&unknown, &method, false);
        }
        for file in &self.upload {
            if !is_stdin(file) {
                let mut files = Vec::new();
                expand(file, &mut files);
                for file in files {
                    out.sends(&file);
                }
            }
        }
        let sends = self.sends || !self.upload.is_empty();
        let mut worst = EffectKind::NetRead;
        let mut outputs = self.outputs.iter();
        let mut quiet = true;
        for text in &urls {
            let mut url = Url::split(text);
            if url.scheme.is_empty()
                && let Some(scheme) = &self.default_scheme
            {
                url.scheme.clone_from(scheme);
            }
            if let Some(target) = self.target.as_ref().filter(|t| t.starts_with('/')) {
                url.path.clone_from(target);
            }
            let kind = self.one(&url, &method, sends, out);
            worst = worst.max(kind);
            let name = match outputs.next() {
                Some(name) => Some(name.clone()),
                None if self.remote_name || self.remote_name_all => {
                    basename(&url).map(str::to_owned)
                }
                None => None,
            };
            match name {
                Some(name) if name == "-" => quiet = false,
                Some(name) => {
                    if self.server_names {
                        out.writes_some(&self.dir);
                    } else if self.dir.is_empty() || name.starts_with('/') {
                        out.writes(&name);
                    } else {
                        out.writes(&format!("{}/{name}", self.dir.trim_end_matches('/')));
                    }
                }
                None => quiet = false,
            }
        }
        if !urls.is_empty() || self.config {
            for proxy in &self.proxies {
                out.through(proxy, worst);
            }
            for target in &self.real_targets {
                out.through(target, worst);
            }
            if let Some(socket) = &self.socket {
                unix_socket(socket, worst, out);
            }
        }
        quiet && !self.config
    }

    fn one(&self, url: &Url, method: &str, sends: bool, out: &mut Out<'_, '_>) -> EffectKind {
        let written = sends || !is_read_method(method);
        match url.scheme_or_guess() {
            "file" => {
                let path = percent_decode(&url.path);
                if self.upload.is_empty() {
                    out.reads(&path);
                } else {
                    out.writes(&path);
                }
                EffectKind::NetRead
            }
            "smtp" | "smtps" => {
                out.push(out.call.effect(
                    EffectKind::MessageSend,
                    Target::Name(out.holes.show(&url.host)),
                ));
                out.request(url, "POST", true);
                EffectKind::NetWrite
            }
            "telnet" | "gopher" | "gophers" => {
                out.connect(EffectKind::NetWrite, &url.host, url.port);
                EffectKind::NetWrite
            }
            scheme => {
                let http = matches!(scheme, "http" | "https");
                let sends = sends && !(http && self.get && is_read_method(method) && !self.sends)
                    || (!http && (self.quotes || self.method.is_some() || self.mail || self.body));
                out.request(url, method, sends);
                if sends || written {
                    EffectKind::NetWrite
                } else {
                    EffectKind::NetRead
                }
            }
        }
    }
}

/// A daemon behind a socket acts with its own rights; a container engine's
/// are those of root.
fn unix_socket(path: &str, kind: EffectKind, out: &mut Out<'_, '_>) {
    let engine = ["docker", "containerd", "podman", "crio"]
        .iter()
        .any(|e| path.contains(e));
    if engine && kind == EffectKind::NetWrite {
        let arg = out.holes.decode(path);
        if let Some(p) = out.call.path(&arg) {
            out.push(
                out.call
                    .effect(EffectKind::Privilege, Target::Path(p.path))
                    .with_certainty(p.certainty),
            );
        }
    }
}

/// Expands `{a,b}` and `[1-3]`. `false` when there are too many.
fn expand(text: &str, out: &mut Vec<String>) -> bool {
    let mut done = vec![String::new()];
    let mut rest = text;
    let mut globs = 0;
    while let Some(at) = rest.find(['{', '[']) {
        globs += 1;
        if globs > GLOB {
            out.extend(done.into_iter().map(|d| format!("{d}{ANY}")));
            return false;
        }
        let (before, glob) = rest.split_at(at);
        let braces = glob.starts_with('{');
        let close = if braces { '}' } else { ']' };
        let body = glob.get(1..).unwrap_or_default();
        let parts = body.split_once(close).and_then(|(inner, tail)| {
            let words = if braces {
                Some(inner.split(',').map(str::to_owned).collect())
            } else {
                range(inner)
            };
            words.map(|w: Vec<String>| (w, tail))
        });
        match parts {
            Some((words, tail)) => {
                if done.len().saturating_mul(words.len()) > GLOB {
                    out.extend(done.into_iter().map(|d| format!("{d}{before}{ANY}{tail}")));
                    return false;
                }
                done = done
                    .iter()
                    .flat_map(|d| words.iter().map(move |w| format!("{d}{before}{w}")))
                    .collect();
                rest = tail;
            }
            None => {
                let (plain, tail) = rest.split_at(at + 1);
                for d in &mut done {
                    d.push_str(plain);
                }
                rest = tail;
            }
        }
    }
    out.extend(done.into_iter().map(|d| format!("{d}{rest}")));
    true
}

/// `1-3`, `001-100:10`, `a-z`.
fn range(text: &str) -> Option<Vec<String>> {
    let (bounds, step) = match text.split_once(':') {
        Some((bounds, step)) => (bounds, step.parse::<usize>().ok()?),
        None => (text, 1),
    };
    let (low, high) = bounds.split_once('-')?;
    let width = low.len();
    let step = step.max(1);
    if let (Ok(l), Ok(h)) = (low.parse::<u32>(), high.parse::<u32>()) {
        let padded = low.starts_with('0');
        return Some(
            (l..=h)
                .step_by(step)
                .take(GLOB + 1)
                .map(|n| {
                    if padded {
                        format!("{n:0width$}")
                    } else {
                        n.to_string()
                    }
                })
                .collect(),
        );
    }
    let mut l = low.chars();
    let mut h = high.chars();
    match (l.next(), l.next(), h.next(), h.next()) {
        (Some(l), None, Some(h), None) if l.is_ascii_alphabetic() && h.is_ascii_alphabetic() => {
            Some((l..=h).step_by(step).map(|c| c.to_string()).collect())
        }
        _ => None,
    }
}
