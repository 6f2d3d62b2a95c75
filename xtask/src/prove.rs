//! A suite that cannot fail proves nothing: with a hook that never objects no
//! denial may pass, with a hook that refuses everything no permission may.

use std::process::Stdio;

use crate::run::{Done, Failed, cargo};
use crate::{agents, test, tools};

/// `cargo xtask prove`.
pub(crate) fn run() -> Done {
    tools::check()?;
    tools::nextest()?;
    agents::install()?;
    for (word, prefix) in [("true", "deny_"), ("deny", "allow_")] {
        let mut nextest = cargo(&[
            "nextest",
            "run",
            "--locked",
            "--package",
            "palisade-e2e",
            "--no-fail-fast",
            "--failure-output",
            "never",
            "--color",
            "never",
        ]);
        nextest
            .args(["--filterset", &format!("test(/::{prefix}.*::holds$/)")])
            .env("PALISADE_E2E_HOOK", word);
        test::with_binaries(&mut nextest)?;
        let output = nextest
            .stdin(Stdio::null())
            .output()
            .map_err(|e| Failed::new(format!("cannot start cargo nextest: {e}")))?;
        let text = String::from_utf8_lossy(&output.stderr);
        let passed: Vec<&str> = text
            .lines()
            .filter(|l| l.trim_start().starts_with("PASS"))
            .collect();
        let failed = text
            .lines()
            .filter(|l| l.trim_start().starts_with("FAIL"))
            .count();
        if failed == 0 || !passed.is_empty() {
            return Err(Failed::new(format!(
                "with PALISADE_E2E_HOOK={word}, {failed} scenarios {prefix}* fail and these pass:\n{}\n{}",
                passed.join("\n"),
                if failed == 0 { &text } else { "" }
            )));
        }
        println!("PALISADE_E2E_HOOK={word}: every scenario {prefix}* fails, as it must");
    }
    Ok(())
}
