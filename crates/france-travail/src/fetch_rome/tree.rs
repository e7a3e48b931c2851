//! The three levels of the ROME, joined by the prefixes of their codes.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use codes::CodeRome;
use serde::Deserialize;
use step::{ExitCode, Failure, name_some};
use tables::CsvWriter;

use crate::list::Element;

/// The columns of `rome.csv`, and what they mean.
pub(super) const COLUMNS: [(&str, &str); 6] = [
    ("code_grand_domaine", "Code du grand domaine : une lettre"),
    ("libelle_grand_domaine", "Libellé du grand domaine"),
    ("code_domaine_professionnel", "Code du domaine professionnel : la lettre du grand domaine et deux chiffres"),
    ("libelle_domaine_professionnel", "Libellé du domaine professionnel"),
    ("code_rome", "Code ROME du métier : le code du domaine professionnel et deux chiffres"),
    ("libelle_rome", "Libellé du métier"),
];

/// Characters of a code that are the code of its grand domaine, and of its domaine professionnel.
const GRAND_DOMAINE_LENGTH: usize = 1;
const DOMAINE_LENGTH: usize = 3;

/// Three levels that join: every code has its parent, every parent a child.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) grands_domaines: Vec<Element>,
    pub(super) domaines: Vec<Element>,
    pub(super) metiers: Vec<Element>,
}

impl Tree {
    /// # Errors
    /// 65 for codes that are wrong, doubled, or without a parent; 75 for a parent without a child, which is how a list
    /// that was cut looks.
    pub(super) fn join(grands_domaines: Vec<Element>, domaines: Vec<Element>, metiers: Vec<Element>) -> Result<Self> {
        ensure_codes("grand domaine", &grands_domaines, is_grand_domaine)?;
        ensure_codes("domaine professionnel", &domaines, is_domaine)?;
        ensure_codes("métier", &metiers, |code| code.parse::<CodeRome>().is_ok())?;
        ensure_nested("domaines professionnels", &domaines)?;
        ensure_nested("métiers", &metiers)?;
        let joins = [
            Join {
                parent: "grand domaine",
                above: &grands_domaines,
                children: "domaines professionnels",
                below: &domaines,
                length: GRAND_DOMAINE_LENGTH,
            },
            Join {
                parent: "domaine professionnel",
                above: &domaines,
                children: "métiers",
                below: &metiers,
                length: DOMAINE_LENGTH,
            },
        ];
        joins.iter().try_for_each(Join::ensure_parents)?;
        joins.iter().try_for_each(Join::ensure_children)?;
        Ok(Self { grands_domaines, domaines, metiers })
    }

    /// The proof that the list of métiers was not cut where no domaine lost all of its own.
    ///
    /// # Errors
    /// 75 when an appellation belongs to a métier that is not there.
    pub(super) fn ensure_has_all(&self, metiers: &BTreeSet<String>) -> Result<()> {
        let known: BTreeSet<_> = codes(&self.metiers).collect();
        let missing: Vec<_> = metiers.iter().map(String::as_str).filter(|code| !known.contains(code)).collect();
        if !missing.is_empty() {
            let why = format!("appellations belong to {} that are not in it", name_some(missing));
            return Err(short("métiers", &why));
        }
        let unproved: Vec<_> = known.into_iter().filter(|code| !metiers.contains(*code)).collect();
        if !unproved.is_empty() {
            tracing::warn!("métiers without an appellation: {}", name_some(unproved));
        }
        Ok(())
    }

    /// `rome.csv`: a métier a row, with the levels above it (RFC 4180, but for the line feed alone).
    pub(super) fn csv(&self) -> Result<Vec<u8>> {
        let parents: BTreeMap<_, _> =
            self.grands_domaines.iter().chain(&self.domaines).map(|parent| (parent.code.as_str(), parent)).collect();
        let write = || {
            let mut csv = CsvWriter::new(Vec::new());
            csv.write(COLUMNS.map(|(name, _)| name))?;
            for metier in &self.metiers {
                let above = [GRAND_DOMAINE_LENGTH, DOMAINE_LENGTH].map(|length| parents[&metier.code[..length]]);
                csv.write(above.into_iter().chain([metier]).flat_map(|level| [&level.code, &level.libelle]))?;
            }
            csv.finish()
        };
        write().context("could not write `rome.csv`")
    }
}

/// The métiers that appellations belong to.
pub(super) fn metiers_of(appellations: &[Element]) -> Result<BTreeSet<String>> {
    #[derive(Deserialize)]
    struct Appellation {
        metier: Parent,
    }
    let read = |element: &Element| match element.read::<Appellation>() {
        Ok(Appellation { metier }) => Ok(metier.code),
        Err(_) => Err(broken(format!("appellation `{}` says no métier", element.code))),
    };
    appellations.iter().map(read).collect()
}

fn is_grand_domaine(code: &str) -> bool {
    matches!(code.as_bytes(), [b'A'..=b'Z'])
}

fn is_domaine(code: &str) -> bool {
    matches!(code.as_bytes(), [b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9'])
}

fn ensure_codes(level: &str, elements: &[Element], is_right: impl Fn(&str) -> bool) -> Result<()> {
    let wrong: Vec<_> = codes(elements).filter(|code| !is_right(code)).collect();
    if !wrong.is_empty() {
        return Err(broken(format!("no code of a {level}: {}", name_some(wrong))));
    }
    // Sorted by code, doubles are neighbours.
    let doubled: BTreeSet<_> =
        elements.windows(2).filter(|pair| pair[0].code == pair[1].code).map(|pair| pair[0].code.as_str()).collect();
    match doubled.is_empty() {
        true => Ok(()),
        false => Err(broken(format!("more than one {level} has the code {}", name_some(doubled)))),
    }
}

/// What an element says of its parent must be what its code says.
fn ensure_nested(children: &str, elements: &[Element]) -> Result<()> {
    let contradicts = |element: &&Element| match element.read::<Nested>() {
        Ok(nested) => [nested.grand_domaine, nested.domaine_professionnel]
            .into_iter()
            .flatten()
            .any(|parent| !element.code.starts_with(&parent.code)),
        Err(_) => true,
    };
    let wrong: Vec<_> = elements.iter().filter(contradicts).map(|element| element.code.as_str()).collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(broken(format!("{children} whose code does not begin with their parent's: {}", name_some(wrong)))),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Nested {
    grand_domaine: Option<Parent>,
    domaine_professionnel: Option<Parent>,
}

#[derive(Deserialize)]
struct Parent {
    code: String,
}

/// Two neighbouring levels: the first `length` characters of a code below are a code above.
struct Join<'a> {
    parent: &'static str,
    above: &'a [Element],
    children: &'static str,
    below: &'a [Element],
    length: usize,
}

impl Join<'_> {
    fn ensure_parents(&self) -> Result<()> {
        let above: BTreeSet<_> = codes(self.above).collect();
        let orphans: Vec<_> = codes(self.below).filter(|code| !above.contains(&code[..self.length])).collect();
        match orphans.is_empty() {
            true => Ok(()),
            false => Err(broken(format!("{} without a {}: {}", self.children, self.parent, name_some(orphans)))),
        }
    }

    fn ensure_children(&self) -> Result<()> {
        let used: BTreeSet<_> = codes(self.below).map(|code| &code[..self.length]).collect();
        let childless: Vec<_> = codes(self.above).filter(|code| !used.contains(code)).collect();
        match childless.is_empty() {
            true => Ok(()),
            false => Err(short(self.children, &format!("no code begins with {}", name_some(childless)))),
        }
    }
}

fn codes(elements: &[Element]) -> impl Iterator<Item = &str> {
    elements.iter().map(|element| element.code.as_str())
}

fn broken(why: String) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not join the levels of the ROME: {why}"))
        .hint("the service serves a broken ROME: tell France Travail; the files that were there stay")
        .into()
}

fn short(list: &str, why: &str) -> anyhow::Error {
    Failure::new(ExitCode::Incomplete, format!("could not fetch all {list}: the list is short: {why}"))
        .hint("run again later; the files that were there stay")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::{self, tests::response};

    const GRANDS_DOMAINES: &str = include_str!("../../testdata/rome/grand_domaine.json");
    const DOMAINES: &str = include_str!("../../testdata/rome/domaine_professionnel.json");
    const METIERS: &str = include_str!("../../testdata/rome/metier.json");

    fn elements(body: &str) -> Vec<Element> {
        list::read("the list", &response(None, body)).unwrap().0
    }

    fn join(grands_domaines: &str, domaines: &str, metiers: &str) -> Result<Tree> {
        Tree::join(elements(grands_domaines), elements(domaines), elements(metiers))
    }

    fn refused(result: Result<impl Sized>, code: ExitCode) -> String {
        let Err(error) = result else { panic!("it was taken") };
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), code, "{error}");
        error.to_string()
    }

    #[test]
    fn three_levels_come_in_a_row() {
        let tree = join(GRANDS_DOMAINES, DOMAINES, METIERS).unwrap();
        let expected = include_str!("../../testdata/rome/rome.csv");
        assert_eq!(String::from_utf8(tree.csv().unwrap()).unwrap(), expected);
    }

    #[test]
    fn a_code_without_its_parent_is_named() {
        let orphan = METIERS.replace("M1805", "M1905").replace("\"M18\"", "\"M19\"");
        let message = refused(join(GRANDS_DOMAINES, DOMAINES, &orphan), ExitCode::BadInput);
        assert!(message.ends_with("métiers without a domaine professionnel: `M1905`"), "{message}");
        let orphan = DOMAINES.replace("\"M18\"", "\"N18\"").replace("\"M\"", "\"N\"");
        let message = refused(join(GRANDS_DOMAINES, &orphan, METIERS), ExitCode::BadInput);
        assert!(message.ends_with("domaines professionnels without a grand domaine: `N18`"), "{message}");
    }

    #[test]
    fn a_parent_that_contradicts_the_code_is_named() {
        let message =
            refused(join(GRANDS_DOMAINES, DOMAINES, &METIERS.replace("\"M18\"", "\"A11\"")), ExitCode::BadInput);
        assert!(message.ends_with("does not begin with their parent's: `M1805`"), "{message}");
    }

    #[test]
    fn wrong_and_doubled_codes_are_named() {
        let message = refused(join(GRANDS_DOMAINES, DOMAINES, &METIERS.replace("M1805", "m1805")), ExitCode::BadInput);
        assert!(message.ends_with("no code of a métier: `m1805`"), "{message}");
        let message = refused(join(GRANDS_DOMAINES, DOMAINES, &METIERS.replace("A1102", "A1101")), ExitCode::BadInput);
        assert!(message.ends_with("more than one métier has the code `A1101`"), "{message}");
        let message = refused(join(&GRANDS_DOMAINES.replace("\"A\"", "\"AA\""), DOMAINES, METIERS), ExitCode::BadInput);
        assert!(message.ends_with("no code of a grand domaine: `AA`"), "{message}");
    }

    #[test]
    fn a_parent_without_a_child_is_a_list_that_was_cut() {
        let cut: Vec<_> = METIERS.lines().filter(|line| !line.contains("M1805")).collect();
        let cut = cut.join("\n").replace("},\n]", "}\n]");
        let message = refused(join(GRANDS_DOMAINES, DOMAINES, &cut), ExitCode::Incomplete);
        assert_eq!(message, "could not fetch all métiers: the list is short: no code begins with `M18`");
    }

    #[test]
    fn appellations_prove_that_no_metier_is_missing() {
        let tree = join(GRANDS_DOMAINES, DOMAINES, METIERS).unwrap();
        let appellations = elements(include_str!("../../testdata/rome/appellation.json"));
        let metiers = metiers_of(&appellations).unwrap();
        tree.ensure_has_all(&metiers).unwrap();
        let one_more = metiers.into_iter().chain(["A1103".to_owned()]).collect();
        let message = refused(tree.ensure_has_all(&one_more), ExitCode::Incomplete);
        assert!(message.ends_with("appellations belong to `A1103` that are not in it"), "{message}");
        let message = refused(metiers_of(&elements(METIERS)), ExitCode::BadInput);
        assert!(message.ends_with("appellation `A1101` says no métier"), "{message}");
    }
}
