//! Where the work is: a commune mostly, else a département, a region, or nothing precise.

use super::Writer;
use crate::world::dice::Dice;
use crate::world::territory::{DEPARTEMENTS, REGIONS, in_capitals};

impl Writer<'_> {
    pub(super) fn lieu_travail(&mut self, own: bool) {
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

    pub(super) fn coordinates(&mut self, departement: usize) {
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
}

/// Six decimals without the zeros at the end, as the service writes them.
fn trimmed(degrees: f64) -> String {
    let text = format!("{degrees:.6}");
    let kept = text.trim_end_matches('0');
    if kept.ends_with('.') { format!("{kept}0") } else { kept.to_owned() }
}
