//! Adds one call to the chain that builds the application, where there is exactly one such chain.

use std::collections::BTreeSet;
use std::ops::Range;

use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Pat};

use super::EditError;
use super::rust::{self, Source};
use super::text::{Insertion, ending, indentation, insert, is_subsequence, line_end, line_start, position, remove};

/// What a chain looks like and where in it the call goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainSpec {
    /// How it starts: the last segments of a path that is called, such as `Router::new`.
    pub starts: Vec<String>,
    /// The methods that the call must stand before, where they end the chain.
    pub before: Vec<String>,
    /// Whether the call goes right behind the start.
    pub first: bool,
}

/// A place where the call belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// The line, from 1.
    pub line: usize,
}

/// What came of wiring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wiring {
    /// The source with the call.
    Wired(String),
    /// It is left to the user, at these places.
    Manual(Vec<Site>),
    /// There is no chain.
    None,
}

/// The chains of a source file, tests aside.
pub fn find(source: &str, spec: &ChainSpec) -> Result<Vec<Site>, EditError> {
    let parsed = rust::parse(source)?;
    let finder = finder(&parsed, spec);
    let outer = |chain: &&Chain| !finder.chains.iter().any(|other| other.contains(chain));
    Ok(finder.chains.iter().filter(outer).map(|chain| finder.site(source, chain, spec)).collect())
}

/// Inserts a call such as `.layer(clerk::layer())`.
pub fn wire(source: &str, spec: &ChainSpec, call: &str) -> Result<Wiring, EditError> {
    let parsed = rust::parse(source)?;
    let finder = finder(&parsed, spec);
    let has_call = |chain: &Chain| chain.calls.iter().any(|link| plain(&source[link.dot..link.end]) == plain(call));
    if finder.chains.iter().any(has_call) {
        return Ok(Wiring::Wired(source.to_owned()));
    }
    let sites = find(source, spec)?;
    match finder.chains.as_slice() {
        [] => Ok(Wiring::None),
        [chain] if spec.first || finder.continuation(chain, spec).is_none() => {
            let result = insert(source, &[place(source, chain, spec, call)]);
            let proven = is_subsequence(source, &result) && unwire(&result, call).as_deref() == Ok(source);
            if proven { Ok(Wiring::Wired(result)) } else { Ok(Wiring::Manual(sites)) }
        }
        _ => Ok(Wiring::Manual(sites)),
    }
}

/// Takes the call out of the chain that has it.
pub fn unwire(source: &str, call: &str) -> Result<String, EditError> {
    let parsed = rust::parse(source)?;
    let mut calls = Calls { parsed: &parsed, found: Vec::new() };
    calls.visit_file(&parsed.file);
    let Some(range) = calls.found.into_iter().find(|range| plain(&source[range.clone()]) == plain(call)) else {
        return Ok(source.to_owned());
    };
    let before = source[..range.start].trim_end().len();
    let start = if source[before..range.start].contains('\n') { before } else { range.start };
    Ok(remove(source, start..range.end))
}

/// One method call of a chain, from its dot to its closing parenthesis.
struct Link {
    name: String,
    dot: usize,
    end: usize,
}

/// A chain of method calls on a start.
struct Chain {
    start: Range<usize>,
    calls: Vec<Link>,
    /// The variable that it is bound to.
    variable: Option<String>,
    /// The function that it stands in.
    function: Range<usize>,
}

impl Chain {
    fn end(&self) -> usize {
        self.calls.last().map_or(self.start.end, |link| link.end)
    }

    fn contains(&self, other: &Self) -> bool {
        self.start.start < other.start.start && other.end() < self.end()
    }
}

/// Collects chains, and the methods that are called on variables.
struct Finder<'a> {
    parsed: &'a Source,
    starts: Vec<Vec<&'a str>>,
    chains: Vec<Chain>,
    on_variables: Vec<(String, Vec<Link>)>,
    variable: Option<String>,
    functions: Vec<Range<usize>>,
}

fn finder<'a>(parsed: &'a Source, spec: &'a ChainSpec) -> Finder<'a> {
    let mut finder = Finder {
        parsed,
        starts: spec.starts.iter().map(|start| start.split("::").collect()).collect(),
        chains: Vec::new(),
        on_variables: Vec::new(),
        variable: None,
        functions: Vec::new(),
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
    fn continuation(&self, chain: &Chain, spec: &ChainSpec) -> Option<usize> {
        let variable = chain.variable.as_ref()?;
        let links = self.on_variables.iter().filter(|(name, _)| name == variable).flat_map(|(_, links)| links);
        links
            .filter(|link| link.dot > chain.end() && chain.function.contains(&link.dot))
            .filter(|link| link.name != "clone" && !spec.before.contains(&link.name))
            .map(|link| link.dot)
            .max()
    }

    fn site(&self, source: &str, chain: &Chain, spec: &ChainSpec) -> Site {
        let last = if spec.first { None } else { self.continuation(chain, spec) };
        Site { line: position(source, last.unwrap_or_else(|| behind(chain, spec) - 1)).0 }
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
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(syn::spanned::Spanned::span(&item.block), &item.attrs, |finder| {
            visit::visit_item_fn(finder, item)
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(syn::spanned::Spanned::span(&item.block), &item.attrs, |finder| {
            visit::visit_impl_item_fn(finder, item)
        });
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        self.bound(pattern_name(&local.pat), |finder| visit::visit_local(finder, local));
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        self.bound(path_name(&assign.left), |finder| visit::visit_expr_assign(finder, assign));
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        let variable = self.variable.take();
        let (base, calls) = unchain(expression);
        let links = || calls.iter().rev().map(|call| link(self.parsed, call)).collect::<Vec<_>>();
        if self.is_start(base) {
            let start = self.parsed.range(syn::spanned::Spanned::span(base));
            let function = self.functions.last().cloned().unwrap_or_default();
            let calls = links();
            self.chains.push(Chain { start, calls, variable, function });
        } else if let (Some(name), false) = (path_name(base), calls.is_empty()) {
            let links = links();
            self.on_variables.push((name, links));
        } else if calls.is_empty() {
            // Only a chain itself is bound, or what a block or a condition around it ends with.
            self.variable = variable;
            visit::visit_expr(self, expression);
            self.variable = None;
            return;
        }
        for call in &calls {
            for argument in &call.args {
                self.visit_expr(argument);
            }
        }
        if !calls.is_empty() {
            self.visit_base(base);
        }
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

/// Collects every method call of a file.
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

/// What a chain stands on, and its method calls from the last to the first.
fn unchain(expression: &Expr) -> (&Expr, Vec<&ExprMethodCall>) {
    let (mut base, mut calls) = (expression, Vec::new());
    loop {
        base = match base {
            Expr::MethodCall(call) => {
                calls.push(call);
                &call.receiver
            }
            Expr::Await(inner) => &inner.base,
            Expr::Try(inner) => &inner.expr,
            Expr::Paren(inner) => &inner.expr,
            _ => return (base, calls),
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

/// The end of what the call goes behind.
fn behind(chain: &Chain, spec: &ChainSpec) -> usize {
    let before: BTreeSet<&str> = spec.before.iter().map(String::as_str).collect();
    let last = chain.calls.iter().rev().find(|link| !before.contains(link.name.as_str()));
    last.filter(|_| !spec.first).map_or(chain.start.end, |link| link.end)
}

/// On a line of its own where the chain has its calls so, after a comment that belongs to the call before.
fn place(source: &str, chain: &Chain, spec: &ChainSpec, call: &str) -> Insertion {
    let end = behind(chain, spec);
    let own_line = |link: &&Link| source[line_start(source, link.dot)..link.dot].trim().is_empty();
    let rest = source[end..line_end(source, end)].trim();
    match chain.calls.iter().find(own_line) {
        Some(link) if !rest.starts_with('.') => {
            let at = if rest.starts_with("//") { line_end(source, end) } else { end };
            Insertion { at, text: format!("{}{}{call}", ending(source), indentation(source, link.dot)) }
        }
        _ => Insertion { at: end, text: call.to_owned() },
    }
}

fn plain(call: &str) -> String {
    call.split_whitespace().collect()
}
