//! The identifiers of operators, and of buyers.

use codes::{Flaw, Siret};

use crate::fault::{Fault, Tell};
use crate::value::{Object, Value};
use crate::way::Way;

use super::contract::Contract;

pub(super) fn judge(contract: &Contract<'_, '_>, tell: &mut Tell<'_>) {
    let (key, wrapper) = match contract.kind.is_concession() {
        true => ("concessionnaires", "concessionnaire"),
        false => ("titulaires", "titulaire"),
    };
    contract.entries(key, wrapper, &mut |operator, way| judge_operator(contract, operator, way, tell));
}

pub(super) fn judge_operator(contract: &Contract<'_, '_>, operator: &Object<'_>, way: &Way<'_>, tell: &mut Tell<'_>) {
    let Some(id) = operator.get("id").and_then(Value::as_text) else { return };
    let kind = operator.get("typeIdentifiant").and_then(Value::as_text);
    judge_identifier(id, kind, contract.buyer, &way.key("id"), tell);
}

/// The identifier of an operator, and what type it is said to be.
pub(crate) fn judge_identifier(id: &str, kind: Option<&str>, buyer: Option<&str>, way: &Way<'_>, tell: &mut Tell<'_>) {
    let mut tell_id = |rule| way.with_pointer(|path| tell(Fault::new(rule, path).value(id)));
    if id.trim().is_empty() {
        tell_id("id.empty");
        return;
    }
    if buyer == Some(id) {
        tell_id("titulaire.is_acheteur");
    }
    match kind {
        Some("SIRET") if !is_14_digits(id) => tell_id("siret.format"),
        Some("SIRET") => judge_siret(id, way, tell),
        Some("TVA") if !is_tva(id) => tell_id("tva.format"),
        _ => {}
    }
}

/// What can be said of a number of 14 digits; of any other nothing.
pub(super) fn judge_siret(siret: &str, way: &Way<'_>, tell: &mut Tell<'_>) {
    if !is_14_digits(siret) {
        return;
    }
    if siret.starts_with("000000000") {
        way.with_pointer(|path| tell(Fault::new("siret.zeros", path).value(siret)));
    }
    if !is_siret_key_right(siret) {
        way.with_pointer(|path| tell(Fault::new("siret.luhn", path).value(siret)));
    }
}

/// Whether the key of 14 digits fits them.
fn is_siret_key_right(siret: &str) -> bool {
    !matches!(Siret::check(siret), Err(Flaw::Key(_)))
}

fn is_14_digits(id: &str) -> bool {
    id.len() == 14 && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// Two capitals, then 2 to 13 of digits, capitals, `+` and `*`.
fn is_tva(id: &str) -> bool {
    let Some((country, number)) = id.split_at_checked(2) else { return false };
    country.bytes().all(|byte| byte.is_ascii_uppercase())
        && (2..=13).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || matches!(byte, b'+' | b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[trial::test_with_data]
    fn keys_of_sirets_are_right_or_not() {
        let text = std::fs::read_to_string(trial::data("procurement/cases/siret.jsonl")).unwrap();
        for case in text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()) {
            assert_eq!(is_siret_key_right(case["siret"].as_str().unwrap()), case["right"], "{case}");
        }
    }

    #[test]
    fn vat_numbers_have_a_country_and_a_number() {
        assert!(["DE814864138", "FR12+*", "BE01"].into_iter().all(is_tva));
        assert!(
            ["99999999999", "FR1", "fr1234", "FR123 456", "FR12345678901234", "É1234", ""]
                .into_iter()
                .all(|id| !is_tva(id))
        );
    }
}
