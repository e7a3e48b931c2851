//! Several deliveries below one folder, and deliveries of another edition than is asked for.

use serde_json::json;
use trial::{Finished, Run};

use super::{DATASET, DELIVERY, EDITION, LOCATE, deliver, delivery, locate, records, shapes};

const EDITION_2023: &str = "ADMIN-EXPRESS-COG-CARTO_3-2__SHP_WGS84G_FRA_2023-05-03";
const DELIVERY_2023: &str = "ADMIN-EXPRESS-COG-CARTO/1_DONNEES_LIVRAISON_2023-05-03";
const DATASET_2023: &str = "ADECOGC_3-2_SHP_WGS84G_FRA";
const TERRITORIES: [&str; 2] = ["ADE-COG_1-1_SHP_LAMB93_FR", "ADE-COG_1-1_SHP_UTM20W84GUAD_D971"];

/// Two editions side by side, as `extract` leaves them.
fn two_editions() -> Run {
    let run = delivery();
    deliver(&run, &format!("in/{EDITION_2023}/{DELIVERY_2023}/{DATASET_2023}"));
    run
}

/// Runs it on `in`, handed over by a step that says which edition it is of.
fn told(run: &Run, edition: &str) -> Finished {
    let receipt = json!({"path": run.donnees_brutes().join("in"), "edition": edition}).to_string();
    run.clone().args(["-"]).stdin(&receipt).run()
}

fn assert_located(finished: Finished, edition: &str, territory: &str) {
    let finished = finished.expect_code(0);
    let receipt = finished.receipt();
    assert_eq!((&receipt["edition"], &receipt["territory"]), (&json!(edition), &json!(territory)), "{finished}");
    assert_eq!(receipt["path"], finished.path("cog_carto").join(edition).to_str().unwrap());
    assert_eq!(finished.list("cog_carto"), [edition], "no other edition is published");
}

#[test]
fn one_of_two_editions_is_chosen_by_flag_or_by_receipt() {
    for (edition, territory) in [("2023-05-03", DATASET_2023), ("2024-02-22", DATASET)] {
        assert_located(locate(&two_editions(), &["--edition", edition]), edition, territory);
        assert_located(told(&two_editions(), edition), edition, territory);
    }
}

#[test]
fn without_a_choice_the_editions_are_named() {
    let finished = locate(&two_editions(), &[]).expect_code(65);
    assert!(finished.failure().contains(DATASET), "{finished}");
    assert!(finished.hint().contains("`--edition`: 2023-05-03, 2024-02-22"), "{finished}");
    assert!(!finished.hint().contains("--territory"), "{finished}");
    assert!(!finished.path("cog_carto").exists());
    // Or one gives the folder of one of them.
    let run = two_editions();
    let one = run.donnees_brutes().join("in").join(EDITION_2023);
    assert_located(run.args([one]).run(), "2023-05-03", DATASET_2023);
}

#[test]
fn an_edition_that_is_not_there_is_refused_with_those_that_are() {
    let run = two_editions();
    for finished in [locate(&run, &["--edition", "2025-04-02"]), told(&run, "2025-04-02")] {
        let finished = finished.expect_code(65);
        assert!(finished.failure().contains("there is no edition 2025-04-02"), "{finished}");
        assert!(finished.hint().contains("2023-05-03, 2024-02-22"), "{finished}");
        assert!(!finished.path("cog_carto").exists());
    }
}

/// An old delivery must not be published under the name of a new one.
#[test]
fn the_only_delivery_is_refused_if_its_folders_have_another_date() {
    let run = Run::new(LOCATE);
    deliver(&run, &format!("in/{EDITION_2023}/{DELIVERY_2023}/{DATASET_2023}"));
    for finished in [locate(&run, &["--edition", "2024-02-22"]), told(&run, "2024-02-22")] {
        let finished = finished.expect_code(65);
        assert!(finished.hint().contains("2023-05-03"), "{finished}");
        assert!(!finished.path("cog_carto").exists());
    }
    // Also from inside the delivery, whose own folders tell.
    let inside = run.donnees_brutes().join(format!("in/{EDITION_2023}/{DELIVERY_2023}/{DATASET_2023}"));
    run.args([inside]).args(["--edition", "2024-02-22"]).run().expect_code(65);
}

#[test]
fn several_territories_of_an_edition_still_need_a_territory() {
    let run = Run::new(LOCATE);
    for edition in ["2018-04-03", "2019-01-01"] {
        let top = format!("in/ADMIN-EXPRESS-COG_1-1__SHP__FRA_{edition}/ADMIN-EXPRESS-COG");
        for territory in TERRITORIES {
            deliver(&run, &format!("{top}/1_DONNEES_LIVRAISON_2018-05-00296/{territory}"));
        }
    }
    let neither = locate(&run, &[]).expect_code(65);
    assert!(neither.failure().contains(&format!("`{}` of 2019-01-01", TERRITORIES[1])), "{neither}");
    assert!(neither.hint().contains("`--edition`: 2018-04-03, 2019-01-01"), "{neither}");
    assert!(neither.hint().contains("`--territory`"), "{neither}");
    let no_territory = locate(&run, &["--edition", "2018-04-03"]).expect_code(65);
    assert!(no_territory.hint().contains("`--territory`"), "{no_territory}");
    assert!(!no_territory.hint().contains("--edition"), "{no_territory}");
    let no_edition = locate(&run, &["--territory", "D971"]).expect_code(65);
    assert!(no_edition.hint().contains("`--edition`: 2018-04-03, 2019-01-01"), "{no_edition}");
    assert!(!no_edition.hint().contains("--territory"), "{no_edition}");
    let both = locate(&run, &["--edition", "2018-04-03", "--territory", "D971"]);
    assert_located(both, "2018-04-03", TERRITORIES[1]);
}

#[test]
fn a_delivery_without_a_date_is_taken_for_the_edition_asked_for() {
    let run = Run::new(LOCATE);
    deliver(&run, "in/top/1_DONNEES_LIVRAISON_2024-03-00171/DATA");
    assert_located(locate(&run, &["--edition", "2024-02-22"]), "2024-02-22", "DATA");
}

/// The dated one is sure to be what is asked for, or sure not to be; the other is not left out in silence.
#[test]
fn beside_a_dated_delivery_one_without_a_date_is_not_passed_over_in_silence() {
    let run = delivery();
    deliver(&run, "in/top/1_DONNEES_LIVRAISON_2024-03-00172/DATA");
    let unsaid = locate(&run, &[]).expect_code(65);
    assert!(unsaid.hint().contains("2024-02-22"), "{unsaid}");
    let dated = locate(&run, &["--edition", "2024-02-22"]);
    assert!(dated.noted("leaving `DATA` aside"), "{dated}");
    assert_located(dated, "2024-02-22", DATASET);
    let other = locate(&run, &["--edition", "2025-04-02", "--dest", "out"]).expect_code(0);
    assert_eq!(other.receipt()["territory"], "DATA");
    assert!(other.noted(&format!("leaving `{DATASET}` of 2024-02-22 aside")), "{other}");
}

/// What is written on a folder further up is not of the delivery: a folder a day, say.
#[test]
fn a_date_outside_of_the_delivery_refuses_nothing() {
    let run = Run::new(LOCATE);
    deliver(&run, "in/runs_2026-01-01/top/product/1_DONNEES_LIVRAISON_2024-03-00171/DATA");
    assert_located(locate(&run, &["--edition", "2024-02-22"]), "2024-02-22", "DATA");
}

#[test]
fn two_deliveries_of_one_edition_are_told_by_their_paths() {
    let run = delivery();
    deliver(&run, &format!("in/again/{EDITION}/{DELIVERY}/{DATASET}"));
    let finished = locate(&run, &[]).expect_code(65);
    for path in [format!("`{EDITION}/{DELIVERY}/{DATASET}`"), format!("`again/{EDITION}/{DELIVERY}/{DATASET}`")] {
        assert!(finished.failure().contains(&path), "{finished}");
    }
    assert!(finished.hint().contains("give the folder of one of them"), "{finished}");
}

#[test]
fn layers_of_two_editions_are_not_put_together() {
    let run = Run::new(LOCATE);
    for (folder, layer) in [
        (format!("in/{EDITION}/{DELIVERY}/{DATASET}"), "COMMUNE"),
        (format!("in/{EDITION_2023}/{DELIVERY_2023}/{DATASET_2023}"), "REGION"),
    ] {
        for (extension, content) in shapes(records(layer)) {
            run.write(format!("{folder}/{layer}.{extension}"), &content);
        }
    }
    let finished = locate(&run, &["--layers", "COMMUNE,REGION"]).expect_code(65);
    assert!(finished.failure().contains("COMMUNE is of 2024-02-22, REGION of 2023-05-03"), "{finished}");
    assert!(finished.hint().contains("`--edition`: 2023-05-03, 2024-02-22"), "{finished}");
    let one = locate(&run, &["--layers", "COMMUNE,REGION", "--edition", "2024-02-22"]).expect_code(65);
    assert!(one.failure().contains("there is no REGION"), "{one}");
    locate(&run, &["--layers", "COMMUNE", "--edition", "2024-02-22"]).expect_code(0);
}
