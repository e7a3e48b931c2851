//! Each fault as it is seen on the wire.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use crate::client::{Answer, Client, OFFERS_SCOPE, SEARCH, ask_token, connect, credentials, day, send, start, total};
use sandbox::{Fault, Faults};

fn with(fault: Fault) -> Client {
    let client = Client::new(day("2025-08-21", 400));
    client.server.set_faults(Faults::of(fault, 1.0));
    client
}

fn answer(fault: Fault) -> Answer {
    let client = with(fault);
    let answer = client.search("sort=1");
    assert_eq!(client.server.requests()[1].fault, Some(fault));
    answer
}

fn length(answer: &Answer) -> usize {
    answer.header("content-length").and_then(|length| length.parse().ok()).expect("a length")
}

#[test]
fn too_many_requests_with_and_without_a_wait() {
    let seconds = answer(Fault::TooManySeconds);
    assert_eq!((seconds.status, seconds.header("retry-after")), (429, Some("1")));
    assert_eq!(seconds.header("content-type"), Some("text/plain"));
    let date = answer(Fault::TooManyDate);
    assert!(date.header("retry-after").expect("a date").ends_with("GMT"));
    assert_eq!((answer(Fault::TooManyBare).status, answer(Fault::TooManyBare).header("retry-after")), (429, None));
}

#[test]
fn errors_of_the_service_and_of_what_stands_before_it() {
    let internal = answer(Fault::Internal);
    let message = "Erreur technique. Veuillez contacter le support de francetravail.io.";
    assert_eq!((internal.status, internal.message()), (500, message.to_owned()));
    let gateway = answer(Fault::BadGateway);
    assert!(gateway.status == 502 && gateway.text().starts_with("<html>"));
    assert_eq!((answer(Fault::Unavailable).status, answer(Fault::Unavailable).header("retry-after")), (503, Some("1")));
    let login = answer(Fault::Html);
    assert!(login.status == 200 && login.text().contains("<form"));
    assert!(login.header("content-type").expect("a type").starts_with("text/html"));
}

#[test]
fn a_reset_comes_before_any_byte() {
    let client = with(Fault::Reset);
    let mut stream = open(&client);
    let mut byte = [0];
    assert_eq!(stream.read(&mut byte).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(client.server.requests()[1].status, None);
}

fn open(client: &Client) -> std::net::TcpStream {
    let bearer = format!("Bearer {}", client.token);
    connect(&client.server, "GET", &format!("{SEARCH}?sort=1"), &[("Authorization", &bearer)], "").unwrap()
}

#[test]
fn a_cut_body_is_shorter_than_announced() {
    let cut = answer(Fault::Cut);
    assert_eq!(cut.status, 206);
    assert_eq!(cut.body.len(), length(&cut) / 2);
}

#[test]
fn short_json_has_the_length_it_announces() {
    let short = answer(Fault::ShortJson);
    assert_eq!(short.body.len(), length(&short));
    assert!(serde_json::from_slice::<serde_json::Value>(&short.body).is_err());
}

#[test]
fn gzip_is_spoilt_or_is_none() {
    let inflate = |body: &[u8]| {
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(body).read_to_end(&mut text)
    };
    let bad = answer(Fault::BadGzip);
    assert_eq!(bad.header("content-encoding"), Some("gzip"));
    assert_eq!(bad.body[..2], [0x1f, 0x8b]);
    assert!(inflate(&bad.body).is_err());
    let wrong = answer(Fault::WrongGzip);
    assert_eq!(wrong.header("content-encoding"), Some("gzip"));
    assert!(wrong.text().starts_with("{\"resultats\""));
}

#[test]
fn content_range_is_missing_or_wrong() {
    assert_eq!(answer(Fault::NoContentRange).header("content-range"), None);
    let client = with(Fault::WrongContentRange);
    for _ in 0..6 {
        assert!(!client.search("sort=1").range().starts_with("offres 0-149/40"), "{}", client.search("sort=1").range());
    }
}

#[test]
fn an_empty_body_with_good_headers() {
    let empty = answer(Fault::Empty);
    assert_eq!((empty.status, empty.body.len()), (200, 0));
    assert!(empty.range().starts_with("offres 0-149/"));
}

#[test]
fn a_hanging_answer_never_begins() {
    let client = with(Fault::Hang);
    let mut stream = open(&client);
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(matches!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
    drop(stream);
    client.server.set_faults(Faults::default());
    assert_eq!(client.search("sort=1").status, 206);
    assert_eq!(client.server.requests()[1].status, None);
}

#[test]
fn a_dripping_answer_stops_after_a_few_bytes() {
    let client = with(Fault::Drip);
    let mut stream = open(&client);
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    let end = loop {
        match stream.read(&mut buffer) {
            Ok(count) => seen.extend_from_slice(&buffer[..count]),
            Err(why) => break why,
        }
    };
    assert!(matches!(end.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
    assert!(seen.ends_with(b"\r\n\r\n{\"resul"), "{}", String::from_utf8_lossy(&seen));
}

#[test]
fn a_slow_answer_is_whole() {
    let start = Instant::now();
    let slow = answer(Fault::Slow);
    assert!(start.elapsed() >= Duration::from_secs(2));
    assert_eq!(slow.ids().len(), 150);
}

#[test]
fn pages_are_short_or_repeat_an_offer_while_the_range_says_all_is_well() {
    let short = answer(Fault::ShortPage);
    assert!(short.ids().len() < 150 && short.range().starts_with("offres 0-149/"));
    let ids = answer(Fault::RepeatedPage).ids();
    assert_eq!(ids.len(), 150);
    assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), 149);
}

#[test]
fn an_unjust_401_ends_the_token() {
    let client = with(Fault::Unauthorised);
    let refused = client.search("");
    assert_eq!((refused.status, refused.body.len()), (401, 0));
    client.server.set_faults(Faults::default());
    assert_eq!(client.search("").status, 401);
}

#[test]
fn the_token_service_has_faults_of_its_own() {
    let server = start(day("2025-08-21", 0));
    let ask = |fault| {
        server.set_faults(Faults::of(fault, 1.0));
        ask_token(&server, &credentials(OFFERS_SCOPE), &[])
    };
    assert_eq!(ask(Fault::TokenInternal).status, 500);
    assert!(ask(Fault::TokenHtml).status == 200 && ask(Fault::TokenHtml).text().contains("<form"));
    assert_eq!(ask(Fault::TokenRefused).json()["error"], "invalid_client");
    let cut = ask(Fault::TokenCut);
    assert_eq!(cut.body.len(), length(&cut) / 2);
    assert_eq!(ask(Fault::Cut).status, 200);
}

#[test]
fn a_fault_can_be_ordered_for_one_search() {
    let faults = Faults::default().and_at(Fault::Internal, 2).and_at(Fault::Reset, 4);
    let client = Client::new(day("2025-08-21", 10).with(|options| options.wire.faults = faults));
    let statuses: Vec<Option<u16>> = (0..5).map(|_| client.try_get(SEARCH).ok().map(|answer| answer.status)).collect();
    assert_eq!(statuses, [Some(200), Some(500), Some(200), None, Some(200)]);
}

#[test]
fn faults_come_as_often_as_asked_and_depend_on_the_seed_alone() {
    let seen = |seed| {
        let client = Client::new(day("2025-08-21", 4).with(|options| options.wire.seed = seed));
        let faults = Faults::of(Fault::Internal, 0.1).and(Fault::BadGateway, 0.1);
        client.server.set_faults(faults);
        (0..300).map(|_| client.search("").status).collect::<Vec<_>>()
    };
    let statuses = seen(3);
    assert!((35..=85).contains(&statuses.iter().filter(|status| **status >= 500).count()));
    assert_eq!(statuses, seen(3));
    assert_ne!(statuses, seen(4));
}

#[test]
fn faults_are_set_over_http_too() {
    let client = Client::new(day("2025-08-21", 4));
    let put = |body| send(&client.server, "PUT", "/_sandbox/faults", &[], body).unwrap().status;
    assert_eq!(put(r#"{"rates":[{"fault":"500","rate":1.0}]}"#), 204);
    assert_eq!(client.search("").status, 500);
    assert_eq!(put("{}"), 204);
    assert_eq!(client.search("").status, 200);
    assert_eq!(put(r#"{"rates":[{"fault":"inconnu","rate":1.0}]}"#), 400);
    let log = crate::client::get(&client.server, "/_sandbox/requests", &[]).unwrap();
    assert_eq!(log.text().lines().count(), 3);
    assert!(total(client.search("").range()) > 0);
}
