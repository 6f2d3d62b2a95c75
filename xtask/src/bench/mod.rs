//! The hook from start to exit, beside a program that does nothing.
//!
//! Every tool call of an agent waits for this, so it is measured the way the
//! agent pays for it: a new process with its input on a pipe. The programs take
//! turns within one run, because a machine that is busy for a second must be
//! busy for all of them; the ratios are what counts.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use palisade_e2e::{World, exec::Exec};
use serde_json::{Value, json};

mod inputs;
mod secrets;

use crate::build;
use crate::run::{Done, Failed, at, start, target};

/// `cargo xtask bench [--runs N] [--inputs work|shapes] [--rules N] [--cedar N] [--format json]`.
/// `cargo xtask bench secrets …`: see [`secrets`].
pub(crate) fn run(args: &[String]) -> Done {
    if let [first, rest @ ..] = args
        && first == "secrets"
    {
        return secrets::run(rest);
    }
    let Options {
        runs,
        inputs,
        rules,
        cedar,
        as_json,
    } = options(args)?;
    // Binaries that are already there can be measured as they are.
    let dist = match std::env::var_os("PALISADE_BIN_DIR") {
        Some(dir) if !dir.is_empty() => PathBuf::from(dir),
        _ => build::all()?,
    };
    let empty = empty_program()?;
    let world = world(&dist)?;
    with_rules(&world, rules, cedar)?;

    let mut rows = Vec::new();
    for (name, input) in inputs(&world) {
        let input = input.to_string().into_bytes();
        let hook = world.hook_exec(&world.hook(), &input);
        let mut programs = [
            Measured::new("/bin/true", like(&hook, Path::new("/bin/true"))),
            Measured::new("empty static program", like(&hook, &empty)),
            Measured::new("palisade-hook", hook),
        ];
        // Files in the page cache, policy compiled, session begun.
        for program in &mut programs {
            for _ in 0..5 {
                once(&program.exec)?;
            }
        }
        for _ in 0..runs {
            for program in &mut programs {
                let took = once(&program.exec)?;
                program.times.push(took);
            }
        }
        for program in &mut programs {
            program.times.sort_unstable();
        }
        rows.push((name, input.len(), programs));
    }
    if as_json {
        println!("{:#}", as_value(&rows, runs));
    } else {
        table(&rows, runs);
    }
    Ok(())
}

type Row = (String, usize, [Measured; 3]);

struct Measured {
    name: &'static str,
    exec: Exec,
    times: Vec<Duration>,
}

impl Measured {
    fn new(name: &'static str, exec: Exec) -> Self {
        Self {
            name,
            exec,
            times: Vec::new(),
        }
    }

    /// The time that this share of the runs stays below, in microseconds.
    fn at(&self, share: f64) -> f64 {
        let last = self.times.len().saturating_sub(1);
        let index = ((last as f64) * share).round() as usize;
        self.times
            .get(index)
            .map_or(f64::NAN, |t| t.as_secs_f64() * 1e6)
    }
}

struct Options {
    runs: usize,
    inputs: fn(&World) -> Vec<(String, Value)>,
    /// Rules of the project's policy.
    rules: usize,
    cedar: usize,
    as_json: bool,
}

fn options(args: &[String]) -> Done<Options> {
    let mut options = Options {
        runs: 500,
        inputs: inputs::work,
        rules: 0,
        cedar: 0,
        as_json: false,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let value = args.next().map(String::as_str).unwrap_or_default();
        match (arg.as_str(), value) {
            ("--runs", number) => {
                options.runs = number
                    .parse()
                    .ok()
                    .filter(|n| *n > 0)
                    .ok_or_else(|| Failed::new("--runs needs a number above 0"))?;
            }
            ("--rules", number) => {
                options.rules = number
                    .parse()
                    .map_err(|_| Failed::new("--rules needs a number"))?;
            }
            ("--cedar", number) => {
                options.cedar = number
                    .parse()
                    .map_err(|_| Failed::new("--cedar needs a number"))?;
            }
            ("--inputs", "work") => options.inputs = inputs::work,
            ("--inputs", "shapes") => options.inputs = inputs::shapes,
            ("--format", "json") => options.as_json = true,
            ("--format", "table") => options.as_json = false,
            _ => return Err(Failed::new(format!("bench does not know {arg} {value}"))),
        }
    }
    Ok(options)
}

/// A policy of so many rules, a fifth of each kind, and so many in Cedar.
fn with_rules(world: &World, rules: usize, cedar: usize) -> Done {
    if rules + cedar == 0 {
        return Ok(());
    }
    let mut policies = String::new();
    for n in 0..cedar {
        policies.push_str(&match n % 4 {
            0 => format!("forbid(principal, action in Action::\"file\", resource in Folder::\"./area{n}\") when {{ resource.name like \"*.kind{n}\" }};\n"),
            1 => format!("forbid(principal, action in Action::\"net\", resource in Domain::\"team{n}.example.com\");\n"),
            2 => format!("forbid(principal, action == Action::\"mcp.write\", resource in Server::\"server{n}\");\n"),
            _ => format!("forbid(principal, action, resource) when {{ context.program == \"tool{n}\" && !context.inside }};\n"),
        });
    }
    world
        .put(".palisade/policy.cedar", &policies)
        .map_err(Failed::new)?;
    let mut policy = String::from("schema = 1\n");
    for n in 0..rules {
        let rule = match n % 5 {
            0 => format!("[[paths]]\npattern = [\"/area{n}/**\", \"*.kind{n}\"]"),
            1 => format!("[[hosts]]\npattern = \"*.team{n}.example.com\""),
            2 => format!("[[mcp]]\nserver = \"server{n}\"\ntool = \"delete_*\""),
            3 => format!("[[programs]]\nname = \"tool{n} apply\""),
            _ => format!("[[commands]]\npattern = \"tool{n} {{push,send}} --force *\""),
        };
        policy.push_str(&format!("\n{rule}\nverdict = \"deny\"\n"));
    }
    world
        .put(".palisade/policy.toml", &policy)
        .map_err(Failed::new)?;
    let compiled = world
        .palisade(&["policy", "compile"])
        .map_err(Failed::new)?;
    if compiled.fine() {
        Ok(())
    } else {
        Err(Failed::new(compiled))
    }
}

/// A program with an empty `main`, built like the hook: what a process costs.
fn empty_program() -> Done<PathBuf> {
    let folder = target().join("bench");
    at(&folder, fs::create_dir_all(&folder))?;
    let source = folder.join("empty.rs");
    at(&source, fs::write(&source, "fn main() {}\n"))?;
    let program = folder.join("empty");
    let mut rustc = Command::new("rustc");
    rustc
        .args([
            "--edition",
            "2024",
            "-C",
            "opt-level=3",
            "-C",
            "strip=symbols",
        ])
        .args(build::flags().split_whitespace())
        .arg("-o")
        .arg(&program)
        .arg(&source);
    start(&mut rustc)?;
    Ok(program)
}

/// A repository with the guard installed, from the binaries just built.
fn world(dist: &Path) -> Done<World> {
    let world = World::bare_with(dist)?;
    let ended = world.protect(&[])?;
    if ended.fine() {
        Ok(world)
    } else {
        Err(Failed::new(format!("palisade protect: {ended}")))
    }
}

/// The same call of another program.
fn like(hook: &Exec, program: &Path) -> Exec {
    let mut exec = hook.clone();
    program.clone_into(&mut exec.program);
    exec
}

/// One process from start to exit.
fn once(exec: &Exec) -> Done<Duration> {
    let failed = |e| Failed::new(format!("{}: {e}", exec.program.display()));
    let mut command = Command::new(&exec.program);
    command
        .args(&exec.args)
        .env_clear()
        .envs(exec.env.iter().map(|(k, v)| (k, v)))
        .current_dir(&exec.cwd)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().map_err(failed)?;
    if let Some(mut pipe) = child.stdin.take() {
        // A program that reads nothing closes the pipe early.
        drop(pipe.write_all(exec.stdin.as_deref().unwrap_or_default()));
    }
    let mut answer = Vec::new();
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_end(&mut answer).map_err(failed)?;
    }
    let status = child.wait().map_err(failed)?;
    let took = started.elapsed();
    // Ordinary calls; one that is refused is one that was not understood to its
    // end, and that takes its time as well.
    if matches!(status.code(), Some(0 | 2)) {
        Ok(took)
    } else {
        Err(Failed::new(format!(
            "{} ended with {status}",
            exec.program.display()
        )))
    }
}

fn table(rows: &[Row], runs: usize) {
    println!("process start to exit, {runs} runs each, in µs\n");
    println!(
        "{:<21} {:>9}  {:<22} {:>8} {:>8}  {:>8} {:>8}",
        "input", "bytes", "program", "median", "p99", "× true", "× at p99"
    );
    for (name, bytes, programs) in rows {
        let [reference, ..] = programs;
        for program in programs {
            println!(
                "{:<21} {:>9}  {:<22} {:>8.0} {:>8.0}  {:>8.2} {:>8.2}",
                name,
                bytes,
                program.name,
                program.at(0.5),
                program.at(0.99),
                program.at(0.5) / reference.at(0.5),
                program.at(0.99) / reference.at(0.99),
            );
        }
    }
}

fn as_value(rows: &[Row], runs: usize) -> Value {
    let rows: Vec<Value> = rows
        .iter()
        .flat_map(|(name, bytes, programs)| {
            let [reference, ..] = programs;
            programs.iter().map(move |program| {
                json!({
                    "input": name,
                    "bytes": bytes,
                    "program": program.name,
                    "median_us": program.at(0.5),
                    "p99_us": program.at(0.99),
                    "median_ratio": program.at(0.5) / reference.at(0.5),
                    "p99_ratio": program.at(0.99) / reference.at(0.99),
                })
            })
        })
        .collect();
    json!({"runs": runs, "rows": rows})
}
