//! What a contract is about, and the lists of choices that say how it was made.

use crate::cpv::{Cpv, Known};
use crate::fault::{Fault, Tell};
use crate::value::Value;
use crate::way::Way;

use super::contract::{Contract, fault};

/// Lists of which one value says that none of the others applies.
const CHOICES: [(&str, &str); 4] = [
    ("techniques", "technique"),
    ("modalitesExecution", "modaliteExecution"),
    ("considerationsSociales", "considerationSociale"),
    ("considerationsEnvironnementales", "considerationEnvironnementale"),
];

pub(super) fn judge(contract: &Contract<'_, '_>, tell: &mut Tell<'_>) {
    if let Some(objet) = contract.text("objet") {
        judge_objet(objet, tell);
    }
    if let Some(code) = contract.text("codeCPV") {
        judge_code(code, contract.cpv, tell);
    }
    if contract.version.is_2_0() {
        judge_shares(contract, tell);
        CHOICES.into_iter().for_each(|(outer, inner)| judge_choice(contract, outer, inner, tell));
    }
}

pub(super) fn judge_objet(objet: &str, tell: &mut Tell<'_>) {
    if objet.trim().is_empty() {
        tell(Fault::new("text.empty", "/objet").value(objet));
    }
}

pub(super) fn judge_code(code: &str, cpv: &Cpv, tell: &mut Tell<'_>) {
    match cpv.find(code) {
        Some(Known::No) => tell(Fault::new("cpv.unknown", "/codeCPV").value(code)),
        Some(Known::OtherKey) => tell(Fault::new("cpv.check_digit", "/codeCPV").value(code)),
        Some(Known::Yes) | None => {}
    }
}

fn judge_shares(contract: &Contract<'_, '_>, tell: &mut Tell<'_>) {
    let number = |key| contract.get(key).and_then(Value::as_number);
    if let (Some(france), Some(union)) = (number("origineFrance"), number("origineUE"))
        && let Some(value) = contract.get("origineFrance")
        && france > union
    {
        fault("origine.order", &Way::Root.key("origineFrance"), value, tell);
    }
    if let (Some(share), Some(Value::Bool(false))) = (number("tauxAvance"), contract.get("attributionAvance"))
        && let Some(value) = contract.get("tauxAvance")
        && !share.is_zero()
        && !share.is_negative()
    {
        fault("avance.inconsistent", &Way::Root.key("tauxAvance"), value, tell);
    }
}

fn judge_choice(contract: &Contract<'_, '_>, outer: &str, inner: &str, tell: &mut Tell<'_>) {
    let Some(list) = contract.get(outer).and_then(|choices| choices.get(inner)).and_then(Value::as_list) else {
        return;
    };
    let is_none = |value: &Value<'_>| {
        value.as_text().is_some_and(|text| text == "Sans objet" || text.starts_with("Pas de considération"))
    };
    if list.iter().any(is_none) && !list.iter().all(is_none) {
        tell(Fault::new("choix.contradiction", Way::Root.key(outer).key(inner).pointer()));
    }
}
