//! What a request says: its parameters, its form or document, its cookies and its origin.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use cookie::Cookie;
use serde_json::{Map, Value};
use url::Url;

use super::errors::{self, Answer, Refusal};
use crate::local::clients::Credential;
use crate::local::server::{Local, Shared};

/// Parameters by name; of several the first counts.
pub type Fields = BTreeMap<String, String>;

/// The parameters of a query or a form.
pub fn fields(text: &[u8]) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in form_urlencoded::parse(text) {
        fields.entry(name.into_owned()).or_insert_with(|| value.into_owned());
    }
    fields
}

/// The values of a parameter that may stand several times, also as `name[]`.
pub fn several(query: &str, name: &str) -> Vec<String> {
    let is_it = |given: &str| given.strip_suffix("[]").unwrap_or(given) == name;
    form_urlencoded::parse(query.as_bytes()).filter(|(given, _)| is_it(given)).map(|(_, value)| value.into()).collect()
}

/// A value that says something: `clerk-js` writes null as an empty one.
pub fn filled<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

/// What a request to the Frontend API says.
#[derive(Debug)]
pub struct Visit {
    /// Of the address.
    pub query: Fields,
    /// Of the body.
    pub form: Fields,
    /// By name; of several the first counts.
    pub cookies: BTreeMap<String, String>,
    /// The page that asks, where it says so.
    pub origin: Option<String>,
}

impl Visit {
    /// Which browser it comes from.
    pub fn credential(&self) -> Credential {
        let dev_browser = filled(&self.query, "__clerk_db_jwt").map(str::to_owned);
        Credential { dev_browser, cookie: self.cookies.get("__client").cloned() }
    }
}

impl FromRequest<Shared> for Visit {
    type Rejection = Refusal;

    async fn from_request(request: Request, local: &Shared) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let query = fields(parts.uri.query().unwrap_or_default().as_bytes());
        let cookies = cookies(&parts.headers);
        let origin = origin(&parts.headers, local);
        let form = match media(&parts.headers).as_str() {
            "application/json" => of_document(&document(bytes(&parts, body).await?)?),
            _ => fields(&bytes(&parts, body).await?),
        };
        Ok(Self { query, form, cookies, origin })
    }
}

/// The members of a document that a form could have, as a form has them.
fn of_document(document: &Map<String, Value>) -> Fields {
    let text = |value: &Value| match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    };
    document.iter().filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect()
}

/// The JSON document of a request to the Backend API or the control API. An empty body is an empty document.
#[derive(Debug)]
pub struct Document(pub Map<String, Value>);

impl FromRequest<Shared> for Document {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        document(bytes(&parts, body).await?).map(Self)
    }
}

async fn bytes(parts: &Parts, body: axum::body::Body) -> Result<Bytes, Refusal> {
    let mut head = Request::new(body);
    // The limit of a body travels with the request.
    *head.extensions_mut() = parts.extensions.clone();
    Bytes::from_request(head, &()).await.map_err(|cause| match cause.status() {
        StatusCode::PAYLOAD_TOO_LARGE => errors::refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            "request_body_too_large",
            "Request body too large",
            "The body of a request has at most 256 KiB",
        ),
        _ => errors::body("The body could not be read"),
    })
}

fn document(bytes: Bytes) -> Result<Map<String, Value>, Refusal> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(document)) => Ok(document),
        Ok(_) => Err(errors::body("The body is not a JSON object")),
        Err(_) => Err(errors::body("The body is not JSON")),
    }
}

impl Document {
    /// Refuses members that the request does not have.
    pub fn only(&self, known: &[&str]) -> Answer<()> {
        let stranger = self.0.keys().find(|key| !known.contains(&key.as_str()));
        stranger.map_or(Ok(()), |key| Err(errors::unknown(key)))
    }

    /// A text; null counts as none.
    pub fn text(&self, name: &str) -> Answer<Option<&str>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(errors::invalid(name, "a string")),
        }
    }

    /// A text that must be there.
    pub fn needed(&self, name: &str) -> Answer<&str> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(|| errors::missing(name))
    }

    /// A whole number within a range; null counts as none.
    pub fn number(&self, name: &str, range: RangeInclusive<i64>) -> Answer<Option<i64>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let number = value.as_i64().filter(|number| range.contains(number));
                let expected = || format!("an integer from {} to {}", range.start(), range.end());
                number.map(Some).ok_or_else(|| errors::invalid(name, &expected()))
            }
        }
    }

    /// True or false; null counts as none.
    pub fn flag(&self, name: &str) -> Answer<Option<bool>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(errors::invalid(name, "true or false")),
        }
    }

    /// An object; null counts as none.
    pub fn object(&self, name: &str) -> Answer<Option<&Map<String, Value>>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(errors::invalid(name, "an object")),
        }
    }

    /// A list of texts; null counts as none.
    pub fn texts(&self, name: &str) -> Answer<Option<Vec<String>>> {
        let texts = |list: &Vec<Value>| list.iter().map(|one| one.as_str().map(str::to_owned)).collect();
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(list)) => {
                let texts: Option<Vec<String>> = texts(list);
                texts.map(Some).ok_or_else(|| errors::invalid(name, "a list of strings"))
            }
            Some(_) => Err(errors::invalid(name, "a list of strings")),
        }
    }
}

/// The page of a list that a query asks for.
#[derive(Debug, Clone)]
pub struct Page {
    /// How many are left out.
    pub offset: usize,
    /// How many are shown.
    pub limit: usize,
    /// Whether the number of all is wanted as well.
    pub counted: bool,
    /// All parameters.
    pub query: Fields,
    /// The query as it is written.
    pub text: String,
}

impl FromRequestParts<Shared> for Page {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Refusal> {
        let text = parts.uri.query().unwrap_or_default().to_owned();
        let query = fields(text.as_bytes());
        let number =
            |name: &str, range: RangeInclusive<usize>, default| match query.get(name) {
                None => Ok(default),
                Some(text) => text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
                    errors::invalid(name, &format!("an integer from {} to {}", range.start(), range.end()))
                }),
            };
        let limit = number("limit", 1..=500, 10)?;
        let offset = number("offset", 0..=usize::MAX, 0)?;
        let counted = match query.get("paginated").map(String::as_str) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(errors::invalid("paginated", "true or false")),
        };
        Ok(Self { offset, limit, counted, query, text })
    }
}

impl Page {
    /// What is shown of a list: bare, or with the number of all.
    pub fn of(&self, all: &[Value], always_counted: bool) -> Value {
        let shown: Vec<&Value> = all.iter().skip(self.offset).take(self.limit).collect();
        if self.counted || always_counted {
            serde_json::json!({ "data": shown, "total_count": all.len() })
        } else {
            serde_json::json!(shown)
        }
    }
}

/// The type of a body without its parameters.
fn media(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The cookies of a request; of several of one name the first counts.
pub fn cookies(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()) {
        for cookie in Cookie::split_parse(line).flatten() {
            found.entry(cookie.name().to_owned()).or_insert_with(|| cookie.value().to_owned());
        }
    }
    found
}

/// The origin of the page that asks. A request through a dev server's proxy has none, but a `Referer`, which is taken where
/// that origin may call.
pub fn origin(headers: &HeaderMap, local: &Local) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(origin) = text(header::ORIGIN) {
        return Some(origin.to_owned());
    }
    let referer = Url::parse(text(header::REFERER)?).ok()?.origin().ascii_serialization();
    local.options.allows(&referer).then_some(referer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_several_counts() {
        let fields = fields(b"a=1&a=2&b=&c=%20x+y&%ff=%ff");
        assert_eq!(fields["a"], "1");
        assert_eq!(fields["c"], " x y");
        assert_eq!((filled(&fields, "a"), filled(&fields, "b"), filled(&fields, "z")), (Some("1"), None, None));
        assert_eq!(several("user_id=a&user_id[]=b&x=c", "user_id"), ["a", "b"]);
    }
}
