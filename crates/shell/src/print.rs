//! A syntax tree becomes text again.
//!
//! To show a command in one spelling, and to hold the parser to its word:
//! what is printed behaves like what was parsed, as far as the tree keeps it.
//! Lost on the way: comments and layout, `time -p`, `${!prefix*}`,
//! subscripts of array elements, whether an operator of `${name:-word}` had
//! its colon (it gets one), and whether a `case` arm fell through by `;&` or
//! `;;&` (it gets `;&`).
//!
//! Expansions between single quotes in arithmetic, which hide there and yet
//! happen, are printed as they are and may not survive.
//!
//! One item per line; a here-document's body follows its line. The output is
//! never longer than a constant times the tree, but it is not for execution.

mod word;

use self::word::Context;
use crate::ast::{
    AndOr, AssignValue, Assignment, Command, Compound, Connector, Fd, Item, Part, Pipeline,
    Redirect, RedirectOp, RedirectTarget, Script, Simple, Word,
};

/// A script; every line ends with a newline.
pub fn script(script: &Script) -> String {
    let mut printer = Printer::default();
    printer.script(script);
    printer.text
}

/// One command, without a newline at the end unless a here-document follows.
pub fn command(command: &Command) -> String {
    let mut printer = Printer::default();
    printer.command(command);
    if !printer.documents.is_empty() {
        printer.newline();
    }
    printer.text
}

/// One word.
pub fn word(word: &Word) -> String {
    let mut printer = Printer::default();
    printer.word(word);
    printer.text
}

#[derive(Debug, Default)]
struct Printer {
    text: String,
    /// Bodies to print after the line: text and delimiter.
    documents: Vec<(String, String)>,
}

impl Printer {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn newline(&mut self) {
        self.put("\n");
        for (body, delimiter) in std::mem::take(&mut self.documents) {
            self.put(&body);
            if !body.is_empty() && !body.ends_with('\n') {
                self.put("\n");
            }
            self.put(&delimiter);
            self.put("\n");
        }
    }

    fn script(&mut self, script: &Script) {
        for item in &script.items {
            self.item(item);
            self.newline();
        }
    }

    fn item(&mut self, item: &Item) {
        self.and_or(&item.list);
        if item.background {
            self.put(" &");
        }
    }

    fn and_or(&mut self, list: &AndOr) {
        self.pipeline(&list.first);
        for (connector, pipeline) in &list.rest {
            self.put(match connector {
                Connector::And => " && ",
                Connector::Or => " || ",
            });
            self.pipeline(pipeline);
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        if pipeline.timed {
            self.put("time ");
        }
        if pipeline.negated {
            self.put("! ");
        }
        for (position, command) in pipeline.commands.iter().enumerate() {
            if position > 0 {
                self.put(" | ");
            }
            self.command(command);
        }
    }

    fn command(&mut self, command: &Command) {
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Compound(compound, redirects) => {
                self.compound(compound);
                self.redirects(redirects);
            }
            Command::Function { name, body } => {
                self.put(&format!("function {name} () "));
                self.command(body);
            }
            Command::Coproc { name, body } => {
                self.put("coproc ");
                if let Some(name) = name {
                    self.put(name);
                    self.put(" ");
                }
                self.command(body);
            }
        }
    }

    fn simple(&mut self, simple: &Simple) {
        if *simple == Simple::default() {
            // `!` and `time` can stand alone.
            self.put(":");
        }
        let mut first = true;
        for assignment in &simple.assignments {
            self.separate(&mut first);
            self.assignment(assignment);
        }
        for (position, word) in simple.words.iter().enumerate() {
            self.separate(&mut first);
            if position == 0 && simple.assignments.is_empty() && is_reserved(word) {
                self.put("\\");
            }
            self.word(word);
        }
        for redirect in &simple.redirects {
            self.separate(&mut first);
            self.redirect(redirect);
        }
    }

    fn separate(&mut self, first: &mut bool) {
        if !std::mem::take(first) {
            self.put(" ");
        }
    }

    fn assignment(&mut self, assignment: &Assignment) {
        self.put(&assignment.name);
        if let Some(index) = &assignment.index {
            self.put(&format!("[{index}]"));
        }
        self.put(if assignment.append { "+=" } else { "=" });
        match &assignment.value {
            AssignValue::Scalar(word) => self.parts(&word.parts, Context::Unquoted),
            AssignValue::Array(words) => {
                self.put("(");
                self.words(words);
                self.put(")");
            }
        }
    }

    fn words(&mut self, words: &[Word]) {
        let mut first = true;
        for word in words {
            self.separate(&mut first);
            self.word(word);
        }
    }

    fn redirects(&mut self, redirects: &[Redirect]) {
        for redirect in redirects {
            self.put(" ");
            self.redirect(redirect);
        }
    }

    fn redirect(&mut self, redirect: &Redirect) {
        // `1>& file` is kept with its descriptor; `&>` takes none.
        let both = matches!(redirect.op, RedirectOp::WriteBoth | RedirectOp::AppendBoth);
        match &redirect.fd {
            Some(Fd::Number(number)) if !both => {
                self.put(&format!("{number}"));
            }
            Some(Fd::Named(name)) => {
                self.put(&format!("{{{name}}}"));
            }
            _ => {}
        }
        let operator = match redirect.op {
            RedirectOp::Read => "<",
            RedirectOp::Write => ">",
            RedirectOp::Clobber => ">|",
            RedirectOp::Append => ">>",
            RedirectOp::ReadWrite => "<>",
            // The operand may turn out to be a descriptor.
            RedirectOp::WriteBoth if expands(&redirect.target) => ">&",
            RedirectOp::WriteBoth => "&>",
            RedirectOp::AppendBoth => "&>>",
            RedirectOp::DupIn => "<&",
            RedirectOp::DupOut => ">&",
            RedirectOp::HereDoc => "<<",
            RedirectOp::HereString => "<<<",
        };
        self.put(operator);
        match &redirect.target {
            RedirectTarget::Word(word) => {
                self.put(" ");
                self.word(word);
            }
            RedirectTarget::Body(body) => self.document(body),
        }
    }

    fn document(&mut self, body: &Word) {
        let constant = match body.parts.as_slice() {
            [] => Some(""),
            [Part::Single(text)] => Some(text.as_str()),
            _ => None,
        };
        let text = if let Some(text) = constant {
            text.to_owned()
        } else {
            let mut inner = Self::default();
            inner.parts(&body.parts, Context::Body);
            inner.text
        };
        // Inside `$(…)` a line that merely starts with it may end the body.
        let underscores = |line: &str| {
            let rest = line.strip_prefix("EOF")?;
            Some(rest.len() - rest.trim_start_matches('_').len() + 1)
        };
        let longer = text.lines().filter_map(underscores).max().unwrap_or(0);
        let delimiter = format!("EOF{}", "_".repeat(longer));
        if constant.is_some() {
            self.put(&format!("'{delimiter}'"));
        } else {
            self.put(&delimiter);
        }
        self.documents.push((text, delimiter));
    }

    /// `keyword`, a new line, the script.
    fn block(&mut self, keyword: &str, script: &Script) {
        self.put(keyword);
        self.newline();
        self.script(script);
    }

    fn compound(&mut self, compound: &Compound) {
        match compound {
            Compound::Brace(script) => {
                self.block("{", script);
                self.put("}");
            }
            Compound::Subshell(script) => {
                self.block("(", script);
                self.put(")");
            }
            Compound::If {
                branches,
                otherwise,
            } => {
                for (position, (condition, body)) in branches.iter().enumerate() {
                    self.block(if position == 0 { "if" } else { "elif" }, condition);
                    self.block("then", body);
                }
                if let Some(body) = otherwise {
                    self.block("else", body);
                }
                self.put("fi");
            }
            Compound::For {
                name,
                words,
                body,
                select,
            } => {
                self.put(if *select { "select " } else { "for " });
                self.put(name);
                if let Some(words) = words {
                    self.put(" in ");
                    self.words(words);
                }
                self.newline();
                self.block("do", body);
                self.put("done");
            }
            Compound::ArithFor { exprs, body } => {
                self.put("for ((");
                for (position, expr) in exprs.iter().enumerate() {
                    if position > 0 {
                        self.put(";");
                    }
                    self.parts(&expr.parts, Context::Unquoted);
                }
                self.put("))");
                self.newline();
                self.block("do", body);
                self.put("done");
            }
            Compound::While {
                until,
                condition,
                body,
            } => {
                self.block(if *until { "until" } else { "while" }, condition);
                self.block("do", body);
                self.put("done");
            }
            Compound::Case { word, arms } => {
                self.put("case ");
                self.word(word);
                self.put(" in");
                self.newline();
                for arm in arms {
                    self.put("(");
                    for (position, pattern) in arm.patterns.iter().enumerate() {
                        if position > 0 {
                            self.put("|");
                        }
                        self.word(pattern);
                    }
                    self.block(")", &arm.body);
                    self.put(if arm.falls_through { ";&" } else { ";;" });
                    self.newline();
                }
                self.put("esac");
            }
            Compound::Arith(word) => {
                self.put("((");
                self.parts(&word.parts, Context::Unquoted);
                self.put("))");
            }
            Compound::Test(words) => {
                self.put("[[ ");
                self.words(words);
                self.put(" ]]");
            }
        }
    }
}

/// Something in the operand is only known when it runs.
fn expands(target: &RedirectTarget) -> bool {
    let (RedirectTarget::Word(word) | RedirectTarget::Body(word)) = target;
    let unknown = |part: &Part| matches!(part, Part::Param(_) | Part::Command(_) | Part::Arith(_));
    word.parts.iter().any(|part| match part {
        Part::Double(parts) => parts.iter().any(unknown),
        part => unknown(part),
    })
}

/// Unquoted text that would be a reserved word where a command starts.
fn is_reserved(word: &Word) -> bool {
    let [Part::Plain(text)] = word.parts.as_slice() else {
        return false;
    };
    matches!(
        text.as_str(),
        "!" | "[["
            | "]]"
            | "{"
            | "}"
            | "case"
            | "coproc"
            | "do"
            | "done"
            | "elif"
            | "else"
            | "esac"
            | "fi"
            | "for"
            | "function"
            | "if"
            | "in"
            | "select"
            | "then"
            | "time"
            | "until"
            | "while"
    )
}
