//! What bringing contracts to 2.0 gave, lost and left open, by place: the report's `upgrade`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::fault::Fault;

/// Places that are told apart. Names that an input invents by the thousand are not.
const MOST_PLACES: usize = 10_000;

/// Counts by place, with `#` for indexes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Upgraded {
    derived: BTreeMap<String, u64>,
    missing: BTreeMap<String, u64>,
    lost: BTreeMap<String, u64>,
}

impl Upgraded {
    /// Counts what is told of an upgrade, and of judging what came of it; all else is left alone.
    pub(crate) fn add(&mut self, fault: &Fault<'_>) {
        let counts = match fault.rule {
            "upgrade.derived" => &mut self.derived,
            "upgrade.lost" => &mut self.lost,
            "schema.required" => &mut self.missing,
            _ => return,
        };
        let place = template(&fault.path);
        if counts.len() < MOST_PLACES || counts.contains_key(&place) {
            *counts.entry(place).or_insert(0) += 1;
        }
    }
}

fn template(path: &str) -> String {
    let is_index = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    path.split('/').map(|name| if is_index(name) { "#" } else { name }).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_whatever_their_index() {
        let mut upgraded = Upgraded::default();
        for (rule, path) in [
            ("upgrade.lost", "/titulaires/0/denominationSociale"),
            ("upgrade.lost", "/titulaires/12/denominationSociale"),
            ("upgrade.derived", "/nature"),
            ("schema.required", "/ccag"),
            ("schema.type", "/ccag"),
        ] {
            upgraded.add(&Fault::new(rule, path));
        }
        assert_eq!(
            serde_json::to_value(&upgraded).unwrap(),
            serde_json::json!({ "derived": { "/nature": 1 }, "missing": { "/ccag": 1 }, "lost": { "/titulaires/#/denominationSociale": 2 } })
        );
    }
}
