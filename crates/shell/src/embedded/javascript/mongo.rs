//! The mongo shell: `db.users.deleteMany({})`.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::value::{Args, Value};
use super::UNKNOWN;

pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    use EffectKind::{DbDestroy, DbRead, DbSchema, DbWrite};
    let rest = path.strip_prefix("db.").or_else(|| {
        path.strip_prefix("db[]")
            .or_else(|| path.strip_prefix("rs."))
            .or_else(|| path.strip_prefix("sh."))
    })?;
    let name = rest.rsplit('.').next().unwrap_or(rest);
    let everything = match args.pos.first() {
        None => true,
        Some(Value::Dict(entries)) => entries.is_empty(),
        Some(_) => false,
    };
    let kind = match name {
        "_drop" | "_dropDatabase" | "_truncate" | "truncate" | "drop" | "dropDatabase"
        | "dropIndexes" | "dropUser" | "dropAllUsers" | "dropRole" | "shutdownServer"
        | "dropCollection" => DbDestroy,
        "deleteMany" | "remove" if everything => DbDestroy,
        "updateMany" | "update" if everything => DbDestroy,
        "deleteMany" | "remove" | "deleteOne" | "updateMany" | "update" | "updateOne"
        | "insertOne" | "insertMany" | "insert" | "save" | "replaceOne" | "bulkWrite"
        | "findOneAndDelete" | "findOneAndUpdate" | "findOneAndReplace" | "findAndModify" => {
            DbWrite
        }
        "_create"
        | "_createDatabase"
        | "_createEdgeCollection"
        | "createCollection"
        | "createIndex"
        | "createIndexes"
        | "ensureIndex"
        | "dropIndex"
        | "createUser"
        | "updateUser"
        | "grantRolesToUser"
        | "revokeRolesFromUser"
        | "createRole"
        | "renameCollection"
        | "createView"
        | "initiate"
        | "reconfig"
        | "addShard"
        | "changeUserPassword"
        | "enableSharding"
        | "shardCollection" => DbSchema,
        "find"
        | "findOne"
        | "aggregate"
        | "count"
        | "countDocuments"
        | "distinct"
        | "stats"
        | "estimatedDocumentCount"
        | "getCollectionNames"
        | "getCollectionInfos"
        | "getIndexes"
        | "explain"
        | "serverStatus"
        | "status"
        | "getUsers"
        | "listCommands"
        | "version"
        | "currentOp"
        | "hostInfo"
        | "getName"
        | "getMongo" => DbRead,
        "_collections" | "_databases" | "_collection" | "_document" | "_exists" => DbRead,
        "_query" => query_kind(&args.at(0)),
        "runCommand" | "adminCommand" => command_kind(&args.at(0)),
        "getCollection" | "getSiblingDB" | "sort" | "limit" | "toArray" | "pretty" | "skip"
        | "forEach" | "map" | "project" | "next" | "hasNext" | "auth" | "hint" => {
            let inner = args.at(0);
            if matches!(name, "forEach" | "map") {
                let functions: Vec<_> = args
                    .all()
                    .filter_map(|v| match v {
                        Value::Func(f) => Some(std::rc::Rc::clone(f)),
                        _ => None,
                    })
                    .collect();
                for function in functions {
                    machine.apply(&function, Args::of(vec![UNKNOWN]));
                }
            }
            return Some(match inner.as_str() {
                Some(text) => Value::sym(format!("db.{text}")),
                None => Value::sym("db.result"),
            });
        }
        _ => return None,
    };
    let shown = Value::text(path.trim_end_matches("()"));
    machine.named(kind, &shown);
    if name == "aggregate" && writes(&args.at(0)) {
        machine.named(DbWrite, &shown);
    }
    Some(if kind == DbRead {
        Value::sym("db.result")
    } else {
        UNKNOWN
    })
}

/// `$out` and `$merge` at the end of a pipeline.
fn writes(pipeline: &Value) -> bool {
    pipeline
        .as_list()
        .unwrap_or_default()
        .iter()
        .any(|stage| stage.entry("$out").is_some() || stage.entry("$merge").is_some())
}

/// AQL changes with words that stand for themselves.
fn query_kind(query: &Value) -> EffectKind {
    let text = query.as_str().unwrap_or("?").to_ascii_uppercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    if query.as_str().is_none()
        || words.any(|w| matches!(w, "REMOVE" | "INSERT" | "UPDATE" | "REPLACE" | "UPSERT"))
    {
        EffectKind::DbWrite
    } else {
        EffectKind::DbRead
    }
}

fn command_kind(command: &Value) -> EffectKind {
    let Value::Dict(entries) = command else {
        return match command.as_str() {
            Some("ping" | "hello" | "isMaster" | "buildInfo" | "serverStatus" | "dbStats") => {
                EffectKind::DbRead
            }
            _ => EffectKind::DbWrite,
        };
    };
    let first = entries
        .first()
        .and_then(|(k, _)| k.as_str())
        .unwrap_or_default();
    match first {
        "dropDatabase" | "drop" | "dropIndexes" | "shutdown" => EffectKind::DbDestroy,
        "create" | "createIndexes" | "createUser" | "collMod" | "renameCollection"
        | "replSetReconfig" | "setParameter" => EffectKind::DbSchema,
        "find" | "count" | "aggregate" | "distinct" | "ping" | "hello" | "isMaster"
        | "buildInfo" | "serverStatus" | "dbStats" | "collStats" | "listCollections"
        | "listDatabases" | "listIndexes" | "connectionStatus" => EffectKind::DbRead,
        _ => EffectKind::DbWrite,
    }
}
