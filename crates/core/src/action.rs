//! What an agent is about to do, or has just done, in one shape for all agents.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The coding agents we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AgentKind {
    /// Anthropic Claude Code.
    Claude,
    /// OpenAI Codex CLI.
    Codex,
    /// Google Gemini CLI.
    Gemini,
    /// GitHub Copilot CLI.
    Copilot,
    /// OpenCode.
    OpenCode,
    /// Cursor.
    Cursor,
    /// Windsurf Cascade.
    Windsurf,
    /// Cline.
    Cline,
    /// Kiro.
    Kiro,
    /// Visual Studio Code's agent.
    VsCode,
}

impl AgentKind {
    /// Every agent, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::Claude,
        Self::Codex,
        Self::Gemini,
        Self::Copilot,
        Self::OpenCode,
        Self::Cursor,
        Self::Windsurf,
        Self::Cline,
        Self::Kiro,
        Self::VsCode,
    ];

    /// The agent of this spelling.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|agent| agent.as_str() == name)
    }

    /// Its name as its makers write it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Claude => "Claude Code",
            Self::Codex => "Codex",
            Self::Gemini => "Gemini CLI",
            Self::Copilot => "Copilot CLI",
            Self::OpenCode => "OpenCode",
            Self::Cursor => "Cursor",
            Self::Windsurf => "Windsurf",
            Self::Cline => "Cline",
            Self::Kiro => "Kiro",
            Self::VsCode => "VS Code",
        }
    }

    /// The spelling used on the command line and in every output format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claude => "claude",
            Self::Codex => "codex",
            Self::Gemini => "gemini",
            Self::Copilot => "copilot",
            Self::OpenCode => "opencode",
            Self::Cursor => "cursor",
            Self::Windsurf => "windsurf",
            Self::Cline => "cline",
            Self::Kiro => "kiro",
            Self::VsCode => "vscode",
        }
    }
}

/// The agent that acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Which product.
    pub kind: AgentKind,
    /// Its version, when it says.
    pub version: Option<String>,
}

/// Whether a person is there to answer an `ask`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Attendance {
    /// A person sees prompts.
    Attended,
    /// Headless: nobody can answer.
    Headless,
    /// The agent does not say.
    #[default]
    Unknown,
}

/// The subagent inside which an action happens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subagent {
    /// The agent's identifier for it.
    pub id: String,
    /// Its type, such as `general-purpose`.
    pub kind: Option<String>,
}

/// One hook call, decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The agent that acts.
    pub agent: Agent,
    /// The event name in the agent's own words, for the record.
    pub event: String,
    /// The agent's session identifier.
    pub session: Option<String>,
    /// Identifier of the prompt that led here.
    pub prompt_id: Option<String>,
    /// Identifier of the tool call.
    pub tool_use_id: Option<String>,
    /// The subagent, if any.
    pub subagent: Option<Subagent>,
    /// Working directory of the session.
    pub cwd: PathBuf,
    /// The agent's permission mode, in its own words.
    pub permission_mode: Option<String>,
    /// Path of the agent's transcript.
    pub transcript: Option<PathBuf>,
    /// Whether somebody can answer.
    pub attendance: Attendance,
    /// What it is.
    pub kind: ActionKind,
}

/// The moments an agent lets us see.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ActionKind {
    /// A tool is about to run.
    Tool(ToolCall),
    /// The agent is about to ask the person for permission.
    PermissionRequest(ToolCall),
    /// A tool has run.
    ToolResult {
        /// The call.
        call: ToolCall,
        /// What it returned, in the tool's own shape.
        response: Value,
    },
    /// A tool has failed; the text goes to the model as it is.
    ToolFailure {
        /// The call.
        call: ToolCall,
        /// The error text.
        error: String,
    },
    /// All calls of one model turn are done; the next thing is a model request.
    ToolBatch(Vec<BatchCall>),
    /// A person (or a schedule) submitted a prompt.
    Prompt {
        /// The text.
        text: String,
    },
    /// A session begins.
    SessionStart {
        /// startup, resume, clear, compact, fork.
        source: String,
        /// The model, when known.
        model: Option<String>,
    },
    /// A session ends.
    SessionEnd {
        /// Why.
        reason: String,
    },
    /// A settings file of the agent changed while it runs.
    ConfigChange {
        /// Which layer, in the agent's words.
        source: String,
        /// The file.
        path: Option<PathBuf>,
    },
    /// An instruction file was loaded into the context.
    InstructionsLoaded {
        /// The file.
        path: PathBuf,
        /// User, Project, Local, Managed.
        layer: String,
    },
    /// An event that is recorded and nothing else.
    Other,
}

/// One call of a batch with the response that will reach the model.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchCall {
    /// The agent's identifier of the call.
    pub tool_use_id: Option<String>,
    /// Tool name in the agent's words.
    pub tool: String,
    /// The response, if the agent gives it.
    pub response: Option<Value>,
}

/// A tool call in one vocabulary for all agents.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ToolCall {
    /// A shell command line.
    Shell {
        /// The tool's own name: `Bash`, `Monitor`.
        tool: String,
        /// The command line.
        command: String,
        /// The agent's own sandbox was asked to be off.
        unsandboxed: bool,
        /// The agent can write to the command's input later, past every hook.
        open_input: bool,
    },
    /// Reads a file.
    Read {
        /// The file.
        path: String,
    },
    /// Creates or replaces a file.
    Write {
        /// The file.
        path: String,
        /// The new content.
        content: String,
    },
    /// Replaces text in a file.
    Edit {
        /// The tool's own name: `Edit`, `NotebookEdit`.
        tool: String,
        /// The file.
        path: String,
        /// The text that goes.
        old: String,
        /// The text that comes.
        new: String,
    },
    /// Removes a file.
    Delete {
        /// The file.
        path: String,
    },
    /// Does several things at once: a patch over several files.
    Several {
        /// The tool's own name: `apply_patch`.
        tool: String,
        /// What it does.
        calls: Vec<ToolCall>,
    },
    /// Lists files by pattern.
    Glob {
        /// The pattern.
        pattern: String,
        /// Where to begin.
        path: Option<String>,
    },
    /// Searches file contents.
    Grep {
        /// The expression.
        pattern: String,
        /// Where to begin.
        path: Option<String>,
        /// File name filter.
        glob: Option<String>,
    },
    /// Fetches a URL.
    WebFetch {
        /// The URL.
        url: String,
    },
    /// Asks a search engine.
    WebSearch {
        /// The query.
        query: String,
    },
    /// Opens a socket and follows it.
    Socket {
        /// The URL.
        url: String,
    },
    /// Starts a subagent.
    Agent {
        /// Its type.
        kind: Option<String>,
        /// Its task.
        prompt: String,
    },
    /// Loads a skill.
    Skill {
        /// Its name.
        name: String,
        /// Its arguments.
        args: Option<String>,
    },
    /// Calls a tool of an MCP server.
    Mcp {
        /// Server name.
        server: String,
        /// Where the server's definition comes from, in the agent's words.
        source: Option<String>,
        /// Tool name.
        tool: String,
        /// Raw arguments.
        arguments: Value,
    },
    /// A tool of the agent that does nothing outside it (to-do lists, plans).
    Internal {
        /// Tool name.
        tool: String,
        /// Raw input.
        input: Value,
    },
    /// A tool we do not know.
    Unknown {
        /// Tool name.
        tool: String,
        /// Raw input.
        input: Value,
    },
}

impl ToolCall {
    /// The tool's name in the agent's words, MCP tools as `mcp__server__tool`.
    pub fn name(&self) -> String {
        match self {
            Self::Shell { tool, .. } | Self::Edit { tool, .. } => tool.clone(),
            Self::Internal { tool, .. }
            | Self::Unknown { tool, .. }
            | Self::Several { tool, .. } => tool.clone(),
            Self::Delete { .. } => "Delete".into(),
            Self::Read { .. } => "Read".into(),
            Self::Write { .. } => "Write".into(),
            Self::Glob { .. } => "Glob".into(),
            Self::Grep { .. } => "Grep".into(),
            Self::WebFetch { .. } => "WebFetch".into(),
            Self::WebSearch { .. } => "WebSearch".into(),
            Self::Socket { .. } => "Monitor".into(),
            Self::Agent { .. } => "Agent".into(),
            Self::Skill { .. } => "Skill".into(),
            Self::Mcp { server, tool, .. } => format!("mcp__{server}__{tool}"),
        }
    }
}
