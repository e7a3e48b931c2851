//! Which branch of the schema a contract is judged by.

use crate::branch::own_kind;
use crate::kind::Kind;
use crate::value::Value;
use crate::version::Version;

/// The kind of a contract, and whether it says so itself. `list` is the list of 2.0 that it stands in.
pub(super) fn kind_of(contract: &Value<'_>, list: Option<Kind>, version: Version) -> (Kind, bool) {
    let said = own_kind(contract);
    let kind = list.or(said).unwrap_or(match version.is_of_2017() {
        true => Kind::Defense,
        false => Kind::Marche,
    });
    // What is no object says nothing, and is told to be none; defence contracts have no buyer.
    (kind, said.is_some() || kind == Kind::Defense || contract.as_object().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_decides_then_the_buyer_then_the_type() {
        let of = |json: &str, list, version| kind_of(&Value::parse(json).unwrap(), list, version);
        let (v1, v2) = (Version::V1_5_0, Version::V2_0_3);
        assert_eq!(of(r#"{"acheteur":{"id":"1"}}"#, None, v1), (Kind::Marche, true));
        assert_eq!(of(r#"{"acheteur":{},"autoriteConcedante":{"id":"1"}}"#, None, v1), (Kind::Concession, true));
        assert_eq!(of(r#"{"_type":"Contrat de concession"}"#, None, v1), (Kind::Concession, true));
        assert_eq!(of(r#"{"id":"1"}"#, None, v1), (Kind::Marche, false));
        assert_eq!(of(r#"{"id":"1"}"#, None, Version::V1_0_0), (Kind::Defense, true));
        assert_eq!(of(r#"{"acheteur":{"id":"1"}}"#, Some(Kind::Concession), v2), (Kind::Concession, true));
        assert_eq!(of(r#"{"id":"1"}"#, Some(Kind::Concession), v2), (Kind::Concession, false));
        assert_eq!(of("3", None, v1), (Kind::Marche, true));
    }
}
