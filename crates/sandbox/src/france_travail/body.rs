//! The text of an offer: compact JSON, the fields in the order of the real service, the same bytes each time it is served.

use super::clock::text_of;
use super::contract::{NATURES, TYPES, is_alternance};
use super::offre::{Offre, Source};
use super::tables::{Tables, division_label};
use super::territory::{DEPARTEMENTS, REGIONS, in_capitals};
use super::text::{push_company, push_description, push_letters};
use crate::dice::Dice;

/// The offer as served after it changed that often.
pub(crate) fn write_offre(out: &mut String, tables: &Tables, offre: &Offre, changes: u32) {
    match &offre.source {
        Source::Loaded(text) => push_loaded(out, text, offre, changes),
        Source::Drawn { key, metier, commune, departement, naf, years } => {
            let place = Place { commune: commune.map(usize::from), departement: departement.map(usize::from) };
            let dice = Dice::of(&[*key, 3]);
            let naf = naf.map(|naf| tables.nafs[usize::from(naf)].as_str());
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

/// As found in the file; changed only in its date of actualisation, by a second a change.
fn push_loaded(out: &mut String, text: &str, offre: &Offre, changes: u32) {
    let marker = "\"dateActualisation\"";
    let value = text.find(marker).map(|at| at + marker.len()).and_then(|from| {
        let open = from + text[from..].find('"')? + 1;
        Some((open, open + text[open..].find('"')?))
    });
    match value {
        Some((open, close)) if changes > 0 => {
            out.push_str(&text[..open]);
            out.push_str(&text_of(offre.stamp + 1000 * i64::from(changes)));
            out.push_str(&text[close..]);
        }
        _ => out.push_str(text),
    }
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
        self.text("dateCreation", &text_of(self.offre.stamp));
        let actualised = own || self.dice.chance(0.974);
        let delay = if own { self.dice.below(900) as i64 } else { 0 };
        if actualised || changes > 0 {
            self.text("dateActualisation", &text_of(self.offre.stamp + delay + i64::from(changes) * 61_000));
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

    fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn key(&mut self, key: &str) {
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    /// A field whose value may hold quotes or control characters.
    fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.out.push('"');
        for letter in value.chars() {
            match letter {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                other => self.out.push(other),
            }
        }
        self.raw("\",");
    }

    fn value(&mut self, key: &str, value: &str) {
        self.key(key);
        self.raw(value);
        self.raw(",");
    }

    fn flag(&mut self, key: &str, probability: f64) {
        let value = if self.dice.chance(probability) { "true" } else { "false" };
        self.value(key, value);
    }

    /// Ends an object or a list whose last member left a comma.
    fn close(&mut self, bracket: &str) {
        if self.out.ends_with(',') {
            self.out.pop();
        }
        self.raw(bracket);
        self.raw(",");
    }

    fn description(&mut self) {
        let length = match self.dice.below(50) {
            0 => 3000 + self.dice.below(1900),
            _ => 430 + self.dice.below(1350) + self.dice.below(1350),
        };
        self.key("description");
        self.raw("\"");
        push_description(self.out, &mut self.dice, length);
        self.raw("\",");
    }

    fn lieu_travail(&mut self, own: bool) {
        self.key("lieuTravail");
        self.raw("{");
        match (self.place.commune.map(|commune| &self.tables.communes[commune]), self.place.departement) {
            (Some(commune), Some(departement)) => {
                let name = if own { commune.libelle.clone() } else { in_capitals(&commune.libelle) };
                self.text("libelle", &format!("{} - {name}", DEPARTEMENTS[departement].0));
                if self.dice.chance(0.996) {
                    self.coordinates(departement);
                }
                self.text("codePostal", &commune.code_postal);
                self.text("commune", &commune.code);
            }
            (_, Some(departement)) => {
                let (number, libelle, ..) = DEPARTEMENTS[departement];
                let suffix = self.dice.pick(&["", "", " (Dept.)"]);
                self.text("libelle", &format!("{number} - {libelle}{suffix}"));
                if self.dice.chance(0.15) {
                    self.coordinates(departement);
                }
            }
            _ => {
                let region =
                    self.offre.region.and_then(|code| REGIONS.iter().find(|(known, _)| known.as_bytes() == code));
                self.text("libelle", region.map_or("France", |(_, libelle)| libelle));
            }
        }
        self.close("}");
    }

    fn coordinates(&mut self, departement: usize) {
        let mut centre = Dice::of(&[departement as u64, 0x9e0]);
        let (latitude, longitude) = (43.0 + centre.unit() * 6.5, -3.0 + centre.unit() * 9.5);
        let (latitude, longitude) = (latitude + self.dice.unit() * 0.6, longitude + self.dice.unit() * 0.6);
        // A reader that makes floats of these writes them back otherwise.
        let (latitude, longitude) = match self.dice.below(400) {
            0 => (format!("{latitude:.1}0"), format!("{longitude:.6}")),
            1 => (format!("{latitude:.6}"), "1E-7".to_owned()),
            2 => (format!("{latitude:.1}e0"), "0.0".to_owned()),
            _ => (trimmed(latitude), trimmed(longitude)),
        };
        self.value("latitude", &latitude);
        self.value("longitude", &longitude);
    }

    fn entreprise(&mut self, own: bool) {
        self.key("entreprise");
        self.raw("{");
        if self.dice.chance(0.57) {
            self.key("nom");
            self.raw("\"");
            push_company(self.out, &mut self.dice);
            self.raw("\",");
        }
        if self.dice.chance(0.57) {
            self.key("description");
            self.raw("\"");
            let length = 80 + self.dice.below(700);
            push_description(self.out, &mut self.dice, length);
            self.raw("\",");
        }
        if own && self.dice.chance(0.16) {
            self.link("logo", 75);
        }
        if own && self.dice.chance(0.03) {
            self.link("url", 12);
        }
        if own || self.dice.chance(0.974) {
            self.value("entrepriseAdaptee", "false");
        }
        self.close("}");
    }

    fn link(&mut self, key: &str, length: usize) {
        self.key(key);
        self.raw("\"https://exemple.invalid/");
        push_letters(self.out, &mut self.dice, length);
        self.raw("\",");
    }

    fn contrat(&mut self, own: bool) {
        if let Some(type_contrat) = self.offre.type_contrat {
            let (code, libelle, _) = TYPES[usize::from(type_contrat)];
            self.text("typeContrat", code);
            let months = 1 + self.dice.below(18);
            let libelle = match (code, own) {
                ("CDI", true) => "CDI".to_owned(),
                ("CDD", true) => format!("CDD - {months} Mois"),
                ("MIS", true) => format!("Intérim - {months} Mois"),
                ("CDD" | "MIS" | "SAI", false) => format!("{libelle} - {months} Mois"),
                _ => libelle.to_owned(),
            };
            self.text("typeContratLibelle", &libelle);
        }
        if let Some(nature) = self.offre.nature_contrat {
            self.text("natureContrat", NATURES[usize::from(nature)].1);
        }
    }

    fn experience(&mut self, own: bool) {
        let exigence = char::from(self.offre.exigence).to_string();
        self.text("experienceExige", &exigence);
        let libelle = match (self.offre.exigence, self.years, own) {
            (b'D', ..) => "Débutant accepté".to_owned(),
            (b'S', ..) => "Expérience souhaitée".to_owned(),
            (_, 0, _) => "Expérience exigée".to_owned(),
            (_, years, true) => format!("{years} An(s)"),
            (_, years, false) => format!("Expérience exigée de {years} An(s)"),
        };
        if own || self.dice.chance(0.974) {
            self.text("experienceLibelle", &libelle);
        }
    }

    /// What is asked of the person: training, languages, licences, skills.
    fn wishes(&mut self, own: bool) {
        if own && self.dice.chance(0.24) {
            self.raw(r#""formations":[{"codeFormation":"21599","domaineLibelle":"Métiers de bouche","niveauLibelle":"CAP, BEP et équivalents","exigence":"E"}],"#);
        }
        if self.dice.chance(if own { 0.19 } else { 0.013 }) {
            self.raw(r#""langues":[{"libelle":"Français","exigence":"E"}],"#);
        }
        if own && self.dice.chance(0.13) {
            self.raw(r#""permis":[{"libelle":"B - Véhicule léger","exigence":"E"}],"#);
        }
        if own && self.dice.chance(0.46) {
            self.raw(r#""competences":["#);
            for _ in 0..2 + self.dice.below(5) {
                let code = 100_000 + self.dice.below(25_000);
                if self.dice.chance(0.985) {
                    self.raw(&format!(r#"{{"code":"{code}","libelle":"Savoir-faire n° {code}","exigence":"S"}},"#));
                } else {
                    self.raw(r#"{"libelle":"Maîtrise du \"pack office\"","exigence":"E"},"#);
                }
            }
            self.close("]");
        }
    }

    fn salaire(&mut self, own: bool) {
        self.key("salaire");
        self.raw("{");
        if self.dice.chance(0.58) {
            let hourly = 1188 + self.dice.below(900);
            let monthly = 1800 + self.dice.below(2400);
            let yearly = 21_600 + self.dice.below(30_000);
            let (euros, cents) = (hourly / 100, hourly % 100);
            let libelle = match (self.dice.below(10), own) {
                (0..4, false) => format!("Horaire de {euros},{cents:02} Euros à {euros},{cents:02} Euros"),
                (0..4, true) => format!("Horaire de {euros}.{cents} Euros à {}.0 Euros sur 12.0 mois", euros + 2),
                (4..7, _) => format!("Mensuel de {monthly}.0 Euros sur 12.0 mois"),
                (7, _) => format!("Annuel de {yearly}.0 Euros à {}.0 Euros sur 12.0 mois", yearly + 4000),
                (8, _) => format!("Autre de {monthly},00 Euros à {},00 Euros", monthly + 200),
                _ => (self.dice.pick(&["Annuel de", "De à EUR par an", "Selon profil", "Mensuel de 1764,00 Euros"]))
                    .to_owned(),
            };
            self.text("libelle", &libelle);
        }
        if self.dice.chance(0.06) {
            self.raw(r#""complement1":"Autre","#);
            if self.dice.chance(0.5) {
                self.raw(r#""complement2":"Titres restaurant / Prime de panier","listeComplements":[{"code":"10","libelle":"Autre"},{"code":"14","libelle":"Titres restaurant / Prime de panier"}],"#);
            }
        }
        self.close("}");
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
            self.text("secteurActiviteLibelle", &division_label(&naf[..2]));
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

    fn contact(&mut self, own: bool) {
        if !own && !self.dice.chance(0.025) {
            return;
        }
        let id = &self.offre.id;
        let detail = format!(
            "Pour postuler, utiliser le lien suivant : https://candidat.sandbox.invalid/offres/recherche/detail/{id}"
        );
        self.key("contact");
        self.raw("{");
        match self.dice.below(10) {
            0 => {}
            1..5 => {
                self.text("nom", "Agence inventée - Mme Claude EXEMPLE");
                self.text("coordonnees1", &detail);
                self.text("courriel", &detail);
            }
            5 => {
                self.text("nom", "Atelier inventé - M. Dominique EXEMPLE");
                // A range of numbers that the regulator keeps free for fiction.
                let (third, fourth) = (self.dice.below(100), self.dice.below(100));
                self.text("telephone", &format!("01 99 00 {third:02} {fourth:02}"));
            }
            _ => {
                let mut link = "https://exemple.invalid/".to_owned();
                push_letters(&mut link, &mut self.dice, 120);
                self.text("coordonnees1", &link);
                self.text("urlPostulation", &link);
            }
        }
        self.close("}");
        if own {
            self.key("agence");
            self.raw("{");
            if self.dice.chance(0.07) {
                self.text("courriel", &detail);
            }
            self.close("}");
        }
    }

    fn qualification(&mut self) {
        let code = match self.offre.qualification {
            b'X' => return,
            b'9' => 9,
            _ => 1 + self.dice.below(8),
        };
        self.text("qualificationCode", &code.to_string());
        self.text("qualificationLibelle", QUALIFICATIONS[code - 1]);
    }

    fn origine(&mut self, own: bool) {
        let Some(origine) = self.offre.origine else { return };
        self.key("origineOffre");
        self.raw("{");
        self.text("origine", &char::from(origine).to_string());
        self.text("urlOrigine", &format!("https://candidat.sandbox.invalid/offres/recherche/detail/{}", self.offre.id));
        if !own {
            let partner = self.dice.pick(&[
                "PORTAIL_ORME",
                "EMPLOI_VAL",
                "RESEAU_BREV",
                "JOBS_PLESSIER",
                "CARRIERES_LOZ",
                "METEO_METIER",
            ]);
            self.raw("\"partenaires\":[{");
            self.text("nom", partner);
            let length = 20 + self.dice.below(220);
            self.link("url", length);
            self.link("logo", 40);
            self.close("}");
            self.close("]");
        }
        self.close("}");
    }
}

/// Six decimals without the zeros at the end, as the service writes them.
fn trimmed(degrees: f64) -> String {
    let text = format!("{degrees:.6}");
    let kept = text.trim_end_matches('0');
    if kept.ends_with('.') { format!("{kept}0") } else { kept.to_owned() }
}

const QUALIFICATIONS: [&str; 9] = [
    "Manœuvre",
    "Ouvrier spécialisé",
    "Ouvrier qualifié (P1,P2)",
    "Ouvrier qualifié (P3,P4,OHQ)",
    "Employé non qualifié",
    "Employé qualifié",
    "Technicien",
    "Agent de maîtrise",
    "Cadre",
];

const QUALITES: &str = r#""qualitesProfessionnelles":[{"libelle":"Faire preuve de rigueur","description":"Capacité à réaliser des tâches en suivant les règles, les procédures et les instructions, sans erreur, et à transmettre clairement des informations."},{"libelle":"Travailler en équipe","description":"Capacité à travailler et à se coordonner avec les autres au sein de l'entreprise en confiance et en transparence."}],"#;
