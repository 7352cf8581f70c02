//! Questions line by line, for a terminal that cannot move its cursor (`TERM=dumb`), such as one in an editor.

use std::collections::BTreeSet;
use std::io::BufRead;

use super::{key_of, keys_in_short, say, word};
use crate::ask::{AskError, Check, Key, Prompt};
use crate::escape;

/// Asks line by line.
#[derive(Debug)]
pub(super) struct Lines;

impl Prompt for Lines {
    fn one(&mut self, question: &str, options: &[String], default: usize) -> Result<usize, AskError> {
        list(question, options);
        answered(&format!("Its number [{}]:", default + 1), |line| match line {
            "" => Ok(default),
            line => index(line, options),
        })
    }

    fn some(&mut self, question: &str, options: &[String], defaults: &[usize]) -> Result<Vec<usize>, AskError> {
        list(question, options);
        let numbers = defaults.iter().map(|index| (index + 1).to_string()).collect::<Vec<_>>().join(",");
        answered(&format!("Their numbers, separated by commas [{numbers}]:"), |line| match line {
            "" if !defaults.is_empty() => Ok(defaults.to_vec()),
            line => {
                // In the options' order, and each once, as a menu would have it.
                let chosen: Result<BTreeSet<usize>, String> =
                    line.split(',').map(|number| index(number.trim(), options)).collect();
                chosen.map(|chosen| chosen.into_iter().collect())
            }
        })
    }

    fn line(&mut self, question: &str, help: &str, check: Check) -> Result<String, AskError> {
        let help = if help.is_empty() { String::new() } else { format!("  ({})\n", escape::line(help)) };
        say(&format!("{}\n{help}", escape::line(question)));
        answered(">", |line| check(line).map(|()| line.to_owned()))
    }

    fn confirm(&mut self, question: &str) -> Result<bool, AskError> {
        self.key(question, &[('n', "no"), ('y', "yes")]).map(|key| key == 'y')
    }

    fn key(&mut self, question: &str, keys: &'static [Key]) -> Result<char, AskError> {
        let all = keys.iter().map(|(key, does)| format!("  {key} {does}\n")).collect::<String>();
        say(&all);
        let question = format!("{} ({})", escape::line(question), keys_in_short(keys));
        answered(&question, |line| key_of(line, keys).ok_or_else(|| format!("one of: {}", keys_in_short(keys))))
    }
}

fn list(question: &str, options: &[String]) {
    let options = options.iter().enumerate();
    let options = options.map(|(index, option)| format!("  {}) {}\n", index + 1, escape::line(option)));
    say(&format!("{}\n{}", escape::line(question), options.collect::<String>()));
}

fn index(number: &str, options: &[String]) -> Result<usize, String> {
    let known = number.parse().ok().filter(|number| (1..=options.len()).contains(number));
    // The option's own word does as well.
    let named = || options.iter().position(|option| word(option) == number);
    known.map(|number: usize| number - 1).or_else(named).ok_or_else(|| format!("a number from 1 to {}", options.len()))
}

/// Asks until a line is taken. The end of the input is no answer.
fn answered<T>(question: &str, take: impl Fn(&str) -> Result<T, String>) -> Result<T, AskError> {
    loop {
        say(&format!("{question} "));
        let mut line = String::new();
        match std::io::stdin().lock().read_line(&mut line) {
            Ok(0) | Err(_) => return Err(AskError::Cancelled),
            Ok(_) => {}
        }
        match take(line.trim()) {
            Ok(answer) => return Ok(answer),
            Err(why) => say(&format!("  {}\n", escape::line(&why))),
        }
    }
}
