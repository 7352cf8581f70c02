// clerk-sessions: module/verify/token.rs
//! Takes a compact token apart and checks its form and its header.
//!
//! Nothing is trusted yet: the caller checks the signature, and only then reads the claims.

use base64::prelude::*;
use serde::Deserialize;

use super::super::Reason;
use super::json::{self, Text};

/// The longest token that is read, in bytes. A session token has to fit into a cookie of 4 KiB.
pub(crate) const MAXIMUM_LENGTH: usize = 8 * 1024;

/// The category that Clerk gives session tokens. Source: @clerk/backend 3.25, jwtCategories.ts.
const SESSION_CATEGORY: &str = "cl_B7d4PD111AAA";

/// The category on instances that give every token the same. It tells nothing.
const IGNORED_CATEGORY: &str = "cl_I7d4PD111III";

/// The parts of a token, still encoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Compact<'a> {
    /// What is signed: the header, a dot and the payload.
    pub(crate) signed: &'a str,
    header: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) signature: &'a str,
}

/// The members of the header that matter. It is an error if one of them occurs twice.
#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    alg: Text<'a>,
    #[serde(borrow, default, deserialize_with = "json::present")]
    typ: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "json::present")]
    cat: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "json::present")]
    kid: Option<Text<'a>>,
    #[serde(default, deserialize_with = "json::present")]
    crit: Option<serde::de::IgnoredAny>,
    #[serde(default, deserialize_with = "json::present")]
    b64: Option<serde::de::IgnoredAny>,
}

pub(crate) fn split(token: &str) -> Result<Compact<'_>, Reason> {
    Reason::TOKEN_TOO_LONG.unless(token.len() <= MAXIMUM_LENGTH)?;
    let (signed, signature) = token.rsplit_once('.').ok_or(Reason::TOKEN_MALFORMED)?;
    let (header, payload) = signed.split_once('.').ok_or(Reason::TOKEN_MALFORMED)?;
    Reason::TOKEN_MALFORMED.unless(!payload.contains('.'))?;
    Ok(Compact {
        signed,
        header,
        payload,
        signature,
    })
}

impl Compact<'_> {
    /// Checks the header and returns its `kid`.
    ///
    /// Source: @clerk/backend 3.25, jwt/assertions.ts and tokens/jwtCategories.ts. Stricter: RS256
    /// only, because Clerk uses no other algorithm, and no `crit` or `b64` (RFC 7515, RFC 7797).
    pub(crate) fn validate_header(&self) -> Result<Option<String>, Reason> {
        let bytes = decode(self.header)?;
        let header: Header<'_> = json::read(&bytes).ok_or(Reason::TOKEN_MALFORMED)?;
        let (cat, typ) = (header.cat, header.typ);
        Reason::TOKEN_TYPE_MISMATCH.unless(cat.is_none_or(|cat| is_session(&cat.0)))?;
        Reason::TOKEN_MALFORMED.unless(typ.is_none_or(|typ| typ.0 == "JWT"))?;
        Reason::TOKEN_ALGORITHM.unless(header.alg.0 == "RS256")?;
        Reason::TOKEN_MALFORMED.unless(header.crit.is_none() && header.b64.is_none())?;
        Ok(header.kid.map(|kid| kid.0.into_owned()))
    }
}

fn is_session(category: &str) -> bool {
    category == SESSION_CATEGORY || category == IGNORED_CATEGORY
}

/// Decodes base64url. Padding, white space, the standard alphabet and stray bits at the end are
/// refused.
pub(crate) fn decode(part: &str) -> Result<Vec<u8>, Reason> {
    let decoded = BASE64_URL_SAFE_NO_PAD.decode(part);
    decoded.map_err(|_| Reason::TOKEN_MALFORMED)
}
