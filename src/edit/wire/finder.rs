//! Walks through a file and notes its chains, and to whom they and the variables that hold them are given.

use std::collections::BTreeSet;
use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Pat, Stmt};

use super::ChainSpec;
use super::chain::{Chain, Function, Hand, Link, Start, Statement, Use, end, link, unchain};
use super::keepers::returns_one;
use super::scope::{Lead, Scopes, segments};
use super::syntax::{attributes, constructs, has_condition, path_name, pattern_name, returns_something};
use crate::edit::rust::{self, Source};

/// Methods that hand on what they are called on, as a result or out of one.
pub(super) const RESULTS: [&str; 8] =
    ["unwrap", "expect", "unwrap_or_else", "map_err", "context", "with_context", "or_else", "inspect_err"];

/// Collects the chains of a file, tests aside, and the uses of variables.
pub struct Finder<'a> {
    parsed: &'a Source,
    spec: &'a ChainSpec<'a>,
    starts: Vec<String>,
    helpers: &'a BTreeSet<String>,
    scopes: &'a Scopes<'a>,
    pub chains: Vec<Chain>,
    pub uses: Vec<Use>,
    here: Here,
    branches: Vec<Range<usize>>,
    function: Range<usize>,
    current: Function,
    /// Whether the function returns what takes routes.
    hands_on: bool,
    modules: Vec<String>,
    of: Option<String>,
    conditional: bool,
}

/// What becomes of the value of an expression.
#[derive(Debug, Clone, Default)]
struct Here {
    statement: Statement,
    hand: Option<Hand>,
    /// Whether it is used at all.
    kept: bool,
    /// Whether the function returns it.
    returned: bool,
    /// Whether it is the value of one branch of several.
    branch: bool,
}

/// The chains of a file; `helpers` are the names of functions that return one.
pub fn finder<'a>(
    parsed: &'a Source,
    scopes: &'a Scopes,
    spec: &'a ChainSpec,
    helpers: &'a BTreeSet<String>,
) -> Finder<'a> {
    let mut finder = Finder {
        parsed,
        spec,
        starts: spec.starts(),
        helpers,
        scopes,
        chains: Vec::new(),
        uses: Vec::new(),
        here: Here::default(),
        branches: Vec::new(),
        function: 0..0,
        current: Function::default(),
        hands_on: false,
        modules: Vec::new(),
        of: None,
        conditional: false,
    };
    finder.visit_file(&parsed.file);
    finder
}

impl Finder<'_> {
    /// What an expression starts, if anything.
    fn start(&self, expression: &Expr) -> Option<Start> {
        let Expr::Call(call) = expression else { return None };
        let Expr::Path(function) = &*call.func else { return None };
        let written = segments(&function.path);
        let lead = match function.path.leading_colon {
            Some(_) => Lead::Crate(written.clone()),
            None => self.scopes.lead(&written, self.parsed.range(function.span()).start),
        };
        let full = match &lead {
            Lead::Crate(path) | Lead::Own(path) => path,
            Lead::Unknown => &written,
        };
        let is_one = |start: &String| {
            let start: Vec<&str> = start.split("::").collect();
            let ends = full.len() >= start.len() && full[full.len() - start.len()..].iter().eq(&start);
            // Other crates have an `App::new(name)`.
            ends && (start.last().is_none_or(|last| *last != "new") || call.args.is_empty())
        };
        if self.spec.wiring.rivals.iter().any(is_one) {
            return Some(Start::Rival(written.iter().rev().nth(1).or(written.first())?.clone()));
        }
        if let Some(start) = self.starts.iter().find(|start| is_one(start)) {
            let as_written = full.len() == start.split("::").count();
            match &lead {
                Lead::Crate(path) if path[0] == self.spec.ident || as_written => return Some(Start::Own),
                Lead::Own(_) if !as_written && !self.spec.own_types => return Some(Start::Unknown),
                Lead::Unknown => return Some(Start::Unknown),
                _ => {}
            }
        }
        self.helpers.contains(full.last()?).then(|| Start::Function(full.clone()))
    }

    /// The variable that has what is split off something else.
    fn split(&self, local: &syn::Local) -> Option<String> {
        let (Pat::Tuple(pair), Some(init)) = (&local.pat, &local.init) else { return None };
        let (_, calls, _) = unchain(&init.expr);
        let is_split = calls.first().is_some_and(|call| self.spec.wiring.splits.iter().any(|name| call.method == name));
        pair.elems.first().filter(|_| is_split).and_then(pattern_name)
    }

    fn at(&mut self, here: Here, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.here, here);
        visit(self);
        self.here = outer;
    }

    /// A value that somebody uses.
    fn somewhere(&mut self, visit: impl FnOnce(&mut Self)) {
        self.at(Here { kept: true, ..Here::default() }, visit);
    }

    fn argument(&mut self, name: &str, hand: &Hand, argument: &Expr) {
        let mut statement = self.here.statement.clone();
        // What a function makes of it may become a part of another one, or be returned in its place.
        let given = matches!(hand, Hand::Given(_));
        let mut hand = if given && self.here.hand == Some(Hand::Part) { Hand::Part } else { hand.clone() };
        let returned = given && self.hands_on && self.here.returned;
        if let Expr::Reference(reference) = argument
            && reference.mutability.is_some()
        {
            // It is the same variable that has it afterwards.
            hand = Hand::Given(name.to_owned());
            statement.variable = path_name(&reference.expr);
        }
        self.at(Here { statement, hand: Some(hand), kept: true, returned, ..Here::default() }, |finder| {
            finder.visit_expr(argument);
        });
    }

    /// To whom the arguments of a call are given. What nobody uses adds nothing that matters.
    fn given(&self, name: &str, kept: bool) -> Hand {
        let first = name.split('_').next().unwrap_or_default();
        let taken = self.spec.wiring.taken_by.iter().any(|word| word == first);
        if taken || !kept { Hand::Taken } else { Hand::Given(name.to_owned()) }
    }

    fn branch(&mut self, range: Range<usize>, value: bool, visit: impl FnOnce(&mut Self)) {
        self.branches.push(range);
        let here = if value { Here { branch: true, ..self.here.clone() } } else { Here::default() };
        self.at(here, visit);
        self.branches.pop();
    }

    fn function(&mut self, signature: &syn::Signature, block: &syn::Block, attributes: &[Attribute]) {
        if rust::is_test(attributes) {
            return;
        }
        let here = Here { kept: returns_something(&signature.output), returned: true, ..Here::default() };
        let current = Function { name: signature.ident.to_string(), of: self.of.clone() };
        let range = self.parsed.range(block.span());
        let hands_on = returns_one(signature, &self.spec.types(), self.of.as_deref());
        let outer = (
            std::mem::take(&mut self.branches),
            std::mem::replace(&mut self.function, range),
            std::mem::replace(&mut self.current, current),
            std::mem::replace(&mut self.hands_on, hands_on),
        );
        self.under(attributes, |finder| finder.at(here, |finder| finder.visit_block(block)));
        (self.branches, self.function, self.current, self.hands_on) = outer;
    }

    fn under(&mut self, attributes: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let outer = self.conditional;
        self.conditional |= has_condition(attributes);
        visit(self);
        self.conditional = outer;
    }

    fn statement(&mut self, statement: &Stmt, last: bool) {
        let attributes = match statement {
            Stmt::Local(local) => &local.attrs,
            Stmt::Expr(expression, _) => attributes(expression),
            _ => &[],
        };
        let is_value = last && matches!(statement, Stmt::Expr(_, None));
        let here = if is_value { self.here.clone() } else { Here::default() };
        if has_condition(attributes) {
            let range = self.parsed.range(statement.span());
            self.at(here, |finder| {
                finder.branch(range, true, |finder| finder.under(attributes, |finder| finder.visit_stmt(statement)));
            });
        } else {
            self.at(here, |finder| finder.visit_stmt(statement));
        }
    }

    fn chain(&self, start: Start, range: Range<usize>, calls: Vec<Link>, ended: bool) -> Chain {
        let Here { statement, hand, returned, branch, .. } = self.here.clone();
        Chain {
            start,
            range,
            calls,
            ended,
            statement,
            function: self.function.clone(),
            returned_by: returned.then(|| self.current.clone()),
            modules: self.modules.clone(),
            branch,
            conditional: self.conditional,
            hand,
        }
    }

    /// What a chain stands on, when that is not a chain's start.
    fn visit_base(&mut self, base: &Expr, kept: bool) {
        match base {
            Expr::Call(call) => self.visit_call(call, kept),
            Expr::Path(_) => {}
            _ => self.somewhere(|finder| visit::visit_expr(finder, base)),
        }
    }

    fn visit_call(&mut self, call: &syn::ExprCall, kept: bool) {
        let name = match &*call.func {
            Expr::Path(function) => segments(&function.path).pop().unwrap_or_default(),
            other => {
                return self.somewhere(|finder| {
                    finder.visit_expr(other);
                    call.args.iter().for_each(|argument| finder.visit_expr(argument));
                });
            }
        };
        if ["Ok", "Err", "Some"].contains(&name.as_str()) {
            return call.args.iter().for_each(|argument| self.visit_expr(argument));
        }
        let hand = if constructs(&name) { Hand::Given(name.clone()) } else { self.given(&name, kept) };
        call.args.iter().for_each(|argument| self.argument(&name, &hand, argument));
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !rust::is_test(&item.attrs) {
            self.modules.push(item.ident.to_string());
            self.under(&item.attrs, |finder| visit::visit_item_mod(finder, item));
            self.modules.pop();
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block, &item.attrs);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block, &item.attrs);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let of = match &*item.self_ty {
            syn::Type::Path(of) => segments(&of.path).pop(),
            _ => None,
        };
        let outer = std::mem::replace(&mut self.of, of);
        visit::visit_item_impl(self, item);
        self.of = outer;
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        for (index, statement) in block.stmts.iter().enumerate() {
            self.statement(statement, index + 1 == block.stmts.len());
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let variable = self.split(local).or_else(|| pattern_name(&local.pat));
        let statement = Statement { end: end(self.parsed, local), variable };
        let kept = !matches!(local.pat, Pat::Wild(_));
        let branch = self.here.branch;
        self.at(Here { statement, kept, branch, ..Here::default() }, |finder| visit::visit_local(finder, local));
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        let variable = path_name(&assign.left);
        let hand = variable.is_none().then(|| Hand::Given("a field".to_owned()));
        let statement = Statement { end: end(self.parsed, assign), variable };
        let branch = !self.branches.is_empty();
        self.at(Here { statement, hand, kept: true, branch, ..Here::default() }, |finder| {
            finder.visit_expr(&assign.right);
        });
    }

    fn visit_expr_return(&mut self, item: &'ast syn::ExprReturn) {
        let branch = !self.branches.is_empty();
        self.at(Here { kept: true, returned: true, branch, ..Here::default() }, |finder| {
            visit::visit_expr_return(finder, item);
        });
    }

    fn visit_expr_if(&mut self, item: &'ast syn::ExprIf) {
        self.somewhere(|finder| finder.visit_expr(&item.cond));
        self.branch(self.parsed.range(item.span()), true, |finder| {
            finder.visit_block(&item.then_branch);
            item.else_branch.iter().for_each(|(_, other)| finder.visit_expr(other));
        });
    }

    fn visit_expr_match(&mut self, item: &'ast syn::ExprMatch) {
        self.somewhere(|finder| finder.visit_expr(&item.expr));
        self.branch(self.parsed.range(item.span()), true, |finder| {
            item.arms.iter().for_each(|arm| finder.visit_expr(&arm.body));
        });
    }

    fn visit_expr_for_loop(&mut self, item: &'ast syn::ExprForLoop) {
        self.somewhere(|finder| finder.visit_expr(&item.expr));
        self.branch(self.parsed.range(item.span()), false, |finder| finder.visit_block(&item.body));
    }

    fn visit_expr_while(&mut self, item: &'ast syn::ExprWhile) {
        self.somewhere(|finder| finder.visit_expr(&item.cond));
        self.branch(self.parsed.range(item.span()), false, |finder| finder.visit_block(&item.body));
    }

    fn visit_expr_loop(&mut self, item: &'ast syn::ExprLoop) {
        self.branch(self.parsed.range(item.span()), false, |finder| finder.visit_block(&item.body));
    }

    fn visit_expr_struct(&mut self, item: &'ast syn::ExprStruct) {
        let name = segments(&item.path).pop().unwrap_or_default();
        let hand = Hand::Given(name.clone());
        item.fields.iter().for_each(|field| self.argument(&name, &hand, &field.expr));
    }

    fn visit_expr_reference(&mut self, item: &'ast syn::ExprReference) {
        if item.mutability.is_some() {
            return visit::visit_expr_reference(self, item);
        }
        self.somewhere(|finder| visit::visit_expr_reference(finder, item));
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.somewhere(|finder| finder.visit_expr(&closure.body));
    }

    fn visit_expr_async(&mut self, item: &'ast syn::ExprAsync) {
        self.somewhere(|finder| finder.visit_block(&item.block));
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        let (base, calls, awaited) = unchain(expression);
        let start = self.start(base);
        // A function may return a result, and a future.
        let from = if matches!(start, Some(Start::Function(_))) { 0 } else { awaited };
        let links: Vec<Link> = calls[from..].iter().rev().map(|call| link(self.parsed, call)).collect();
        let of_it: Vec<Link> =
            links.iter().take_while(|link| !self.spec.wiring.ends.contains(&link.name)).cloned().collect();
        let ended = of_it.len() < links.len();
        let (is_start, is_helper) = (start.is_some(), matches!(start, Some(Start::Function(_))));
        if let Some(start) = start {
            let chain = self.chain(start, self.parsed.range(base.span()), of_it, ended);
            self.chains.push(chain);
        } else if let Some(name) = path_name(base) {
            let Here { statement, hand, returned, .. } = self.here.clone();
            let hand = if ended && hand.is_some() { Some(Hand::Taken) } else { hand };
            let returned_by = returned.then(|| self.current.clone());
            let (at, branches) = (self.parsed.range(base.span()).start, self.branches.clone());
            let inline = !self.modules.is_empty();
            self.uses.push(Use { name, at, calls: of_it, ended, hand, statement, branches, returned_by, inline });
        }
        if !is_start && calls.is_empty() && !matches!(base, Expr::Call(_)) {
            // A variable is bound to whatever its blocks and conditions end with, so what becomes of it stays.
            return visit::visit_expr(self, expression);
        }
        let kept = self.here.kept;
        for call in &calls {
            let name = call.method.to_string();
            let hand = if self.spec.wiring.needs.contains(&name) { Hand::Part } else { self.given(&name, kept) };
            call.args.iter().for_each(|argument| self.argument(&name, &hand, argument));
        }
        if is_start && !is_helper {
            return;
        }
        let is_used = kept || calls.iter().any(|call| !RESULTS.contains(&call.method.to_string().as_str()));
        self.visit_base(base, is_used);
    }
}
