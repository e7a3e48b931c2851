//! The mapping language, form by form, on records of small files.

use std::fs;
use std::path::Path;

use mapping::{Choices, Field, Filled, How, Kind, Mapper, Mapping, Target, Value};
use proptest::prelude::*;
use step::{ExitCode, Failure};
use tables::{Source, Table};
use tempfile::TempDir;

fn targets() -> Vec<Target> {
    let publics = Choices::new([
        ("tous-publics", "Tous publics"),
        ("jeunes", "Jeunes (16-26 ans)"),
        ("seniors", "Personnes âgées"),
    ]);
    let frais = Choices::new([("gratuit", "Gratuit"), ("payant", "Payant")]);
    let is_number: fn(&str) -> bool = |text| text.replace(',', ".").parse::<f64>().is_ok();
    vec![
        Target {
            name: "test/1".to_owned(),
            fields: vec![
                Field::new("id").required(),
                Field::new("nom").required().names(["libelle", "raison sociale"]),
                Field::new("montant").kind(Kind::Number).readable(is_number).avoid(["ttc"]),
                Field::new("publics").list().kind(Kind::Choice(publics)),
                Field::new("frais").kind(Kind::Choice(frais)),
                Field::new("mots").list(),
                Field::new("longitude").kind(Kind::Longitude).readable(is_number),
                Field::new("latitude").kind(Kind::Latitude).readable(is_number),
                Field::new("horaires").kind(Kind::Hours),
                Field::new("titulaires[].id")
                    .shape(|text| text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit())),
                Field::new("date").kind(Kind::Date),
                Field::new("types[]").aligned().kind(Kind::Choice(Choices::new([("SIRET", ""), ("TVA", "")]))),
                Field::new("nature")
                    .kind(Kind::Choice(Choices::new([("Accord-cadre", ""), ("Marché", "")])))
                    .read_by_family(),
            ],
            sections: vec!["marche".to_owned()],
        },
        Target { name: "test/2".to_owned(), fields: vec![Field::new("id")], sections: vec![] },
    ]
}

fn parse(fields: &str) -> anyhow::Result<Mapping> {
    let text = format!("schema = \"collecte.mapping/1\"\ntarget = \"test/1\"\n{fields}");
    Mapping::parse(&text, Path::new("m.toml"), &targets())
}

/// A file under way, and the folder that it lies in for as long.
fn open(csv: &str) -> (TempDir, Table) {
    let folder = TempDir::new().expect("the test is sound");
    let path = folder.path().join("a.csv");
    fs::write(&path, csv).expect("the test is sound");
    let table = Table::open(&Source::open(&path, None).expect("the test is sound"), &tables::Options::default())
        .expect("the test is sound");
    (folder, table)
}

/// The values of one field in each record that is kept.
fn values(mapping: Mapping, csv: &str, path: &str) -> Vec<Vec<String>> {
    let (_folder, mut table) = open(csv);
    let field = mapping.target().find(path).expect("the test is sound");
    let mut mapper = Mapper::new(mapping, &table.header().clone(), &[]).expect("the test is sound");
    let (mut filled, mut all) = (Filled::default(), Vec::new());
    while let Some(record) = table.next().expect("the test is sound") {
        if mapper.keep(&record).is_ok() {
            mapper.fill(&record, &mut filled);
            all.push(filled.values(field, &record, &mapper).map(|given| given.text.to_owned()).collect());
        }
    }
    all
}

/// The values of one field of the only record.
fn of(fields: &str, csv: &str, path: &str) -> Vec<String> {
    values(parse(fields).expect("the test is sound"), csv, path).remove(0)
}

#[test]
fn the_values_of_lists_side_by_side_keep_their_places() {
    let csv = "t;b\nSIRET||siret|SIREN|TVA;x\n";
    assert_eq!(
        of("[fields]\n'types[]' = { column = 't', split = '|' }", csv, "types[]"),
        ["SIRET", "", "SIRET", "", "TVA"]
    );
    let dropping = "[fields]\n'types[]' = { column = 't', split = '|', values = 'v' }\n[values.v]\nSIREN = false\n";
    assert_eq!(of(dropping, csv, "types[]"), ["SIRET", "", "SIRET", "", "TVA"]);
    assert_eq!(of("[fields]\n'types[]' = { column = 't', split = '|', part = 5 }", csv, "types[]"), ["TVA"]);
}

#[test]
fn a_family_that_reads_a_closed_list_gets_what_stands_there_and_the_mapping_is_checked_all_the_same() {
    let csv = "n;b\nACCORD CADRE;x\n";
    assert_eq!(of("[fields]\nnature = 'n'", csv, "nature"), ["ACCORD CADRE"]);
    let table = "[fields]\nnature = { column = 'n', values = 'v' }\n[values.v]\n'accord cadre' = 'Accord-cadre'\n";
    assert_eq!(of(table, csv, "nature"), ["Accord-cadre"]);
    let other = "[fields]\nnature = { column = 'n', values = 'v' }\n[values.v]\nautre = 'Marché'\n";
    assert_eq!(of(other, csv, "nature"), [""; 0]);
    let error = parse("[fields]\nnature = { const = 'Convention' }").expect_err("the list has no such value");
    assert!(error.to_string().contains("line 4"), "{error}");
}

#[test]
fn the_columns_of_a_field_are_known() {
    let mapping =
        parse("[fields]\nid = [{ template = '{a}-{b}' }, 'c']\nnom = { const = 'x' }").expect("the test is sound");
    assert_eq!(mapping.columns_of(0).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(mapping.columns_of(1).count() + mapping.columns_of(2).count(), 0);
}

#[test]
fn a_column_is_named_however_it_is_written() {
    assert_eq!(of("[fields]\nid = 'NMARCHE '", "Nmarché;b\n 12 ;x\n", "id"), [" 12 "]);
    assert_eq!(of("[fields]\nid = { column = 'n' }", "n;b\n;x\n", "id"), [""; 0]);
    assert_eq!(of("[fields]\n'titulaires[].id' = 'n'", "n;b\n1;x\n", "titulaires[].id"), ["1"]);
    assert_eq!(of("[fields.'titulaires[]']\nid = 'n'", "n;b\n1;x\n", "titulaires[].id"), ["1"]);
}

#[test]
fn constants_are_texts_dates_truths_and_lists() {
    for (constant, expected) in [
        ("'x'", vec!["x"]),
        ("2024-02-29", vec!["2024-02-29"]),
        ("true", vec!["true"]),
        ("['a', 'b', 'a']", vec!["a", "b"]),
    ] {
        assert_eq!(of(&format!("[fields]\nmots = {{ const = {constant} }}\nid = 'n'"), "n;b\n1;x\n", "mots"), expected);
    }
}

#[test]
fn the_first_column_that_is_readable_counts() {
    let fields = "[fields]\nmontant = { first = ['a', 'b', 'c'] }";
    for (csv, expected) in [("x;12,5;3", "12,5"), (";;3", "3"), ("x;y;", "x")] {
        assert_eq!(of(fields, &format!("a;b;c\n{csv}\n"), "montant"), [expected], "{csv}");
    }
    assert_eq!(of(fields, "a;b;c;d\n;;;1\n", "montant"), [""; 0]);
}

#[test]
fn columns_are_joined_and_put_into_templates() {
    let csv = "rue;complément;ville\n1 rue A; ;Brest\n";
    assert_eq!(
        of("[fields]\nnom = { join = ['rue', 'complément', 'ville'], with = ' - ' }", csv, "nom"),
        ["1 rue A - Brest"]
    );
    assert_eq!(of("[fields]\nid = { template = '{ville}-{{{rue}}}' }", csv, "id"), ["Brest-{1 rue A}"]);
    assert_eq!(of("[fields]\nid = { template = '{ville}-{complément}' }", csv, "id"), [""; 0]);
}

#[test]
fn forms_are_tried_in_order_or_united() {
    let csv = "a;b;c\nx;2;x\n";
    assert_eq!(of("[fields]\nmontant = ['a', 'b']", csv, "montant"), ["2"]);
    assert_eq!(of("[fields]\nmontant = ['a', 'c']", csv, "montant"), ["x"], "unreadable, but what there is");
    assert_eq!(
        of("[fields]\nmots = ['a', { const = ['y', '2'] }, { columns = ['b', 'c'] }]", csv, "mots"),
        ["x", "y", "2"]
    );
    assert_eq!(of("[[fields.mots]]\ncolumn = 'a'\n[[fields.mots]]\nconst = 'z'", csv, "mots"), ["x", "z"]);
}

#[test]
fn values_are_split_cut_and_mapped_in_this_order() {
    let csv = "p;t\n\" Tout public; 16-25 ans ; rien;;jeunes\";abc\n";
    let table = "[values.p]\n'TOUT PUBLIC' = 'tous-publics'\n'16-25 ans' = ['jeunes', 'seniors']\n'Rien' = false";
    let fields = format!("[fields]\npublics = {{ column = 'p', split = ';', values = 'p' }}\n{table}");
    assert_eq!(of(&fields, csv, "publics"), ["tous-publics", "jeunes", "seniors"]);
    assert_eq!(
        of("[fields]\nmontant = { column = 'c', split = ',', part = 2 }", "c;d\n48.8, 2.35 ;x\n", "montant"),
        ["2.35"]
    );
    assert_eq!(
        of("[fields]\nmontant = { column = 'c', split = ',', part = 3, default = '0' }", "c;d\n1,2;x\n", "montant"),
        ["0"]
    );
    assert_eq!(
        of("[fields]\nmots = { join = ['c', 'd'], with = '|', split = '|' }", "c;d\na;b|c\n", "mots"),
        ["a", "b", "c"]
    );
}

#[test]
fn a_closed_list_needs_no_row_for_its_own_words_and_tells_of_others() {
    let (_folder, mut table) = open("p;f\nPERSONNES AGEES|enfants|jeunes;Gratuité\n");
    let mapping =
        parse("[fields]\npublics = { column = 'p', split = '|' }\nfrais = { column = 'f', default = 'payant' }")
            .unwrap();
    let [publics, frais] = ["publics", "frais"].map(|path| mapping.target().find(path).unwrap());
    let mut mapper = Mapper::new(mapping, &table.header().clone(), &[]).unwrap();
    let mut filled = Filled::default();
    let record = table.next().unwrap().unwrap();
    mapper.fill(&record, &mut filled);
    let given: Vec<_> = filled
        .values(publics, &record, &mapper)
        .map(|given| (given.text, given.from, given.column, given.how))
        .collect();
    assert_eq!(
        given,
        [("seniors", Some("PERSONNES AGEES"), Some(0), How::Folded), ("jeunes", None, Some(0), How::AsIs)]
    );
    assert_eq!(filled.value(frais, &record, &mapper).unwrap().how, How::Default);
    let unmapped: Vec<_> = filled.unmapped(&record, &mapper).collect();
    assert_eq!(unmapped, [(publics, Some(0), "enfants"), (frais, Some(1), "Gratuité")]);
}

#[test]
fn a_table_may_ask_only_to_be_contained_and_stand_in_a_file() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("t.csv"), "source;target\njeune;jeunes\nétudiant;jeunes\nretraité;seniors\n").unwrap();
    let text = "schema = 'collecte.mapping/1'\ntarget = 'test/1'\n[fields]\npublics = { column = 'p', values = 'p' }\n\
                mots = { column = 'p', values = 'free' }\n\
                [values.p]\nfile = 't.csv'\ncontains = true\nexcept = ['personnel']\nrows = { 'file' = 'seniors' }\n[values.free]\na = 'b'";
    let mapping = Mapping::parse(text, &folder.path().join("m.toml"), &targets()).unwrap();
    let csv = "p;q\nJeunes et retraités;x\nJeune personnel;x\nfile;x\nautres;x\n";
    let of_list = values(mapping.clone(), csv, "publics");
    assert_eq!(of_list, [vec!["jeunes", "seniors"], vec![], vec!["seniors"], vec![]]);
    assert_eq!(values(mapping, csv, "mots")[3], ["autres"], "a field of free text takes what no table knows");
    let missing = Mapping::parse(text, Path::new("/nowhere/m.toml"), &targets()).unwrap_err();
    assert_eq!(missing.downcast_ref::<Failure>().unwrap().code(), ExitCode::NoInput);
}

#[test]
fn columns_that_say_yes_give_values() {
    let fields = "[fields]\npublics = { flags = { 'Jeunes ?' = 'jeunes', vieux = ['seniors', 'jeunes'], non = 'tous-publics' } }";
    assert_eq!(of(fields, "Jeunes ?;vieux;non\nX;Oui;non\n", "publics"), ["jeunes", "seniors"]);
    assert_eq!(of(fields, "Jeunes ?;vieux;non\n;0;\n", "publics"), [""; 0]);
}

#[test]
fn conditions_decide_on_forms_and_records() {
    let csv = "Type;Remarques;n\nMairie;;1\nMAIRIE annexe;;2\nCCAS;près de la mairie;3\nCCAS;;4\n;;5\n";
    let with = |condition: &str| {
        let mapping = parse(&format!("[fields]\nid = {{ column = 'n', when = {{ {condition} }} }}")).unwrap();
        values(mapping, csv, "id").concat().concat()
    };
    for (condition, kept) in [
        ("column = 'Type', in = ['mairie', '']", "15"),
        ("column = 'Type', not_in = ['ccas']", "125"),
        ("columns = ['Type', 'Remarques'], contains = ['MAIRIE'], except = ['annexe']", "13"),
        ("column = 'Type', matches = '^M[A-Z]'", "2"),
        ("columns = ['Type', 'Remarques'], filled = false", "5"),
        ("column = 'Remarques', filled = true", "3"),
        ("column = 'absente', in = ['']", "12345"),
        ("column = 'Type', in = ['ccas'], filled = true", "34"),
    ] {
        assert_eq!(with(condition), kept, "{condition}");
    }
    let kept = parse("[keep]\nType = { not_in = ['ccas'] }\nn = { filled = true }\n[fields]\nid = 'n'").unwrap();
    assert_eq!(values(kept, csv, "id").concat().concat(), "125");
}

#[test]
fn coordinates_and_hours_are_computed() {
    let fields = "[fields]\nlongitude = { lambert93 = ['x', 'y'], give = 'longitude' }\nlatitude = { lambert93 = ['x', 'y'], give = 'latitude' }";
    let csv = "x;y\n\"700000,0\";6600000\n";
    assert_eq!(
        (of(fields, csv, "longitude"), of(fields, csv, "latitude")),
        (vec!["3".to_owned()], vec!["46.5".to_owned()])
    );
    assert_eq!(of(fields, "x;y\n2.35;48.85\n", "latitude"), [""; 0]);
    let days = "[fields]\nhoraires = { hours = { Mo = 'lundi', mardi = ['mardi matin', 'mardi après-midi'] } }";
    let csv = "lundi;mardi matin;mardi après-midi\n9h-12h;9h-12h;14h-17h\n";
    assert_eq!(of(days, csv, "horaires"), ["Mo 09:00-12:00; Tu 09:00-12:00,14:00-17:00"]);
    assert_eq!(
        of("[fields]\nhoraires = { hours = 'h' }", "h;b\ndu lundi au vendredi 9h-17h;x\n", "horaires"),
        ["Mo-Fr 09:00-17:00"]
    );
}

#[test]
fn what_the_mapping_says_of_the_input_is_handed_on() {
    let mapping = parse(
        "source = 'ma-commune'\n[input]\nencoding = 'windows-1252'\nseparator = ';'\nsheet = 'Feuil1'\nrecords = '/a'\nheader = 3\n\
         [marche]\nrole = 'Role'\ngroup = ['id']\n[fields]\nid = 'n'\nnom = { join = ['a', 'N'] }",
    );
    let mapping = mapping.unwrap();
    let input = mapping.input();
    assert_eq!((input.encoding.as_deref(), input.separator, input.header), (Some("windows-1252"), Some(';'), Some(3)));
    assert_eq!((input.sheet.as_deref(), input.records.as_deref()), (Some("Feuil1"), Some("/a")));
    assert_eq!((mapping.source(), mapping.columns()), (Some("ma-commune"), &["n".to_owned(), "a".to_owned()][..]));
    assert_eq!(input.known, mapping.columns());
    let section = mapping.section("marche").unwrap().table().unwrap();
    assert_eq!(
        (section.get("role").unwrap().line, &section.get("role").unwrap().value),
        (11, &Value::Text("Role".to_owned()))
    );
}

#[test]
fn missing_columns_are_known_and_none_at_all_is_65() {
    let mapping = parse("[fields]\nid = 'n'\nnom = 'x'").unwrap();
    let (_folder, table) = open("n;b\n1;2\n");
    let mapper = Mapper::new(mapping.clone(), table.header(), &[]).unwrap();
    assert_eq!(mapper.missing(), ["x"]);
    assert_eq!(mapper.unused(table.header()).collect::<Vec<_>>(), [1]);
    let (_folder, other) = open("a;b\n1;2\n");
    let error = Mapper::new(mapping.clone(), other.header(), &[]).unwrap_err();
    assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::BadInput);
    assert!(Mapper::new(mapping, other.header(), &["B"]).is_ok(), "a column of the family's own section is there");
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (fields, line, why) in [
        ("[fields]\nid = ", 4, ""),
        ("[fields]\nnoms = 'a'", 4, "perhaps `nom`"),
        ("unknown = 1\n[fields]\nid = 'a'", 3, "no key `unknown`"),
        ("[marches]\n[fields]\nid = 'a'", 3, "no key `marches`"),
        ("[input]\nencodage = 'x'\n[fields]\nid = 'a'", 4, "no key `encodage`"),
        ("[input]\nseparator = ';;'\n[fields]\nid = 'a'", 4, "one character"),
        ("[fields]\nid = { colonne = 'a' }", 4, ""),
        ("[fields]\nid = { column = 'a', first = ['b'] }", 4, "not `column` and `first`"),
        ("[fields]\nid = { column = 'a', with = ' ' }", 4, "no key `with`"),
        ("[fields]\nid = { column = 'a', part = 1 }", 4, "`part` needs `split`"),
        ("[fields]\nid = { column = 'a', split = ';', part = 0 }", 4, "a whole number from 1"),
        ("[fields]\nid = { column = 'a', values = 'p' }", 4, "no table `[values.p]`"),
        ("[fields]\nid = { template = '{a' , split = '' }", 4, "not empty"),
        ("[fields]\nid = { template = 'a' }", 4, "names no column"),
        ("[fields]\nid = { lambert93 = ['a'], give = 'longitude' }", 4, "two columns"),
        ("[fields]\nid = { lambert93 = ['a', 'b'], give = 'x' }", 4, "`give` is"),
        ("[fields]\nhoraires = { hours = { lundy = 'a' } }", 4, "no day"),
        ("[fields]\npublics = { const = 'jeune' }", 4, "perhaps `jeunes`"),
        ("[fields]\npublics = { column = 'a', default = 'Jeunes' }", 4, "perhaps `jeunes`"),
        ("[fields]\npublics = { flags = { a = 'x' } }", 4, "no value of `publics`"),
        (
            "[fields]\npublics = { column = 'a', values = 'p' }\n[values.p]\nx = 'jeunes'\ny = 'z'",
            7,
            "no value of `publics`",
        ),
        ("[fields]\nid = 'a'\n[values.p]\nx = true", 6, "or false"),
        ("[fields]\nid = 'a'\n[values.p]\nx = 'a'\n' X' = 'b'", 7, "has a row already"),
        ("[fields]\nid = { column = 'a', when = { in = ['x'] } }", 4, "`column` or `columns`"),
        ("[fields]\nid = { column = 'a', when = { column = 'b' } }", 4, "one of"),
        ("[fields]\nid = { column = 'a', when = { column = 'b', matches = '(' } }", 4, ""),
        ("[keep]\na = { dans = ['x'] }\n[fields]\nid = 'a'", 4, "no key `dans`"),
        ("[fields]\nid = []", 4, "is empty"),
        ("[fields]\nid = 3", 4, "a table"),
        ("source = 3\n[fields]\nid = 'a'", 3, "a text"),
    ] {
        let error = parse(fields).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::Usage, "{fields}");
        let said = error.to_string();
        assert!(said.contains(&format!("line {line}:")) && said.contains(why), "{fields}: {said}");
    }
    for (text, why) in [
        ("", "no `schema`"),
        ("schema = 'collecte.mapping/2'\ntarget = 'test/1'", "line 1: `schema` is"),
        ("schema = 'collecte.mapping/1'\ntarget = 'test/3'", "line 2: the target `test/3` is none of test/1, test/2"),
        ("schema = 'collecte.mapping/1'\ntarget = 'test/1'", "no `[fields]`"),
        (
            "schema = 'collecte.mapping/1'\ntarget = 'test/2'\n[marche]\n[fields]\nid = 'a'",
            "line 3: a mapping has no key `marche`",
        ),
    ] {
        let said = Mapping::parse(text, Path::new("m.toml"), &targets()).unwrap_err().to_string();
        assert!(said.contains(why), "{text}: {said}");
    }
}

proptest! {
    /// Whatever stands in the file: a mapping or a reason, and one that is read can be used.
    #[test]
    fn no_mapping_leads_it_astray(
        lines in proptest::collection::vec(
            (
                prop::sample::select(vec!["id", "nom", "publics", "frais", "mots", "montant", "horaires", "'titulaires[].id'", "x"]),
                prop::sample::select(vec![
                    "'a'", "''", "[]", "1", "true", "{}", "['a', 'b']", "{ column = 'a'", "{ columns = ['a', 'b']", "{ const = 'jeunes'",
                    "{ first = ['a', 'é']", "{ join = ['a', 'b'], with = 'é'", "{ flags = { a = 'jeunes' }", "{ template = '{a}{b}'",
                    "{ template = '}'", "{ lambert93 = ['a', 'b'], give = 'latitude'", "{ hours = 'a'", "{ hours = { Mo = ['a', 'b'] }",
                ]),
                proptest::collection::vec(
                    prop::sample::select(vec![
                        "split = 'é'", "split = ','", "part = 2", "part = 99999999999", "values = 'p'", "values = 'q'", "default = 'payant'",
                        "default = []", "when = { column = 'b', in = [''] }", "when = { columns = [], filled = true }",
                        "when = { column = 'a', matches = '.' }",
                    ]),
                    0..4,
                ),
            ),
            0..6,
        ),
        tail in prop_oneof![Just(String::new()), "\\PC{0,30}"],
        cells in proptest::collection::vec("[a-zéàX0-9,;:hôœ ü🙂-]{0,12}", 2..8),
    ) {
        let mut text = "[fields]\n".to_owned();
        for (field, form, more) in lines {
            let more: String = more.iter().map(|more| format!(", {more}")).collect();
            let close = if form.starts_with("{ ") { format!("{more} }}") } else { String::new() };
            text.push_str(&format!("{field} = {form}{close}\n"));
        }
        text.push_str("[values.p]\nx = 'jeunes'\n'é' = ['payant']\ncontains = true\nexcept = ['']\n");
        text.push_str(&tail);
        if let Ok(mapping) = parse(&text) {
            let csv = cells.chunks(2).map(|pair| format!("\"{}\";\"{}\"\n", pair[0], pair.get(1).map_or("", String::as_str)));
            let (_folder, mut table) = open(&format!("a;b\n{}", csv.collect::<String>()));
            let header = table.header().clone();
            if let Ok(mut mapper) = Mapper::new(mapping, &header, &[]) {
                let mut filled = Filled::default();
                while let Some(record) = table.next().unwrap() {
                    mapper.fill(&record, &mut filled);
                    for field in 0..mapper.mapping().target().fields.len() {
                        let given: Vec<_> = filled.values(field, &record, &mapper).collect();
                        prop_assert!(given.len() <= 1 || mapper.mapping().target().fields[field].is_list);
                    }
                }
            }
        }
    }
}
