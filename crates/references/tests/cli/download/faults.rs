//! Whatever goes wrong, the file is what its source has, or the run says that it failed and the last good file stands.

use std::fs;

use sandbox::{Faults, Options, ReferenceOptions, Validators};

use super::{ARCHIVE, archive_url, download, published};
use crate::support::start_sandbox;

/// Schedules to go through; more of them are for a night.
const SEEDS: u64 = 12;

#[test]
fn under_any_faults_the_file_is_right_or_the_last_good_one_stands() {
    let seeds = std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
    let (mut complete, mut failed) = (0, 0);
    for seed in 0..seeds {
        match try_seed(seed) {
            true => complete += 1,
            false => failed += 1,
        }
    }
    println!("{complete} complete, {failed} failed and said so");
    assert!(complete > 0, "no schedule let a file through");
}

/// Whether the file came; what a seed does is the same each time.
fn try_seed(seed: u64) -> bool {
    let validators =
        [Validators::Etag, Validators::LastModified, Validators::WeakEtag, Validators::None][seed as usize % 4];
    let references = ReferenceOptions {
        communes: 300,
        validators,
        no_ranges: seed % 5 == 4,
        ignore_if_range: seed % 7 == 6,
        redirect_archives: seed % 2 == 1,
        ..Options::default().references
    };
    let server = start_sandbox(Options { seed, references, ..Options::default() });
    let run = download(&server, &["cog-carto", "--stall-s", "0.1", "--give-up-s", "3", "--tries", "5"]);
    let first = run.run().expect_code(0);
    let mut good = published(&server);
    let mut came = false;
    for round in 0..3 {
        server.release();
        server.set_faults(Faults::every([0.3, 0.6, 0.85][(seed + round) as usize % 3]));
        let done = run.run();
        server.set_faults(Faults::default());
        match done.code {
            0 => {
                good = published(&server);
                came = true;
            }
            _ => assert!([65, 69, 75].contains(&done.code), "seed {seed}, round {round}\n{done}"),
        }
        let there = fs::read(first.path(ARCHIVE)).unwrap();
        assert!(
            there == good,
            "seed {seed}, round {round}: the file is neither the new one nor the last good one\n{done}"
        );
    }
    // By its bare address nothing but the source's own marks can tell.
    let url = archive_url(&server);
    server.set_faults(Faults::every(0.0));
    let direct = download(&server, &[&url]).run().expect_code(0);
    assert!(fs::read(direct.path(ARCHIVE.rsplit('/').next().unwrap())).unwrap() == published(&server), "seed {seed}");
    came
}
