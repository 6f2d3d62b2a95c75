//! Network clients: which peer, which method, which path, which files leave
//! and which files arrive.
//!
//! Only the argument tables of the programs are known here; whether a host
//! is fine is for the policy to say.

mod curl;
mod grpc;
mod httpie;
mod probes;
mod sockets;
mod stores;
mod transfer;
mod wget;

#[cfg(test)]
mod tests;

use palisade_core::{Certainty, Effect, EffectKind, Target, limits};

use super::{Call, Run, Sink};
use crate::arg::{Arg, Origin};
use crate::holes::{Holes, has_hole};
use crate::url::{Url, kind_of_method, peer};

/// Programs that this module reads.
const PROGRAMS: &[&str] = &[
    "curl",
    "wget",
    "wget2",
    "http",
    "https",
    "xh",
    "xhs",
    "nc",
    "ncat",
    "netcat",
    "nc.openbsd",
    "nc.traditional",
    "socat",
    "telnet",
    "openssl",
    "ftp",
    "tftp",
    "lftp",
    "sftp",
    "curlie",
    "aria2c",
    "grpcurl",
    "wscat",
    "websocat",
    "lynx",
    "w3m",
    "links",
    "elinks",
];

/// Understands one call. `false` when the program is not one
/// of ours or, for `openssl`, the subcommand has no network in it;
/// nothing was added then.
pub(crate) fn understand(call: &Call<'_>, sink: &mut Sink) -> bool {
    let mut holes = Holes::default();
    if !PROGRAMS.contains(&call.program) {
        let mut out = Out {
            call,
            sink,
            holes: &holes,
        };
        return probes::understand(&mut out);
    }
    let args: Vec<String> = call.args.iter().map(|a| holes.encode(a)).collect();
    let mut out = Out {
        call,
        sink,
        holes: &holes,
    };
    match call.program {
        "curl" => curl::understand(&args, &mut out),
        "wget" | "wget2" => wget::understand(&args, &mut out),
        "http" | "https" | "xh" | "xhs" => httpie::understand(&args, &mut out),
        "nc" | "ncat" | "netcat" | "nc.openbsd" | "nc.traditional" => {
            sockets::netcat(&args, &mut out);
        }
        "socat" => sockets::socat(&args, &mut out),
        "telnet" => sockets::telnet(&args, &mut out),
        "openssl" => return sockets::openssl(&args, &mut out),
        "ftp" | "tftp" => transfer::ftp(&args, &mut out),
        "lftp" => transfer::lftp(&args, &mut out),
        "sftp" => transfer::sftp(&args, &mut out),
        "curlie" => {
            // Both grammars: a method in words, or options of curl.
            let words = args.first().is_some_and(|a| !a.starts_with('-'));
            if words && !args.iter().any(|a| a.starts_with("-X") || a == "-d") {
                httpie::understand(&args, &mut out);
            } else {
                curl::understand(&args, &mut out);
            }
        }
        "aria2c" => transfer::aria2c(&args, &mut out),
        "grpcurl" => grpc::grpcurl(&args, &mut out),
        "wscat" | "websocat" => grpc::websocket(&args, &mut out),
        "lynx" | "w3m" | "links" | "elinks" => grpc::browser(&args, &mut out),
        _ => return false,
    }
    true
}

/// Where the parsers of this module put what they find.
struct Out<'a, 'b> {
    call: &'a Call<'b>,
    sink: &'a mut Sink,
    holes: &'a Holes,
}

impl Out<'_, '_> {
    fn push(&mut self, effect: Effect) {
        match self.sink.effects.len() {
            n if n < limits::EFFECTS => self.sink.push(effect),
            n if n == limits::EFFECTS => self
                .sink
                .push(self.call.effect(EffectKind::LimitReached, Target::None)),
            _ => {}
        }
    }

    /// A file that is read for the client's own use.
    fn reads(&mut self, path: &str) {
        self.file(EffectKind::FileRead, path, false);
    }

    /// A file whose content goes to the peer.
    fn sends(&mut self, path: &str) {
        self.file(EffectKind::FileRead, path, true);
    }

    fn writes(&mut self, path: &str) {
        self.file(EffectKind::FileWrite, path, false);
    }

    fn file(&mut self, kind: EffectKind, path: &str, flows: bool) {
        let arg = self.holes.decode(path);
        if let Some(p) = self.call.path(&arg) {
            let mut effect = self
                .call
                .effect(kind, Target::Path(p.path))
                .with_certainty(p.certainty);
            effect.pattern = p.pattern;
            effect.facts.flows_to_network = flows;
            self.push(effect);
        }
    }

    /// Files whose names only the peer knows, in `dir`.
    fn writes_some(&mut self, dir: &str) {
        let dir = if dir.is_empty() { "." } else { dir };
        let arg = self.holes.decode(dir);
        if let Some(p) = self.call.path(&arg) {
            let path = format!("{}/*", p.path.trim_end_matches('/'));
            let mut effect = self
                .call
                .effect(EffectKind::FileWrite, Target::Path(path))
                .with_certainty(Certainty::Partial);
            effect.pattern = true;
            self.push(effect);
        }
    }

    /// A request. `sends`: a file or standard input goes with it.
    fn request(&mut self, url: &Url, method: &str, sends: bool) {
        let known = !has_hole(method);
        let kind = if sends || !known {
            EffectKind::NetWrite
        } else {
            kind_of_method(method)
        };
        let shown = self.holes.show(method);
        let mut effect = url.effect(kind, shown, self.call.program, self.holes);
        if !known {
            effect.certainty = effect.certainty.max(Certainty::Partial);
        }
        self.sink.sends = true;
        self.push(effect);
        stores::request(url, method, self);
    }

    /// A socket connection.
    fn connect(&mut self, kind: EffectKind, host: &str, port: Option<u16>) {
        self.sink.sends = true;
        self.push(peer(kind, host, port, self.call.program, self.holes));
    }

    /// Something a request goes through (`host:port`, or a URL).
    fn through(&mut self, text: &str, kind: EffectKind) {
        let url = Url::split(text);
        self.connect(kind, &url.host, url.port);
    }

    fn listens(&mut self, on: &str) {
        let certainty = if has_hole(on) {
            Certainty::Partial
        } else {
            Certainty::Proved
        };
        let effect = self
            .call
            .effect(EffectKind::NetListen, Target::Name(self.holes.show(on)))
            .with_certainty(certainty);
        self.push(effect);
    }

    /// Code that a peer drives or that cannot be read here.
    fn opaque(&mut self, what: &str) {
        let effect = self
            .call
            .effect(EffectKind::ExecOpaque, Target::Name(self.holes.show(what)))
            .with_certainty(Certainty::Opaque);
        self.push(effect);
    }

    /// A shell command the client runs.
    fn shell(&mut self, code: &str) {
        self.sink.runs.push(Run::Shell {
            code: self.holes.decode(code),
            args: Vec::new(),
        });
    }

    /// What the peer answers comes out of standard output.
    fn prints_answer(&mut self) {
        self.sink.output_from(self.call, Origin::Fetched);
    }

    /// Nothing of interest comes out of standard output.
    fn prints_nothing(&mut self) {
        self.sink.output = Some(Arg::known(""));
    }

    fn has_stdin(&self) -> bool {
        self.call.stdin.is_some_and(|s| !s.is(""))
    }
}

fn is_stdin(path: &str) -> bool {
    matches!(
        path,
        "-" | "." | "/dev/stdin" | "/proc/self/fd/0" | "/dev/fd/0"
    )
}

/// A piece of a command line.
#[derive(Debug, PartialEq, Eq)]
enum Item<'a> {
    /// Name without dashes, and the value when it takes one.
    Option(&'a str, Option<&'a str>),
    /// Anything else.
    Operand(&'a str),
}

/// How a program spells its options.
struct Table {
    /// Short options that take a value.
    short: &'static str,
    /// Long options that take a value, separated by spaces.
    long: &'static str,
    /// Long options that take none; needed to resolve abbreviations.
    flags: &'static str,
    /// Long options may have a single dash.
    single_dash: bool,
}

impl Table {
    /// Splits the arguments. Options and operands may be mixed.
    fn split<'b>(&self, args: &'b [String]) -> Vec<Item<'b>> {
        let mut items = Vec::with_capacity(args.len());
        let mut rest = args.iter().map(String::as_str);
        while let Some(arg) = rest.next() {
            if arg == "--" {
                items.extend(rest.by_ref().map(Item::Operand));
                break;
            }
            let long = arg.strip_prefix("--").or_else(|| {
                let name = arg.strip_prefix('-')?;
                (self.single_dash && name.chars().nth(1).is_some()).then_some(name)
            });
            if let Some(long) = long {
                let (name, inline) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (long, None),
                };
                let (name, valued) = self.resolve(name);
                // curl would refuse `--name=value`; the worse reading counts.
                let value = if valued && inline.is_none() {
                    rest.next()
                } else {
                    inline
                };
                items.push(Item::Option(name, value));
                continue;
            }
            match arg.strip_prefix('-') {
                Some(cluster) if !cluster.is_empty() => {
                    self.cluster(cluster, &mut rest, &mut items);
                }
                _ => items.push(Item::Operand(arg)),
            }
        }
        items
    }

    fn cluster<'b>(
        &self,
        cluster: &'b str,
        rest: &mut impl Iterator<Item = &'b str>,
        items: &mut Vec<Item<'b>>,
    ) {
        for (at, c) in cluster.char_indices() {
            let end = at + c.len_utf8();
            let name = cluster.get(at..end).unwrap_or_default();
            if self.short.contains(c) {
                let tail = cluster.get(end..).unwrap_or_default();
                let value = if tail.is_empty() {
                    rest.next()
                } else {
                    Some(tail)
                };
                items.push(Item::Option(name, value));
                return;
            }
            items.push(Item::Option(name, None));
        }
    }

    /// The full name and whether it takes a value. An abbreviation becomes
    /// the first candidate, value options first: the reading that hides least.
    fn resolve<'b>(&self, name: &'b str) -> (&'b str, bool) {
        if let Some(full) = words(self.long).find(|l| *l == name) {
            return (full, true);
        }
        // curl: any option with its variables expanded.
        if name.starts_with("expand-") {
            return (name, true);
        }
        if words(self.flags).any(|l| l == name) || name.len() < 2 {
            return (name, false);
        }
        if let Some(full) = words(self.long).find(|l| l.starts_with(name)) {
            return (full, true);
        }
        let flag = words(self.flags).find(|l| l.starts_with(name));
        (flag.unwrap_or(name), false)
    }
}

fn words(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split_ascii_whitespace()
}

/// The last component of a URL's path, as clients name downloads.
fn basename(url: &Url) -> Option<&str> {
    url.path.rsplit('/').next().filter(|name| !name.is_empty())
}
