//! What a seed must hold beyond its form, with the place in the file and what is allowed there.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use camino::Utf8Path;
use toml::Spanned;

use super::{Claims, File, TemplateTable};
use crate::local::duration;
use crate::local::error::LocalError;
use crate::local::{masks, tokens, world::World};

/// Where the form is shown.
pub(super) const HELP: &str = "`cargo clerk-sessions local --print-seed` shows the form";

/// Something that is wrong in the file.
pub(super) struct Fault {
    /// The byte at which it stands.
    pub at: usize,
    /// What is wrong.
    pub what: String,
    /// What may stand there.
    pub allowed: String,
}

fn fault<T>(place: &Spanned<T>, what: String, allowed: impl Into<String>) -> Fault {
    Fault { at: place.span().start, what, allowed: allowed.into() }
}

/// The error about a place in the text.
pub(super) fn at(path: &Utf8Path, text: &str, at: usize, what: String, allowed: String) -> LocalError {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    LocalError::Seed { path: path.to_owned(), line, column, what, allowed }
}

/// The seconds of a duration, where there is a good one.
pub(super) fn seconds(text: Option<&Spanned<String>>) -> Option<i64> {
    duration::seconds(text?.get_ref())
}

/// Looks the whole file over.
pub(super) fn file(file: &File, world: &World) -> Result<(), Fault> {
    instance(file)?;
    roles(file, world)?;
    users(file, world)?;
    organizations(file, world)?;
    memberships(file, world)?;
    free(&file.session_claims, tokens::SESSION_RESERVED, "session tokens")?;
    let mut names = BTreeSet::new();
    file.jwt_templates.iter().try_for_each(|table| template(table, &mut names))
}

/// No claim is one of those that Clerk itself makes.
fn free(claims: &Claims, reserved: &[&str], of: &str) -> Result<(), Fault> {
    let taken = claims.keys().find(|key| reserved.contains(&key.get_ref().as_str()));
    taken.map_or(Ok(()), |key| {
        let what = format!("the claim `{}` is reserved in {of}", key.get_ref());
        Err(fault(key, what, format!("any claim but {}", reserved.join(", "))))
    })
}

fn instance(file: &File) -> Result<(), Fault> {
    let table = &file.instance;
    if let Some(version) = table.token_version.as_ref().filter(|version| !matches!(*version.get_ref(), 1 | 2)) {
        return Err(fault(version, format!("there is no token version {}", version.get_ref()), "1 or 2"));
    }
    within(table.token_lifetime.as_ref(), 1..=315_360_000, "a duration of 1s to ten years, such as \"60s\"")?;
    for word in table.features.iter().chain(&table.plans) {
        let (scope, name) = word.get_ref().split_once(':').unwrap_or_default();
        if !matches!(scope, "o" | "u") || name.is_empty() || name.contains([',', ':']) {
            return Err(fault(
                word,
                format!("`{}` has no scope", word.get_ref()),
                "such as \"o:projects\" or \"u:export\"",
            ));
        }
    }
    Ok(())
}

fn within(text: Option<&Spanned<String>>, range: RangeInclusive<i64>, allowed: &str) -> Result<(), Fault> {
    let Some(text) = text else { return Ok(()) };
    let good = duration::seconds(text.get_ref()).is_some_and(|seconds| range.contains(&seconds));
    if good { Ok(()) } else { Err(fault(text, format!("`{}` is out of range", text.get_ref()), allowed)) }
}

fn roles(file: &File, world: &World) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for table in &file.roles {
        let key = table.key.get_ref();
        if key.strip_prefix("org:").is_none_or(|rest| rest.is_empty() || rest.contains([':', ','])) {
            return Err(fault(&table.key, format!("`{key}` is no key of a role"), "such as \"org:admin\""));
        }
        if !seen.insert(key) {
            return Err(fault(&table.key, format!("there are two roles `{key}`"), "a key of its own"));
        }
        for permission in &table.permissions {
            let text = permission.get_ref();
            let system = text.starts_with("org:sys_");
            let Some((feature, _)) =
                masks::custom(text).filter(|(_, name)| !name.is_empty() && !name.contains([',', ':']))
            else {
                if system {
                    continue;
                }
                let allowed = "such as \"org:projects:read\"";
                return Err(fault(permission, format!("`{text}` is no permission"), allowed));
            };
            if !world.instance.features.contains(&format!("o:{feature}")) {
                let what = format!("the permission `{text}` is one of a feature that the instance does not have");
                return Err(fault(permission, what, format!("add \"o:{feature}\" to `features` of `[instance]`")));
            }
        }
    }
    Ok(())
}

fn users(file: &File, world: &World) -> Result<(), Fault> {
    let (mut ids, mut emails) = (BTreeSet::new(), BTreeSet::new());
    for (table, user) in file.users.iter().zip(&world.users) {
        let place = table.id.as_ref().unwrap_or(&table.email);
        if user.email.split_once('@').is_none_or(|(name, host)| name.is_empty() || host.is_empty()) {
            return Err(fault(
                &table.email,
                format!("`{}` is no address", user.email),
                "such as \"owner@example.com\"",
            ));
        }
        if !good_id(&user.id, "user_") {
            return Err(fault(place, format!("`{}` is no id of a user", user.id), "such as \"user_owner\""));
        }
        if !ids.insert(&user.id) {
            return Err(fault(place, format!("there are two users `{}`", user.id), "an `id` of its own"));
        }
        if !emails.insert(&user.email) {
            return Err(fault(&table.email, format!("there are two users `{}`", user.email), "an `email` of its own"));
        }
        if let Some(task) = table.tasks.iter().find(|task| !tokens::TASKS.contains(&task.get_ref().as_str())) {
            return Err(fault(task, format!("there is no task `{}`", task.get_ref()), tokens::TASKS.join(", ")));
        }
    }
    Ok(())
}

fn good_id(id: &str, prefix: &str) -> bool {
    let rest = id.strip_prefix(prefix).unwrap_or_default();
    !rest.is_empty() && rest.len() <= 64 && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

fn organizations(file: &File, world: &World) -> Result<(), Fault> {
    let (mut ids, mut slugs) = (BTreeSet::new(), BTreeSet::new());
    for (table, one) in file.organizations.iter().zip(&world.organizations) {
        let place = table.id.as_ref().unwrap_or(&table.name);
        if !good_id(&one.id, "org_") {
            return Err(fault(place, format!("`{}` is no id of an organization", one.id), "such as \"org_example\""));
        }
        if !ids.insert(&one.id) || !slugs.insert(&one.slug) {
            let what = format!("there are two organizations `{}`", one.slug);
            return Err(fault(place, what, "an `id` and a `slug` of its own"));
        }
    }
    Ok(())
}

fn memberships(file: &File, world: &World) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for (table, membership) in file.memberships.iter().zip(&world.memberships) {
        if membership.user.is_empty() {
            let known: Vec<&str> = world.users.iter().map(|user| user.email.as_str()).collect();
            let what = format!("there is no user `{}`", table.user.get_ref());
            return Err(fault(&table.user, what, format!("one of {}", known.join(", "))));
        }
        if membership.organization.is_empty() {
            let known: Vec<&str> = world.organizations.iter().map(|one| one.slug.as_str()).collect();
            let what = format!("there is no organization `{}`", table.organization.get_ref());
            return Err(fault(&table.organization, what, format!("one of {}", known.join(", "))));
        }
        if world.role(&membership.role).is_none() {
            let known: Vec<&str> = world.roles.iter().map(|role| role.key.as_str()).collect();
            let what = format!("there is no role `{}`", membership.role);
            return Err(fault(&table.role, what, format!("one of {}", known.join(", "))));
        }
        if !seen.insert((&membership.user, &membership.organization)) {
            let what = format!("`{}` belongs to this organization already", table.user.get_ref());
            return Err(fault(&table.user, what, "one membership for each user and organization"));
        }
    }
    Ok(())
}

fn template<'a>(table: &'a TemplateTable, names: &mut BTreeSet<&'a String>) -> Result<(), Fault> {
    let name = table.name.get_ref();
    if name.is_empty() || !names.insert(name) {
        return Err(fault(&table.name, format!("there are two templates `{name}`"), "a name of its own"));
    }
    free(&table.claims, tokens::TEMPLATE_RESERVED, "templates")?;
    within(table.lifetime.as_ref(), 30..=315_360_000, "a duration of 30s to ten years, such as \"60s\"")?;
    within(table.allowed_clock_skew.as_ref(), 0..=300, "a duration of 0s to 300s")
}
