//! INSEE's six workbooks of 2008.

use std::path::Path;

use anyhow::Result;

use super::level::Level;
use super::tree::{List, Row, Tree, bad};
use super::workbook::{Cell, Sheet, read_xls};

/// The first row of the table of five levels, in any order.
const HEADER: [&str; 5] = ["NIV5", "NIV4", "NIV3", "NIV2", "NIV1"];

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
    let sheets = read_xls(path)?;
    let sheet = first_filled(&sheets, path)?;
    let mut rows = sheet.numbered();
    let header = rows.next().map(|(_, row)| row).unwrap_or_default();
    let mut columns = [0; 5];
    for (column, name) in columns.iter_mut().zip(HEADER) {
        let at = header.iter().position(|cell| cell.text() == Some(name));
        *column = at.ok_or_else(|| odd(path, &format!("its first row has no `{name}`")))?;
    }
    let row = |(number, row): (usize, &[Cell])| {
        let levels = Level::ALL.into_iter().rev().zip(columns);
        let codes: Vec<String> = levels
            .map(|(level, column)| code(level, row.get(column).unwrap_or(&Cell::Empty), number, path))
            .collect::<Result<_>>()?;
        Ok(Row::try_from(codes).expect("five levels give five codes"))
    };
    rows.map(row).collect()
}

/// A title, then `Code` and `Libellé`, however many rows above them.
fn read_list(path: &Path, level: Level, list: &mut List) -> Result<()> {
    let sheets = read_xls(path)?;
    let sheet = first_filled(&sheets, path)?;
    let mut rows = sheet.numbered();
    let (code_at, label_at) = rows
        .find_map(|(_, row)| {
            let at = |name: &str| row.iter().position(|cell| cell.text() == Some(name));
            at("Code").zip(at("Libellé"))
        })
        .ok_or_else(|| odd(path, "no row of it says `Code` and `Libellé`"))?;
    for (number, row) in rows {
        let code = code(level, row.get(code_at).unwrap_or(&Cell::Empty), number, path)?;
        let Some(Cell::Text(label)) = row.get(label_at) else {
            return Err(bad(format!("{} `{code}` has no label in `{}`", level.name(), path.display())));
        };
        list.add(level, code, label.clone(), path)?;
    }
    Ok(())
}

fn first_filled<'a>(sheets: &'a [Sheet], path: &Path) -> Result<&'a Sheet> {
    let filled = sheets.iter().find(|sheet| sheet.numbered().next().is_some());
    filled.ok_or_else(|| odd(path, "its sheets are empty"))
}

pub(super) fn code(level: Level, cell: &Cell, row: usize, path: &Path) -> Result<String> {
    level.code(cell).ok_or_else(|| {
        let shown = match cell {
            Cell::Text(text) => format!("`{}`", text.escape_debug()),
            Cell::Number(number) => format!("the number {number}"),
            Cell::Empty => "nothing".to_owned(),
            Cell::Other => "something else".to_owned(),
        };
        bad(format!("row {row} of `{}` has {shown} for a {}", path.display(), level.name()))
    })
}

pub(super) fn odd(path: &Path, why: &str) -> anyhow::Error {
    bad(format!("`{}` is not as INSEE publishes it: {why}", path.display()))
}
