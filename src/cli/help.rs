//! What stands below the help of a command: the settings, examples, and where the README says more.

use clap::{Command, CommandFactory};

use super::Cli;
use crate::blueprint::{self, Setting};
use crate::settings::expected;

/// Examples of a command, and the heading of the README that is about it.
struct Below {
    command: &'static str,
    examples: &'static [(&'static str, &'static str)],
    heading: &'static str,
}

const BELOW: &[Below] = &[
    Below {
        command: "init",
        examples: &[
            ("cargo clerk-sessions init", "ask, show the diff, apply"),
            ("cargo clerk-sessions init -n > clerk.patch", "a patch for review; nothing is written"),
            ("cargo clerk-sessions init --framework axum --profile dev --wire --yes", "ask nothing"),
            ("cargo clerk-sessions init --set leeway=10", "another value of a setting"),
        ],
        heading: "init",
    },
    Below {
        command: "update",
        examples: &[
            ("cargo clerk-sessions update", "bring the code up to date"),
            ("cargo clerk-sessions update --set profile=prod", "change a setting, too"),
            ("cargo clerk-sessions update --conflict markers", "settle conflicts in an editor"),
        ],
        heading: "Keeping it current",
    },
    Below {
        command: "diff",
        examples: &[
            ("cargo clerk-sessions diff --against base", "what you changed"),
            ("cargo clerk-sessions diff --workspace --format markdown", "a pull-request comment"),
        ],
        heading: "Keeping it current",
    },
    Below {
        command: "check",
        examples: &[
            ("cargo clerk-sessions check --workspace --format github", "annotations in CI"),
            ("cargo clerk-sessions check --security", "fail on what matters to security alone"),
        ],
        heading: "Keeping it current",
    },
    Below {
        command: "status",
        examples: &[
            ("cargo clerk-sessions status", "what is set, wired and open, and the next command"),
            ("cargo clerk-sessions status --format json", "the same for scripts"),
        ],
        heading: "status",
    },
    Below {
        command: "remove",
        examples: &[
            ("cargo clerk-sessions remove -n", "what would go"),
            ("cargo clerk-sessions remove", "take it out"),
        ],
        heading: "Keeping it current",
    },
    Below {
        command: "guide",
        examples: &[
            ("cargo clerk-sessions guide", "read it"),
            ("cargo clerk-sessions guide --write docs/clerk-sessions.md", "keep it in the repository"),
            ("cargo clerk-sessions guide --write .claude/skills/clerk-sessions/SKILL.md", "where a coding agent looks"),
        ],
        heading: "A page about your project",
    },
    Below {
        command: "undo",
        examples: &[("cargo clerk-sessions undo", "take the last change back")],
        heading: "Keeping it current",
    },
    Below {
        command: "adopt",
        examples: &[("cargo clerk-sessions adopt", "after a merge that broke clerk-sessions.lock")],
        heading: "Keeping it current",
    },
    Below {
        command: "blueprints",
        examples: &[("cargo clerk-sessions blueprints export templates", "to begin your own")],
        heading: "init",
    },
    Below {
        command: "demo",
        examples: &[("cargo clerk-sessions demo --framework actix --keep", "and look at the app afterwards")],
        heading: "Try it",
    },
    Below {
        command: "local",
        examples: &[
            ("cargo clerk-sessions local -- cargo run", "the app with everything it needs"),
            ("cargo clerk-sessions local --origin http://localhost:5173 --env-file .env.local", "and a frontend"),
            ("cargo clerk-sessions local --port 0 --print-seed", "what to begin your own seed with"),
        ],
        heading: "A local Clerk",
    },
    Below {
        command: "token",
        examples: &[
            ("cargo clerk-sessions token --curl http://localhost:3000/me", "a command that asks the app"),
            ("cargo clerk-sessions token --org example --role org:admin", "of another role"),
            ("cargo clerk-sessions token --bad expired --curl http://localhost:3000/me", "one that it must refuse"),
            ("CLERK_SECRET_KEY=sk_test_… cargo clerk-sessions token --instance", "of your development instance"),
        ],
        heading: "A local Clerk",
    },
    Below {
        command: "completions",
        examples: &[
            ("source <(cargo-clerk-sessions completions bash)", "in ~/.bashrc"),
            ("source <(cargo-clerk-sessions completions zsh)", "in ~/.zshrc, after compinit"),
            ("cargo-clerk-sessions completions fish | source", "in ~/.config/fish/config.fish"),
        ],
        heading: "Install",
    },
    Below {
        command: "man",
        examples: &[("cargo clerk-sessions man ~/.local/share/man/man1", "so that `man` finds the pages")],
        heading: "Install",
    },
];

/// The command line as help shows it. The settings stand in the blueprints, which are not read for anything but help.
pub fn with_help() -> Command {
    let settings = settings();
    BELOW.iter().fold(Cli::command(), |program, below| {
        let text = match below.command {
            "init" | "update" => format!("{}\n\n{}", below.text(), listed(&settings)),
            _ => below.text(),
        };
        program.mut_subcommand(below.command, |command| command.after_help(below.text()).after_long_help(text))
    })
}

impl Below {
    fn text(&self) -> String {
        let examples = self.examples.iter().map(|(line, what)| format!("  {line}\n          {what}\n"));
        format!("Examples:\n{}\nMore under \"{}\" in the README", examples.collect::<String>(), self.heading)
    }
}

/// The settings of all frameworks.
pub(super) fn settings() -> Vec<Setting> {
    let blueprints = blueprint::load_all(&blueprint::embedded()).unwrap_or_default();
    blueprint::settings(&blueprints).into_iter().filter(|setting| !setting.fixed).collect()
}

fn listed(settings: &[Setting]) -> String {
    let listed = settings.iter().map(|setting| {
        let help = &setting.help;
        format!("\n  {}\n          {}{} [{}]\n", setting.name, help[..1].to_uppercase(), &help[1..], expected(setting))
    });
    format!("Settings:{}", listed.collect::<String>().trim_end())
}
