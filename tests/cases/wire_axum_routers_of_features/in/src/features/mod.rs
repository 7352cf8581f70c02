pub mod notes;
pub mod tasks;
