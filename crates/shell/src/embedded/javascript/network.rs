//! Peers: fetch, HTTP clients, sockets, mail, databases.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::value::{Args, Value};
use super::{UNKNOWN, option};
use crate::arg::Origin;
use crate::holes::ANY;

const FETCHED: Value = Value::Unknown(Origin::Fetched);

const CLIENTS: &[&str] = &[
    "axios",
    "axios.create()",
    "got",
    "got.extend()",
    "superagent",
    "ky",
    "ky.create()",
    "needle",
    "undici",
    "request",
    "phin",
    "bent",
    "ofetch",
    "wretch",
];

pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    let (owner, name) = path.rsplit_once('.').unwrap_or(("", path));
    let first = args.at(0);
    match path {
        "fetch" | "undici.fetch" | "undici.request" | "got" | "ky" | "axios" | "axios.request"
        | "request" | "node-fetch" | "$fetch" | "ofetch.$fetch" | "ofetch.ofetch" | "needle"
        | "fetch.default" | "Bun.fetch" => {
            return Some(options_request(machine, &first, args.pos.get(1), false));
        }
        "axios.create" => {
            // The base is only known here.
            return Some(match option(&first, "baseURL") {
                Some(base) => {
                    let base = machine.stringify(base);
                    Value::sym(format!("axios at {base}"))
                }
                None => Value::sym("axios.create()"),
            });
        }
        "http.request" | "https.request" | "http.get" | "https.get" | "http2.connect" => {
            let https = owner != "http";
            let method = if name == "get" { Some("GET") } else { None };
            return Some(node_request(machine, &first, args, https, method));
        }
        "WebSocket"
        | "ws"
        | "ws.WebSocket"
        | "EventSource"
        | "socket.io-client"
        | "socket.io-client.io" => {
            machine.request("CONNECT", &first, path != "EventSource");
            return Some(FETCHED);
        }
        "net.connect"
        | "net.createConnection"
        | "tls.connect"
        | "net.Socket().connect"
        | "Deno.connect"
        | "Deno.connectTls"
        | "Bun.connect" => {
            let (host, port) = match &first {
                Value::Dict(_) => (
                    option(&first, "host")
                        .or_else(|| option(&first, "hostname"))
                        .cloned()
                        .unwrap_or_else(|| Value::text("localhost")),
                    option(&first, "port").cloned(),
                ),
                port => (
                    args.pos
                        .get(1)
                        .filter(|v| matches!(v, Value::Str(_) | Value::Unknown(_)))
                        .cloned()
                        .unwrap_or_else(|| Value::text("localhost")),
                    Some(port.clone()),
                ),
            };
            machine.connect(EffectKind::NetWrite, &host, port.as_ref());
            return Some(FETCHED);
        }
        "Deno.serve" | "Bun.serve" | "Deno.listen" | "Bun.listen" => {
            let port = option(&first, "port")
                .cloned()
                .unwrap_or_else(|| Value::text("8000"));
            machine.listen(&port);
            return Some(UNKNOWN);
        }
        "dns.lookup" | "dns.resolve" | "dns.resolve4" | "dns.resolveTxt" => {
            if machine.origin_of(&first).is_some() {
                machine.connect(EffectKind::NetRead, &first, None);
            }
            return Some(FETCHED);
        }
        _ => {}
    }
    if let Some(base) = owner.strip_prefix("axios at ") {
        let base = base.to_owned();
        let more = machine.stringify(&first);
        let url = Value::text(format!(
            "{}/{}",
            base.trim_end_matches('/'),
            more.trim_start_matches('/')
        ));
        return http(machine, name, &url, args);
    }
    if CLIENTS.contains(&owner) {
        return http(machine, name, &first, args);
    }
    if name == "listen"
        && (owner.contains("createServer()")
            || matches!(owner, "express()" | "fastify()" | "koa()" | "Koa()"))
    {
        let port = match &first {
            Value::Dict(_) => option(&first, "port").cloned().unwrap_or(UNKNOWN),
            port => port.clone(),
        };
        machine.listen(&port);
        return Some(UNKNOWN);
    }
    if name == "send" && owner.starts_with("dgram.") {
        let host = args
            .pos
            .iter()
            .rev()
            .find(|v| matches!(v, Value::Str(_)))
            .cloned();
        machine.connect(EffectKind::NetWrite, &host.unwrap_or(UNKNOWN), None);
        return Some(UNKNOWN);
    }
    suggestive(machine, owner, name, args)
}

/// `fetch(url, {method, body})`, `axios({url, method, data})`.
fn options_request(
    machine: &mut Machine<'_>,
    first: &Value,
    second: Option<&Value>,
    body: bool,
) -> Value {
    let (url, options) = match first {
        Value::Dict(_) => (
            option(first, "url")
                .or_else(|| option(first, "uri"))
                .cloned()
                .unwrap_or(UNKNOWN),
            first.clone(),
        ),
        url => (url.clone(), second.cloned().unwrap_or(Value::Nothing)),
    };
    let body = body
        || ["body", "data", "json", "form"]
            .iter()
            .any(|n| option(&options, n).is_some());
    let method = match &options {
        Value::Dict(_) => match option(&options, "method") {
            Some(method) => machine.stringify(method),
            None => (if body { "POST" } else { "GET" }).to_owned(),
        },
        Value::Nothing | Value::Func(_) => "GET".to_owned(),
        _ => ANY.to_string(),
    };
    machine.request(&method, &url, body);
    FETCHED
}

fn http(machine: &mut Machine<'_>, name: &str, url: &Value, args: &Args) -> Option<Value> {
    let method = match name {
        "get" | "head" | "options" | "post" | "put" | "patch" | "delete" => name,
        "del" => "delete",
        "postForm" => "post",
        "putForm" => "put",
        "stream" => "get",
        _ => return None,
    };
    let body = match method {
        "post" | "put" | "patch" => true,
        _ => args.pos.get(1).is_some_and(|o| {
            ["body", "data", "json"]
                .iter()
                .any(|n| option(o, n).is_some())
        }),
    };
    machine.request(method, url, body);
    Some(FETCHED)
}

/// `http.request(url | {hostname, path, method}, …)`.
fn node_request(
    machine: &mut Machine<'_>,
    first: &Value,
    args: &Args,
    https: bool,
    method: Option<&str>,
) -> Value {
    let options = if matches!(first, Value::Dict(_)) {
        Some(first)
    } else {
        args.pos.get(1).filter(|v| matches!(v, Value::Dict(_)))
    };
    let named = options.and_then(|o| option(o, "method")).cloned();
    let method = match (&named, method) {
        (Some(value), _) => machine.stringify(value),
        (None, Some(method)) => method.to_owned(),
        (None, None) => "GET".to_owned(),
    };
    let url = match first {
        Value::Dict(_) => {
            let host = option(first, "hostname")
                .or_else(|| option(first, "host"))
                .cloned();
            let host = machine.stringify(&host.unwrap_or_else(|| Value::text("localhost")));
            let path = match option(first, "path").cloned() {
                Some(path) => machine.stringify(&path),
                None => "/".to_owned(),
            };
            let port = match option(first, "port").cloned() {
                Some(port) => format!(":{}", machine.stringify(&port)),
                None => String::new(),
            };
            let scheme = if https { "https" } else { "http" };
            Value::text(format!("{scheme}://{host}{port}{path}"))
        }
        other => other.clone(),
    };
    machine.request(&method, &url, false);
    FETCHED
}

/// Calls of packages we do not know, where the name says it.
pub(super) fn suggestive(
    machine: &mut Machine<'_>,
    owner: &str,
    name: &str,
    args: &Args,
) -> Option<Value> {
    let first = args.at(0);
    match name {
        "query" | "execute" | "exec" | "run" | "raw" | "prepare" | "all" | "each" | "unsafe"
        | "$executeRawUnsafe" | "$queryRawUnsafe" | "$executeRaw" | "$queryRaw" | "sql"
            if !args.pos.is_empty() =>
        {
            let client = if owner.starts_with("pg") {
                "postgres"
            } else {
                owner
            };
            machine.maybe_sql(&first, client);
            Some(UNKNOWN)
        }
        "dropDatabase" | "dropAllTables" | "flushall" | "flushdb" | "flushAll" | "flushDb"
        | "dropSchema" | "dropTable" | "dropTableIfExists" => {
            machine.perhaps(EffectKind::DbDestroy, name);
            Some(UNKNOWN)
        }
        "deleteMany" => {
            let everything = match args.pos.first() {
                None => true,
                Some(Value::Dict(d)) => d.is_empty(),
                Some(_) => false,
            };
            machine.perhaps(
                if everything {
                    EffectKind::DbDestroy
                } else {
                    EffectKind::DbWrite
                },
                name,
            );
            Some(UNKNOWN)
        }
        "insertOne" | "insertMany" | "updateOne" | "updateMany" | "deleteOne" | "replaceOne"
        | "bulkWrite" | "findOneAndDelete" | "findOneAndUpdate" | "createMany" | "upsert" => {
            machine.perhaps(EffectKind::DbWrite, name);
            Some(UNKNOWN)
        }
        "sendMail" | "postMessage" if owner.contains("nodemailer") || owner.contains("chat") => {
            machine.message(&Value::text(name));
            Some(UNKNOWN)
        }
        _ => None,
    }
}
