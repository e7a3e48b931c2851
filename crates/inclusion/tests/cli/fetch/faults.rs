//! What goes wrong on the way, once, at random, for good; and tokens.

use clap::ValueEnum;
use sandbox::{Fault, Faults, Inclusion, Standing};
use trial::Stub;

use super::{assert_complete, faulty, fetch, list_requests, log, server};

/// Those of other services.
const OTHERS: [Fault; 7] = [
    Fault::NoContentRange,
    Fault::WrongContentRange,
    Fault::Unauthorised,
    Fault::TokenInternal,
    Fault::TokenHtml,
    Fault::TokenCut,
    Fault::TokenRefused,
];

const KEEP: [&str; 2] = ["structures", "--keep-duplicates"];

fn kinds() -> impl Iterator<Item = Fault> {
    Fault::value_variants().iter().copied().filter(|fault| !OTHERS.contains(fault))
}

/// Seconds to wait for an answer: no longer than it takes to see that none comes.
fn patience(fault: Fault) -> &'static str {
    if matches!(fault, Fault::Hang | Fault::Drip | Fault::Slow) { "1" } else { "10" }
}

#[test]
fn each_fault_once_is_got_over() {
    for fault in kinds() {
        let server = faulty(1, Faults::default().and_at(fault, 1).and_at(fault, 5), |_| {});
        let finished = fetch(&server, &KEEP).args(["--stall-s", patience(fault)]).run().expect_code(0);
        assert_complete(&server, &finished, "structures", 0);
        assert!(finished.receipt()["retries"].as_u64().unwrap() > 0, "{fault:?}\n{finished}");
    }
}

#[test]
fn a_wait_that_the_service_asks_for_is_kept_in_both_forms() {
    for fault in [Fault::TooManySeconds, Fault::TooManyDate] {
        let server = faulty(1, Faults::default().and_at(fault, 2), |_| {});
        let finished = fetch(&server, &KEEP).run().expect_code(0);
        assert_complete(&server, &finished, "structures", 0);
        assert_eq!(log(&finished, "structures")["requests"]["429"], 1, "{finished}");
        let waits: Vec<u64> = finished.notes().iter().filter_map(|note| note["wait_ms"].as_u64()).collect();
        assert!(waits.len() == 1 && waits[0] >= 1_000, "{waits:?}\n{finished}");
    }
    for after in ["7200", "Fri, 31 Dec 2100 23:59:59 GMT"] {
        let answer = format!("HTTP/1.1 429 Too Many Requests\r\nRetry-After: {after}\r\nContent-Length: 0\r\n\r\n");
        let stub = Stub::always(answer);
        let run = fetch(&server(|_| {}), &KEEP).env("DATA_INCLUSION_API_URL", stub.url());
        let finished = run.run().expect_code(69);
        assert_eq!(stub.requests().len(), 1, "nobody waits for so long\n{finished}");
        assert!(finished.failure().contains("429"), "{finished}");
    }
}

#[test]
fn each_fault_for_good_ends_honestly_and_keeps_what_was_gathered() {
    for fault in kinds() {
        let all = (4..200).fold(Faults::default(), |faults, request| faults.and_at(fault, request));
        let server = faulty(1, all, |_| {});
        let run = fetch(&server, &KEEP).args(["--tries", "3", "--stall-s", patience(fault)]);
        let finished = run.run();
        let honest = if matches!(fault, Fault::ShortPage | Fault::RepeatedPage) { 75 } else { 69 };
        assert_eq!(finished.code, honest, "{fault:?}\n{finished}");
        let told = finished.failure();
        assert!(told.contains("structures"), "{told}");
        assert_eq!(finished.list("inclusion"), [".structures.journal"], "{fault:?}");
        server.set_faults(Faults::default());
        let since = list_requests(&server, 0);
        let again = run.run().expect_code(0);
        let sent = list_requests(&server, 0);
        assert!(again.noted("going on with a run that was stopped"), "{again}");
        assert_complete(&server, &again, "structures", 0);
        let all = fetch(&server, &KEEP).run().expect_code(0).receipt()["requests"].as_u64().unwrap() as usize;
        assert!(sent - since <= all - 3 + 2, "{fault:?}: {} of {all}", sent - since);
    }
}

#[test]
fn faults_at_random_end_in_the_truth_or_are_told() {
    let kinds: Vec<Fault> = kinds().filter(|fault| !matches!(fault, Fault::Hang | Fault::Drip | Fault::Slow)).collect();
    for seed in 0..6 {
        let share = 0.3 / kinds.len() as f64;
        let faults = kinds.iter().fold(Faults::default(), |faults, kind| faults.and(*kind, share));
        let server = faulty(seed, faults, |options| (options.reload_every, options.stale) = (5, 0.05));
        let finished = fetch(&server, &KEEP).run();
        match finished.code {
            0 => drop(assert_complete(&server, &finished, "structures", 0)),
            code => assert!([69, 75].contains(&code), "{finished}"),
        }
    }
}

#[test]
fn another_page_than_the_one_asked_for_is_asked_for_again() {
    let stale = server(|options| options.stale_at = vec![1, 3, 4]);
    let finished = fetch(&stale, &KEEP).run().expect_code(0);
    assert_complete(&stale, &finished, "structures", 0);
    assert!(finished.noted("in place of page"), "{finished}");
    assert_eq!(finished.receipt()["retries"], 3, "{finished}");
    let always = server(|options| options.stale = 1.0);
    let finished = fetch(&always, &KEEP).run().expect_code(75);
    assert!(finished.failure().contains("could not prove that the structures are complete: at record 1"), "{finished}");
    assert!(list_requests(&always, 0) >= 5);
}

#[test]
fn a_token_is_wanted_and_is_shown_nowhere() {
    let server = server(|_| {});
    let missing = fetch(&server, &KEEP).env_remove("DATA_INCLUSION_TOKEN").run().expect_code(2);
    assert!(missing.failure().contains("DATA_INCLUSION_TOKEN"), "{missing}");
    assert!(server.requests().is_empty());
    let wrong = fetch(&server, &KEEP).env("DATA_INCLUSION_TOKEN", "jeton-secret-42").run().expect_code(77);
    assert_eq!(server.requests().len(), 1, "asked once");
    assert!(!wrong.stderr.contains("jeton-secret-42") && wrong.hint().contains("DATA_INCLUSION_TOKEN"), "{wrong}");
    let checked = fetch(&server, &["--check"]).run().expect_code(0);
    assert!(checked.stdout.contains("/api/v1/sources"), "{checked}");
    fetch(&server, &["--check"]).env("DATA_INCLUSION_TOKEN", "x").run().expect_code(77);
    let closed = fetch(&server, &["--check", "--tries", "2"]).env("DATA_INCLUSION_API_URL", "http://127.0.0.1:9");
    closed.run().expect_code(69);
    let file = fetch(&server, &KEEP).env_remove("DATA_INCLUSION_TOKEN");
    let path = file.write("token", b"jeton-invente-0123456789\n");
    let finished = file.env("DATA_INCLUSION_TOKEN_FILE", path).run().expect_code(0);
    for name in finished.list("inclusion") {
        assert!(!finished.read(format!("inclusion/{name}")).contains("jeton-invente"), "{name}");
    }
    assert!(!finished.stdout.contains("jeton") && !finished.stderr.contains("jeton-invente"), "{finished}");
}

#[test]
fn a_token_goes_nowhere_but_to_the_api() {
    let other = Stub::always("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let target = format!("{}/elsewhere", other.url());
    let answer = format!("HTTP/1.1 307 Moved\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let api = Stub::always(answer);
    let run = fetch(&server(|_| {}), &KEEP).env("DATA_INCLUSION_API_URL", api.url()).args(["--tries", "1"]);
    let finished = run.run().expect_code(69);
    let has_token = |head: &String| head.to_lowercase().contains("authorization");
    assert!(api.requests().iter().all(has_token) && !api.requests().is_empty(), "{finished}");
    assert!(other.requests().is_empty(), "{finished}");
}

#[test]
fn a_token_that_is_revoked_in_mid_run_keeps_what_was_gathered() {
    for (standing, status) in [(Standing::WithoutRight, 403), (Standing::Revoked, 401)] {
        let server = match standing {
            Standing::WithoutRight => server(|options| options.forbid_at = Some(4)),
            _ => faulty(1, Faults::default().and_at(Fault::Unauthorised, 4), |_| {}),
        };
        let run = fetch(&server, &KEEP);
        let refused = run.run().expect_code(77);
        assert!(refused.failure().contains(&status.to_string()), "{refused}");
        assert_eq!((refused.list("inclusion"), list_requests(&server, 0)), (vec![".structures.journal".to_owned()], 4));
        server.service::<Inclusion>().set_standing(Standing::Good);
        if standing == Standing::Revoked {
            server.set_faults(Faults::default());
            let finished = run.run().expect_code(0);
            assert_complete(&server, &finished, "structures", 0);
        }
    }
}

#[test]
fn what_is_no_answer_is_told() {
    let ok =
        |body: &str| format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    for (body, code, why) in [
        ("<html>login</html>", 69, "it is a web page"),
        ("{\"items\":[{\"id\":1}],\"total\":1,\"page\":1,\"size\":1}", 69, "a record is none"),
        ("{\"items\":[{\"nom\":\"a\"}],\"total\":1,\"page\":1,\"size\":1}", 69, "a record is none"),
        ("{\"items\":[{\"id\":\"a\"}],\"total\":1,\"page\":1}", 69, "missing field `size`"),
        ("{\"items\":[{\"id\":\"a\"},{\"id\":\"a\"}],\"total\":2,\"page\":1,\"size\":2}", 75, "it has `a` twice"),
        ("{\"items\":[{\"id\":\"a\"}],\"total\":5,\"page\":1,\"size\":1}", 75, "it ends at record 1 of 5"),
        ("{\"items\":[],\"total\":0,\"page\":1,\"size\":0}", 75, "could not believe that there are no structures"),
    ] {
        let stub = Stub::always(ok(body));
        let run = fetch(&server(|_| {}), &KEEP).env("DATA_INCLUSION_API_URL", stub.url()).args(["--tries", "2"]);
        let finished = run.run().expect_code(code);
        assert!(finished.failure().contains(why), "{finished}");
    }
}
