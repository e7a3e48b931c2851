//! Folders of days, made by hand or by a seed, and what the table should say of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::{Date, date};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Map, Value, json};
use trial::Finished;

use super::{MERGE_OFFERS, Run};

/// What a test relies on: a world is as the test made it.
pub(crate) const MADE: &str = "the world is as the test made it";

/// The first day of most worlds.
pub(crate) const DAY: Date = date(2024, 6, 4);

pub(crate) const SERVICE: &str = "api.exemple.fr";

/// A folder of days, its references, and the run that merges it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) run: Run,
}

const ROME: &str = "code_grand_domaine,libelle_grand_domaine,code_domaine_professionnel,libelle_domaine_professionnel,\
                    code_rome,libelle_rome\nM,Support,M18,Informatique,M1805,Développement\n";
const NAF: &str = "NIV5,LIBELLE5,NIV4,LIBELLE4,NIV3,LIBELLE3,NIV2,LIBELLE2,NIV1,LIBELLE1\n\
                   62.01Z,Programmation,62.01,Classe,62.0,Groupe,62,Division,J,Communication\n";
const COMMUNES: &str = r#"[{"code":"01001","libelle":"Commune inventée","codePostal":"01400","codeDepartement":"01"}]"#;
const DEPARTEMENTS: &str = r#"[{"code":"01","libelle":"Ain","region":{"code":"84","libelle":"Auvergne-Rhône-Alpes"}}]"#;

impl World {
    pub(crate) fn new() -> Self {
        let run = Run::new(MERGE_OFFERS);
        for (name, content) in [
            ("rome/rome.csv", ROME),
            ("naf/naf.csv", NAF),
            ("referentiels/communes.json", COMMUNES),
            ("referentiels/departements.json", DEPARTEMENTS),
        ] {
            run.write(name, content.as_bytes());
        }
        Self { run }
    }

    /// A day as `collect-offers` leaves it.
    pub(crate) fn day(&self, day: Date, offers: &[Value]) {
        let lines: Vec<String> = offers.iter().map(Value::to_string).collect();
        let text = if lines.is_empty() { "[\n]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) };
        self.day_of_text(day, &text, offers.len());
    }

    /// A day whose file is that text.
    pub(crate) fn day_of_text(&self, day: Date, text: &str, offers: usize) {
        self.run.write(format!("offre_emploi/offres-{day}.json"), text.as_bytes());
        self.write_log(day, &log(day, text, offers));
    }

    pub(crate) fn write_log(&self, day: Date, log: &Value) {
        self.run.write(format!("offre_emploi/offres-{day}.log"), log.to_string().as_bytes());
    }

    /// A journal as `mirror-offers` leaves it.
    pub(crate) fn journal(&self, day: Date, events: &[Value]) {
        let text: String = events.iter().map(|event| format!("{event}\n")).collect();
        self.run.write(format!("offre_emploi/miroir-{day}.jsonl"), text.as_bytes());
        let log = json!({
            "date": day, "service": SERVICE, "fuseau": "Europe/Paris", "fichier": format!("miroir-{day}.jsonl"),
            "octets": text.len(), "sha256": sha256(text.as_bytes()), "balayages": [], "source": "x", "licence": "y",
        });
        self.run.write(format!("offre_emploi/miroir-{day}.log"), log.to_string().as_bytes());
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.run.donnees_brutes().join("offre_emploi").join(name)).expect("it is there");
    }

    pub(crate) fn merge(&self, args: &[&str]) -> Finished {
        self.run.clone().args(args.iter().copied()).run()
    }

    /// The rows of the lake, as JSON Lines, by identifier.
    #[track_caller]
    pub(crate) fn rows(&self, args: &[&str]) -> BTreeMap<String, Map<String, Value>> {
        let file = self.run.folder().join("rows.jsonl");
        let all = [args, &["--output", file.to_str().expect(MADE)]].concat();
        let finished = self.merge(&all).expect_code(0);
        let text = fs::read_to_string(&file).expect(MADE);
        let rows: Vec<Map<String, Value>> = text.lines().map(|line| serde_json::from_str(line).expect(MADE)).collect();
        assert_eq!(finished.receipt()["records"], rows.len(), "{finished}");
        let by_id: BTreeMap<_, _> = rows.iter().map(|row| (text_of(row, "id"), row.clone())).collect();
        assert_eq!(by_id.len(), rows.len(), "an offer is there once");
        by_id
    }

    /// The files of the table and what stands beside it, but what is hidden.
    pub(crate) fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let root = self.run.donnees_brutes();
        collect(&root, &root, &mut files);
        let is_ours = |path: &Path| path.starts_with("offres") || path.to_str().expect(MADE).starts_with("offres.");
        files.retain(|path, _| is_ours(path));
        files
    }

    /// Where what is remembered is.
    pub(crate) fn memory(&self) -> PathBuf {
        self.run.donnees_brutes().join(".offres.memoire")
    }

    /// The report of the lake.
    pub(crate) fn report(&self) -> Value {
        let text = fs::read_to_string(self.run.donnees_brutes().join("offres.report.json")).expect(MADE);
        serde_json::from_str(&text).expect(MADE)
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_name().to_str().expect(MADE).starts_with('.') {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(bytes) = fs::read(&path) {
            files.insert(path.strip_prefix(root).expect(MADE).to_owned(), bytes);
        }
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    files::sha256_of(bytes)
}

/// The log that proves a day.
pub(crate) fn log(day: Date, text: &str, offers: usize) -> Value {
    let next = day.tomorrow().expect(MADE).strftime("%d/%m/%Y").to_string();
    json!({
        "dt_deb_collecte": format!("{next} 01:00:00"),
        "date_creation": day,
        "dt_fin_collecte": format!("{next} 01:30:00"),
        "total_offres": offers,
        "total_offres_collecte": offers,
        "duree_totale": "00:30",
        "preuve": {
            "fichier": format!("offres-{day}.json"), "octets": text.len(), "sha256": sha256(text.as_bytes()),
            "service": SERVICE, "fuseau": "Europe/Paris", "jour_entier": true, "source": "France Travail", "licence": "z",
        },
    })
}

/// When the offers of a day were seen.
pub(crate) fn seen(day: Date) -> String {
    format!("{}T01:30:00.000", day.tomorrow().expect(MADE))
}

/// An offer of a day.
pub(crate) fn offer(id: &str, day: Date, version: usize) -> Value {
    json!({
        "id": id,
        "intitule": format!("Métier {id} v{version}"),
        "description": format!("Texte de {id}\nversion {version}"),
        "dateCreation": format!("{day}T10:00:00.000Z"),
        "dateActualisation": format!("{day}T10:{version:02}:00.000Z"),
        "lieuTravail": {
            "libelle": "01 - BELLEY", "latitude": 45.75, "longitude": 5.5, "codePostal": "01300", "commune": "01001",
        },
        "romeCode": "M1805",
        "entreprise": { "nom": "Entreprise inventée", "entrepriseAdaptee": false },
        "typeContrat": "CDI", "typeContratLibelle": "CDI", "natureContrat": "Contrat travail",
        "competences": [{ "libelle": "Rust" }],
        "contact": { "nom": "PERSONNE", "courriel": "SECRET", "urlPostulation": "https://exemple.invalid/p" },
        "agence": { "courriel": "SECRET" },
        "alternance": true, "nombrePostes": 3, "accessibleTH": true, "qualificationCode": "7", "codeNAF": "62.01Z",
        "origineOffre": { "origine": "1", "urlOrigine": format!("https://exemple.invalid/{id}") },
        "offresManqueCandidats": true,
    })
}

pub(crate) fn withdrawn(id: &str, day: Date, seen: &str, last: &str) -> Value {
    json!({ "id": id, "jour": day, "evenement": "retiree", "preuve": "detail", "vue": seen, "presente_le": last })
}

/// The same, where a sweep of the day did not find it, and nobody asked for it.
pub(crate) fn unfound(id: &str, day: Date, seen: &str, last: &str) -> Value {
    let mut event = withdrawn(id, day, seen, last);
    event["preuve"] = "balayage".into();
    event
}

pub(crate) fn event(kind: &str, day: Date, seen: &str, offer: &Value) -> Value {
    json!({ "id": offer["id"], "jour": day, "evenement": kind, "preuve": "balayage", "vue": seen, "offre": offer })
}

pub(crate) fn text_of(row: &Map<String, Value>, column: &str) -> String {
    row[column].as_str().unwrap_or_default().to_owned()
}

/// What is known of one offer: each time it was seen, and what the last event says.
#[derive(Debug, Default, Clone)]
struct Truth {
    /// When, the order of the file, the offer.
    seen: Vec<(String, usize, Value)>,
    gone: Option<(String, String)>,
}

/// A world made by a seed: days, journals, and what is true of each offer.
#[derive(Debug)]
pub(crate) struct Seeded {
    pub(crate) days: Vec<(Date, Vec<Value>)>,
    pub(crate) journals: Vec<(Date, Vec<Value>)>,
}

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let all: Vec<Date> = (0..random.random_range(2..6)).map(|n| DAY + n.days()).collect();
        let mut days: Vec<(Date, Vec<Value>)> = all.iter().map(|day| (*day, vec![])).collect();
        let mut journals = Vec::new();
        let ids = random.random_range(3..25);
        for nth in 0..ids {
            let id = format!("{nth:03}ABCD");
            let day = random.random_range(0..all.len());
            days[day].1.push(offer(&id, all[day], 0));
            // Dated to another day, or there twice, or once more in a later file.
            if random.random_bool(0.2) {
                let (other, version) = (random.random_range(0..all.len()), random.random_range(0..3));
                let dated = random.random_range(0..all.len());
                days[other].1.push(offer(&id, all[dated], version));
            }
        }
        for run in 0..random.random_range(0..4) {
            let date = *all.last().expect(MADE) + (run + 2).days();
            let mut events = Vec::new();
            for nth in 0..ids {
                if random.random_bool(0.6) {
                    continue;
                }
                let (id, day) = (format!("{nth:03}ABCD"), all[random.random_range(0..all.len())]);
                let vue = format!("{date}T0{}:00:00", random.random_range(1..9));
                let version = random.random_range(0..4);
                events.push(match random.random_range(0..4) {
                    0 => event("modifiee", day, &vue, &offer(&id, day, version)),
                    1 => event("reapparue", day, &vue, &offer(&id, day, version)),
                    _ => withdrawn(&id, day, &vue, &format!("{date}T00:30:00")),
                });
            }
            journals.push((date, events));
        }
        Self { days, journals }
    }

    /// Writes all of it.
    pub(crate) fn put(&self, world: &World) {
        self.days.iter().for_each(|(day, offers)| world.day(*day, offers));
        self.journals.iter().for_each(|(day, events)| world.journal(*day, events));
    }

    /// The rows that the table should have, as far as versions go.
    pub(crate) fn expected(&self) -> BTreeMap<String, Map<String, Value>> {
        let mut truths: BTreeMap<String, Truth> = BTreeMap::new();
        for (nth, (day, offers)) in self.days.iter().enumerate() {
            for offer in offers {
                let truth = truths.entry(offer["id"].as_str().expect(MADE).to_owned()).or_default();
                truth.seen.push((seen(*day), nth, offer.clone()));
            }
        }
        for (nth, (_, events)) in self.journals.iter().enumerate() {
            for event in events {
                let truth = truths.entry(event["id"].as_str().expect(MADE).to_owned()).or_default();
                let vue = format!("{}.000", event["vue"].as_str().expect(MADE));
                match event.get("offre") {
                    Some(offer) => {
                        truth.seen.push((vue, 100 + nth, offer.clone()));
                        truth.gone = None;
                    }
                    None => truth.gone = Some((vue, format!("{}.000", event["presente_le"].as_str().expect(MADE)))),
                }
            }
        }
        truths.into_iter().map(|(id, truth)| (id, truth.row())).collect()
    }
}

impl Truth {
    fn row(&self) -> Map<String, Value> {
        let key = |(vue, file, offer): &(String, usize, Value)| {
            let text = |key: &str| offer[key].as_str().expect(MADE).to_owned();
            (vue.clone(), text("dateActualisation"), text("dateCreation"), *file)
        };
        // Of equal ones the one that stands later in its file.
        let (vue, _, shown) = self.seen.iter().max_by(|a, b| key(a).cmp(&key(b))).expect(MADE);
        let mut contents: Vec<&Value> = Vec::new();
        for (_, _, offer) in &self.seen {
            if !contents.contains(&offer) {
                contents.push(offer);
            }
        }
        let times = || self.seen.iter().map(|(vue, ..)| vue.clone());
        let last = self.gone.as_ref().map_or_else(|| times().max().expect(MADE), |(_, last)| last.clone());
        let title = if self.gone.is_some() { Value::Null } else { shown["intitule"].clone() };
        let row = json!({
            "title": title,
            "jour": &shown["dateCreation"].as_str().expect(MADE)[..10],
            "date_extraction": vue,
            "versions": contents.len(),
            "premiere_vue": times().min(),
            "derniere_vue": last,
            "retiree": self.gone.is_some(),
            "retiree_le": self.gone.as_ref().map(|(vue, _)| vue),
            "jour_prouve": true,
        });
        row.as_object().expect(MADE).clone()
    }
}

/// # Panics
/// When a row differs from what is expected in one of the columns that are.
#[track_caller]
pub(crate) fn assert_rows(
    rows: &BTreeMap<String, Map<String, Value>>,
    expected: &BTreeMap<String, Map<String, Value>>,
    why: &str,
) {
    assert!(rows.keys().eq(expected.keys()), "{why}: {:?} {:?}", rows.keys(), expected.keys());
    for (id, expected) in expected {
        for (column, value) in expected {
            assert_eq!(&rows[id][column], value, "{why}: {column} of {id}");
        }
    }
}
