//! Nothing to do with the web.
