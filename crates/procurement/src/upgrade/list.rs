//! Lists on their way to 2.0, where each item stands in an object of its own.

use crate::fault::{Fault, Tell};
use crate::value::{Object, Value};

use super::DERIVED;
use super::part::{lose, pointer, with_members, without_zone};

/// What a list holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum List {
    /// Operators, by the name of one.
    Operators(&'static str),
    /// Changes of a contract, whose day and amount are called so.
    Changes {
        date: &'static str,
        amount: &'static str,
    },
    /// What a year of a concession was like.
    Years,
    Tarifs,
}

impl List {
    /// What is no list stays as it is: the verdict tells.
    pub(super) fn upgrade<'a>(self, value: Value<'a>, path: &str, tell: &mut Tell<'_>) -> Value<'a> {
        let Value::List(items) = value else { return value };
        let numbers = self.numbers(&items);
        let items = items.into_iter().enumerate().map(|(at, item)| {
            let number = numbers.as_ref().map(|numbers| numbers[at]);
            self.item(item, &format!("{path}/{at}"), number, tell)
        });
        Value::List(items.collect())
    }

    fn item<'a>(self, item: Value<'a>, path: &str, number: Option<usize>, tell: &mut Tell<'_>) -> Value<'a> {
        let name = match self {
            Self::Operators(name) => name,
            Self::Changes { .. } => "modification",
            Self::Years => "donneesAnnuelles",
            Self::Tarifs => "tarif",
        };
        // Some publishers wrap items in 1.x already.
        let (item, before) = match item {
            Value::Object(mut object) if object.len() == 1 && object.get(name).is_some_and(is_object) => {
                (object.remove(name).unwrap_or(Value::Null), pointer(path, name))
            }
            other => (other, path.to_owned()),
        };
        let now = pointer(path, name);
        let item = match (self, item) {
            (Self::Operators(_), item) => operator(item, &before, &now, tell),
            (Self::Changes { date, amount }, Value::Object(change)) => {
                Value::Object(changed(change, (date, amount), number, &before, &now, tell))
            }
            (Self::Years, item) => year(item, &before, &now, tell),
            (_, other) => other,
        };
        Value::Object(Object::from_iter([(name.into(), item)]))
    }

    /// The number of each change, from 1: by its day, then that of its publication, then its place.
    fn numbers(self, items: &[Value<'_>]) -> Option<Vec<usize>> {
        let Self::Changes { date, .. } = self else { return None };
        let text = |item: &Value<'_>, key: &str| {
            let item = item.get("modification").unwrap_or(item);
            item.get(key).and_then(Value::as_text).unwrap_or_default().to_owned()
        };
        let key = |at: &usize| (text(&items[*at], date), text(&items[*at], "datePublicationDonneesModification"), *at);
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by_cached_key(key);
        let mut numbers = vec![0; items.len()];
        order.into_iter().enumerate().for_each(|(nth, at)| numbers[at] = nth + 1);
        Some(numbers)
    }
}

fn is_object(value: &Value<'_>) -> bool {
    value.as_object().is_some()
}

/// An operator without its name; the type of a European number is called otherwise.
fn operator<'a>(item: Value<'a>, before: &str, now: &str, tell: &mut Tell<'_>) -> Value<'a> {
    let mut item = with_members(item, before, &["typeIdentifiant", "id"], tell);
    if let Some(kind) = item.as_object_mut().and_then(|operator| operator.get_mut("typeIdentifiant"))
        && kind.as_text() == Some("UE")
    {
        *kind = Value::text("TVA");
        tell(Fault::new(DERIVED, pointer(now, "typeIdentifiant")).value("UE").to("TVA"));
    }
    item
}

fn changed<'a>(
    mut old: Object<'a>,
    (date, amount): (&'static str, &'static str),
    number: Option<usize>,
    before: &str,
    now: &str,
    tell: &mut Tell<'_>,
) -> Object<'a> {
    let mut new = Object::with_capacity(6);
    match (old.remove("id"), number) {
        (Some(id), _) => new.push("id", id),
        (None, Some(number)) => {
            let number = number.to_string();
            tell(Fault::new(DERIVED, pointer(now, "id")).to(number.as_str()));
            new.push("id", Value::number(number));
        }
        (None, None) => {}
    }
    for key in [date, "datePublicationDonneesModification"] {
        if let Some(value) = old.remove(key) {
            new.push(key, without_zone(value, &pointer(now, key), tell));
        }
    }
    for key in ["dureeMois", amount] {
        if let Some(value) = old.remove(key) {
            new.push(key, value);
        }
    }
    // Operators of a concession do not change.
    if amount == "montant"
        && let Some(operators) = old.remove("titulaires")
        && !operators.as_list().is_some_and(<[_]>::is_empty)
    {
        new.push("titulaires", inner(operators, "titulaires", List::Operators("titulaire"), (before, now), tell));
    }
    old.into_iter().for_each(|(key, value)| lose(&pointer(before, &key), &value, tell));
    new
}

/// A year of a concession, with its list of prices.
fn year<'a>(item: Value<'a>, before: &str, now: &str, tell: &mut Tell<'_>) -> Value<'a> {
    let mut item =
        with_members(item, before, &["datePublicationDonneesExecution", "depensesInvestissement", "tarifs"], tell);
    if let Some(year) = item.as_object_mut() {
        if let Some(date) = year.get_mut("datePublicationDonneesExecution") {
            let taken = std::mem::replace(date, Value::Null);
            *date = without_zone(taken, &pointer(now, "datePublicationDonneesExecution"), tell);
        }
        if let Some(tarifs) = year.get_mut("tarifs") {
            let taken = std::mem::replace(tarifs, Value::Null);
            *tarifs = inner(taken, "tarifs", List::Tarifs, (before, now), tell);
        }
    }
    item
}

/// A list inside an item: what it loses has a path of the input, what is derived one of the output.
fn inner<'a>(value: Value<'a>, key: &str, list: List, (before, now): (&str, &str), tell: &mut Tell<'_>) -> Value<'a> {
    let (before, now) = (pointer(before, key), pointer(now, key));
    list.upgrade(value, &now, &mut |fault: Fault<'_>| {
        let is_of_input = fault.rule == super::LOST;
        match fault.path.strip_prefix(now.as_str()).filter(|_| is_of_input).map(|rest| format!("{before}{rest}")) {
            Some(path) => tell(Fault { path: path.into(), ..fault }),
            None => tell(fault),
        }
    })
}
