//! Every figure of the comparison, counted again from the links and the input.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trial::Finished;

use super::{Row, compared, comparison, rows};

/// Invented structures of some sources, with duplicates in and across them, without luck.
fn invented(sources: &[&str], count: usize, seed: u64) -> String {
    let mut state = seed;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let names =
        ["Mairie", "CCAS", "France services", "Emmaüs", "Cimade", "Le Relais", "Médiathèque", "Centre social Nord"];
    let towns = [("35000", "Rennes"), ("29200", "Brest"), ("20200", "Bastia"), ("97400", "Saint-Denis")];
    let mut text = "source,id,nom,adresse,code_postal,commune,telephone,courriel,date_maj\n".to_owned();
    for nth in 0..count {
        let source = sources[draw(sources.len())];
        let (postal, town) = towns[draw(towns.len())];
        let (nom, house) = (names[draw(names.len())], draw(9));
        let telephone = if draw(2) == 0 { String::new() } else { format!("02990000{:02}", draw(12)) };
        let courriel = if draw(3) == 0 { format!("accueil{}@exemple.fr", draw(9)) } else { String::new() };
        let day = draw(28) + 1;
        text += &format!(
            "{source},{source}-{seed}-{nth},{nom},{house} rue Haute,{postal},{town},{telephone},{courriel},2024-05-{day:02}\n"
        );
    }
    text
}

/// Sides of the links of a class: the record's source and identifier, and the other's source.
fn sides<'l>(links: &'l [Row], class: &'static str) -> impl Iterator<Item = ((&'l str, &'l str), &'l str)> {
    links.iter().filter(move |row| row["class"] == class).flat_map(|row| {
        let [one, two] =
            [("source_1", "id_1"), ("source_2", "id_2")].map(|(source, id)| (row[source].as_str(), row[id].as_str()));
        [(one, two.0), (two, one.0)]
    })
}

fn percent(part: usize, of: usize) -> f64 {
    ((part * 20_000 + of) / (2 * of)) as f64 / 100.0
}

#[test]
fn every_figure_follows_from_the_links_and_the_input() {
    for seed in 0..4 {
        let own = invented(&["mine"], 60, seed);
        let [first, second] = [1, 2].map(|more| invented(&["alpha", "beta", "mine"], 80, seed * 7 + more));
        let finished = compared(&[("a.csv", &own), ("b.csv", &first), ("c.csv", &second)], &[]).expect_code(0);
        check(&finished, &[&own, &first, &second]);
    }
}

fn check(finished: &Finished, files: &[&str]) {
    let comparison = comparison(finished);
    let links = rows(finished, "a.links.csv");
    assert!(links.len() > 20, "there is something to count: {finished}");
    let mut kept: BTreeMap<&str, usize> = BTreeMap::new();
    let mut read = 0;
    for (nth, file) in files.iter().enumerate() {
        for line in file.lines().skip(1) {
            read += 1;
            let source = line.split(',').next().unwrap();
            if nth == 0 || source != "mine" {
                *kept.entry(source).or_default() += 1;
            }
        }
    }
    let all: usize = kept.values().sum();
    assert_eq!(
        comparison["records"],
        json!({"read": read, "blank": 0, "kept": all, "dropped": 0, "rejected": 0, "left_out": read - all})
    );
    let count = |class: &str| links.iter().filter(|row| row["class"] == class).count();
    assert_eq!(comparison["links"], json!({"match": count("match"), "lie": count("lie")}));
    let inside: BTreeSet<_> =
        sides(&links, "match").filter(|((source, _), other)| source == other).map(|(one, _)| one).collect();
    let expected: Vec<Value> = kept
        .iter()
        .map(|(source, records)| {
            let inside = inside.iter().filter(|(own, _)| own == source).count();
            json!({"source": source, "own": *source == "mine", "records": records, "inside": {"records": inside, "percent": percent(inside, *records)}})
        })
        .collect();
    assert_eq!(comparison["sources"], json!(expected));
    check_pairs(&comparison, &links, &kept);
    check_own(finished, &comparison, &links, kept["mine"]);
    check_rest(finished, &comparison);
}

fn check_pairs(comparison: &Value, links: &[Row], kept: &BTreeMap<&str, usize>) {
    let towards = |class: &'static str, from: &str, to: &str| {
        sides(links, class)
            .filter(|((source, _), other)| *source == from && *other == to)
            .map(|(one, _)| one)
            .collect::<BTreeSet<_>>()
            .len()
    };
    let names: Vec<&str> = kept.keys().copied().collect();
    let mut expected = vec![];
    for (nth, one) in names.iter().enumerate() {
        for two in &names[nth + 1..] {
            let [nb_1, lie_1] = ["match", "lie"].map(|class| towards(class, one, two));
            let [nb_2, lie_2] = ["match", "lie"].map(|class| towards(class, two, one));
            if nb_1 + lie_1 > 0 {
                expected.push(json!({
                    "source_1": one, "source_2": two, "nb_1": nb_1, "nb_2": nb_2,
                    "percent_1": percent(nb_1, kept[one]), "percent_2": percent(nb_2, kept[two]), "lie_1": lie_1, "lie_2": lie_2
                }));
            }
        }
    }
    assert_eq!(comparison["pairs"], json!(expected));
}

fn check_own(finished: &Finished, comparison: &Value, links: &[Row], records: usize) {
    let of = |class: &'static str, inside: bool| {
        sides(links, class)
            .filter(|((source, _), other)| *source == "mine" && (source == other) == inside)
            .map(|((_, id), _)| id)
            .collect::<BTreeSet<&str>>()
    };
    let [common, linked, inside] = [of("match", false), of("lie", false), of("match", true)];
    let linked = linked.difference(&common).count();
    assert_eq!(
        comparison["own"],
        json!({"records": records, "common": common.len(), "linked": linked, "alone": records - common.len() - linked, "inside": inside.len()})
    );
    let known: BTreeSet<(String, String)> = links
        .iter()
        .filter(|row| row["class"] == "match" && row["source_1"] == "mine" && row["source_2"] != "mine")
        .map(|row| (row["source_2"].clone(), row["id_2"].clone()))
        .collect();
    let unknown = rows(finished, "a.unknown.csv");
    assert!(unknown.iter().all(|row| !known.contains(&(row["source"].clone(), row["id"].clone()))));
    assert_eq!(comparison["unknown"]["records"], unknown.len());
    let order: Vec<_> = unknown.iter().map(|row| (&row["source"], &row["id"])).collect();
    assert!(order.is_sorted());
    for row in &unknown {
        let linked: BTreeSet<&str> = links
            .iter()
            .filter(|link| link["class"] == "lie" && link["source_1"] == "mine" && link["id_2"] == row["id"])
            .map(|link| link["id_1"].as_str())
            .collect();
        assert_eq!(row["lie"], linked.into_iter().collect::<Vec<_>>().join(" "));
    }
}

fn check_rest(finished: &Finished, comparison: &Value) {
    let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
    for row in rows(finished, "a.complements.csv") {
        assert!(row["kind"] == "missing" || row["other_date_maj"] > row["date_maj"], "{row:?}");
        *counts.entry((row["column"].clone(), row["kind"].clone())).or_default() += 1;
    }
    for figures in comparison["complements"].as_array().unwrap() {
        for kind in ["missing", "different"] {
            let key = (figures["column"].as_str().unwrap().to_owned(), kind.to_owned());
            assert_eq!(figures[kind], counts.remove(&key).unwrap_or_default(), "{key:?}");
        }
    }
    assert!(counts.is_empty(), "{counts:?}");
    let listed: Vec<&str> =
        comparison["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(listed, ["a.comparison.html", "a.complements.csv", "a.links.csv", "a.unknown.csv"]);
}

/// Pairs without their order, their scores and their evidence; which side comes first follows the input.
fn pairs(finished: &Finished) -> BTreeSet<[String; 4]> {
    rows(finished, "a.links.csv")
        .iter()
        .map(|row| {
            let (one, two) = (row["id_1"].clone(), row["id_2"].clone());
            let evidence = row["evidence"].split(";nature=").next().unwrap().to_owned();
            [one.clone().min(two.clone()), one.max(two), row["class"].clone() + &row["score"], evidence]
        })
        .collect()
}

#[test]
fn rows_shuffled_files_swapped_and_threads_make_no_difference() {
    let own = invented(&["mine"], 90, 5);
    let [first, second] = [8, 9].map(|seed| invented(&["alpha", "beta"], 90, seed));
    let shuffled = |text: &str| {
        let lines: Vec<&str> = text.lines().collect();
        let rest: Vec<&str> = (0..lines.len() - 1).map(|nth| lines[1 + (nth * 7 + 3) % (lines.len() - 1)]).collect();
        format!("{}\n{}\n", lines[0], rest.join("\n"))
    };
    let straight = compared(&[("a.csv", &own), ("b.csv", &first), ("c.csv", &second)], &[]).expect_code(0);
    let expected = pairs(&straight);
    let (own_2, first_2, second_2) = (shuffled(&own), shuffled(&first), shuffled(&second));
    let mixed = compared(&[("a.csv", &own_2), ("c.csv", &second_2), ("b.csv", &first_2)], &[]).expect_code(0);
    assert_eq!(pairs(&mixed), expected);
    for threads in ["1", "2"] {
        let run = super::compare(&[]).env("RAYON_NUM_THREADS", threads);
        let paths = [("a.csv", &own), ("b.csv", &first), ("c.csv", &second)]
            .map(|(name, text)| run.write(name, text.as_bytes()));
        let finished = run.args(paths).run().expect_code(0);
        for name in ["a.links.csv", "a.comparison.json", "a.comparison.html"] {
            assert_eq!(finished.read(name), straight.read(name), "{threads} {name}");
        }
    }
}
