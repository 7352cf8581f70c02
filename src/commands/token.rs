//! `token`: prints one token of a running local Clerk, and nothing else.

use std::env;

use clap::ValueEnum;
use serde_json::{Map, Value, json};

use crate::cli::Token;
use crate::error::Error;
use crate::local::token;
use crate::terminal::Terminal;

/// Runs `token`.
pub fn run(flags: &Token, terminal: Terminal) -> Result<u8, Error> {
    let url = env::var("CLERK_SESSIONS_LOCAL").ok().filter(|url| !url.is_empty());
    let token = token::token(url.as_deref().unwrap_or(token::USUAL), &order(flags))?;
    let line = match &flags.curl {
        Some(url) => format!("curl -H 'Authorization: Bearer {token}' '{}'", url.replace('\'', "%27")),
        None => token,
    };
    terminal.data(&format!("{line}\n"))?;
    Ok(0)
}

fn order(flags: &Token) -> Map<String, Value> {
    let texts = [
        ("user", &flags.user),
        ("organization", &flags.org),
        ("role", &flags.role),
        ("template", &flags.template),
        ("expires_in", &flags.expires_in),
    ];
    let given = texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text.as_ref()?))));
    let mut order: Map<String, Value> = given.collect();
    if !flags.permission.is_empty() {
        order.insert("permissions".to_owned(), json!(flags.permission));
    }
    if let Some(bad) = flags.bad.and_then(|bad| bad.to_possible_value()) {
        order.insert("bad".to_owned(), bad.get_name().into());
    }
    let value = |text: &String| serde_json::from_str(text).unwrap_or_else(|_| text.clone().into());
    let claims = flags.claim.iter().map(|(name, text)| (name.clone(), value(text))).collect();
    order.insert("claims".to_owned(), Value::Object(claims));
    order
}
