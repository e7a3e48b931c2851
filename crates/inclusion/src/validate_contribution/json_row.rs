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
    let mut says_something = false;
    let mut ignored = None;
    let mut is_first = true;
    while !scan.ends(b'}', is_first)? {
        is_first = false;
        let key = scan.key()?;
        let value = scan.value(1)?;
        if care == Care::Plain && is_nested(&value) {
            return Err(Stop::Odd);
        }
        says_something = says_something || !value.is_blank();
        match list.position(&key) {
            Some(field) => {
                if row.values[field].replace(value).is_some() && care == Care::Plain {
                    return Err(Stop::Odd);
                }
            }
            None if key == IGNORE => ignored = Some(!value.is_blank() && says_yes(&value.shown())),
            None => {
                let met = unknown.meet(&key, number);
                let is_plain = matches!(met, Met::Before) || (met == Met::First && !names_services(&key));
                if care == Care::Plain && !is_plain {
                    return Err(Stop::Odd);
                }
            }
        }
    }
    row.nature = match ignored {
        _ if !says_something => Nature::Blank,
        Some(true) => Nature::Ignored,
        ignored => Nature::Data { may_lack_source: ignored.is_some() },
    };
    Ok(row)
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
