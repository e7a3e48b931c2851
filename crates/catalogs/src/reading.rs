//! Reading the values of one item: what cannot be read is left out, and told.

use jiff::Timestamp;
use serde_json::Value;

use crate::item::Finding;
use crate::values::date;

/// What was found out while an item was read.
#[derive(Debug)]
pub(crate) struct Reading {
    now: Timestamp,
    findings: Vec<Finding>,
}

impl Reading {
    /// Dates after `now` are in the future.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { now, findings: Vec::new() }
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// What stood there could not be taken over; contacts in it are masked.
    pub(crate) fn warn(&mut self, rule: &'static str, path: &'static str, value: impl AsRef<str>) {
        self.findings.push(Finding::new(rule).path(path).masked(value.as_ref()));
    }

    /// The same, where what stood there may be a person's.
    pub(crate) fn warn_quietly(&mut self, rule: &'static str, path: &'static str) {
        self.findings.push(Finding::new(rule).path(path));
    }

    /// An instant as the model writes it.
    pub(crate) fn instant(
        &mut self,
        value: &Value,
        path: &'static str,
        read: fn(&str) -> Option<Timestamp>,
    ) -> Option<String> {
        let text = text(value)?;
        let instant = read(&text);
        if instant.is_none() {
            self.warn("date.unreadable", path, text);
        }
        instant.map(date::show)
    }

    /// The same, of a moment that must have passed: of a change, for instance.
    pub(crate) fn past_instant(
        &mut self,
        value: &Value,
        path: &'static str,
        read: fn(&str) -> Option<Timestamp>,
    ) -> Option<String> {
        let shown = self.instant(value, path, read)?;
        let text = text(value)?;
        if read(&text).is_some_and(|instant| instant > self.now) {
            self.warn("date.future", path, text);
            return None;
        }
        Some(shown)
    }
}

/// The text of a value without the blanks around it; a number is its digits. None: blank, or of another shape.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The texts of a list, or the one that stands in place of a list.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().filter_map(text).collect(),
        value => text(value).into_iter().collect(),
    }
}

/// The elements of a list; of anything else there are none.
pub(crate) fn elements(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn any_shape_gives_a_text_or_nothing() {
        assert_eq!(text(&json!(" a ")).as_deref(), Some("a"));
        assert_eq!(text(&json!(12)).as_deref(), Some("12"));
        for value in [json!(null), json!(true), json!(["a"]), json!({}), json!("  ")] {
            assert_eq!(text(&value), None, "{value}");
        }
        assert_eq!(texts(&json!(["a", null, 3])), ["a", "3"]);
        assert_eq!(texts(&json!("a")), ["a"]);
    }

    #[test]
    fn what_is_no_moment_or_not_yet_is_told() {
        let mut reading = Reading::new("2024-01-01T00:00:00Z".parse().unwrap());
        let path = "/harvest/modified_at";
        assert_eq!(
            reading.past_instant(&json!("2023-05-01"), path, date::read).as_deref(),
            Some("2023-05-01T00:00:00Z")
        );
        assert_eq!(reading.past_instant(&json!("2024-05-01"), path, date::read), None);
        assert_eq!(reading.past_instant(&json!("hier"), path, date::read), None);
        assert_eq!(reading.past_instant(&json!(null), path, date::read), None);
        reading.warn("resource.url", "/resources/url", "mailto:contact@exemple.fr");
        assert_eq!(reading.findings[2].value.as_deref(), Some("mailto:[…]"));
        let rules: Vec<_> = reading.into_findings().into_iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, ["date.future", "date.unreadable", "resource.url"]);
    }
}
