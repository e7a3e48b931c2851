//! What stands between cells, told by the first records.

use std::collections::{HashMap, HashSet};

use crate::header::{self, LOOKED_AT};
use crate::record::Cells;

use super::split::{Split, split};

/// In the order in which ties are decided.
const CANDIDATES: [u8; 4] = [b';', b',', b'\t', b'|'];

/// The candidate that gives the same number of cells, two or more, on most of the first records.
///
/// One that most records contradict counts only where it makes a header of known names. A quote that it never finds the
/// end of contradicts it like a record.
pub(super) fn find(text: &str, is_at_end: bool, known: &HashSet<String>) -> u8 {
    let mut best = (0, CANDIDATES[0]);
    for candidate in CANDIDATES {
        let (records, is_unclosed) = read_first(text, is_at_end, candidate);
        let (alike, cells) = most_alike(&records);
        let is_most = alike * 2 > records.len() + usize::from(is_unclosed);
        if cells >= 2 && alike > best.0 && (is_most || makes_a_header(&records, known)) {
            best = (alike, candidate);
        }
    }
    best.1
}

/// The cells of the first records, as far as `text` holds them.
pub(super) fn first_records(text: &str, is_at_end: bool, separator: u8) -> Vec<Vec<String>> {
    read_first(text, is_at_end, separator).0
}

/// The cells of the first records, and whether a quote that is never closed stands behind them.
fn read_first(text: &str, is_at_end: bool, separator: u8) -> (Vec<Vec<String>>, bool) {
    let mut records = vec![];
    let mut cells = Cells::default();
    let mut at = 0;
    while records.len() < LOOKED_AT {
        cells.clear();
        let rest = &text[at..];
        match split(rest.as_bytes(), separator, is_at_end, &mut cells) {
            Split::Record { length, .. } => {
                let view = cells.view(rest);
                records.push((0..view.len()).map(|column| view.cell(column).to_owned()).collect());
                at += length;
            }
            Split::Empty { length } => {
                records.push(vec![]);
                at += length;
            }
            Split::Unclosed { .. } => return (records, true),
            Split::End | Split::More | Split::TooManyColumns => break,
        }
    }
    (records, false)
}

/// On how many records the most frequent number of cells stands, and that number; of single cells only if there are no others.
fn most_alike(records: &[Vec<String>]) -> (usize, usize) {
    let mut counts = HashMap::new();
    for record in records.iter().filter(|record| record.len() >= 2) {
        *counts.entry(record.len()).or_insert(0) += 1;
    }
    counts.into_iter().map(|(cells, count)| (count, cells)).max().unwrap_or_default()
}

fn makes_a_header(records: &[Vec<String>], known: &HashSet<String>) -> bool {
    let cells = |nth: usize| records[nth].iter().filter(|cell| known.contains(&crate::names::fold(cell))).count();
    header::find(records.iter().map(|record| record.iter().map(String::as_str)), known)
        .is_some_and(|nth| cells(nth) >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> char {
        find(text, true, &HashSet::new()) as char
    }

    #[test]
    fn the_separator_is_the_one_most_records_agree_on() {
        assert_eq!(found("a;b;c\n1;2,5;3\n4;5,5;6\n"), ';');
        assert_eq!(found("a,b\n1,\"x;y\"\n2,3\n"), ',');
        assert_eq!(found("a\tb\n1\t2\n"), '\t');
        assert_eq!(found("a|b\n1|2\n"), '|');
        assert_eq!(found("a;b,c\n1;2,3\n"), ';', "a tie");
    }

    #[test]
    fn a_separator_that_leaves_a_quote_open_is_none() {
        assert_eq!(found("\"nom\";\"id\";\"\t\"\n\"\n\""), ';');
        assert_eq!(found("a\tb\n1\t2\n3\t4\n5\t\"6"), '\t', "most records agree all the same");
    }

    #[test]
    fn texts_in_one_column_are_not_cut() {
        assert_eq!(found("nom\nun, deux\ntrois\nquatre\n"), ';');
    }

    #[test]
    fn a_header_of_known_names_below_many_titles_tells() {
        let text = format!("{}id,nom,siret\n1,2,3\n", "Titre\n".repeat(5));
        assert_eq!(found(&text), ';');
        let known = ["id", "nom", "siret"].map(str::to_owned).into();
        assert_eq!(find(&text, true, &known) as char, ',');
    }
}
