// clerk-sessions: module/custom.rs
//! Your own claims, from Clerk Dashboard → Sessions → Customize session token. Edit freely.

use serde::Deserialize;

/// What your session tokens hold besides Clerk's claims. Add a field for each claim, as an `Option`
/// where older tokens do not have it:
///
/// ```ignore
/// #[serde(default)]
/// pub locale: Option<String>,
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct CustomClaims {}
