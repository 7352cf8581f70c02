//! `completions`: a shell's completion script.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::Error;
use crate::terminal::Terminal;

const PROGRAM: &str = "cargo-clerk-sessions";

/// For `cargo clerk-sessions …`, fish is told to ask for the completions of the program.
const FISH: &str = "\
complete --command cargo --condition '__fish_seen_subcommand_from clerk-sessions' --no-files \\
    --arguments '(complete --do-complete \"cargo-clerk-sessions \"(commandline --current-process --cut-at-cursor | string replace --regex \"^.*?\\bclerk-sessions\\s+\" \"\"))'
";

/// For `cargo clerk-sessions …`, what completes cargo is wrapped. Bash-completion reads that only when it is first asked
/// for, so it is looked for then.
const BASH: &str = r#"
_cargo_with_clerk_sessions() {
    local at=1
    [[ ${COMP_WORDS[1]} == +* ]] && at=2
    if [[ ${COMP_WORDS[at]} == clerk-sessions && $COMP_CWORD -gt $at ]]; then
        COMP_WORDS=(cargo-clerk-sessions "${COMP_WORDS[@]:at+1}")
        COMP_CWORD=$((COMP_CWORD - at))
        _cargo__clerk__sessions cargo-clerk-sessions "$2" "$3"
        return
    fi
    if [[ -z $_cargo_without_clerk_sessions ]]; then
        if declare -F _comp_load >/dev/null; then _comp_load cargo; elif declare -F _completion_loader >/dev/null; then _completion_loader cargo; fi
        _cargo_wrap_clerk_sessions
    fi
    [[ -z $_cargo_without_clerk_sessions ]] || "$_cargo_without_clerk_sessions" "$@"
}

_cargo_wrap_clerk_sessions() {
    local now
    now=$(complete -p cargo 2>/dev/null | sed -n 's/.*-F \([^ ]*\).*/\1/p')
    [[ $now == _cargo_with_clerk_sessions ]] || _cargo_without_clerk_sessions=$now
    complete -F _cargo_with_clerk_sessions -o bashdefault -o default cargo
}
_cargo_wrap_clerk_sessions
"#;

/// Where nothing completes cargo, `cargo clerk-sessions …` alone is completed: cargo's own script calls ours.
const ZSH: &str = r"
if (( $+functions[compdef] && ! $+_comps[cargo] )); then
    _cargo_with_clerk_sessions() {
        if (( CURRENT > 2 )) && [[ $words[2] == clerk-sessions ]]; then
            shift words
            (( CURRENT-- ))
            words[1]=cargo-clerk-sessions
            _cargo-clerk-sessions
        else
            _default
        fi
    }
    compdef _cargo_with_clerk_sessions cargo
fi
";

/// Runs `completions`.
pub fn run(shell: Shell, terminal: Terminal) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), PROGRAM, &mut script);
    let script = String::from_utf8_lossy(&script);
    terminal.data(&match shell {
        Shell::Bash => consistent(&script) + BASH,
        Shell::Zsh => format!("{script}{ZSH}"),
        Shell::Fish => format!("{script}{FISH}"),
        _ => script.into_owned(),
    })?;
    Ok(0)
}

/// The script for bash with one spelling of the program's name. Where the name has hyphens, clap sets one and waits for
/// another (<https://github.com/clap-rs/clap/issues/6421>), so that nothing below a command is completed.
fn consistent(script: &str) -> String {
    script.replace(&PROGRAM.replace('-', "__subcmd__"), &PROGRAM.replace('-', "__"))
}
