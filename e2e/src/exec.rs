//! Starts a program with exactly the environment it is given and ends it, with
//! everything it started, when its time is over.

use std::ffi::OsString;
use std::fmt;
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Broken;

/// A program to start.
#[derive(Clone, Debug)]
pub struct Exec {
    /// Absolute path, or a name on `PATH`.
    pub program: PathBuf,
    /// Arguments.
    pub args: Vec<OsString>,
    /// The whole environment.
    pub env: Vec<(String, OsString)>,
    /// Working directory.
    pub cwd: PathBuf,
    /// Bytes for standard input; `None` is `/dev/null`.
    pub stdin: Option<Vec<u8>>,
    /// When to end it.
    pub limit: Duration,
}

/// What a program left.
#[derive(Clone, Debug, Default)]
pub struct Ended {
    /// Exit status, when it ended by itself.
    pub code: Option<i32>,
    /// Signal, when one ended it.
    pub signal: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// How long it took.
    pub duration: Duration,
    /// It was ended because its time was over.
    pub timed_out: bool,
}

impl Ended {
    /// Ended by itself with status 0.
    pub fn fine(&self) -> bool {
        self.code == Some(0)
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "code {:?} signal {:?} after {:?}{}; stdout {:?}; stderr {:?}",
            self.code,
            self.signal,
            self.duration,
            if self.timed_out { " (timed out)" } else { "" },
            clip(&self.stdout, 2000),
            clip(&self.stderr, 2000)
        )
    }
}

/// The beginning of a text.
pub(crate) fn clip(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

impl Exec {
    /// Runs it to its end.
    pub fn run(&self) -> Result<Ended, Broken> {
        let started = Instant::now();
        let mut child = Command::new(&self.program)
            .args(&self.args)
            .env_clear()
            .envs(self.env.iter().map(|(k, v)| (k, v)))
            .current_dir(&self.cwd)
            .stdin(if self.stdin.is_some() {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own, so that what it started can be ended with it.
            .process_group(0)
            .spawn()
            .map_err(|e| Broken::new(format!("cannot start {}: {e}", self.program.display())))?;
        let group = child.id();
        let writer = child.stdin.take().zip(self.stdin.clone());
        let writer = thread::spawn(move || {
            if let Some((mut pipe, bytes)) = writer {
                // The program may stop reading; that is for the test to judge.
                drop(pipe.write_all(&bytes));
            }
        });
        let stdout = child.stdout.take().map(collect);
        let stderr = child.stderr.take().map(collect);

        let mut timed_out = false;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if started.elapsed() > self.limit {
                timed_out = true;
                end_group(group);
                drop(child.kill());
                break child.wait()?;
            }
            thread::sleep(Duration::from_millis(2));
        };
        let duration = started.elapsed();
        // A grandchild that outlives the program holds the pipes open.
        let patience = Instant::now();
        let open = |pipe: &Option<Collected>| pipe.as_ref().is_some_and(|p| !p.is_finished());
        while open(&stdout) || open(&stderr) {
            if patience.elapsed() > Duration::from_secs(2) {
                end_group(group);
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        drop(writer.join());
        Ok(Ended {
            code: status.code(),
            signal: status.signal(),
            stdout: stdout.map(text).unwrap_or_default(),
            stderr: stderr.map(text).unwrap_or_default(),
            duration,
            timed_out,
        })
    }
}

type Collected = thread::JoinHandle<Vec<u8>>;

fn collect(mut pipe: impl Read + Send + 'static) -> Collected {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        drop(pipe.read_to_end(&mut bytes));
        bytes
    })
}

fn text(collected: Collected) -> String {
    let bytes = collected.join().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Ends the processes of one group: only what the caller started is in it.
fn end_group(group: u32) {
    let ended = Command::new("kill")
        .args(["-KILL", "--", &format!("-{group}")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    // No such group is the ordinary case.
    drop(ended);
}
