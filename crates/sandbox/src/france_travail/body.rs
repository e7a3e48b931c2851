//! The text of an offer: compact JSON, the fields in the order of the real service, the same bytes each time it is served.

mod employer;
mod json;
mod place;
mod terms;

use std::ops::Range;

use super::contract::is_alternance;
use super::offre::{Offre, Source};
use super::stamp::text_of;
use super::tables::Tables;
use super::text::push_description;
use crate::world::dice::Dice;
use crate::world::naf::label;

/// The offer as served after it changed that often.
pub(crate) fn write_offre(out: &mut String, tables: &Tables, offre: &Offre, changes: u32) {
    match &offre.source {
        Source::Loaded(text) => push_loaded(out, text, offre, changes),
        Source::Drawn { key, metier, commune, departement, naf, years } => {
            let place = Place { commune: commune.map(usize::from), departement: departement.map(usize::from) };
            let dice = Dice::of(&[*key, 3]);
            let naf = naf.map(|naf| tables.nafs()[usize::from(naf)].as_str());
            Writer { out, tables, offre, dice, metier: usize::from(*metier), years: *years, naf, place }.write(changes);
        }
    }
}

/// The title alone, which keywords are looked for in.
pub(crate) fn intitule(tables: &Tables, offre: &Offre) -> String {
    match &offre.source {
        Source::Loaded(text) => {
            #[derive(serde::Deserialize)]
            struct Title {
                intitule: Option<String>,
            }
            serde_json::from_str::<Title>(text).ok().and_then(|title| title.intitule).unwrap_or_default()
        }
        Source::Drawn { key, metier, .. } => {
            let mut dice = Dice::of(&[*key, 4]);
            let metier = &tables.metiers[usize::from(*metier)].libelle;
            match dice.below(5) {
                0 => metier.to_uppercase(),
                1 => format!("{metier} - REF {:05}", dice.below(100_000)),
                2 => format!("{metier} F/H"),
                _ => format!("{metier} (H/F)"),
            }
        }
    }
}

/// Code and label of the ROME, each empty if it has none.
pub(crate) fn metier(tables: &Tables, offre: &Offre) -> (String, String) {
    match &offre.source {
        Source::Loaded(text) => {
            #[derive(serde::Deserialize)]
            #[serde(rename_all = "camelCase")]
            struct Rome {
                rome_code: Option<String>,
                rome_libelle: Option<String>,
            }
            let read = serde_json::from_str::<Rome>(text).ok();
            read.map(|rome| (rome.rome_code.unwrap_or_default(), rome.rome_libelle.unwrap_or_default()))
                .unwrap_or_default()
        }
        Source::Drawn { metier, .. } if offre.code_rome.is_some() => {
            let metier = &tables.metiers[usize::from(*metier)];
            (metier.code.clone(), metier.libelle.clone())
        }
        Source::Drawn { .. } => (String::new(), String::new()),
    }
}

/// As found in the file; changed only in its date of actualisation, by a second a change.
fn push_loaded(out: &mut String, text: &str, offre: &Offre, changes: u32) {
    match actualisation(text) {
        Some(value) if changes > 0 => {
            out.push_str(&text[..value.start]);
            out.push_str(&text_of(offre.stamp + 1000 * i64::from(changes)));
            out.push_str(&text[value.end..]);
        }
        _ => out.push_str(text),
    }
}

/// Whether a change can be seen: a loaded offer without a date of actualisation has nothing to change.
pub(crate) fn can_change(offre: &Offre) -> bool {
    match &offre.source {
        Source::Loaded(text) => actualisation(text).is_some(),
        Source::Drawn { .. } => true,
    }
}

/// Where the text of that date lies, between its quotes.
fn actualisation(text: &str) -> Option<Range<usize>> {
    let (_, after) = text.split_once("\"dateActualisation\"")?;
    let value = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let start = text.len() - value.len();
    Some(start..start + value.find('"')?)
}

struct Place {
    commune: Option<usize>,
    departement: Option<usize>,
}

struct Writer<'a> {
    out: &'a mut String,
    tables: &'a Tables,
    offre: &'a Offre,
    dice: Dice,
    metier: usize,
    years: u8,
    naf: Option<&'a str>,
    place: Place,
}

impl Writer<'_> {
    fn write(&mut self, changes: u32) {
        let own = matches!(self.offre.id.as_bytes().last(), Some(letter) if letter.is_ascii_uppercase());
        self.raw("{");
        self.text("id", &self.offre.id);
        self.text("intitule", &intitule(self.tables, self.offre));
        self.description();
        let stamp = self.offre.stamp_after(changes);
        self.text("dateCreation", &text_of(stamp));
        let actualised = own || self.dice.chance(0.974);
        let delay = if own { self.dice.below(900) as i64 } else { 0 };
        if actualised || changes > 0 {
            self.text("dateActualisation", &text_of(stamp + delay + i64::from(changes) * 61_000));
        }
        self.lieu_travail(own);
        if self.offre.code_rome.is_some() {
            let metier = &self.tables.metiers[self.metier];
            self.text("romeCode", &metier.code);
            self.text("romeLibelle", &metier.libelle);
            self.text("appellationlibelle", &metier.libelle);
        }
        self.entreprise(own);
        self.contrat(own);
        self.experience(own);
        self.wishes(own);
        self.salaire(own);
        self.rest(own, changes);
        self.out.pop();
        self.raw("}");
    }

    fn description(&mut self) {
        let length = match self.dice.below(50) {
            0 => 3000 + self.dice.below(1900),
            _ => 430 + self.dice.below(1250) + self.dice.below(1250),
        };
        self.key("description");
        self.raw("\"");
        push_description(self.out, &mut self.dice, length);
        self.raw("\",");
    }

    fn rest(&mut self, own: bool, changes: u32) {
        let horaires =
            if self.offre.temps_plein { "35H/semaine\nTravail en journée" } else { "Temps partiel - 20H/semaine" };
        let says_hours = own || self.dice.chance(0.09);
        if says_hours {
            self.text("dureeTravailLibelle", horaires);
            self.text(
                "dureeTravailLibelleConverti",
                if self.offre.temps_plein { "Temps plein" } else { "Temps partiel" },
            );
        }
        let alternance = self.offre.nature_contrat.is_some_and(|nature| is_alternance(usize::from(nature)));
        self.value("alternance", &alternance.to_string());
        self.contact(own);
        let posts = if self.dice.chance(0.99) { 1 } else { 2 + self.dice.below(8) };
        self.value("nombrePostes", &(posts + changes as usize).to_string());
        if own || self.dice.chance(0.974) {
            self.flag("accessibleTH", 0.25);
        }
        if own && self.dice.chance(0.31) {
            self.raw(r#""deplacementCode":"1","deplacementLibelle":"Jamais","#);
        }
        self.qualification();
        if let Some(naf) = self.naf {
            self.text("codeNAF", naf);
            self.text("secteurActivite", &naf[..2]);
            // It is the label of the code, not of the sector: so in all of 225 real offers.
            self.text("secteurActiviteLibelle", &label(4, naf));
        }
        if own && self.dice.chance(0.32) {
            self.raw(QUALITES);
        }
        self.origine(own);
        if own {
            self.flag("offresManqueCandidats", 0.2);
        }
        self.key("contexteTravail");
        self.raw("{");
        if says_hours {
            self.raw("\"horaires\":[");
            self.raw(if self.offre.temps_plein {
                r#""35H/semaine\nTravail en journée""#
            } else {
                r#""Temps partiel - 20H/semaine""#
            });
            self.raw("],");
        }
        self.close("}");
        self.value("entrepriseAdaptee", "false");
        self.flag("employeurHandiEngage", 0.02);
    }
}

const QUALITES: &str = r#""qualitesProfessionnelles":[{"libelle":"Faire preuve de rigueur","description":"Capacité à réaliser des tâches en suivant les règles, les procédures et les instructions, sans erreur, et à transmettre clairement des informations."},{"libelle":"Travailler en équipe","description":"Capacité à travailler et à se coordonner avec les autres au sein de l'entreprise en confiance et en transparence."}],"#;
