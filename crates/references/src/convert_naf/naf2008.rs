//! INSEE's six workbooks of 2008.

use std::path::Path;

use anyhow::Result;

use super::level::Level;
use super::tree::{List, Row, Tree, bad};
use super::workbook::{self, Rows, Value};

/// The first row of the table of five levels, in any order.
const HEADER: [&str; 5] = ["NIV5", "NIV4", "NIV3", "NIV2", "NIV1"];

/// There are 732 sub-classes; a sheet could repeat one without end.
const MOST_ROWS: usize = 10_000;

/// Letters of a cell that a message shows.
const MOST_SHOWN: usize = 100;

pub(super) fn read(folder: &Path) -> Result<Tree> {
    // Whether there is a folder at all is told before any file of it is missed.
    let rows = read_levels(&folder.join("naf2008_5_niveaux.xls"))?;
    let mut lists = Level::ALL.map(|_| List::default());
    for (level, list) in Level::ALL.into_iter().zip(&mut lists) {
        read_list(&folder.join(format!("naf2008_liste_n{}.xls", level.number())), level, list)?;
    }
    Tree::join(lists, rows)
}

fn read_levels(path: &Path) -> Result<Vec<Row>> {
    let mut rows = first_filled(path)?;
    let mut columns = [0; 5];
    if let Some(header) = workbook::next(&mut rows)? {
        for (column, name) in columns.iter_mut().zip(HEADER) {
            *column = find(header, name).ok_or_else(|| odd(path, &format!("its first row has no `{name}`")))?;
        }
    }
    let mut levels = Vec::new();
    while let Some(row) = workbook::next(&mut rows)? {
        let codes = Level::ALL.into_iter().rev().zip(columns);
        let codes: Vec<String> =
            codes.map(|(level, column)| code(level, row.value(column), row.number(), path)).collect::<Result<_>>()?;
        levels.push(Row::try_from(codes).expect("five levels give five codes"));
        if levels.len() > MOST_ROWS {
            return Err(odd(path, &format!("it has more than {MOST_ROWS} rows")));
        }
    }
    Ok(levels)
}

/// A title, then `Code` and `Libellé`, however many rows above them.
fn read_list(path: &Path, level: Level, list: &mut List) -> Result<()> {
    let mut rows = first_filled(path)?;
    let (code_at, label_at) = loop {
        let row = workbook::next(&mut rows)?.ok_or_else(|| odd(path, "no row of it says `Code` and `Libellé`"))?;
        if let Some(columns) = find(row, "Code").zip(find(row, "Libellé")) {
            break columns;
        }
    };
    while let Some(row) = workbook::next(&mut rows)? {
        let code = code(level, row.value(code_at), row.number(), path)?;
        let label = text(row.value(label_at)).ok_or_else(|| no_label(level, &code, path))?;
        list.add(level, code, label.to_owned(), path)?;
    }
    Ok(())
}

fn first_filled(path: &Path) -> Result<Rows> {
    let mut workbook = workbook::open(path)?;
    for sheet in 0..workbook.sheets().len() {
        if workbook::next(&mut workbook::rows(&mut workbook, sheet)?)?.is_some() {
            return workbook::rows(&mut workbook, sheet);
        }
    }
    Err(odd(path, "its sheets are empty"))
}

/// The column whose cell says this.
fn find(row: &workbook::Row, name: &str) -> Option<usize> {
    row.values().position(|cell| text(cell).is_some_and(|text| text.trim() == name))
}

/// A text that says something.
pub(super) fn text(cell: Value<'_>) -> Option<&str> {
    match cell {
        Value::Text(text) if !text.trim().is_empty() => Some(text),
        _ => None,
    }
}

pub(super) fn code(level: Level, cell: Value<'_>, row: u64, path: &Path) -> Result<String> {
    level.code(cell).ok_or_else(|| {
        let shown = match cell {
            Value::Text(text) => {
                format!("`{}`", text.trim().chars().take(MOST_SHOWN).collect::<String>().escape_debug())
            }
            Value::Number(number) => format!("the number {number}"),
            Value::Empty => "nothing".to_owned(),
            Value::Date(_) | Value::Truth(_) | Value::Error(_) => "something else".to_owned(),
        };
        bad(format!("row {row} of `{}` has {shown} for a {}", path.display(), level.name()))
    })
}

pub(super) fn no_label(level: Level, code: &str, path: &Path) -> anyhow::Error {
    bad(format!("{} `{code}` has no label in `{}`", level.name(), path.display()))
}

pub(super) fn odd(path: &Path, why: &str) -> anyhow::Error {
    bad(format!("`{}` is not as INSEE publishes it: {why}", path.display()))
}
