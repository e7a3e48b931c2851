//! The engine against a server that cuts, stalls, redirects and lies.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;
mod credentials;
mod files;
mod places;
mod stub;

use std::time::Duration;

use step::{ExitCode, Failure};
use transfer::{Client, ClientOptions, Request, RequestError, Response, ResponseError, RetryPolicy, Url};

/// Loopback needs no patience.
fn retry(tries: u32) -> RetryPolicy {
    let (first_wait, stall) = (Duration::from_millis(1), Duration::from_millis(500));
    RetryPolicy { tries, first_wait, stall, ..RetryPolicy::default() }
}

fn options() -> ClientOptions {
    ClientOptions { per_second: 10_000.0, in_flight: 4, retry: retry(3), ..ClientOptions::default() }
}

fn client() -> Client {
    Client::new(options()).unwrap()
}

/// The text at `url`.
async fn text(client: &Client, url: Url) -> anyhow::Result<String> {
    client.get(&Request::new("the text", url), read_text).await
}

fn read_text(response: Response) -> Result<String, ResponseError> {
    String::from_utf8(response.body.to_vec()).map_err(|_| ResponseError::Malformed("it is no text".to_owned()))
}

fn code(error: &anyhow::Error) -> ExitCode {
    error.downcast_ref::<Failure>().expect("it ends as a failure").code()
}

/// What the reader can do; a failure shows it to who looks inside alone.
fn hint(error: &anyhow::Error) -> String {
    let shown = format!("{:?}", error.downcast_ref::<Failure>().expect("it ends as a failure"));
    let (_, hint) = shown.split_once("hint: Some(\"").expect("it has a hint");
    hint.split('"').next().unwrap_or_default().to_owned()
}

fn told(error: &anyhow::Error) -> RequestError {
    RequestError::of(error).expect("it tells the tries").clone()
}
