//! INSEE's workbook of 2025: a sheet a level, and one that says which division is in which section.
//!
//! Only the names of its sheets are known for sure (observed 2024-10): columns are found by what they hold.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use step::{ExitCode, Failure};

use super::level::Level;
use super::naf2008::{code, odd};
use super::tree::{List, Row, Tree, bad};
use super::workbook::{Cell, Sheet, read_xlsx};

/// The name that `download naf --nomenclature 2025` gives it.
const WORKBOOK: &str = "naf2025.xlsx";

/// The sheet with all levels.
const ALL: &str = "NAF 2025";

/// The sheets of the levels, sections first.
const SHEETS: [&str; 5] = ["Sections", "Divisions", "Groupes", "Classes", "Sous-classes"];

/// `scratch` is a folder that may be written in for a while.
pub(super) fn read(input: &Path, scratch: &Path) -> Result<Tree> {
    let path = find(input)?;
    let sheets = read_xlsx(&path, scratch)?;
    let sheet = |name: &str| {
        let found = sheets.iter().find(|sheet| sheet.name.trim().eq_ignore_ascii_case(name));
        found.ok_or_else(|| odd(&path, &format!("it has no sheet `{name}`")))
    };
    let mut lists = Level::ALL.map(|_| List::default());
    for ((level, list), name) in Level::ALL.into_iter().zip(&mut lists).zip(SHEETS) {
        read_list(sheet(name)?, level, list, &path)?;
    }
    let sections = read_sections(sheet(ALL)?)?;
    let rows = lists[4].rows.iter().map(|(code, _)| row(code, &sections)).collect::<Result<_>>()?;
    Tree::join(lists, rows)
}

/// The workbook itself, or the one in the folder.
fn find(input: &Path) -> Result<PathBuf> {
    if input.is_file() || input.join(WORKBOOK).is_file() {
        return Ok(if input.is_file() { input.to_owned() } else { input.join(WORKBOOK) });
    }
    let missing = |why: &str| {
        Failure::new(
            ExitCode::NoInput,
            format!("could not find the workbook of NAF 2025 in `{}`: {why}", input.display()),
        )
        .hint("fetch it with `download naf --nomenclature 2025`")
    };
    let entries = fs::read_dir(input).map_err(|error| missing("it cannot be listed").because(error))?;
    let is_workbook = |path: &PathBuf| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    let mut workbooks: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_workbook).collect();
    match workbooks.len() {
        1 => Ok(workbooks.remove(0)),
        0 => Err(missing("there is no `.xlsx`").into()),
        count => Err(missing(&format!("there are {count} files `.xlsx`, and none is `{WORKBOOK}`")).into()),
    }
}

/// The header on the first row, then a code a row; the label is the first other text.
fn read_list(sheet: &Sheet, level: Level, list: &mut List, path: &Path) -> Result<()> {
    let rows: Vec<(usize, &[Cell])> = sheet.numbered().skip(1).collect();
    let is_code = |column: &usize| {
        rows.first().and_then(|(_, row)| row.get(*column)).is_some_and(|cell| level.code(cell).is_some())
    };
    let code_at =
        (0..10).find(is_code).ok_or_else(|| odd(path, &format!("its sheet `{}` has no codes", sheet.name)))?;
    for (number, row) in rows {
        let code = code(level, row.get(code_at).unwrap_or(&Cell::Empty), number, path)?;
        let Some(label) = row.iter().skip(code_at + 1).find_map(|cell| match cell {
            Cell::Text(text) => Some(text.trim()),
            _ => None,
        }) else {
            return Err(bad(format!("{} `{code}` has no label in `{}`", level.name(), path.display())));
        };
        list.add(level, code, label.to_owned(), path)?;
    }
    Ok(())
}

/// The section of each division: in the same row, or in the last row that had one.
fn read_sections(sheet: &Sheet) -> Result<HashMap<String, String>> {
    let (mut sections, mut current) = (HashMap::new(), None);
    for (_, row) in sheet.numbered() {
        let of = |level: Level| row.iter().find_map(|cell| level.code(cell));
        current = of(Level::Section).or(current);
        if let (Some(division), Some(section)) = (of(Level::Division), &current) {
            let other = sections.insert(division.clone(), section.clone()).filter(|other| other != section);
            if let Some(other) = other {
                return Err(bad(format!("division `{division}` is in the sections `{other}` and `{section}`")));
            }
        }
    }
    Ok(sections)
}

fn row(sous_classe: &str, sections: &HashMap<String, String>) -> Result<Row> {
    let [division, groupe, classe] =
        [Level::Division, Level::Groupe, Level::Classe].map(|level| level.above(sous_classe));
    let section = sections.get(division);
    let section = section.ok_or_else(|| bad(format!("division `{division}`, of `{sous_classe}`, is in no section")))?;
    Ok([sous_classe, classe, groupe, division, section].map(str::to_owned))
}
