//! `locate-shapefiles`, on deliveries that the tests make.

mod damaged;
mod editions;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use serde_json::{Value, json};
use trial::{Finished, Run};

use crate::support::{data, names, tree};

const LOCATE: &str = env!("CARGO_BIN_EXE_locate-shapefiles");
const EXTRACT: &str = env!("CARGO_BIN_EXE_extract");

const EDITION: &str = "ADMIN-EXPRESS-COG-CARTO_3-2__SHP_WGS84G_FRA_2024-02-22";
const DELIVERY: &str = "ADMIN-EXPRESS-COG-CARTO/1_DONNEES_LIVRAISON_2024-03-00171";
const DATASET: &str = "ADECOGC_3-2_SHP_WGS84G_FRA-ED2024-02-22";
const LAYERS: [&str; 4] = ["ARRONDISSEMENT_MUNICIPAL", "COMMUNE", "DEPARTEMENT", "REGION"];

/// The files of a layer of `records` points, by extension.
fn shapes(records: u32) -> BTreeMap<&'static str, Vec<u8>> {
    const POINT: u32 = 1;
    let header = |bytes: u32| {
        let mut header = vec![0; 100];
        header[..4].copy_from_slice(&9994_u32.to_be_bytes());
        header[24..28].copy_from_slice(&((100 + bytes) / 2).to_be_bytes());
        header[28..32].copy_from_slice(&1000_u32.to_le_bytes());
        header[32..36].copy_from_slice(&POINT.to_le_bytes());
        header
    };
    let (mut shp, mut shx) = (header(28 * records), header(8 * records));
    for n in 0..records {
        shp.extend([(n + 1).to_be_bytes(), 10_u32.to_be_bytes(), POINT.to_le_bytes()].concat());
        shp.extend([f64::from(n).to_le_bytes(), 46_f64.to_le_bytes()].concat());
        shx.extend([(50 + 14 * n).to_be_bytes(), 10_u32.to_be_bytes()].concat());
    }
    let mut dbf = vec![0; 65];
    dbf[0] = 3;
    dbf[4..8].copy_from_slice(&records.to_le_bytes());
    dbf[8..12].copy_from_slice(&[65, 0, 6, 0]);
    dbf[32..35].copy_from_slice(b"NOM");
    dbf[43] = b'C';
    dbf[48] = 5;
    dbf[64] = 0x0D;
    dbf.extend((0..records).flat_map(|n| format!(" {n:05}").into_bytes()));
    dbf.push(0x1A);
    let prj = b"GEOGCS[\"WGS 84\"]".to_vec();
    BTreeMap::from([("shp", shp), ("shx", shx), ("dbf", dbf), ("prj", prj), ("cpg", b"UTF-8".to_vec())])
}

/// Records of a layer that [`deliver`] made.
fn records(layer: &str) -> u32 {
    layer.len() as u32
}

/// Writes the four layers into a dataset.
fn deliver(run: &Run, dataset: &str) {
    for layer in LAYERS {
        for (extension, content) in shapes(records(layer)) {
            run.write(format!("{dataset}/{layer}.{extension}"), &content);
        }
    }
}

/// A delivery as IGN makes them, in `in/`.
fn delivery() -> Run {
    let run = Run::new(LOCATE);
    deliver(&run, &dataset());
    run
}

fn dataset() -> String {
    format!("in/{EDITION}/{DELIVERY}/{DATASET}")
}

fn locate(run: &Run, arguments: &[&str]) -> Finished {
    run.clone().args([run.donnees_brutes().join("in")]).args(arguments).run()
}

#[test]
fn the_layers_are_copied_where_their_readers_look() {
    let run = delivery();
    let before = tree(&run.donnees_brutes().join("in"));
    let finished = locate(&run, &[]).expect_code(0);
    let receipt = finished.receipt();
    assert_eq!(receipt["path"], finished.path("cog_carto/2024-02-22").to_str().unwrap());
    assert_eq!((&receipt["edition"], &receipt["territory"]), (&json!("2024-02-22"), &json!(DATASET)));
    assert_eq!(
        receipt["layers"],
        json!({"ARRONDISSEMENT_MUNICIPAL": 24, "COMMUNE": 7, "DEPARTEMENT": 11, "REGION": 6})
    );
    assert_eq!((&receipt["without_cpg"], &receipt["files"]), (&json!([]), &json!(20)));
    let located = tree(&finished.path("cog_carto/2024-02-22"));
    assert_eq!(located.len(), 20);
    assert_eq!(located, tree(&finished.path(dataset())));
    assert_eq!(tree(&finished.path("in")), before, "the input stays");
    assert!(names(&finished.path("cog_carto")).iter().all(|name| !name.starts_with('.')));
}

/// Linked, an edit of the copy changed the delivery, and was then called unchanged.
#[test]
fn an_edit_of_a_copy_leaves_the_delivery_alone_and_is_mended() {
    let run = delivery();
    let before = tree(&run.donnees_brutes().join("in"));
    locate(&run, &[]).expect_code(0);
    let (copy, source) = ("cog_carto/2024-02-22/REGION.cpg", format!("{}/REGION.cpg", dataset()));
    let inode = |path: &str| fs::metadata(run.donnees_brutes().join(path)).unwrap().ino();
    assert_ne!(inode(copy), inode(&source));
    fs::write(run.donnees_brutes().join(copy), b"UTF-9").unwrap();
    assert_eq!(tree(&run.donnees_brutes().join("in")), before);
    let mended = locate(&run, &[]).expect_code(0);
    assert_eq!(mended.receipt()["unchanged"], false);
    assert_eq!(fs::read(mended.path(copy)).unwrap(), b"UTF-8");
    // What an earlier version linked is made a copy.
    fs::remove_file(mended.path(copy)).unwrap();
    fs::hard_link(mended.path(&source), mended.path(copy)).unwrap();
    assert_eq!(locate(&run, &[]).expect_code(0).receipt()["unchanged"], false);
    assert_ne!(inode(copy), inode(&source));
}

#[test]
fn the_same_again_is_unchanged_and_what_is_spoilt_or_left_over_is_mended() {
    let run = delivery();
    locate(&run, &[]).expect_code(0);
    assert_eq!(locate(&run, &[]).expect_code(0).receipt()["unchanged"], true);
    let dest = run.donnees_brutes().join("cog_carto/2024-02-22");
    fs::remove_file(dest.join("REGION.shp")).unwrap();
    run.write("cog_carto/2024-02-22/REGION.shp", b"other");
    run.write("cog_carto/2024-02-22/COMMUNE.qix", b"of another edition");
    run.write("cog_carto/2024-02-22/COMMUNES.csv", b"of somebody");
    let mended = locate(&run, &[]).expect_code(0);
    assert_eq!(mended.receipt()["unchanged"], false);
    assert!(mended.noted("COMMUNE.qix"), "{mended}");
    let there = tree(&mended.path("cog_carto/2024-02-22"));
    assert_eq!((there.len(), there.contains_key("COMMUNES.csv"), there.contains_key("COMMUNE.qix")), (21, true, false));
    assert_eq!(there["REGION.shp"], tree(&mended.path(dataset()))["REGION.shp"]);
}

#[test]
fn all_files_of_a_stem_travel_and_no_others() {
    let run = delivery();
    for name in ["COMMUNE.qix", "COMMUNE.SBN", "COMMUNE.shp.xml", "COMMUNE.QMD"] {
        run.write(format!("{}/{name}", dataset()), name.as_bytes());
    }
    for name in ["COMMUNE_ASSOCIEE.shp", "CHFLIEU_COMMUNE.shp", "._COMMUNE.shp", "commune.txt", "COMMUNE"] {
        run.write(format!("{}/{name}", dataset()), b"not of this layer");
    }
    let finished = locate(&run, &["--layers", "COMMUNE", "--dest", "out"]).expect_code(0);
    let out = run.donnees_brutes().parent().unwrap().join("out");
    let there = names(&out);
    let expected = ["cpg", "dbf", "prj", "qix", "qmd", "sbn", "shp", "shp.xml", "shx"];
    assert_eq!(there, expected.map(|suffix| format!("COMMUNE.{suffix}")));
    let path = run.folder().canonicalize().unwrap().join("out");
    assert_eq!((&finished.receipt()["path"], &finished.receipt()["files"]), (&json!(path), &json!(9)));
}

#[test]
fn only_the_folders_of_a_delivery_are_searched_at_any_depth() {
    let run = Run::new(LOCATE);
    deliver(&run, &format!("in/{EDITION}/{}", dataset().strip_prefix("in/").unwrap()));
    for decoy in [
        format!("in/{EDITION}/ADMIN-EXPRESS-COG-CARTO/3_SUPPLEMENTS_LIVRAISON_2024-03-00171/ANCIEN"),
        format!("in/{EDITION}/ADMIN-EXPRESS-COG-CARTO/2_METADONNEES_LIVRAISON_2024-03-00171"),
        format!("in/{EDITION}/{DELIVERY}/__MACOSX"),
        format!("in/{EDITION}/{DELIVERY}/.cache"),
        "in/__MACOSX/1_DONNEES_LIVRAISON".to_owned(),
        "in/cog_carto/2024-02-22".to_owned(),
    ] {
        deliver(&run, &decoy);
    }
    assert_eq!(locate(&run, &[]).expect_code(0).receipt()["territory"], DATASET);
    // Given a folder inside the delivery, it is searched too.
    let inside = run.donnees_brutes().join("in").join(EDITION).join(dataset().strip_prefix("in/").unwrap());
    assert_eq!(run.clone().args([inside]).run().expect_code(0).receipt()["territory"], DATASET);
}

#[test]
fn a_layer_in_two_folders_is_refused_until_one_is_chosen() {
    let run = Run::new(LOCATE);
    let folders = ["ADE-COG_1-1_SHP_LAMB93_FR", "ADE-COG_1-1_SHP_UTM20W84GUAD_D971"];
    for folder in folders {
        deliver(&run, &format!("in/{EDITION}/{DELIVERY}/{folder}"));
    }
    let finished = locate(&run, &[]).expect_code(65);
    assert!(folders.iter().all(|folder| finished.failure().contains(folder)), "{finished}");
    assert!(finished.hint().contains("--territory"), "{finished}");
    assert!(!finished.path("cog_carto").exists());
    for (territory, folder) in [("FR", 0), ("LAMB93_FR", 0), ("d971", 1), (folders[1], 1)] {
        let finished = locate(&run, &["--territory", territory]).expect_code(0);
        assert_eq!(finished.receipt()["territory"], folders[folder]);
    }
    let none = locate(&run, &["--territory", "D974"]).expect_code(65);
    assert!(none.hint().contains(folders[0]), "{none}");
    let both = locate(&run, &["--territory", "SHP"]).expect_code(65);
    assert!(both.failure().contains(folders[1]), "{both}");
}

#[test]
fn a_missing_layer_is_told_with_those_that_are_there() {
    let finished = locate(&delivery(), &["--layers", "COMMUNE,CANTON,EPCI"]).expect_code(65);
    assert!(finished.failure().contains("there is no CANTON, no EPCI"), "{finished}");
    assert!(finished.hint().contains("COMMUNE, DEPARTEMENT, REGION in"), "{finished}");
    let run = Run::new(LOCATE);
    run.write("in/COMMUNE.shp", b"outside of any delivery");
    let finished = locate(&run, &[]).expect_code(65);
    assert!(finished.hint().contains("1_DONNEES_LIVRAISON"), "{finished}");
}

#[test]
fn a_missing_folder_is_66_and_wrong_arguments_are_2() {
    let run = delivery();
    run.clone().args(["nowhere"]).run().expect_code(66);
    run.clone().args([run.write("in/file", b"x")]).run().expect_code(66);
    for arguments in [["--layers", "../COMMUNE"], ["--layers", ""], ["--edition", "2024"], ["--edition", "../x"]] {
        locate(&run, &arguments).expect_code(2);
    }
    let among = run.donnees_brutes().join(dataset());
    let finished = locate(&run, &["--dest", among.to_str().unwrap()]).expect_code(2);
    assert!(finished.failure().contains("where they come from"), "{finished}");
}

#[test]
fn the_edition_is_asked_for_or_told_or_read_from_the_names() {
    let run = Run::new(LOCATE);
    deliver(&run, "in/top/1_DONNEES_LIVRAISON_2024-03-00171/DATA");
    let finished = locate(&run, &[]).expect_code(2);
    assert!(finished.hint().contains("--edition"), "{finished}");
    let asked = locate(&run, &["--edition", "2020-01-02"]).expect_code(0);
    assert_eq!(asked.receipt()["path"], asked.path("cog_carto/2020-01-02").to_str().unwrap());
    let path = run.donnees_brutes().join("in");
    let told = |edition: &str| {
        let receipt = json!({"path": path, "edition": edition}).to_string();
        run.clone().args(["-"]).stdin(&receipt).run()
    };
    assert_eq!(told("2021-03-04").expect_code(0).receipt()["edition"], "2021-03-04");
    told("../../outside").expect_code(2);
    // The flag counts more than the receipt.
    let both = json!({"path": path, "edition": "2021-03-04"}).to_string();
    let flagged = run.args(["-", "--edition", "2022-05-06"]).stdin(&both).run().expect_code(0);
    assert_eq!(flagged.receipt()["edition"], "2022-05-06");
}

#[test]
fn the_second_of_two_runs_at_once_is_75() {
    let run = delivery();
    let dest = run.donnees_brutes().join("cog_carto/2024-02-22");
    let _held = files::Lock::claim(&dest.join("locate-shapefiles")).unwrap();
    locate(&run, &[]).expect_code(75);
    locate(&run, &["--dest", "elsewhere"]).expect_code(0);
}

/// Every sample, extracted by the step before, through its receipt.
#[trial::test_with_data]
fn the_sample_deliveries_give_what_is_expected() {
    let data = data("deliveries");
    let mut judged = 0;
    for entry in fs::read_dir(data).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "7z") {
            judge_delivery(&path);
            judged += 1;
        }
    }
    assert_eq!(judged, 11);
}

fn judge_delivery(archive: &Path) {
    let expected: Value = serde_json::from_slice(
        &fs::read(archive.with_extension("expected.json")).expect("the tests can read and write"),
    )
    .expect("the tests can read and write");
    let id = expected["id"].as_str().expect("a text");
    let extract = Run::new(EXTRACT);
    let copy = extract.write(format!("cog_carto/{id}.7z"), &fs::read(archive).expect("the tests can read and write"));
    let extracted = extract.clone().args([copy]).run().expect_code(0);
    for member in expected["members"].as_array().expect("a list") {
        let path = extracted.path("cog_carto").join(member["path"].as_str().expect("a text"));
        assert_eq!(
            files::sha256(&path).expect("the tests can read and write"),
            member["sha256"].as_str().expect("a text"),
            "{id}"
        );
    }
    let locate = extract.beside(LOCATE).args(["-"]).stdin(&extracted.stdout);
    let finished = locate.run();
    assert!(expected["locate"]["exit"].as_array().expect("a list").contains(&finished.code.into()), "{id}\n{finished}");
    let chosen = match id {
        "territories-2018" => locate.args(["--territory", "LAMB93_FR"]).run().expect_code(0),
        "twin-2021" => locate.args(["--territory", "WGS84G"]).run().expect_code(0),
        _ => finished,
    };
    if chosen.code != 0 {
        assert!(!chosen.path("cog_carto").join(expected["edition"].as_str().expect("a text")).exists(), "{id}");
        return;
    }
    assert_eq!(chosen.receipt()["edition"], expected["edition"], "{id}");
    let located = expected["locate"]["located"].as_object().expect("an object");
    let files = located.values().flat_map(|layer| layer["files"].as_object().expect("an object"));
    let files: BTreeMap<_, _> =
        files.map(|(name, file)| (name.clone(), file["sha256"].as_str().expect("a text").to_owned())).collect();
    assert_eq!(tree(Path::new(chosen.receipt()["path"].as_str().expect("a text"))), files, "{id}");
    for (name, layer) in located {
        assert_eq!(chosen.receipt()["layers"][name], layer["records"], "{id}");
    }
}
