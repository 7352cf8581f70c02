//! What is left to do, read from the screen and carried out as it stands there.

use support::Project;
use syn::spanned::Spanned;

/// One entry of the list: a sentence, and the lines below it.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) sentence: String,
    pub(crate) lines: Vec<String>,
}

/// The entries of the list.
pub(crate) fn read(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("* "), steps.last_mut()) {
            (Some(sentence), _) => steps.push(Step { sentence: sentence.to_owned(), lines: Vec::new() }),
            (None, Some(step)) => step.lines.push(line.to_owned()),
            (None, None) => assert!(line.trim().is_empty(), "what is `{line}`?"),
        }
    }
    steps
}

/// The variables that a program needs anywhere, and what one sets on one's own machine besides.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    pub(crate) everywhere: Vec<(String, String)>,
    pub(crate) here: Vec<(String, String)>,
}

/// What a person has after all steps.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) variables: Variables,
    pub(crate) committed: bool,
}

/// Carries all steps out, the last lines of a file first, so that the numbers of the others stay right.
pub(crate) fn carry_out(project: &Project, steps: &[Step]) -> Done {
    let mut done = Done::default();
    let mut insertions: Vec<(String, usize, Vec<String>)> = Vec::new();
    for step in steps {
        let sentence = step.sentence.as_str();
        if sentence.contains("variables") {
            done.variables = variables(&step.lines);
        } else if let Some((path, line)) = place(sentence) {
            insertions.push((path, line, step.code()));
        } else if sentence.starts_with("take the session in a handler") {
            handler(project, &step.code().join("\n"));
        } else if sentence.starts_with("commit ") {
            attributes(project, sentence);
            done.committed = true;
        } else {
            // Words that ask for nothing in a file; `team` sees to it that the application is so.
            assert!(
                sentence.starts_with("CORS: ") || sentence.contains("--locked"),
                "who could carry this out: {step:?}"
            );
        }
    }
    insertions.sort_by_key(|(_, line, _)| std::cmp::Reverse(*line));
    for (path, line, code) in insertions {
        insert(project, &path, line, &code);
    }
    done
}

impl Step {
    /// The lines of code, without what they are indented by.
    fn code(&self) -> Vec<String> {
        let code = self.lines.iter().take_while(|line| line.is_empty() || line.starts_with("    "));
        let mut code: Vec<String> = code.map(|line| line.get(4..).unwrap_or("").to_owned()).collect();
        while code.last().is_some_and(String::is_empty) {
            code.pop();
        }
        assert!(!code.is_empty(), "there is no code in {self:?}");
        code
    }
}

/// Lines like `NAME=value    # what it is`.
fn variables(lines: &[String]) -> Variables {
    let mut variables = Variables::default();
    let mut local = false;
    for line in lines {
        local |= line.contains("on your own machine");
        let assignment = line
            .trim_start()
            .split_once('=')
            .filter(|(name, _)| line.starts_with("    ") && name.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
        if let Some((name, value)) = assignment {
            let value = value.split("    #").next().unwrap().to_owned();
            let list = if local { &mut variables.here } else { &mut variables.everywhere };
            list.push((name.to_owned(), value));
        }
    }
    variables
}

/// The `file:line` of a sentence.
fn place(sentence: &str) -> Option<(String, usize)> {
    sentence.split([' ', '(', ')']).find_map(|word| {
        let (path, line) = word.trim_end_matches([':', ',']).rsplit_once(':')?;
        Some((path.to_owned(), line.parse().ok()?)).filter(|(path, _)| path.ends_with(".rs"))
    })
}

/// Puts lines below one, indented as what stands there.
fn insert(project: &Project, path: &str, line: usize, code: &[String]) {
    let text = project.read(path);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let (above, below) = (indent(&lines[line - 1]), lines.get(line).map_or(0, |next| indent(next)));
    let by = " ".repeat(above.max(below));
    let code = code.iter().map(|one| format!("{by}{one}"));
    lines.splice(line..line, code);
    project.write(path, &(lines.join("\n") + "\n"));
}

/// Puts an example in place of the handler of that name.
fn handler(project: &Project, example: &str) {
    let wanted: syn::ItemFn = syn::parse_str(example).unwrap_or_else(|cause| panic!("{cause} in\n{example}"));
    let sources = project.tree().into_keys().filter(|path| path.ends_with(".rs") && !path.contains("/clerk/"));
    for path in sources {
        let text = project.read(&path);
        let file = syn::parse_file(&text).unwrap();
        let found = file.items.iter().find_map(|item| match item {
            syn::Item::Fn(function) if function.sig.ident == wanted.sig.ident => Some(function.span()),
            _ => None,
        });
        let Some(span) = found else { continue };
        let mut lines: Vec<&str> = text.lines().collect();
        lines.splice(span.start().line - 1..span.end().line, example.lines());
        return project.write(&path, &(lines.join("\n") + "\n"));
    }
    panic!("no handler is named `{}`", wanted.sig.ident);
}

/// A line for `.gitattributes`, in a sentence like: a line `…` in `.gitattributes`.
fn attributes(project: &Project, sentence: &str) {
    let spans: Vec<&str> = sentence.split('`').skip(1).step_by(2).collect();
    let file = spans.iter().position(|span| *span == ".gitattributes").expect("`.gitattributes` is named");
    project.write(spans[file], &format!("{}\n", spans[file - 1]));
    project.commit();
}
