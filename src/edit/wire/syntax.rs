//! What a piece of syntax says by itself.

use syn::visit::Visit;
use syn::{Attribute, Expr, Pat, ReturnType};

/// Whether a function makes something of its arguments that keeps them: `Server::new(router)`, `Server(router)`.
pub fn constructs(name: &str) -> bool {
    name == "new" || name.starts_with(char::is_uppercase)
}

/// Whether a function may return what it was given: not where it returns nothing, or nothing but an error.
pub fn returns_something(output: &ReturnType) -> bool {
    struct Empty(bool);
    impl<'ast> Visit<'ast> for Empty {
        fn visit_type_tuple(&mut self, tuple: &'ast syn::TypeTuple) {
            self.0 |= tuple.elems.is_empty();
        }
    }
    let ReturnType::Type(_, output) = output else { return false };
    let mut empty = Empty(false);
    empty.visit_type(output);
    !empty.0
}

/// Whether something is there under a condition.
pub fn has_condition(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg"))
}

/// The attributes of an expression that is a statement.
pub fn attributes(expression: &Expr) -> &[Attribute] {
    match expression {
        Expr::Assign(item) => &item.attrs,
        Expr::Block(item) => &item.attrs,
        Expr::Call(item) => &item.attrs,
        Expr::If(item) => &item.attrs,
        Expr::Match(item) => &item.attrs,
        Expr::MethodCall(item) => &item.attrs,
        Expr::Path(item) => &item.attrs,
        Expr::Await(item) => &item.attrs,
        Expr::Try(item) => &item.attrs,
        _ => &[],
    }
}

/// The name that a pattern binds, where it is one alone.
pub fn pattern_name(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Ident(name) => Some(name.ident.to_string()),
        Pat::Type(typed) => pattern_name(&typed.pat),
        _ => None,
    }
}

/// The variable that an expression is, where it is one.
pub fn path_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}
