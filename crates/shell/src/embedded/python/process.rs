//! Commands and processes: `subprocess`, `os`, `pty` and their like.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::value::{Args, Value};
use super::UNKNOWN;

pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    let first = args.at(0);
    Some(match path {
        "subprocess.run"
        | "subprocess.call"
        | "subprocess.check_call"
        | "subprocess.check_output"
        | "subprocess.Popen"
        | "subprocess.getoutput"
        | "subprocess.getstatusoutput"
        | "commands.getoutput"
        | "commands.getstatusoutput"
        | "invoke.run"
        | "fabric.run"
        | "fabric.api.local"
        | "sh.Command"
        | "delegator.run"
        | "pexpect.spawn"
        | "pexpect.run"
        | "asyncio.create_subprocess_shell"
        | "anyio.run_process"
        | "trio.run_process"
        | "plumbum.cmd"
        | "IPython.get_ipython().system" => {
            let text_is_code = path.contains("getoutput")
                || path.contains("getstatusoutput")
                || path.ends_with("_shell")
                || path.starts_with("invoke.")
                || path.starts_with("fabric.")
                || path.starts_with("pexpect.")
                || path.starts_with("delegator.");
            let shell = text_is_code
                || args
                    .named("shell")
                    .is_some_and(|v| v.truth() != Some(false));
            let command = args.want(0, "args");
            let command = match args.named("executable") {
                // The program is another than the first word says.
                Some(program) if !shell => {
                    let mut words = command.as_list().map(<[Value]>::to_vec).unwrap_or_default();
                    if let Some(first) = words.first_mut() {
                        *first = program.clone();
                    }
                    Value::list(words)
                }
                _ => command,
            };
            if let Some(Value::Dict(entries)) = args.named("env") {
                for (key, value) in entries.iter() {
                    machine.set_outside("os.environ", key, value);
                }
            }
            let input = args.named("input").cloned();
            // What is written to it later nobody knows.
            let piped = path == "subprocess.Popen" && args.named("stdin").is_some();
            let input = input.or_else(|| piped.then_some(UNKNOWN));
            machine.command(&command, shell, args.named("cwd"), input.as_ref());
            UNKNOWN
        }
        "os.system"
        | "os.popen"
        | "os.popen2"
        | "os.popen3"
        | "platform.popen"
        | "popen2.popen2"
        | "asyncio.subprocess.create_subprocess_shell" => {
            machine.shell(&args.want(0, "command"), None);
            UNKNOWN
        }
        "asyncio.create_subprocess_exec" => {
            machine.words(&args.pos, args.named("cwd"), None);
            UNKNOWN
        }
        "pty.spawn" => {
            machine.command(&first, false, None, None);
            UNKNOWN
        }
        "os.execv" | "os.execve" | "os.execvp" | "os.execvpe" | "os.posix_spawn"
        | "os.posix_spawnp" => {
            replaced(machine, &first, args.at(1));
            UNKNOWN
        }
        "os.execl" | "os.execle" | "os.execlp" | "os.execlpe" => {
            let words = args.pos.get(1..).unwrap_or_default().to_vec();
            replaced(machine, &first, Value::list(words));
            UNKNOWN
        }
        "os.spawnv" | "os.spawnve" | "os.spawnvp" | "os.spawnvpe" => {
            replaced(machine, &args.at(1), args.at(2));
            UNKNOWN
        }
        "os.spawnl" | "os.spawnle" | "os.spawnlp" | "os.spawnlpe" => {
            let words = args.pos.get(2..).unwrap_or_default().to_vec();
            replaced(machine, &args.at(1), Value::list(words));
            UNKNOWN
        }
        // Somebody else calls what is handed over, with these arguments.
        "threading.Thread"
        | "threading.Timer"
        | "multiprocessing.Process"
        | "_thread.start_new_thread"
        | "multiprocessing.context.Process" => {
            let target = args
                .named("target")
                .or_else(|| args.named("function"))
                .or_else(|| args.pos.iter().find(|v| v.as_sym().is_some()))
                .cloned();
            let given = args
                .named("args")
                .or_else(|| args.pos.iter().find(|v| v.as_list().is_some()))
                .and_then(Value::as_list)
                .unwrap_or_default()
                .to_vec();
            if let Some(target) = target.filter(|t| t.as_sym().is_some()) {
                machine.call(&target, Args::of(given));
            }
            Value::sym(format!("{path}()"))
        }
        "atexit.register"
        | "asyncio.to_thread"
        | "concurrent.futures.ThreadPoolExecutor().submit"
        | "concurrent.futures.ProcessPoolExecutor().submit"
        | "multiprocessing.Pool().apply" => {
            let rest = args.pos.get(1..).unwrap_or_default().to_vec();
            if first.as_sym().is_some() {
                machine.call(&first, Args::of(rest));
            }
            UNKNOWN
        }
        "multiprocessing.Pool().map" | "multiprocessing.Pool().apply_async" => {
            let items = machine
                .elements(&args.at(1))
                .unwrap_or_else(|| vec![UNKNOWN]);
            for item in items.into_iter().take(256) {
                if first.as_sym().is_some() {
                    machine.call(&first, Args::of(vec![item]));
                }
            }
            UNKNOWN
        }
        "os.startfile" | "webbrowser.get" => {
            machine.script(None, &first, &[]);
            UNKNOWN
        }
        "runpy.run_path"
        | "importlib.util.spec_from_file_location"
        | "importlib.machinery.SourceFileLoader"
        | "imp.load_source"
        | "execfile" => {
            let at = usize::from(!matches!(path, "runpy.run_path" | "execfile"));
            machine.script(Some("python"), &args.at(at), &[]);
            UNKNOWN
        }
        "runpy.run_module" => {
            let words = [Value::text("python3"), Value::text("-m"), first];
            machine.words(&words, None, None);
            UNKNOWN
        }
        "pip.main" | "pip._internal.main" | "pip._internal.cli.main.main" => {
            let mut words = vec![Value::text("pip")];
            words.extend(first.as_list().unwrap_or_default().iter().cloned());
            machine.words(&words, None, None);
            UNKNOWN
        }
        "os.kill" | "os.killpg" | "psutil.Process().kill" | "psutil.Process().terminate" => {
            // Signal 0 only asks whether the process is there.
            if args.at(1).as_int() != Some(0) && first.as_sym() != Some("os.getpid()") {
                machine.named(EffectKind::ProcessSignal, &first);
            }
            Value::Nothing
        }
        "os.reboot" => {
            machine.perhaps(EffectKind::PrivilegeSevere, "reboot");
            Value::Nothing
        }
        _ => {
            // The `sh` package: every function is a program.
            let program = path.strip_prefix("sh.")?;
            if program.contains(['.', '(']) {
                return None;
            }
            let mut words = vec![Value::text(program)];
            words.extend(args.pos.iter().cloned());
            machine.words(&words, None, None);
            UNKNOWN
        }
    })
}

/// `exec(program, [name, args…])`: the name is only for show.
fn replaced(machine: &mut Machine<'_>, program: &Value, words: Value) {
    let mut words = match words.as_list() {
        Some(words) => words.to_vec(),
        None => vec![program.clone(), UNKNOWN],
    };
    match words.first_mut() {
        Some(first) => *first = program.clone(),
        None => words.push(program.clone()),
    }
    machine.words(&words, None, None);
}
