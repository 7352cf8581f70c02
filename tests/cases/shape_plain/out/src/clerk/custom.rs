// clerk-sessions: module/custom.rs
//! Your own claims, from Clerk Dashboard → Sessions → Customize session token. Yours to edit.

use serde::Deserialize;

/// The claims that you added to your session tokens. Give each a field, an `Option` if there are
/// tokens without it:
///
/// ```ignore
/// #[serde(default)]
/// pub locale: Option<String>,
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct CustomClaims {}
