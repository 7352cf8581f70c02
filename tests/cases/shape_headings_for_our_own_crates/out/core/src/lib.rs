//! Ours.
