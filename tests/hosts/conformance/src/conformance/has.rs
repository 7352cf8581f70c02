//! `has` of the official SDK: role, permission, feature, plan and reverification of a signed-in user.

use serde_json::Value;

use super::{minted, report, vectors, Case, Verdict};
use crate::clerk::{Check, Level, Reason, Reverification};

#[tokio::test]
async fn has() {
    let mut cases = Vec::new();
    for vector in vectors("has.json").as_array().unwrap() {
        let session = minted(&claims(&vector["base"])).await;
        let found = match (session, check(&vector["params"])) {
            (Ok(session), Some(check)) if session.has(&check) => Ok(()),
            (Ok(_), _) => Err(Reason::PERMISSION_MISSING),
            (Err(reason), _) => Err(reason),
        };
        cases.push(Case {
            name: vector["name"].as_str().unwrap().to_owned(),
            expected: if vector["expect"] == true { Verdict::Accept } else { Verdict::Refuse },
            found,
        });
    }
    report("has.json", &cases);
}

/// The claims from which the official SDK makes such a signed-in user.
fn claims(base: &Value) -> Value {
    let mut claims = serde_json::json!({ "v": 1, "sub": "user_1" });
    for (name, claim) in [
        ("userId", "sub"),
        ("orgId", "org_id"),
        ("orgRole", "org_role"),
        ("orgPermissions", "org_permissions"),
        ("features", "fea"),
        ("plans", "pla"),
        ("factorVerificationAge", "fva"),
    ] {
        if let Some(value) = base.get(name) {
            claims[claim] = value.clone();
        }
    }
    claims
}

/// What is asked; none where our types have no words for it, such as a level that does not exist.
fn check(params: &Value) -> Option<Check> {
    let text = |name: &str| params[name].as_str();
    let mut check = Check::new();
    if let Some(role) = text("role") {
        check = check.role(role);
    }
    if let Some(permission) = text("permission") {
        check = check.permission(permission);
    }
    if let Some(feature) = text("feature") {
        check = check.feature(feature);
    }
    if let Some(plan) = text("plan") {
        check = check.plan(plan);
    }
    match params.get("reverification") {
        Some(wanted) => Some(check.reverification(reverification(wanted)?)),
        None => Some(check),
    }
}

fn reverification(wanted: &Value) -> Option<Reverification> {
    let level = match wanted["level"].as_str() {
        Some("first_factor") => Level::First,
        Some("second_factor") => Level::Second,
        Some("multi_factor") => Level::Multi,
        Some(_) => return None,
        None => return preset(wanted.as_str()?),
    };
    let minutes = wanted["afterMinutes"].as_u64()?;
    Some(Reverification::within(level, u32::try_from(minutes).ok()?))
}

fn preset(name: &str) -> Option<Reverification> {
    match name {
        "strict_mfa" => Some(Reverification::STRICT_MFA),
        "strict" => Some(Reverification::STRICT),
        "moderate" => Some(Reverification::MODERATE),
        "lax" => Some(Reverification::LAX),
        _ => None,
    }
}
