//! Layers that are not sound: refused, with all that is wrong, and nothing put in place.

use std::fs;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::json;
use trial::Run;

use super::{DATASET, LOCATE, dataset, delivery, locate, shapes};
use crate::support::{data, names, tree};

/// Changes a file of the delivery.
fn change(run: &Run, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let path = run.donnees_brutes().join(dataset()).join(name);
    let mut bytes = fs::read(&path).expect("the tests can read and write");
    change(&mut bytes);
    fs::write(path, bytes).expect("the tests can read and write");
}

#[test]
fn what_does_not_fit_together_is_refused() {
    type Change = fn(&mut Vec<u8>);
    let cases: [(&str, Change, &str); 12] = [
        ("COMMUNE.shp", |bytes| bytes.truncate(120), "COMMUNE.shp is shorter than its header says"),
        ("COMMUNE.shp", |bytes| bytes.push(0), "COMMUNE.shp is longer than its header says"),
        ("COMMUNE.shp", |bytes| bytes.truncate(50), "COMMUNE.shp is shorter than a header"),
        ("COMMUNE.shp", |bytes| bytes[0] = 1, "COMMUNE.shp is no shapefile"),
        ("COMMUNE.shp", |bytes| bytes[32] = 5, "COMMUNE.shp is of shape type 5, COMMUNE.shx of 1"),
        ("COMMUNE.shx", |bytes| bytes[32] = 7, "COMMUNE.shx is of an unknown shape type, 7"),
        ("COMMUNE.shx", |bytes| bytes.truncate(100), "COMMUNE.shx is shorter than its header says"),
        ("COMMUNE.dbf", |bytes| bytes[4] = 6, "COMMUNE.shx has 7 records, COMMUNE.dbf 6"),
        ("COMMUNE.dbf", |bytes| bytes.truncate(90), "COMMUNE.dbf is shorter than its header says"),
        ("COMMUNE.dbf", Vec::clear, "COMMUNE.dbf is shorter than a header"),
        ("COMMUNE.dbf", |bytes| bytes[8..12].fill(0), "COMMUNE.dbf has no fields"),
        ("COMMUNE.prj", Vec::clear, "COMMUNE.prj is empty"),
    ];
    for (name, how, why) in cases {
        let run = delivery();
        change(&run, name, how);
        let finished = locate(&run, &[]).expect_code(65);
        assert!(finished.failure().contains(why), "`{why}` is not said\n{finished}");
        assert_eq!(names(&finished.path("")), names(&run.donnees_brutes()));
        assert!(!finished.path("cog_carto").exists());
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let run = delivery();
    change(&run, "COMMUNE.shp", |bytes| bytes.truncate(120));
    change(&run, "REGION.dbf", |bytes| bytes[4] = 9);
    let failure = locate(&run, &[]).expect_code(65).failure();
    assert!(failure.contains("COMMUNE.shp") && failure.contains("REGION.dbf"), "{failure}");
}

#[test]
fn the_files_without_which_a_layer_cannot_be_read_are_required() {
    for missing in ["shp", "shx", "dbf", "prj"] {
        let run = delivery();
        fs::remove_file(run.donnees_brutes().join(dataset()).join(format!("REGION.{missing}"))).unwrap();
        let finished = locate(&run, &[]).expect_code(65);
        assert!(finished.failure().contains(&format!("REGION has no .{missing}")), "{finished}");
    }
}

#[test]
fn a_missing_cpg_is_warned_about_and_told() {
    let run = delivery();
    fs::remove_file(run.donnees_brutes().join(dataset()).join("COMMUNE.cpg")).unwrap();
    let finished = locate(&run, &[]).expect_code(0);
    assert_eq!(finished.receipt()["without_cpg"], json!(["COMMUNE"]));
    assert!(finished.noted("COMMUNE without .cpg"), "{finished}");
}

#[test]
fn a_file_in_two_spellings_is_refused() {
    let run = delivery();
    run.write(format!("{}/REGION.SHP", dataset()), &shapes(6)["shp"]);
    let finished = locate(&run, &[]).expect_code(65);
    assert!(finished.failure().contains("REGION.shp is there twice"), "{finished}");
}

#[test]
fn extensions_in_upper_case_are_written_in_lower_case() {
    let run = Run::new(LOCATE);
    for (extension, content) in shapes(3) {
        run.write(format!("{}/REGION.{}", dataset(), extension.to_uppercase()), &content);
    }
    let finished = locate(&run, &["--layers", "REGION"]).expect_code(0);
    let expected = ["cpg", "dbf", "prj", "shp", "shx"].map(|suffix| format!("REGION.{suffix}"));
    assert_eq!(names(&finished.path("cog_carto/2024-02-22")), expected);
}

#[trial::test_with_data]
fn the_real_layers_of_ign_are_sound() {
    let data = data("shapefiles");
    for (folder, layer, records, with_cpg) in
        [("ign-2021-lambert93", "REGION", 13, false), ("wgs84", "DEPARTEMENT", 101, true)]
    {
        let run = Run::new(LOCATE);
        for entry in fs::read_dir(data.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            run.write(format!("in/1_DONNEES_LIVRAISON/{DATASET}/{name}"), &fs::read(&path).unwrap());
        }
        let finished = locate(&run, &["--layers", layer]).expect_code(0);
        assert_eq!(finished.receipt()["layers"], json!({ layer: records }));
        assert_eq!(finished.receipt()["without_cpg"].as_array().unwrap().is_empty(), with_cpg);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// Random bytes in the headers: taken or refused, never anything else.
    #[test]
    fn headers_with_other_bytes_get_a_verdict(
        flips in proptest::collection::vec((0..3_usize, 0..100_usize, any::<u8>()), 1..5),
    ) {
        let run = Run::new(LOCATE);
        let mut files = shapes(7);
        for (file, at, byte) in flips {
            files.get_mut(["shp", "shx", "dbf"][file]).unwrap()[at] = byte;
        }
        for (extension, content) in files {
            run.write(format!("{}/COMMUNE.{extension}", dataset()), &content);
        }
        let finished = locate(&run, &["--layers", "COMMUNE"]);
        prop_assert!([0, 65].contains(&finished.code), "{}", finished);
    }
}

#[test]
fn killed_at_random_instants_then_again_gives_the_same_bytes() {
    const KILLS: u32 = 30;
    let start = Instant::now();
    let whole = tree(&locate(&delivery(), &[]).expect_code(0).path("cog_carto"));
    let takes = start.elapsed();
    for kill in 0..KILLS {
        let run = delivery();
        let killed = run.clone().args([run.donnees_brutes().join("in")]);
        killed.kill_after(takes * kill / KILLS + Duration::from_micros(50));
        for (name, sha256) in tree(&run.donnees_brutes().join("cog_carto/2024-02-22")) {
            if !name.starts_with('.') {
                assert_eq!(whole.get(&format!("2024-02-22/{name}")), Some(&sha256), "after kill {kill}");
            }
        }
        let again = locate(&run, &[]).expect_code(0);
        assert_eq!(tree(&again.path("cog_carto")), whole, "after kill {kill}");
    }
}
