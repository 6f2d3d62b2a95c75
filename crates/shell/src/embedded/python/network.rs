//! Peers: HTTP clients, sockets, mail, databases.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::value::{Args, Class, Value};
use super::UNKNOWN;
use crate::arg::Origin;

const FETCHED: Value = Value::Unknown(Origin::Fetched);

/// Ways to make an HTTP client, after which methods are named like those of
/// the module.
const CLIENTS: &[&str] = &[
    "requests",
    "requests.Session()",
    "requests.session()",
    "requests.sessions.Session()",
    "requests.api",
    "httpx",
    "httpx.Client()",
    "httpx.AsyncClient()",
    "aiohttp.ClientSession()",
    "urllib3",
    "urllib3.PoolManager()",
    "urllib3.ProxyManager()",
    "niquests",
    "curl_cffi.requests",
    "cloudscraper.create_scraper()",
    "treq",
];

const SOCKETS: &[&str] = &[
    "socket.socket()",
    "ssl.wrap_socket()",
    "ssl.SSLContext().wrap_socket()",
    "ssl.create_default_context().wrap_socket()",
];

pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    let (owner, name) = path.rsplit_once('.').unwrap_or(("", path));
    if CLIENTS.contains(&owner) {
        return http(machine, name, args);
    }
    if SOCKETS.contains(&owner) {
        return Some(socket(machine, name, args));
    }
    let first = args.at(0);
    let root = path.split(['.', '(']).next().unwrap_or_default();
    if DATABASES.contains(&root) {
        return Some(database(machine, path, root, name, args));
    }
    Some(match path {
        "urllib.request.urlopen"
        | "urllib2.urlopen"
        | "urllib.urlopen"
        | "urllib.request.build_opener().open" => {
            let data = args
                .get(1, "data")
                .is_some_and(|v| !matches!(v, Value::Nothing));
            match &first {
                Value::Object(Class::Request, inner) => {
                    let (url, method, body) = request_parts(inner);
                    machine.request(&method, &url, body);
                }
                url => machine.request(if data { "POST" } else { "GET" }, url, data),
            }
            FETCHED
        }
        "urllib.request.Request" | "urllib2.Request" | "requests.Request" | "httpx.Request" => {
            let first_is_url = path.starts_with("urllib");
            let url = args.want(usize::from(!first_is_url), "url");
            let data = ["data", "json", "files", "content"]
                .iter()
                .any(|n| args.named(n).is_some())
                || (first_is_url
                    && args
                        .pos
                        .get(1)
                        .is_some_and(|v| !matches!(v, Value::Nothing)));
            let method = if first_is_url {
                args.named("method").cloned()
            } else {
                args.get(0, "method").cloned()
            };
            let method = method.unwrap_or_else(|| Value::text(if data { "POST" } else { "GET" }));
            Value::object(
                Class::Request,
                Value::list(vec![url, method, Value::Bool(data)]),
            )
        }
        "urllib.request.urlretrieve" | "urllib.urlretrieve" | "wget.download" => {
            machine.request("GET", &first, false);
            match args.get(1, "filename").or_else(|| args.named("out")) {
                Some(file) => {
                    let file = file.clone();
                    machine.file(EffectKind::FileWrite, &file);
                }
                None if path == "wget.download" => {
                    let name = first
                        .as_str()
                        .and_then(|u| u.rsplit('/').next())
                        .map(str::to_owned);
                    let name = name.map_or(UNKNOWN, Value::text);
                    machine.file(EffectKind::FileWrite, &name);
                }
                None => {}
            }
            FETCHED
        }
        "http.client.HTTPConnection"
        | "http.client.HTTPSConnection"
        | "httplib.HTTPConnection"
        | "httplib.HTTPSConnection" => {
            let host = machine.stringify(&first);
            let scheme = if path.contains("HTTPS") {
                "https"
            } else {
                "http"
            };
            let host = match args.get(1, "port").and_then(Value::as_int) {
                Some(port) => format!("{host}:{port}"),
                None => host,
            };
            Value::object(Class::Peer, Value::text(format!("{scheme}://{host}")))
        }
        "webbrowser.open" | "webbrowser.open_new" | "webbrowser.open_new_tab" => {
            machine.request("GET", &first, false);
            UNKNOWN
        }
        "xmlrpc.client.ServerProxy"
        | "websocket.create_connection"
        | "websockets.connect"
        | "websocket.WebSocketApp"
        | "websockets.sync.client.connect" => {
            machine.request("CONNECT", &first, true);
            FETCHED
        }
        "socket.create_connection" | "asyncio.open_connection" | "telnetlib.Telnet" => {
            machine.connect(EffectKind::NetWrite, &first, args.get(1, "port"));
            FETCHED
        }
        "socket.create_server"
        | "http.server.HTTPServer"
        | "socketserver.TCPServer"
        | "http.server.ThreadingHTTPServer"
        | "socketserver.UDPServer"
        | "socketserver.ThreadingTCPServer"
        | "wsgiref.simple_server.make_server"
        | "asyncio.start_server" => {
            let on = if path.starts_with("wsgiref") || path.starts_with("asyncio") {
                args.want(1, "port")
            } else {
                first
            };
            machine.listen(&on);
            Value::sym(format!("{path}()"))
        }
        "socket.gethostbyname"
        | "socket.getaddrinfo"
        | "socket.gethostbyname_ex"
        | "dns.resolver.resolve"
        | "dns.resolver.query" => {
            // Names are looked up elsewhere; a computed one carries data out.
            if machine.origin_of(&first).is_some() {
                machine.connect(EffectKind::NetRead, &first, None);
            }
            FETCHED
        }
        "smtplib.SMTP" | "smtplib.SMTP_SSL" | "smtplib.LMTP" => {
            machine.connect(EffectKind::NetWrite, &first, args.get(1, "port"));
            Value::sym("smtplib.SMTP()")
        }
        "smtplib.SMTP().sendmail" | "smtplib.SMTP().send_message" => {
            machine.message(&Value::text("mail"));
            UNKNOWN
        }
        "ftplib.FTP" | "ftplib.FTP_TLS" | "imaplib.IMAP4" | "imaplib.IMAP4_SSL" | "poplib.POP3"
        | "poplib.POP3_SSL" | "nntplib.NNTP" => {
            machine.connect(EffectKind::NetRead, &first, args.get(1, "port"));
            Value::object(Class::Peer, first)
        }
        "paramiko.SSHClient().connect"
        | "paramiko.Transport"
        | "asyncssh.connect"
        | "fabric.Connection"
        | "netmiko.ConnectHandler" => {
            let host = args
                .get(0, "hostname")
                .or_else(|| args.named("host"))
                .cloned();
            machine.connect(
                EffectKind::NetWrite,
                &host.unwrap_or(UNKNOWN),
                args.named("port"),
            );
            UNKNOWN
        }
        _ => return suggestive(machine, path, name, args),
    })
}

/// Packages whose objects run statements.
const DATABASES: &[&str] = &[
    "sqlite3",
    "psycopg2",
    "psycopg",
    "pymysql",
    "MySQLdb",
    "mysql",
    "asyncpg",
    "aiosqlite",
    "sqlalchemy",
    "duckdb",
    "pyodbc",
    "pymssql",
    "oracledb",
    "cx_Oracle",
    "mariadb",
    "redis",
    "pymongo",
    "pg8000",
    "databases",
    "clickhouse_driver",
    "snowflake",
];

fn database(machine: &mut Machine<'_>, path: &str, root: &str, name: &str, args: &Args) -> Value {
    let first = args.at(0);
    match name {
        "connect"
            if matches!(root, "sqlite3" | "duckdb" | "aiosqlite")
                && first.as_str() != Some(":memory:")
                && !args.pos.is_empty() =>
        {
            machine.file(EffectKind::FileRead, &first);
        }
        "text" => return first,
        "execute" | "executemany" | "executescript" | "exec_driver_sql" | "fetch" | "fetchrow"
        | "fetchval" | "query" | "sql" | "fetch_all" | "fetch_one" | "execute_many" | "scalar"
        | "scalars" | "callproc" => {
            if args.pos.is_empty() {
                return FETCHED;
            }
            if name == "callproc" {
                machine.perhaps(EffectKind::DbWrite, "procedure");
            } else if matches!(first, Value::Str(_) | Value::OneOf(_) | Value::Unknown(_)) {
                machine.sql(&first, root);
            }
        }
        "drop" | "drop_all" | "flushall" | "flushdb" | "drop_database" | "drop_collection" => {
            machine.perhaps(EffectKind::DbDestroy, name);
        }
        "set" | "delete" | "hset" | "lpush" | "rpush" | "sadd" | "zadd" | "expire" | "incr"
            if root == "redis" =>
        {
            machine.perhaps(EffectKind::DbWrite, name);
        }
        "get" | "keys" | "hgetall" | "hget" | "scan_iter" | "find" | "find_one"
            if matches!(root, "redis" | "pymongo") =>
        {
            machine.perhaps(EffectKind::DbRead, name);
            return FETCHED;
        }
        "delete_many" | "insert_one" | "insert_many" | "update_one" | "update_many"
        | "delete_one" | "replace_one" => {
            return suggestive(machine, path, name, args).unwrap_or(UNKNOWN);
        }
        _ => {}
    }
    Value::sym(format!("{path}()"))
}

fn request_parts(inner: &Value) -> (Value, String, bool) {
    let items = inner.as_list().unwrap_or_default();
    let url = items.first().cloned().unwrap_or(UNKNOWN);
    let method = items
        .get(1)
        .and_then(Value::as_str)
        .map_or_else(|| crate::holes::ANY.to_string(), str::to_owned);
    let body = items.get(2).and_then(Value::truth).unwrap_or(false);
    (url, method, body)
}

/// `client.get(url)` and its sisters.
fn http(machine: &mut Machine<'_>, name: &str, args: &Args) -> Option<Value> {
    let body = ["data", "json", "files", "content", "body", "fields"]
        .iter()
        .any(|n| args.named(n).is_some_and(|v| !matches!(v, Value::Nothing)));
    match name {
        "get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "ws_connect" => {
            let method = if name == "ws_connect" {
                "CONNECT"
            } else {
                name
            };
            // A second positional argument is the body, except of `get`.
            let body = body || (args.pos.len() > 1 && name != "get");
            machine.request(method, &args.want(0, "url"), body);
            Some(FETCHED)
        }
        "request" | "stream" => {
            let method = match args.get(0, "method").and_then(Value::as_str) {
                Some(method) => method.to_owned(),
                None => crate::holes::ANY.to_string(),
            };
            machine.request(&method, &args.want(1, "url"), body);
            Some(FETCHED)
        }
        "send" => {
            if let Value::Object(Class::Request, inner) = args.at(0) {
                let (url, method, body) = request_parts(&inner);
                machine.request(&method, &url, body);
            }
            Some(FETCHED)
        }
        _ => None,
    }
}

fn socket(machine: &mut Machine<'_>, name: &str, args: &Args) -> Value {
    match name {
        "connect" | "connect_ex" => {
            machine.connect(EffectKind::NetWrite, &args.at(0), None);
        }
        "sendto" => {
            let address = args.pos.last().cloned().unwrap_or(UNKNOWN);
            machine.connect(EffectKind::NetWrite, &address, None);
        }
        "bind" => machine.listen(&args.at(0)),
        "recv" | "recvfrom" | "makefile" => return FETCHED,
        "send" | "sendall" | "sendfile" => machine.sent = true,
        "accept" => return UNKNOWN,
        _ => {}
    }
    Value::Nothing
}

/// A method of something of which nothing is known.
pub(super) fn unknown_method(machine: &mut Machine<'_>, name: &str, args: &Args) -> Value {
    suggestive(machine, "", name, args).unwrap_or(UNKNOWN)
}

/// Calls of packages we do not know, where the name says it.
fn suggestive(machine: &mut Machine<'_>, path: &str, name: &str, args: &Args) -> Option<Value> {
    if machine.pretends {
        return None;
    }
    match name {
        "drop_all" | "drop_database" | "drop_collection" | "drop_table" | "drop_index"
        | "flushall" | "flushdb" | "dropDatabase" => {
            machine.perhaps(EffectKind::DbDestroy, name);
            Some(UNKNOWN)
        }
        "delete_many" => {
            let all = matches!(args.get(0, "filter"), Some(Value::Dict(d)) if d.is_empty());
            machine.perhaps(
                if all {
                    EffectKind::DbDestroy
                } else {
                    EffectKind::DbWrite
                },
                name,
            );
            Some(UNKNOWN)
        }
        "insert_one" | "insert_many" | "update_one" | "update_many" | "replace_one"
        | "delete_one" | "bulk_create" | "bulk_update" => {
            machine.perhaps(EffectKind::DbWrite, name);
            Some(UNKNOWN)
        }
        "execute" | "executescript" | "read_sql" | "read_sql_query" | "raw" | "executemany"
            if !args.pos.is_empty() =>
        {
            machine.maybe_sql(&args.at(0), path);
            Some(UNKNOWN)
        }
        "get_password" | "get_credential" if path.starts_with("keyring") => {
            machine.named(EffectKind::SecretRead, &Value::text(path));
            Some(UNKNOWN)
        }
        "delete" | "update"
            if path.ends_with(".objects.all().delete")
                || path.ends_with(".objects.all().update")
                || path.ends_with(".objects.update") =>
        {
            machine.perhaps(EffectKind::DbDestroy, path);
            Some(UNKNOWN)
        }
        "delete" | "update" | "create" | "bulk_delete"
            if path.contains(".objects.") || path.contains(".objects()") =>
        {
            machine.perhaps(EffectKind::DbWrite, path);
            Some(UNKNOWN)
        }
        "to_csv" | "to_json" | "to_excel" | "to_parquet" | "to_pickle" | "to_feather"
        | "savefig" | "write_csv" | "write_parquet" | "imwrite" | "save" | "savez" | "savetxt"
            if args.pos.first().is_some_and(|v| v.as_str().is_some()) =>
        {
            machine.file(EffectKind::FileWrite, &args.at(0));
            Some(UNKNOWN)
        }
        "rmtree" | "remove_tree" => {
            machine.tree(EffectKind::FileDelete, &args.at(0));
            Some(UNKNOWN)
        }
        _ => None,
    }
}

/// A method of a connection.
pub(super) fn peer_method(
    machine: &mut Machine<'_>,
    inner: &Value,
    name: &str,
    args: &Args,
) -> Value {
    match name {
        "request" | "putrequest" => {
            let method = args
                .get(0, "method")
                .and_then(Value::as_str)
                .map_or_else(|| crate::holes::ANY.to_string(), str::to_owned);
            let host = machine.stringify(inner);
            let path = machine.stringify(&args.want(1, "url"));
            let body = args
                .get(2, "body")
                .is_some_and(|v| !matches!(v, Value::Nothing));
            machine.request(&method, &Value::text(format!("{host}{path}")), body);
        }
        "storbinary" | "storlines" | "delete" | "rename" | "rmd" | "mkd" | "sendcmd" | "append"
        | "store" => {
            machine.connect(EffectKind::NetWrite, inner, None);
        }
        _ => {}
    }
    FETCHED
}
