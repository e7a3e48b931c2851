//! Labelled structures: the table of quality, beside other ways, and the figures below which it fails.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::{Row, compare, csv_records, rows};

/// Two identifiers, the smaller first.
type Pair = (String, String);

fn pair(one: &str, two: &str) -> Pair {
    (one.min(two).to_owned(), one.max(two).to_owned())
}

fn read_json(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(trial::data("inclusion/linkage").join(name)).unwrap()).unwrap()
}

/// The links of a file alone.
fn links_of(path: &std::path::Path) -> HashMap<Pair, String> {
    let run = compare(&["--dir"]);
    let folder = run.donnees_brutes();
    let finished = run.args([folder.as_path(), path]).run().expect_code(0);
    let stem = path.file_stem().unwrap().to_str().unwrap();
    let rows = rows(&finished, &format!("{stem}.links.csv"));
    rows.iter().map(|row| (pair(&row["id_1"], &row["id_2"]), row["class"].clone())).collect()
}

fn records_of(text: &str) -> Vec<Row> {
    let mut records = csv_records(&text.replace("\r\n", "\n")).into_iter();
    let header = records.next().unwrap();
    records.map(|record| header.iter().cloned().zip(record).collect()).collect()
}

/// How a way of matching does on the labels, what is unsure counted against it.
fn quality(labels: &[(Pair, String)], matched: impl Fn(&Pair) -> bool) -> (f64, f64) {
    let said = labels.iter().filter(|(pair, _)| matched(pair));
    let (right, wrong): (Vec<_>, Vec<_>) = said.partition(|(_, label)| label == "match");
    let all = labels.iter().filter(|(_, label)| label == "match").count();
    (right.len() as f64 / (right.len() + wrong.len()).max(1) as f64, right.len() as f64 / all as f64)
}

#[trial::test_with_data]
fn labelled_structures_of_several_sources_come_out_well() {
    let path = trial::data("inclusion/linkage").join("fr_multisource.csv");
    let links = links_of(&path);
    let labels: Vec<(Pair, String)> = read_json("fr_silver_labels.json")["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|label| {
            let text = |key: &str| label[key].as_str().unwrap();
            (pair(text("left"), text("right")), text("label").to_owned())
        })
        .collect();
    let records = records_of(&std::fs::read_to_string(&path).unwrap());
    let by_id: HashMap<&str, &Row> = records.iter().map(|row| (row["id"].as_str(), row)).collect();
    let clusters: HashMap<String, Value> = read_json("official_dedupe_clusters.json")["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["structure_id"].as_str().unwrap().to_owned(), row["cluster_id"].clone()))
        .collect();
    let same = |pair: &Pair, column: &str| {
        let [one, two] = [&pair.0, &pair.1].map(|id| by_id[id.as_str()][column].to_lowercase());
        !one.is_empty() && one == two
    };
    let digits = |id: &str| {
        let digits: Vec<char> = by_id[id]["telephone"].chars().filter(char::is_ascii_digit).collect();
        digits.len().checked_sub(9).map(|from| digits[from..].to_vec())
    };
    let ours = quality(&labels, |pair| links.get(pair).is_some_and(|class| class == "match"));
    let ways = [
        ("ours", ours),
        (
            "official model",
            quality(&labels, |pair| clusters.contains_key(&pair.0) && clusters.get(&pair.0) == clusters.get(&pair.1)),
        ),
        ("same SIRET", quality(&labels, |pair| same(pair, "siret"))),
        (
            "same contact",
            quality(&labels, |pair| {
                same(pair, "courriel") || (digits(&pair.0).is_some() && digits(&pair.0) == digits(&pair.1))
            }),
        ),
    ];
    let class_of = |pair: &Pair| links.get(pair).map_or("none", String::as_str);
    let share = |label: &str, classes: &[&str]| {
        let of: Vec<_> = labels.iter().filter(|(_, own)| own == label).collect();
        of.iter().filter(|(pair, _)| classes.contains(&class_of(pair))).count() as f64 / of.len() as f64
    };
    let (linked, found) = (share("unsure", &["lie"]), share("match", &["match", "lie"]));
    for (way, (precision, recall)) in ways {
        println!("{way:15} precision {precision:.3}  recall {recall:.3}");
    }
    let count = |class: &str| links.values().filter(|own| *own == class).count();
    println!("lié {linked:.3}  found {found:.3}  match {}  lie {}", count("match"), count("lie"));
    assert!(ours.0 >= 0.90 && ours.1 >= 0.92, "{ours:?}");
    assert!(linked >= 0.8 && found == 1.0, "lié {linked}, found {found}");
    assert!(share("distinct", &["match"]) == 0.0);
    let most = records.len() * 12 / 100;
    assert!(count("match") <= most && count("lie") <= most, "at most {most} of each class");
}

#[trial::test_with_data]
fn invented_structures_with_a_known_truth_are_found() {
    let run = compare(&[]);
    let packed = std::fs::File::open(trial::data("inclusion/linkage").join("synthetic_truth.csv.gz")).unwrap();
    let unpacked = std::process::Command::new("gzip").arg("-dc").stdin(packed).output().unwrap();
    let path = run.write("synthetic.csv", &unpacked.stdout);
    let links = links_of(&path);
    let records = records_of(std::str::from_utf8(&unpacked.stdout).unwrap());
    let mut entities: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &records {
        entities.entry(&row["truth"]).or_default().insert(&row["id"]);
    }
    let truth: BTreeSet<Pair> = entities
        .values()
        .flat_map(|ids| {
            ids.iter().flat_map(move |one| {
                ids.range::<str, _>((std::ops::Bound::Excluded(*one), std::ops::Bound::Unbounded))
                    .map(move |two| pair(one, two))
            })
        })
        .collect();
    let matched: BTreeSet<&Pair> = links.iter().filter(|(_, class)| *class == "match").map(|(pair, _)| pair).collect();
    let right = matched.iter().filter(|pair| truth.contains(**pair)).count() as f64;
    let (precision, recall) = (right / matched.len() as f64, right / truth.len() as f64);
    println!("invented        precision {precision:.4}  recall {recall:.4}  of {} pairs", truth.len());
    assert!(precision >= 0.995 && recall >= 0.96, "{precision} {recall}");
}
