//! Hostile cells, and ends that no run chooses.

use std::time::Instant;

use trial::Signal;

use super::{Draws, OTHERS, OWN, compare, compared, rows};

const MARKUP: &str = "<script>alert(1)</script><img src=http://exemple.invalid/x onerror=alert(1)>";

#[test]
fn hostile_cells_come_out_as_data_and_nothing_runs_or_loads_on_the_page() {
    let own = format!(
        "source,id,nom,adresse,code_postal,commune,siret\n\"{MARKUP}\",\"=1+1\",\"=HYPERLINK(\"\"x\"\")\r\n; \u{202e}«ﷺ»\",\"@SUM(A1)\",35000,\"Ren\"\"nes\",21350238800019\n"
    );
    let other = "source,id,nom,siret\nb,\"-2\",\"=HYPERLINK(\"\"x\"\")\r\n; \u{202e}«ﷺ»\",21350238800019\n";
    let finished = compared(&[("a.csv", &own), ("b.csv", other)], &[]).expect_code(0);
    let links = rows(&finished, "a.links.csv");
    assert_eq!((links[0]["id_1"].as_str(), links[0]["id_2"].as_str()), ("=1+1", "-2"));
    assert_eq!(links[0]["nom_1"], "=HYPERLINK(\"x\")\r\n; \u{202e}«ﷺ»");
    assert_eq!((links[0]["source_1"].as_str(), links[0]["commune_1"].as_str()), (MARKUP, "Ren\"nes"));
    let page = finished.read("a.comparison.html");
    assert!(page.contains("default-src 'none'") && !page.contains("<script") && !page.contains("<img"), "{page}");
}

#[test]
fn contacts_stand_in_no_note_receipt_evidence_or_page() {
    let contacts = ["0299123456", "02 99 12 34 56", "alice.martin@exemple.fr"];
    let own = format!("source,id,nom,telephone,courriel\n{0},1,Emmaüs,{0},{1}\n", contacts[0], contacts[2]);
    let other = format!("source,id,nom,telephone,courriel\n{1},2,Emmaüs,{0},{1}\n", contacts[1], contacts[2]);
    let finished = compared(&[("a.csv", &own), ("b.csv", &other)], &[]).expect_code(0);
    let page = finished.read("a.comparison.html");
    let evidence = rows(&finished, "a.links.csv")[0]["evidence"].clone();
    for contact in contacts {
        for text in [&page, &evidence, &finished.stdout, &finished.stderr] {
            assert!(!text.contains(contact), "{contact} in {text}");
        }
    }
}

#[test]
fn odd_numbers_are_no_places() {
    let own = "id,nom,latitude,longitude,telephone\n1,Emmaüs,nan,inf,0299000001\n2,Emmaüs,1e999,-0,0299000001\n3,Emmaüs,,,+33299000001\n";
    let finished = compared(&[("a.csv", own)], &[]).expect_code(0);
    let links = rows(&finished, "a.links.csv");
    assert_eq!(links.len(), 3);
    assert!(links.iter().all(|row| !row["evidence"].contains("distance_m")));
}

/// In CI some; `KILLS=200 cargo nextest run -p inclusion killed_at` as many as one likes.
const KILLS: u32 = 20;

#[test]
fn killed_at_any_instant_it_leaves_whole_files_and_the_next_run_makes_all() {
    let kills: u32 = std::env::var("KILLS").map_or(KILLS, |text| text.parse().expect("a number of kills"));
    let run = compare(&[]);
    let paths = [("a.csv", OWN), ("b.csv", OTHERS)].map(|(name, content)| run.write(name, content.as_bytes()));
    let run = run.args(paths);
    let begin = Instant::now();
    let good = run.run().expect_code(0);
    let took = begin.elapsed();
    let names = [
        "a.links.csv",
        "a.complements.csv",
        "a.unknown.csv",
        "a.comparison.html",
        "a.comparison.json",
        "a.rejects.csv",
    ];
    let expected = names.map(|name| good.read(name));
    let (mut draws, mut cut) = (Draws(1), 0);
    for _ in 0..kills {
        names.iter().for_each(|name| drop(std::fs::remove_file(good.path(name))));
        run.kill_after(took.mul_f64(draws.below(1_000) as f64 / 900.0));
        cut += u32::from(names.iter().any(|name| !good.path(name).exists()));
        for (name, expected) in names.iter().zip(&expected).filter(|(name, _)| good.path(name).exists()) {
            assert_eq!(&good.read(name), expected, "{name} is whole or absent");
        }
        let again = run.run().expect_code(0);
        assert_eq!(names.map(|name| again.read(name)), expected, "{again}");
        assert_eq!(again.list("").len(), names.len() + 2, "{:?}", again.list(""));
    }
    assert!(cut > 0, "no kill came before the end");
}

#[test]
fn told_to_stop_it_leaves_former_outputs() {
    let run = compare(&[]);
    let input = run.write("a.csv", OWN.as_bytes());
    let many: String =
        (0..60_000).map(|nth| format!("b,{nth},Association {nth},{} rue Haute,35000,Rennes\n", nth % 97)).collect();
    let other = run.write("b.csv", format!("source,id,nom,adresse,code_postal,commune\n{many}").as_bytes());
    let run = run.args([input, other]);
    let running = run.start().until_it_hears(Signal::TERM);
    running.signal(Signal::TERM);
    let finished = running.wait().expect_code(143);
    assert_eq!(finished.list("").iter().filter(|name| name.contains("comparison")).count(), 0, "{finished}");
}
