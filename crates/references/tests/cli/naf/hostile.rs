//! Workbooks that are damaged, or mean harm: a verdict, one line of failure, and no more memory than a good one takes.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use trial::{Finished, Run};

use super::book::{sheet, sheet_names, xlsx};
use super::{copy_workbooks, fetch};
use crate::support::data;

const CONVERT: &str = env!("CARGO_BIN_EXE_convert-naf");

/// Gives what it becomes 64 MiB of memory of its own, used or not: one that asks for more aborts, and its code is none
/// of ours.
const BOUNDED: &str = "ulimit -d 65536 && exec \"$0\" \"$@\"";

const XLSX: &str = "naf2025.xlsx";

/// The sandbox's workbooks, by name.
static WORKBOOKS: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let run = Run::new(CONVERT);
    let mut workbooks = BTreeMap::new();
    for nomenclature in ["2008", "2025"] {
        let folder = fetch(&run, nomenclature).receipt()["path"].as_str().expect("a text").to_owned();
        for entry in fs::read_dir(folder).expect("it was fetched").flatten() {
            let name = entry.file_name().into_string().expect("a name of INSEE");
            if name.ends_with(".xls") || name == XLSX {
                workbooks.insert(name, fs::read(entry.path()).expect("the tests can read"));
            }
        }
    }
    assert_eq!(workbooks.len(), 7);
    workbooks
});

/// Converts the sandbox's workbooks, with this one in place of its namesake.
fn convert(name: &str, bytes: &[u8]) -> Finished {
    let nomenclature = if name == XLSX { "2025" } else { "2008" };
    let run = Run::new("/bin/sh").args(["-c", BOUNDED, CONVERT]);
    for (other, good) in WORKBOOKS.iter().filter(|(other, _)| *other != name) {
        run.write(format!("in/{other}"), good);
    }
    let folder = run.write(format!("in/{name}"), bytes).parent().expect("it is in a folder").to_owned();
    run.args([folder]).args(["--nomenclature", nomenclature]).run()
}

/// It is read or refused; refused in one line, with nothing left behind.
fn assert_verdict(done: &Finished) {
    assert!([0, 65].contains(&done.code), "{done}");
    if done.code == 65 {
        let failures = done.notes().iter().filter(|note| note.get("exit_code").is_some()).count();
        assert_eq!((failures, done.failure().is_empty(), done.list("naf").len()), (1, false, 0), "{done}");
    }
}

fn word(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

fn set(bytes: &mut [u8], at: usize, word: u32) {
    bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
}

/// Where in an `.xls` the table says which sector comes after this one.
fn after(bytes: &[u8], sector: usize) -> usize {
    512 + 512 * word(bytes, 76 + 4 * (sector / 128)) + 4 * (sector % 128)
}

/// Where the content of the first record of a kind and size begins.
fn record(bytes: &[u8], head: &[u8]) -> usize {
    bytes.windows(head.len()).position(|window| window == head).unwrap() + 4
}

#[test]
fn the_good_ones_are_read_in_as_little_memory() {
    for name in ["naf2008_5_niveaux.xls", XLSX] {
        let done = convert(name, &WORKBOOKS[name]).expect_code(0);
        let is_whole = |file: &String| file.ends_with(".csv") || file == "datapackage.json";
        assert!(done.list("naf").iter().all(is_whole), "{done}");
    }
}

#[test]
fn an_xls_that_leads_astray_is_refused() {
    type Change = fn(&mut Vec<u8>);
    let directory_after_itself: Change = |bytes| {
        let directory = word(bytes, 48);
        let at = after(bytes, directory);
        set(bytes, at, directory as u32);
    };
    let workbook_of_4_gib_after_itself: Change = |bytes| {
        let entry = 512 + 512 * word(bytes, 48) + 128;
        let first = word(bytes, entry + 116);
        set(bytes, entry + 120, u32::MAX);
        let at = after(bytes, first);
        set(bytes, at, first as u32);
    };
    let cell_in_the_last_corner: Change = |bytes| {
        let at = record(bytes, &[0xfd, 0, 10, 0]);
        set(bytes, at, u32::MAX);
    };
    let text_that_is_not_there: Change = |bytes| {
        let at = record(bytes, &[0xfd, 0, 10, 0]) + 6;
        set(bytes, at, u32::MAX);
    };
    let sheet_beyond_the_end: Change = |bytes| {
        let at = record(bytes, &[0x85, 0]);
        set(bytes, at, u32::MAX);
    };
    for (change, why) in [
        (directory_after_itself, "lead in circles"),
        (workbook_of_4_gib_after_itself, "lead in circles"),
        (cell_in_the_last_corner, ".xls`"),
        (text_that_is_not_there, "a text that is not there"),
        (sheet_beyond_the_end, "beyond its end"),
    ] {
        for name in ["naf2008_5_niveaux.xls", "naf2008_liste_n2.xls"] {
            let mut bytes = WORKBOOKS[name].clone();
            change(&mut bytes);
            let done = convert(name, &bytes).expect_code(65);
            assert_verdict(&done);
            assert!(done.failure().contains(why), "{name}: {why}\n{done}");
        }
    }
}

/// How large a sheet is said to be, and how many sectors the tables have: other numbers tell better.
#[test]
fn what_an_xls_says_of_its_size_is_not_believed() {
    let name = "naf2008_5_niveaux.xls";
    let mut bytes = WORKBOOKS[name].clone();
    let at = record(&bytes, &[0, 2, 14, 0]);
    bytes[at..at + 12].fill(0xff);
    set(&mut bytes, 44, u32::MAX);
    bytes[60..76].fill(0xee);
    convert(name, &bytes).expect_code(0);
}

/// Some kilobytes that would fill gigabytes, if they were believed.
/// Its size is said to be 0; whoever believes that reads for ever.
#[test]
fn a_file_without_end_is_refused() {
    const ENDLESS: &str = "naf2008_5_niveaux.xls";
    let run = Run::new("/bin/sh").args(["-c", BOUNDED, CONVERT]);
    for (name, good) in WORKBOOKS.iter().filter(|(name, _)| *name != ENDLESS) {
        run.write(format!("in/{name}"), good);
    }
    let folder = run.donnees_brutes().join("in");
    std::os::unix::fs::symlink("/dev/zero", folder.join(ENDLESS)).expect("the tests can link");
    let done = run.args([folder]).run().expect_code(65);
    assert_verdict(&done);
    assert!(done.failure().contains(ENDLESS), "{done}");
}

#[test]
fn an_xlsx_that_grows_is_refused() {
    let names = sheet_names();
    // The sheet of the sections is read first.
    let with = |sections: &str| xlsx(&names, &[sheet(""), sections.to_owned()], None);
    let blank = sheet(&" ".repeat(80 << 20));
    let mut lying = with(&blank);
    let says = (blank.len() as u32).to_le_bytes();
    while let Some(at) = lying.windows(4).position(|window| window == says) {
        set(&mut lying, at, 1_000);
    }
    let corner = sheet("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>");
    let long = format!("<sst>{}</sst>", format!("<si><t>{}</t></si>", "a".repeat(1_000_000)).repeat(5));
    let many: Vec<String> = (0..50_000).map(|nth| format!("S{nth}")).collect();
    let empty_texts = format!("<sst>{}</sst>", "<si/>".repeat(1_100_000));
    let doctype = "<!DOCTYPE a [<!ENTITY b \"b\">]><worksheet><sheetData/></worksheet>";
    for (bytes, why) in [
        (with(&blank), "it would unpack to 8388"),
        (lying, "more than the list says"),
        (with(&corner), "more than 4096 columns"),
        (with(&sheet("<row r=\"9\"/><row r=\"8\"/>")), "row 8 comes after row 9"),
        (xlsx(&names, &[], Some(&long)), "holds more than"),
        (xlsx(&names, &[], Some(&empty_texts)), "holds more than"),
        (xlsx(&names, &[], Some("<sst uniqueCount=\"1000000000000\"><si><t>a</t></si></sst>")), "has no codes"),
        (xlsx(&many, &[], None), "more than 256 sheets"),
        (with("<worksheet/>"), "`Sections` is none"),
        (with("<worksheet><sheetData><row><c><v>1"), "was cut"),
        (with(doctype), "DOCTYPE"),
    ] {
        assert!(bytes.len() < 1 << 20, "{why}: it is refused for its own size");
        let done = convert(XLSX, &bytes).expect_code(65);
        assert_verdict(&done);
        assert!(done.failure().contains(why), "{why}\n{done}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    /// A few wrong bytes, most of them where the tables are that lead through the file: at its ends.
    #[test]
    fn flipped_bytes_get_a_verdict(
        which in 0..12_usize,
        flips in proptest::collection::vec((0..3_u8, any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let (name, good) = match WORKBOOKS.iter().nth(which) {
            Some(workbook) => workbook,
            // Half of them.
            None => WORKBOOKS.get_key_value(XLSX).expect("it is one of them"),
        };
        let mut bytes = good.clone();
        for (region, place, byte) in flips {
            let at = match region {
                0 => place.index(1_536),
                1 => place.index(bytes.len()),
                _ => bytes.len() - 1 - place.index(2_048),
            };
            bytes[at] = byte;
        }
        assert_verdict(&convert(name, &bytes));
    }
}

/// INSEE's own, where they are at hand.
#[trial::test_with_data]
fn flipped_bytes_of_the_real_ones_get_a_verdict() {
    let naf = data("naf");
    let real = Run::new(CONVERT);
    copy_workbooks(&naf, real.folder());
    for seed in 0_usize..120 {
        let name = format!("naf2008_liste_n{}.xls", 1 + seed % 5);
        let mut bytes = fs::read(real.folder().join(&name)).unwrap();
        for flip in 0..4 {
            let within = if flip % 2 == 0 { 1_024 } else { bytes.len() };
            let at = (seed * 7_919 + flip * 104_729 + 13) % within;
            bytes[at] ^= 1 << (seed % 8);
        }
        assert_verdict(&convert(&name, &bytes));
    }
}
