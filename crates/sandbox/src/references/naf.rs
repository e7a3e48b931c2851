//! The NAF in workbooks, as INSEE publishes it.

use crate::wire::xls;
use crate::wire::xlsx::{self, Cell, Sheet};
use crate::world::naf::{NAF_2008, NAF_2025, Tree, label};

/// The first row of the table of five levels.
const LEVELS: [&str; 5] = ["NIV5", "NIV4", "NIV3", "NIV2", "NIV1"];

/// The names of INSEE's six workbooks, the five levels first.
pub(crate) const WORKBOOKS: [&str; 6] = [
    "naf2008_5_niveaux.xls",
    "naf2008_liste_n1.xls",
    "naf2008_liste_n2.xls",
    "naf2008_liste_n3.xls",
    "naf2008_liste_n4.xls",
    "naf2008_liste_n5.xls",
];

/// INSEE's workbook of that name: divisions are numbers, but for those of some rows.
pub(crate) fn workbook(name: &str) -> Option<Vec<u8>> {
    let tree = NAF_2008.tree();
    let nth = WORKBOOKS.iter().position(|known| *known == name)?;
    let rows = match nth.checked_sub(1) {
        None => five_levels(&tree),
        Some(level) => list(&tree, level),
    };
    let empty = |name: &'static str| Sheet { name, rows: Vec::new() };
    Some(xls::write(&[Sheet { name: "Feuil1", rows }, empty("Feuil2"), empty("Feuil3")]))
}

fn five_levels(tree: &Tree) -> Vec<Vec<Cell>> {
    let header = LEVELS.iter().map(|level| Cell::text(*level)).collect();
    let cell =
        |code: &String| if code.len() == 2 && code.as_str() < "82" { Cell::number(code) } else { Cell::text(code) };
    let rows = tree.rows.iter().map(|row| row.iter().map(cell).collect());
    [vec![header], rows.collect()].concat()
}

fn list(tree: &Tree, level: usize) -> Vec<Vec<Cell>> {
    let title = format!("NAF rév. 2 inventée par le bac à sable, niveau {}", level + 1);
    let row = |code: &String| {
        let shown = if level == 1 && code.as_str() < "81" { Cell::number(code) } else { Cell::text(code) };
        vec![shown, Cell::text(label(level, code))]
    };
    let start = vec![vec![Cell::text(title)], vec![], vec![Cell::text("Code"), Cell::text("Libellé")]];
    [start, tree.levels[level].iter().map(row).collect()].concat()
}

/// The one workbook of NAF 2025.
pub(crate) fn workbook_2025() -> Vec<u8> {
    let tree = NAF_2025.tree();
    let sheet = |name: &'static str, level: usize| {
        let header = vec![Cell::text("Code"), Cell::text("Libellé")];
        let row = |code: &String| vec![Cell::text(code), Cell::text(label(level, code))];
        Sheet { name, rows: [vec![header], tree.levels[level].iter().map(row).collect()].concat() }
    };
    let header = ["Sous-classe", "Classe", "Groupe", "Division", "Section"].map(Cell::text).to_vec();
    let row = |codes: &[String; 5]| codes.iter().map(Cell::text).collect();
    let all = Sheet { name: "NAF 2025", rows: [vec![header], tree.rows.iter().map(row).collect()].concat() };
    xlsx::write(&[
        all,
        sheet("Sections", 0),
        sheet("Divisions", 1),
        sheet("Groupes", 2),
        sheet("Classes", 3),
        sheet("Sous-classes", 4),
    ])
}
