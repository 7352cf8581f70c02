// clerk-sessions: module/web/mod.rs
//! What the module needs of Actix Web: extractors and guards, wiring, requests, responses and the log.

mod extract;
pub(crate) mod guard;
mod http;
pub(crate) mod log;
pub(crate) mod wiring;

pub use self::extract::{Extracting, MaybeSession, PendingSession};
pub use self::guard::{Guard, Guarded};
pub use self::wiring::{Attached, Shared};

pub use self::guard::{
    require_organization, require_permission, require_person, require_role, require_session,
    require_session_except,
};
pub use self::wiring::{data, data_with};

/// Whether Actix Web answers `HEAD` by the route for `GET`.
pub(crate) const GET_ANSWERS_HEAD: bool = false;
