//! One Clerk instance, its tokens, and everybody who can check them.
//!
//! `run.sh` lets the tool generate the module `clerk` into a copy of this package; here it is absent.

pub mod contenders;
pub mod instance;
pub mod router;
