//! What was changed after a contract came into force.

use crate::fault::{Fault, Tell};
use crate::value::{Decimal, Object, Value};
use crate::version::Version;
use crate::way::Way;

use super::contract::{Contract, entries};
use super::{amount, date, operator, reading};

const PUBLICATION: &str = "datePublicationDonneesModification";

pub(super) fn judge(contract: &Contract<'_, '_>, tell: &mut Tell<'_>) {
    contract.entries("modifications", "modification", &mut |modification, way| {
        judge_modification(contract, modification, way, tell);
    });
    if contract.version.is_2_0() && !is_in_sequence(contract) {
        tell(Fault::new("modification.sequence", "/modifications"));
    }
}

/// The date on which a modification came into force: 1.0 and 1.1 called it the same in both kinds.
fn date_key(contract: &Contract<'_, '_>) -> &'static str {
    match contract.kind.is_concession() || contract.version <= Version::V1_1_5 {
        true => "dateSignatureModification",
        false => "dateNotificationModification",
    }
}

fn judge_modification(contract: &Contract<'_, '_>, modification: &Object<'_>, way: &Way<'_>, tell: &mut Tell<'_>) {
    let key = date_key(contract);
    date::judge_dates(contract, modification, way, &[key, PUBLICATION], tell);
    let text = modification.get(key).and_then(Value::as_text);
    if let (Some(text), Some(in_force)) = (text, contract.in_force)
        && reading::day_of(text).is_some_and(|day| day < in_force)
    {
        tell(Fault::new("modification.before_notification", way.key(key).pointer()).value(text));
    }
    amount::judge_amount(contract, modification, way, tell);
    amount::judge_duration(modification, way, tell);
    let operators = contract.kind.operators_key();
    let changes = ["dureeMois", contract.kind.amount_key(), operators];
    if !changes.into_iter().any(|key| modification.contains(key)) {
        tell(Fault::new("modification.empty", way.pointer()));
    }
    let wrapper = operators.trim_end_matches('s');
    entries(modification, &way.key(operators), contract.version, wrapper, &mut |operator, way| {
        operator::judge_operator(contract, operator, way, tell);
    });
}

/// Whether no number comes twice, and the days, sorted by number, do not go back.
fn is_in_sequence(contract: &Contract<'_, '_>) -> bool {
    let mut all = vec![];
    let list = contract.get("modifications").and_then(Value::as_list).unwrap_or_default();
    for item in list {
        let Some(modification) = item.get("modification") else { continue };
        let day = modification.get(date_key(contract)).and_then(Value::as_text).and_then(reading::day_of);
        if let Some(Value::Number(id)) = modification.get("id") {
            all.push((Decimal::read(id), day));
        }
    }
    all.sort_by_key(|(id, _)| *id);
    let days: Vec<_> = all.iter().filter_map(|(_, day)| *day).collect();
    all.windows(2).all(|pair| pair[0].0 != pair[1].0) && days.is_sorted()
}
