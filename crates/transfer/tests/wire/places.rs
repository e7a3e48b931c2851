//! Where an address may lead: redirects, and the border of the public internet.

use step::ExitCode;
use transfer::{AddressPolicy, Cause, Client, ClientOptions, StandIn, Url};

use super::stub::{Stub, ok, redirect};
use super::{client, code, options, text, told};

/// A client that asks public addresses alone, and `stub` in place of `http://portal.example`.
fn guarded(stub: &Stub) -> Client {
    let stand_in = StandIn { source: portal("/"), origin: stub.url("/") };
    let addresses = AddressPolicy::PublicOnly;
    Client::new(ClientOptions { addresses, stand_in: Some(stand_in), ..options() }).unwrap()
}

fn portal(path: &str) -> Url {
    format!("http://portal.example{path}").parse().unwrap()
}

#[tokio::test]
async fn redirects_are_followed_without_telling_where_from() {
    let other = Stub::always(ok("here it is"));
    let stub = Stub::in_turn(vec![redirect(301, "b?c=d"), redirect(302, "/e#f"), redirect(307, other.url("/g"))]);
    assert_eq!(text(&client(), stub.url("/a?token=abc")).await.unwrap(), "here it is");
    let asked: Vec<_> = stub.asked().iter().map(|asked| asked.target().to_owned()).collect();
    assert_eq!(asked, ["/a?token=abc", "/b?c=d", "/e"]);
    assert_eq!(other.asked()[0].header("referer"), None, "an address may hold a secret");
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let stub = Stub::start(|_, asked| redirect(302, asked.target()));
    let error = text(&client(), stub.url("/a")).await.unwrap_err();
    assert!(format!("{error:#}").contains("it redirects over 10 times"), "{error:#}");
    assert_eq!((code(&error), stub.asked().len()), (ExitCode::Unavailable, 11));
}

#[tokio::test]
async fn a_redirect_that_nobody_wants_to_follow_is_named() {
    let stub = Stub::always(redirect(301, "https://elsewhere.example/a?token=abc"));
    let strict = Client::new(ClientOptions { redirects: 0, ..options() }).unwrap();
    let error = text(&strict, stub.url("/a")).await.unwrap_err();
    let said = "could not get the text: HTTP 301 to `https://elsewhere.example/a`, which is not followed";
    assert_eq!(format!("{error:#}"), said);
    assert!(matches!(told(&error).cause, Cause::Redirect(url) if url.query() == Some("token=abc")));
}

#[tokio::test]
async fn only_web_addresses_are_followed() {
    for location in ["file:///etc/passwd", "ftp://127.0.0.1/a", "data:text/plain,a", "javascript:alert(1)"] {
        let stub = Stub::always(redirect(302, location));
        let error = text(&client(), stub.url("/a")).await.unwrap_err();
        assert_eq!((code(&error), told(&error).cause), (ExitCode::BadInput, Cause::Forbidden), "{location}");
    }
}

#[tokio::test]
async fn an_address_of_our_own_network_is_not_asked() {
    let inside = Stub::always(ok("the crown jewels"));
    let client = guarded(&inside);
    let port = inside.port();
    for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "127.0.0.1."] {
        let error = text(&client, format!("http://{host}:{port}/").parse().unwrap()).await.unwrap_err();
        assert_eq!((code(&error), told(&error).cause), (ExitCode::BadInput, Cause::Forbidden), "{host}: {error:#}");
        assert!(format!("{error:#}").contains("is no public address"), "{error:#}");
    }
    assert_eq!(inside.asked().len(), 0);
}

#[tokio::test]
async fn a_redirect_into_our_own_network_is_not_followed() {
    let inside = Stub::always(ok("the crown jewels"));
    let port = inside.port();
    for host in ["127.0.0.1", "localhost", "2130706433", "[::ffff:7f00:1]", "me:word@8.8.8.8"] {
        let stub = Stub::always(redirect(302, format!("http://{host}:{port}/latest/meta-data")));
        let error = text(&guarded(&stub), portal("/catalog")).await.unwrap_err();
        assert_eq!((code(&error), told(&error).cause), (ExitCode::BadInput, Cause::Forbidden), "{host}: {error:#}");
        assert!(!format!("{error:#}").contains("word"), "{error:#}");
    }
    assert_eq!(inside.asked().len(), 0);
}

#[tokio::test]
async fn what_stands_in_for_a_source_is_asked_in_its_name() {
    let stub = Stub::in_turn(vec![redirect(302, "http://portal.example/b?c=d"), ok("here it is")]);
    let response = guarded(&stub).get(&transfer::Request::new("the page", portal("/a")), Ok).await.unwrap();
    assert_eq!((response.url, &response.body[..]), (portal("/b?c=d"), &b"here it is"[..]));
    for asked in stub.asked() {
        assert_eq!(asked.header("host"), Some("portal.example"));
    }
    // By its own address it is as private as any other.
    text(&guarded(&stub), stub.url("/a")).await.unwrap_err();
    assert_eq!(stub.asked().len(), 2);
}

#[tokio::test]
async fn a_host_without_an_address_is_told_by_its_name() {
    let error = text(&client(), "http://nowhere.invalid/a".parse().unwrap()).await.unwrap_err();
    assert_eq!((code(&error), told(&error).cause), (ExitCode::Unavailable, Cause::Dns));
    assert!(format!("{error:#}").contains("no address was found for `nowhere.invalid`"), "{error:#}");
}
