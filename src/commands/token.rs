//! `token`: prints one token of a running local Clerk or a development instance, and nothing else.

use std::env;

use clap::ValueEnum;
use serde_json::{Map, Value, json};

use crate::cli::Token;
use crate::error::Error;
use crate::local::error::LocalError;
use crate::local::instance::{self, Wanted};
use crate::local::{duration, token};
use crate::terminal::Terminal;

/// Runs `token`.
pub fn run(flags: &Token, terminal: Terminal) -> Result<u8, Error> {
    let token = if flags.instance { of_instance(flags)? } else { of_local(flags)? };
    let line = match &flags.curl {
        Some(url) if url.chars().any(char::is_control) => {
            return Err(LocalError::Flag {
                flag: "--curl",
                given: url.clone(),
                what: "is no address",
                example: "--curl http://localhost:3000/me",
            }
            .into());
        }
        Some(url) => format!("curl -H 'Authorization: Bearer {token}' '{}'", url.replace('\'', "%27")),
        None => token,
    };
    terminal.data(&format!("{line}\n"))?;
    Ok(0)
}

/// A variable that says something.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn of_local(flags: &Token) -> Result<String, Error> {
    let url = flags.from.clone().or_else(|| variable("CLERK_SESSIONS_LOCAL"));
    Ok(token::token(url.as_deref().unwrap_or(token::USUAL), &order(flags))?)
}

fn of_instance(flags: &Token) -> Result<String, Error> {
    let lifetime = flags.expires_in.as_deref().map(|text| {
        duration::seconds(text).ok_or_else(|| LocalError::Flag {
            flag: "--expires-in",
            given: text.to_owned(),
            what: "is not a duration",
            example: "--expires-in 15m",
        })
    });
    let wanted = Wanted {
        user: flags.user.as_deref(),
        organization: flags.org.as_deref(),
        template: flags.template.as_deref(),
        lifetime: lifetime.transpose()?,
    };
    let api = variable("CLERK_API_URL");
    let key = variable("CLERK_SECRET_KEY");
    Ok(instance::token(api.as_deref().unwrap_or(instance::USUAL), key.as_deref(), &wanted)?)
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
