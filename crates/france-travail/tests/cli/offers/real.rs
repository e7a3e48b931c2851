//! Real, anonymised offers, where they are at hand.

use jiff::civil::date;
use sandbox::Options;

use super::*;

#[trial::test_with_data]
fn real_offers_come_out_byte_for_byte() {
    let real = trial::data("france-travail/offres/offres_dept01_2025-08-21.json");
    let day = date(2025, 8, 21);
    let options = Options::default().with(|options| {
        options.france_travail.offers = 0;
        options.france_travail.date = Some(day);
        options.wire.now = Some(date(2025, 8, 25).at(0, 0, 0, 0));
        options.france_travail.load = Some(real.clone());
    });
    let server = start_sandbox(options);
    let run = collect(&server, day).run().expect_code(0);
    assert_truth(&run, &server, day);
    // The sandbox's truth is the text it served; this is the file itself, without the white space between its values.
    let file: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(real).unwrap()).unwrap();
    let expected: Vec<_> = file["resultats"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|offre| offre["dateCreation"].as_str().unwrap().starts_with("2025-08-21"))
        .collect();
    assert_eq!(expected.len(), 290, "attendus/profil.json says so");
    let offers = offers(&run, day);
    assert_eq!(offers.len(), 290);
    for offer in &offers {
        let parsed: serde_json::Value = serde_json::from_str(offer).unwrap();
        assert!(expected.contains(&&parsed), "{}", parsed["id"]);
    }
}
