//! Members of a payload that have the wrong type, or stand there twice.

use serde_json::json;

use crate::clerk::testing::{TestIssuer, ISSUER, PARTY};
use crate::clerk::Reason;
use crate::properties::ready;
use crate::rules::{now, signed, token, user, verdict};

/// A good payload with one member more, as text.
fn with_member(member: &str) -> Result<String, Reason> {
    let (exp, iat) = (now() + 60, now());
    let object = json!({ "sub": "user_test", "sid": "sess_test", "iss": ISSUER, "azp": PARTY, "exp": exp, "iat": iat });
    let payload = object.to_string().replacen('{', &format!("{{{member},"), 1);
    verdict(&TestIssuer::new().verifier(), &signed("{\"alg\":\"RS256\"}", &payload))
}

/// This host turns on `arbitrary_precision`, as some crate of any host may: serde_json then hands over a number as an object.
#[test]
fn a_number_is_no_object_however_it_is_handed_over() {
    let number = "{\"$serde_json::private::Number\":\"1.5\"}";
    assert_eq!(with_member("\"act\":{\"sub\":\"user_2\"}"), user("user_test"));
    assert_eq!(with_member(&format!("\"v\":2,\"o\":{number}")), Err(Reason::TOKEN_CLAIMS));
    assert_eq!(with_member("\"v\":2,\"o\":1.5"), Err(Reason::TOKEN_CLAIMS));
    assert_eq!(with_member("\"act\":1.5"), Err(Reason::TOKEN_CLAIMS));
    assert_eq!(with_member("\"v\":2,\"o\":[\"org_1\"]"), Err(Reason::TOKEN_CLAIMS));
    assert_eq!(with_member("\"act\":[\"user_2\"]"), Err(Reason::TOKEN_CLAIMS));
}

/// Also where nothing would be read of it, as of `o` in a token of version 1.
#[test]
fn what_stands_twice_in_an_inner_object_is_refused() {
    assert_eq!(with_member("\"v\":2,\"o\":{\"id\":\"org_1\"}"), user("user_test"));
    assert_eq!(with_member("\"v\":2,\"o\":{\"id\":\"org_1\",\"id\":\"org_2\"}"), Err(Reason::TOKEN_CLAIMS));
    assert_eq!(with_member("\"o\":{\"id\":\"org_1\",\"id\":\"org_2\"}"), Err(Reason::TOKEN_CLAIMS));
    assert_eq!(with_member("\"act\":{\"sub\":\"a\",\"sub\":\"b\"}"), Err(Reason::TOKEN_CLAIMS));
    assert_eq!(with_member("\"act\":{\"sub\":\"a\",\"x\":1,\"x\":2}"), user("user_test"));
}

/// Anything else says nothing of them, and so meets no reverification.
#[test]
fn ages_of_factors_are_two_numbers() {
    let ages = |value: serde_json::Value| {
        let token = token().claim("fva", value).sign();
        ready(TestIssuer::new().verifier().verify(&token)).unwrap().claims().fva
    };
    assert_eq!(ages(json!([1, -1])), Some((1.0, -1.0)));
    for other in [json!([1, 2, 3]), json!([1]), json!([]), json!([1, "2"]), json!(["1", 2]), json!(1)] {
        assert_eq!(ages(other.clone()), None, "{other}");
    }
}
