//! A team with a project and blueprints of its own, so that tests can bring out a newer version.

use std::fs;
use std::path::PathBuf;

use crate::{AXUM_MAIN, AXUM_MANIFEST, Project, Ran};

pub struct Team {
    pub project: Project,
    folder: tempfile::TempDir,
}

impl Team {
    /// The smallest Axum project, with sessions, committed.
    pub fn new() -> Self {
        Self::with(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN)])
    }

    /// A project with these files, with sessions, committed.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let team = Self { project: Project::new(files), folder: tempfile::tempdir().unwrap() };
        team.project.run(&["blueprints", "export", team.blueprints().to_str().unwrap()]).expect(0);
        team.run("init", &["--yes"]).expect(0);
        team.project.commit();
        team
    }

    /// The folder of the blueprints.
    pub fn blueprints(&self) -> PathBuf {
        self.folder.path().join("team")
    }

    /// Runs a command that takes blueprints.
    pub fn run(&self, command: &str, more: &[&str]) -> Ran {
        let folder = self.blueprints();
        let mut arguments = vec![command, "--blueprints", folder.to_str().unwrap()];
        arguments.extend(more);
        self.project.run(&arguments)
    }

    pub fn update(&self) -> Ran {
        self.run("update", &["--yes"])
    }

    /// Edits a file of the blueprints.
    pub fn template(&self, path: &str, before: &str, after: &str) {
        let path = self.blueprints().join(path);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(before), "`{before}` is not in {}", path.display());
        fs::write(path, text.replacen(before, after, 1)).unwrap();
    }

    /// Adds to the facts that hold for every framework.
    pub fn facts(&self, more: &str) {
        let path = self.blueprints().join("shared/blueprint.toml");
        fs::write(&path, fs::read_to_string(&path).unwrap() + "\n" + more).unwrap();
    }

    /// Raises the blueprint's version by one, with a note.
    pub fn raise(&self, security: bool) {
        let facts = fs::read_to_string(self.blueprints().join("axum/blueprint.toml")).unwrap();
        let old: u32 = facts.lines().find_map(|line| line.strip_prefix("version = ")).unwrap().parse().unwrap();
        let (before, after) = (format!("\nversion = {old}\n"), format!("\nversion = {}\n", old + 1));
        let note =
            format!("\n[[changes]]\nversion = {}\nsecurity = {security}\nsummary = \"denies sooner\"\n", old + 1);
        fs::write(self.blueprints().join("axum/blueprint.toml"), facts.replacen(&before, &after, 1) + &note).unwrap();
    }

    /// A setting with a question that the next version brings.
    pub fn question(&self) {
        self.template(
            "shared/blueprint.toml",
            "[[settings]]\nname = \"callers\"",
            "[[settings]]\nname = \"audit\"\nkind = \"choice\"\nvalues = [\"none\", \"all\"]\n\
             default = { dev = \"none\", prod = \"none\", high-security = \"all\" }\nsince = 2\n\
             question = \"What is audited?\"\nhelp = \"what is audited\"\n\n[[settings]]\nname = \"callers\"",
        );
    }

    /// A new version in which fewer sessions are remembered.
    pub fn newer(&self) {
        self.template("shared/files/module/verify/revocation.rs", "= 100_000;", "= 50_000;");
        self.raise(false);
    }

    /// Edits a file of the project as its owner.
    pub fn edit(&self, path: &str, before: &str, after: &str) {
        let text = self.project.read(path);
        assert!(text.contains(before), "`{before}` is not in {path}:\n{text}");
        self.project.write(path, &text.replacen(before, after, 1));
    }

    /// Takes the line out that declares a module, as one does who deletes its file.
    pub fn undeclare(&self, path: &str, module: &str) {
        let line = format!("mod {module};");
        let kept = self
            .read(path)
            .lines()
            .filter(|one| !one.ends_with(&line))
            .map(|one| format!("{one}\n"))
            .collect::<String>();
        assert_ne!(kept, self.read(path), "{path} does not declare {module}");
        self.project.write(path, &kept);
    }

    pub fn read(&self, path: &str) -> String {
        self.project.read(path)
    }
}
