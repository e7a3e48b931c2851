//! The NAF as INSEE publishes it: real sections and divisions in number, codes by rule, invented labels.

use super::xls::{Cell, Sheet, write as xls};
use super::xlsx;

/// A nomenclature: how many codes of each level, and how its sub-classes end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nomenclature {
    sections: usize,
    divisions: usize,
    groupes: usize,
    classes: usize,
    sous_classes: usize,
    /// The last letter of a class's first sub-class, when it is alone.
    alone: char,
}

/// NAF rév. 2, of 2008.
pub(crate) const NAF_2008: Nomenclature =
    Nomenclature { sections: 21, divisions: 88, groupes: 272, classes: 615, sous_classes: 732, alone: 'Z' };

/// NAF 2025, official in January 2027.
pub(crate) const NAF_2025: Nomenclature =
    Nomenclature { sections: 22, divisions: 87, groupes: 287, classes: 651, sous_classes: 747, alone: 'Y' };

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

/// Codes by level, sections first; each row of `sous_classes` with its parents.
struct Tree {
    levels: [Vec<String>; 5],
    rows: Vec<[String; 5]>,
}

impl Nomenclature {
    fn tree(self) -> Tree {
        let sections: Vec<String> = (0..self.sections).map(|n| char::from(b'A' + n as u8).to_string()).collect();
        let divisions: Vec<String> = (1..=self.divisions).map(|n| format!("{n:02}")).collect();
        let groupes = children(&divisions, self.groupes, |division, n| format!("{division}.{}", n + 1));
        let classes = children(&groupes, self.classes, |groupe, n| format!("{groupe}{}", n + 1));
        let alone = self.alone;
        let shares = shares(classes.len(), self.sous_classes);
        let sous_classes: Vec<String> = classes
            .iter()
            .zip(shares)
            .flat_map(|(classe, count)| {
                let letter = move |n: usize| if count == 1 { alone } else { char::from(b'A' + n as u8) };
                (0..count).map(move |n| format!("{classe}{}", letter(n)))
            })
            .collect();
        let section_of = |division: &str| {
            let nth = divisions.iter().position(|known| known == division).unwrap_or_default();
            sections[nth * sections.len() / divisions.len()].clone()
        };
        let row = |code: &String| {
            [code.clone(), code[..5].to_owned(), code[..4].to_owned(), code[..2].to_owned(), section_of(&code[..2])]
        };
        let rows = sous_classes.iter().map(row).collect();
        Tree { levels: [sections, divisions, groupes, classes, sous_classes], rows }
    }
}

fn children(parents: &[String], total: usize, name: impl Fn(&str, usize) -> String + Copy) -> Vec<String> {
    let shares = shares(parents.len(), total);
    parents.iter().zip(shares).flat_map(|(parent, count)| (0..count).map(move |n| name(parent, n))).collect()
}

/// `total` dealt out to so many parents, each at least one, none more than nine.
fn shares(parents: usize, total: usize) -> Vec<usize> {
    (0..parents).map(|nth| total / parents + usize::from(nth < total % parents)).collect()
}

/// One in 35 holds a semicolon, and many an apostrophe or an accent, as in the real ones.
fn label(level: usize, code: &str) -> String {
    let kind = ["Section", "Division", "Groupe", "Classe", "Sous-classe"][level];
    let odd = code.bytes().map(usize::from).sum::<usize>() % 35 == 0;
    let more = if level == 4 && odd { " ; réparation" } else { "" };
    format!("{kind} {code} d'activités inventées{more}")
}

/// INSEE's workbook of that name: divisions are numbers, but for those of some rows.
pub(crate) fn workbook(name: &str) -> Option<Vec<u8>> {
    let tree = NAF_2008.tree();
    let nth = WORKBOOKS.iter().position(|known| *known == name)?;
    let rows = match nth.checked_sub(1) {
        None => five_levels(&tree),
        Some(level) => list(&tree, level),
    };
    let empty = |name: &'static str| Sheet { name, rows: Vec::new() };
    Some(xls(&[Sheet { name: "Feuil1", rows }, empty("Feuil2"), empty("Feuil3")]))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_levels_have_as_many_codes_as_the_real_ones_and_nest() {
        for (nomenclature, counts) in [(NAF_2008, [21, 88, 272, 615, 732]), (NAF_2025, [22, 87, 287, 651, 747])] {
            let tree = nomenclature.tree();
            assert_eq!(tree.levels.each_ref().map(Vec::len), counts);
            for row in &tree.rows {
                assert!(row[0].starts_with(&row[1]) && row[1].starts_with(&row[2]) && row[2].starts_with(&row[3]));
            }
            let used: std::collections::HashSet<_> = tree.rows.iter().flatten().collect();
            assert_eq!(used.len(), counts.iter().sum::<usize>());
        }
    }
}
