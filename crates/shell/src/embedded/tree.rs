//! One small syntax tree for every language with expressions.
//!
//! Only what decides about effects is kept. Chains (`a + b + c`, `a.b().c`)
//! are flat, so that a long one is not a deep one.

use std::rc::Rc;

/// A piece of an interpolated string.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text(String),
    Code(Expr),
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub(super) name: Option<String>,
    pub(super) spread: bool,
    pub(super) value: Expr,
}

/// What follows a primary expression.
#[derive(Clone, Debug)]
pub(super) enum Post {
    Attr(String),
    Index(Expr),
    Slice([Option<Expr>; 3]),
    Call(Vec<Argument>),
    /// `` tag`…` ``: the pieces of the template.
    Template(Vec<Piece>),
}

/// An expression.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    Nothing,
    Bool(bool),
    Int(i64),
    Str(Vec<Piece>),
    Name(String),
    Post(Box<Expr>, Vec<Post>),
    List(Vec<Expr>),
    /// `None` as key: another mapping spread into this one.
    Dict(Vec<(Option<Expr>, Expr)>),
    /// Operators of one precedence, left to right.
    Chain(Box<Expr>, Vec<(String, Expr)>),
    /// The value is that of one of these; the rest is evaluated first.
    Either(Vec<Expr>, Vec<Expr>),
    Function(Rc<Function>),
    /// `[element for target in iterable if …]`
    Comprehension(Box<Expr>, Vec<Clause>),
    /// Target, operator (`=`, `+=`), value.
    Assign(Box<Expr>, String, Box<Expr>),
    Spread(Box<Expr>),
    /// A command run by the shell: backticks, `%x`, `qx`.
    Shell(Vec<Piece>),
    /// Evaluated for what they do; the value is not known.
    Other(Vec<Expr>),
    /// Code that is not known.
    Hole(String),
}

/// `for target in iterable if conditions`.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    pub(super) target: Expr,
    pub(super) iterable: Expr,
    pub(super) conditions: Vec<Expr>,
}

/// A function, method, lambda or block.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) id: usize,
    /// Names or patterns, with defaults.
    pub(super) params: Vec<(Expr, Option<Expr>)>,
    pub(super) body: Vec<Stmt>,
}

/// A statement.
#[derive(Clone, Debug)]
pub(super) enum Stmt {
    Expr(Expr),
    /// `import x as y`: `y` is bound to the thing called `x`.
    Bind(String, String),
    /// `from x import *`
    Star(String),
    /// `if`, `try`, `switch`: conditions, then alternatives.
    Branch(Vec<Expr>, Vec<Vec<Stmt>>),
    /// A loop over something, or for as long as something.
    Loop {
        target: Option<Expr>,
        iterable: Option<Expr>,
        conditions: Vec<Expr>,
        body: Vec<Stmt>,
    },
    Define(String, Rc<Function>),
    Block(Vec<Stmt>),
    Return(Option<Expr>),
}

impl Expr {
    /// A constant string.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Str(vec![Piece::Text(text.into())])
    }

    /// This expression with something after it.
    pub(super) fn with(self, post: Post) -> Self {
        match self {
            Self::Post(base, mut posts) => {
                posts.push(post);
                Self::Post(base, posts)
            }
            base => Self::Post(Box::new(base), vec![post]),
        }
    }

    /// A call with positional arguments.
    pub(super) fn call(self, args: Vec<Self>) -> Self {
        let args = args
            .into_iter()
            .map(|value| Argument {
                name: None,
                spread: false,
                value,
            })
            .collect();
        self.with(Post::Call(args))
    }
}
