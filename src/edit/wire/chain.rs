//! Finds the chains of method calls in a source file, and what later happens to the variables that they are bound to.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Pat};

use super::ChainSpec;
use crate::edit::rust::{self, Source};

/// One method call of a chain, from its dot to its closing parenthesis.
pub struct Link {
    /// The method.
    pub name: String,
    /// Where its dot is.
    pub dot: usize,
    /// Where it ends.
    pub end: usize,
    /// Its first argument, where that is a string.
    pub path: Option<String>,
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
    /// Whether it starts as something else that takes routes.
    pub rival: bool,
    /// Whether it is handed to something that may add to it: a constructor, a field, another router.
    handed: bool,
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
    spec: &'a ChainSpec,
    /// The chains, tests aside.
    pub chains: Vec<Chain>,
    on_variables: Vec<(String, Vec<Link>)>,
    /// Variables that are handed on as a chain may be, and where.
    handed_variables: Vec<(String, usize)>,
    /// Whether what is looked at is handed on so.
    handed: bool,
    variable: Option<String>,
    functions: Vec<Range<usize>>,
    /// How many inline modules are around.
    modules: usize,
}

/// Looks through a source file.
pub fn finder<'a>(parsed: &'a Source, spec: &'a ChainSpec) -> Finder<'a> {
    let mut finder = Finder {
        parsed,
        spec,
        chains: Vec::new(),
        on_variables: Vec::new(),
        handed_variables: Vec::new(),
        handed: false,
        variable: None,
        functions: Vec::new(),
        modules: 0,
    };
    finder.visit_file(&parsed.file);
    finder
}

impl Finder<'_> {
    /// Whether an expression starts a chain, and whether that is a rival's.
    fn start(&self, expression: &Expr) -> Option<bool> {
        let Expr::Call(call) = expression else { return None };
        let Expr::Path(function) = &*call.func else { return None };
        let segments: Vec<String> = function.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let is_one = |start: &String| {
            let start: Vec<String> = start.split("::").map(str::to_owned).collect();
            // Other crates have an `App::new(name)`.
            segments.ends_with(&start) && (start.last().is_none_or(|last| last != "new") || call.args.is_empty())
        };
        let own = self.spec.starts.iter().any(is_one).then_some(false);
        own.or_else(|| self.spec.rivals.iter().any(is_one).then_some(true))
    }

    /// Whether routes are added to the chain or its variable, and not only those that are no part of an application.
    pub fn has_routes(&self, chain: &Chain) -> bool {
        let on_variable = self.on_variable(chain).flat_map(|(_, links)| links);
        let links = chain.calls.iter().chain(on_variable).filter(|link| self.spec.needs.contains(&link.name));
        let is_aside = |link: &Link| link.path.as_ref().is_some_and(|path| self.spec.asides.contains(path));
        self.spec.needs.is_empty() || links.into_iter().any(|link| !is_aside(link))
    }

    /// Whether the chain, or the variable that it is bound to, is handed to something that may add to it.
    pub fn is_handed(&self, chain: &Chain) -> bool {
        let is_it = |(name, at): &(String, usize)| {
            chain.variable.as_ref() == Some(name) && *at > chain.end() && chain.function.contains(at)
        };
        chain.handed || self.handed_variables.iter().any(is_it)
    }

    /// The calls on the variable that the chain is bound to.
    fn on_variable(&self, chain: &Chain) -> impl Iterator<Item = &(String, Vec<Link>)> {
        let of = chain.variable.clone();
        let range = chain.function.clone();
        let inside = move |links: &[Link]| links.first().is_some_and(|link| range.contains(&link.dot));
        self.on_variables.iter().filter(move |(name, links)| of.as_ref() == Some(name) && inside(links))
    }

    /// A later call on the variable that the chain is bound to, after which a call in the chain would be too early.
    pub fn continuation(&self, chain: &Chain) -> Option<usize> {
        let links = self.on_variable(chain).flat_map(|(_, links)| links);
        links
            .filter(|link| link.dot > chain.end())
            .filter(|link| link.name != "clone" && !self.spec.before.contains(&link.name))
            .map(|link| link.dot)
            .max()
    }

    fn function(&mut self, span: proc_macro2::Span, attributes: &[syn::Attribute], visit: impl FnOnce(&mut Self)) {
        if !rust::is_test(attributes) {
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

    fn handing(&mut self, handed: bool, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.handed, handed);
        visit(self);
        self.handed = outer;
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !rust::is_test(&item.attrs) {
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

    /// What an application is by default, it need not be in the end.
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let of = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        let handed = of.is_some_and(|segment| segment.ident == "Default");
        self.handing(handed, |finder| visit::visit_item_impl(finder, item));
    }

    fn visit_expr_struct(&mut self, item: &'ast syn::ExprStruct) {
        self.handing(true, |finder| visit::visit_expr_struct(finder, item));
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let handed = self.handed || constructs(&call.func);
        self.handing(handed, |finder| visit::visit_expr_call(finder, call));
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.handing(false, |finder| visit::visit_expr_closure(finder, closure));
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
        let links = links.take_while(|link| !self.spec.ends.contains(&link.name)).collect();
        let start = self.start(base);
        if let Some(rival) = start {
            let start = self.parsed.range(base.span());
            let function = self.functions.last().cloned().unwrap_or_default();
            let (variable, handed) = (self.variable.clone(), self.handed);
            let inline = self.modules > 0;
            self.chains.push(Chain { start, calls: links, variable, function, inline, rival, handed });
        } else if let Some(name) = path_name(base) {
            if self.handed {
                self.handed_variables.push((name.clone(), self.parsed.range(base.span()).start));
            }
            self.on_variables.push((name, links));
        }
        if start.is_none() && calls.is_empty() {
            // A variable is bound to whatever its blocks and conditions end with, so the name stays.
            return visit::visit_expr(self, expression);
        }
        self.bound(None, |finder| {
            for call in &calls {
                let handed = start.is_none() && finder.spec.needs.contains(&call.method.to_string());
                finder.handing(handed, |finder| call.args.iter().for_each(|argument| finder.visit_expr(argument)));
            }
            finder.visit_base(base);
        });
    }
}

impl Finder<'_> {
    /// What a chain stands on, when that is not a chain's start.
    fn visit_base(&mut self, base: &Expr) {
        if let Expr::Call(call) = base {
            let handed = constructs(&call.func);
            self.handing(handed, |finder| call.args.iter().for_each(|argument| finder.visit_expr(argument)));
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
        path: call.args.first().and_then(literal),
    }
}

/// Whether a function makes something of its arguments that keeps them: `Server::new(router)`, `Server(router)`.
fn constructs(function: &Expr) -> bool {
    let Expr::Path(function) = function else { return false };
    let Some(last) = function.path.segments.last() else { return false };
    let name = last.ident.to_string();
    name == "new" || (name.starts_with(char::is_uppercase) && !["Ok", "Err", "Some"].contains(&name.as_str()))
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
