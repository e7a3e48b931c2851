//! Contracts of 2.0.3, the same in every run; one in ten has something wrong.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

const CPV: [&str; 5] = ["45000000-7", "77310000-6", "71200000-0", "33000000", "45261210-9"];

pub(crate) fn write_json(path: &Path, count: usize) {
    write(path, r#"{"marches":{"marche":["#, ",\n", "]}}\n", count, json);
}

pub(crate) fn write_xml(path: &Path, count: usize) {
    let begin = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<marches>\n";
    write(path, begin, "\n", "</marches>\n", count, xml);
}

/// Contracts that all share one identifier, or none of them, to fill what memory does not hold.
pub(crate) fn write_many(path: &Path, count: usize, of_one: bool) {
    let contract = |nth: usize| {
        let id = if of_one { "2024-1".to_owned() } else { format!("{nth:07}") };
        json(nth).replacen(&format!("2024-{nth}"), &id, 1)
    };
    write(path, r#"{"marches":{"marche":["#, ",\n", "]}}\n", count, contract);
}

fn write(path: &Path, begin: &str, between: &str, end: &str, count: usize, contract: impl Fn(usize) -> String) {
    let mut file = BufWriter::new(File::create(path).expect("a benchmark can write"));
    let mut put = |text: &str| file.write_all(text.as_bytes()).expect("a benchmark can write");
    put(begin);
    for nth in 0..count {
        if nth > 0 {
            put(between);
        }
        put(&contract(nth));
    }
    put(end);
    file.flush().expect("a benchmark can write");
}

/// An amount, which in one contract of ten the schema refuses.
fn montant(nth: usize) -> String {
    match nth % 10 {
        0 => "0.5".to_owned(),
        _ => format!("{}.25", 20_000 + nth * 7),
    }
}

fn json(nth: usize) -> String {
    let (cpv, montant, month) = (CPV[nth % CPV.len()], montant(nth), nth % 12 + 1);
    format!(
        r#"{{"id":"2024-{nth}","acheteur":{{"id":"21350238800019"}},"nature":"Marché","objet":"Entretien des espaces verts communaux et réfection de la toiture de l'école, lot {nth}","codeCPV":"{cpv}","techniques":{{"technique":["Accord-cadre"]}},"modalitesExecution":{{"modaliteExecution":["Bons de commande"]}},"marcheInnovant":false,"ccag":"Fournitures courantes et services","offresRecues":3,"attributionAvance":true,"tauxAvance":0.05,"typeGroupementOperateurs":"Pas de groupement","sousTraitanceDeclaree":false,"procedure":"Appel d'offres ouvert","lieuExecution":{{"code":"35238","typeCode":"Code commune"}},"dureeMois":24,"dateNotification":"2024-{month:02}-03","datePublicationDonnees":"2024-{month:02}-20","montant":{montant},"typesPrix":{{"typePrix":["Définitif révisable"]}},"formePrix":"Unitaire","origineUE":0.5,"origineFrance":0.2,"titulaires":[{{"titulaire":{{"typeIdentifiant":"SIRET","id":"73282932000074"}}}},{{"titulaire":{{"typeIdentifiant":"SIRET","id":"35600000000048"}}}}],"considerationsSociales":{{"considerationSociale":["Clause sociale"]}},"considerationsEnvironnementales":{{"considerationEnvironnementale":["Clause environnementale","Critère environnemental"]}},"modifications":[{{"modification":{{"id":1,"dateNotificationModification":"2025-01-15","datePublicationDonneesModification":"2025-01-30","dureeMois":30,"montant":52000.5}}}}]}}"#
    )
}

fn xml(nth: usize) -> String {
    let (cpv, montant, month) = (CPV[nth % CPV.len()], montant(nth), nth % 12 + 1);
    format!(
        "<marche><id>2024-{nth}</id><acheteur><id>21350238800019</id></acheteur><nature>Marché</nature><objet>Entretien des espaces verts communaux et réfection de la toiture de l'école, lot {nth}</objet><codeCPV>{cpv}</codeCPV><techniques><technique>Accord-cadre</technique></techniques><modalitesExecution><modaliteExecution>Bons de commande</modaliteExecution></modalitesExecution><marcheInnovant>false</marcheInnovant><ccag>Fournitures courantes et services</ccag><offresRecues>3</offresRecues><attributionAvance>true</attributionAvance><tauxAvance>0.05</tauxAvance><typeGroupementOperateurs>Pas de groupement</typeGroupementOperateurs><sousTraitanceDeclaree>false</sousTraitanceDeclaree><procedure>Appel d'offres ouvert</procedure><lieuExecution><code>35238</code><typeCode>Code commune</typeCode></lieuExecution><dureeMois>24</dureeMois><dateNotification>2024-{month:02}-03</dateNotification><datePublicationDonnees>2024-{month:02}-20</datePublicationDonnees><montant>{montant}</montant><typesPrix><typePrix>Définitif révisable</typePrix></typesPrix><formePrix>Unitaire</formePrix><origineUE>0.5</origineUE><origineFrance>0.2</origineFrance><titulaires><titulaire><typeIdentifiant>SIRET</typeIdentifiant><id>73282932000074</id></titulaire><titulaire><typeIdentifiant>SIRET</typeIdentifiant><id>35600000000048</id></titulaire></titulaires><considerationsSociales><considerationSociale>Clause sociale</considerationSociale></considerationsSociales><considerationsEnvironnementales><considerationEnvironnementale>Clause environnementale</considerationEnvironnementale></considerationsEnvironnementales></marche>"
    )
}
