//! How often data are updated: Dublin Core's and the European Union's vocabularies, and data.gouv.fr's own words.

use std::sync::LazyLock;

use foldhash::HashMap;
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    uri: HashMap<String, String>,
    literal_case_insensitive: HashMap<String, String>,
    data_gouv_id: Vec<String>,
    legacy_id: HashMap<String, String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../data/frequency.json")).expect("the table of frequencies is valid")
});

/// The frequency that an address or a word names; http and https are the same vocabulary, the case of a word is nothing.
pub(crate) fn read(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let address = match text.strip_prefix("https://") {
        Some(rest) => TABLE.uri.get(&format!("http://{rest}")),
        None => TABLE.uri.get(text),
    };
    address.or_else(|| TABLE.literal_case_insensitive.get(&text.to_lowercase())).map(String::as_str)
}

/// [`read`], and the identifiers of data.gouv.fr, today's and those of before.
pub(crate) fn read_any(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let own = || TABLE.data_gouv_id.iter().find(|id| id.eq_ignore_ascii_case(text)).map(String::as_str);
    let legacy = || TABLE.legacy_id.iter().find(|(id, _)| id.eq_ignore_ascii_case(text)).map(|(_, now)| now.as_str());
    read(text).or_else(own).or_else(legacy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::rows;

    #[trial::test_with_data]
    fn every_row_of_the_frequencies() {
        for row in rows("frequency_inputs") {
            assert_eq!(read(row.text()), row.expected.as_str(), "{row:?}");
        }
    }

    #[test]
    fn what_a_portal_of_today_or_before_says() {
        assert_eq!(read_any("fortnighly"), Some("biweekly"));
        assert_eq!(read_any("fifteenMinutes"), Some("fifteenMinutes"));
        assert_eq!(read_any("tous les jours"), None);
        assert_eq!(read("fortnighly"), None);
        assert_eq!(read(""), None);
    }
}
