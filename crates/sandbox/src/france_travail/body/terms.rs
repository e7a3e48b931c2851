//! The contract, and what it asks for and gives.

use super::Writer;
use crate::france_travail::contract::{NATURES, TYPES};

impl Writer<'_> {
    pub(super) fn contrat(&mut self, own: bool) {
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

    pub(super) fn experience(&mut self, own: bool) {
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
    pub(super) fn wishes(&mut self, own: bool) {
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

    pub(super) fn salaire(&mut self, own: bool) {
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

    pub(super) fn qualification(&mut self) {
        let code = match self.offre.qualification {
            b'X' => return,
            b'9' => 9,
            _ => 1 + self.dice.below(8),
        };
        self.text("qualificationCode", &code.to_string());
        self.text("qualificationLibelle", QUALIFICATIONS[code - 1]);
    }
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
