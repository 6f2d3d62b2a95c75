//! Databases that are spoken to over HTTP.
//!
//! On another machine every change is asked about. On this one changing a
//! record is ordinary work; dropping what holds the records is not.

use palisade_core::{EffectKind, Target};

use super::Out;
use crate::holes::Holes;
use crate::programs::Run;
use crate::url::Url;

/// A store by the port it listens on, and what of its paths, when deleted, is
/// more than one record: a number of parts, or a part that is named.
const STORES: &[(u16, &str, usize, &str)] = &[
    (
        9200,
        "elasticsearch",
        1,
        "_all _data_stream _index_template _snapshot",
    ),
    (9201, "elasticsearch", 1, "_all"),
    (5984, "couchdb", 1, ""),
    (6333, "qdrant", 2, "snapshots"),
    (7700, "meilisearch", 2, "keys"),
    (8108, "typesense", 2, ""),
    (8983, "solr", 3, ""),
    (8529, "arangodb", 0, "collection database"),
    (8086, "influxdb", 0, "buckets orgs"),
    (7474, "neo4j", 0, ""),
    (8500, "consul", 0, "recurse"),
    (15672, "rabbitmq", 0, "queues exchanges vhosts users"),
    (8083, "kafka-connect", 2, ""),
    (8081, "schema-registry", 2, ""),
];

/// ClickHouse takes statements.
const CLICKHOUSE: u16 = 8123;

/// Parts of a path that delete what a query finds.
const BY_QUERY: &[&str] = &["_delete_by_query", "delete-batch", "_purge"];

/// What a request does to a store of this machine.
pub(super) fn request(url: &Url, method: &str, out: &mut Out<'_, '_>) {
    let host = url.host.to_ascii_lowercase();
    let here = matches!(host.as_str(), "localhost" | "::1" | "0.0.0.0")
        || host.starts_with("127.")
        || host.ends_with(".localhost");
    let Some(port) = url.port.filter(|_| here) else {
        return;
    };
    if port == CLICKHOUSE {
        clickhouse(url, method, out);
        return;
    }
    let Some((_, store, whole, named)) = STORES.iter().find(|(p, ..)| *p == port) else {
        return;
    };
    let parts: Vec<&str> = url.path.split('/').filter(|p| !p.is_empty()).collect();
    let query = url.query.as_deref().unwrap_or_default();
    let destroys = match method {
        "DELETE" => {
            (1..=*whole).contains(&parts.len())
                || named
                    .split(' ')
                    .filter(|n| !n.is_empty())
                    .any(|n| parts.contains(&n) || query.contains(n))
                || parts.last().is_some_and(|p| *p == "documents")
        }
        "POST" => {
            parts.iter().any(|p| BY_QUERY.contains(p))
                || (*store == "qdrant" && parts.ends_with(&["points", "delete"]))
        }
        _ => false,
    };
    if destroys {
        let name = Target::Name(format!("{store} {}", out.holes.show(&url.path)));
        let effect = out.call.effect(EffectKind::DbDestroy, name);
        out.push(effect);
    }
}

/// A reading request changes nothing there.
fn clickhouse(url: &Url, method: &str, out: &mut Out<'_, '_>) {
    if crate::url::is_read_method(method) {
        return;
    }
    let asked = url.query.as_deref().unwrap_or_default().split('&');
    let from_url = asked
        .filter_map(|pair| pair.strip_prefix("query="))
        .map(|q| crate::url::percent_decode(&q.replace('+', " ")))
        .take(4);
    let holes = Holes::default();
    for code in from_url {
        out.sink.runs.push(Run::Embedded {
            language: "sql",
            code: holes.decode(&code),
            args: Vec::new(),
        });
    }
    for body in out.call.args.iter().take(64) {
        if body.text().is_some_and(crate::embedded::looks_like_sql) {
            out.sink.runs.push(Run::Embedded {
                language: "sql",
                code: body.clone(),
                args: Vec::new(),
            });
        }
    }
}
