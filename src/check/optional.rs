//! Finds `Option<Session>` in the user's sources: where a framework has a blanket implementation for it, a bad token counts
//! as none, and the handler goes on as for a visitor.

use proc_macro2::{TokenStream, TokenTree};

/// The lines on which a text names `Option<Session>`, by whatever path; comments and strings do not count.
pub fn optional_sessions(text: &str) -> Vec<usize> {
    if !(text.contains("Option") && text.contains("Session")) {
        return Vec::new();
    }
    let source = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = Vec::new();
    if let Ok(stream) = source.parse::<TokenStream>() {
        search(stream, &mut lines);
    }
    lines
}

fn search(stream: TokenStream, lines: &mut Vec<usize>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => search(group.stream(), lines),
            TokenTree::Ident(ident) if ident == "Option" && is_session(&tokens[index + 1..]) => {
                lines.push(ident.span().start().line);
            }
            _ => {}
        }
    }
}

/// Whether the tokens are `<Session>`, with any path before the name.
fn is_session(tokens: &[TokenTree]) -> bool {
    let text = |token: &TokenTree| token.to_string();
    let mut rest = tokens.iter().map(text);
    if rest.next().as_deref() != Some("<") {
        return false;
    }
    let mut last = String::new();
    for token in rest {
        match token.as_str() {
            ">" => return last == "Session",
            ":" => {}
            word if word.chars().all(|c| c.is_alphanumeric() || c == '_') => word.clone_into(&mut last),
            _ => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::optional_sessions;

    #[test]
    fn every_way_to_write_it_is_found() {
        let text = "fn a(s: Option<Session>) {}\nfn b(s: std::option::Option< crate::clerk::Session >) {}\n\
                    // Option<Session>\nfn c(s: Option<MaybeSession>, t: Option<Session<u8>>) { let _ = \"Option<Session>\"; }\n\
                    fn d() { let x: Option<clerk::Session> = None; }\n";
        assert_eq!(optional_sessions(text), [1, 2, 5]);
    }
}
