//! Credentials: sent where they belong, renewed when they end, and never led elsewhere.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use step::ExitCode;
use transfer::{Cause, Client, ClientCredentials, ClientOptions, Credentials, RateLimitHeaders, Service, Url};

use super::stub::{Act, Stub, ok, redirect, response};
use super::{code, hint, options, text, told};

const SECRET: &str = "s3cr3t-of-the-client";

const SERVICE: Service = Service {
    rate_limit_headers: Some(RateLimitHeaders { rate: "x-rate", remaining: "x-left" }),
    access_hint: Some("ask the office for access"),
    token_hints: &[("invalid_scope", "ask the office for the scope")],
};

fn bearer(only_for: Option<Url>) -> Client {
    let credentials = Credentials::Bearer(SECRET.into());
    Client::new(ClientOptions { credentials, credentials_for: only_for, ..options() }).unwrap()
}

fn with_tokens_of(url: Url) -> Client {
    let credentials =
        ClientCredentials { url, client_id: "id".to_owned(), client_secret: SECRET.into(), scope: "a b".to_owned() };
    let credentials = Credentials::ClientCredentials(credentials);
    Client::new(ClientOptions { credentials, service: SERVICE, ..options() }).unwrap()
}

/// Grants tokens, of which the first is good for nothing.
fn office() -> Stub {
    let granted = AtomicU32::new(0);
    Stub::start(move |_, asked| match asked.target() {
        "/token" => {
            let number = granted.fetch_add(1, Ordering::SeqCst);
            ok(format!(r#"{{"access_token":"token-{number}","expires_in":1000}}"#))
        }
        _ if asked.header("authorization") == Some("Bearer token-1") => ok("come in"),
        _ => response("401 No", "", ""),
    })
}

#[tokio::test]
async fn a_bearer_token_and_a_key_are_sent_as_they_are_meant() {
    let stub = Stub::always(ok("come in"));
    text(&bearer(None), stub.url("/a")).await.unwrap();
    let credentials = Credentials::ApiKey(SECRET.into());
    let with_key = Client::new(ClientOptions { credentials, ..options() }).unwrap();
    text(&with_key, stub.url("/a")).await.unwrap();
    let sent: Vec<_> = stub.asked().iter().map(|asked| asked.header("authorization").map(str::to_owned)).collect();
    assert_eq!(sent, [Some(format!("Bearer {SECRET}")), Some(SECRET.to_owned())]);
}

#[tokio::test]
async fn a_bearer_token_that_is_refused_is_refused_at_once() {
    let stub = Stub::always(response("401 No", "", ""));
    let error = text(&bearer(None), stub.url("/a")).await.unwrap_err();
    assert_eq!((code(&error), stub.asked().len()), (ExitCode::AccessRefused, 1));
}

#[tokio::test]
async fn credentials_go_to_their_origin_alone() {
    let (ours, other) = (Stub::always(ok("")), Stub::always(ok("")));
    let client = bearer(Some(ours.url("/")));
    for stub in [&ours, &other] {
        text(&client, stub.url("/page")).await.unwrap();
    }
    assert!(ours.asked()[0].header("authorization").is_some());
    assert_eq!(other.asked()[0].header("authorization"), None);
}

#[tokio::test]
async fn a_request_that_carries_credentials_follows_no_redirect() {
    for status in [301, 302, 303, 307, 308] {
        let other = Stub::always(ok("thank you"));
        let target = other.url("/a");
        let stub = Stub::always(redirect(status, &target));
        let error = text(&bearer(None), stub.url("/a")).await.unwrap_err();
        assert_eq!((code(&error), told(&error).cause), (ExitCode::Unavailable, Cause::Redirect(target.clone().into())));
        assert!(format!("{error:#}").contains(&format!("HTTP {status} to `{target}`")), "{error:#}");
        // A name and password in the address are credentials too.
        let mut with_user = stub.url("/a");
        with_user.set_username("me").unwrap();
        with_user.set_password(Some(SECRET)).unwrap();
        text(&super::client(), with_user).await.unwrap_err();
        assert_eq!(stub.asked()[1].header("authorization"), Some("Basic bWU6czNjcjN0LW9mLXRoZS1jbGllbnQ="));
        assert_eq!((stub.asked().len(), other.asked().len()), (2, 0));
    }
}

/// As seen: the token address answered 307 to another host, and the secret went there.
#[tokio::test]
async fn the_secret_of_a_client_is_never_led_elsewhere() {
    for status in [301, 302, 303, 307, 308] {
        let other = Stub::always(ok(r#"{"access_token":"a"}"#));
        let stub = Stub::always(redirect(status, other.url("/token")));
        let error = with_tokens_of(stub.url("/token")).authenticate().await.unwrap_err();
        assert!(format!("{error:#}").contains("which is not followed"), "{error:#}");
        assert_eq!((stub.asked().len(), other.asked().len()), (1, 0), "{status}");
        assert!(stub.asked()[0].body.contains(SECRET));
    }
}

#[tokio::test]
async fn a_token_is_got_once_for_all_and_anew_when_it_is_refused() {
    let office = office();
    let client = with_tokens_of(office.url("/token"));
    let all = futures::future::join_all((0..4).map(|_| text(&client, office.url("/a")))).await;
    assert!(all.into_iter().all(|came| came.unwrap() == "come in"));
    let asked = office.asked();
    let tokens = asked.iter().filter(|asked| asked.target() == "/token").count();
    assert_eq!(tokens, 2, "for four requests");
    let form = "grant_type=client_credentials&client_id=id&client_secret=s3cr3t-of-the-client&scope=a+b";
    assert_eq!(asked[0].body, form);
}

#[tokio::test]
async fn what_a_service_means_is_told_in_its_words() {
    let refusing = Stub::always(response("400 No", "", r#"{"error":"invalid_scope","error_description":"non"}"#));
    let error = with_tokens_of(refusing.url("/token")).authenticate().await.unwrap_err();
    assert_eq!((code(&error), refusing.asked().len()), (ExitCode::AccessRefused, 1));
    assert_eq!(error.to_string(), "could not get an access token: invalid_scope: non");
    assert_eq!(hint(&error), "ask the office for the scope");
    let closed = Stub::start(|_, asked| match asked.target() {
        "/token" => ok(r#"{"access_token":"a"}"#),
        _ => response("403 No", "", ""),
    });
    let error = text(&with_tokens_of(closed.url("/token")), closed.url("/a")).await.unwrap_err();
    assert_eq!(hint(&error), "ask the office for access");
}

#[tokio::test]
async fn a_token_service_that_says_something_else_is_asked_again() {
    let acts: Vec<Vec<Act>> =
        vec![ok("<html>"), response("401 No", "", "<html>"), ok(r#"{"access_token":"token-2","expires_in":9}"#)];
    let stub = Stub::in_turn(acts);
    with_tokens_of(stub.url("/token")).authenticate().await.unwrap();
    assert_eq!(stub.asked().len(), 3);
}

#[tokio::test]
async fn a_limit_that_the_service_tells_is_kept() {
    let stub = Stub::always(response("200 OK", "X-Rate: 20", ""));
    let client = Client::new(ClientOptions { service: SERVICE, ..options() }).unwrap();
    let begun = std::time::Instant::now();
    for _ in 0..4 {
        text(&client, stub.url("/a")).await.unwrap();
    }
    // The first is sent before anything is known, the second right after.
    assert!(begun.elapsed() >= Duration::from_millis(100), "{:?}", begun.elapsed());
}
