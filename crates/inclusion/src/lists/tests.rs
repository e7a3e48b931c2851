use std::fs;

use super::*;

fn with<T>(name: &str, content: &str, look: impl FnOnce(&Source) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    look(&Source::open(&path, None).unwrap())
}

/// Kind and number of records of each list.
fn lists(name: &str, content: &str, reading: &Reading) -> Vec<(Kind, u64)> {
    with(name, content, |source| {
        let lists = reading.open(source).unwrap();
        let count = |mut list: List| {
            let mut count = 0;
            while let Some(record) = list.table.next().unwrap() {
                count += 1;
                assert_eq!(record.number(), count);
            }
            (list.kind, count)
        };
        lists.into_iter().map(count).collect()
    })
}

use Kind::{Services, Structures};

#[test]
fn both_lists_of_a_file_are_found_structures_first() {
    let json = r#" {"Services": [{"id": "s"}, {"id": "t"}], "structures": [{"id": "a"}], "autre": [{"b": 1}]}"#;
    assert_eq!(lists("a.json", json, &Reading::default()), [(Structures, 1), (Services, 2)]);
    let xml = "<donnees><services><service><id>s</id></service><service><id>t</id></service></services>\
               <structures><structure><id>a</id></structure></structures></donnees>";
    assert_eq!(lists("a.xml", xml, &Reading::default()), [(Structures, 1), (Services, 2)]);
}

#[test]
fn a_flag_does_not_rename_lists_that_have_names() {
    let reading = Reading { kind: Some(Services), ..Reading::default() };
    let json = r#"{"structures": [{"id": "a"}], "services": []}"#;
    assert_eq!(lists("a.json", json, &reading), [(Structures, 1), (Services, 0)]);
}

#[test]
fn the_kind_of_one_list_is_said_named_or_seen() {
    let none = Reading::default();
    let said = Reading { kind: Some(Structures), ..Reading::default() };
    assert_eq!(lists("a.csv", "id;nom\n1;a\n", &none), [(Structures, 1)]);
    assert_eq!(lists("a.csv", "id;Structure_ID\n1;a\n", &none), [(Services, 1)]);
    assert_eq!(lists("a.csv", "id;structure_id\n1;a\n", &said), [(Structures, 1)]);
    assert_eq!(lists("a.json", r#"{"data": {"services": [{"id": 1}]}}"#, &none), [(Services, 1)]);
    assert_eq!(lists("a.json", r#"{"a": [{"id": 1}], "services": [{"id": 1}, {"id": 2}]}"#, &none), [(Services, 2)]);
    assert_eq!(lists("a.json", r#"[{"id": 1, "structure_id": 2}]"#, &none), [(Services, 1)]);
    assert_eq!(lists("a.xml", "<services><lieu/><lieu><id>2</id></lieu></services>", &none), [(Services, 2)]);
    assert_eq!(
        lists("a.xml", "<x><service><id>1</id></service><service><id>2</id></service></x>", &none),
        [(Services, 2)]
    );
}

#[test]
fn where_the_records_are_can_be_said() {
    let reading =
        Reading { options: Options { records: Some("/autre".to_owned()), ..Options::default() }, ..Reading::default() };
    let json = r#"{"structures": [{"id": "a"}], "services": [{"id": "a"}], "autre": [{"b": 1}, {"b": 2}]}"#;
    assert_eq!(lists("a.json", json, &reading), [(Structures, 2)]);
}

#[test]
fn lists_of_values_come_in_three_forms() {
    let json = r#"[{"a": ["x", "", "y,z"], "b": "x, ,y", "c": "['x', 'y']", "d": " ", "e": []}]"#;
    with("a.json", json, |source| {
        let mut table = Table::open(source, &Options::default()).unwrap();
        let record = table.next().unwrap().unwrap();
        let mut values = vec![];
        let mut read = |column| read_list(&record, column, &mut values).then(|| values.join("|"));
        assert_eq!(read(0).as_deref(), Some("x||y,z"));
        assert_eq!(read(1).as_deref(), Some("x||y"));
        assert_eq!(read(2).as_deref(), Some("x|y"));
        assert_eq!(read(3), None);
        assert_eq!(read(4).as_deref(), Some(""));
    });
}
