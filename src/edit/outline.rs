//! Blanks what nobody looks at in a Rust source, so that it need not be parsed: to find the end of a body takes a hundredth of
//! the time. Everything else stays at its place. A source that cannot be followed to its end stays whole.

use std::borrow::Cow;
use std::ops::Range;

/// The items: the bodies of functions are blank, and so are the modules that are there in tests only.
pub fn items(source: &str) -> Cow<'_, str> {
    without(source, |kind| matches!(kind, Kind::Tests | Kind::Function))
}

/// The modules: everything else that stands in braces is blank.
pub fn modules(source: &str) -> Cow<'_, str> {
    without(source, |_| true)
}

fn without(source: &str, is_blank: impl Fn(Kind) -> bool) -> Cow<'_, str> {
    let mut scan = Scan { source, bytes: source.as_bytes(), ..Scan::default() };
    if scan.read().is_none() {
        return source.into();
    }
    let mut bytes = source.as_bytes().to_vec();
    for (kind, range) in scan.found {
        if is_blank(kind) {
            bytes[range].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
        }
    }
    String::from_utf8(bytes).map_or(source.into(), Cow::Owned)
}

/// What stands somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Comment,
    /// Between the braces of a function.
    Function,
    /// Between the braces of a module that is there in tests only.
    Tests,
    /// Between the braces of any other item but a module.
    Item,
}

#[derive(Default)]
struct Scan<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// The brackets that are open.
    open: Vec<u8>,
    /// What the next brace begins, if as many brackets are open; `None` for a module.
    next: Option<(usize, Option<Kind>)>,
    /// How many brackets are open where the next item is there in tests only.
    tests: Option<usize>,
    /// The braces that are open of an item, and of the outermost function in it: how many brackets are open around each, and
    /// where it starts.
    item: Option<(usize, usize, Kind)>,
    body: Option<(usize, usize, Kind)>,
    found: Vec<(Kind, Range<usize>)>,
}

impl Scan<'_> {
    /// Goes through the source. `None` where a bracket does not fit.
    fn read(&mut self) -> Option<()> {
        while let Some(byte) = self.byte(0) {
            match byte {
                b'/' if matches!(self.byte(1), Some(b'/' | b'*')) => self.comment()?,
                b'"' => self.string()?,
                b'\'' => self.quote()?,
                b'(' | b'[' | b'{' => self.opened(byte),
                b')' | b']' | b'}' => self.closed(byte)?,
                b';' => self.ended(),
                b'#' if self.bytes[self.at..].starts_with(b"#[cfg(test)]") => {
                    self.tests = Some(self.open.len());
                    self.at += b"#[cfg(test)]".len();
                }
                byte if is_part(byte) => self.word()?,
                _ => self.at += 1,
            }
        }
        self.open.is_empty().then_some(())
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// Where a text stands next.
    fn find(&self, text: &str) -> Option<usize> {
        self.source.get(self.at..)?.find(text).map(|found| self.at + found)
    }

    /// Comments stand in comments.
    fn comment(&mut self) -> Option<()> {
        let start = self.at;
        if self.byte(1) == Some(b'/') {
            self.at = self.find("\n").unwrap_or(self.bytes.len());
        } else {
            self.block_comment()?;
        }
        self.found.push((Kind::Comment, start..self.at));
        Some(())
    }

    fn block_comment(&mut self) -> Option<()> {
        let mut depth = 0;
        loop {
            match (self.byte(0)?, self.byte(1)) {
                (b'/', Some(b'*')) => (depth, self.at) = (depth + 1, self.at + 2),
                (b'*', Some(b'/')) => (depth, self.at) = (depth - 1, self.at + 2),
                _ => self.at += 1,
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.byte(0)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(())
    }

    /// A character, or the beginning of a lifetime.
    fn quote(&mut self) -> Option<()> {
        let inner = self.source.get(self.at + 1..)?.chars().next()?;
        if inner == '\\' {
            // What is escaped may be a quotation mark.
            self.at += 3;
            self.at = self.find("'")? + 1;
        } else if self.byte(1 + inner.len_utf8()) == Some(b'\'') {
            self.at += 2 + inner.len_utf8();
        } else {
            self.at += 1;
        }
        Some(())
    }

    fn opened(&mut self, byte: u8) {
        let depth = self.open.len();
        if byte == b'{' {
            let next = self.next.take_if(|(around, _)| *around == depth).map(|(_, kind)| kind);
            if let (Some(Some(kind)), None) = (next, self.body) {
                self.body = Some((depth, self.at + 1, kind));
            }
            if next != Some(None) && self.item.is_none() {
                self.item = Some((depth, self.at + 1, Kind::Item));
            }
        }
        self.open.push(byte);
        self.at += 1;
    }

    fn closed(&mut self, byte: u8) -> Option<()> {
        let fits = matches!((self.open.pop()?, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
        let depth = self.open.len();
        for one in [&mut self.body, &mut self.item] {
            if let Some((_, start, kind)) = one.take_if(|(around, ..)| *around == depth) {
                self.found.push((kind, start..self.at));
            }
        }
        self.at += 1;
        fits.then_some(())
    }

    /// An item that had no body.
    fn ended(&mut self) {
        let depth = self.open.len();
        self.next.take_if(|(around, _)| *around >= depth);
        self.tests.take_if(|around| *around >= depth);
        self.at += 1;
    }

    /// A name, a number, or what begins a string.
    fn word(&mut self) -> Option<()> {
        let start = self.at;
        self.at += self.bytes[start..].iter().take_while(|byte| is_part(**byte)).count();
        let word = &self.bytes[start..self.at];
        if matches!(word, b"r" | b"br" | b"cr") && matches!(self.byte(0), Some(b'"' | b'#')) {
            return self.raw();
        }
        let depth = self.open.len();
        let tests = self.tests.take_if(|around| *around == depth && word != b"pub");
        if self.body.is_none() && matches!(word, b"fn" | b"mod") && self.names_something() {
            let kind = if word == b"fn" { Some(Kind::Function) } else { tests.map(|_| Kind::Tests) };
            self.next = Some((depth, kind));
        }
        Some(())
    }

    /// Whether a name follows: a type `fn(…)` has none.
    fn names_something(&self) -> bool {
        let rest = &self.bytes[self.at..];
        let name = rest.trim_ascii_start();
        name.len() < rest.len() && name.first().is_some_and(|byte| is_part(*byte))
    }

    /// A raw string, or a raw name.
    fn raw(&mut self) -> Option<()> {
        let marks = self.bytes[self.at..].iter().take_while(|byte| **byte == b'#').count();
        if self.byte(marks) != Some(b'"') {
            self.at += marks;
            return Some(());
        }
        self.at += marks + 1;
        self.at = self.find(&format!("\"{}", "#".repeat(marks)))? + 1 + marks;
        Some(())
    }
}

/// Whether a byte may be in a name. Names have letters of all languages.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_go_and_everything_else_stays_at_its_place() {
        for (before, body, after) in [
            ("fn a() {", " b ", "}\nfn c() {}"),
            ("impl A { fn b(c: [u8; 1]) -> D {", " '{' ", "} }"),
            ("fn a() {", " /* } /* } */ } */ r#\"}\"#; br\"\\\"; b'}'; '\\''; '\\u{7d}'; \"\\\"}\"; \"ä}\" ", "}"),
            ("fn a<'a>() -> &'a str {", " 'a'; &'a b; 'ä' ", "}"),
            ("// fn a() {\nfn b() {", " // }", "\n}"),
            ("fn a() {\r\n", " b ", "\r\n}"),
            ("fn a() {", " fn b() {} ", "} static C: D = { e };"),
            ("r#fn! { a } fn r#b() {", " c ", "}"),
            ("type A = fn(B) -> C; struct D { e: fn() } trait F { fn g(); } struct H { i: u8 }", "", ""),
            ("#[cfg(test)]\n#[path = \"a\"]\npub(crate) mod a {", " use b; ", "}\nmod c { use d; }"),
            ("#[cfg(test)]\nuse a;\nmod b { use c; }", "", ""),
            ("#[cfg(test)] mod a;\nmod b { use c; }", "", ""),
        ] {
            let source = format!("{before}{body}{after}");
            assert_eq!(items(&source), format!("{before}{}{after}", " ".repeat(body.len())));
        }
    }

    #[test]
    fn of_modules_only_their_own_braces_stay() {
        for (source, expected) in [
            ("mod a { mod b; fn c() { d } }", "mod a { mod b; fn c() {   } }"),
            ("use a::{b};\nimpl C { fn d() {} }\nmod e;", "use a::{ };\nimpl C {           }\nmod e;"),
            ("static A: [B; 1] = [C { d }];\nmod e;", "static A: [B; 1] = [C {   }];\nmod e;"),
            ("macro_rules! a { () => { mod b; } }\nmod c;", "macro_rules! a {                  }\nmod c;"),
        ] {
            assert_eq!(modules(source), expected);
        }
    }

    #[test]
    fn what_does_not_fit_together_stays_whole() {
        for source in ["fn a() { ( }", "fn a() { b", "fn a() { } }", "fn a() { \"", "fn a() { /*", "fn a() { r#\"\" }"]
        {
            assert_eq!(items(source), source);
        }
    }
}
