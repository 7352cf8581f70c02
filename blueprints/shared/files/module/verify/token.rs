// clerk-sessions: module/verify/token.rs
//! Takes a compact token apart and checks its form and its header.
//!
//! Nothing is trusted yet: the caller checks the signature, and only then reads the claims.

use «crates.base64»::prelude::*;
use «crates.serde»::Deserialize;

use super::super::Reason;
use super::json::{self, Text};

/// The longest token that is read, in bytes. A session token has to fit into a cookie of 4 KiB.
pub(crate) const MAXIMUM_LENGTH: usize = 8 * 1024;

/// The category that Clerk gives session tokens. Source: @clerk/backend 3.25, jwtCategories.ts.
const SESSION_CATEGORY: &str = "cl_B7d4PD111AAA";

/// The category on instances that give every token the same. It tells nothing.
const IGNORED_CATEGORY: &str = "cl_I7d4PD111III";

/// Room for the signature of a 4096-bit key, and the few bytes more that the decoder asks for.
pub(crate) const SIGNATURE_SPACE: [u8; 520] = [0; 520];

/// The parts of a token, still encoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Compact<'a> {
    /// What is signed: the header, a dot and the payload.
    pub(crate) signed: &'a str,
    header: &'a str,
    /// The encoded payload.
    pub(crate) payload: &'a str,
    signature: &'a str,
}

/// The members of the header that matter. It is an error if one of them occurs twice.
#[derive(Deserialize)]
/*- if crates.serde != "serde" */
#[serde(crate = "«crates.serde»")]
/*- endif */
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
    crit: Option<«crates.serde»::de::IgnoredAny>,
    #[serde(default, deserialize_with = "json::present")]
    b64: Option<«crates.serde»::de::IgnoredAny>,
}

/// Splits a token into its parts.
pub(crate) fn split(token: &str) -> Result<Compact<'_>, Reason> {
    if token.len() > MAXIMUM_LENGTH {
        return Err(Reason::TokenTooLong);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Reason::TokenMalformed)?;
    let (header, payload) = signed.split_once('.').ok_or(Reason::TokenMalformed)?;
    if payload.contains('.') {
        return Err(Reason::TokenMalformed);
    }
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
    pub(crate) fn check_header(&self) -> Result<Option<String>, Reason> {
        let bytes = decode(self.header)?;
        let header: Header<'_> = json::read(&bytes).ok_or(Reason::TokenMalformed)?;
        if header.cat.is_some_and(|cat| !is_session(&cat.0)) {
            return Err(Reason::TokenTypeMismatch);
        }
        if header.typ.is_some_and(|typ| typ.0 != "JWT") {
            return Err(Reason::TokenMalformed);
        }
        if header.alg.0 != "RS256" {
            return Err(Reason::TokenAlgorithm);
        }
        if header.crit.is_some() || header.b64.is_some() {
            return Err(Reason::TokenMalformed);
        }
        Ok(header.kid.map(|kid| kid.0.into_owned()))
    }

    /// Decodes the signature. One that does not fit into the space belongs to no key.
    pub(crate) fn signature<'s>(&self, space: &'s mut [u8]) -> Result<&'s [u8], Reason> {
        let length = BASE64_URL_SAFE_NO_PAD
            .decode_slice(self.signature, space)
            .map_err(|_| Reason::TokenMalformed)?;
        space.get(..length).ok_or(Reason::TokenMalformed)
    }

    /// Decodes the payload.
    pub(crate) fn payload(&self) -> Result<Vec<u8>, Reason> {
        decode(self.payload)
    }
}

fn is_session(category: &str) -> bool {
    category == SESSION_CATEGORY || category == IGNORED_CATEGORY
}

/// Decodes base64url. Padding, white space, the standard alphabet and stray bits at the end are
/// refused.
fn decode(part: &str) -> Result<Vec<u8>, Reason> {
    let decoded = BASE64_URL_SAFE_NO_PAD.decode(part);
    decoded.map_err(|_| Reason::TokenMalformed)
}
