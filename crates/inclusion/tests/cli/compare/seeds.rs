//! Random tables: whatever is drawn, each figure follows from the links and the input, what is fixed of classes holds, and
//! the links are the same in whatever order rows and files come, on however many threads.
//!
//! `SEEDS=10000 cargo nextest run -p inclusion compare::seeds` runs any number, `FIRST_SEED=77 SEEDS=1` one again.

mod draw;
mod figures;
mod rules;

use std::collections::BTreeMap;

use trial::Finished;

use super::{Draws, Row, compare, comparison, rows};
use draw::Table;

/// In CI.
const SEEDS: u64 = 60;

/// What a link says but for the order of its sides.
type Said = BTreeMap<[String; 2], [String; 3]>;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number of seeds"))
}

fn run(tables: &[Table], threads: &str) -> Finished {
    let run = compare(&[]).env("RAYON_NUM_THREADS", threads);
    let paths: Vec<_> = tables.iter().map(|table| run.write(&table.name, table.csv().as_bytes())).collect();
    run.args(paths).run().expect_code(0)
}

/// Links by their two records; whose kind stands first in the evidence follows the sides.
fn said(finished: &Finished) -> Said {
    let of = |row: &Row| {
        let turned = row["id_1"] > row["id_2"];
        let (rest, nature) = row["evidence"].split_once(";nature=").unwrap_or((&row["evidence"], ""));
        let (one, two) = nature.split_once('/').unwrap_or_default();
        let nature = if turned { format!("{two}/{one}") } else { format!("{one}/{two}") };
        let mut ids = [row["id_1"].clone(), row["id_2"].clone()];
        ids.sort();
        (ids, [format!("{} {}", row["class"], row["score"]), rest.to_owned(), nature])
    };
    rows(finished, "a.links.csv").iter().map(of).collect()
}

fn try_seed(seed: u64) -> usize {
    let mut draws = Draws(seed);
    let mut tables = draw::tables(&mut draws);
    let straight = run(&tables, "2");
    let links = rows(&straight, "a.links.csv");
    let records = figures::check(&straight, &comparison(&straight), &links, &tables);
    rules::check(&links, &records);
    let again = run(&tables, "1");
    for name in ["a.links.csv", "a.complements.csv", "a.unknown.csv", "a.comparison.json", "a.comparison.html"] {
        assert_eq!(again.read(name), straight.read(name), "{name} on one thread");
    }
    tables.iter_mut().for_each(|table| draws.shuffle(&mut table.rows));
    draws.shuffle(&mut tables[1..]);
    assert_eq!(said(&run(&tables, "2")), said(&straight), "rows shuffled, files swapped");
    links.len()
}

#[test]
fn links_and_figures_follow_from_random_tables() {
    let (first, count) = (number("FIRST_SEED", 0), number("SEEDS", SEEDS));
    let mut links = 0;
    for seed in first..first + count {
        let tried = std::panic::catch_unwind(|| try_seed(seed));
        links += tried.unwrap_or_else(|_| panic!("FIRST_SEED={seed} SEEDS=1 shows it again"));
    }
    println!("{links} links in {count} runs");
    assert!(count < 20 || links as u64 > 20 * count, "{links} links in {count} runs are too few to show anything");
}
