//! What goes in, comes out and fails, as the interface says.

use serde_json::json;
use trial::Finished;

use super::{OTHERS, OWN, compare, compared, comparison, rows};

fn small() -> Finished {
    compared(&[("a.csv", OWN), ("b.csv", OTHERS)], &[]).expect_code(0)
}

#[test]
fn a_file_is_compared_with_another() {
    let finished = small();
    let receipt = finished.receipt();
    assert_eq!(receipt["path"], finished.path("a.comparison.json").to_str().unwrap(), "{finished}");
    assert_eq!(
        json!([receipt["records"], receipt["others"], receipt["left_out"], receipt["rejected"], receipt["links"]]),
        json!([4, 1, 1, 3, {"match": 2, "lie": 1}]),
        "{finished}"
    );
    assert_eq!(
        json!([receipt["common"], receipt["linked"], receipt["inside"], receipt["unknown"], receipt["unchanged"]]),
        json!([1, 1, 2, 2, false])
    );
    let comparison = comparison(&finished);
    assert_eq!(
        comparison["records"],
        json!({"read": 13, "blank": 1, "kept": 8, "dropped": 0, "rejected": 3, "left_out": 1})
    );
    assert_eq!(comparison["own"], json!({"records": 4, "common": 1, "linked": 1, "alone": 2, "inside": 2}));
    assert_eq!(
        comparison["pairs"],
        json!([{"source_1": "mine", "source_2": "theirs", "nb_1": 1, "nb_2": 1, "percent_1": 25.0, "percent_2": 25.0, "lie_1": 1, "lie_2": 1}])
    );
    assert_eq!(comparison["unknown"], json!({"records": 2, "departements": [{"departement": "35", "records": 2}]}));
    assert_eq!(comparison["input"]["path"], "a.csv");
    assert_eq!((&comparison["input"]["records"], &comparison["others"][0]["records"]), (&json!(7), &json!(6)));
}

#[test]
fn keys_stand_in_the_order_of_the_interface() {
    let finished = small();
    let comparison = comparison(&finished);
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        keys(&comparison),
        "schema step input others options records sources pairs own links complements unknown files"
    );
    assert_eq!(keys(&comparison["input"]), "path bytes sha256 format records");
    assert_eq!(keys(&comparison["options"]), "source lang version");
    assert_eq!(keys(&comparison["records"]), "read blank kept dropped rejected left_out");
    assert_eq!(keys(&comparison["sources"][0]), "source own records inside");
    assert_eq!(keys(&comparison["sources"][0]["inside"]), "records percent");
    assert_eq!(keys(&comparison["own"]), "records common linked alone inside");
    assert_eq!(keys(&comparison["complements"][0]), "column missing different");
    assert_eq!(keys(&comparison["files"][0]), "name bytes sha256");
    let header = |name: &str| finished.read(name).lines().next().unwrap().trim_start_matches('\u{feff}').to_owned();
    assert_eq!(
        header("a.links.csv"),
        "class,score,source_1,id_1,record_1,nom_1,commune_1,source_2,id_2,record_2,nom_2,commune_2,evidence"
    );
    assert_eq!(header("a.complements.csv"), "id,column,kind,value,source,other_id,date_maj,other_date_maj");
    assert_eq!(header("a.unknown.csv"), "source,id,nom,adresse,code_postal,commune,siret,lie");
    assert_eq!(
        header("a.rejects.csv"),
        "record;line;rule;message;source;id;nom;adresse;code_postal;commune;siret;telephone;courriel;date_maj"
    );
}

#[test]
fn links_complements_and_unknown_structures_tell_what_they_should() {
    let finished = small();
    let links: Vec<String> = rows(&finished, "a.links.csv")
        .iter()
        .map(|row| format!("{} {} {}", row["class"], row["id_1"], row["id_2"]))
        .collect();
    assert_eq!(links, ["match m1 t1", "lie m2 t2", "match m3 m4"]);
    let known: Vec<String> = rows(&finished, "a.complements.csv")
        .iter()
        .map(|row| format!("{} {} {} {} {}", row["id"], row["column"], row["kind"], row["value"], row["other_id"]))
        .collect();
    assert_eq!(known, ["m1 commune different RENNES t1", "m1 telephone missing 02 99 11 11 11 t1"]);
    let unknown: Vec<String> =
        rows(&finished, "a.unknown.csv").iter().map(|row| format!("{} {}", row["id"], row["lie"])).collect();
    assert_eq!(unknown, ["t2 m2", "t3 "]);
    let rejected: Vec<String> = rows_of_rejects(&finished);
    assert_eq!(rejected, ["5 6 id.missing", "6 7 nom.missing"]);
}

fn rows_of_rejects(finished: &Finished) -> Vec<String> {
    let text = finished.read("a.rejects.csv");
    let cells = |line: &str| line.split(';').take(3).collect::<Vec<_>>().join(" ");
    text.lines().skip(1).map(cells).collect()
}

#[test]
fn the_same_files_cost_nothing_and_what_was_touched_is_made_again() {
    let run = compare(&[]);
    let paths = [("a.csv", OWN), ("b.csv", OTHERS)].map(|(name, content)| run.write(name, content.as_bytes()));
    let run = run.args(paths);
    let first = run.run().expect_code(0);
    let before = first.read("a.comparison.json");
    let again = run.run().expect_code(0);
    assert_eq!(again.receipt()["unchanged"], true, "{again}");
    let [one, two] = [&first, &again].map(|finished| {
        let mut receipt = finished.receipt();
        receipt["unchanged"].take();
        receipt["duration_s"].take();
        receipt
    });
    assert_eq!(one, two);
    for name in ["a.links.csv", "a.complements.csv", "a.unknown.csv", "a.comparison.html", "a.rejects.csv"] {
        let good = first.read(name);
        std::fs::write(first.path(name), "touched").unwrap();
        let mended = run.run().expect_code(0);
        assert_eq!(mended.receipt()["unchanged"], false, "{name}");
        assert_eq!(mended.read(name), good, "{name}");
        std::fs::remove_file(first.path(name)).unwrap();
        assert_eq!(run.run().expect_code(0).read(name), good, "{name}");
    }
    assert_eq!(first.read("a.comparison.json"), before);
}

#[test]
fn a_file_alone_is_looked_through_for_duplicates() {
    let finished = compared(&[("a.csv", OWN)], &[]).expect_code(0);
    let receipt = finished.receipt();
    assert_eq!(json!([receipt["others"], receipt["inside"], receipt["common"]]), json!([0, 2, 0]));
    assert_eq!(comparison(&finished)["sources"][0]["inside"], json!({"records": 2, "percent": 50.0}));
}

#[test]
fn outputs_go_where_they_are_told() {
    let run = compare(&["--dir"]);
    let folder = run.donnees_brutes().join("ailleurs");
    let input = run.write("a.b.csv", OWN.as_bytes());
    let finished = run.args([&folder, &input]).run().expect_code(0);
    assert_eq!(
        finished.list("ailleurs"),
        [
            "a.b.comparison.html",
            "a.b.comparison.json",
            "a.b.complements.csv",
            "a.b.links.csv",
            "a.b.rejects.csv",
            "a.b.unknown.csv"
        ]
    );
    assert_eq!(finished.list(""), ["a.b.csv", "ailleurs"]);
}

/// Name and content of a file.
type Named<'t> = (&'t str, &'t str);

#[test]
fn failures_say_what_where_and_how_to_mend_it() {
    let services = "id,nom,structure_id\n1,a,2\n";
    let cases: [(&[Named<'_>], i32, &str); 6] = [
        (&[("a.csv", "id,name,ville\n1,a,b\n")], 65, "`nom`"),
        (&[("a.csv", "nom,ville,x\na,b,c\n")], 65, "`id`"),
        (&[("a.csv", services)], 65, "structures"),
        (&[("a.csv", OWN), ("b.csv", services)], 65, "b.csv"),
        (&[("a.csv", "id,nom,ville\n,x,y\n1,,y\n")], 65, "no record"),
        (&[("a.json", "{\"services\": [{\"id\": \"1\", \"nom\": \"a\"}]}")], 65, "structures"),
    ];
    for (files, code, told) in cases {
        let finished = compared(files, &[]).expect_code(code);
        assert!(finished.failure().contains(told), "{told}: {finished}");
        assert!(!finished.hint().is_empty(), "{finished}");
        assert!(finished.list("").iter().all(|name| !name.contains("comparison")), "{finished}");
    }
}

#[test]
fn a_file_is_given_once() {
    let run = compare(&[]);
    let input = run.write("a.csv", OWN.as_bytes());
    let other = input.parent().unwrap().join("./../donnees_brutes/a.csv");
    let finished = run.args([&input, &other]).run().expect_code(2);
    assert!(finished.failure().contains("twice"), "{finished}");
}

#[test]
fn a_missing_file_is_told_and_former_outputs_stay() {
    let run = compare(&[]);
    let input = run.write("a.csv", OWN.as_bytes());
    let run = run.args([&input]);
    let before = run.run().expect_code(0).read("a.comparison.json");
    let missing = input.with_file_name("none.csv");
    let finished = run.args([&missing]).run().expect_code(66);
    assert_eq!(finished.read("a.comparison.json"), before);
}

#[test]
fn check_reads_the_headers_and_writes_nothing() {
    let run = compare(&["--check"]);
    let input = run.write("a.csv", OWN.as_bytes());
    let finished = run.args([&input]).run().expect_code(0);
    assert_eq!(finished.list(""), ["a.csv"]);
    let run = compare(&["--check"]);
    let input = run.write("a.csv", b"id,ville,x\n1,2,3\n");
    run.args([&input]).run().expect_code(65);
}

#[test]
fn the_page_tells_every_figure_in_either_language() {
    let text = |finished: &Finished| {
        let page = finished.read("a.comparison.html");
        let parts = page.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text.trim());
        parts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ").replace("&#x27;", "'")
    };
    let french = small();
    assert!(french.read("a.comparison.html").contains("<html lang=\"fr\">"));
    let told = text(&french).replace(['\u{a0}', '\u{202f}'], " ");
    for part in [
        "Structures comparées 4 En commun avec une autre source 1 Liées à une autre source, mais distinctes 1",
        "Dans ce fichier seulement 2 En double dans ce fichier 2",
        "sans identifiant ou sans nom 3",
        "qui sont les vôtres, laissés de côté 1",
        "mine theirs 1 25,0 % 1 theirs mine 1 25,0 % 1",
        "mine 4 2 50,0 % theirs 4 0 0,0 %",
        "Elles ne sont pas à fusionner",
        "commune 0 1 telephone 1 0",
        "qu'il n'a pas. Département Structures 35 2",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let english = compared(&[("a.csv", OWN), ("b.csv", OTHERS)], &["--lang", "en"]).expect_code(0);
    assert!(english.read("a.comparison.html").contains("<html lang=\"en\">"));
    let told = text(&english);
    assert!(told.contains("They are not to be merged") && !told.contains("fusionner"), "{told}");
    assert!(english.read("a.rejects.csv").contains("the name is blank"), "{english}");
    assert!(french.read("a.rejects.csv").contains("le nom est vide"), "{french}");
}
