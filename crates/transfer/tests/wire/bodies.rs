//! Bodies: whole and understood, or refused.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use step::ExitCode;
use transfer::{
    Cause, Client, ClientOptions, Piece, Request, ResponseError, RetryPolicy, StatusCode, UsedUp, Validators,
};

use super::stub::{Act, Stub, cut, head, ok, response};
use super::{client, code, options, read_text, retry, text, told};

/// 10,000 times `x`, compressed by gzip.
const BOMB: &[u8] =
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x01\x0d\x00\x00\x00\xc2\xa0\xda\x8f\x6f\x0e\x37\xa0\
    \x00\x00\x00\x00\x00\x00\x00\x00\x00\xe0\xdf\x00\xa3\xa4\x55\x0d\x10\x27\x00\x00";

#[tokio::test]
async fn a_body_is_read_whole_and_counted() {
    let stub = Stub::always(ok("all of it"));
    let client = client();
    assert_eq!(text(&client, stub.url("/a")).await.unwrap(), "all of it");
    let counts = client.metrics().counts();
    assert_eq!((counts.requests["200"], counts.retries, counts.bytes), (1, 0, 9));
    let asked = &stub.asked()[0];
    assert!(asked.header("user-agent").unwrap().starts_with("collecte/"));
    assert_eq!(asked.header("accept-encoding"), Some("gzip"));
}

#[tokio::test]
async fn what_is_cut_or_silent_is_tried_again() {
    let silent = vec![Act::Stall];
    let half_silent = vec![Act::Send(head("200 OK", "", 9).into_bytes()), Act::Send(b"all".to_vec()), Act::Stall];
    for bad in [cut(b"all of it", 4), Vec::new(), silent, half_silent] {
        let stub = Stub::in_turn(vec![bad.clone(), ok("all of it")]);
        let client = client();
        assert_eq!(text(&client, stub.url("/a")).await.unwrap(), "all of it", "{bad:?}");
        assert_eq!(client.metrics().counts().retries, 1);
    }
}

#[tokio::test]
async fn endless_trouble_is_told_with_its_tries_and_its_time() {
    let garbage = [head("200 OK", "Content-Encoding: gzip", 4), "not!".to_owned()].concat().into_bytes();
    for (bad, cause, why) in [
        (vec![Act::Stall], Cause::Slow, "no answer within 0.5 s"),
        (cut(b"all of it", 4), Cause::Broken, "the answer broke off"),
        (vec![Act::Send(garbage)], Cause::Broken, "the answer broke off"),
        (Vec::new(), Cause::Unreachable, "after 3 tries"),
        (response("503 Busy", "", ""), Cause::Status(StatusCode::SERVICE_UNAVAILABLE), "HTTP 503 after 3 tries in"),
        (response("304 Same", "", ""), Cause::Malformed, "a question that was not asked"),
    ] {
        let stub = Stub::always(bad);
        let error = text(&client(), stub.url("/a")).await.unwrap_err();
        let told = told(&error);
        assert_eq!((code(&error), &told.cause, told.attempts), (ExitCode::Unavailable, &cause, 3));
        assert!(format!("{error:#}").contains(why), "{error:#}");
        assert_eq!(stub.asked().len(), 3);
    }
}

/// What the reader of pieces was handed: `[` for each try's head, then the body, `]` at its end.
async fn pieces(stub: &Stub, most: usize, refused: &'static str) -> (anyhow::Result<usize>, String) {
    let mut handed = String::new();
    let client = client();
    let request = Request::new("it", stub.url("/a")).max_body_bytes(most);
    let read = |piece: Piece<'_>| {
        match piece {
            Piece::Head(_) => handed.push('['),
            Piece::Body(bytes) => handed.push_str(std::str::from_utf8(bytes).unwrap()),
            Piece::End => handed.push(']'),
        }
        match !refused.is_empty() && handed.ends_with(refused) {
            true => Err(ResponseError::Malformed("not that".to_owned())),
            false => Ok(handed.len()),
        }
    };
    (client.get_in_pieces(&request, read).await, handed)
}

#[tokio::test]
async fn pieces_are_handed_on_and_a_try_that_fails_begins_anew() {
    let stub = Stub::in_turn(vec![cut(b"all of it", 4), response("503 Busy", "", ""), ok("all of it")]);
    let (ended, handed) = pieces(&stub, 100, "").await;
    assert_eq!((ended.unwrap(), handed.as_str()), (16, "[all [all of it]"));
    let stub = Stub::always(ok("all of it"));
    let (ended, handed) = pieces(&stub, 100, "]").await;
    assert_eq!(
        (code(&ended.unwrap_err()), handed.as_str()),
        (ExitCode::Unavailable, "[all of it][all of it][all of it]")
    );
    let (ended, _) = pieces(&stub, 8, "").await;
    assert_eq!(told(&ended.unwrap_err()).cause, Cause::TooLarge);
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let url = Stub::always(Vec::new()).url("/a");
    let error = text(&client(), url).await.unwrap_err();
    assert_eq!((code(&error), told(&error).cause), (ExitCode::Unavailable, Cause::Unreachable));
}

#[tokio::test]
async fn a_last_word_is_asked_once_and_quoted() {
    for (status, code_of_it) in [
        ("401 No", ExitCode::AccessRefused),
        ("403 No", ExitCode::AccessRefused),
        ("404 No", ExitCode::Unavailable),
        ("410 No", ExitCode::Unavailable),
        ("400 No", ExitCode::Unexpected),
        ("418 No", ExitCode::Unexpected),
    ] {
        let stub = Stub::always(response(status, "", r#"{"message":"ceci n'existe pas"}"#));
        let error = text(&client(), stub.url("/a")).await.unwrap_err();
        assert_eq!(code(&error), code_of_it);
        assert_eq!(format!("{error:#}"), format!("could not get the text: HTTP {}: ceci n'existe pas", &status[..3]));
        assert_eq!((stub.asked().len(), told(&error).status().unwrap().as_str()), (1, &status[..3]));
    }
}

#[tokio::test]
async fn a_retry_after_of_over_a_minute_is_not_waited_for() {
    for status in ["429 Slow down", "503 Busy"] {
        let stub = Stub::always(response(status, "Retry-After: 61", ""));
        let error = text(&client(), stub.url("/a")).await.unwrap_err();
        assert_eq!((stub.asked().len(), told(&error).retry_after), (1, Some(Duration::from_secs(61))));
        assert!(format!("{error:#}").contains("to be asked again in 61 s"), "{error:#}");
    }
}

#[tokio::test]
async fn what_its_reader_refuses_is_asked_again_unless_that_is_final() {
    let stub = Stub::always(ok("2 of 3"));
    let client = client();
    let request = Request::new("the list", stub.url("/a"));
    let inconsistent = |_| Err::<(), _>(ResponseError::Inconsistent("2 of 3".to_owned()));
    let error = client.get(&request, inconsistent).await.unwrap_err();
    assert_eq!((code(&error), told(&error).cause, stub.asked().len()), (ExitCode::Incomplete, Cause::Inconsistent, 3));
    let tries = AtomicU32::new(0);
    let at_last = |_| match tries.fetch_add(1, Ordering::Relaxed) {
        0 => Err(ResponseError::Malformed("HTML".to_owned())),
        _ => Err::<(), _>(ResponseError::Final(anyhow::anyhow!("my last word"))),
    };
    let error = client.get(&request, at_last).await.unwrap_err();
    assert_eq!((error.to_string(), tries.into_inner()), ("my last word".to_owned(), 2));
}

#[tokio::test]
async fn no_more_requests_are_sent_than_are_allowed_tries_included() {
    let stub = Stub::in_turn(vec![response("500 Oops", "", ""), ok("abc"), ok("abc"), ok("abc")]);
    let client = Client::new(ClientOptions { most_requests: Some(3), ..options() }).unwrap();
    assert_eq!(text(&client, stub.url("/")).await.unwrap(), "abc");
    assert_eq!(client.left(), 1);
    assert_eq!(text(&client, stub.url("/")).await.unwrap(), "abc");
    let error = text(&client, stub.url("/")).await.unwrap_err();
    assert!(UsedUp::is_in(&error), "{error:?}");
    assert_eq!(code(&error), ExitCode::Incomplete);
    assert_eq!(stub.asked().len(), 3);
}

#[tokio::test]
async fn media_types_and_conditions_are_sent_and_unchanged_is_an_answer() {
    let stub = Stub::in_turn(vec![
        response("200 OK", "ETag: \"1\"\nLast-Modified: Mon, 25 Mar 2024 11:00:00 GMT", "one"),
        response("304 Not Modified", "ETag: \"1\"", ""),
        response("304 Not Modified", "", ""),
    ]);
    let client = client();
    let request = Request::new("the page", stub.url("/a")).accept("text/turtle, application/rdf+xml;q=0.9");
    let known = client.get(&request, |response| Ok(response.validators())).await.unwrap();
    assert_eq!(known.etag.as_deref(), Some("\"1\""));
    let again = request.clone().unless(known.clone());
    let unchanged = client.get(&again, |response| Ok(response.is_unchanged())).await.unwrap();
    let by_date = request.unless(Validators { etag: None, ..known });
    assert!(unchanged && client.get(&by_date, |response| Ok(response.is_unchanged())).await.unwrap());
    let asked = stub.asked();
    assert_eq!(asked[0].header("accept"), Some("text/turtle, application/rdf+xml;q=0.9"));
    assert_eq!((asked[0].header("if-none-match"), asked[0].header("if-modified-since")), (None, None));
    assert_eq!((asked[1].header("if-none-match"), asked[1].header("if-modified-since")), (Some("\"1\""), None));
    assert_eq!(asked[2].header("if-modified-since"), Some("Mon, 25 Mar 2024 11:00:00 GMT"));
}

#[tokio::test]
async fn a_status_that_was_asked_for_goes_to_the_reader() {
    let stub = Stub::always(response("409 Conflict", "", "no such action"));
    let request = Request::new("the listing", stub.url("/a")).answers([StatusCode::CONFLICT]);
    let read = client().get(&request, |response| Ok((response.status, read_text(response)?))).await.unwrap();
    assert_eq!(read, (StatusCode::CONFLICT, "no such action".to_owned()));
}

#[tokio::test]
async fn a_body_over_its_limit_is_refused_before_or_while_it_comes() {
    let announced = vec![Act::Send(head("200 OK", "", 1_001).into_bytes()), Act::Stall];
    let unannounced = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let chunk = [b"190\r\n".to_vec(), vec![b'x'; 400], b"\r\n".to_vec()].concat();
    let unannounced = vec![Act::Send([unannounced, chunk.repeat(3)].concat()), Act::Stall];
    let bomb = [head("200 OK", "Content-Encoding: gzip", BOMB.len()).as_bytes(), BOMB].concat();
    for bad in [announced, unannounced, vec![Act::Send(bomb)]] {
        let stub = Stub::always(bad);
        let request = Request::new("the page", stub.url("/a")).max_body_bytes(1_000);
        let error = client().get(&request, read_text).await.unwrap_err();
        assert_eq!((code(&error), told(&error).cause, stub.asked().len()), (ExitCode::BadInput, Cause::TooLarge, 1));
        assert!(format!("{error:#}").contains("its body has over 1000 bytes"), "{error:#}");
    }
    let stub = Stub::always(ok("x".repeat(1_000)));
    let request = Request::new("the page", stub.url("/a")).max_body_bytes(1_000);
    assert_eq!(client().get(&request, read_text).await.unwrap().len(), 1_000);
}

/// Interim answers are no silence, and no head.
#[tokio::test]
async fn interim_answers_may_come_before_an_answer_and_not_for_ever() {
    // Long ones, since a program that is not optimised is slow at each head.
    let interim = format!("HTTP/1.1 103 Early Hints\r\nLink: </{}>\r\n\r\n", "a".repeat(16 << 10)).into_bytes();
    let interim = interim.repeat(20);
    let patient = || {
        let retry = RetryPolicy { stall: Duration::from_secs(600), ..retry(3) };
        Client::new(ClientOptions { waits_alone: true, in_flight: 1, retry, ..options() }).unwrap()
    };
    let stub = Stub::always([vec![Act::Send(interim.clone())], ok("at last")].concat());
    assert_eq!(text(&patient(), stub.url("/a")).await.unwrap(), "at last");
    let stub = Stub::always(vec![Act::Flood(interim)]);
    let error = text(&patient(), stub.url("/a")).await.unwrap_err();
    assert_eq!((code(&error), told(&error).cause, stub.asked().len()), (ExitCode::BadInput, Cause::EndlessHead, 1));
}

#[tokio::test]
async fn the_clock_of_the_service_is_handed_on() {
    let stub = Stub::always(response("200 OK", "Date: Thu, 01 Jan 1970 00:00:10 GMT", ""));
    let request = Request::new("the time", stub.url("/a"));
    let (date, here) = client().get(&request, |response| Ok((response.date(), response.received_at))).await.unwrap();
    assert!(here.duration_since(date.unwrap()).unwrap() > Duration::from_secs(1_000_000_000));
}
