//! Subcontracts, of 2.0 alone.

use crate::fault::{Fault, Tell};
use crate::value::{Decimal, Value};

use super::contract::{Contract, fault};
use super::{date, operator};

pub(super) fn judge(contract: &Contract<'_, '_>, tell: &mut Tell<'_>) {
    let acts = contract.get("actesSousTraitance").and_then(Value::as_list).unwrap_or_default();
    if !acts.is_empty() && contract.get("sousTraitanceDeclaree") == Some(&Value::Bool(false)) {
        tell(Fault::new("soustraitance.undeclared", "/actesSousTraitance"));
    }
    let mut known = vec![];
    contract.entries("actesSousTraitance", "acteSousTraitance", &mut |act, way| {
        date::judge_dates(contract, act, way, &["dateNotification", "datePublicationDonnees"], tell);
        if let Some(Value::Object(operator)) = act.get("sousTraitant") {
            operator::judge_operator(contract, operator, &way.key("sousTraitant"), tell);
        }
    });
    for act in acts.iter().filter_map(|act| act.get("acteSousTraitance")) {
        known.extend(act.get("id").and_then(Value::as_number));
    }
    contract.entries("modificationsActesSousTraitance", "modificationActeSousTraitance", &mut |change, way| {
        let keys = ["dateNotificationModificationSousTraitance", "datePublicationDonnees"];
        date::judge_dates(contract, change, way, &keys, tell);
        if let Some(Value::Number(id)) = change.get("id")
            && !known.contains(&Decimal::read(id))
        {
            fault("soustraitance.unknown_act", &way.key("id"), &Value::number(id.as_ref()), tell);
        }
    });
}
