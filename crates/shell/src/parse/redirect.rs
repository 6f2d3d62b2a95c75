//! Redirections.

use super::cursor::{Parser, Result, is_name, is_name_start};
use super::heredoc::Pending;
use crate::ast::{Fd, Part, Redirect, RedirectOp, RedirectTarget, Word};

/// Longest first: the first that fits is the operator.
const OPERATORS: [(&str, RedirectOp); 12] = [
    ("<<<", RedirectOp::HereString),
    ("<<-", RedirectOp::HereDoc),
    ("<<", RedirectOp::HereDoc),
    ("<&", RedirectOp::DupIn),
    ("<>", RedirectOp::ReadWrite),
    ("<", RedirectOp::Read),
    ("&>>", RedirectOp::AppendBoth),
    ("&>", RedirectOp::WriteBoth),
    (">>", RedirectOp::Append),
    (">&", RedirectOp::DupOut),
    (">|", RedirectOp::Clobber),
    (">", RedirectOp::Write),
];

impl Parser<'_> {
    /// Redirections after a compound command.
    pub(super) fn redirects(&mut self) -> Result<Vec<Redirect>> {
        let mut redirects = Vec::new();
        loop {
            self.blanks()?;
            match self.redirect()? {
                Some(redirect) => redirects.push(redirect),
                None => break,
            }
        }
        self.after_redirect = !redirects.is_empty();
        Ok(redirects)
    }

    /// The redirection here, if there is one.
    pub(super) fn redirect(&mut self) -> Result<Option<Redirect>> {
        let start = self.at();
        let (fd, operator_at) = match self.descriptor() {
            Some((fd, at)) => (Some(fd), at),
            None => (None, start),
        };
        if !self.redirects_at(operator_at) && !self.looking_at("&>") {
            return Ok(None);
        }
        let fd = match fd {
            Some(Descriptor::Number(text)) => match text.parse::<u32>() {
                Ok(number) => Some(Fd::Number(number)),
                Err(_) => return self.expected("a smaller file descriptor"),
            },
            Some(Descriptor::Name(name)) => Some(Fd::Named(name)),
            None => None,
        };
        self.go(operator_at)?;
        let Some((text, mut op, end)) = OPERATORS
            .iter()
            .find_map(|(text, op)| Some((*text, *op, self.follows(operator_at, text)?)))
        else {
            return self.expected("a redirection operator");
        };
        self.go(end)?;
        self.blanks()?;
        // `>&-` ends there, whatever follows: `>&-rm` closes and runs `rm`.
        if matches!(op, RedirectOp::DupIn | RedirectOp::DupOut) && self.eat("-")? {
            let target = RedirectTarget::Word(Word {
                parts: vec![Part::Plain("-".to_owned())],
            });
            return Ok(Some(Redirect { fd, op, target }));
        }
        let target_at = self.at();
        if !self.at_word() || (op == RedirectOp::HereDoc && self.at_process()) {
            return self.expected("a word after the redirection operator");
        }
        let takes_number = matches!(op, RedirectOp::DupIn | RedirectOp::DupOut);
        if self
            .descriptor()
            .is_some_and(|(fd, _)| !(takes_number && fd.is_number()))
        {
            return self.expected("a word, and no descriptor, after the redirection operator");
        }
        let word = self.word()?;
        if op == RedirectOp::HereDoc {
            let (delimiter, quoted) = self.delimiter(&word, target_at)?;
            self.scope.announced = true;
            self.scope.pending.push(Pending {
                at: target_at,
                delimiter,
                quoted,
                strip_tabs: text == "<<-",
            });
            // Filled in when the scope ends.
            return Ok(Some(Redirect {
                fd,
                op,
                target: RedirectTarget::Body(Word::default()),
            }));
        }
        let stdout = matches!(fd, None | Some(Fd::Number(1)));
        if op == RedirectOp::DupOut && stdout && !names_descriptor(&word) {
            op = RedirectOp::WriteBoth;
            // Bash expands this operand twice.
            if word.parts.iter().any(is_expanded_again) {
                return self.expected_at(target_at, "a file name that quotes nothing special");
            }
        }
        Ok(Some(Redirect {
            fd,
            op,
            target: RedirectTarget::Word(word),
        }))
    }

    /// `2` or `{name}` right before a redirection operator.
    fn descriptor(&self) -> Option<(Descriptor, usize)> {
        let mut at = self.at();
        let mut text = String::new();
        let first = self.char_at(at)?;
        if first.is_ascii_digit() {
            while let Some(c) = self.char_at(at).filter(char::is_ascii_digit) {
                text.push(c);
                at = self.after(at);
            }
            return self
                .redirects_at(at)
                .then_some((Descriptor::Number(text), at));
        }
        if first != '{' {
            return None;
        }
        at = self.after(at);
        if !self.char_at(at).is_some_and(is_name_start) {
            return None;
        }
        while let Some(c) = self.char_at(at).filter(|c| is_name(*c)) {
            text.push(c);
            at = self.after(at);
        }
        if self.char_at(at) == Some('[') {
            while let Some(c) = self.char_at(at).filter(|c| is_name(*c) || *c == '[') {
                text.push(c);
                at = self.after(at);
            }
            text.push(self.char_at(at).filter(|c| *c == ']')?);
            at = self.after(at);
        }
        if self.char_at(at) != Some('}') {
            return None;
        }
        at = self.after(at);
        self.redirects_at(at)
            .then_some((Descriptor::Name(text), at))
    }

    /// `<` or `>`, and no process substitution.
    fn redirects_at(&self, at: usize) -> bool {
        matches!(self.char_at(at), Some('<' | '>')) && self.char_at(self.after(at)) != Some('(')
    }
}

enum Descriptor {
    Number(String),
    Name(String),
}

impl Descriptor {
    fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }
}

/// Quoted text that means something when it is read without the quotes.
fn is_expanded_again(part: &Part) -> bool {
    const SPECIAL: [char; 7] = ['$', '`', '\\', '"', '\'', '<', '>'];
    match part {
        Part::Escaped(c) => SPECIAL.contains(c),
        Part::Single(text) | Part::AnsiC(text) => text.contains(SPECIAL),
        Part::Double(parts) => parts.iter().any(is_expanded_again),
        _ => false,
    }
}

/// `1`, `-` or `1-`: what `>&` takes for a descriptor.
fn names_descriptor(word: &Word) -> bool {
    let [Part::Plain(text)] = word.parts.as_slice() else {
        return false;
    };
    let digits = text.strip_suffix('-').unwrap_or(text);
    text == "-" || (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}
