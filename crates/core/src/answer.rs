//! What a post tells the agent, before it is put into that agent's own format.

use serde_json::Value;

/// The answer to one hook call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// Nothing to say: the agent goes on by its own rules.
    Pass,
    /// Goes on, and the person sees this line.
    Notice(String),
    /// Goes on, and the model is told this.
    Context(String),
    /// A person has to answer first.
    Ask {
        /// Shown to the person (and to the model if refused).
        reason: String,
    },
    /// Does not happen.
    Deny {
        /// Shown to the model and the person.
        reason: String,
    },
    /// Goes on; the model is told one thing and the person another.
    Warned {
        /// For the model.
        context: String,
        /// For the person.
        notice: String,
    },
    /// The tool's result is replaced before the model sees it. Same shape as the original.
    ReplaceResult {
        /// The new result.
        response: Value,
        /// For the model, beside the result; may be empty.
        context: String,
        /// Shown to the person.
        notice: String,
    },
    /// The next model request is not sent and the run ends.
    StopRun {
        /// Shown to the person.
        reason: String,
    },
}
