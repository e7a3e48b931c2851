//! Every figure of the comparison, counted again from the links and the tables that were drawn.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trial::Finished;

use super::draw::{Drawn, Table};
use super::{Row, rows};

/// The records that are compared, by identifier.
pub(super) type Records<'t> = BTreeMap<&'t str, Record<'t>>;

/// One of them.
pub(super) struct Record<'t> {
    pub(super) drawn: &'t Drawn,
    pub(super) source: &'t str,
    /// Its file on the command line, and its number in it.
    place: (usize, usize),
}

impl Record<'_> {
    pub(super) fn is_own(&self) -> bool {
        self.place.0 == 0
    }

    /// As the contract cuts it from a code.
    fn departement(&self) -> &str {
        let (insee, postal) = (self.drawn.cell("code_insee"), self.drawn.cell("code_postal"));
        let code = if insee.is_empty() { postal } else { insee };
        match &code[..2] {
            "2A" | "2B" => "20",
            "97" | "98" => &code[..3],
            _ => &code[..2],
        }
    }
}

/// Checks all of it; gives back the records.
pub(super) fn check<'t>(finished: &Finished, told: &Value, links: &[Row], tables: &'t [Table]) -> Records<'t> {
    let records = count_records(told, tables);
    let count = |class: &str| links.iter().filter(|row| row["class"] == class).count();
    assert_eq!(told["links"], json!({"match": count("match"), "lie": count("lie")}));
    check_rows(links, &records);
    check_sources(told, links, &records);
    check_own(told, links, &records);
    check_unknown(told, &rows(finished, "a.unknown.csv"), links, &records);
    check_complements(told, &rows(finished, "a.complements.csv"), links, &records);
    check_files(finished, told, tables);
    records
}

fn count_records<'t>(told: &Value, tables: &'t [Table]) -> Records<'t> {
    let mut records = Records::new();
    let (mut read, mut blank, mut rejected, mut left_out) = (0, 0, 0, 0);
    let mut own = BTreeSet::new();
    for (file, table) in tables.iter().enumerate() {
        for (nth, drawn) in table.rows.iter().enumerate() {
            read += 1;
            let source = Some(drawn.cell("source")).filter(|source| !source.is_empty()).unwrap_or(table.source());
            if drawn.is_blank() {
                blank += 1;
            } else if drawn.cell("id").is_empty() || drawn.cell("nom").is_empty() {
                rejected += 1;
            } else if file > 0 && own.contains(source) {
                left_out += 1;
            } else {
                own.extend((file == 0).then_some(source));
                records.insert(drawn.cell("id"), Record { drawn, source, place: (file, nth + 1) });
            }
        }
    }
    let kept = records.len();
    assert_eq!(
        told["records"],
        json!({"read": read, "blank": blank, "kept": kept, "dropped": 0, "rejected": rejected, "left_out": left_out})
    );
    records
}

/// Each link once, the first side before the second, and both as they stand in their files.
fn check_rows(links: &[Row], records: &Records<'_>) {
    let mut places = vec![];
    for row in links {
        let sides = ["1", "2"].map(|side| {
            let record = &records[row[&format!("id_{side}")].as_str()];
            let cell = |name: &str| row[&format!("{name}_{side}")].as_str();
            assert_eq!((cell("source"), cell("nom")), (record.source, record.drawn.cell("nom")));
            assert_eq!(
                (cell("record"), cell("commune")),
                (record.place.1.to_string().as_str(), record.drawn.cell("commune"))
            );
            record.place
        });
        assert!(sides[0] < sides[1], "{row:?}");
        places.push(sides);
    }
    assert!(places.is_sorted_by(|one, two| one < two), "links stand in the order of their records, each once");
}

/// Records of `source` with a link of a class to `other`.
fn towards<'l>(links: &'l [Row], class: &str, source: &str, other: &str) -> BTreeSet<&'l str> {
    let of_class = links.iter().filter(|row| row["class"] == class);
    let sides = of_class.flat_map(|row| [("1", "2"), ("2", "1")].map(|(here, there)| (row, here, there)));
    let of = |(row, here, there): (&'l Row, &str, &str)| {
        let is_it = row[&format!("source_{here}")] == source && row[&format!("source_{there}")] == other;
        is_it.then(|| row[&format!("id_{here}")].as_str())
    };
    sides.filter_map(of).collect()
}

/// Two decimals, half up.
fn percent(part: usize, of: usize) -> f64 {
    ((part * 20_000 + of) / (2 * of)) as f64 / 100.0
}

fn check_sources(told: &Value, links: &[Row], records: &Records<'_>) {
    let mut counts: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
    for record in records.values() {
        let (count, is_own) = counts.entry(record.source).or_default();
        *count += 1;
        *is_own |= record.is_own();
    }
    let of = |(source, (count, is_own)): (&&str, &(usize, bool))| {
        let inside = towards(links, "match", source, source).len();
        let inside = json!({"records": inside, "percent": percent(inside, *count)});
        json!({"source": source, "own": is_own, "records": count, "inside": inside})
    };
    assert_eq!(told["sources"], json!(counts.iter().map(of).collect::<Vec<_>>()));
    let mut pairs = vec![];
    for (one, (count_1, _)) in &counts {
        for (two, (count_2, _)) in
            counts.range::<&str, _>((std::ops::Bound::Excluded(*one), std::ops::Bound::Unbounded))
        {
            let [nb_1, lie_1] = ["match", "lie"].map(|class| towards(links, class, one, two).len());
            let [nb_2, lie_2] = ["match", "lie"].map(|class| towards(links, class, two, one).len());
            if nb_1 + lie_1 > 0 {
                pairs.push(json!({
                    "source_1": one, "source_2": two, "nb_1": nb_1, "nb_2": nb_2, "percent_1": percent(nb_1, *count_1),
                    "percent_2": percent(nb_2, *count_2), "lie_1": lie_1, "lie_2": lie_2
                }));
            }
        }
    }
    assert_eq!(told["pairs"], json!(pairs));
}

fn check_own(told: &Value, links: &[Row], records: &Records<'_>) {
    let own: BTreeSet<&str> = records.iter().filter(|(_, record)| record.is_own()).map(|(id, _)| *id).collect();
    let [mut common, mut linked, mut inside] = [(); 3].map(|()| BTreeSet::new());
    for row in links {
        for (here, there) in [("1", "2"), ("2", "1")] {
            let id = row[&format!("id_{here}")].as_str();
            let is_inside = row["source_1"] == row["source_2"];
            match (own.contains(id), row["class"].as_str(), is_inside) {
                (true, "match", true) => inside.insert(id),
                (true, "match", false) => common.insert(id),
                (true, _, false) => linked.insert(id),
                _ => false,
            };
            assert!(!row[&format!("id_{there}")].is_empty());
        }
    }
    let linked = linked.difference(&common).count();
    let alone = own.len() - common.len() - linked;
    assert_eq!(
        told["own"],
        json!({"records": own.len(), "common": common.len(), "linked": linked, "alone": alone, "inside": inside.len()})
    );
}

fn check_unknown(told: &Value, unknown: &[Row], links: &[Row], records: &Records<'_>) {
    let own: BTreeSet<&str> = records.values().filter(|record| record.is_own()).map(Record::departement).collect();
    let linked = |class: &str, id: &str| -> BTreeSet<&str> {
        let of_class = links.iter().filter(|row| row["class"] == class && row["id_2"] == id);
        of_class.map(|row| row["id_1"].as_str()).filter(|id| records[id].is_own()).collect()
    };
    let mut expected = vec![];
    let mut departements: BTreeMap<&str, usize> = BTreeMap::new();
    for (id, record) in records.iter().filter(|(_, record)| !record.is_own()) {
        if linked("match", id).is_empty() && own.contains(record.departement()) {
            *departements.entry(record.departement()).or_default() += 1;
            let lie = linked("lie", id).into_iter().collect::<Vec<_>>().join(" ");
            expected.push([record.source.to_owned(), (*id).to_owned(), lie]);
        }
    }
    expected.sort();
    let written: Vec<_> = unknown.iter().map(|row| ["source", "id", "lie"].map(|key| row[key].clone())).collect();
    assert_eq!(written, expected);
    let departements: Vec<Value> =
        departements.iter().map(|(departement, count)| json!({"departement": departement, "records": count})).collect();
    assert_eq!(told["unknown"], json!({"records": expected.len(), "departements": departements}));
}

/// What others know, by record, detail, source and identifier.
fn check_complements(told: &Value, written: &[Row], links: &[Row], records: &Records<'_>) {
    const DETAILS: [&str; 11] = [
        "adresse",
        "code_postal",
        "code_insee",
        "commune",
        "latitude",
        "longitude",
        "siret",
        "telephone",
        "courriel",
        "site_web",
        "description",
    ];
    let mut expected = vec![];
    for row in links.iter().filter(|row| row["class"] == "match" && row["source_1"] != row["source_2"]) {
        for (own, other) in [("id_1", "id_2"), ("id_2", "id_1")]
            .map(|(own, other)| (&records[row[own].as_str()], &records[row[other].as_str()]))
        {
            if !own.is_own() {
                continue;
            }
            for (nth, column) in DETAILS.iter().enumerate() {
                if let Some(kind) = complement(column, own.drawn, other.drawn) {
                    let place = (own.place, nth, other.source, other.drawn.cell("id"));
                    expected.push((place, *column, kind, other.drawn.cell(column)));
                }
            }
        }
    }
    expected.sort();
    let rows: Vec<_> = written
        .iter()
        .map(|row| ["id", "column", "kind", "value", "source", "other_id"].map(|key| row[key].clone()))
        .collect();
    let by_place: BTreeMap<_, &str> = records.iter().map(|(id, record)| (record.place, *id)).collect();
    let as_rows = |((own, _, source, id), column, kind, value): &((_, usize, &str, &str), &str, &str, &str)| {
        [by_place[own], column, kind, value, source, id].map(str::to_owned)
    };
    assert_eq!(rows, expected.iter().map(as_rows).collect::<Vec<_>>());
    let count = |column: &str, kind: &str| expected.iter().filter(|row| row.1 == column && row.2 == kind).count();
    let figures = DETAILS.iter().map(|column| {
        json!({"column": column, "missing": count(column, "missing"), "different": count(column, "different")})
    });
    let figures: Vec<Value> = figures.filter(|row| row["missing"] != 0 || row["different"] != 0).collect();
    assert_eq!(told["complements"], json!(figures));
}

fn complement(column: &str, own: &Drawn, other: &Drawn) -> Option<&'static str> {
    let is_filled = |drawn: &Drawn| !matches!((column, drawn.cell(column)), (_, "") | ("latitude" | "longitude", "0"));
    let is_later = !own.cell("date_maj").is_empty() && other.cell("date_maj") > own.cell("date_maj");
    let is_same = match column {
        "adresse" => own.address == other.address,
        "telephone" => own.cell(column).chars().last() == other.cell(column).chars().last(),
        "courriel" => own.cell(column).to_lowercase() == other.cell(column).to_lowercase(),
        "latitude" | "longitude" => true,
        _ => own.cell(column) == other.cell(column),
    };
    match (is_filled(own), is_filled(other)) {
        (_, false) => None,
        (false, true) => Some("missing"),
        (true, true) => (is_later && !is_same).then_some("different"),
    }
}

fn check_files(finished: &Finished, told: &Value, tables: &[Table]) {
    let others: Vec<usize> = tables[1..].iter().map(|table| table.rows.len()).collect();
    let counted: Vec<&Value> = told["others"].as_array().unwrap().iter().map(|other| &other["records"]).collect();
    assert_eq!((&told["input"]["records"], json!(counted)), (&json!(tables[0].rows.len()), json!(others)));
    let mut names: Vec<&str> =
        told["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    let has_rejects = finished.list("").iter().any(|name| name == "a.rejects.csv");
    assert_eq!(names.contains(&"a.rejects.csv"), has_rejects);
    names.retain(|name| *name != "a.rejects.csv");
    assert_eq!(names, ["a.comparison.html", "a.complements.csv", "a.links.csv", "a.unknown.csv"]);
    for file in told["files"].as_array().unwrap() {
        let written = std::fs::read(finished.path(file["name"].as_str().unwrap())).unwrap();
        assert_eq!((&file["bytes"], &file["sha256"]), (&json!(written.len()), &json!(files::sha256_of(&written))));
    }
}
