//! Records as Breton authorities have them, the same in every run: 36 columns, some 400 bytes, one in six a co-contractor
//! or subcontractor of the contract before.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

const HEADER: &str = "Nmarché;SIRETMandataire;LibelleEntiteMandataire;SIRETAcheteur;LibelleAcheteur;Nature;Objet;CodeCPV;Type ;Procedure;CodePostalCommuneExecution;NomCommuneExecution;CodeINSEEExecution;GranulariteINSEEExecution;MillesimeMandatement;DateNotification;Montant mandate TTC;Montant mandate HT;Montant attribue TTC;Montant attribue HT;Date de cloture;Duree;SIRETContractant;DenominationSociale;Role;CodePostal;Dpt ID ;Département;Commune;Taille;Taille des entreprises par categorie officielle;Code NAF;Libelle NAF;Libelle SBA;Libelle CCI;geolocalisation";

const PROCEDURES: [&str; 6] =
    ["MAPA - art 28", "Procédure adaptée", "Appel d'offre ouvert", "Concours", "UGAP", "Procédure adaptée (MAPA)"];

const OBJETS: [&str; 4] = [
    "travaux de rénovation du réseau de chauffage et de ventilation du lycée, lot menuiseries extérieures",
    "fourniture et pose de signalétique verte pour les services de la ville",
    "formation qualifiante de monteur en construction bois, étude d'impact comprise",
    "nettoyage des vitres et des locaux de l'hôtel de la région",
];

const NATURES: [&str; 3] = ["", "Marché", "Accord-cadre"];

/// In which order records of one contract stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// One after the other, as in the real table.
    AsTheyAre,
    /// As far from each other as they can.
    Scattered,
    /// All are of one, its contractor told again and again.
    OfOne,
}

pub(crate) fn write(path: &Path, count: usize, order: Order) {
    let mut file = BufWriter::new(File::create(path).expect("a benchmark can write"));
    let mut put = |text: &str| writeln!(file, "{text}").expect("a benchmark can write");
    put(HEADER);
    for nth in 0..count {
        let contract = match order {
            Order::AsTheyAre => nth - usize::from(nth % 6 == 5),
            Order::Scattered => nth % (count / 4).max(1),
            Order::OfOne => 0,
        };
        put(&record(nth, contract, order));
    }
    file.flush().expect("a benchmark can write");
}

fn record(nth: usize, contract: usize, order: Order) -> String {
    let pick = |list: &[&'static str]| list[contract % list.len()];
    let role = match nth % 6 {
        5 if contract.is_multiple_of(2) => "Co-traitant",
        5 => "Sous-traitant",
        _ => "Titulaire",
    };
    let (year, cents) = (2_013 + contract % 4, contract % 100);
    let operator = if order == Order::OfOne { 0 } else { nth };
    format!(
        "{year}-{contract:07};;Ville fictive {};;Ville fictive {};{};{} {contract};72000000;Travaux;{};29200;Brest;{};commune;{year};{year}-06-{:02};10649.68;8874.73;10649.68;{}.{cents:02};;;{:09};SARL BOIS & GRANIT {operator};{role};22000;35;Finistère;VANNES;10 000 et plus;Grande entreprise;8559;ENSEIGNEMENT;Administration publique/enseignement;Services;48.117,-1.670",
        contract % 300,
        contract % 300,
        pick(&NATURES),
        pick(&OBJETS),
        pick(&PROCEDURES),
        if contract.is_multiple_of(3) { "35238" } else { "" },
        1 + contract % 28,
        1_000 + contract % 900_000,
        100_000_000 + operator,
    )
}
