//! Who offers the work, and how to reach them: all invented.

use super::Writer;
use crate::france_travail::text::{push_description, push_letters};
use crate::world::firms::push_name;

impl Writer<'_> {
    pub(super) fn entreprise(&mut self, own: bool) {
        self.key("entreprise");
        self.raw("{");
        if self.dice.chance(0.57) {
            self.key("nom");
            self.raw("\"");
            push_name(self.out, &mut self.dice);
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

    pub(super) fn contact(&mut self, own: bool) {
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

    pub(super) fn origine(&mut self, own: bool) {
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
