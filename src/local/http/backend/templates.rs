//! JWT templates.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::Value;

use super::super::errors::{self, Answer, Refusal, refuse};
use super::super::input::{Document, Page};
use super::super::shapes;
use crate::local::server::{Local, Shared};
use crate::local::tokens::TEMPLATE_RESERVED;
use crate::local::world::Template;
use crate::local::{clock::Millis, random};

/// What the stand-in signs with a template's own key.
const ALGORITHMS: &[&str] = &["HS256", "HS384", "HS512"];

/// `GET /v1/jwt_templates`.
pub(super) async fn list(State(local): State<Shared>, page: Page) -> Answer {
    let all: Vec<Value> = local.read(|world, _| world.templates.iter().map(shapes::template).collect());
    Ok(Json(page.of(&all, false)).into_response())
}

/// `POST /v1/jwt_templates`.
pub(super) async fn create(State(local): State<Shared>, document: Document) -> Answer {
    let template = read(&local, &document, None)?;
    let shape = shapes::template(&template);
    local.change(|world, _| (world.templates.push(template), Vec::new()));
    Ok(Json(shape).into_response())
}

/// `GET /v1/jwt_templates/{id}`.
pub(super) async fn get(State(local): State<Shared>, Path(id): Path<String>) -> Answer {
    Ok(Json(shapes::template(&of(&local, &id)?)).into_response())
}

/// `PATCH /v1/jwt_templates/{id}`: name and claims are needed here, too.
pub(super) async fn update(State(local): State<Shared>, Path(id): Path<String>, document: Document) -> Answer {
    let before = of(&local, &id)?;
    let template = read(&local, &document, Some(&before))?;
    let shape = shapes::template(&template);
    local.change(|world, _| {
        let kept = world.templates.iter_mut().find(|kept| kept.id == id);
        (kept.map(|kept| *kept = template), Vec::new())
    });
    Ok(Json(shape).into_response())
}

/// `DELETE /v1/jwt_templates/{id}`.
pub(super) async fn remove(State(local): State<Shared>, Path(id): Path<String>) -> Answer {
    of(&local, &id)?;
    local.change(|world, _| (world.templates.retain(|template| template.id != id), Vec::new()));
    Ok(Json(shapes::deleted("jwt_template", &id)).into_response())
}

fn of(local: &Local, id: &str) -> Answer<Template> {
    let found = local.read(|world, _| world.templates.iter().find(|template| template.id == id).cloned());
    found.ok_or_else(|| errors::not_found("JWT template"))
}

/// The template of a document; what it leaves out is as before, else as Clerk has it.
fn read(local: &Local, document: &Document, before: Option<&Template>) -> Answer<Template> {
    let name = document.needed("name")?.to_owned();
    let claims = document.object("claims")?.ok_or_else(|| errors::missing("claims"))?.clone();
    if let Some(reserved) = claims.keys().find(|claim| TEMPLATE_RESERVED.contains(&claim.as_str())) {
        let long = format!("You can't use the reserved claim: '{reserved}'");
        return Err(refuse(StatusCode::BAD_REQUEST, "jwt_template_reserved_claim", "reserved claim", long));
    }
    let id = before.map(|before| before.id.as_str());
    if local.read(|world, _| world.templates.iter().any(|kept| kept.name == name && Some(kept.id.as_str()) != id)) {
        return Err(taken());
    }
    let lifetime = document.number("lifetime", 30..=315_360_000)?;
    let skew = document.number("allowed_clock_skew", 0..=300)?;
    let (signing_algorithm, signing_key) = signing(document)?;
    let now: Millis = local.clock.now();
    Ok(Template {
        id: id.map_or_else(|| random::id("jtmp"), str::to_owned),
        name,
        claims,
        lifetime: lifetime.or(before.map(|before| before.lifetime)).unwrap_or(60),
        allowed_clock_skew: skew.or(before.map(|before| before.allowed_clock_skew)).unwrap_or(5),
        signing_key,
        signing_algorithm,
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: now,
    })
}

fn signing(document: &Document) -> Answer<(String, Option<String>)> {
    let algorithm = document.text("signing_algorithm")?;
    let key = document.text("signing_key")?;
    if !document.flag("custom_signing_key")?.unwrap_or_default() {
        return Ok(("RS256".to_owned(), None));
    }
    let key = key.filter(|key| !key.is_empty()).ok_or_else(|| errors::missing("signing_key"))?;
    let algorithm = algorithm.unwrap_or("HS256");
    if !ALGORITHMS.contains(&algorithm) {
        let expected = format!("one of {} (the local Clerk has no other)", ALGORITHMS.join(", "));
        return Err(errors::invalid("signing_algorithm", &expected));
    }
    Ok((algorithm.to_owned(), Some(key.to_owned())))
}

fn taken() -> Refusal {
    let long = "There is a JWT template of that name";
    refuse(StatusCode::UNPROCESSABLE_ENTITY, "form_identifier_exists", "name is taken", long)
}
