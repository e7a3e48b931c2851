//! `download`, against the sandbox, and against a stub where the sandbox is too sound.

mod faults;
mod network;
mod planted;
mod resume;
mod sirene;
mod trickle;

use std::fs;
use std::path::Path;

use sandbox::{Fault, Faults, Options, ReferenceOptions, References, Server};
use trial::{Finished, Run, Stub};

use crate::support::start_sandbox;

const DOWNLOAD: &str = env!("CARGO_BIN_EXE_download");

const EDITION: &str = "ADMIN-EXPRESS-COG-CARTO_3-2__SHP_WGS84G_FRA_2024-02-22";
const ARCHIVE: &str = "cog_carto/ADMIN-EXPRESS-COG-CARTO_3-2__SHP_WGS84G_FRA_2024-02-22.7z";

/// Flags that every run gets unless the test gives its own: loopback needs neither pace nor patience.
const QUICK: [(&str, &str); 4] =
    [("--rate", "10000"), ("--retry-wait-s", "0.01"), ("--stall-s", "2"), ("--give-up-s", "5")];

fn download(server: &Server, arguments: &[&str]) -> Run {
    Run::new(DOWNLOAD).sandbox(server).by_default(&QUICK).args(arguments)
}

/// A run that downloads `name` from a stub.
fn download_from(stub: &Stub, name: &str) -> Run {
    Run::new(DOWNLOAD).by_default(&QUICK).args([format!("{}/{name}", stub.url())])
}

/// A stub whose every address is a file of this content.
fn one_file(content: &'static str) -> Stub {
    Stub::always(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{content}", content.len()))
}

/// A sandbox whose archive is small, as far as the test has no other wish.
fn sandbox(references: ReferenceOptions) -> Server {
    start_sandbox(Options::default().with(|options| options.references = references))
}

fn small() -> ReferenceOptions {
    ReferenceOptions { communes: 2_000, ..Options::default().references }
}

fn archive_path() -> String {
    format!("/telechargement/download/ADMIN-EXPRESS-COG-CARTO/{EDITION}/{EDITION}.7z")
}

fn archive_url(server: &Server) -> String {
    format!("{}{}", server.url(), archive_path())
}

/// What the source has now.
fn published(server: &Server) -> Vec<u8> {
    server.service::<References>().publication(&archive_path()).expect("the edition has an archive").to_vec()
}

/// Whether the file is what the source has, and nothing else is left in its folder but its state.
fn assert_fetched(done: &Finished, server: &Server) {
    assert!(fs::read(done.path(ARCHIVE)).unwrap() == published(server), "the file is not what the source has\n{done}");
    assert_eq!(done.list("cog_carto"), [format!(".{EDITION}.7z.transfer.json"), format!("{EDITION}.7z")]);
}

/// The bytes of a file; 0 if there is none.
fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |there| there.len())
}

#[test]
fn an_edition_is_fetched_whole_and_the_receipt_says_what_it_is() {
    let server = sandbox(ReferenceOptions { redirect_archives: true, ..small() });
    let done = download(&server, &["cog-carto"]).run().expect_code(0);
    assert_fetched(&done, &server);
    let receipt = done.receipt();
    assert_eq!(receipt["edition"], "2024-02-22");
    assert_eq!(receipt["bytes"], published(&server).len());
    assert_eq!((&receipt["unchanged"], &receipt["resumed_bytes"]), (&false.into(), &0.into()));
    assert!(receipt["url"].as_str().unwrap().contains("/chunk/"), "where the redirect led\n{done}");
    assert_eq!(receipt["sha256"], files::sha256(&done.path(ARCHIVE)).unwrap());
}

#[test]
fn a_second_run_downloads_nothing() {
    let server = sandbox(small());
    for (what, asked) in [("cog-carto", 1), ("sirene", 2), ("naf", 12)] {
        let before = server.service::<References>().handouts().len();
        let run = download(&server, &[what]);
        let first = run.run().expect_code(0).receipt();
        let second = run.run().expect_code(0).receipt();
        assert_eq!(second["unchanged"], true);
        for key in ["path", "bytes", "sha256", "url", "etag", "last_modified"] {
            assert_eq!(first[key], second[key], "{key}");
        }
        let handouts = &server.service::<References>().handouts()[before..];
        assert_eq!(handouts.len(), asked, "{what}: {handouts:?}");
        assert!(handouts[handouts.len().div_ceil(2)..].iter().all(|handout| handout.bytes == 0), "{handouts:?}");
        let skipped = run.clone().args(["--skip-unchanged"]).run().expect_code(99);
        assert_eq!(skipped.stdout, "");
    }
}

#[test]
fn a_file_that_was_there_is_kept_if_the_catalogue_says_that_it_is_right() {
    let server = sandbox(small());
    let run = download(&server, &["cog-carto"]);
    run.write(ARCHIVE, &published(&server));
    assert_eq!(run.run().expect_code(0).receipt()["unchanged"], true);
    run.write(ARCHIVE, b"cut");
    let done = run.run().expect_code(0);
    assert_eq!(done.receipt()["unchanged"], false);
    assert_fetched(&done, &server);
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one() {
    let server = sandbox(small());
    let run = download(&server, &["cog-carto"]);
    run.run().expect_code(0);
    server.service::<References>().release();
    let done = run.run().expect_code(0);
    assert_eq!(done.receipt()["unchanged"], false);
    assert_fetched(&done, &server);
}

#[test]
fn the_catalogue_is_read_to_its_last_page() {
    let server = sandbox(ReferenceOptions { catalogue_page: 3, ..small() });
    let latest = download(&server, &["cog-carto", "--edition", "latest"]).run().expect_code(0);
    assert_eq!(latest.receipt()["edition"], "2025-04-02");
    let oldest = download(&server, &["cog-carto", "--edition", "2018-04-03"]).run().expect_code(0);
    assert_eq!(oldest.receipt()["edition"], "2018-04-03");
    assert!(!latest.noted("is not the newest"), "{latest}");
    let by_variable = download(&server, &["cog-carto"]).env("VERSION_COG_CARTO", "2022-04-15").run().expect_code(0);
    assert_eq!(by_variable.receipt()["edition"], "2022-04-15");
    let newer = "edition 2022-04-15 is not the newest: 2025-04-02 is published";
    assert!(by_variable.noted(newer), "{by_variable}");
}

#[test]
fn an_edition_that_cannot_be_had_is_2_and_says_which_can() {
    let server = sandbox(small());
    for (edition, why) in [("2024-01-01", "does not list it"), ("2026-01-01", "GEOPARQUET")] {
        let failure = download(&server, &["cog-carto", "--edition", edition]).run().expect_code(2).failure();
        assert!(failure.contains(why) && failure.contains("2025-04-02, 2024-02-22"), "{failure}");
    }
}

#[test]
fn what_does_not_fit_together_is_2() {
    let server = sandbox(small());
    for arguments in [
        &["naf", "--extract"][..],
        &["cog-carto", "--month", "2024-01"],
        &["naf", "--sha256", &"0".repeat(64)],
        &["ftp://a.fr/b"],
        &["cog-carto", "--name", "a.7z"],
        &["http://127.0.0.1/"],
        &["sirene", "--month", "2024-13"],
        &["sirene", "--month", "2999-01"],
    ] {
        download(&server, arguments).run().expect_code(2).failure();
    }
    assert_eq!(server.requests().len(), 0);
}

/// The second replaced the first, and both runs said 0.
#[test]
fn two_addresses_with_one_file_name_do_not_take_each_others_place() {
    let stub = one_file("a;b\n1;2\n");
    let first = download_from(&stub, "first/a.csv");
    first.run().expect_code(0);
    let second = |arguments: &[&str]| {
        let url = format!("{}/second/a.csv", stub.url());
        first.beside(DOWNLOAD).by_default(&QUICK).args([url]).args(arguments).run()
    };
    let refused = second(&[]).expect_code(2);
    assert!(refused.failure().contains("another address"), "{refused}");
    assert!(refused.hint().contains("--name"), "{refused}");
    let named = second(&["--name", "b.csv"]).expect_code(0);
    assert_eq!(named.receipt()["path"], named.path("b.csv").to_str().unwrap());
    assert!(named.path("a.csv").exists());
    // The same address again is the same file, and a file that is gone is in nobody's way.
    first.run().expect_code(0);
    fs::remove_file(named.path("a.csv")).unwrap();
    second(&[]).expect_code(0);
}

#[test]
fn a_name_is_one_of_a_file_and_names_what_has_none() {
    let stub = one_file("a;b\n1;2\n");
    let named = download_from(&stub, "exports/").args(["--name", "export.csv"]).run().expect_code(0);
    assert_eq!(named.read("export.csv"), "a;b\n1;2\n");
    let unnamed = download_from(&stub, "exports/").run().expect_code(2);
    assert!(unnamed.hint().contains("--name"), "{unnamed}");
    for name in ["../a.csv", "a/b", "", ".a", "a\n"] {
        download_from(&stub, "a.csv").args(["--name", name]).run().expect_code(2).failure();
    }
    // What the file must begin with goes by the address, whatever it is called.
    download_from(&stub, "a.zip").args(["--name", "a.bin"]).run().expect_code(65);
}

#[test]
fn a_web_page_in_place_of_an_archive_is_65_and_leaves_what_was_there() {
    let server = sandbox(small());
    let url = archive_url(&server);
    let run = download(&server, &[&url, "--dir", "out"]);
    server.set_faults(Faults::of(Fault::Html, 1.0));
    let failed = run.run().expect_code(65);
    assert!(failed.failure().contains("a web page came in its place"), "{failed}");
    assert_eq!(fs::read_dir(run.folder().join("out")).unwrap().count(), 0, "{failed}");
    server.set_faults(Faults::default());
    run.run().expect_code(0);
    let good = published(&server);
    server.service::<References>().release();
    server.set_faults(Faults::of(Fault::Html, 1.0));
    run.run().expect_code(65);
    assert!(fs::read(run.folder().join("out").join(format!("{EDITION}.7z"))).unwrap() == good);
}

#[test]
fn a_wrong_checksum_is_65_and_a_right_one_needs_no_question() {
    let server = sandbox(small());
    let url = archive_url(&server);
    let wrong = download(&server, &[&url, "--sha256", &"0".repeat(64)]).run().expect_code(65);
    assert!(wrong.failure().contains("its SHA-256 is"), "{wrong}");
    assert_eq!(wrong.list(""), [format!(".{EDITION}.7z.transfer.json")]);
    let right = files::sha256_of(&published(&server));
    let run = download(&server, &[&url, "--sha256", &right]);
    run.run().expect_code(0);
    let asked = server.requests().len();
    let again = run.run().expect_code(0);
    assert_eq!(again.receipt()["unchanged"], true);
    assert!(again.noted("has the SHA-256 that was asked for") && !again.noted("its source"), "{again}");
    assert_eq!(server.requests().len(), asked);
    // The server would say that its file is the same: that does not make it right.
    let wrong = run.beside(DOWNLOAD).by_default(&QUICK).args([&url, "--sha256", &"0".repeat(64)]);
    wrong.run().expect_code(65).failure();
    assert!(fs::read(run.donnees_brutes().join(format!("{EDITION}.7z"))).unwrap() == published(&server));
}

#[test]
fn two_at_once_are_one_and_a_75() {
    let server = sandbox(ReferenceOptions { bytes_per_second: 400_000, ..small() });
    let run = download(&server, &["cog-carto"]);
    let part = run.donnees_brutes().join(format!("{ARCHIVE}.part"));
    let first = run.start().until(|| part.exists());
    let second = run.run().expect_code(75);
    assert!(second.failure().contains("another run"), "{second}");
    assert_fetched(&first.wait().expect_code(0), &server);
}

#[test]
fn statuses_get_their_codes() {
    for (status, code) in [("401 Unauthorized", 77), ("403 Forbidden", 77), ("404 Not Found", 69), ("410 Gone", 69)] {
        let stub = Stub::always(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));
        let done = download_from(&stub, "a.7z").run().expect_code(code);
        assert!(done.failure().contains(&status[..3]), "{done}");
    }
}

#[test]
fn a_retry_after_of_over_a_minute_is_left_to_the_scheduler() {
    for after in ["61".to_owned(), httpdate_in(90)] {
        let stub = Stub::always(format!(
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: {after}\r\nContent-Length: 0\r\n\r\n"
        ));
        let done = download_from(&stub, "a.7z").run().expect_code(69);
        let note = done.notes().pop().unwrap();
        assert!((61..=91).contains(&note["retry_after_s"].as_u64().unwrap()), "{done}");
        assert_eq!(stub.requests().len(), 1);
    }
}

/// A date so many seconds ahead, as HTTP writes it.
fn httpdate_in(seconds: i64) -> String {
    let then = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[test]
fn a_disk_that_is_too_small_is_74_before_anything_is_written() {
    let stub = Stub::always("HTTP/1.1 200 OK\r\nContent-Length: 900000000000000\r\n\r\n7z\u{1}");
    let done = download_from(&stub, "a.txt").run().expect_code(74);
    assert!(done.failure().contains("900000000000000 bytes are to come"), "{done}");
    assert!(!done.path("a.txt").exists() && !done.path("a.txt.part").exists());
}

#[test]
fn a_body_whose_end_nobody_can_tell_is_refused() {
    let stub = Stub::always("HTTP/1.1 200 OK\r\n\r\nsome text, perhaps all of it");
    let done = download_from(&stub, "a.txt").args(["--give-up-s", "1"]).run().expect_code(69);
    assert!(done.failure().contains("does not say how long it is"), "{done}");
}
