//! What all requests share.

use std::sync::{Arc, Mutex};

use planner_models::Project;

/// The projects, in memory.
#[derive(Clone, Default)]
pub struct Store(Arc<Mutex<Vec<Project>>>);

impl Store {
    pub fn all(&self) -> Vec<Project> {
        self.0.lock().unwrap().clone()
    }

    pub fn add(&self, name: String) -> Project {
        let mut projects = self.0.lock().unwrap();
        let id = u32::try_from(projects.len()).unwrap_or(u32::MAX);
        let project = Project { id, name };
        projects.push(project.clone());
        project
    }

    pub fn clear(&self) {
        self.0.lock().unwrap().clear();
    }
}
