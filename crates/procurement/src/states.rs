//! What a contract was after each of its modifications: each says what it changes, the rest stays.

use std::borrow::Cow;

use crate::kind::Kind;
use crate::value::Value;

/// The columns of the file of states.
pub(crate) const HEADER: [&str; 8] =
    ["record", "acheteur", "id", "modification", "date", "montant", "dureeMois", "titulaires"];

/// What a contract was from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct State<'c> {
    pub(crate) date: Cow<'c, str>,
    pub(crate) amount: Cow<'c, str>,
    pub(crate) months: Cow<'c, str>,
    /// `TYPE:ID` of each, with `|` between them.
    pub(crate) operators: String,
}

/// The states of a contract: the first one, then one after each modification, by day, day of publication and number.
pub(crate) fn states<'c>(kind: Kind, contract: &'c Value<'_>) -> Vec<State<'c>> {
    let first = State::default().changed_by(contract, kind, kind.date_key());
    let change_date = if kind.is_concession() { "dateSignatureModification" } else { "dateNotificationModification" };
    let mut changes: Vec<_> = modifications(contract).collect();
    // Stable: what says the same in all three keeps the order of the file.
    changes.sort_by_cached_key(|change| {
        let text = |key: &str| day(shown(change.get(key)));
        let id = change.get("id").and_then(Value::as_number).and_then(|id| id.whole_digits(18));
        let id = id.and_then(|digits| digits.parse::<u64>().ok()).unwrap_or(0);
        (text(change_date), text("datePublicationDonneesModification"), id)
    });
    let mut states = vec![first];
    for change in changes {
        let before = states.last().cloned().unwrap_or_default();
        states.push(before.changed_by(change, kind, change_date));
    }
    states
}

/// The modifications of a contract, whichever version wrote them.
pub(crate) fn modifications<'c, 'v>(contract: &'c Value<'v>) -> impl Iterator<Item = &'c Value<'v>> {
    let list = contract.get("modifications").and_then(Value::as_list).unwrap_or_default();
    list.iter().map(|item| inside(item, "modification")).filter(|item| item.as_object().is_some())
}

/// The operators of a contract or of a modification, whichever version wrote them.
pub(crate) fn operators<'c, 'v>(kind: Kind, of: &'c Value<'v>) -> Option<impl Iterator<Item = &'c Value<'v>>> {
    let name = if kind.is_concession() { "concessionnaire" } else { "titulaire" };
    let list = of.get(kind.operators_key()).and_then(Value::as_list)?;
    Some(list.iter().map(move |item| inside(item, name)))
}

/// What stands in the object in which 2.0 wraps each item of a list.
fn inside<'c, 'v>(item: &'c Value<'v>, name: &str) -> &'c Value<'v> {
    item.get(name).unwrap_or(item)
}

impl<'c> State<'c> {
    /// The state after what `change` says; the day is its own.
    fn changed_by(self, change: &'c Value<'_>, kind: Kind, date_key: &str) -> Self {
        let given = |key: &str| Some(shown(change.get(key))).filter(|text| !text.is_empty());
        let operators = operators(kind, change).map(|all| all.map(named).collect::<Vec<_>>().join("|"));
        Self {
            date: given(date_key).unwrap_or_default(),
            amount: given(kind.amount_key()).unwrap_or(self.amount),
            months: given("dureeMois").unwrap_or(self.months),
            operators: operators.filter(|text| !text.is_empty()).unwrap_or(self.operators),
        }
    }
}

fn named(operator: &Value<'_>) -> String {
    format!("{}:{}", shown(operator.get("typeIdentifiant")), shown(operator.get("id")))
}

/// A single value as a cell; none of what is no single value.
pub(crate) fn shown<'c>(value: Option<&'c Value<'_>>) -> Cow<'c, str> {
    match value {
        Some(Value::Text(text)) => Cow::Borrowed(text),
        Some(number @ Value::Number(_)) => Cow::Owned(number.to_json()),
        _ => Cow::Borrowed(""),
    }
}

/// The day of a date: what follows it, such as a zone, does not count.
pub(crate) fn day(text: Cow<'_, str>) -> String {
    text.get(..10).unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[trial::test_with_data]
    fn every_case_has_the_states_expected() {
        let text = std::fs::read_to_string(trial::data("procurement/cases/states.jsonl")).unwrap();
        for line in text.lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let kind = if case["contract"]["acheteur"].is_null() { Kind::Concession } else { Kind::Marche };
            let json = case["contract"].to_string();
            let contract = Value::parse(&json).unwrap();
            let found: Vec<_> = states(kind, &contract)
                .into_iter()
                .enumerate()
                .map(|(nth, state)| {
                    serde_json::json!({
                        "date": state.date,
                        "montant": state.amount.parse::<f64>().unwrap(),
                        "dureeMois": state.months.parse::<u64>().unwrap(),
                        "titulaires": state.operators.split('|').collect::<Vec<_>>(),
                        "modification": nth,
                    })
                })
                .collect();
            let mut expected = case["expect"]["states"].as_array().unwrap().clone();
            expected.iter_mut().for_each(|state| state["montant"] = state["montant"].as_f64().unwrap().into());
            assert_eq!(found, expected, "{}", case["case"]);
        }
    }

    #[test]
    fn what_is_of_another_type_changes_nothing() {
        let json = r#"{"dateNotification":1,"montant":"x","titulaires":[{"titulaire":{"id":"1"}},2,null],
            "modifications":[1,{"montant":null,"titulaires":[]},{"modification":{"id":"b","montant":2.50,"dureeMois":[]}}]}"#;
        let contract = Value::parse(json).unwrap();
        let states = states(Kind::Marche, &contract);
        let told: Vec<_> = states.iter().map(|one| (&*one.date, &*one.amount, &*one.months, &*one.operators)).collect();
        assert_eq!(told, [("1", "x", "", ":1|:|:"), ("", "x", "", ":1|:|:"), ("", "2.5", "", ":1|:|:")]);
    }
}
