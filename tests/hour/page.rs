//! The code of the page that `guide` prints, as a person would paste it into the application.

use camino::Utf8Path;

use support::Project;

use crate::team::Team;

/// A block of code, and what is said before it.
struct Block {
    prose: String,
    code: String,
}

/// Writes every block of Rust into the application: a module for each, and a file for one that is for `tests/`. Blocks of
/// tests are for test builds alone.
pub(crate) fn paste(project: &Project, team: &Team) {
    let page = project.run(&["guide", "--package", team.package]).expect(0).stdout();
    let blocks = blocks(&page);
    assert!(blocks.len() > 5, "there are {} blocks in\n{page}", blocks.len());
    let source = Utf8Path::new(team.root).parent().unwrap();
    let mut modules = String::from("//! What the page shows.\n#![allow(dead_code)]\n");
    for (at, Block { prose, code }) in blocks.iter().enumerate() {
        if prose.contains("In `tests/`") {
            let tests = source.parent().unwrap().join("tests/from_guide.rs");
            project.write(tests.as_str(), code);
        } else {
            let condition = if code.contains("testing::") { "#[cfg(test)]\n" } else { "" };
            modules += &format!("\n{condition}mod block_{at} {{\n{code}}}\n");
        }
    }
    project.write(source.join("from_guide.rs").as_str(), &modules);
    project.write(team.root, &(project.read(team.root) + "\nmod from_guide;\n"));
}

fn blocks(page: &str) -> Vec<Block> {
    let parts: Vec<&str> = page.split("\n```").collect();
    let pairs = parts.chunks(2).filter_map(|pair| Some((pair[0], pair.get(1)?)));
    let rust = pairs.filter_map(|(prose, block)| {
        let code = format!("{}\n", block.strip_prefix("rust\n")?);
        Some(Block { prose: prose.to_owned(), code })
    });
    rust.collect()
}
