//! What a golden project leaves out, because it is the same in all of them.
//!
//! One plain project of each framework shows the settings, the variables and the closing words whole. Any other one shows
//! the lines that it has beyond those of its framework's, and how many it lacks. One line stands for all generated files,
//! which `shape_plain` has under `out/`. A file `whole` in a case says what it shows all the same: `module`, `words`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use support::frameworks::{ALL, Framework};

use super::{arguments, folder, prepare};

/// The plain project of a framework; that of the first has no more in its name.
fn project(framework: &str) -> String {
    if framework == ALL[0].name { "shape_plain".to_owned() } else { format!("shape_plain_{framework}") }
}

/// What the plain projects print, by name.
static PRINTED: LazyLock<BTreeMap<String, [String; 2]>> = LazyLock::new(|| {
    let run = |framework: Framework| {
        let name = project(framework.name);
        let case = folder().join(&name);
        let arguments = arguments(&case);
        let ran = prepare(&case).run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).expect(0);
        (name, [ran.stdout(), ran.stderr()])
    };
    ALL.into_iter().map(run).collect()
});

/// The heading of what is left to do.
const CLOSING: &str = "What is left to do:\n";

/// One file in a diff.
pub struct Section<'a> {
    text: &'a str,
    /// Where the lines begin.
    at: usize,
    /// The path in the diff.
    pub path: &'a str,
    /// The whole text, where the file is new.
    pub created: Option<String>,
}

/// The files of a diff, in order; none in other formats.
pub fn sections(diff: &str) -> Vec<Section<'_>> {
    let starts: Vec<usize> = diff.match_indices("diff --git ").map(|(at, _)| at).collect();
    let starts = starts.into_iter().filter(|at| *at == 0 || diff[..*at].ends_with('\n')).collect::<Vec<_>>();
    let ends = starts.iter().skip(1).copied().chain([diff.len()]);
    starts.iter().zip(ends).map(|(start, end)| section(&diff[*start..end])).collect()
}

fn section(text: &str) -> Section<'_> {
    let at = text.find("\n@@").map_or(text.len(), |at| at + 1);
    let path = text.lines().next().and_then(|line| line.split(" b/").nth(1)).unwrap_or_default();
    let lines = text[at..].split_inclusive('\n').skip(1);
    let added = lines.filter_map(|line| line.strip_prefix('+')).collect();
    let last = text.ends_with("\\ No newline at end of file\n");
    let created = text[..at].contains("\nnew file mode ").then_some(added);
    let created = created.map(|text: String| if last { text.trim_end_matches('\n').to_owned() } else { text });
    Section { text, at, path, created }
}

impl Section<'_> {
    /// Whether the tool owns the file: the record, or one that says so itself.
    pub fn is_generated(&self) -> bool {
        let marked = |text: &String| text.lines().next().is_some_and(|line| line.contains("clerk-sessions: "));
        self.path.ends_with("clerk-sessions.lock") || self.created.as_ref().is_some_and(marked)
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }
}

/// What is printed, as a case shows it.
pub fn shown(stdout: &str, stderr: &str, whole: &[String]) -> String {
    let sections = sections(stdout);
    let stands = |line: String| sections.iter().any(|section| section.text.contains(&line));
    let plain = ALL.iter().find(|framework| stands(format!("\n+framework = {:?}", framework.name)));
    let plain = plain.filter(|_| !whole.iter().any(|one| one == "words")).map(|framework| project(framework.name));
    let plain = plain.as_deref();
    let mut text = stdout[..stdout.len() - sections.iter().map(|section| section.text.len()).sum::<usize>()].to_owned();
    let mut generated = Vec::new();
    for section in &sections {
        let head = &section.text[..section.at];
        if section.is_generated() {
            if generated.is_empty() {
                text.push_str("[generated files]\n");
            }
            generated.push(section.path);
        } else if let (Some(plain), Some(_)) = (plain, &section.created) {
            text.push_str(&format!("{head}{}", beyond_file(section, plain)));
        } else {
            text.push_str(section.text);
        }
    }
    text + &said(stderr, plain, &generated)
}

/// The lines of a new file, without the heading, which counts them.
fn beyond_file(section: &Section, plain: &str) -> String {
    let lines = |section: &Section| section.text[section.at..].split_once('\n').unwrap_or_default().1.to_owned();
    let theirs = sections(&PRINTED[plain][0]).into_iter().find(|one| one.name() == section.name());
    let (ours, theirs) = (lines(section), theirs.as_ref().map(lines).unwrap_or_default());
    if ours.matches("\r\n").count() == ours.matches('\n').count() {
        return beyond(&ours.replace("\r\n", "\n"), &theirs, plain) + "[with the line endings of Windows]\n";
    }
    beyond(&ours, &theirs, plain)
}

/// The status lines and the closing words.
fn said(stderr: &str, plain: Option<&str>, generated: &[&str]) -> String {
    let (status, closing) = stderr.split_once(CLOSING).map_or((stderr, None), |(status, rest)| (status, Some(rest)));
    let mut text: String = status.split_inclusive('\n').map(|line| uncounted(line, generated)).collect();
    if let Some(closing) = closing {
        let theirs = |plain| PRINTED[plain][1].split_once(CLOSING).unwrap_or_default().1;
        text.push_str(CLOSING);
        text.push_str(&plain.map_or(closing.to_owned(), |plain| beyond(closing, theirs(plain), plain)));
    }
    text
}

/// A status line without the number of files that were created, where that is right.
fn uncounted(line: &str, generated: &[&str]) -> String {
    let parts = line.strip_suffix(" files)\n").and_then(|line| line.rsplit_once(" ("));
    let folder = parts.and_then(|(start, number)| Some((start.trim_start().strip_prefix("Created ")?, number)));
    // The diff counts from the repository, and the status from the workspace.
    let is_below = |path: &str, folder: &str| format!("/{path}").contains(&format!("/{folder}"));
    let is_right = |(folder, number): (&str, &str)| {
        number == generated.iter().filter(|path| is_below(path, folder)).count().to_string()
    };
    match parts.filter(|_| folder.is_some_and(is_right)) {
        Some((start, _)) => format!("{start} ([..] files)\n"),
        None => line.to_owned(),
    }
}

/// The lines that a text has beyond a plain one, and how many of that one it lacks.
fn beyond(text: &str, plain: &str, name: &str) -> String {
    let (mut shown, mut lacks) = (String::new(), 0);
    for change in similar::TextDiff::from_lines(plain, text).iter_all_changes() {
        match change.tag() {
            similar::ChangeTag::Insert => shown.push_str(change.value()),
            similar::ChangeTag::Delete => lacks += 1,
            similar::ChangeTag::Equal => {}
        }
    }
    let but = if lacks == 0 { String::new() } else { format!(", without {lacks} of its lines") };
    format!("{shown}[as in `{name}`{but}]\n")
}
