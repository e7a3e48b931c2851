//! Where a harvest asks: never inside a network of ours, whatever a portal says, and a key goes to its portal alone.

use trial::Stub;

use crate::portal::{Portal, Route, asked_header, catalogue, harvest, report};

const URL: &str = "http://data.test.org/cat.ttl";

/// What nobody may reach.
fn canary() -> Stub {
    Stub::always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
}

/// A host in all the spellings that hide an address, but its port.
fn hosts() -> Vec<String> {
    let spellings = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "①②⑦.⓪.⓪.①",
        "0",
        "localhost",
        "LOCALHOST.",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.168.0.1",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "224.0.0.1",
        "255.255.255.255",
    ];
    spellings.map(str::to_owned).into()
}

#[test]
fn a_private_source_is_wrong_usage() {
    let canary = canary();
    let port = canary.url().rsplit_once(':').unwrap().1.to_owned();
    for host in hosts() {
        let run = harvest("dcat", &format!("http://{host}:{port}/cat.ttl"));
        let finished = run.run().expect_code(2);
        assert!(finished.hint().contains("--allow-private"), "{finished}");
        assert!(!run.folder().join("out").exists(), "{finished}");
    }
    assert_eq!(canary.requests().len(), 0);
    let run = harvest("dcat", &format!("{}/cat.json", canary.url())).args(["--allow-private"]);
    assert_ne!(run.run().code, 2);
    assert_eq!(canary.requests().len(), 1);
}

#[test]
fn a_next_page_in_a_private_network_is_not_asked_for() {
    let canary = canary();
    let port = canary.url().rsplit_once(':').unwrap().1.to_owned();
    let odd =
        ["ftp://data.test.org/2.ttl", "http://me:word@data.test.org/2.ttl", "file:///etc/passwd"].map(str::to_owned);
    let targets = hosts().into_iter().filter(|host| host.is_ascii()).map(|host| format!("http://{host}:{port}/2.ttl"));
    for target in targets.chain(odd) {
        let page = Route::turtle("/cat.ttl", &catalogue(&[("a", "A")], Some(&target)));
        let portal = Portal::start([page]);
        let run = portal.harvest("dcat", URL);
        let finished = run.run();
        assert_eq!(finished.code, 65, "{target}\n{finished}");
        assert!(!finished.stderr.contains("word"), "{finished}");
        assert_eq!(report(&run)["job"]["status"], "failed");
        assert!(!run.folder().join("out/datasets.jsonl").exists());
        assert_eq!(portal.asked().len(), 1, "{finished}");
    }
    assert_eq!(canary.requests().len(), 0);
}

#[test]
fn a_redirect_is_followed_where_it_is_allowed_and_never_inside() {
    let canary = canary();
    let port = canary.url().rsplit_once(':').unwrap().1.to_owned();
    let there = Route::turtle("/there.ttl", &catalogue(&[("a", "A")], None));
    let redirect = |target: &str| Route::new("/cat.ttl", "text/plain", "").status(302).header("location", target);
    let portal = Portal::start([redirect("/there.ttl"), there]);
    let run = portal.harvest("dcat", URL);
    let finished = run.run().expect_code(65);
    assert!(finished.hint().contains("http://data.test.org/there.ttl"), "{finished}");
    portal.harvest("dcat", URL).args(["--follow"]).run().expect_code(0);
    for host in hosts() {
        portal.routes.set([redirect(&format!("http://{host}:{port}/"))]);
        let finished = portal.harvest("dcat", URL).args(["--follow"]).run();
        assert_eq!(finished.code, 65, "{host}\n{finished}");
    }
    assert_eq!(canary.requests().len(), 0);
    portal.routes.set((0..7).map(|nth| Route {
        path: if nth == 0 { "/cat.ttl".into() } else { format!("/{nth}") },
        ..redirect(&format!("/{}", nth + 1))
    }));
    let count = portal.asked().len();
    portal.harvest("dcat", URL).args(["--follow"]).run().expect_code(65);
    assert_eq!(portal.asked_since(count).len(), 6, "five redirects are followed");
}

#[test]
fn a_key_goes_to_its_portal_alone_and_is_written_nowhere() {
    let key = "cle-tres-secrete";
    let search = |body: &str| Route::new("/api/3/action/package_search", "application/json", body);
    let portal = Portal::start([search(r#"{"success": true, "result": {"count": 0, "results": []}}"#)]);
    let ckan = portal.harvest("ckan", "http://ckan.test.org/").env("CATALOG_API_KEY", key);
    let finished = ckan.args(["--log-level", "trace"]);
    let run = finished.clone();
    let finished = finished.run().expect_code(0);
    assert_eq!(asked_header(&portal.heads()[0], "authorization"), Some(key));
    assert!(!finished.stderr.contains(key) && !finished.stdout.contains(key), "{finished}");
    for path in crate::portal::tree(run.folder()) {
        let content = std::fs::read(&path).unwrap();
        assert!(!String::from_utf8_lossy(&content).contains(key), "{}", path.display());
    }
    // Another dialect has no keys, and a redirect gets none.
    portal.routes.set([Route::turtle("/cat.ttl", &catalogue(&[("a", "A")], None))]);
    portal.harvest("dcat", URL).env("CATALOG_API_KEY", key).run().expect_code(0);
    assert_eq!(asked_header(portal.heads().last().unwrap(), "authorization"), None);
    let elsewhere = canary();
    portal.routes.set([search("").status(302).header("location", &elsewhere.url())]);
    let run = portal.harvest("ckan", "http://ckan.test.org/").args(["--follow", "--allow-private"]);
    run.env("CATALOG_API_KEY", key).run().expect_code(65);
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn what_stands_in_is_asked_in_the_source_s_name() {
    let portal = Portal::start([Route::turtle("/cat.ttl", &catalogue(&[("a", "A")], None))]);
    let run = portal.harvest("dcat", "https://data.test.org/cat.ttl");
    run.run().expect_code(0);
    let head = &portal.heads()[0];
    assert_eq!(asked_header(head, "host"), Some("data.test.org"));
    assert!(asked_header(head, "user-agent").unwrap().starts_with("collecte/"));
    assert!(asked_header(head, "accept").unwrap().contains("text/turtle"));
    assert_eq!(asked_header(head, "accept-encoding"), Some("gzip"));
    let text = std::fs::read_to_string(run.folder().join("out/datasets.jsonl")).unwrap();
    assert!(!text.contains("127.0.0.1"), "{text}");
}
