//! Nothing of the web: axum is only a word here.
