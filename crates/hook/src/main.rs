//! `palisade-hook AGENT [EVENT] [--home DIR --config DIR --state DIR]`: reads one hook
//! call on stdin and answers by that agent's contract.
//!
//! Start-up is the budget here: no argument parser, no runtime, no
//! configuration language. Whatever goes wrong, the process ends in a denial:
//! a panic is caught, a deadline is kept by a second thread, input that is too
//! large is refused unread.

use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use palisade_core::{AgentKind, SystemClock, limits};
use palisade_guard::{Ambient, HookOutput, Places, Services, call, fault_output};

/// Bytes of stack of the thread that keeps the deadline: it only writes a denial.
const KEEPER_STACK: usize = 256 * 1024;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let first = args.first().and_then(|a| a.to_str()).unwrap_or_default();
    let agent = match (first, AgentKind::from_name(first)) {
        (_, Some(agent)) => agent,
        ("--version" | "-V", None) => {
            write_all(
                &format!("palisade-hook {}\n", env!("CARGO_PKG_VERSION")),
                "",
            );
            return ExitCode::SUCCESS;
        }
        _ => {
            write_all(
                "",
                "usage: palisade-hook AGENT [EVENT] [--home DIR] [--config DIR] [--state DIR] < hook call\n",
            );
            return ExitCode::from(2);
        }
    };
    // Agents whose calls do not name their event are installed with it.
    let event = args
        .get(1)
        .and_then(|a| a.to_str())
        .filter(|a| !a.starts_with('-'))
        .map(str::to_owned);
    let rest = args.get(1 + usize::from(event.is_some())..);
    let post = Post {
        agent,
        event,
        input: Arc::new(OnceLock::new()),
        answered: Arc::new(AtomicBool::new(false)),
    };
    // A panic message belongs to us, not to the agent's user.
    std::panic::set_hook(Box::new(|_| {}));
    post.keep_deadline();
    let output = std::panic::catch_unwind(|| post.run(rest.unwrap_or_default()))
        .unwrap_or_else(|_| post.fault("an internal error (this is a bug)"));
    post.deliver(&output)
}

/// One call, shared with the thread that keeps the deadline.
#[derive(Clone)]
struct Post {
    agent: AgentKind,
    event: Option<String>,
    input: Arc<OnceLock<Vec<u8>>>,
    /// Whoever sets it first writes the answer.
    answered: Arc<AtomicBool>,
}

impl std::panic::RefUnwindSafe for Post {}

impl Post {
    fn run(&self, args: &[OsString]) -> HookOutput {
        let places = match Places::from_env(|n| std::env::var_os(n)).with_args(args) {
            Ok(places) => places.in_session(),
            Err(why) => return self.fault(&why),
        };
        let mut input = Vec::with_capacity(16 * 1024);
        let limit = limits::HOOK_INPUT_BYTES as u64 + 1;
        if let Err(error) = std::io::stdin().lock().take(limit).read_to_end(&mut input) {
            return self.fault(&format!("its input could not be read ({error})"));
        }
        let input = self.input.get_or_init(|| input);
        if input.len() > limits::HOOK_INPUT_BYTES {
            return self.fault("its input is larger than 4 MiB; use smaller pieces");
        }
        #[cfg(feature = "faults")]
        faults::inject();
        let services = Services {
            places: &places,
            env: &palisade_guard::hook_env(self.agent),
            ambient: &Ambient::from_env(|name| std::env::var_os(name)),
            clock: &SystemClock,
        };
        call(self.agent, self.event.as_deref(), input, &services)
    }

    fn fault(&self, why: &str) -> HookOutput {
        let input = self.input.get().map(Vec::as_slice).unwrap_or_default();
        fault_output(self.agent, self.event.as_deref(), input, why)
    }

    fn keep_deadline(&self) {
        let post = self.clone();
        let keeper = move || {
            std::thread::sleep(Duration::from_millis(limits::HOOK_DEADLINE_MS));
            let output = post.fault("it took too long");
            let code = post.deliver(&output);
            // The main thread is the one that hangs: it cannot end the process.
            std::process::exit(if code == ExitCode::SUCCESS { 0 } else { 2 });
        };
        // Without a second thread the agent's own timeout is left, which blocks too.
        std::thread::Builder::new()
            .stack_size(KEEPER_STACK)
            .spawn(keeper)
            .ok();
    }

    fn deliver(&self, output: &HookOutput) -> ExitCode {
        if self.answered.swap(true, Ordering::SeqCst) {
            // The other thread is writing; its exit ends the process.
            loop {
                std::thread::park();
            }
        }
        write_all(&output.stdout, &output.stderr);
        ExitCode::from(output.exit_code)
    }
}

/// Both streams, each in one write. A closed pipe changes nothing: the exit
/// code still says it.
fn write_all(stdout: &str, stderr: &str) {
    std::io::stderr().write_all(stderr.as_bytes()).ok();
    let mut out = std::io::stdout().lock();
    out.write_all(stdout.as_bytes()).ok();
    out.flush().ok();
}

/// Failures on demand, compiled only into the test build of this program.
#[cfg(feature = "faults")]
mod faults {
    pub(crate) fn inject() {
        match std::env::var("PALISADE_FAULT").as_deref() {
            #[expect(clippy::panic, reason = "the fault under test")]
            Ok("panic") => panic!("injected"),
            Ok("hang") => loop {
                std::thread::park();
            },
            Ok("abort") => std::process::abort(),
            _ => {}
        }
    }
}
