//! A record of JSON, its values as they are.

use crate::lists::says_yes;
use crate::schema::List;
use crate::verdict::Value;

use super::row::{Nature, Row};
use super::scan::{Scan, Stop};
use super::unknown::{Met, Unknown};

/// The template's column.
const IGNORE: &str = "__ignore__";

/// Who reads records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    /// Everything that is JSON.
    All,
    /// Plain records alone: no name twice, nothing nested, no name of the other list.
    Plain,
}

/// What of a record is no value of a field.
#[derive(Debug, Default)]
struct Aside {
    says_something: bool,
    /// What the template's column says, if it is there.
    ignored: Option<bool>,
}

/// Reads the record that comes next.
pub(super) fn read<'t>(
    scan: &mut Scan<'t>,
    list: &List,
    unknown: &mut Unknown,
    care: Care,
    (number, line): (u64, u64),
) -> Result<Row<'t>, Stop> {
    let mut row = Row { number, line, values: vec![], nature: Nature::Other };
    if scan.peek()? != b'{' {
        if scan.value(0)? == Value::Null {
            row.nature = Nature::Blank;
        }
        return Ok(row);
    }
    row.values.resize(list.fields.len(), None);
    scan.pass(b'{')?;
    let mut aside = Aside::default();
    let mut is_first = true;
    while !scan.ends(b'}', is_first)? {
        is_first = false;
        let (key, value) = (scan.key()?, scan.value(1)?);
        aside.says_something = aside.says_something || !value.is_blank();
        match list.position(&key) {
            Some(field) => take(&mut row.values[field], value, care)?,
            None if key == IGNORE => aside.ignored = Some(!value.is_blank() && says_yes(&value.shown())),
            None => meet(&key, &value, number, unknown, care)?,
        }
    }
    row.nature = match aside.ignored {
        _ if !aside.says_something => Nature::Blank,
        Some(true) => Nature::Ignored,
        ignored => Nature::Data { may_lack_source: ignored.is_some() },
    };
    Ok(row)
}

/// Keeps the value of a field; of two under one name the last.
fn take<'t>(field: &mut Option<Value<'t>>, value: Value<'t>, care: Care) -> Result<(), Stop> {
    if care == Care::Plain && is_nested(&value) {
        return Err(Stop::Odd);
    }
    match field.replace(value) {
        Some(_) if care == Care::Plain => Err(Stop::Odd),
        _ => Ok(()),
    }
}

/// Notes a name that the schema lacks.
fn meet(name: &str, value: &Value<'_>, number: u64, unknown: &mut Unknown, care: Care) -> Result<(), Stop> {
    let is_plain = match unknown.meet(name, number) {
        Met::Before => true,
        Met::First => !names_services(name),
        Met::Twice | Met::TooMany => false,
    };
    match care == Care::Plain && (!is_plain || is_nested(value)) {
        true => Err(Stop::Odd),
        false => Ok(()),
    }
}

fn is_nested(value: &Value<'_>) -> bool {
    match value {
        Value::Object(_) => true,
        Value::List(values) => values.iter().any(|value| matches!(value, Value::Object(_) | Value::List(_))),
        _ => false,
    }
}

/// Whether a name that structures lack makes a list one of services.
fn names_services(name: &str) -> bool {
    tables::fold(name) == "structure_id"
}
