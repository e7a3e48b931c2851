//! The stock of establishments, as INSEE writes it, of enterprises that do not exist.

use std::fmt::Write;

use crate::wire::zip::{self, Member};
use crate::world::dice::Dice;
use crate::world::firms;
use crate::world::territory::{Commune, communes};

/// Its one member.
const MEMBER: &str = "StockEtablissement_utf8.csv";

/// The columns up to December 2025; the last one came unannounced.
#[rustfmt::skip]
const COLUMNS: [&str; 54] = [
    "siren", "nic", "siret", "statutDiffusionEtablissement", "dateCreationEtablissement",
    "trancheEffectifsEtablissement", "anneeEffectifsEtablissement", "activitePrincipaleRegistreMetiersEtablissement",
    "dateDernierTraitementEtablissement", "etablissementSiege", "nombrePeriodesEtablissement",
    "complementAdresseEtablissement", "numeroVoieEtablissement", "indiceRepetitionEtablissement",
    "dernierNumeroVoieEtablissement", "indiceRepetitionDernierNumeroVoieEtablissement", "typeVoieEtablissement",
    "libelleVoieEtablissement", "codePostalEtablissement", "libelleCommuneEtablissement",
    "libelleCommuneEtrangerEtablissement", "distributionSpecialeEtablissement", "codeCommuneEtablissement",
    "codeCedexEtablissement", "libelleCedexEtablissement", "codePaysEtrangerEtablissement",
    "libellePaysEtrangerEtablissement", "identifiantAdresseEtablissement", "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement", "complementAdresse2Etablissement", "numeroVoie2Etablissement",
    "indiceRepetition2Etablissement", "typeVoie2Etablissement", "libelleVoie2Etablissement", "codePostal2Etablissement",
    "libelleCommune2Etablissement", "libelleCommuneEtranger2Etablissement", "distributionSpeciale2Etablissement",
    "codeCommune2Etablissement", "codeCedex2Etablissement", "libelleCedex2Etablissement",
    "codePaysEtranger2Etablissement", "libellePaysEtranger2Etablissement", "dateDebut", "etatAdministratifEtablissement",
    "enseigne1Etablissement", "enseigne2Etablissement", "enseigne3Etablissement", "denominationUsuelleEtablissement",
    "activitePrincipaleEtablissement", "nomenclatureActivitePrincipaleEtablissement", "caractereEmployeurEtablissement",
    "activitePrincipaleNAF25Etablissement",
];

/// How the stock is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stock {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) descriptor: bool,
    pub(crate) members: usize,
    pub(crate) seed: u64,
    pub(crate) release: u64,
}

impl Stock {
    /// The archive.
    pub(crate) fn archive(self) -> Vec<u8> {
        let csv = Member { path: MEMBER.to_owned(), content: self.csv().into_bytes() };
        let extra =
            (1..self.members).map(|nth| Member { path: format!("autre_{nth}.csv"), content: b"siret\n".to_vec() });
        zip::write(&[vec![csv], extra.collect()].concat(), self.descriptor)
    }

    /// Its content.
    pub(crate) fn csv(self) -> String {
        let columns = self.columns.clamp(1, COLUMNS.len());
        let (communes, _) = communes();
        let mut csv = String::with_capacity(self.rows * 230 + 2_000);
        csv.push_str(&COLUMNS[..columns].join(","));
        csv.push('\n');
        for nth in 0..self.rows {
            let mut dice = Dice::of(&[self.seed, 0x51e, self.release, nth as u64]);
            row(&mut csv, &mut dice, nth, columns, &communes);
        }
        csv
    }
}

fn row(csv: &mut String, dice: &mut Dice, nth: usize, columns: usize, communes: &[Commune]) {
    let siren = firms::siren(nth);
    let siret = firms::siret(&siren, 1 + dice.below(9));
    let commune = &communes[dice.below(communes.len())];
    let hidden = dice.chance(0.05);
    let address = |value: String| if hidden { "[ND]".to_owned() } else { value };
    let [number, way, name] = [
        address((1 + dice.below(200)).to_string()),
        address(dice.pick(&["RUE", "AVENUE", "PLACE", "CHEMIN", "ZONE"]).to_owned()),
        address(format!("DES {}", dice.pick(&["ESSAIS", "TILLEULS", "BACS", "SABLES", "MODELES", "ORMES"]))),
    ];
    let day = format!("{:04}-{:02}-{:02}", 1_990 + dice.below(35), 1 + dice.below(12), 1 + dice.below(28));
    let treated = format!(
        "2024-{:02}-{:02}T{:02}:{:02}:30",
        1 + dice.below(12),
        1 + dice.below(28),
        dice.below(24),
        dice.below(60)
    );
    // A comma or a quote now and then: a reader that splits at commas goes wrong.
    let complement = if dice.chance(0.1) { "\"BAT A, ESC 2\"" } else { "" };
    let name_used =
        if dice.chance(0.05) { "\"DUPLEX \"\"ESSAI\"\", SARL\"".to_owned() } else { format!("ESSAI {nth}") };
    let naf = dice.pick(&["62.01Z", "47.11F", "68.20B", "56.10A", "01.11Z", "86.21Z", "85.59A", "43.39Z"]);
    let (siege, state, employer) = (dice.chance(0.7), dice.pick(&["A", "F"]), dice.pick(&["O", "N"]));
    let (nic, departement) = (&siret[9..], &commune.code);
    let start = csv.len();
    // Writing to a text cannot fail.
    let _ = write!(
        csv,
        "{siren},{nic},{siret},{},{day},,,,{treated},{siege},{},{complement},{number},,,,{way},{name},{},{},,,{departement},,,,,,\
         {}.{},{}.{},,,,,,,,,,,,,,,{day},{state},,,,{name_used},{naf},NAFRev2,{employer}",
        if hidden { "P" } else { "O" },
        1 + dice.below(6),
        commune.code_postal,
        commune.libelle.to_uppercase(),
        100_000 + dice.below(900_000),
        dice.below(1_000),
        6_000_000 + dice.below(1_100_000),
        dice.below(1_000),
    );
    match columns {
        54 => csv.push_str(",62.10Y"),
        53 => {}
        fewer => {
            let end = csv[start..].match_indices(',').nth(fewer - 1).map(|(at, _)| start + at);
            csv.truncate(end.unwrap_or(csv.len()));
        }
    }
    csv.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_the_columns_of_the_header() {
        for columns in [53, 54] {
            let csv = Stock { rows: 300, columns, descriptor: false, members: 1, seed: 1, release: 1 }.csv();
            for line in csv.lines() {
                let (mut quoted, mut count) = (false, 1);
                line.chars().for_each(|letter| match letter {
                    '"' => quoted = !quoted,
                    ',' if !quoted => count += 1,
                    _ => {}
                });
                assert_eq!(count, columns, "{line}");
            }
        }
    }
}
