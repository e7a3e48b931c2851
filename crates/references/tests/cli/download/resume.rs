//! Going on where a run was ended.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use sandbox::{Fault, Faults, Handout, ReferenceOptions, References, Server, Validators};
use serde_json::{Value, json};
use trial::{Run, Signal};

use super::{ARCHIVE, EDITION, archive_url, assert_fetched, download, published, sandbox, size, small};

/// Slow enough to be ended on the way a dozen times, about two seconds in all.
fn slow() -> ReferenceOptions {
    ReferenceOptions { bytes_per_second: 750_000, ..small() }
}

fn part(run: &Run) -> PathBuf {
    run.donnees_brutes().join(format!("{ARCHIVE}.part"))
}

/// Runs until so many bytes are there, then kills; the size that the part then has.
fn kill_at(run: &Run, bytes: u64) -> u64 {
    run.start().until(|| size(&part(run)) >= bytes).kill();
    size(&part(run))
}

fn archives(server: &Server) -> Vec<Handout> {
    server.service::<References>().handouts().into_iter().filter(|handout| handout.path.ends_with(".7z")).collect()
}

#[test]
fn a_killed_run_asks_only_for_what_is_missing() {
    let server = sandbox(slow());
    let run = download(&server, &["cog-carto"]);
    let there = kill_at(&run, 300_000);
    let done = run.run().expect_code(0);
    assert_fetched(&done, &server);
    assert_eq!(done.receipt()["resumed_bytes"], there);
    let last = archives(&server).pop().unwrap();
    assert_eq!((last.status, last.first as u64), (206, there), "{last:?}");
    assert_eq!(last.range, Some(format!("bytes={there}-")));
}

#[test]
fn kills_at_random_instants_change_nothing_and_cost_nothing() {
    let server = sandbox(slow());
    let run = download(&server, &["cog-carto"]);
    let mut sizes = vec![0];
    // As a run leaves it that was killed while it noted what it does.
    run.write(format!("cog_carto/..{EDITION}.7z.transfer.json.x1y2.tmp"), b"{");
    for kill in 0..12_u64 {
        // Spread over start, transfer and end; the seed is the number of the kill.
        run.kill_after(Duration::from_millis(5 + kill * 7_919 % 170));
        sizes.push(size(&part(&run)));
    }
    let done = run.run().expect_code(0);
    assert_fetched(&done, &server);
    // Every request began at the size that some kill left: nothing was asked twice.
    for handout in archives(&server) {
        assert!(sizes.contains(&(handout.first as u64)), "{handout:?} {sizes:?}");
    }
    assert!(sizes.is_sorted(), "{sizes:?}");
}

#[test]
fn a_stop_by_signal_keeps_what_has_come() {
    let server = sandbox(slow());
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let run = download(&server, &["cog-carto"]);
        let running = run.start().until(|| size(&part(&run)) >= 100_000);
        running.signal(signal);
        running.wait().expect_code(code).failure();
        assert!(size(&part(&run)) >= 100_000);
        assert_fetched(&run.run().expect_code(0), &server);
    }
}

#[test]
fn two_versions_are_never_spliced() {
    for ignore_if_range in [false, true] {
        let server = sandbox(ReferenceOptions { ignore_if_range, ..slow() });
        // Without the catalogue, whose MD5 would tell.
        let url = archive_url(&server);
        let run = download(&server, &[&url, "--dir", "donnees_brutes/cog_carto"]);
        kill_at(&run, 300_000);
        server.service::<References>().release();
        let done = run.run().expect_code(0);
        assert_fetched(&done, &server);
        assert_eq!(done.receipt()["resumed_bytes"], 0);
    }
}

#[test]
fn without_a_mark_of_the_version_it_begins_again() {
    for validators in [Validators::WeakEtag, Validators::JustModified, Validators::None] {
        let server = sandbox(ReferenceOptions { validators, ..slow() });
        let run = download(&server, &["cog-carto"]);
        let there = kill_at(&run, 300_000);
        let done = run.run().expect_code(0);
        assert_fetched(&done, &server);
        // A weak ETag comes with a date, and that will do.
        let resumed = if validators == Validators::WeakEtag { there } else { 0 };
        assert_eq!(done.receipt()["resumed_bytes"], resumed, "{validators:?}");
    }
}

#[test]
fn an_old_date_is_mark_enough() {
    let server = sandbox(ReferenceOptions { validators: Validators::LastModified, ..slow() });
    let run = download(&server, &["cog-carto"]);
    let there = kill_at(&run, 300_000);
    assert_eq!(run.run().expect_code(0).receipt()["resumed_bytes"], there);
}

#[test]
fn a_server_without_ranges_is_asked_for_all_of_it() {
    let server = sandbox(ReferenceOptions { no_ranges: true, ..slow() });
    let run = download(&server, &["cog-carto"]);
    kill_at(&run, 300_000);
    let done = run.run().expect_code(0);
    assert_fetched(&done, &server);
    assert_eq!(done.receipt()["resumed_bytes"], 0);
    assert_eq!(archives(&server).pop().unwrap().status, 200);
}

/// As a run leaves it that was killed after the last byte and before the file had its name.
#[test]
fn a_part_that_is_all_there_is_is_only_named() {
    let server = sandbox(small());
    let run = download(&server, &["cog-carto"]);
    run.run().expect_code(0);
    let folder = run.donnees_brutes().join("cog_carto");
    let state = folder.join(format!(".{EDITION}.7z.transfer.json"));
    let done: Value = serde_json::from_slice(&fs::read(&state).unwrap()).unwrap();
    fs::write(&state, json!({ "part": done["done"]["version"], "done": null }).to_string()).unwrap();
    fs::rename(run.donnees_brutes().join(ARCHIVE), part(&run)).unwrap();
    let named = run.run().expect_code(0);
    assert_fetched(&named, &server);
    let last = archives(&server).pop().unwrap();
    assert_eq!((last.status, last.bytes), (416, 0));
    assert_eq!(named.receipt()["resumed_bytes"], published(&server).len());
}

#[test]
fn what_an_earlier_run_left_and_is_wrong_is_fetched_anew() {
    let server = sandbox(slow());
    let run = download(&server, &["cog-carto"]);
    kill_at(&run, 300_000);
    let mut bytes = fs::read(part(&run)).unwrap();
    bytes[200_000] ^= 1;
    fs::write(part(&run), bytes).unwrap();
    let done = run.run().expect_code(0);
    assert!(done.noted("its MD5 is"), "{done}");
    assert_fetched(&done, &server);
}

#[test]
fn silence_and_cuts_are_gone_over() {
    let server = sandbox(small());
    for fault in [Fault::Cut, Fault::Drip, Fault::Hang, Fault::Reset, Fault::BadGateway, Fault::BadGzip] {
        // The catalogue's two requests are spared: the file's first ones are not.
        server.set_faults(Faults::of(fault, 0.4));
        let run = download(&server, &["cog-carto", "--stall-s", "0.2", "--give-up-s", "30", "--tries", "100"]);
        let done = run.run();
        server.set_faults(Faults::default());
        assert_fetched(&done.expect_code(0), &server);
    }
}

#[test]
fn without_progress_it_gives_up_and_the_next_run_goes_on() {
    let server = sandbox(slow());
    let run = download(&server, &["cog-carto", "--give-up-s", "1", "--tries", "2"]);
    let there = kill_at(&run, 300_000);
    server.set_faults(Faults::of(Fault::BadGateway, 1.0));
    let url = archive_url(&server);
    let stuck = download(&server, &[&url, "--give-up-s", "1"]).run().expect_code(69);
    assert!(stuck.failure().contains("no progress in"), "{stuck}");
    run.run().expect_code(69);
    assert_eq!(size(&part(&run)), there);
    server.set_faults(Faults::default());
    assert_eq!(run.run().expect_code(0).receipt()["resumed_bytes"], there);
}
