//! Portals that mean harm: refused, said why, soon, and without a file that looks like data.

use nix::sys::resource::{UsageWho, getrusage};
use trial::{Finished, children_cpu_s};

use crate::portal::{Portal, Route, catalogue, out, report};
use crate::raw::{Flow, Raw, early_hints};

const LEVELS: usize = 100_000;

/// The harvest of a body fails with that code, and says why.
#[track_caller]
fn refuse(content_type: &str, body: impl Into<Vec<u8>>, code: i32) -> Finished {
    let portal = Portal::start([Route::new("/cat", content_type, body)]);
    let run = portal.harvest("dcat", "http://data.test.org/cat");
    let finished = run.run().expect_code(code);
    assert!(!out(&run).join("datasets.jsonl").exists(), "{finished}");
    let job = &report(&run)["job"];
    assert_eq!(job["status"], "failed", "{finished}");
    assert!(!job["errors"][0]["message"].as_str().unwrap().is_empty());
    finished
}

#[test]
fn entities_that_grow_or_lead_elsewhere_are_refused() {
    let rdf = |doctype: &str, text: &str| {
        format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE rdf:RDF [{doctype}]>\n<rdf:RDF \
             xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:dct=\"http://purl.org/dc/terms/\" \
             xmlns:dcat=\"http://www.w3.org/ns/dcat#\"><dcat:Dataset rdf:about=\"http://a.fr/1\"><dct:title>{text}</dct:title>\
             <dct:identifier>1</dct:identifier></dcat:Dataset></rdf:RDF>"
        )
    };
    let mut laughs = "<!ENTITY l0 \"lol\">".to_owned();
    for nth in 1..10 {
        laughs.push_str(&format!("<!ENTITY l{nth} \"{}\">", format!("&l{};", nth - 1).repeat(10)));
    }
    let long = format!("<!ENTITY l \"{}\">", "x".repeat(1 << 20));
    for (doctype, text) in [
        (laughs, "&l9;".to_owned()),
        (long, "&l;".repeat(1_000)),
        ("<!ENTITY f SYSTEM \"file:///etc/passwd\">".to_owned(), "&f;".to_owned()),
        ("<!ENTITY f SYSTEM \"http://127.0.0.1/\">".to_owned(), "&f;".to_owned()),
    ] {
        refuse("application/rdf+xml", rdf(&doctype, &text), 65);
    }
    // Plain ones are read.
    let portal = Portal::start([Route::new("/cat", "application/rdf+xml", rdf("<!ENTITY t \"Titre\">", "&t;"))]);
    let run = portal.harvest("dcat", "http://data.test.org/cat");
    run.run().expect_code(0);
    assert!(std::fs::read_to_string(out(&run).join("datasets.jsonl")).unwrap().contains("\"title\":\"Titre\""));
}

#[test]
fn what_is_nested_without_end_is_refused_in_every_format() {
    let nested = |open: &str, close: &str| [open.repeat(LEVELS), close.repeat(LEVELS)];
    let [open, close] = nested("[ <http://a.fr/p> ", "]");
    let turtle = format!("<http://a.fr/s> <http://a.fr/p> {open}1{close} .");
    for media in ["text/turtle", "text/n3", "application/trig"] {
        refuse(media, turtle.clone(), 65);
    }
    let [open, close] = nested("(", ")");
    refuse("text/turtle", format!("<http://a.fr/s> <http://a.fr/p> {open}1{close} ."), 65);
    let [open, close] = nested("{\"http://a.fr/p\":", "}");
    refuse("application/ld+json", format!("{open}1{close}"), 65);
    let [open, close] = nested("[", "]");
    refuse("application/ld+json", format!("{open}1{close}"), 65);
    let [open, close] = nested("<a:b><a:c>", "</a:c></a:b>");
    let xml = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:a=\"http://a.fr/\">";
    refuse("application/rdf+xml", format!("{xml}{open}1{close}</rdf:RDF>"), 65);
    let triple = "<<( ".repeat(LEVELS);
    refuse("application/n-triples", format!("<http://a.fr/s> <http://a.fr/p> {triple}"), 65);
    for dialect in ["ckan", "dkan", "ods"] {
        let deep = |path: &str| Route::new(path, "application/json", "[".repeat(LEVELS));
        let paths = ["/api/3/action/package_search", "/api/3/action/package_list", "/api/datasets/1.0/search/"];
        let portal = Portal::start(paths.map(deep));
        portal.harvest(dialect, "http://data.test.org/").run().expect_code(65);
    }
}

/// Some kilobytes of gzip that become hundreds of megabytes: one letter, then copies of it.
fn gzip_bomb() -> Vec<u8> {
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let (mut held, mut count) = (0_u64, 0);
    let mut put = |bytes: &mut Vec<u8>, bits: u64, length: u32| {
        held |= bits << count;
        count += length;
        while count >= 8 {
            bytes.push(held as u8);
            held >>= 8;
            count -= 8;
        }
    };
    // The last block, of fixed codes; `a`; then copies of 258 bytes from one byte back. Codes stand highest bit first.
    put(&mut bytes, 0b011, 3);
    put(&mut bytes, 0b1000_1001, 8);
    for _ in 0..(1 << 20) {
        put(&mut bytes, u64::from(0b1100_0101_u8.reverse_bits()), 8);
        put(&mut bytes, 0, 5);
    }
    bytes
}

#[test]
fn a_body_over_the_limit_is_refused_however_it_comes() {
    let bomb = Route::new("/cat", "text/turtle", gzip_bomb()).header("content-encoding", "gzip");
    let portal = Portal::start([bomb]);
    let run = portal.harvest("dcat", "http://data.test.org/cat");
    let finished = run.run().expect_code(65);
    assert!(finished.failure().contains("128 MiB"), "{finished}");
    assert_eq!(report(&run)["requests"]["sent"], 1, "it is not asked for again");
    // A whole gibibyte, announced or not.
    for head in ["Content-Length: 1073741824\r\n", ""] {
        let server = Raw::start(format!("HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\n{head}\r\n"), Flow::Flood);
        server.harvest().run().expect_code(65);
    }
    let small = Portal::start([Route::new("/cat", "text/turtle", vec![b' '; 3 << 20])]);
    small.harvest("dcat", "http://data.test.org/cat").args(["--max-page-mib", "2"]).run().expect_code(65);
}

#[test]
fn a_portal_that_trickles_or_whose_head_never_ends_is_left() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\n\r\n".to_owned();
    for begin in [head, "HTTP/1.1 200 OK\r\nX-A: ".to_owned()] {
        let server = Raw::start(begin, Flow::Trickle);
        let finished = server.harvest().args(["--answer-s", "1"]).run().expect_code(69);
        assert_eq!(server.connections(), 1, "it would take as long again: {finished}");
    }
    let server = Raw::start("HTTP/1.1 200 OK\r\n".to_owned(), Flow::Heads);
    server.harvest().run().expect_code(65);
}

#[test]
fn pages_that_never_end_are_left_and_what_came_is_kept() {
    // Each page names a next one that nobody has asked for, and brings nothing new.
    let pages = (0..50).map(|nth| {
        let text = catalogue(&[("a", "A")], Some(&format!("/{}.ttl", nth + 1)));
        Route::turtle(&format!("/{nth}.ttl"), &format!("{text}# {nth}\n"))
    });
    let portal = Portal::start(pages);
    let run = portal.harvest("dcat", "http://data.test.org/0.ttl");
    run.run().expect_code(65);
    assert_eq!(portal.asked().len(), 4, "the first, and three that bring nothing");
    assert_eq!(report(&run)["job"]["complete"], false);
    assert!(out(&run).join("datasets.jsonl").exists(), "what came is written");
    // The same bytes at another address.
    let same = catalogue(&[("a", "A")], Some("http://data.test.org/1.ttl"));
    portal.routes.set([Route::turtle("/0.ttl", &same), Route::turtle("/1.ttl", &same)]);
    let count = portal.asked().len();
    run.run().expect_code(65);
    assert_eq!(portal.asked_since(count).len(), 2);
    // A number that grows without end.
    let text = |nth: usize| catalogue(&[(&format!("n{nth}"), "N")], Some(&format!("/{}.ttl", nth + 1)));
    portal.routes.set((0..9).map(|nth| Route::turtle(&format!("/{nth}.ttl"), &text(nth))));
    run.clone().args(["--max-pages", "5"]).run().expect_code(65);
    assert_eq!(report(&run)["items"]["done"], 5);
}

#[test]
fn a_context_that_would_have_to_be_fetched_is_named_and_not_fetched() {
    let elsewhere = Raw::start(String::new(), Flow::Trickle);
    let context = format!("http://127.0.0.1:{}/context.jsonld", elsewhere.port);
    let finished = refuse("application/ld+json", format!("{{\"@context\": \"{context}\", \"@id\": \"a\"}}"), 65);
    assert!(finished.stderr.contains(&context), "{finished}");
    assert_eq!(elsewhere.connections(), 0);
}

/// What a portal sends that is all one piece, in the middle of something sound: longer than any may be.
const LONG: usize = 17 << 20;

fn long_page(dialect: &str, content_type: &str, words: [&str; 2], byte: u8) -> Finished {
    repeated_page(dialect, content_type, words, &char::from(byte).to_string().repeat(64 << 10), LONG / (64 << 10))
}

/// A page that says the same over and over between two words is refused.
fn repeated_page(dialect: &str, content_type: &str, [begin, end]: [&str; 2], piece: &str, times: usize) -> Finished {
    let length = begin.len() + piece.len() * times + end.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{begin}");
    let server = Raw::start(head, Flow::Repeated { piece: piece.to_owned(), times, end: end.to_owned() });
    let run = server.harvest_as(dialect);
    let finished = run.run().expect_code(65);
    assert!(!out(&run).join("datasets.jsonl").exists(), "{finished}");
    assert_eq!(report(&run)["job"]["status"], "failed", "{finished}");
    finished
}

#[test]
fn what_goes_on_for_ever_in_one_piece_is_refused() {
    let turtle = "<http://a.fr/1> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/identifier> \"1\" ; \
                  <http://purl.org/dc/terms/title> ";
    let text = [&format!("{turtle}\""), "\" ."];
    for media in ["text/turtle", "text/n3", "application/trig"] {
        long_page("dcat", media, text, b'x');
    }
    long_page("dcat", "text/turtle", [turtle, "\"1\" ."], b' ');
    long_page("dcat", "text/turtle", [&format!("{turtle}<"), "> ."], b'x');
    let line = ["<http://a.fr/1> <http://purl.org/dc/terms/title> \"", "\" .\n"];
    long_page("dcat", "application/n-triples", line, b'x');
    let xml = "<r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:d=\"http://purl.org/dc/terms/\">\
               <r:Description r:about=\"http://a.fr/1\"><d:title>";
    long_page("dcat", "application/rdf+xml", [xml, "</d:title></r:Description></r:RDF>"], b'x');
    let json = "{\"@id\": \"http://a.fr/1\", \"http://purl.org/dc/terms/title\": \"";
    long_page("dcat", "application/ld+json", [json, "\"}"], b'x');
    // Blanks and nothing else are no page.
    for media in ["text/turtle", "application/rdf+xml"] {
        long_page("dcat", media, ["", ""], b' ');
    }
    let package =
        "{\"success\": true, \"result\": {\"count\": 1, \"results\": [{\"id\": \"a\", \"name\": \"a\", \"notes\": \"";
    long_page("ckan", "application/json", [package, "\", \"title\": \"A\", \"resources\": []}]}}"], b'x');
    long_page("ckan", "application/json", ["{\"success\": ", "true}"], b' ');
}

/// Pages whose every piece is short enough, and which are under the limit of a page.
#[test]
fn what_is_too_much_altogether_is_refused_within_256_mib() {
    let text = "x".repeat(15 << 20);
    let turtle = "<http://a.fr/1> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/description> ";
    repeated_page("dcat", "text/turtle", [turtle, "1 ."], &format!("\"{text}\" , "), 8);
    let xml =
        "<r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:d=\"http://purl.org/dc/terms/\"><!-- -->";
    let title = format!("<r:Description><d:title>{text}</d:title></r:Description>");
    repeated_page("dcat", "application/rdf+xml", [xml, "</r:RDF>"], &title, 8);
    let node = format!("{{\"http://purl.org/dc/terms/title\": \"{text}\"}},");
    repeated_page("dcat", "application/ld+json", ["[", "{}]"], &node, 8);
    // What is many times as large as a tree, or as a table, as it is on the page.
    repeated_page("dcat", "application/ld+json", ["{\"http://a.fr/p\": [", "1.5]}"], &"0,".repeat(1 << 20), 8);
    repeated_page("dcat", "text/turtle", ["", ""], &"<a:a> a <a:b> , <a:c> .\n".repeat(1 << 15), 50);
    repeated_page("dcat", "text/turtle", ["", ""], &"[] a <http://www.w3.org/ns/dcat#Dataset> .\n".repeat(1 << 13), 17);
    let [begin, end] = ["{\"success\": true, \"result\": {\"count\": 1, \"results\": [", "0]}}"];
    repeated_page("ckan", "application/json", [begin, end], &"0,".repeat(1 << 20), 8);
    let package = format!("{begin}{{\"id\": \"a\", \"name\": \"a\", \"extras\": [");
    repeated_page("ckan", "application/json", [&package, "0]}]}}"], &"0,".repeat(1 << 20), 8);
    repeated_page("ckan", "application/json", [&package, "0]}]}}"], &format!("\"{text}\","), 2);
    repeated_page("dkan", "application/json", ["{\"result\": [", "0]}"], &"\"a\",".repeat(1 << 19), 8);
    repeated_page("ods", "application/json", ["{\"nhits\": 1, \"datasets\": [", "0]}"], &"0,".repeat(1 << 20), 8);
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss() >> 10;
    assert!(peak < 256, "{peak} MiB");
}

/// Services wait for the end of all pages, and what items are known by is wanted until then.
#[test]
fn what_many_pages_leave_behind_takes_no_more_memory_than_one() {
    let next = |nth: usize| catalogue(&[(&format!("n{nth}"), "N")], Some(&format!("/{}.ttl", nth + 1)));
    let text = "x".repeat(5 << 20);
    let page = |nth: usize, more: &str| Route::turtle(&format!("/{nth}.ttl"), &(next(nth) + more));
    let services = |nth: usize| {
        page(
            nth,
            &format!(
                "ex:s{nth} a dcat:DataService ; dct:identifier \"s{nth}\" ; dct:title \"S\" ; dct:description \"{text}\" .\n"
            ),
        )
    };
    let portal = Portal::start((0..5).map(services));
    let [of_one, of_five] = [1, 5].map(|pages: usize| {
        let run = portal.harvest("dcat", "http://data.test.org/0.ttl");
        let (finished, peak) = run.clone().args(["--max-pages".to_owned(), pages.to_string()]).start().wait_and_watch();
        let finished = finished.expect_code(65);
        assert_eq!(report(&run)["dataservices"]["active"], pages, "{finished}");
        peak
    });
    assert!(of_five < of_one + 12.0, "{of_one} MiB of one page, {of_five} of five");
    let identifiers = |nth: usize| {
        let long = &text[..3 << 20];
        page(nth, &format!("ex:l{nth} a dcat:Dataset ; dct:identifier \"{nth}{long}\" ; dct:title \"L\" .\n"))
    };
    portal.routes.set((0..8).map(identifiers));
    let finished = portal.harvest("dcat", "http://data.test.org/0.ttl").run().expect_code(65);
    assert!(finished.failure().contains("identifiers: they are far too long"), "{finished}");
}

/// An address that all datasets share counts for each of them, and what is wrong with one of them is told as often.
#[test]
fn what_a_page_says_over_and_over_in_few_words_is_refused() {
    let dataset = |nth: usize, keyword: &str| {
        format!("ex:k{nth} a dcat:Dataset ; dct:identifier \"k{nth}\" ; dct:title \"K\" ; dcat:keyword {keyword} .\n")
    };
    let shared: String = (0..300).map(|nth| dataset(nth, "l:a")).collect();
    let prefix = format!("@prefix l: <http://a.fr/{}> .\n", "x".repeat(4 << 20));
    let wrong = dataset(0, &format!("{}<a:b>", "<a:b>,".repeat(1 << 16)));
    for text in [prefix + &shared, wrong] {
        let portal = Portal::start([Route::turtle("/0.ttl", &(catalogue(&[], None) + &text))]);
        let run = portal.harvest("dcat", "http://data.test.org/0.ttl");
        let (finished, peak) = run.start().wait_and_watch();
        let finished = finished.expect_code(65);
        assert_eq!(report(&run)["job"]["status"], "failed", "{finished}");
        assert!(peak < 128.0, "{peak} MiB: {finished}");
    }
}

#[test]
fn a_portal_that_only_ever_says_to_go_on_is_left_soon() {
    let server = Raw::start(early_hints(), Flow::GoOn);
    // Nobody waits for the wait to end, however slow this machine is.
    let run = server.harvest().args(["--stall-s", "600"]);
    let finished = run.run().expect_code(65);
    assert!(children_cpu_s() < 10.0, "{finished}");
    assert!(finished.failure().contains("the head of its answer does not end"), "{finished}");
    assert_eq!(server.connections(), 1, "it would say the same again: {finished}");
    let error = &report(&run)["job"]["errors"][0];
    assert_eq!(error["message"], "L'en-tête de la réponse du portail ne finit pas.", "{finished}");
}
