use std::fs;
use std::path::Path;

use clap::Parser;

use super::*;

#[derive(Debug, Parser)]
struct Own {
    #[command(flatten)]
    joins: JoinArgs,
    #[command(flatten)]
    root: RootArgs,
}

const ROME: &str = include_str!("../../testdata/rome/rome.csv");
const COMMUNES: &str = include_str!("../../testdata/referentiels/communes-overseas-and-abroad.json");
const DEPARTEMENTS: &str = r#"[{"code":"01","libelle":"Ain","region":{"code":"84","libelle":"Auvergne-Rhône-Alpes"}}]"#;
const HEADER: &str = "NIV5,LIBELLE5,NIV4,LIBELLE4,NIV3,LIBELLE3,NIV2,LIBELLE2,NIV1,LIBELLE1\n";
const OF_2008: &str = "62.01Z,Programmation,62.01,Classe,62.0,Groupe,62,\"Programmation, conseil\",J,Communication\n";
/// Another dialect of the same table.
const OF_2025: &str = "\u{feff}NIV1;LIBELLE1;NIV5;LIBELLE5;NIV4;LIBELLE4;NIV3;LIBELLE3;NIV2;LIBELLE2\n\
                       K;Télécoms;62.10Y;Programmation;62.10;Classe;62.1;Groupe;62;Division\n";

/// The references of a folder, all but NAF 2025.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("rome/rome.csv", ROME),
        ("naf/naf.csv", &format!("{HEADER}{OF_2008}")),
        ("referentiels/communes.json", COMMUNES),
        ("referentiels/departements.json", DEPARTEMENTS),
    ] {
        write(folder.path(), name, content);
    }
    folder
}

fn write(folder: &Path, name: &str, content: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn open(folder: &Path, args: &[&str]) -> Result<References> {
    let root = folder.to_str().unwrap();
    let own = Own::try_parse_from(["try", "--donnees-brutes", root].iter().chain(args))?;
    References::open(&own.joins, &own.root)
}

fn refused(folder: &Path, args: &[&str], code: ExitCode) -> String {
    let error = open(folder, args).unwrap_err();
    let failure = error.downcast_ref::<Failure>().unwrap_or_else(|| panic!("{error:#}"));
    assert_eq!(failure.code(), code, "{error:#}");
    format!("{error:#}").replace(folder.to_str().unwrap(), "")
}

fn codes<'a>(rome: &'a str, naf: &'a str, commune: &'a str, departement: &'a str) -> Codes<'a> {
    let some = |code: &'a str| Some(code).filter(|code| !code.is_empty());
    Codes {
        rome: some(rome),
        naf: some(naf),
        commune: some(commune),
        departement: some(departement),
        code_postal: some("01400"),
    }
}

#[test]
fn all_levels_of_known_codes_come_in_order() {
    let folder = folder();
    write(folder.path(), "naf/naf2025.csv", OF_2025);
    let references = open(folder.path(), &[]).unwrap();
    let cells = references.join(codes("M1805", "62.01Z", "01001", "01"));
    let told: Vec<_> = cells.iter().map(|cell| cell.unwrap_or("-")).collect();
    assert_eq!(told[..5].iter().filter(|cell| **cell == "-").count(), 0, "{told:?}");
    assert_eq!((told[at::DOMAINE_PROFESSIONNEL], told[at::GRAND_DOMAINE]), ("M18", "M"));
    let naf = [
        "62.01Z",
        "2008",
        "Programmation",
        "62.01",
        "Classe",
        "62.0",
        "Groupe",
        "62",
        "Programmation, conseil",
        "J",
        "Communication",
    ];
    assert_eq!(told[at::CODE_NAF..=at::SECTION_LIBELLE], naf);
    assert_eq!(told[at::COMMUNE_LIBELLE..], ["Commune inventée", "01400", "Ain", "84", "Auvergne-Rhône-Alpes"]);
    let later = references.join(codes("", "62.10Y", "", ""));
    assert_eq!((later[at::NAF_NOMENCLATURE], later[at::SECTION]), (Some("2025"), Some("K")));
    let names: Vec<_> = references.files().iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["rome.csv", "naf.csv", "naf2025.csv", "communes.json", "departements.json"]);
    assert_eq!(references.files()[0].sha256, files::sha256_of(ROME.as_bytes()));
}

#[test]
fn each_place_is_the_column_that_its_name_says() {
    for (place, name) in [
        (at::ROME_LIBELLE, "rome_libelle"),
        (at::DOMAINE_PROFESSIONNEL_LIBELLE, "domaine_professionnel_libelle"),
        (at::GRAND_DOMAINE_LIBELLE, "grand_domaine_libelle"),
        (at::CODE_NAF, "code_naf"),
        (at::SOUS_CLASSE_LIBELLE, "sous_classe_libelle"),
        (at::SECTION, "section"),
        (at::COMMUNE_LIBELLE, "commune_libelle"),
        (at::CODE_POSTAL, "code_postal"),
        (at::REGION_LIBELLE, "region_libelle"),
    ] {
        assert_eq!(COLUMNS[place], name);
    }
}

#[test]
fn of_an_unknown_metier_the_known_levels_above_stay() {
    let folder = folder();
    let references = open(folder.path(), &[]).unwrap();
    for (code, domaine, grand_domaine) in [
        ("M1899", Some("M18"), Some("M")),
        ("M9999", None, Some("M")),
        ("Z1101", None, None),
        ("é", None, None),
        ("Mé", None, Some("M")),
    ] {
        let cells = references.join(codes(code, "99.99Z", "99999", "99"));
        assert_eq!((cells[at::DOMAINE_PROFESSIONNEL], cells[at::GRAND_DOMAINE]), (domaine, grand_domaine), "{code}");
        assert_eq!(cells[at::ROME_LIBELLE], None);
        let filled = cells[at::CODE_NAF..].iter().flatten().collect::<Vec<_>>();
        assert_eq!(filled, [&"99.99Z", &"01400"], "of other unknown codes nothing but what the offer says");
    }
}

#[test]
fn each_join_says_what_matched_and_what_did_not() {
    let folder = folder();
    let references = open(folder.path(), &["--communes", "none"]).unwrap();
    let mut counts = Counts::default();
    for (rome, naf) in [("M1805", "62.01Z"), ("", "62.10Y"), ("Z1", "62.10Y"), ("Z1", "01.11Y"), ("A9", "01.11Y")] {
        let codes = codes(rome, naf, "75056", "");
        counts.add(&references, codes, &references.join(codes));
    }
    let rome = serde_json::json!({
        "with_code": 4, "without_code": 1, "matched": 1,
        "unmatched": [{ "code": "Z1", "offers": 2 }, { "code": "A9", "offers": 1 }],
    });
    assert_eq!(counts.rome.told(), rome);
    assert_eq!(counts.naf.unmatched_by_offers(), [("01.11Y", 2), ("62.10Y", 2)]);
    assert_eq!((counts.commune.with_code, counts.commune.matched, counts.commune.offers_unmatched()), (5, 0, 0));
    assert_eq!((counts.departement.with_code, counts.departement.without_code), (0, 5));
    let mut twice = serde_json::from_str::<Counts>(&serde_json::to_string(&counts).unwrap()).unwrap();
    twice.merge(&counts);
    assert_eq!(twice.rome.told()["unmatched"][0]["offers"], 4);
    assert_eq!(
        twice.named().map(|(name, join)| (name, join.with_code + join.without_code)).map(|join| join.1),
        [10; 4]
    );
}

#[test]
fn none_leaves_the_columns_of_a_reference_empty() {
    let empty = tempfile::tempdir().unwrap();
    let none = ["--rome", "none", "--naf", "none", "--communes", "none", "--departements", "none"];
    let references = open(empty.path(), &none).unwrap();
    let cells = references.join(codes("M1805", "62.01Z", "01001", "01"));
    assert_eq!(cells.iter().flatten().collect::<Vec<_>>(), [&"62.01Z", &"01400"]);
    assert!(references.files().is_empty());
    let message = refused(empty.path(), &["--naf", "none", "--naf", "a.csv"], ExitCode::Usage);
    assert_eq!(message, "could not take `--naf none` beside another `--naf`");
}

#[test]
fn an_absent_reference_is_66_and_says_who_makes_it() {
    for (name, flag, maker) in [
        ("rome/rome.csv", "--rome", "`fetch-rome`"),
        ("naf/naf.csv", "--naf", "`download naf`, then `convert-naf`,"),
        ("referentiels/communes.json", "--communes", "`fetch-referentials communes departements`"),
        ("referentiels/departements.json", "--departements", "`fetch-referentials communes departements`"),
    ] {
        let folder = folder();
        fs::remove_file(folder.path().join(name)).unwrap();
        let error = open(folder.path(), &[]).unwrap_err();
        let failure = error.downcast_ref::<Failure>().unwrap();
        assert_eq!(failure.code(), ExitCode::NoInput);
        assert!(failure.to_string().contains(name), "{failure}");
        let hint = format!("{maker} makes it; `{flag} none` goes without");
        assert!(format!("{failure:?}").contains(&hint), "{failure:?}");
        open(folder.path(), &[flag, "none"]).unwrap();
        refused(folder.path(), &[flag, "nowhere"], ExitCode::NoInput);
    }
}

#[test]
fn a_reference_that_breaks_a_rule_is_65() {
    let row = ROME.lines().nth(1).unwrap();
    let header = ROME.lines().next().unwrap();
    for (name, content, why) in [
        ("rome/rome.csv", ROME.replace("libelle_rome", "libelle"), "it has no column `libelle_rome`"),
        ("rome/rome.csv", format!("{header}\n"), "it has no row"),
        ("rome/rome.csv", format!("{ROME}{row}bis\n"), "has two labels"),
        ("rome/rome.csv", ROME.replace(",M18,", ",N18,"), "is said to belong to"),
        ("rome/rome.csv", ROME.replace(",M1805,", ",,"), "its `code_rome` is empty"),
        ("rome/rome.csv", "<html></html>".to_owned(), "web page"),
        ("naf/naf.csv", OF_2008.to_owned(), "it has no column `NIV5`"),
        ("naf/naf.csv", format!("{HEADER}{OF_2008}{}", OF_2008.replace("Classe", "Autre")), "two rows that differ"),
        ("referentiels/communes.json", "[]".to_owned(), "it is an empty list"),
        ("referentiels/communes.json", "[{\"code\":\"01001\"}]".to_owned(), "missing field `libelle`"),
        ("referentiels/communes.json", COMMUNES[..100].to_owned(), "EOF"),
        (
            "referentiels/departements.json",
            "[{\"code\":\"01\",\"libelle\":\"Ain\"}]".to_owned(),
            "missing field `region`",
        ),
    ] {
        let folder = folder();
        write(folder.path(), name, &content);
        let message = refused(folder.path(), &[], ExitCode::BadInput);
        assert!(message.contains(why) && message.contains(name), "{name}: {message}");
    }
    let folder = folder();
    write(folder.path(), "rome/rome.csv", &format!("{ROME}{row}\n"));
    open(folder.path(), &[]).expect("the same row twice says nothing new");
}
