//! The referentials that refer to each other.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Deserialize;
use step::{ExitCode, Failure, name_some};

use super::Referential;
use crate::list::Element;

/// One list whose elements name elements of another.
struct Join {
    from: &'static str,
    to: &'static str,
    /// The code that an element names; `None` if it has none.
    code: fn(&Element) -> Option<String>,
}

/// What the shapes promise (OpenAPI, read 2025-11).
const JOINS: [Join; 2] = [
    Join { from: "communes", to: "departements", code: departement_of },
    Join { from: "departements", to: "regions", code: region_of },
];

/// # Errors
/// 65, naming the codes, when lists that were both fetched do not join.
pub(super) fn ensure_joined(referentials: &[Referential]) -> Result<()> {
    let find = |name: &str| referentials.iter().find(|referential| referential.name == name);
    for join in &JOINS {
        if let (Some(from), Some(to)) = (find(join.from), find(join.to)) {
            join.check(&from.elements, &to.elements)?;
        }
    }
    Ok(())
}

impl Join {
    fn check(&self, from: &[Element], to: &[Element]) -> Result<()> {
        let known: BTreeSet<_> = to.iter().map(|element| element.code.as_str()).collect();
        let named: Vec<_> = from.iter().map(|element| (element.code.as_str(), (self.code)(element))).collect();
        let silent: Vec<_> = named.iter().filter(|(_, code)| code.is_none()).map(|(own, _)| *own).collect();
        if !silent.is_empty() {
            return Err(self.broken(&format!("{} name none", name_some(silent))));
        }
        let missing: BTreeSet<_> = named
            .iter()
            .filter_map(|(_, code)| code.as_deref())
            .filter(|code| !known.contains(code) && !is_no_departement(code))
            .collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(self.broken(&format!("{} are not there", name_some(missing)))),
        }
    }

    fn broken(&self, why: &str) -> anyhow::Error {
        let message = format!("could not join the {} to their {}: {why}", self.from, self.to);
        Failure::new(ExitCode::BadInput, message)
            .hint("the service serves broken referentials: tell France Travail; the files that were there stay")
            .into()
    }
}

/// Communes of the overseas collectivities and places abroad name a code that is no département's, so the list of
/// départements does not have it: 975, 977 to 989 and 99 (two public collectors that drop them, read 2026-11).
fn is_no_departement(code: &str) -> bool {
    code == "99" || matches!(code.parse(), Ok(975 | 977..=989)) && code.len() == 3
}

fn departement_of(commune: &Element) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Commune {
        code_departement: String,
    }
    commune.read::<Commune>().ok().map(|commune| commune.code_departement)
}

fn region_of(departement: &Element) -> Option<String> {
    #[derive(Deserialize)]
    struct Departement {
        region: Region,
    }
    #[derive(Deserialize)]
    struct Region {
        code: String,
    }
    departement.read::<Departement>().ok().map(|departement| departement.region.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::{self, Announced, tests::response};

    const COMMUNES: &str = include_str!("../../testdata/referentiels/communes-overseas-and-abroad.json");
    const DEPARTEMENTS: &str = r#"[{"code":"01","libelle":"Ain","region":{"code":"84","libelle":"ARA"}}]"#;
    const REGIONS: &str = r#"[{"code":"84","libelle":"ARA"}]"#;

    fn check(lists: &[(&str, &str)]) -> Result<()> {
        let read = |(name, body): &(&str, &str)| {
            let elements = list::read(name, &response(None, body)).unwrap().0;
            let (name, announced) = ((*name).to_owned(), Announced::Unknown);
            Referential { name, elements, announced, provenance: super::super::PROVENANCE }
        };
        ensure_joined(&lists.iter().map(read).collect::<Vec<_>>())
    }

    fn refused(lists: &[(&str, &str)]) -> String {
        let error = check(lists).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::BadInput);
        error.to_string()
    }

    #[test]
    fn collectivities_and_places_abroad_need_no_departement() {
        check(&[("communes", COMMUNES), ("departements", DEPARTEMENTS), ("regions", REGIONS)]).unwrap();
    }

    #[test]
    fn a_commune_without_its_departement_is_broken_if_both_were_fetched() {
        let elsewhere = COMMUNES.replace("\"01\"", "\"02\"");
        let message = refused(&[("communes", &elsewhere), ("departements", DEPARTEMENTS)]);
        assert_eq!(message, "could not join the communes to their departements: `02` are not there");
        check(&[("communes", &elsewhere), ("regions", REGIONS)]).unwrap();
    }

    #[test]
    fn an_element_that_names_nothing_is_broken() {
        let message = refused(&[("departements", r#"[{"code":"01","libelle":"Ain"}]"#), ("regions", REGIONS)]);
        assert_eq!(message, "could not join the departements to their regions: `01` name none");
    }
}
