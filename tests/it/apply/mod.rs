//! All or nothing: whatever fails, and wherever a run is killed, the tree is wholly old or wholly new.
#![cfg(unix)]

mod edges;
mod faults;
mod journals;
mod program;
mod refusals;
mod scene;
mod undone;
