use std::fmt::Write as _;

use step::{ExitCode, Failure};

use super::*;

/// A file of these bytes, read: what was found, and a line for each record.
fn read_with(name: &str, bytes: &[u8], options: &Options) -> Result<(Table, Vec<String>)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join(name);
    std::fs::write(&path, bytes)?;
    let source = Source::open(&path, options.encoding.as_deref())?;
    let mut table = Table::open(&source, options)?;
    let mut lines = vec![];
    while let Some(record) = table.next()? {
        let mut line = format!("{}@{}", record.number(), record.line());
        match record.kind() {
            Kind::Blank => line.push_str(" blank"),
            Kind::RepeatedHeader => line.push_str(" header"),
            Kind::Data => record.cells().for_each(|cell| write!(line, " [{cell}]").unwrap()),
        }
        for remark in record.remarks() {
            assert_eq!((remark.record, remark.line), (Some(record.number()), Some(record.line())));
            write!(line, " !{}", remark.told.rule()).unwrap();
            remark.column.iter().chain(&remark.value).for_each(|text| write!(line, "({text})").unwrap());
        }
        lines.push(line);
    }
    Ok((table, lines))
}

fn read(name: &str, text: &str) -> (Table, Vec<String>) {
    read_with(name, text.as_bytes(), &Options::default()).unwrap()
}

fn lines(text: &str) -> Vec<String> {
    read("a.csv", text).1
}

fn refused(name: &str, bytes: &[u8]) -> String {
    let error = read_with(name, bytes, &Options::default()).unwrap_err();
    assert_eq!(error.downcast_ref::<Failure>().map(Failure::code), Some(ExitCode::BadInput), "{error}");
    error.to_string()
}

fn known(names: &[&str]) -> Options {
    Options { known: names.iter().map(|name| (*name).to_owned()).collect(), ..Options::default() }
}

#[test]
fn cells_are_cut_by_rfc_4180_whatever_ends_a_line() {
    assert_eq!(lines("a;b\n1;2\n3;4"), ["1@2 [1] [2]", "2@3 [3] [4]"]);
    assert_eq!(lines("a;b\r\n1;2\r\n3;4\r\n"), ["1@2 [1] [2]", "2@3 [3] [4]"]);
    assert_eq!(lines("a;b\r1;2\r3;4\r"), ["1@2 [1] [2]", "2@3 [3] [4]"]);
    assert_eq!(lines("a;b\n\"x;\"\"y\"\"\";\"1\r\n2\n3\"\n4;5\n"), ["1@2 [x;\"y\"] [1\r\n2\n3]", "2@5 [4] [5]"]);
    assert_eq!(lines("a;b\nun \"mot\";x\"\"y\n"), ["1@2 [un \"mot\"] [x\"\"y]"]);
    assert_eq!(lines("a;b\n\"un\" deux;\"\"\n\"\"\"x\";\"\"\"\"\n"), ["1@2 [un deux] []", "2@3 [\"x] [\"]"]);
}

#[test]
fn blank_records_count_and_empty_lines_at_the_end_are_none() {
    let (table, records) = read("a.csv", "a;b\n\n1;2\n ;\u{a0}\n;\n\n\n3;4\n\n\n");
    assert_eq!(
        records,
        ["1@2 blank", "2@3 [1] [2]", "3@4 blank", "4@5 blank", "5@6 blank", "6@7 blank", "7@8 [3] [4]"]
    );
    assert_eq!(table.header().line(), Some(1));
    assert_eq!(
        lines("a;b\n1;2\n;\n"),
        ["1@2 [1] [2]", "2@3 blank"],
        "separators alone are a blank record at the end too"
    );
}

#[test]
fn short_and_long_records_are_kept_and_told() {
    assert_eq!(
        lines("a;b;c\n1\n1;2;3;\n1;2;3; ;x;y\n1;2;3\n"),
        [
            "1@2 [1] [] [] !record.too_short",
            "2@3 [1] [2] [3] []",
            "3@4 [1] [2] [3] [ ] [x] [y] !record.too_long",
            "4@5 [1] [2] [3]"
        ]
    );
}

#[test]
fn the_header_repeated_is_dropped_and_told() {
    assert_eq!(lines("a;b\n1;2\na;b\na;c\n"), ["1@2 [1] [2]", "2@3 header !record.repeated_header", "3@4 [a] [c]"]);
}

#[test]
fn a_repeated_name_keeps_its_first_column_and_is_told() {
    let (table, _) = read("a.csv", "Nom;nom ;id\n1;2;3\n");
    assert_eq!(table.header().column("NOM"), Some(0));
    let told: Vec<_> =
        table.remarks().iter().map(|remark| (remark.told.rule(), remark.column.as_deref(), remark.line)).collect();
    assert_eq!(told, [("column.repeated", Some("nom "), Some(1))]);
}

#[test]
fn the_header_stands_below_titles_where_known_names_or_the_option_tell() {
    let text = "Marchés de la ville;;\n\nid;nom;siret\n1;2;3\n";
    let (table, records) = read_with("a.csv", text.as_bytes(), &known(&["SIRET", "Nom", "ID"])).unwrap();
    assert_eq!((table.header().line(), records), (Some(3), vec!["1@4 [1] [2] [3]".to_owned()]));
    let options = Options { header: Some(3), ..Options::default() };
    let (table, _) = read_with("a.csv", text.as_bytes(), &options).unwrap();
    assert_eq!(table.header().names(), ["id", "nom", "siret"]);
    let error = read_with("a.csv", text.as_bytes(), &Options { header: Some(9), ..Options::default() }).unwrap_err();
    assert!(error.to_string().contains("no record 9"), "{error}");
}

#[test]
fn what_was_found_out_is_told() {
    let (table, _) = read("a.tsv", "a\tb\n1\t2\n");
    assert_eq!((table.found().separator, table.found().format), (Some('\t'), Format::Csv));
    let options = Options { separator: Some(','), ..Options::default() };
    let (table, records) = read_with("a.csv", b"a;b,c\n1;2,3\n", &options).unwrap();
    assert_eq!((table.found().separator, records), (Some(','), vec!["1@2 [1;2] [3]".to_owned()]));
    let (table, records) = read_with("a.csv", b"Nmarch\xE9;b\n\xE9;\x80\n", &Options::default()).unwrap();
    assert_eq!((table.found().encoding.as_deref(), records), (Some("windows-1252"), vec!["1@2 [é] [€]".to_owned()]));
    assert_eq!(table.header().column("NMARCHE"), Some(0));
}

#[test]
fn damaged_utf_8_is_told_with_its_line() {
    let (table, records) = read_with(
        "a.csv",
        "é;é\né;é\n".bytes().chain(*b"\xFF;1\n").collect::<Vec<_>>().as_slice(),
        &Options::default(),
    )
    .unwrap();
    assert_eq!(table.remarks()[0], Remark { line: Some(3), ..Remark::of_file(Told::TextEncoding) });
    assert_eq!(records[1], "2@3 [\u{fffd}] [1]");
}

#[test]
fn a_quote_that_is_never_closed_names_the_line_on_which_it_opens() {
    assert!(refused("a.csv", b"a;b\n1;2\n3;\"x\n\n\n").contains("the quote that opens on line 3 is never closed"));
    assert!(
        refused("a.csv", b"a;b\n1;\"x\ny\";\"z\n").contains("opens on line 3"),
        "inside a record that began before"
    );
    let long = format!("a;b\n1;2\n\n\"{}\";1\n", "x\n".repeat(600_000));
    assert!(refused("a.csv", long.as_bytes()).contains("opens on line 4"));
    let fits = format!("a;b\n\"{}\";1\n", "x".repeat(1 << 20));
    assert_eq!(read_with("a.csv", fits.as_bytes(), &Options::default()).unwrap().1.len(), 1);
}

#[test]
fn a_record_or_its_columns_can_be_too_many() {
    let long = format!("a;b\n1;2\n{}\n", "x".repeat(17 << 20));
    assert!(refused("a.csv", long.as_bytes()).contains("line 3: a record is longer than 16 MiB"));
    let wide = format!("a;b\n1;2\n{}\n", ";".repeat(4_096));
    assert!(refused("a.csv", wide.as_bytes()).contains("line 3: a record has more than 4096 columns"));
    let fits = format!("a;b\n1;2\nx{}\n", ";".repeat(4_095));
    assert_eq!(lines(&fits).len(), 2);
}

#[test]
fn records_across_blocks_are_read_as_they_are() {
    let mut text = "id;texte;n\n".to_owned();
    for nth in 0..60_000 {
        writeln!(text, "{nth};\"é\n{nth}\";\"a\"\"b\"").unwrap();
    }
    let (_, records) = read("a.csv", &text);
    assert_eq!(records.len(), 60_000);
    assert!(
        records
            .iter()
            .enumerate()
            .all(|(nth, line)| *line == format!("{}@{} [{nth}] [é\n{nth}] [a\"b]", nth + 1, 2 * nth + 2))
    );
}

#[test]
fn json_objects_are_records_and_what_they_hold_columns() {
    let text = r#"{"donnees":{"lieux":[
        {"id": 10, "nom": "L\u00e9", "adresse": {"rue": "x", "ville": null}, "tags": ["a", "b,c", null], "vide": []},
        {},
        {"id": 1.50, "contacts": [{"t": 1, "n": ["x", "y"]}, {"t": 2}], "oui": true, "nom": "a", "nom": "b"},
        {"id": null, "nom": " "},
        [1], 3, null
    ]}, "autre": [1, {"x": [{}]}]}"#;
    let (table, records) = read("a.json", text);
    assert_eq!(
        table.header().names(),
        ["id", "nom", "adresse.rue", "adresse.ville", "tags", "vide", "contacts.t", "contacts.n", "oui"]
    );
    assert_eq!(table.list_names(), ["lieux"]);
    assert_eq!(
        records,
        [
            "1@2 [10] [Lé] [x] [] [a,b,c,] [] [] [] []",
            "2@3 blank",
            "3@4 [1.50] [b] [] [] [] [] [1,2] [x,y] [true] !json.duplicate_key(nom)",
            "4@5 blank",
            "5@6 [] [] [] [] [] [] [] [] []",
            "6@6 [] [] [] [] [] [] [] [] []",
            "7@6 blank"
        ]
    );
}

#[test]
fn lists_and_the_json_of_a_record_are_there_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    std::fs::write(&path, r#"[ {"a":["x","y,z"],"b":"\n"} ,{"c":1}]"#).unwrap();
    let mut table = Table::open(&Source::open(&path, None).unwrap(), &Options::default()).unwrap();
    let record = table.next().unwrap().unwrap();
    assert_eq!(record.list(0).unwrap().collect::<Vec<_>>(), ["x", "y,z"]);
    assert!(record.list(1).is_none());
    assert_eq!(record.cell(1), "\n");
    assert_eq!(record.json(), Some(r#"{"a":["x","y,z"],"b":"\n"}"#));
    assert_eq!(table.next().unwrap().unwrap().json(), Some(r#"{"c":1}"#));
}

#[test]
fn one_json_object_a_line_is_a_table_too() {
    let (table, records) = read("a.ndjson", "{\"a\":1}\n\n  \n{\"b\":2,\"a\":\"x\"}\r\n\"text\"\n\n");
    assert_eq!(table.header().names(), ["a", "b"]);
    assert_eq!(records, ["1@1 [1] []", "2@2 blank", "3@3 blank", "4@4 [x] [2]", "5@5 [] []"]);
    assert!(refused("a.ndjson", b"{\"a\":1}\n{\"a\":2} {\"a\":3}\n").contains("line 2: more follows"));
    assert!(refused("a.ndjson", b"{\"a\":1}\n{\"a\":\n").contains("ends before it is complete"));
}

#[test]
fn records_are_where_the_option_says() {
    let text = r#"{"a":[{"x":1}],"b":{"c":[{"y":2}]}}"#;
    let options = Options { records: Some("/b/c".to_owned()), ..Options::default() };
    let (table, records) = read_with("a.json", text.as_bytes(), &options).unwrap();
    assert_eq!((table.header().names(), records), (&["y".to_owned()][..], vec!["1@1 [2]".to_owned()]));
    for (records, code) in [("/b", ExitCode::BadInput), ("b/c", ExitCode::Usage)] {
        let options = Options { records: Some(records.to_owned()), ..Options::default() };
        let error = read_with("a.json", text.as_bytes(), &options).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), code);
    }
}

#[test]
fn cut_json_is_refused_before_a_record_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    std::fs::write(&path, "[{\"a\":1},\n{\"a\":2}").unwrap();
    let error = Table::open(&Source::open(&path, None).unwrap(), &Options::default()).unwrap_err();
    assert!(error.to_string().contains("line 2: the JSON text ends before it is complete"), "{error}");
    let after = format!("{{\"r\":[{{\"a\":1}}],\"x\":{}", "[".repeat(70));
    assert!(refused("a.json", after.as_bytes()).contains("nested more than 64 deep"));
}

#[test]
fn elements_that_repeat_are_records_and_their_children_columns() {
    let text = "<?xml version=\"1.0\"?>\n<structures xmlns:x=\"u\">\n <x:structure code=\"7\">\n  <nom>A &amp; B</nom>\n  <adresse><rue> r </rue><ville/></adresse>\n  \
                <themes><valeur>t1</valeur><valeur>t2</valeur></themes><seul><valeur>v</valeur></seul>\n </x:structure>\n \
                <x:structure>\n  <tel>1</tel><tel>2</tel><c><n>x</n></c><c><n>y</n></c>\n </x:structure>\n <x:structure> </x:structure>\n</structures>\n";
    let (table, records) = read("a.xml", text);
    assert_eq!(table.header().names(), ["code", "nom", "adresse.rue", "adresse.ville", "themes", "seul", "tel", "c.n"]);
    assert_eq!(table.list_names(), ["structures", "structure"]);
    assert_eq!(
        records,
        ["1@3 [7] [A & B] [ r ] [] [t1,t2] [v] [] []", "2@8 [] [] [] [] [] [] [1,2] [x,y]", "3@11 blank"]
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xml");
    std::fs::write(&path, text).unwrap();
    let mut table = Table::open(&Source::open(&path, None).unwrap(), &Options::default()).unwrap();
    let record = table.next().unwrap().unwrap();
    assert_eq!(
        record.list(5).unwrap().collect::<Vec<_>>(),
        ["v"],
        "an element that holds values is a list, even of one"
    );
    assert!(record.list(1).is_none());
}

#[test]
fn of_one_record_known_names_tell_which_element_it_is() {
    let text = "<r><s><id>1</id><nom>n</nom><siret>s</siret><t><v>1</v><v>2</v></t></s></r>";
    let (table, _) = read_with("a.xml", text.as_bytes(), &known(&["id", "nom", "siret"])).unwrap();
    assert_eq!(table.list_names(), ["r", "s"]);
    let options = Options { records: Some("/r/s".to_owned()), ..Options::default() };
    assert_eq!(read_with("a.xml", text.as_bytes(), &options).unwrap().1.len(), 1);
    let options = Options { records: Some("/r/x".to_owned()), ..Options::default() };
    assert!(read_with("a.xml", text.as_bytes(), &options).unwrap_err().to_string().contains("no element `/r/x`"));
}

#[test]
fn xml_that_is_hostile_or_cut_is_refused() {
    assert!(refused("a.xml", b"<!DOCTYPE a [<!ENTITY b \"c\">]><a><r/><r/></a>").contains("line 1: it has a DOCTYPE"));
    assert!(refused("a.xml", b"<a>\n<r>1</r><r>").contains("cut"));
    assert!(refused("a.xml", format!("<a>{}", "<r>".repeat(100)).as_bytes()).contains("more than 64 deep"));
    assert!(refused("a.xml", b"<a/>").contains("no element repeats"));
}

#[test]
fn a_file_of_several_lists_names_them() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("a.json", r#"{"Structures":[{"id":1}],"services":[{"id":2}],"n":1}"#),
        ("a.xml", "<r><Structures><s><id>1</id></s><s/></Structures><services><x><id>2</id></x><x/></services></r>"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let source = Source::open(&path, None).unwrap();
        let lists = crate::lists(&source).unwrap();
        assert_eq!(lists.iter().map(|list| list.name.as_str()).collect::<Vec<_>>(), ["Structures", "services"]);
        let mut table = Table::open(&source, &lists[1].options(&Options::default())).unwrap();
        assert_eq!(table.header().names(), ["id"]);
        assert_eq!(table.next().unwrap().unwrap().cell(0), "2");
    }
}
