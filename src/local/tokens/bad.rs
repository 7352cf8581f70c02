//! Tokens that an app must refuse, each bad in one way.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{TEMPLATE_CATEGORY, Unsigned};
use crate::local::keys::{Key, unsigned};

/// In which way a token is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    /// It ended an hour ago.
    Expired,
    /// It begins in an hour.
    NotYetValid,
    /// Its claims were changed after it was signed.
    Tampered,
    /// Signed with a key that is not the instance's.
    WrongKey,
    /// Made by another instance.
    WrongIssuer,
    /// Made for an origin that is not the app's.
    WrongParty,
    /// Made for no origin.
    NoParty,
    /// The session has tasks to do.
    Pending,
    /// A token of a template.
    Template,
    /// A token of a machine.
    Machine,
    /// Without a signature, as `alg: none` would have it.
    AlgNone,
    /// Larger than any token that is read.
    Oversized,
}

/// Every way with its name.
pub(super) const ALL: &[(&str, Bad)] = &[
    ("expired", Bad::Expired),
    ("not-yet-valid", Bad::NotYetValid),
    ("tampered", Bad::Tampered),
    ("wrong-key", Bad::WrongKey),
    ("wrong-issuer", Bad::WrongIssuer),
    ("wrong-party", Bad::WrongParty),
    ("no-party", Bad::NoParty),
    ("pending", Bad::Pending),
    ("template", Bad::Template),
    ("machine", Bad::Machine),
    ("alg-none", Bad::AlgNone),
    ("oversized", Bad::Oversized),
];

impl Bad {
    /// The way of that name.
    pub fn named(name: &str) -> Option<Self> {
        ALL.iter().find(|(known, _)| *known == name).map(|(_, bad)| *bad)
    }

    /// The names of all ways.
    pub fn names() -> Vec<&'static str> {
        ALL.iter().map(|(name, _)| *name).collect()
    }

    /// Makes a token bad before it is signed.
    pub fn spoil(self, token: &mut Unsigned) {
        let hour = |claims: &mut Value, by: i64| {
            for claim in ["exp", "iat", "nbf"] {
                claims[claim] = (claims[claim].as_i64().unwrap_or_default() + by).into();
            }
        };
        let claims = &mut token.claims;
        match self {
            Self::Expired => hour(claims, -3600),
            Self::NotYetValid => hour(claims, 3600),
            Self::WrongIssuer => claims["iss"] = "https://another-instance-00.clerk.accounts.dev".into(),
            Self::WrongParty => claims["azp"] = "https://another-origin.test".into(),
            Self::NoParty => drop(claims.as_object_mut().map(|claims| claims.remove("azp"))),
            Self::Pending => claims["sts"] = "pending".into(),
            Self::Template => {
                token.header["cat"] = TEMPLATE_CATEGORY.into();
                if let Some(claims) = claims.as_object_mut() {
                    claims.retain(|name, _| !["sid", "v", "fva", "pla", "fea", "o", "sts"].contains(&name.as_str()));
                }
            }
            Self::Machine => {
                token.header["cat"] = "cl_B7d4PD333AAA".into();
                claims["sub"] = "mch_local".into();
            }
            Self::AlgNone => token.header["alg"] = "none".into(),
            Self::Oversized => claims["padding"] = "x".repeat(9000).into(),
            Self::Tampered | Self::WrongKey => {}
        }
        token.bad = Some(self);
    }

    /// Signs it, or what passes for that.
    pub(super) fn sign(self, header: &Value, claims: &Value, key: &Key) -> String {
        match self {
            Self::WrongKey => Key::generate().sign(header, claims),
            Self::AlgNone => format!("{}.", unsigned(header, claims)),
            Self::Tampered => {
                let token = key.sign(header, claims);
                let mut claims = claims.clone();
                claims["sub"] = json!("user_somebody_else");
                let parts: Vec<&str> = token.split('.').collect();
                format!("{}.{}.{}", parts[0], BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()), parts[2])
            }
            _ => key.sign(header, claims),
        }
    }
}
