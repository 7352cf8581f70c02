//! Finds the chains of method calls in a source file, and what later happens to the variables that they are bound to.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Pat};

use super::ChainSpec;
use crate::edit::rust::Source;

/// One method call of a chain, from its dot to its closing parenthesis.
pub struct Link {
    /// The method.
    pub name: String,
    /// Where its dot is.
    pub dot: usize,
    /// Where it ends.
    pub end: usize,
}

/// A chain of method calls on a start.
pub struct Chain {
    /// The call that it starts with.
    pub start: Range<usize>,
    /// The calls on that, as long as it is what it was.
    pub calls: Vec<Link>,
    /// The variable that it is bound to.
    variable: Option<String>,
    /// The function that it stands in.
    function: Range<usize>,
    /// Whether it stands in an inline module.
    pub inline: bool,
}

impl Chain {
    /// Where it ends.
    pub fn end(&self) -> usize {
        self.calls.last().map_or(self.start.end, |link| link.end)
    }

    /// Whether the other one stands in an argument of this one.
    pub fn contains(&self, other: &Self) -> bool {
        self.start.start < other.start.start && other.end() < self.end()
    }
}

/// Collects chains, and the methods that are called on variables.
pub struct Finder<'a> {
    parsed: &'a Source,
    starts: Vec<Vec<&'a str>>,
    ends: &'a [String],
    /// The chains, tests aside.
    pub chains: Vec<Chain>,
    on_variables: Vec<(String, Vec<Link>)>,
    variable: Option<String>,
    functions: Vec<Range<usize>>,
    /// How many inline modules are around.
    modules: usize,
}

/// Looks through a source file.
pub fn finder<'a>(parsed: &'a Source, spec: &'a ChainSpec) -> Finder<'a> {
    let mut finder = Finder {
        parsed,
        starts: spec.starts.iter().map(|start| start.split("::").collect()).collect(),
        ends: &spec.ends,
        chains: Vec::new(),
        on_variables: Vec::new(),
        variable: None,
        functions: Vec::new(),
        modules: 0,
    };
    finder.visit_file(&parsed.file);
    finder
}

impl Finder<'_> {
    fn is_start(&self, expression: &Expr) -> bool {
        let Expr::Call(call) = expression else { return false };
        let Expr::Path(function) = &*call.func else { return false };
        let segments: Vec<String> = function.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.starts.iter().any(|start| {
            // Other crates have an `App::new(name)`.
            segments.ends_with(&start.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>())
                && (start.last() != Some(&"new") || call.args.is_empty())
        })
    }

    /// A later call on the variable that the chain is bound to, after which a call in the chain would be too early.
    pub fn continuation(&self, chain: &Chain, spec: &ChainSpec) -> Option<usize> {
        let variable = chain.variable.as_ref()?;
        let links = self.on_variables.iter().filter(|(name, _)| name == variable).flat_map(|(_, links)| links);
        links
            .filter(|link| link.dot > chain.end() && chain.function.contains(&link.dot))
            .filter(|link| link.name != "clone" && !spec.before.contains(&link.name))
            .map(|link| link.dot)
            .max()
    }

    fn function(&mut self, span: proc_macro2::Span, attributes: &[syn::Attribute], visit: impl FnOnce(&mut Self)) {
        if !is_test(attributes) {
            self.functions.push(self.parsed.range(span));
            visit(self);
            self.functions.pop();
        }
    }

    fn bound(&mut self, variable: Option<String>, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.variable, variable);
        visit(self);
        self.variable = outer;
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            self.modules += 1;
            visit::visit_item_mod(self, item);
            self.modules -= 1;
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(item.block.span(), &item.attrs, |finder| visit::visit_item_fn(finder, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(item.block.span(), &item.attrs, |finder| visit::visit_impl_item_fn(finder, item));
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        self.bound(pattern_name(&local.pat), |finder| visit::visit_local(finder, local));
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        self.bound(path_name(&assign.left), |finder| finder.visit_expr(&assign.right));
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        let (base, calls, awaited) = unchain(expression);
        let links = calls[awaited..].iter().rev().map(|call| link(self.parsed, call));
        let links = links.take_while(|link| !self.ends.contains(&link.name)).collect();
        if self.is_start(base) {
            let start = self.parsed.range(base.span());
            let function = self.functions.last().cloned().unwrap_or_default();
            self.chains.push(Chain {
                start,
                calls: links,
                variable: self.variable.clone(),
                function,
                inline: self.modules > 0,
            });
        } else if calls.is_empty() {
            // A variable is bound to whatever its blocks and conditions end with, so the name stays.
            return visit::visit_expr(self, expression);
        } else if let Some(name) = path_name(base) {
            self.on_variables.push((name, links));
        }
        self.bound(None, |finder| {
            calls.iter().flat_map(|call| &call.args).for_each(|argument| finder.visit_expr(argument));
            finder.visit_base(base);
        });
    }
}

impl Finder<'_> {
    /// What a chain stands on, when that is not a chain's start.
    fn visit_base(&mut self, base: &Expr) {
        if let Expr::Call(call) = base {
            call.args.iter().for_each(|argument| self.visit_expr(argument));
        } else if !matches!(base, Expr::Path(_)) {
            visit::visit_expr(self, base);
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
fn unchain(expression: &Expr) -> (&Expr, Vec<&ExprMethodCall>, usize) {
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

fn link(parsed: &Source, call: &ExprMethodCall) -> Link {
    Link {
        name: call.method.to_string(),
        dot: parsed.range(call.dot_token.spans[0]).start,
        end: parsed.range(call.paren_token.span.close()).end,
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let named_test = attribute.path().segments.last().is_some_and(|segment| segment.ident == "test");
        let condition = attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|condition| condition == "test");
        named_test || condition
    })
}

fn pattern_name(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Ident(name) => Some(name.ident.to_string()),
        Pat::Type(typed) => pattern_name(&typed.pat),
        _ => None,
    }
}

fn path_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}
