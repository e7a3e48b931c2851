//! INSEE's workbook of 2025: a sheet a level, and one that says which division is in which section.
//!
//! Only the names of its sheets are known for sure (observed 2024-10): columns are found by what they hold.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use step::{ExitCode, Failure};

use super::level::Level;
use super::naf2008::{code, no_label, odd, text};
use super::tree::{List, Row, Tree, bad};
use super::workbook::{self, Rows};

/// The name that `download naf --nomenclature 2025` gives it.
const WORKBOOK: &str = "naf2025.xlsx";

/// The sheet with all levels.
const ALL: &str = "NAF 2025";

/// The sheets of the levels, sections first.
const SHEETS: [&str; 5] = ["Sections", "Divisions", "Groupes", "Classes", "Sous-classes"];

pub(super) fn read(input: &Path) -> Result<Tree> {
    let path = find(input)?;
    let mut workbook = workbook::open(&path)?;
    let names: Vec<String> = workbook.sheets().into_iter().map(|name| name.trim().to_owned()).collect();
    let mut sheet = |name: &str| {
        let found = names.iter().position(|other| other.eq_ignore_ascii_case(name));
        let found = found.ok_or_else(|| odd(&path, &format!("it has no sheet `{name}`")))?;
        workbook::rows(&mut workbook, found)
    };
    let mut lists = Level::ALL.map(|_| List::default());
    for ((level, list), name) in Level::ALL.into_iter().zip(&mut lists).zip(SHEETS) {
        read_list(sheet(name)?, name, level, list, &path)?;
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
fn read_list(mut rows: Rows, name: &str, level: Level, list: &mut List, path: &Path) -> Result<()> {
    let no_codes = || odd(path, &format!("its sheet `{name}` has no codes"));
    workbook::next(&mut rows)?.ok_or_else(no_codes)?;
    let mut code_at = None;
    while let Some(row) = workbook::next(&mut rows)? {
        let is_code = |column: &usize| level.code(row.value(*column)).is_some();
        let code_at = *match &code_at {
            Some(column) => column,
            None => code_at.insert((0..10).find(is_code).ok_or_else(no_codes)?),
        };
        let code = code(level, row.value(code_at), row.number(), path)?;
        let label = row.values().skip(code_at + 1).find_map(text).ok_or_else(|| no_label(level, &code, path))?;
        list.add(level, code, label.trim().to_owned(), path)?;
    }
    code_at.map(|_| ()).ok_or_else(no_codes)
}

/// The section of each division: in the same row, or in the last row that had one.
fn read_sections(mut rows: Rows) -> Result<HashMap<String, String>> {
    let (mut sections, mut current) = (HashMap::new(), None);
    while let Some(row) = workbook::next(&mut rows)? {
        let of = |level: Level| row.values().find_map(|cell| level.code(cell));
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
