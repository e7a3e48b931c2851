//! Suggestions: what is proposed for a file, and that the file which is written can be used.

use std::fs;
use std::path::Path;

use mapping::{Choices, Field, Kind, Mapper, Mapping, Survey, Target};
use proptest::prelude::*;
use report::Lang;
use tables::{Options, Source, Table};

fn is_number(text: &str) -> bool {
    text.replace(',', ".").replace(' ', "").parse::<f64>().is_ok()
}

fn is_siret(text: &str) -> bool {
    text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn target() -> Target {
    let publics = Choices::new([
        ("tous-publics", "Tous publics"),
        ("jeunes", "Jeunes (16-26 ans)"),
        ("seniors", "Personnes âgées"),
    ]);
    Target {
        name: "test/1".to_owned(),
        fields: vec![
            Field::new("id").required().names(["identifiant"]),
            Field::new("nom").required().names(["libelle", "raison sociale"]),
            Field::new("siret").readable(is_siret).shape(is_siret),
            Field::new("montant").kind(Kind::Number).readable(is_number).names(["montant ht"]).avoid(["ttc"]),
            Field::new("publics").list().kind(Kind::Choice(publics)),
            Field::new("longitude").kind(Kind::Longitude).readable(is_number).names(["x", "lon"]),
            Field::new("latitude").kind(Kind::Latitude).readable(is_number).names(["y", "lat"]),
            Field::new("horaires").kind(Kind::Hours),
            Field::new("date_maj").required(),
        ],
        sections: vec![],
    }
}

fn suggest(csv: &str) -> String {
    let folder = tempfile::tempdir().expect("the test is sound");
    let path = folder.path().join("a.csv");
    fs::write(&path, csv).expect("the test is sound");
    let mut table = Table::open(&Source::open(&path, None).expect("the test is sound"), &Options::default())
        .expect("the test is sound");
    let (header, target) = (table.header().clone(), target());
    let mut survey = Survey::new(&header, &target);
    while let Some(record) = table.next().expect("the test is sound") {
        survey.add(&record);
    }
    let fallbacks = [(8, "{ const = 2026-11-29 }".to_owned())];
    let text = survey.propose().text(Some("ma-source"), &fallbacks, Lang::Fr);
    let mapping =
        Mapping::parse(&text, Path::new("m.toml"), &[target]).unwrap_or_else(|error| panic!("{error}\n{text}"));
    if !mapping.columns().is_empty() {
        let mapper = Mapper::new(mapping, &header, &[]).expect("the test is sound");
        assert!(mapper.missing().is_empty(), "{text}");
    }
    text
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(|line| line.split("  #").next().unwrap_or(line)).collect()
}

#[test]
fn columns_are_proposed_by_name_and_by_content() {
    let text = suggest(
        "Identifiant;Raison sociale;N° pivot;Montant TTC;Montant HT;Public;Téléphone\n\
         1;Mairie;21290019100015;12;10;Tous publics|Jeunes (16-26 ans);0102030405\n\
         2;CCAS;26290019100015;24;20;Jeunes|Tout public|enfants;\n\
         3;CCAS;26290019100015;24;20;Personnes âgées;\n",
    );
    let expected = [
        "schema = \"collecte.mapping/1\"",
        "target = \"test/1\"",
        "source = \"ma-source\"",
        "",
        "[fields]",
        "id = \"Identifiant\"",
        "nom = \"Raison sociale\"",
        "siret = \"N° pivot\"",
        "montant = \"Montant HT\"",
        "publics = { column = \"Public\", split = \"|\", values = \"publics\" }",
        "date_maj = { const = 2026-11-29 }",
        "",
        "[values.publics]",
        "\"Jeunes\" = \"jeunes\"",
        "\"Jeunes (16-26 ans)\" = \"jeunes\"",
        "\"Personnes âgées\" = \"seniors\"",
        "# \"Tout public\" = \"tous-publics\"",
        "\"Tous publics\" = \"tous-publics\"",
        "# \"enfants\" = \"\"",
        "",
        "# Colonnes sans place :",
        "# \"Montant TTC\"",
        "# \"Téléphone\"",
    ];
    let mut found = lines(&text);
    // Values that stand there as often come by their letters.
    found[13..19].sort_unstable();
    let mut sorted = expected;
    sorted[13..19].sort_unstable();
    assert_eq!(found, sorted, "{text}");
    assert!(text.contains("siret = \"N° pivot\"  # contenu ; 100 % de 3 valeurs conviennent"), "{text}");
    assert!(!text.contains("0102030405"), "no value of a column without a table is shown");
}

#[test]
fn coordinates_are_known_by_their_values() {
    let exchanged = suggest("nom;latitude;longitude\na;2.35;48.85\nb;-1.5;47.2\n");
    assert!(
        exchanged.contains("longitude = \"latitude\"") && exchanged.contains("latitude = \"longitude\""),
        "{exchanged}"
    );
    let planar = suggest("nom;X;Y\na;648952,58;6977867,25\nb;700000;6600000\n");
    assert!(planar.contains("longitude = { lambert93 = [\"X\", \"Y\"], give = \"longitude\" }"), "{planar}");
    assert!(planar.contains("latitude = { lambert93 = [\"X\", \"Y\"], give = \"latitude\" }"), "{planar}");
    let degrees = suggest("nom;lon;lat\na;2.35;48.85\n");
    assert!(degrees.contains("longitude = \"lon\"") && degrees.contains("latitude = \"lat\""), "{degrees}");
}

#[test]
fn columns_of_days_become_hours() {
    let text =
        suggest("nom;lundi matin;Lundi après-midi;Mardi;Mercredi;Jeudi;Vendredi\na;9h-12h;14h-17h;9h-12h;;;fermé\n");
    let hours = "horaires = { hours = { Mo = [\"lundi matin\", \"Lundi après-midi\"], Tu = \"Mardi\", We = \"Mercredi\", Th = \"Jeudi\", Fr = \"Vendredi\" } }";
    assert!(text.contains(hours), "{text}");
}

proptest! {
    /// Whatever a file's names and values: what is written is read again.
    #[test]
    fn every_suggestion_is_a_mapping(
        names in proptest::collection::vec(
            prop_oneof![
                prop::sample::select(vec!["id", "nom", "publics", "Public", "siret", "X", "Y", "lundi", "mardi", "file", "latitude"]).prop_map(str::to_owned),
                "[^\"\r\n;]{0,10}",
            ],
            2..9,
        ),
        values in proptest::collection::vec(
            prop_oneof![
                prop::sample::select(vec!["file", "contains", "jeunes", "Tous publics", "jeune", "48.8", "2,3", "9h-12h"]).prop_map(str::to_owned),
                "[^\"\r]{0,10}",
            ],
            0..60,
        ),
    ) {
        let header: Vec<String> = std::iter::once("nom".to_owned()).chain(names).map(|name| format!("\"{name}\"")).collect();
        let rows = values.chunks(header.len()).map(|row| row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(";"));
        let csv = std::iter::once(header.join(";")).chain(rows).collect::<Vec<_>>().join("\n");
        if !csv.contains('\0') {
            suggest(&csv);
        }
    }
}
