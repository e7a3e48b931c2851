//! What a mapping file says, value by value, each with its line.

use std::fmt;
use std::path::{Path, PathBuf};

use step::{ExitCode, Failure};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value of a mapping file.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// From 1.
    pub line: usize,
    pub value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    /// As it is written.
    Number(String),
    /// As it is written, with `T` before a time.
    Date(String),
    Truth(bool),
    List(Vec<Setting>),
    Table(Table),
}

/// Keys and values, in the order in which they stand in the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    pub entries: Vec<(Key, Setting)>,
}

/// A key, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    pub line: usize,
    pub name: String,
}

/// What is wrong in a mapping file, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub line: Option<usize>,
    pub why: String,
}

/// What was read, or what is wrong.
pub type Parsed<T> = Result<T, Fault>;

impl Fault {
    /// A fault on a line; `why` is a clause.
    pub fn at(line: usize, why: impl Into<String>) -> Self {
        Self { line: Some(line), why: why.into() }
    }

    /// As a failure of the step: wrong configuration.
    #[must_use]
    pub fn of(self, file: &Path) -> anyhow::Error {
        let message = format!("could not read the mapping `{}`: {self}", file.display());
        Failure::new(ExitCode::Usage, message).hint("correct the mapping file there").into()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

impl Setting {
    /// What kind of value it is, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "a text",
            Value::Number(_) => "a number",
            Value::Date(_) => "a date",
            Value::Truth(_) => "true or false",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// # Errors
    /// When it is none.
    pub fn text(&self) -> Parsed<&str> {
        match &self.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.odd("a text")),
        }
    }

    /// # Errors
    /// When it is neither true nor false.
    pub fn truth(&self) -> Parsed<bool> {
        match self.value {
            Value::Truth(truth) => Ok(truth),
            _ => Err(self.odd("true or false")),
        }
    }

    /// A whole number from 1.
    ///
    /// # Errors
    /// When it is none.
    pub fn count(&self) -> Parsed<usize> {
        let number = match &self.value {
            Value::Number(number) => number.parse().ok(),
            _ => None,
        };
        number.filter(|number| *number > 0).ok_or_else(|| self.odd("a whole number from 1"))
    }

    /// # Errors
    /// When it is none.
    pub fn list(&self) -> Parsed<&[Setting]> {
        match &self.value {
            Value::List(list) => Ok(list),
            _ => Err(self.odd("a list")),
        }
    }

    /// A list of texts.
    ///
    /// # Errors
    /// When it is none.
    pub fn texts(&self) -> Parsed<Vec<String>> {
        self.list()?.iter().map(|item| item.text().map(str::to_owned)).collect()
    }

    /// A text, or a list of them.
    ///
    /// # Errors
    /// When it is neither.
    pub fn text_or_texts(&self) -> Parsed<Vec<String>> {
        match &self.value {
            Value::Text(text) => Ok(vec![text.clone()]),
            _ => self.texts(),
        }
    }

    /// # Errors
    /// When it is none.
    pub fn table(&self) -> Parsed<&Table> {
        match &self.value {
            Value::Table(table) => Ok(table),
            _ => Err(self.odd("a table")),
        }
    }

    /// That it should be something else.
    #[must_use]
    pub fn odd(&self, wanted: &str) -> Fault {
        Fault::at(self.line, format!("there should be {wanted}, not {}", self.kind()))
    }
}

impl Table {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.entries.iter().find(|(key, _)| key.name == name).map(|(_, setting)| setting)
    }

    /// # Errors
    /// When there is a key that none of `known` is.
    pub fn allow(&self, known: &[&str], what: &str) -> Parsed<()> {
        match self.entries.iter().find(|(key, _)| !known.contains(&key.name.as_str())) {
            None => Ok(()),
            Some((key, _)) => {
                Err(Fault::at(key.line, format!("{what} has no key `{}`; it has {}", key.name, known.join(", "))))
            }
        }
    }
}

/// Reads a mapping file's text.
pub(crate) fn read(text: &str) -> Parsed<Table> {
    let lines = Lines::of(text);
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map(|span| lines.at(span.start));
        Fault { line, why: error.message().to_owned() }
    })?;
    Ok(lines.table(table.get_ref()))
}

/// Where each line begins.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect())
    }

    fn at(&self, place: usize) -> usize {
        self.0.partition_point(|begin| *begin <= place)
    }

    fn table(&self, table: &DeTable<'_>) -> Table {
        let mut entries: Vec<(usize, Key, Setting)> = table
            .iter()
            .map(|(key, value)| {
                let place = key.span().start;
                let key = Key { line: self.at(place), name: key.get_ref().to_string() };
                (place, key, self.setting(value))
            })
            .collect();
        entries.sort_by_key(|(place, ..)| *place);
        Table { entries: entries.into_iter().map(|(_, key, setting)| (key, setting)).collect() }
    }

    fn setting(&self, value: &Spanned<DeValue<'_>>) -> Setting {
        let line = self.at(value.span().start);
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Value::Number(number.as_str().replace('_', "")),
            DeValue::Integer(number) => {
                let value = i128::from_str_radix(&number.as_str().replace('_', ""), number.radix());
                Value::Number(value.map(|value| value.to_string()).unwrap_or_default())
            }
            DeValue::Float(number) => Value::Number(number.as_str().replace('_', "")),
            DeValue::Boolean(truth) => Value::Truth(*truth),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(list) => Value::List(list.iter().map(|item| self.setting(item)).collect()),
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        Setting { line, value }
    }
}

/// Where a mapping file is, and what stands beside it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    pub(crate) file: PathBuf,
}

impl Place {
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_line_and_keys_their_order() {
        let table = read("b = 'x'\na = [1, 2024-02-29,\n true]\n[c.\"d e\"]\nf = 1_000.5\n").unwrap();
        let keys: Vec<_> =
            table.entries.iter().map(|(key, setting)| (key.name.as_str(), key.line, setting.line)).collect();
        assert_eq!(keys[..2], [("b", 1, 1), ("a", 2, 2)]);
        let list = table.get("a").unwrap().list().unwrap();
        assert_eq!((list[1].value.clone(), list[2].line), (Value::Date("2024-02-29".to_owned()), 3));
        let inner = table.get("c").unwrap().table().unwrap().get("d e").unwrap().table().unwrap();
        assert_eq!(inner.get("f").unwrap().value, Value::Number("1000.5".to_owned()));
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        for (text, line) in [("a = 1\nb = \n", 2), ("a = 1\na = 2", 2), ("a = 'x", 1), ("[a\n", 1)] {
            assert_eq!(read(text).unwrap_err().line, Some(line), "{text}");
        }
    }

    #[test]
    fn a_value_of_another_kind_is_told() {
        let table = read("a = 1\nb = ['x', 2]\nc = 0").unwrap();
        let said = |fault: Fault| fault.to_string();
        assert_eq!(said(table.get("a").unwrap().text().unwrap_err()), "line 1: there should be a text, not a number");
        assert_eq!(said(table.get("b").unwrap().texts().unwrap_err()), "line 2: there should be a text, not a number");
        assert!(table.get("c").unwrap().count().is_err());
        assert_eq!(said(table.allow(&["a", "b"], "it").unwrap_err()), "line 3: it has no key `c`; it has a, b");
    }
}
