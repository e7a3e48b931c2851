//! What survives, and what does not.

use super::*;

fn begun() -> Begun {
    Begun { address: "http://a.fr/".to_owned(), page_size: 2, at: Timestamp::UNIX_EPOCH }
}

fn page(number: u64) -> Page {
    let (requests, totals) = (BTreeMap::new(), vec![9]);
    let (records, known, retries, reloads) = (2, 0, 0, 0);
    let (is_last, is_invented) = (false, false);
    Page { page: number, size: 2, records, known, requests, retries, reloads, totals, is_last, is_invented }
}

fn add(shelf: &mut Shelf, id: &str, more: &str) {
    let text = format!("{{\"id\":\"{id}\",\"nom\":\"{more}\"}}");
    let told = Told::read(text.as_bytes()).unwrap();
    shelf.add(&told, text.as_bytes()).unwrap();
}

fn all(shelf: &Shelf) -> Vec<String> {
    let read = |nth: u32| {
        let mut text = vec![];
        shelf.read(nth as usize, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    };
    shelf.sorted().into_iter().map(read).collect()
}

#[test]
fn pages_that_were_kept_come_back_and_a_draft_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".j");
    let long = "x".repeat(BATCH_BYTES);
    let mut shelf = Shelf::begin(&path, begun()).unwrap();
    add(&mut shelf, "b", &long);
    add(&mut shelf, "a", "1");
    shelf.keep(page(1)).unwrap();
    add(&mut shelf, "bad", &long);
    add(&mut shelf, "worse", "");
    shelf.drop_draft().unwrap();
    assert_eq!((shelf.len(), shelf.find("bad"), shelf.find("worse")), (2, None, None));
    add(&mut shelf, "a", "another");
    add(&mut shelf, "c", &long);
    shelf.keep(page(2)).unwrap();
    add(&mut shelf, "torn", &long);
    let expected = all(&shelf)[..3].to_vec();
    drop(shelf);
    let shelf = Shelf::resume(&path).unwrap().unwrap();
    assert_eq!((&shelf.begun, shelf.pages.len(), shelf.len()), (&begun(), 2, 3));
    assert!(all(&shelf) == expected && expected[0].contains("\"1\""), "of two the first is kept");
    assert_eq!(shelf.find("c"), Some(2));
}

#[test]
fn a_page_tells_what_was_known_and_what_it_has_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut shelf = Shelf::begin(&folder.path().join(".j"), begun()).unwrap();
    add(&mut shelf, "a", "");
    add(&mut shelf, "b", "");
    assert!(!shelf.brought().first_is_known && shelf.brought().last_is_new);
    shelf.keep(page(1)).unwrap();
    for id in ["b", "c", "a"] {
        add(&mut shelf, id, "");
    }
    let brought = Brought { records: 3, known: 2, first_is_known: true, last_is_new: false, repeated: None };
    assert_eq!(*shelf.brought(), brought);
    for twice in ["c", "b"] {
        shelf.drop_draft().unwrap();
        ["b", "c", twice].iter().for_each(|id| add(&mut shelf, id, ""));
        assert_eq!(shelf.brought().repeated.as_deref(), Some(twice));
    }
}

#[test]
fn rubbish_is_no_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".j");
    assert!(Shelf::resume(&path).unwrap().is_none());
    std::fs::write(&path, "rubbish").unwrap();
    assert!(Shelf::resume(&path).unwrap().is_none());
    let mut journal = Journal::open(&path, |_, _, _| Ok(())).unwrap();
    journal.append(b"zother", b"").unwrap();
    assert!(Shelf::resume(&path).unwrap().is_none());
}
