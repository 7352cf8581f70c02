//! Functions that keep what they are given: what they return is no router, so nobody can add to it behind them.

use std::collections::BTreeSet;

use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{ReturnType, Signature};

use super::scope::segments;
use crate::edit::rust::{self, Source};

/// The names of a crate's functions that return none of these types, tests aside. Where one of several of the same name may
/// return one, none counts.
pub fn keepers<'a>(files: impl Iterator<Item = &'a Source>, types: &[&str]) -> BTreeSet<String> {
    let mut found = Found { types, of: None, keep: BTreeSet::new(), hand_on: BTreeSet::new() };
    files.for_each(|parsed| found.visit_file(&parsed.file));
    found.keep.difference(&found.hand_on).cloned().collect()
}

/// Whether a function, maybe a method of a type, may return one of these types.
pub fn returns_one(signature: &Signature, types: &[&str], of: Option<&str>) -> bool {
    let generics = signature.generics.type_params().map(|one| one.ident.to_string()).collect();
    let mut mention = Mention { types, of, generics, found: false };
    if let ReturnType::Type(_, output) = &signature.output {
        mention.visit_type(output);
    }
    mention.found
}

struct Found<'a> {
    types: &'a [&'a str],
    /// The type whose methods are read.
    of: Option<String>,
    keep: BTreeSet<String>,
    hand_on: BTreeSet<String>,
}

impl Found<'_> {
    fn function(&mut self, signature: &Signature) {
        let hands_on = returns_one(signature, self.types, self.of.as_deref());
        let names = if hands_on { &mut self.hand_on } else { &mut self.keep };
        names.insert(signature.ident.unraw().to_string());
    }
}

impl<'ast> Visit<'ast> for Found<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !rust::is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
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

    fn visit_signature(&mut self, signature: &'ast Signature) {
        self.function(signature);
    }
}

/// Looks for a type that may be one of some, by its name: `AppRouter` may be an alias of `Router`.
struct Mention<'a> {
    types: &'a [&'a str],
    of: Option<&'a str>,
    generics: Vec<String>,
    found: bool,
}

impl<'ast> Visit<'ast> for Mention<'_> {
    fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
        self.found = true;
    }

    fn visit_path_segment(&mut self, segment: &'ast syn::PathSegment) {
        let name = segment.ident.unraw().to_string();
        let name = if name == "Self" { self.of.unwrap_or(&name) } else { &name };
        let is_one = self.types.iter().any(|one| name.contains(one)) || self.generics.iter().any(|one| one == name);
        self.found |= is_one;
        visit::visit_path_segment(self, segment);
    }
}
