//! What is wrong with a policy file, pointing at the line.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Renderer, Snippet};

use crate::text::Text;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The file is used; this part of it has no effect.
    Warning,
    /// The file is not used.
    Error,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// How bad.
    pub level: Level,
    /// What, in one line.
    pub message: String,
    /// File, as shown.
    pub path: String,
    /// Line, from 1, when it is on one.
    pub line: Option<u32>,
    /// What to do.
    pub help: Option<String>,
    label: String,
    text: Option<Text>,
    span: Option<Range<usize>>,
}

impl Diagnostic {
    pub(crate) fn at(
        level: Level,
        text: &Text,
        span: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self {
            level,
            message: message.into(),
            path: text.path.to_string(),
            line: Some(text.line(span.start)),
            help: None,
            label: label.into(),
            text: Some(text.clone()),
            span: Some(span),
        }
    }

    /// About a whole file.
    pub(crate) fn about(path: &str, message: impl Into<String>) -> Self {
        Self {
            level: Level::Error,
            message: message.into(),
            path: path.to_owned(),
            line: None,
            help: None,
            label: String::new(),
            text: None,
            span: None,
        }
    }

    pub(crate) fn with_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    fn group(&self) -> Group<'_> {
        let level = match self.level {
            Level::Error => annotate_snippets::Level::ERROR,
            Level::Warning => annotate_snippets::Level::WARNING,
        };
        let title = level.primary_title(self.message.as_str());
        let mut group = match (&self.text, &self.span) {
            (Some(text), Some(span)) => {
                let mut mark = AnnotationKind::Primary.span(span.clone());
                if !self.label.is_empty() {
                    mark = mark.label(self.label.as_str());
                }
                title.element(
                    Snippet::source(&*text.content)
                        .path(&*text.path)
                        .annotation(mark),
                )
            }
            _ => title.element(annotate_snippets::Origin::path(self.path.as_str())),
        };
        if let Some(help) = &self.help {
            group = group.element(annotate_snippets::Level::HELP.message(help.as_str()));
        }
        group
    }
}

/// Everything that is wrong.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    /// In the order of the files.
    pub list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Whether a file could not be used.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.level == Level::Error)
    }

    /// For people: each with the line it is about.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let mut out = String::new();
        for diagnostic in &self.list {
            out.push_str(&renderer.render(&[diagnostic.group()]));
            out.push('\n');
        }
        out
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(false).trim_end())
    }
}

impl std::error::Error for Diagnostics {}
