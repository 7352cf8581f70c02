//! Bounds how deeply a Rust source is nested, before it is parsed.
//!
//! Parsers, and whoever walks what they built, go down by recursion, and a stack that overflows ends the program. What
//! nests is more than brackets: `!!!a`, `&&&T`, `A<A<A<T>>>`, `|a| |b| c`, `if … else if …`, and as chains do, `a.b().c()`.
//! So what is counted, from the outside in, is the tokens since whatever ends such a thing.

use proc_macro2::{Delimiter, TokenStream, TokenTree, token_stream};

/// The cost of a token that may begin something inside what stands before it. At worst it takes 40 KiB of the stack.
const NESTED: usize = 16;

/// The cost of a link in a chain, which is built by a loop, and only then gone through by recursion.
const LINK: usize = 1;

/// The cost that is borne: 6,000 levels, or a chain of 30,000 calls. Sources that people write and generate stay below a
/// tenth of it.
const MOST: usize = 6_000 * NESTED;

/// Whether a source is nested more deeply than a parser can bear. This function itself does not recurse.
pub fn is_too_deep(source: &TokenStream) -> bool {
    let mut levels = vec![Level::new(source.clone(), 0)];
    while let Some(level) = levels.last_mut() {
        let Some(token) = level.tokens.next() else {
            levels.pop();
            continue;
        };
        level.add(&token);
        let cost = level.above + level.cost;
        if cost > MOST {
            return true;
        }
        if let TokenTree::Group(group) = token {
            levels.push(Level::new(group.stream(), cost + NESTED));
        }
    }
    false
}

/// What stands between two brackets.
struct Level {
    tokens: token_stream::IntoIter,
    /// What the levels around it cost.
    above: usize,
    /// What the tokens cost since something ended.
    cost: usize,
    /// The cost at each `<` and each beginning of a closure that may be open: a comma ends neither.
    open: Vec<usize>,
    /// The token before, in short.
    last: Last,
}

/// What matters of the token before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A name, a literal or a bracket: a `|` behind it ends or divides something.
    Operand,
    /// `{…}`, which may end a statement.
    Block,
    /// Punctuation.
    Mark(char),
}

impl Level {
    fn new(stream: TokenStream, above: usize) -> Self {
        Self { tokens: stream.into_iter(), above, cost: 0, open: Vec::new(), last: Last::Mark(';') }
    }

    fn add(&mut self, token: &TokenTree) {
        if self.last == Last::Block && begins_anew(token) {
            self.end();
        }
        self.last = match token {
            TokenTree::Group(group) => {
                self.cost += LINK;
                if group.delimiter() == Delimiter::Brace { Last::Block } else { Last::Operand }
            }
            TokenTree::Literal(_) => {
                self.cost += LINK;
                Last::Operand
            }
            TokenTree::Ident(_) => {
                self.cost += if self.last == Last::Mark('.') { LINK } else { NESTED };
                Last::Operand
            }
            TokenTree::Punct(mark) => self.mark(mark.as_char()),
        };
    }

    fn mark(&mut self, mark: char) -> Last {
        match (self.last, mark) {
            (_, ';') | (Last::Mark('='), '>') => self.end(),
            (_, ',') => self.cost = self.open.last().copied().unwrap_or(0),
            // Attributes, which comments are too, stand side by side.
            (_, '#') => {}
            (Last::Mark('#'), '!') => return self.last,
            (_, '.' | ':' | '?') => self.cost += LINK,
            (Last::Mark('-'), '>') => self.cost += NESTED,
            (_, '>') => drop(self.open.pop()),
            (_, '<') | (Last::Mark(_), '|') => {
                self.cost += NESTED;
                self.open.push(self.cost);
            }
            _ => self.cost += NESTED,
        }
        Last::Mark(mark)
    }

    /// Nothing that began goes on.
    fn end(&mut self) {
        self.cost = 0;
        self.open.clear();
    }
}

/// Whether a token behind `{…}` begins a statement, an item or an arm.
fn begins_anew(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(name) => !["else", "as", "in"].iter().any(|word| name == word),
        TokenTree::Literal(_) => true,
        TokenTree::Punct(mark) => mark.as_char() == '#',
        TokenTree::Group(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What recurses in a parser, or in whoever walks what it built: what begins it over and over, what is inside, what
    /// ends it.
    const EXPRESSIONS: [(&str, &str, &str); 28] = [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{", "1", "}"),
        ("f(", "1", ")"),
        ("mod a {", "", "}"),
        ("match a { b => ", "1", "}"),
        ("if a {} else ", "{}", ""),
        ("!", "a", ""),
        ("- ", "a", ""),
        ("& ", "a", ""),
        ("a = ", "1", ""),
        ("return ", "1", ""),
        ("|a| ", "1", ""),
        ("|a, b| ", "1", ""),
        ("|| ", "1", ""),
        ("#[a] b = ", "1", ""),
        ("for A {} in ", "a", " {}"),
        ("1 + ", "1", ""),
        ("a::<", "T", ">()"),
        ("a::<B, ", "T", ">()"),
        ("", "a", ".b()"),
        ("", "a", "?"),
        ("", "a", "()"),
        ("", "a", "[1]"),
        ("", "a", "{}()"),
        ("", "a", " as T"),
        ("a.b = ", "1", ""),
        ("a < b + ", "1", ""),
    ];

    const TYPES: [(&str, &str, &str); 9] = [
        ("& ", "B", ""),
        ("*const ", "B", ""),
        ("[", "B", "]"),
        ("(", "B", ",)"),
        ("A<", "B", ">"),
        ("A<B, ", "B", ">"),
        ("A<& & B, & & A<", "B", ">>"),
        ("fn() -> ", "B", ""),
        ("dyn A<B, C = ", "B", ">"),
    ];

    #[test]
    fn what_is_borne_fits_a_stack_and_what_does_not_fit_is_not_borne() {
        let expressions = EXPRESSIONS.map(|kind| ("fn f() { ", kind, " }"));
        for (before, (begin, inside, end), after) in
            expressions.into_iter().chain(TYPES.map(|kind| ("type T = ", kind, ";")))
        {
            let nested = |depth: usize| format!("{before}{}{inside}{}{after}", begin.repeat(depth), end.repeat(depth));
            let deep = |depth: usize| is_too_deep(&nested(depth).parse().unwrap());
            assert!(deep(100_000), "{begin}{inside}{end}");
            let mut most = 500;
            while !deep(most * 6 / 5) {
                most = most * 6 / 5;
            }
            let text = nested(most);
            // As large as that of the program.
            let thread = std::thread::Builder::new().stack_size(256 << 20);
            thread.spawn(move || drop(syn::parse_str::<syn::File>(&text))).unwrap().join().unwrap();
        }
    }

    /// Sources of our own, and what is long without being deep.
    #[test]
    fn what_stands_side_by_side_is_not_deep() {
        let long = |one: &str| format!("fn f() {{ {} }}", one.repeat(20_000));
        for one in [
            "a(b, c);",
            "if a {} else { b }\n",
            "let a: Vec<B<C, D>> = e;",
            "#[a] fn b() {}",
            "/// A line.\n",
            "match a { 1 => {} 2 => {} _ => b }",
        ] {
            assert!(!is_too_deep(&(long(one) + "fn g() {}").parse().unwrap()), "{one}");
        }
        let arms = |one: &str| format!("fn f() {{ match a {{ {} }} }}", one.repeat(20_000));
        for one in ["A::B(c) => d,", "A { b } => {}", "(1, 2) => {}", "1 => a.b::<C>(),", "'a' => |b| c,"] {
            assert!(!is_too_deep(&arms(one).parse().unwrap()), "{one}");
        }
        let list = |one: &str| format!("const A: &[T] = &[{}];", one.repeat(1_000));
        for one in ["a | b,", "(a, b, c),", "a < b,", "|a, b| a,"] {
            assert!(!is_too_deep(&list(one).parse().unwrap()), "{one}");
        }
    }
}
