//! The agents beside Claude Code, each started the way its makers document for
//! a model endpoint of one's own.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use crate::exec::Exec;
use crate::{Broken, Call, Endpoint, Run, Script, World, agents};

/// An agent beside Claude Code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// OpenAI Codex CLI.
    Codex,
    /// Google Gemini CLI.
    Gemini,
    /// GitHub Copilot CLI.
    Copilot,
    /// OpenCode.
    OpenCode,
}

impl Other {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Codex, Self::Gemini, Self::Copilot, Self::OpenCode];

    /// A command line as this agent's model asks for it.
    pub fn bash(self, command: &str) -> Call {
        let described = json!({"command": command, "description": "scripted"});
        match self {
            Self::Codex => Call::new("exec_command", json!({"cmd": command})),
            Self::Gemini => Call::new("run_shell_command", described),
            Self::Copilot | Self::OpenCode => Call::new("bash", described),
        }
    }

    /// A file as this agent's model reads it. Codex has no tool for it.
    pub fn read(self, path: &std::path::Path) -> Call {
        match self {
            Self::Codex => self.bash(&format!("cat {}", path.display())),
            Self::Gemini => Call::new("read_file", json!({"file_path": path})),
            Self::Copilot => Call::new("view", json!({"path": path})),
            Self::OpenCode => Call::new("read", json!({"filePath": path})),
        }
    }

    /// A file as this agent's model writes it.
    pub fn write(self, path: &std::path::Path, content: &str) -> Call {
        match self {
            Self::Codex => self.bash(&format!("printf '%s' '{content}' > {}", path.display())),
            Self::Gemini => Call::new("write_file", json!({"file_path": path, "content": content})),
            Self::Copilot => Call::new("create", json!({"path": path, "file_text": content})),
            Self::OpenCode => Call::new("write", json!({"filePath": path, "content": content})),
        }
    }

    /// Settings that a person who uses this agent has.
    pub fn furnish(self, world: &World) -> Result<(), Broken> {
        let home = world.home();
        match self {
            Self::Codex => {
                fs::create_dir_all(home.join(".codex"))?;
                let trusted = world.project().canonicalize()?;
                fs::write(
                    home.join(".codex/config.toml"),
                    format!(
                        "# mine\nmodel = \"gpt-5-codex\"\nmodel_provider = \"scripted\"\n\
                         check_for_update_on_startup = false\n\n\
                         [projects.\"{}\"]\ntrust_level = \"trusted\"\n",
                        trusted.display()
                    ),
                )?;
            }
            Self::Gemini => {
                fs::create_dir_all(home.join(".gemini"))?;
                fs::write(
                    home.join(".gemini/settings.json"),
                    "{\n  // mine\n  \"security\": {\"auth\": {\"selectedType\": \"gemini-api-key\"}},\n  \
                     \"privacy\": {\"usageStatisticsEnabled\": false},\n  \
                     \"general\": {\"enableAutoUpdate\": false}\n}\n",
                )?;
            }
            Self::Copilot => {
                fs::create_dir_all(home.join(".copilot"))?;
                // It unpacks itself on its first run; every world may share that.
                let cache = agents::folder()?.join("copilot-cache");
                fs::create_dir_all(&cache)?;
                std::os::unix::fs::symlink(cache, home.join(".cache/copilot"))?;
            }
            Self::OpenCode => {
                let folder = home.join(".config/opencode");
                fs::create_dir_all(folder.join("node_modules"))?;
                // What it would fetch from the registry on its first run.
                fs::write(
                    folder.join("package.json"),
                    "{\"dependencies\": {\"@opencode-ai/plugin\": \"1.18.33\"}}\n",
                )?;
                let installed = agents::folder()?.join("node_modules");
                for entry in fs::read_dir(&installed)? {
                    let name = entry?.file_name();
                    let text = name.to_string_lossy().into_owned();
                    let large = ["@anthropic-ai", "@openai", "@github", "@google"];
                    if !large.contains(&text.as_str()) && !text.starts_with("opencode-") {
                        std::os::unix::fs::symlink(
                            installed.join(&name),
                            folder.join("node_modules").join(&name),
                        )?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The settings file that a person would look at.
    pub fn settings(self, world: &World) -> PathBuf {
        world.home().join(match self {
            Self::Codex => ".codex/config.toml",
            Self::Gemini => ".gemini/settings.json",
            Self::Copilot => ".copilot/hooks/palisade.json",
            Self::OpenCode => ".config/opencode/plugin/palisade.js",
        })
    }

    /// Starts the agent with a prompt and lets the script play it.
    pub fn run(self, world: &World, prompt: &str, script: Script) -> Result<Run, Broken> {
        self.run_in(world, prompt, script, None)
    }

    /// The same with an `/etc` of its own, in which this line of shell is run first.
    pub fn run_in(
        self,
        world: &World,
        prompt: &str,
        script: Script,
        private_etc: Option<&str>,
    ) -> Result<Run, Broken> {
        let endpoint = Endpoint::start(script)?;
        let url = endpoint.url();
        let mut env = world.env();
        let mut set = |name: &str, value: String| env.push((name.to_owned(), value.into()));
        let strings = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let (program, args) = match self {
            Self::Codex => {
                set("SCRIPTED_KEY", "not-a-key".to_owned());
                let provider = format!(
                    "model_providers.scripted={{name=\"scripted\", base_url=\"{url}/v1\", \
                     env_key=\"SCRIPTED_KEY\", wire_api=\"responses\"}}"
                );
                let args = strings(&[
                    "exec",
                    "--skip-git-repo-check",
                    "--json",
                    "--dangerously-bypass-approvals-and-sandbox",
                    "-c",
                    &provider,
                    prompt,
                ]);
                (agents::codex()?, args)
            }
            Self::Gemini => {
                set("GEMINI_API_KEY", "not-a-key".to_owned());
                set("GOOGLE_GEMINI_BASE_URL", url);
                set("GEMINI_CLI_TRUST_WORKSPACE", "true".to_owned());
                let mut args = vec![agents::gemini()?.into_os_string()];
                args.extend(strings(&[
                    "-p",
                    prompt,
                    "--approval-mode",
                    "yolo",
                    "--output-format",
                    "json",
                    "-m",
                    "gemini-2.5-flash",
                ]));
                (PathBuf::from("node"), args)
            }
            Self::Copilot => {
                set("COPILOT_PROVIDER_BASE_URL", format!("{url}/v1"));
                set("COPILOT_PROVIDER_API_KEY", "not-a-key".to_owned());
                set("COPILOT_MODEL", "gpt-4.1".to_owned());
                set("COPILOT_OFFLINE", "true".to_owned());
                set("COPILOT_AUTO_UPDATE", "false".to_owned());
                let args = strings(&["-p", prompt, "--allow-all-tools", "--no-auto-update"]);
                (agents::copilot()?, args)
            }
            Self::OpenCode => {
                set("OPENCODE_DISABLE_AUTOUPDATE", "1".to_owned());
                set("OPENCODE_DISABLE_MODELS_FETCH", "1".to_owned());
                let config = json!({
                    "autoupdate": false, "share": "disabled",
                    "model": "scripted/scripted", "small_model": "scripted/scripted",
                    "provider": {"scripted": {
                        "npm": "@ai-sdk/openai-compatible", "name": "Scripted",
                        "options": {"baseURL": format!("{url}/v1"), "apiKey": "not-a-key"},
                        "models": {"scripted": {"name": "Scripted", "tool_call": true,
                            "limit": {"context": 100_000, "output": 4_096}}},
                    }},
                });
                set("OPENCODE_CONFIG_CONTENT", config.to_string());
                let args = strings(&["run", prompt, "--format", "json"]);
                (agents::opencode()?, args)
            }
        };
        let mut exec = Exec {
            program,
            args,
            env,
            cwd: world.project(),
            stdin: None,
            limit: Duration::from_mins(2),
        };
        if let Some(before) = private_etc {
            world.give_etc(&mut exec, before)?;
        }
        let ended = exec.run()?;
        if private_etc.is_some() && endpoint.received().is_empty() && !ended.fine() {
            return Err(Broken::new(format!("no private /etc: {ended}")));
        }
        let run = Run {
            ended,
            requests: endpoint.received(),
        };
        if run.ended.timed_out {
            return Err(Broken::new(format!(
                "the agent did not end: {}",
                run.summary()
            )));
        }
        Ok(run)
    }
}
