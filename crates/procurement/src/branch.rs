//! What kind a contract is of.

use crate::kind::Kind;
use crate::value::Value;

/// The kind of a contract, and whether anything says so: the list of 2.0 it stands in, its buyer, or what it calls itself.
pub(crate) fn branch(contract: &Value<'_>, list: Option<Kind>) -> (Kind, bool) {
    let own = own_kind(contract);
    (list.or(own).unwrap_or(Kind::Marche), own.is_some())
}

/// What the contract says itself of its kind.
pub(crate) fn own_kind(contract: &Value<'_>) -> Option<Kind> {
    let is_filled = |key: &str| contract.get(key).is_some_and(says_something);
    if is_filled("acheteur") {
        return Some(Kind::Marche);
    }
    if is_filled("autoriteConcedante") {
        return Some(Kind::Concession);
    }
    let name = contract.get("_type").and_then(Value::as_text).map(tables::fold);
    match name.as_deref() {
        Some("marche") => Some(Kind::Marche),
        Some("contrat de concession") => Some(Kind::Concession),
        _ => None,
    }
}

fn says_something(value: &Value<'_>) -> bool {
    match value {
        Value::Null => false,
        Value::Text(text) => !text.trim().is_empty(),
        Value::List(list) => !list.is_empty(),
        Value::Object(object) => !object.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buyer_decides_before_the_name() {
        let of = |json: &str, list| branch(&Value::parse(json).unwrap(), list);
        for (json, expected) in [
            (r#"{"acheteur":{"id":"1"},"autoriteConcedante":{"id":"1"}}"#, (Kind::Marche, true)),
            (r#"{"acheteur":null,"autoriteConcedante":{"id":"1"}}"#, (Kind::Concession, true)),
            (r#"{"acheteur":{},"_type":"Contrat de concession"}"#, (Kind::Concession, true)),
            (r#"{"_type":"Marché"}"#, (Kind::Marche, true)),
            (r#"{"_type":"x"}"#, (Kind::Marche, false)),
            ("[]", (Kind::Marche, false)),
        ] {
            assert_eq!(of(json, None), expected, "{json}");
        }
        assert_eq!(of("{}", Some(Kind::Concession)), (Kind::Concession, false));
        assert_eq!(of(r#"{"acheteur":{"id":"1"}}"#, Some(Kind::Concession)), (Kind::Concession, true));
    }
}
