//! Whatever goes wrong, the file is what its source has, or the run says that it failed and the last good file stands.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use sandbox::{Fault, Faults, Options, ReferenceOptions, References, Validators};
use trial::faults_but;

use super::{ARCHIVE, DOWNLOAD, QUICK, archive_url, download, published};
use crate::support::start_sandbox;

/// Schedules to go through; more of them are for a night.
const SEEDS: u64 = 24;
const SIDE_BY_SIDE: usize = 6;

#[test]
fn under_any_faults_the_file_is_right_or_the_last_good_one_stands() {
    let seeds = std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
    // They mostly wait for each other's silences: side by side they wait together.
    let next = AtomicU64::new(0);
    let try_some = || {
        let seeds = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed)).take_while(|seed| *seed < seeds);
        seeds
            .map(try_seed)
            .fold((0, 0), |(complete, failed), came| (complete + u64::from(came), failed + u64::from(!came)))
    };
    let (complete, failed) = thread::scope(|scope| {
        let threads: Vec<_> = (0..SIDE_BY_SIDE).map(|_| scope.spawn(try_some)).collect();
        let ended = threads.into_iter().map(|thread| thread.join().unwrap());
        ended.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
    });
    println!("{complete} came, {failed} never did and the runs said so");
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
    let server = start_sandbox(Options::default().with(|options| {
        options.wire.seed = seed;
        options.references = references;
    }));
    let run = download(&server, &["cog-carto"]);
    let first = run.run().expect_code(0);
    let impatient = run.beside(DOWNLOAD).sandbox(&server).by_default(&QUICK);
    let impatient = impatient.args(["--stall-s", "0.2", "--give-up-s", "3", "--tries", "5"]);
    let by_catalogue = impatient.clone().args(["cog-carto"]);
    // By its bare address only the source's own marks can tell what is right.
    let by_address = impatient.args([archive_url(&server), "--dir".to_owned(), "direct".to_owned()]);
    let direct = by_address.folder().join("direct").join(ARCHIVE.rsplit('/').next().unwrap());
    let (mut good, mut good_direct) = (published(&server), None);
    let mut came = false;
    for round in 0..3 {
        server.service::<References>().release();
        let rate = [0.3, 0.6, 0.85][(seed + round) as usize % 3];
        server.set_faults(Faults::every(rate));
        let done = by_catalogue.run();
        // Half of a file that says it is all of it, and has no checksum, cannot be told from the file.
        server.set_faults(faults_but(&[Fault::ShortJson], rate));
        let done_direct = by_address.run();
        server.set_faults(Faults::default());
        for done in [&done, &done_direct] {
            assert!([0, 65, 69, 75].contains(&done.code), "seed {seed}, round {round}\n{done}");
        }
        if done.code == 0 {
            good = published(&server);
            came = true;
        }
        if done_direct.code == 0 {
            good_direct = Some(published(&server));
        }
        let neither = "is neither the new one nor the last good one";
        assert!(
            fs::read(first.path(ARCHIVE)).unwrap() == good,
            "seed {seed}, round {round}: the file {neither}\n{done}"
        );
        assert!(fs::read(&direct).ok() == good_direct, "seed {seed}, round {round}: the file {neither}\n{done_direct}");
    }
    came
}
