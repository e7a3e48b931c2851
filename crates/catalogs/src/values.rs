//! Values, read the same way in every dialect: a text that a portal wrote, to the word, date or number of the model.
//!
//! A function here gives nothing where it cannot read; the dialect tells of it, with the field's path.

pub(crate) mod checksum;
pub(crate) mod contact;
pub(crate) mod date;
pub(crate) mod doi;
pub(crate) mod frequency;
pub(crate) mod html;
pub(crate) mod licence;
pub(crate) mod schema;
pub(crate) mod size;
pub(crate) mod spatial;
pub(crate) mod tag;
pub(crate) mod temporal;
pub(crate) mod web_address;

/// The rows of a table of cases, for the tests of the rules.
#[cfg(test)]
pub(crate) fn rows(table: &str) -> Vec<Row> {
    #[derive(serde::Deserialize)]
    struct Table {
        rows: Vec<Row>,
    }
    let path = trial::data(format!("catalogs/rules/{table}.json"));
    let text = std::fs::read(&path).expect("the table can be read");
    serde_json::from_slice::<Table>(&text).expect("the table is valid").rows
}

/// What stands in a portal's answer, and what it means.
#[cfg(test)]
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Row {
    pub(crate) input: Option<String>,
    pub(crate) expected: serde_json::Value,
}

#[cfg(test)]
impl Row {
    pub(crate) fn text(&self) -> &str {
        self.input.as_deref().unwrap_or_default()
    }
}
