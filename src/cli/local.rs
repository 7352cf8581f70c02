//! Flags of `local` and `token`.

use std::ffi::OsString;

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};

/// Flags of `local`.
#[derive(Debug, Args)]
pub struct Local {
    /// Port on loopback; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 4010)]
    pub port: u16,
    /// TOML file with users, organizations, roles and templates
    #[arg(long, value_name = "FILE")]
    pub seed: Option<Utf8PathBuf>,
    /// Print the default seed
    #[arg(long)]
    pub print_seed: bool,
    /// Origin of a frontend; can be used multiple times [default: those of the setting origins that are loopback, else loopback on any port]
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Vec<String>,
    /// Loopback URL that signed session events are sent to
    #[arg(long, value_name = "URL")]
    pub webhook: Option<String>,
    /// File that keeps key, users and sessions over restarts
    #[arg(long, value_name = "FILE")]
    pub state: Option<Utf8PathBuf>,
    /// Play a production instance, for the profiles prod and high-security
    #[arg(long)]
    pub live: bool,
    /// Host in the publishable key
    #[arg(long, value_name = "HOST")]
    pub key_host: Option<String>,
    /// Folder whose `node_modules` has Clerk's scripts
    #[arg(long, value_name = "DIR")]
    pub frontend: Option<Utf8PathBuf>,
    /// Write the environment to a file that git ignores
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<Utf8PathBuf>,
    /// Print the environment and go on
    #[arg(long)]
    pub print_env: bool,
    /// Command to run with the environment; everything ends with it
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// Flags of `token`.
#[derive(Debug, Args)]
pub struct Token {
    /// User by id or email address [default: the first one]
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,
    /// Active organization by id or slug
    #[arg(long, value_name = "ORG")]
    pub org: Option<String>,
    /// Role instead of the membership's, such as org:admin
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// Permission instead of the role's; can be used multiple times
    #[arg(long, value_name = "PERMISSION")]
    pub permission: Vec<String>,
    /// Claim to add, as JSON or text; can be used multiple times
    #[arg(long, value_name = "NAME=VALUE", value_parser = claim)]
    pub claim: Vec<(String, String)>,
    /// JWT template, by name
    #[arg(long, value_name = "TEMPLATE")]
    pub template: Option<String>,
    /// Lifetime, such as 15m
    #[arg(long, value_name = "DURATION")]
    pub expires_in: Option<String>,
    /// Make a token that must be refused
    #[arg(long, value_enum, value_name = "WAY")]
    pub bad: Option<Bad>,
    /// Ask the local Clerk at this URL [default: that of `CLERK_SESSIONS_LOCAL`, else port 4010]
    #[arg(long, value_name = "URL")]
    pub from: Option<String>,
    /// Ask the development instance whose `CLERK_SECRET_KEY` is in the environment
    #[arg(long, conflicts_with_all = ["from", "role", "permission", "claim", "bad"])]
    pub instance: bool,
    /// Print a curl command that asks this URL
    #[arg(long, value_name = "URL")]
    pub curl: Option<String>,
}

fn claim(given: &str) -> Result<(String, String), &'static str> {
    let named = given.split_once('=').filter(|(name, _)| !name.is_empty());
    named
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or("expected a name and a value, such as plan=pro")
}

/// In which way a token is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Bad {
    /// It ended an hour ago
    Expired,
    /// It begins in an hour
    NotYetValid,
    /// Its claims were changed after it was signed
    Tampered,
    /// Signed with another key
    WrongKey,
    /// Made by another instance
    WrongIssuer,
    /// Made for another origin
    WrongParty,
    /// Made for no origin
    NoParty,
    /// The session has tasks to do
    Pending,
    /// A token of a JWT template
    Template,
    /// A token of a machine
    Machine,
    /// Without a signature
    AlgNone,
    /// Larger than any token
    Oversized,
}
