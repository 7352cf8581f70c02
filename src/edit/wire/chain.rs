//! Chains of method calls, and what becomes of the values that they make.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall};

use super::scope::segments;
use crate::edit::rust::{self, Source};

/// One method call of a chain, from its dot to its closing parenthesis.
#[derive(Debug, Clone)]
pub struct Link {
    /// The method.
    pub name: String,
    /// Where its dot is.
    pub dot: usize,
    /// Where it ends.
    pub end: usize,
    /// What its arguments are, in words: a string at the beginning, and the first names of paths that are called.
    pub words: Vec<String>,
}

/// What a chain stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The framework's own.
    Own,
    /// Maybe the framework's own: nobody can tell where the path leads.
    Unknown,
    /// Something else that takes routes, by its name.
    Rival(String),
    /// A function that returns a chain, by its path.
    Function(Vec<String>),
}

/// To whom a value is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hand {
    /// To another chain, of which it becomes a part.
    Part,
    /// To what takes it for good, such as the server.
    Taken,
    /// To something that may add to it, by its name.
    Given(String),
}

/// Where a value is used: the end of the statement, and the variable that has it from then on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// Where the statement ends.
    pub end: usize,
    pub variable: Option<String>,
}

/// A chain of method calls on a start.
#[derive(Debug, Clone)]
pub struct Chain {
    /// What it starts with.
    pub start: Start,
    /// The call that it starts with.
    pub range: Range<usize>,
    /// The calls on that, as long as it is what it was.
    pub calls: Vec<Link>,
    /// Whether it is made something else in the end.
    pub ended: bool,
    /// The statement that it is bound in.
    pub statement: Statement,
    /// The function that it stands in.
    pub function: Range<usize>,
    /// The function that returns it, with what that is a method of.
    pub returned_by: Option<Function>,
    /// The inline modules that it stands in.
    pub modules: Vec<String>,
    /// Whether it is the value of one branch of several.
    pub branch: bool,
    /// Whether it is there under a condition only.
    pub conditional: bool,
    /// To whom it is given.
    pub hand: Option<Hand>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// The type that it is a method of.
    pub of: Option<String>,
}

impl Chain {
    /// Where it ends.
    pub fn end(&self) -> usize {
        self.calls.last().map_or(self.range.end, |link| link.end)
    }
}

/// A use of a variable.
#[derive(Debug, Clone)]
pub struct Use {
    /// The variable.
    pub name: String,
    /// Where.
    pub at: usize,
    /// The calls on it.
    pub calls: Vec<Link>,
    /// Whether it is made something else in the end.
    pub ended: bool,
    /// To whom the result is given.
    pub hand: Option<Hand>,
    pub statement: Statement,
    /// The branches and loops around it, each with its alternatives, from outer to inner.
    pub branches: Vec<Range<usize>>,
    /// The function that returns it.
    pub returned_by: Option<Function>,
    /// Whether it stands in an inline module.
    pub inline: bool,
}

/// The parameters of a type, by their names and lines, tests aside.
pub fn parameters(parsed: &Source, of: &str) -> Vec<(String, usize)> {
    let mut parameters = Parameters { parsed, of, found: Vec::new() };
    parameters.visit_file(&parsed.file);
    parameters.found
}

struct Parameters<'a> {
    parsed: &'a Source,
    of: &'a str,
    found: Vec<(String, usize)>,
}

impl<'ast> Visit<'ast> for Parameters<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !rust::is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_pat_type(&mut self, parameter: &'ast syn::PatType) {
        let inner = match &*parameter.ty {
            syn::Type::Reference(reference) => &*reference.elem,
            other => other,
        };
        let is_it = matches!(inner, syn::Type::Path(path) if segments(&path.path).pop().as_deref() == Some(self.of));
        if let (true, syn::Pat::Ident(name)) = (is_it, &*parameter.pat) {
            self.found.push((name.ident.to_string(), self.parsed.range(name.ident.span()).start));
        }
    }
}

/// Every method call of a file, from its dot to its closing parenthesis.
pub fn calls(parsed: &Source) -> Vec<Range<usize>> {
    let mut calls = Calls { parsed, found: Vec::new() };
    calls.visit_file(&parsed.file);
    calls.found
}

struct Calls<'a> {
    parsed: &'a Source,
    found: Vec<Range<usize>>,
}

impl<'ast> Visit<'ast> for Calls<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let link = link(self.parsed, call);
        self.found.push(link.dot..link.end);
        visit::visit_expr_method_call(self, call);
    }
}

/// What a chain stands on, its method calls from the last to the first, and how many of those are on what was awaited or
/// unwrapped.
pub fn unchain(expression: &Expr) -> (&Expr, Vec<&ExprMethodCall>, usize) {
    let (mut base, mut calls, mut awaited) = (expression, Vec::new(), 0);
    loop {
        base = match base {
            Expr::MethodCall(call) => {
                calls.push(call);
                &call.receiver
            }
            Expr::Await(inner) => {
                awaited = calls.len();
                &inner.base
            }
            Expr::Try(inner) => {
                awaited = calls.len();
                &inner.expr
            }
            Expr::Paren(inner) => &inner.expr,
            _ => return (base, calls, awaited),
        };
    }
}

/// A method call as a link.
pub fn link(parsed: &Source, call: &ExprMethodCall) -> Link {
    let mut words = Words::default();
    call.args.iter().for_each(|argument| words.visit_expr(argument));
    Link {
        name: call.method.to_string(),
        dot: parsed.range(call.dot_token.spans[0]).start,
        end: parsed.range(call.paren_token.span.close()).end,
        words: call.args.first().and_then(literal).into_iter().chain(words.0).collect(),
    }
}

/// The names in the paths that are called.
#[derive(Default)]
struct Words(Vec<String>);

impl<'ast> Visit<'ast> for Words {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(function) = &*call.func {
            self.0.extend(segments(&function.path));
        }
        visit::visit_expr_call(self, call);
    }
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Where an expression stands, for its end.
pub fn end(parsed: &Source, spanned: &impl Spanned) -> usize {
    parsed.range(spanned.span()).end
}
