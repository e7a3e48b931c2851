//! A table of places such as a département exports it, made here.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// The mapping of the table: twelve fields.
pub(crate) const MAPPING: &str = r#"schema = "collecte.mapping/1"
target = "data-inclusion/v1/structures"
source = "departement"

[fields]
id = "Identifiant"
nom = "Nom du lieu"
siret = "SIRET"
date_maj = "Mis à jour"
adresse = { join = ["N°", "Voie"] }
code_postal = "CP"
commune = "Ville"
longitude = "X"
latitude = "Y"
telephone = "Tél."
site_web = "Site"
horaires_accueil = { hours = "Horaires" }
"#;

/// Writes so many records; `is_odd`: every value needs a repair.
pub(crate) fn write(path: &Path, records: usize, is_odd: bool) {
    let mut file = BufWriter::new(File::create(path).expect("a benchmark can write"));
    let mut line = |text: String| file.write_all(text.as_bytes()).expect("a benchmark can write");
    line("Identifiant;Nom du lieu;SIRET;Mis à jour;N°;Voie;CP;Ville;X;Y;Tél.;Site;Horaires\n".to_owned());
    for nth in 0..records {
        let (day, month) = (1 + nth % 28, 1 + nth / 28 % 12);
        let siret = siret(nth);
        let (x, y) = (nth % 700, nth % 900);
        let (area, end) = (1 + nth % 5, nth % 100_000_000);
        let row = match is_odd {
            true => format!(
                "{nth};Maison des solidarités {nth}.;{} {};{day:02}/{month:02}/2025;{};rue du Port;{:04};Rennes;\"1,{x:03}\";\"48,{y:03}\";0{area} {:02} {:02} {:02} {:02};www.lieu-{nth}.fr;du lundi au vendredi 9h-12h et 14h-17h{}\n",
                &siret[..9],
                &siret[9..],
                nth % 200,
                1_000 + nth % 9_000,
                end / 1_000_000,
                end / 10_000 % 100,
                end / 100 % 100,
                end % 100,
                if nth % 3 == 0 { "30" } else { "" },
            ),
            false => format!(
                "{nth};Maison des solidarités {nth};{siret};2025-{month:02}-{day:02};{};rue du Port;35000;Rennes;1.{x:03};48.{y:03};+33{area}{end:08};https://lieu-{nth}.fr;Mo-Fr 09:00-12:00,14:00-17:00\n",
                nth % 200
            ),
        };
        line(row);
    }
}

/// A number whose control digit is right.
fn siret(nth: usize) -> String {
    let body = format!("{:09}{:04}", 200_000_000 + nth % 700_000_000, 1 + nth % 90);
    let sum: usize = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = usize::from(digit - b'0') * (2 - place % 2);
            digit / 10 + digit % 10
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
