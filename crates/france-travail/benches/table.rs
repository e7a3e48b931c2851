//! What days of offers cost as one table: `merge-offers` beside DuckDB, in one run, on the same files.
//!
//! `cargo bench -p france-travail --bench table`; `OFFERS` (250,000) changes the number, `PYTHON` names an interpreter that
//! has duckdb. DuckDB reads the days with `read_json`, joins the same references, orders, and writes Zstandard Parquet. Then
//! a new day on a lake of 20, nothing new on it, and `MANY` offers (1,000,000; 0: none) as a lake and as one file.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use trial::Cost;

const FIRST: Date = date(2025, 1, 1);

/// As one writes it today, with the columns that both can have.
const THEIRS: &str = r#"
import sys, duckdb
root, output = sys.argv[1:3]
duckdb.sql(f"""
COPY (
  WITH offres AS (SELECT * FROM read_json('{root}/offre_emploi/offres-*.json', format = 'array', maximum_object_size = 33554432))
  SELECT o.id, intitule, description, o.entreprise.nom AS company_name, lieuTravail.libelle AS location_name,
    lieuTravail.latitude AS latitude, lieuTravail.longitude AS longitude, dateCreation, dateActualisation, typeContrat,
    typeContratLibelle, dureeTravailLibelle, dureeTravailLibelleConverti, salaire.libelle AS salaire, experienceExige,
    experienceLibelle, romeLibelle, secteurActiviteLibelle, contact.urlPostulation AS application_url,
    origineOffre.urlOrigine AS source_url, [c.libelle FOR c IN competences] AS skills, accessibleTH, romeCode,
    lieuTravail.commune AS commune, lieuTravail.codePostal AS code_postal, natureContrat, alternance, nombrePostes,
    qualificationCode, codeNAF, r.* EXCLUDE (code_rome), n.* EXCLUDE (NIV5), c.libelle AS commune_libelle,
    d.libelle AS departement_libelle, d.region.code AS region, d.region.libelle AS region_libelle
  FROM offres o
  LEFT JOIN read_csv('{root}/rome/rome.csv', all_varchar = true) r ON r.code_rome = o.romeCode
  LEFT JOIN read_csv('{root}/naf/naf.csv', all_varchar = true) n ON n.NIV5 = o.codeNAF
  LEFT JOIN (SELECT code, first(libelle) AS libelle FROM read_json('{root}/referentiels/communes.json') GROUP BY code) c
    ON c.code = lieuTravail.commune
  LEFT JOIN read_json('{root}/referentiels/departements.json') d ON d.code = left(lieuTravail.commune, 2)
  ORDER BY dateCreation, o.id
) TO '{output}' (FORMAT parquet, COMPRESSION zstd)
""")
"#;

fn main() {
    let number = |name: &str, default: usize| {
        std::env::var(name).map_or(default, |text| text.parse().expect("a number of offers"))
    };
    let (offers, many) = (number("OFFERS", 250_000), number("MANY", 1_000_000));
    beside_duckdb(offers);
    day_by_day(offers / 5);
    if many > 0 {
        let folder = world(many, 20);
        println!("{many} offers:");
        header();
        show("a lake", &merge(folder.path(), &[]));
        let file = folder.path().join("one.parquet");
        show("one file, Parquet", &merge(folder.path(), &["--output", file.to_str().expect("a path")]));
        let file = folder.path().join("one.csv");
        show("one file, CSV", &merge(folder.path(), &["--output", file.to_str().expect("a path")]));
    }
}

fn beside_duckdb(offers: usize) {
    let folder = world(offers, 5);
    let bytes: u64 = fs::read_dir(folder.path().join("offre_emploi"))
        .expect("the days are there")
        .map(|entry| entry.and_then(|entry| entry.metadata()).map_or(0, |there| there.len()))
        .sum();
    println!("{offers} offers in 5 days, {} MB:", bytes / 1_000_000);
    header();
    // What was just written is still on its way to the disk when the first one reads it.
    let twice = |run: &dyn Fn(&str) -> Cost| run("1").min(run("2"));
    let ours = twice(&|nth| {
        let file = folder.path().join(format!("ours{nth}.parquet"));
        merge(folder.path(), &["--output", file.to_str().expect("a path")])
    });
    show("merge-offers, one file", &ours);
    show("merge-offers, a lake", &merge(folder.path(), &[]));
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_duckdb = Command::new(&python).args(["-c", "import duckdb"]).output();
    if !has_duckdb.is_ok_and(|tried| tried.status.success()) {
        println!("  duckdb is not there: not compared");
        return;
    }
    let theirs = twice(&|nth| {
        let mut command = Command::new(&python);
        command.args(["-c", THEIRS]).arg(folder.path()).arg(folder.path().join(format!("theirs{nth}.parquet")));
        Cost::of(command, &[0])
    });
    show("DuckDB, one file", &theirs);
    println!(
        "  {:<34} {:>8.2} {:>10.2}",
        "ours in times theirs",
        ours.cpu_s / theirs.cpu_s,
        ours.peak_mib / theirs.peak_mib
    );
}

/// A new day on a lake of 20 days, beside that day alone.
fn day_by_day(offers: usize) {
    println!("a day of {offers} offers:");
    header();
    let alone = world(offers, 1);
    let alone = merge(alone.path(), &[]);
    show("alone", &alone);
    let lake = world(offers * 20, 20);
    merge(lake.path(), &[]);
    day(lake.path(), FIRST + 20.days(), offers, 20 * offers);
    let new = merge(lake.path(), &[]);
    show("on a lake of 20 days", &new);
    let nothing = merge(lake.path(), &[]);
    show("nothing new", &nothing);
    println!("  {:<34} {:>8.2}", "new, in times alone", new.cpu_s / alone.cpu_s);
    println!("  {:<34} {:>8.2}", "nothing, in times alone", nothing.cpu_s / alone.cpu_s);
}

fn header() {
    println!("  {:<34} {:>8} {:>10} {:>8}", "", "CPU s", "peak MiB", "wall s");
}

fn show(name: &str, cost: &Cost) {
    let Cost { cpu_s, peak_mib, wall_s } = cost;
    println!("  {name:<34} {cpu_s:>8.2} {peak_mib:>10.1} {wall_s:>8.1}");
}

const WORDS: [&str; 40] = [
    "vous",
    "êtes",
    "responsable",
    "de",
    "la",
    "préparation",
    "des",
    "commandes",
    "en",
    "équipe",
    "avec",
    "rigueur",
    "autonomie",
    "au",
    "sein",
    "d'une",
    "entreprise",
    "familiale",
    "nous",
    "recherchons",
    "un",
    "ou",
    "une",
    "profil",
    "expérimenté",
    "pour",
    "assurer",
    "l'entretien",
    "et",
    "le",
    "suivi",
    "des",
    "clients",
    "horaires",
    "variables",
    "permis",
    "souhaité",
    "débutant",
    "accepté",
    "poste",
];

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn words(&mut self, count: usize) -> String {
        let mut text = String::with_capacity(8 * count);
        for nth in 0..count {
            text.push_str(WORDS[self.below(WORDS.len())]);
            text.push_str(if nth % 12 == 11 { ".\\n" } else { " " });
        }
        text
    }
}

/// A folder of days and references; 3.4 kB an offer, as the service's.
fn world(offers: usize, days: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for name in ["rome", "naf", "referentiels", "offre_emploi"] {
        fs::create_dir(folder.path().join(name)).expect("a folder can be made");
    }
    references(folder.path());
    for nth in 0..days {
        let count = offers / days;
        day(folder.path(), FIRST + (nth as i32).days(), count, nth * count);
    }
    folder
}

fn references(root: &Path) {
    let rome = (0..1_500).map(|nth| format!("M,Support,M18,Informatique,M18{nth:04},Métier {nth}\n"));
    let rome = rome.collect::<String>();
    let header = "code_grand_domaine,libelle_grand_domaine,code_domaine_professionnel,libelle_domaine_professionnel,code_rome,libelle_rome\n";
    let naf = (0..730).map(|nth| {
        format!(
            "{:02}.{:02}Z,Sous-classe {nth},62.01,Classe,62.0,Groupe,62,Division,J,Communication\n",
            nth / 100,
            nth % 100
        )
    });
    let naf_header = "NIV5,LIBELLE5,NIV4,LIBELLE4,NIV3,LIBELLE3,NIV2,LIBELLE2,NIV1,LIBELLE1\n";
    let communes: Vec<String> = (0..35_000)
        .map(|nth| {
            format!(
                r#"{{"code":"{nth:05}","libelle":"Commune {nth}","codePostal":"{nth:05}","codeDepartement":"{:02}"}}"#,
                nth / 1_000
            )
        })
        .collect();
    let departements: Vec<String> = (0..95)
        .map(|nth| {
            format!(
                r#"{{"code":"{nth:02}","libelle":"Département {nth}","region":{{"code":"84","libelle":"Région"}}}}"#
            )
        })
        .collect();
    for (name, content) in [
        ("rome/rome.csv", format!("{header}{rome}")),
        ("naf/naf.csv", format!("{naf_header}{}", naf.collect::<String>())),
        ("referentiels/communes.json", format!("[{}]", communes.join(",\n"))),
        ("referentiels/departements.json", format!("[{}]", departements.join(",\n"))),
    ] {
        fs::write(root.join(name), content).expect("a reference can be written");
    }
}

/// A day as `collect-offers` leaves it.
fn day(root: &Path, day: Date, offers: usize, first: usize) {
    let path = root.join(format!("offre_emploi/offres-{day}.json"));
    let mut file = BufWriter::new(File::create(&path).expect("a day can be written"));
    let mut random = Random(first as u64 + 1);
    let mut write = |text: &str| file.write_all(text.as_bytes()).expect("a day can be written");
    write("[");
    for nth in 0..offers {
        write(if nth == 0 { "\n" } else { ",\n" });
        write(&offer(day, first + nth, nth * 86_000 / offers.max(1), &mut random));
    }
    write("\n]\n");
    file.flush().expect("a day can be written");
    let (bytes, sha256) =
        (fs::metadata(&path).map_or(0, |there| there.len()), files::sha256(&path).expect("it is there"));
    let log = serde_json::json!({
        "date_creation": day, "dt_fin_collecte": day.tomorrow().expect("a day").strftime("%d/%m/%Y 01:30:00").to_string(),
        "total_offres_collecte": offers,
        "preuve": { "octets": bytes, "sha256": sha256, "service": "banc", "jour_entier": true, "source": "banc" },
    });
    fs::write(path.with_extension("log"), log.to_string()).expect("a log can be written");
}

fn offer(day: Date, number: usize, second: usize, random: &mut Random) -> String {
    let time = format!("{day}T{:02}:{:02}:{:02}.000Z", second / 3_600, second / 60 % 60, second % 60);
    let (title, company) = (random.words(6), random.words(4));
    let (description, about) = (random.words(150), random.words(40));
    let description = description + &random.words(random_length(number));
    let commune = random.below(34_000);
    let (rome, naf) = (random.below(1_500), random.below(730));
    format!(
        r#"{{"id":"{number:07}","intitule":"{title}","description":"{description}","dateCreation":"{time}","dateActualisation":"{time}","lieuTravail":{{"libelle":"01 - BELLEY","latitude":{:.6},"longitude":{:.6},"codePostal":"{commune:05}","commune":"{commune:05}"}},"romeCode":"M18{rome:04}","romeLibelle":"Métier {rome}","appellationlibelle":"Appellation {rome}","entreprise":{{"nom":"{company}","description":"{about}","entrepriseAdaptee":false}},"typeContrat":"CDI","typeContratLibelle":"CDI","natureContrat":"Contrat travail","experienceExige":"E","experienceLibelle":"Expérience exigée de 2 An(s)","competences":[{{"code":"1","libelle":"Préparer","exigence":"S"}},{{"code":"2","libelle":"Suivre","exigence":"E"}}],"salaire":{{"libelle":"Mensuel de 2100,00 Euros à 2300,00 Euros sur 12 mois"}},"dureeTravailLibelle":"35H/semaine","dureeTravailLibelleConverti":"Temps plein","alternance":false,"contact":{{"nom":"X","coordonnees1":"https://exemple.invalid/{number}","urlPostulation":"https://exemple.invalid/{number}"}},"agence":{{}},"nombrePostes":1,"accessibleTH":false,"qualificationCode":"7","qualificationLibelle":"Technicien","codeNAF":"{:02}.{:02}Z","secteurActivite":"78","secteurActiviteLibelle":"Activités des agences","origineOffre":{{"origine":"1","urlOrigine":"https://candidat.exemple.invalid/offres/recherche/detail/{number:07}"}},"offresManqueCandidats":false,"contexteTravail":{{"horaires":["35H/semaine"]}},"entrepriseAdaptee":false,"employeurHandiEngage":false}}"#,
        45.0 + random.below(1_000_000) as f64 / 1e6,
        2.0 + random.below(1_000_000) as f64 / 1e6,
        naf / 100,
        naf % 100,
    )
}

/// Descriptions are of any length.
fn random_length(number: usize) -> usize {
    number * 7_919 % 160
}

fn merge(root: &Path, args: &[&str]) -> Cost {
    let mut command = Command::new(env!("CARGO_BIN_EXE_merge-offers"));
    command.env("DONNEES_BRUTES", root).args(args);
    Cost::of(command, &[0])
}
