//! `{{user.id}}` and its like in the claims of templates and session tokens, evaluated as Clerk does: values only, never
//! keys; a shortcode that is the whole string keeps its type; within a text it becomes text; what is unknown is null.

use std::cell::Cell;

use serde_json::{Map, Value};

/// How deeply claims may be nested. Deeper ones are null.
const DEEPEST: usize = 64;

/// No more is put in for shortcodes, in bytes; from there on they are null. No cookie holds a token of a tenth of it.
const MOST: usize = 64 << 10;

/// Claims with their shortcodes evaluated against what there is to say of user, organization and session.
pub fn evaluate(claims: &Map<String, Value>, facts: &Value) -> Map<String, Value> {
    let facts = Facts { all: facts, left: Cell::new(MOST) };
    claims.iter().map(|(key, value)| (key.clone(), value_of(value, &facts, 0))).collect()
}

/// What shortcodes name, and how much of it may still be put in.
struct Facts<'a> {
    all: &'a Value,
    left: Cell<usize>,
}

impl Facts<'_> {
    fn get(&self, path: &str) -> Value {
        let found = path.split('.').try_fold(self.all, |value, key| value.get(key));
        let Some(found) = found.filter(|_| self.left.get() > 0) else { return Value::Null };
        let left = self.left.get().checked_sub(found.to_string().len());
        self.left.set(left.unwrap_or_default());
        left.map(|_| found.clone()).unwrap_or_default()
    }
}

fn value_of(value: &Value, facts: &Facts, depth: usize) -> Value {
    match value {
        _ if depth > DEEPEST => Value::Null,
        Value::String(text) => text_of(text, facts),
        Value::Array(items) => items.iter().map(|item| value_of(item, facts, depth + 1)).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| (key.clone(), value_of(value, facts, depth + 1)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

fn text_of(text: &str, facts: &Facts) -> Value {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, code, after)) = next(rest) {
        if before.is_empty() && after.is_empty() && pieces.is_empty() {
            return alternatives(code, facts);
        }
        pieces.push(before.to_owned());
        pieces.push(written(&alternatives(code, facts)));
        rest = after;
    }
    Value::String(pieces.concat() + rest)
}

fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (code, after) = rest.split_once("}}")?;
    Some((before, code, after))
}

/// A value within a text: `null John`.
fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `a || b || 'else'`: the first that is neither null nor false, or the last one whatever it is.
fn alternatives(code: &str, facts: &Facts) -> Value {
    let mut found = Value::Null;
    for operand in operands(code) {
        found = operand_of(operand.trim(), facts);
        if !matches!(found, Value::Null | Value::Bool(false)) {
            break;
        }
    }
    found
}

/// The operands between `||`, which may stand in a quoted text as well.
fn operands(code: &str) -> Vec<&str> {
    let (mut operands, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'|' if !quoted && at >= start && code[at..].starts_with("||") => {
                operands.push(&code[start..at]);
                start = at + 2;
            }
            _ => {}
        }
    }
    operands.push(&code[start..]);
    operands
}

fn operand_of(operand: &str, facts: &Facts) -> Value {
    if let Some(text) = operand.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Value::String(text.to_owned());
    }
    match serde_json::from_str(operand) {
        Ok(literal @ (Value::Bool(_) | Value::Number(_))) => literal,
        _ => facts.get(operand),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shortcodes_are_evaluated_as_clerk_does() {
        let facts = json!({
            "user": { "id": "user_1", "first_name": "John", "last_name": null, "two_factor_enabled": false,
                "public_metadata": { "addresses": { "Home": "here" }, "age": 7 } },
        });
        let table = [
            ("{{user.id}}", json!("user_1")),
            ("{{ user.id }}", json!("user_1")),
            ("{{user.last_name}} {{user.first_name}}", json!("null John")),
            ("{{user.public_metadata.addresses.Home}}", json!("here")),
            ("{{user.public_metadata.age}}", json!(7)),
            ("{{user.public_metadata.age}} years", json!("7 years")),
            ("{{user.public_metadata}}", json!({ "addresses": { "Home": "here" }, "age": 7 })),
            ("{{user.unknown}}", json!(null)),
            ("{{user.last_name || user.first_name}}", json!("John")),
            ("{{user.last_name || 'a || b'}}", json!("a || b")),
            ("{{user.last_name || 5}}", json!(5)),
            ("{{user.last_name || user.two_factor_enabled}}", json!(false)),
            ("{{user.two_factor_enabled || user.last_name}}", json!(null)),
            ("{{user.id", json!("{{user.id")),
            ("plain", json!("plain")),
            ("{{|||}}", json!(null)),
        ];
        for (text, expected) in table {
            let claims = Map::from_iter([("{{user.id}}".to_owned(), json!({ "in": [text] }))]);
            let evaluated = Value::Object(evaluate(&claims, &facts));
            assert_eq!(evaluated, json!({ "{{user.id}}": { "in": [expected] } }), "{text}");
        }
    }
}
