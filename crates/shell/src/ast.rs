//! The syntax tree of a shell script, as bash's grammar sees it.
//!
//! Words keep their quoting structure, because what a word *means* (one
//! field or many, constant or not, glob or text) depends on it. Nothing is
//! expanded here.

/// A list of commands: a whole script, a function body, the inside of `$(…)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// In source order.
    pub items: Vec<Item>,
}

/// One and-or list, with what ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// `a && b || c`.
    pub list: AndOr,
    /// Ended by `&`.
    pub background: bool,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AndOr {
    /// The first pipeline.
    pub first: Pipeline,
    /// The others, each with what joins it to what came before.
    pub rest: Vec<(Connector, Pipeline)>,
}

/// `&&` or `||`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands joined by `|` or `|&`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// `!` before it.
    pub negated: bool,
    /// `time` before it.
    pub timed: bool,
    /// At least one.
    pub commands: Vec<Command>,
}

/// A command with everything attached to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Words, assignments, redirections.
    Simple(Simple),
    /// A construct with a body; redirections apply to the whole.
    Compound(Box<Compound>, Vec<Redirect>),
    /// `name() body` or `function name body`.
    Function {
        /// Its name.
        name: String,
        /// Its body: a compound command, with its redirections.
        body: Box<Command>,
    },
    /// `coproc [NAME] command`.
    Coproc {
        /// `NAME`, if given.
        name: Option<String>,
        /// The command.
        body: Box<Command>,
    },
}

/// A simple command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simple {
    /// Assignments before the command word.
    pub assignments: Vec<Assignment>,
    /// Command word and arguments. Arguments of declaration builtins
    /// (`export A=b`, `declare`, `local`, `readonly`, `alias`) stay words;
    /// `declare x=(a "$b")` is the word `x=(`, `a`, ` `, `"$b"`, `)`: the
    /// elements' parts joined by plain spaces.
    pub words: Vec<Word>,
    /// Redirections, in order.
    pub redirects: Vec<Redirect>,
}

/// `name=value`, `name+=value`, `name[i]=value`, `name=(…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Variable name.
    pub name: String,
    /// Text of the subscript, if any.
    pub index: Option<String>,
    /// `+=`.
    pub append: bool,
    /// The value.
    pub value: AssignValue,
    /// The subscript as a word, so that substitutions in it are seen.
    pub nested: Vec<Word>,
}

/// What is assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssignValue {
    /// One word (possibly empty).
    Scalar(Word),
    /// `( word … )`; `[i]=word` elements are kept as their value, unless the
    /// subscript holds substitutions: then the whole element is the word.
    Array(Vec<Word>),
}

/// Constructs with bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compound {
    /// `{ …; }`
    Brace(Script),
    /// `( … )`
    Subshell(Script),
    /// `if … then … elif … else … fi`
    If {
        /// Condition and body pairs: `if` and every `elif`.
        branches: Vec<(Script, Script)>,
        /// `else`.
        otherwise: Option<Script>,
    },
    /// `for name [in words]; do … done`; `select` is the same with `select: true`.
    For {
        /// Loop variable.
        name: String,
        /// `None` means `"$@"`.
        words: Option<Vec<Word>>,
        /// Body.
        body: Script,
        /// `select` instead of `for`.
        select: bool,
    },
    /// `for ((a; b; c)); do … done`; substitutions inside the expressions are in `exprs`.
    ArithFor {
        /// The three expressions.
        exprs: [Word; 3],
        /// Body.
        body: Script,
    },
    /// `while` and `until`.
    While {
        /// `until`.
        until: bool,
        /// Condition.
        condition: Script,
        /// Body.
        body: Script,
    },
    /// `case word in … esac`
    Case {
        /// The subject.
        word: Word,
        /// The arms.
        arms: Vec<CaseArm>,
    },
    /// `(( expression ))`; the expression as a word, so that substitutions in it are seen.
    Arith(Word),
    /// `[[ … ]]`; the operands and operators (`&&`, `(`, `!`, `<`, …) as words.
    Test(Vec<Word>),
}

/// One arm of a `case`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseArm {
    /// Alternatives.
    pub patterns: Vec<Word>,
    /// Body.
    pub body: Script,
    /// `;&` or `;;&`: the next arm may run as well.
    pub falls_through: bool,
}

/// A redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The file descriptor written before the operator: `2>`; `{name}>` is kept as `Named`.
    pub fd: Option<Fd>,
    /// Which operator.
    pub op: RedirectOp,
    /// The operand.
    pub target: RedirectTarget,
}

/// A file descriptor as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fd {
    /// `2`
    Number(u32),
    /// `{name}`
    Named(String),
}

/// Redirection operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectOp {
    /// `<`
    Read,
    /// `>`
    Write,
    /// `>|`
    Clobber,
    /// `>>`
    Append,
    /// `<>`
    ReadWrite,
    /// `&>`
    WriteBoth,
    /// `&>>`
    AppendBoth,
    /// `<&`
    DupIn,
    /// `>&` with a descriptor or `-`; `>& file` is [`RedirectOp::WriteBoth`],
    /// and so is `>& $x`, which may be either.
    DupOut,
    /// `<<` and `<<-`
    HereDoc,
    /// `<<<`
    HereString,
}

/// The operand of a redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedirectTarget {
    /// A word: file, descriptor or here-string.
    Word(Word),
    /// A here-document's body. With a quoted delimiter it is one
    /// [`Part::Single`]; otherwise expansions in it are parts, as inside `"…"`.
    Body(Word),
}

/// A word: adjacent parts without a separator between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// In order. An empty list is the empty word (only as a value).
    pub parts: Vec<Part>,
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Unquoted text. Globs (`*?[`), extglobs, braces and a leading tilde are
    /// still active in it. Backslash-escaped characters are [`Part::Escaped`].
    Plain(String),
    /// A character quoted by a backslash outside quotes: text, never a glob.
    Escaped(char),
    /// `'…'`
    Single(String),
    /// `$'…'`, already decoded.
    AnsiC(String),
    /// `"…"` and `$"…"`; the parts inside are never split or globbed.
    /// Text inside is [`Part::Single`].
    Double(Vec<Part>),
    /// `$name`, `${…}`, positional and special parameters.
    Param(Box<Param>),
    /// `$(…)` and `` `…` ``, parsed.
    Command(Script),
    /// `<(…)` (`true`) and `>(…)` (`false`), parsed.
    Process {
        /// `<(…)`.
        read: bool,
        /// The commands.
        script: Script,
    },
    /// `$((…))` and `$[…]`; expansions inside are parts of the word.
    Arith(Word),
}

/// A parameter expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// `name`, `1`, `@`, `*`, `#`, `?`, `-`, `$`, `!`, `0`. With a leading
    /// `!` (`!name`) when indirection is combined with another operation,
    /// as in `${!name:-word}`.
    pub name: String,
    /// Text of the subscript: `${a[@]}`, `${a[0]}`.
    pub index: Option<String>,
    /// What is done with the value.
    pub op: ParamOp,
    /// What `index` and `op` hold as text, as words, so that substitutions
    /// in it are seen: the subscript, the two expressions of
    /// [`ParamOp::Substring`], the pattern of [`ParamOp::Case`].
    pub nested: Vec<Word>,
}

/// The operation in `${name…}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamOp {
    /// `$name`, `${name}`
    Plain,
    /// `${#name}`
    Length,
    /// `${!name}` (also `${!prefix*}`, `${!a[@]}` with their own spelling lost)
    Indirect,
    /// `${name-word}`, `${name:-word}`
    Default(Word),
    /// `${name=word}`, `${name:=word}`
    Assign(Word),
    /// `${name?word}`, `${name:?word}`
    Error(Word),
    /// `${name+word}`, `${name:+word}`
    Alternative(Word),
    /// `${name:offset[:length]}`, the two expressions as written
    Substring(String, Option<String>),
    /// `${name#pattern}`, `##` with `longest`
    StripPrefix {
        /// What to strip.
        pattern: Word,
        /// `##`
        longest: bool,
    },
    /// `${name%pattern}`, `%%` with `longest`
    StripSuffix {
        /// What to strip.
        pattern: Word,
        /// `%%`
        longest: bool,
    },
    /// `${name/pattern/replacement}` and its variants
    Replace {
        /// What to find.
        pattern: Word,
        /// What to put there.
        replacement: Word,
        /// `//`
        all: bool,
        /// `/#` or `/%`: anchored.
        anchor: Option<char>,
    },
    /// `${name^}`, `^^`, `,`, `,,`, with the operator as written
    Case(String),
    /// `${name@Q}` and the like
    Transform(char),
}
