// clerk-sessions: module/token.rs
//! A compact token taken apart: size, three parts, strict base64url, and the header's rules.
//!
//! Nothing here trusts a byte: the signature is checked by the caller, the claims are read after.

use std::borrow::Cow;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use base64::Engine as _;

use serde::de::IgnoredAny;

use serde::Deserialize;

use super::json::Text;
use super::rejection::Reason;

use super::json::given;

/// The longest token that is looked at. A session token has to fit a cookie of 4 KiB.
pub(crate) const MAXIMUM_LENGTH: usize = 8 * 1024;

/// The category that Clerk stamps on session tokens. Source: @clerk/backend, jwtCategories.ts.
const SESSION_CATEGORY: &str = "cl_B7d4PD111AAA";

/// The category that says nothing, on instances that stamp it on every token.
const IGNORED_CATEGORY: &str = "cl_I7d4PD111III";

/// Room for the signature of a key of 4096 bits, and what the decoder wants to spare.
pub(crate) const SIGNATURE_SPACE: [u8; 520] = [0; 520];

/// The parts of a token, still encoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Compact<'a> {
    /// What is signed: header, dot, payload.
    pub(crate) signed: &'a str,
    /// The encoded header.
    pub(crate) header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

/// The header's members that decide anything. A duplicate of one of them is an error.
#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    alg: Text<'a>,
    #[serde(borrow, default, deserialize_with = "given")]
    typ: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "given")]
    cat: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "given")]
    kid: Option<Text<'a>>,
    #[serde(default, deserialize_with = "given")]
    crit: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "given")]
    b64: Option<IgnoredAny>,
}

/// Takes a token apart.
pub(crate) fn split(token: &str) -> Result<Compact<'_>, Reason> {
    if token.len() > MAXIMUM_LENGTH {
        return Err(Reason::TokenTooLong);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Reason::TokenMalformed)?;
    let (header, payload) = signed.split_once('.').ok_or(Reason::TokenMalformed)?;
    // Looks at all of it even after a dot, because then the processor takes many bytes at a time.
    let dotted = |found: bool, byte: u8| found | (byte == b'.');
    if payload.bytes().fold(false, dotted) {
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
    /// Checks the header and hands out its `kid`.
    ///
    /// Source: @clerk/backend 3.25, jwt/assertions.ts and tokens/jwtCategories.ts. Stricter: RS256
    /// only, because Clerk signs with nothing else, and no `crit` or `b64` (RFC 7515, 7797).
    pub(crate) fn check_header<'s>(
        &self,
        scratch: &'s mut Vec<u8>,
    ) -> Result<Option<Cow<'s, str>>, Reason> {
        decode_into(self.header, scratch)?;
        let header: Header<'s> = read_object(scratch)?;
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
        Ok(header.kid.map(|kid| kid.0))
    }

    /// Decodes the signature. One that does not fit is longer than any key's.
    pub(crate) fn signature<'s>(&self, space: &'s mut [u8]) -> Result<&'s [u8], Reason> {
        let length = URL_SAFE_NO_PAD
            .decode_slice(self.signature, space)
            .map_err(|_| Reason::TokenMalformed)?;
        space.get(..length).ok_or(Reason::TokenMalformed)
    }

    /// Decodes the payload.
    pub(crate) fn payload(&self, bytes: &mut Vec<u8>) -> Result<(), Reason> {
        decode_into(self.payload, bytes)
    }
}

fn is_session(category: &str) -> bool {
    category == SESSION_CATEGORY || category == IGNORED_CATEGORY
}

/// Padding, white space, the other alphabet and stray bits at the end are refused.
fn decode_into(part: &str, bytes: &mut Vec<u8>) -> Result<(), Reason> {
    bytes.clear();
    URL_SAFE_NO_PAD
        .decode_vec(part, bytes)
        .map_err(|_| Reason::TokenMalformed)
}

/// Reads a JSON object. The first byte is checked because serde also takes a list for a struct.
fn read_object<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Reason> {
    let text = std::str::from_utf8(bytes).map_err(|_| Reason::TokenMalformed)?;
    if !text.starts_with('{') {
        return Err(Reason::TokenMalformed);
    }
    serde_json::from_str(text).map_err(|_| Reason::TokenMalformed)
}
