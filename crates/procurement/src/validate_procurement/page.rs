//! What the page for people says besides counts and rules.

use report::{Cell, Lang, Levels, Page, Section};

use super::own::Own;

pub(super) fn page(lang: Lang, name: &str, own: &Own, levels: Levels) -> Page {
    let words = Words::of(lang);
    let contracts = own.contracts;
    let facts = [
        (words.version, Cell::from(own.version)),
        (words.container, Cell::from(own.container)),
        (words.marche, Cell::from(contracts.marche)),
        (words.concession, Cell::from(contracts.concession)),
        (words.conform, Cell::from(contracts.conform)),
        (words.valid, Cell::from(contracts.valid)),
        (words.invalid, Cell::from(contracts.invalid)),
    ];
    let section = Section {
        title: words.title.to_owned(),
        text: vec![words.explained.to_owned()],
        facts: facts.into_iter().map(|(name, cell)| (name.to_owned(), cell)).collect(),
        ..Section::default()
    };
    Page {
        lang,
        title: format!("{} {name}", words.heading),
        summary: summary(lang, own, levels),
        is_good: own.valid,
        sections: vec![section],
        ..Page::default()
    }
}

fn summary(lang: Lang, own: &Own, levels: Levels) -> String {
    let (all, invalid) = (own.contracts.all(), own.contracts.invalid);
    match (lang, own.valid, invalid) {
        (Lang::Fr, true, _) if levels.warning > 0 => {
            format!(
                "Fichier valide au format {} ; {} à vérifier.",
                own.version,
                number(levels.warning, "point", "points")
            )
        }
        (Lang::Fr, true, _) => format!("Fichier valide au format {}.", own.version),
        (Lang::Fr, false, 0) => format!("Fichier non valide au format {} : voir ci-dessous.", own.version),
        (Lang::Fr, false, _) => {
            let contracts = number(invalid, "contrat non valide", "contrats non valides");
            format!("{contracts} sur {all} au format {}.", own.version)
        }
        (Lang::En, true, _) if levels.warning > 0 => {
            format!(
                "The file is valid in format {}; {} to check.",
                own.version,
                number(levels.warning, "point", "points")
            )
        }
        (Lang::En, true, _) => format!("The file is valid in format {}.", own.version),
        (Lang::En, false, 0) => format!("The file is not valid in format {}: see below.", own.version),
        (Lang::En, false, _) => {
            format!("{} of {all} not valid in format {}.", number(invalid, "contract", "contracts"), own.version)
        }
    }
}

fn number(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count < 2 { one } else { many })
}

/// What is named on the page.
struct Words {
    heading: &'static str,
    title: &'static str,
    explained: &'static str,
    version: &'static str,
    container: &'static str,
    marche: &'static str,
    concession: &'static str,
    conform: &'static str,
    valid: &'static str,
    invalid: &'static str,
}

impl Words {
    fn of(lang: Lang) -> Self {
        match lang {
            Lang::Fr => Self {
                heading: "Vérification de",
                title: "Contrats",
                explained: "Un contrat est conforme si le schéma officiel n'y trouve rien ; il est valide si nos propres \
                            règles n'y trouvent pas d'erreur non plus. Les avertissements n'invalident pas.",
                version: "Version du format",
                container: "Forme du fichier",
                marche: "Marchés",
                concession: "Concessions",
                conform: "Conformes au schéma officiel",
                valid: "Valides",
                invalid: "Non valides",
            },
            Lang::En => Self {
                heading: "Verdict on",
                title: "Contracts",
                explained: "A contract conforms if the official schema finds nothing in it; it is valid if our own rules \
                            find no error either. Warnings do not make it invalid.",
                version: "Version of the format",
                container: "Form of the file",
                marche: "Marchés",
                concession: "Concessions",
                conform: "Conforming to the official schema",
                valid: "Valid",
                invalid: "Not valid",
            },
        }
    }
}
