use step::{ExitCode, Failure};

use anyhow::Result;
use tables::Source;

use super::*;
use crate::kind::Kind;

/// Numbers, lists and texts of the contracts of a document.
fn read(json: &str) -> Result<(Vec<String>, Container, Shape)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.json");
    std::fs::write(&path, json)?;
    let mut reader = Reader::open(&Source::open(&path, None)?, false)?;
    let mut seen = vec![];
    while reader.next(&mut |entry| {
        let list = entry.list.map_or("-", Kind::name);
        let oddities = if entry.oddities.is_empty() { "" } else { "!" };
        seen.push(format!("{} {list} {}{oddities}", entry.number, entry.value.to_json()));
        Ok(())
    })? {}
    Ok((seen, reader.container(), reader.shape().clone()))
}

fn probe(json: &str) -> Result<Probe> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.json");
    std::fs::write(&path, json)?;
    Probe::take(&Source::open(&path, None)?, false, false)
}

#[test]
fn contracts_are_found_in_every_container() {
    for (json, expected, container) in [
        (r#"{"marches":[{"id":"1"},{"id":"2"}]}"#, vec![r#"1 - {"id":"1"}"#, r#"2 - {"id":"2"}"#], Container::V1),
        (r#" [ {"id":"1"} , 3 ] "#, vec![r#"1 - {"id":"1"}"#, "2 - 3"], Container::V1),
        (r#"{"id":"1","a":[1]}"#, vec![r#"1 - {"id":"1","a":[1]}"#], Container::V1),
        (r#"{"a":{"b":1},"marches":[{"id":"1"}],"c":[]}"#, vec![r#"1 - {"id":"1"}"#], Container::V1),
        (
            r#"{"marches":{"marche":[{"id":"1"}],"x":[9],"contrat-concession":[{"id":"2"}]}}"#,
            vec![r#"1 marche {"id":"1"}"#, r#"2 contrat-concession {"id":"2"}"#],
            Container::V2,
        ),
        (r#"{"marches":{}}"#, vec![], Container::V2),
        (r#"{"marches":[]}"#, vec![], Container::V1),
        (r#"{"marches":null}"#, vec![], Container::V1),
        (r#"{"marches":[{"id":1,"id":2}]}"#, vec![r#"1 - {"id":2}!"#], Container::V1),
        (r#"{"a":1,"a":{"b":2,"b":3}}"#, vec![r#"1 - {"a":{"b":3}}!"#], Container::V1),
    ] {
        let (seen, found, _) = read(json).unwrap();
        assert_eq!((seen, found), (expected.into_iter().map(str::to_owned).collect(), container), "{json}");
    }
}

#[test]
fn the_shape_of_a_document_is_told() {
    let shape = |json| read(json).unwrap().2;
    assert!(shape(r#"{"marches":3}"#).has_odd_marches);
    assert_eq!(shape(r#"{"marches":{"marche":{},"marche":[]}}"#).lists, [(Kind::Marche, false), (Kind::Marche, true)]);
    assert_eq!(shape(r#"{"marches":{"marche":{},"marche":[]}}"#).duplicate_keys, ["/marches/marche"]);
    assert!(!shape("[1]").is_wrapped && shape(r#"{"marches":[]}"#).is_wrapped);
}

#[test]
fn what_is_not_json_is_refused_with_its_line() {
    for (json, why) in [
        ("{\"marches\":[\n{\"id\":1},\n]}", "line 3: a comma stands before the end"),
        ("{\"marches\":[\n{\"id\":NaN}]}", "line 2: `NaN` is no value of JSON (json.not_finite)"),
        ("{\"marches\":[{\"id\":1}\n{}]}", "line 2: a comma or a closing bracket is missing"),
        ("{\"marches\":[\n\n{\"id\":1", "line 3: the JSON text ends before it is complete"),
        ("{\"marches\":[{}]", "line 1: the JSON text ends"),
        ("{\"marches\":[]} x", "more follows"),
        ("{\"marches\":[],\"marches\":[]}", "json.duplicate_key"),
        ("[1]]", "more follows"),
        ("{\"a\" 1}", "a colon is missing"),
        ("{1}", "a name in double quotes is missing"),
    ] {
        let error = read(json).unwrap_err();
        assert!(error.to_string().contains(why), "{json}: {error}");
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::BadInput);
    }
    let deep = format!("{{\"marches\":[{}", "[".repeat(100_000));
    assert!(read(&deep).unwrap_err().to_string().contains("nested more than 64 deep"));
}

#[test]
fn a_contract_may_lie_across_blocks_but_not_be_endless() {
    let long = "é".repeat(200_000);
    let json = format!("{{\"marches\":[{}]}}", vec![format!("{{\"objet\":\"{long}\"}}"); 5].join(",\n"));
    assert_eq!(read(&json).unwrap().0.len(), 5);
    let endless = format!("{{\"marches\":[\n{{\"objet\":\"{}", "x".repeat(40 << 20));
    let error = read(&endless).unwrap_err().to_string();
    assert!(error.contains("line 2: a contract or a value is longer than 16 MiB"), "{error}");
    let endless = format!("{{{}\"a\":1}}", format!("\"{}\":1,", "k".repeat(100)).repeat(200_000));
    assert!(read(&endless).unwrap_err().to_string().contains("longer than 16 MiB"));
    let wide = format!("{{{}\"a\":1}}", (0..200_000).map(|nth| format!("\"k{nth}\":1,")).collect::<String>());
    assert_eq!(read(&wide).unwrap().0.len(), 1);
}

#[test]
fn a_first_look_tells_what_it_is() {
    let old = r#"{"id":"1","acheteur":{}}"#;
    let new = r#"{"id":"1","ccag":"x"}"#;
    for (json, regulatory, all_of_2_0) in [
        (format!("[1,{old}]"), true, false),
        (format!("{{\"marches\":[{new},{new}]}}"), true, true),
        (format!("{{\"marches\":[{new},{old}]}}"), true, false),
        (format!("{{\"marches\":{{\"marche\":[{new}]}}}}"), true, false),
        (new.to_owned(), false, true),
        (old.to_owned(), true, false),
        (r#"[{"id":"1"}]"#.to_owned(), false, false),
        ("{}".to_owned(), false, false),
    ] {
        let probe = probe(&json).unwrap();
        assert_eq!((probe.is_regulatory, probe.is_all_of_2_0), (regulatory, all_of_2_0), "{json}");
    }
}
