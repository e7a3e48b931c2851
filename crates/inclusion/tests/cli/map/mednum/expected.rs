//! What a record should give by the rules of its producer: found out here once more, without our language.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::configuration::{Configuration, List, Rule};

type Record = BTreeMap<String, Value>;

impl Configuration {
    /// The identifier, as it is written.
    pub(super) fn id(&self, record: &Record) -> String {
        let own = match self.column("id") {
            Some(column) => text(record, column),
            None => text(record, self.column("nom").unwrap()).trim().to_owned(),
        };
        format!("{}--{own}", self.name)
    }

    /// Fields whose values need no repair, and what they should be.
    pub(super) fn expected(&self, record: &Record, list: List) -> Vec<(String, Value)> {
        let mut expected: Vec<(String, Value)> = Vec::new();
        let mut closed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (field, rule) in self.rules(list) {
            let values = closed.entry(field).or_default();
            if rule.holds(record) && !values.contains(&rule.target) {
                values.push(rule.target);
            }
        }
        for (field, values) in closed {
            let value = match (field, values.as_slice()) {
                (_, []) => Value::Null,
                ("frais", values) => match values.iter().any(|value| value == "payant") {
                    true => json!("payant"),
                    false => json!(values[0]),
                },
                (_, values) => json!(values),
            };
            expected.push((field.to_owned(), value));
        }
        if let Some(column) = self.single(list).get("commune") {
            let commune = text(record, column);
            expected.push(("commune".to_owned(), if commune.trim().is_empty() { Value::Null } else { json!(commune) }));
        }
        if let Some((columns, with)) = self.address() {
            let parts: Vec<String> = columns
                .iter()
                .map(|column| text(record, column).trim().to_owned())
                .filter(|part| !part.is_empty())
                .collect();
            let address = parts.join(with);
            let is_plain = !address.contains(['<', '&']);
            if is_plain {
                expected.push(("adresse".to_owned(), if address.is_empty() { Value::Null } else { json!(address) }));
            }
        }
        expected.extend(self.coordinates(record));
        expected
    }

    fn coordinates(&self, record: &Record) -> Vec<(String, Value)> {
        let number = |field: &str| {
            let (column, split) = self.coordinate(field)?;
            let cell = text(record, column);
            let cell = split.map_or(Some(cell.as_str()), |(split, part)| cell.split(split).nth(part))?;
            cell.trim().replace(',', ".").parse::<f64>().ok()
        };
        let Some((x, y)) = number("longitude").zip(number("latitude")).filter(|_| !self.is_planar()) else {
            return vec![];
        };
        let is_of_france = |x: f64, y: f64| (-5.5..=10.0).contains(&x) && (41.0..=51.5).contains(&y);
        let (x, y) = if !is_of_france(x, y) && is_of_france(y, x) { (y, x) } else { (x, y) };
        vec![("longitude".to_owned(), json!(x)), ("latitude".to_owned(), json!(y))]
    }
}

impl Rule {
    fn holds(&self, record: &Record) -> bool {
        if self.columns.is_empty() {
            return true;
        }
        let cells: BTreeSet<String> = self.columns.iter().map(|column| plain(&text(record, column))).collect();
        let has = |terms: &[String]| terms.iter().any(|term| cells.iter().any(|cell| cell.contains(&plain(term))));
        match self.terms.is_empty() {
            true => cells.iter().any(|cell| !cell.is_empty()),
            false => has(&self.terms) && !has(&self.except),
        }
    }
}

/// A cell as text.
fn text(record: &Record, column: &str) -> String {
    match record.get(column) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Without case, accents of French, and more blanks than one.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let letters = lower.chars().map(|letter| match letter {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        letter => letter,
    });
    letters.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
