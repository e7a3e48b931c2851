//! A France Travail that says what the test wants.

use trial::{Run, Stub};

/// The token that it gives out.
pub(crate) const TOKEN: &str = "jeton-8c2e71";

/// `Content-Range`, if any, and body; `None` is a 404.
pub(crate) type Answer = Option<(Option<String>, String)>;

/// Gives out tokens, and answers each other request with what `answer` has for the last part of its path.
pub(crate) fn serve(answer: impl Fn(&str) -> Answer + Send + 'static) -> Stub {
    Stub::start(move |head| {
        let target = head.split(' ').nth(1).unwrap_or_default();
        let path = target.split('?').next().unwrap_or_default();
        write(match path.rsplit('/').next().unwrap_or_default() {
            "access_token" => Some((None, format!(r#"{{"access_token":"{TOKEN}","expires_in":1499}}"#))),
            name => answer(name),
        })
    })
}

/// Leads a run to it.
pub(crate) fn lead(stub: &Stub, run: Run) -> Run {
    run.env("FRANCE_TRAVAIL_AUTH_URL", format!("{}/access_token", stub.url()))
        .env("FRANCE_TRAVAIL_API_URL", stub.url())
        .env("FRANCE_TRAVAIL_ID", "id")
        .env("FRANCE_TRAVAIL_KEY", "key")
}

/// The answer as it goes over the wire.
fn write(answer: Answer) -> Vec<u8> {
    let (status, range, body) = match answer {
        Some((range, body)) => ("200 OK", range, body),
        None => ("404 Not Found", None, String::new()),
    };
    let range = range.map(|range| format!("Content-Range: {range}\r\n")).unwrap_or_default();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{range}\r\n", body.len());
    (head + &body).into_bytes()
}
