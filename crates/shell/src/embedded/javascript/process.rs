//! Commands: `child_process` and its relatives.

use super::super::machine::Machine;
use super::super::value::{Args, Value};
use super::{UNKNOWN, flag, option};

pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    let first = args.at(0);
    let options = args
        .pos
        .iter()
        .skip(1)
        .find(|v| matches!(v, Value::Dict(_)))
        .cloned()
        .unwrap_or(Value::Nothing);
    let cwd = option(&options, "cwd").cloned();
    if let Some(Value::Dict(entries)) = option(&options, "env") {
        for (key, value) in entries.iter() {
            machine.set_outside("process.env", key, value);
        }
    }
    Some(match path {
        "child_process.exec"
        | "child_process.execSync"
        | "shelljs.exec"
        | "execa.execaCommand"
        | "execa.execaCommandSync"
        | "execa.command"
        | "execa.commandSync"
        | "Bun.$"
        | "bun.$"
        | "zx.$"
        | "$"
        | "execa.$"
        | "execa.$.sync"
        | "zx.$.sync"
        | "execSync"
        | "tinyexec.exec" => {
            machine.shell(&first, cwd.as_ref());
            UNKNOWN
        }
        "child_process.spawn"
        | "child_process.spawnSync"
        | "child_process.execFile"
        | "child_process.execFileSync"
        | "execa"
        | "execa.execa"
        | "execa.sync"
        | "execa.execaSync"
        | "Bun.spawn"
        | "Bun.spawnSync"
        | "child_process.spawn.sync"
        | "nano-spawn" => {
            let given = args
                .pos
                .get(1)
                .filter(|v| !matches!(v, Value::Dict(_) | Value::Func(_)));
            if flag(&options, "shell") {
                let mut text = machine.stringify(&first);
                for word in given
                    .and_then(|v| v.as_list().map(<[Value]>::to_vec))
                    .unwrap_or_default()
                {
                    text.push(' ');
                    text.push_str(&machine.stringify(&word));
                }
                machine.shell(&Value::text(text), cwd.as_ref());
                return Some(UNKNOWN);
            }
            let input = option(&options, "input").cloned();
            let mut words = match &first {
                Value::List(items) => items.to_vec(),
                Value::Unknown(_) => {
                    machine.shell(&first, None);
                    return Some(UNKNOWN);
                }
                // `Bun.spawn({cmd: […]})`
                Value::Dict(_) => option(&first, "cmd")
                    .and_then(Value::as_list)
                    .unwrap_or_default()
                    .to_vec(),
                other => vec![other.clone()],
            };
            words.extend(given.cloned());
            // What is written to it later nobody knows.
            let piped = path == "child_process.spawn" && words.len() == 1;
            let input = input.or_else(|| piped.then_some(UNKNOWN));
            machine.words(&words, cwd.as_ref(), input.as_ref());
            UNKNOWN
        }
        "child_process.fork" | "worker_threads.Worker" | "Worker" | "cluster.setupPrimary" => {
            if flag(&options, "eval") {
                machine.run_code(&first);
            } else {
                machine.script(Some("node"), &first, &[]);
            }
            UNKNOWN
        }
        "Deno.Command" | "Deno.run" => {
            let mut words = Vec::new();
            if path == "Deno.run" {
                words.extend(
                    option(&first, "cmd")
                        .and_then(Value::as_list)
                        .unwrap_or_default()
                        .iter()
                        .cloned(),
                );
            } else {
                words.push(first);
                words.extend(option(&options, "args").cloned());
            }
            machine.words(&words, cwd.as_ref(), None);
            UNKNOWN
        }
        _ => return None,
    })
}
