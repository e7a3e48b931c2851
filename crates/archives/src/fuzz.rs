//! Archives with random bytes changed: a verdict, never a panic, and nothing outside.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use step::{ExitCode, Failure};
use tempfile::TempDir;

use crate::sevenz::header;
use crate::sevenz::overlay::Overlay;
use crate::testing::{self, Blocks, Item};
use crate::{Archive, Format, Limits};

const LIMITS: Limits = Limits { max_bytes: 1 << 20, max_entries: 50 };

/// Positions and new bytes; a position counts from the end, since there is what an archive says of itself.
fn flips() -> impl Strategy<Value = Vec<(usize, u8)>> {
    proptest::collection::vec((0..600_usize, any::<u8>()), 1..6)
}

fn items() -> Vec<Item<'static>> {
    const LONG: [u8; 9_000] = [b'x'; 9_000];
    vec![("d/", b""), ("d/a.csv", b"a;b\n1;2\n"), ("d/empty", b""), ("d/e/long.dbf", &LONG), ("z.txt", b"the last one")]
}

fn changed(mut bytes: Vec<u8>, flips: &[(usize, u8)]) -> Vec<u8> {
    let length = bytes.len();
    for (from_end, byte) in flips {
        bytes[length - 1 - from_end % length] = *byte;
    }
    bytes
}

/// Opens and unpacks; whatever comes of it, it stays inside, and an error has an exit code that says why.
fn judge(archive: &[u8]) {
    let folder = TempDir::new().unwrap();
    let (path, inside) = (folder.path().join("archive"), folder.path().join("inside"));
    fs::write(&path, archive).unwrap();
    fs::create_dir(&inside).unwrap();
    let unpacked = Archive::open(&path, LIMITS).and_then(|mut archive| {
        let wanted = vec![true; archive.entries().len()];
        archive.unpack(&wanted, &inside, &mut |_| Ok(()))
    });
    if let Err(error) = unpacked {
        let code = error.downcast_ref::<Failure>().map(Failure::code);
        assert_eq!(code, Some(ExitCode::BadInput), "{error:#}");
    }
    assert_eq!(names(folder.path()), ["archive", "inside"]);
    assert!(size(&inside) <= LIMITS.max_bytes);
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// # Panics
/// At what is neither a file nor a folder.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| match entry.file_type().unwrap() {
            kind if kind.is_dir() => size(&entry.path()),
            kind if kind.is_file() => entry.metadata().unwrap().len(),
            kind => panic!("{kind:?}"),
        })
        .sum()
}

/// A 7z whose list of files is changed, but has the right checksums: else nothing of it would be read.
fn with_changed_list(archive: &[u8], flips: &[(usize, u8)]) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("archive");
    fs::write(&path, archive).unwrap();
    let (file, list, data_end) = header::read(fs::File::open(&path).unwrap(), LIMITS).unwrap();
    let list = changed(list, flips);
    let mut overlay = Overlay::new(file, data_end, list);
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut overlay, &mut bytes).unwrap();
    bytes
}

proptest! {
    #[test]
    fn a_zip_with_other_bytes_gets_a_verdict(flips in flips()) {
        judge(&changed(testing::zip(&items()), &flips));
    }

    #[test]
    fn a_7z_with_other_bytes_gets_a_verdict(flips in flips()) {
        judge(&changed(testing::seven_z(&items(), Blocks::One), &flips));
    }

    #[test]
    fn a_7z_with_another_list_gets_a_verdict(flips in flips(), each in any::<bool>()) {
        let blocks = if each { Blocks::Each } else { Blocks::One };
        judge(&with_changed_list(&testing::seven_z(&items(), blocks), &flips));
    }

    #[test]
    fn an_archive_cut_anywhere_is_refused(part in 0.0..1.0_f64, seven in any::<bool>()) {
        let whole = if seven { testing::seven_z(&items(), Blocks::One) } else { testing::zip(&items()) };
        let cut = &whole[..(whole.len() as f64 * part) as usize];
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("archive");
        fs::write(&path, cut).unwrap();
        prop_assert!(Archive::open(&path, LIMITS).is_err());
    }
}

#[test]
fn what_is_not_changed_comes_out_as_it_went_in() {
    let archives = [
        (testing::zip(&items()), Format::Zip),
        (testing::seven_z(&items(), Blocks::One), Format::SevenZ),
        (testing::seven_z(&items(), Blocks::Each), Format::SevenZ),
        (with_changed_list(&testing::seven_z(&items(), Blocks::One), &[]), Format::SevenZ),
    ];
    for (bytes, format) in archives {
        let folder = TempDir::new().unwrap();
        let (path, inside) = (folder.path().join("archive"), folder.path().join("inside"));
        fs::write(&path, bytes).unwrap();
        fs::create_dir(&inside).unwrap();
        let mut archive = Archive::open(&path, LIMITS).unwrap();
        assert_eq!(archive.format(), format);
        let wanted = vec![true; archive.entries().len()];
        let mut written = 0;
        archive
            .unpack(&wanted, &inside, &mut |count| {
                written += count;
                Ok(())
            })
            .unwrap();
        for (name, content) in items().iter().filter(|(name, _)| !name.ends_with('/')) {
            assert_eq!(fs::read(inside.join(name)).unwrap(), *content, "{name}");
        }
        assert_eq!(written, size(&inside));
        assert!(archive.entries().iter().all(|entry| entry.is_at(&inside, &mut |_| Ok(())).unwrap()));
        fs::write(inside.join("z.txt"), b"the lost one").unwrap();
        assert!(!archive.entries().iter().all(|entry| entry.is_at(&inside, &mut |_| Ok(())).unwrap()));
    }
}

/// What is not wanted is neither written nor, if it comes last in its block, decoded.
#[test]
fn what_is_wanted_comes_alone() {
    for bytes in [testing::seven_z(&items(), Blocks::One), testing::zip(&items())] {
        let folder = TempDir::new().unwrap();
        let (path, inside) = (folder.path().join("archive"), folder.path().join("inside"));
        fs::write(&path, bytes).unwrap();
        fs::create_dir(&inside).unwrap();
        let mut archive = Archive::open(&path, LIMITS).unwrap();
        let wanted: Vec<_> = archive.entries().iter().map(|entry| entry.path.ends_with(".dbf")).collect();
        let sha256 = archive.unpack(&wanted, &inside, &mut |_| Ok(())).unwrap();
        assert_eq!(sha256, Some(files::sha256(&inside.join("d/e/long.dbf")).unwrap()));
        assert_eq!((names(&inside), names(&inside.join("d"))), (vec!["d".to_owned()], vec!["e".to_owned()]));
    }
}
