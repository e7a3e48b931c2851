//! What is told: the report, the page as HTML5, findings, and no contact anywhere but in the data.

use std::cell::RefCell;
use std::collections::BTreeMap;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use serde_json::{Value, json};

use crate::portal::{Portal, Route, catalogue, lines, out, read, report, tree};

const URL: &str = "http://data.test.org/cat.ttl";

/// A catalogue with an error, warnings, contacts, and titles that look like markup.
fn motley() -> String {
    catalogue(&[("a", "<script>alert(1)</script> & co"), ("b", "B")], None)
        + "@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .\n\
           ex:b dct:modified \"n'importe quoi personne@example.org\" ; dct:accrualPeriodicity \"parfois\" ;\n\
             dcat:contactPoint [ vcard:fn \"Personne UN\" ; vcard:hasEmail <mailto:personne.un@example.org> ] ,\n\
               [ vcard:fn \"Personne DEUX\" ; vcard:hasEmail \"pas une adresse\" ] .\n\
           ex:b2 a dcat:Dataset ; dct:identifier \"b\" ; dct:title \"Encore\" .\n\
           ex:c a dcat:Dataset ; dct:identifier \"c\" .\n"
}

#[test]
fn a_report_says_in_numbers_what_came() {
    let portal = Portal::start([Route::turtle("/cat.ttl", &motley())]);
    let run = portal.harvest("dcat", URL).args(["--now", "2026-03-01T10:00:00Z"]);
    let receipt = run.run().expect_code(0).receipt();
    let report = report(&run);
    let keys: Vec<_> = report.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "schema",
            "step",
            "input",
            "harvested_at",
            "job",
            "items",
            "changes",
            "datasets",
            "dataservices",
            "levels",
            "rules",
            "coverage",
            "requests"
        ]
    );
    assert_eq!(report["schema"], "collecte.report/1");
    assert_eq!(report["harvested_at"], "2026-03-01T10:00:00Z");
    assert_eq!(report["input"]["format"], "Turtle");
    assert_eq!(report["job"], json!({"status": "done-errors", "complete": true, "errors": []}));
    assert_eq!(report["items"], json!({"done": 2, "failed": 1, "skipped": 1, "archived": 0}));
    assert_eq!(report["datasets"], json!({"active": 2, "archived": 0, "resources": 2}));
    for (of, key) in [("items", "items"), ("changes", "changes"), ("findings", "levels")] {
        assert_eq!(receipt[of], report[key]);
    }
    let coverage = report["coverage"].as_array().unwrap();
    let of = |field: &str| coverage.iter().find(|entry| entry["field"] == field).unwrap();
    assert_eq!((&of("harvest.modified_at")["lost"], &of("harvest.modified_at")["total"]), (&json!(1), &json!(2)));
    assert_eq!(coverage.len(), 19);
    let records: Vec<_> = lines(&run, "findings.jsonl").iter().map(|finding| finding["record"].clone()).collect();
    assert!(records.windows(2).all(|two| two[0].as_u64() <= two[1].as_u64()), "{records:?}");
    let counted: u64 = report["rules"].as_array().unwrap().iter().map(|rule| rule["count"].as_u64().unwrap()).sum();
    assert_eq!(counted, records.len() as u64);
}

#[test]
fn no_contact_is_told_anywhere_but_in_the_data() {
    let portal = Portal::start([Route::turtle("/cat.ttl", &motley())]);
    let run = portal.harvest("dcat", URL);
    let finished = run.run().expect_code(0);
    assert!(read(&run, "datasets.jsonl").contains("personne.un@example.org"));
    for path in tree(&out(&run)) {
        let text = std::fs::read_to_string(&path).unwrap();
        if !path.ends_with("datasets.jsonl") {
            assert!(!text.contains("@example.org") && !text.contains("Personne"), "{}: {text}", path.display());
        }
    }
    assert!(!finished.stderr.contains("@example.org") && !finished.stderr.contains("Personne"), "{finished}");
    // Nor of what a portal says when it refuses.
    portal.routes.set([Route::new("/cat.ttl", "text/plain", "appelez le 01 23 45 67 89, a@example.org").status(404)]);
    let finished = run.run().expect_code(69);
    for text in [finished.stderr, read(&run, "report.json"), read(&run, "report.html")] {
        assert!(!text.contains("a@example.org") && !text.contains("01 23"), "{text}");
    }
}

/// The texts of a page, and what a parser that knows HTML5 has to say against it.
fn parse(page: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
    assert!(page.starts_with("<!DOCTYPE html>"));
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() });
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let Sink { errors, texts, links, open, .. } = tokenizer.sink;
    assert_eq!(open.into_inner(), [""; 0], "all that opened has closed");
    (errors.into_inner(), texts.into_inner(), links.into_inner())
}

#[test]
fn the_page_is_html5_and_has_the_numbers_of_the_report() {
    let portal = Portal::start([Route::turtle("/cat.ttl", &motley())]);
    let run = portal.harvest("dcat", URL);
    run.run().expect_code(0);
    let (page, report) = (read(&run, "report.html"), report(&run));
    let (errors, texts, links) = parse(&page);
    assert!(errors.is_empty(), "{errors:?}");
    assert!(
        links.iter().all(|link| link.starts_with("http://") || link.starts_with("https://") || link.starts_with('#')),
        "{links:?}"
    );
    assert!(!page.contains("<script>"), "what the portal wrote is text");
    assert!(texts.iter().any(|text| text == "<script>alert(1)</script> & co"));
    let after = |name: &str| texts.iter().skip_while(|text| text.as_str() != name).nth(1).cloned().unwrap_or_default();
    let numbers: BTreeMap<&str, &Value> = [
        ("Éléments moissonnés", &report["items"]["done"]),
        ("Éléments en échec", &report["items"]["failed"]),
        ("Éléments laissés de côté", &report["items"]["skipped"]),
        ("Inchangés", &report["changes"]["unchanged"]),
        ("Jeux de données actifs", &report["datasets"]["active"]),
        ("Ressources des jeux actifs", &report["datasets"]["resources"]),
    ]
    .into();
    for (name, number) in numbers {
        assert_eq!(after(name), number.to_string(), "{name}");
    }
    for rule in report["rules"].as_array().unwrap() {
        assert!(texts.iter().any(|text| text == rule["rule"].as_str().unwrap()), "{rule}");
    }
    let english = portal.harvest("dcat", URL).args(["--lang", "en"]);
    english.run().expect_code(0);
    assert!(read(&english, "report.html").contains("Items harvested"));
    assert!(
        lines(&english, "findings.jsonl")
            .iter()
            .any(|finding| finding["message"] == "the date cannot be read: it is left out")
    );
}

#[test]
fn errors_of_the_job_are_told_for_humans_and_details_are_folded() {
    let portal = Portal::start([Route::new("/cat.ttl", "text/plain", "").status(503)]);
    let run = portal.harvest("dcat", URL);
    run.run().expect_code(69);
    let error = &report(&run)["job"]["errors"][0];
    assert_eq!(error["message"], "Le portail répond par une erreur (HTTP 503).");
    assert_eq!(error["hint"], "Relancez le moissonnage plus tard.");
    assert!(
        error["details"][0].as_str().unwrap().starts_with("could not harvest `http://data.test.org/cat.ttl`"),
        "{error}"
    );
    let page = read(&run, "report.html");
    let (errors, texts, _) = parse(&page);
    assert!(errors.is_empty(), "{errors:?}");
    assert!(texts.iter().any(|text| text == "Le portail répond par une erreur (HTTP 503)."));
    assert!(page.contains("<details><summary>Détails techniques</summary>"));
}

#[test]
fn a_long_list_is_cut_and_says_how_many_more() {
    let ids: Vec<_> = (0..205).map(|nth| format!("d{nth}")).collect();
    let datasets: Vec<_> = ids.iter().map(|id| (id.as_str(), "Titre")).collect();
    let portal = Portal::start([Route::turtle("/cat.ttl", &catalogue(&datasets, None))]);
    let run = portal.harvest("dcat", URL);
    run.run().expect_code(0);
    let page = read(&run, "report.html");
    assert_eq!(page.matches("<td data-name=\"Titre\">Titre</td>").count(), 200);
    assert!(page.contains("et 5 de plus"));
}

#[test]
fn advice_is_given_where_another_address_is_probably_meant() {
    let portal = Portal::start([Route::new("/srv/fre/csw", "application/xml", "<csw/>")]);
    let run = portal.harvest("dcat", "http://data.test.org/srv/fre/csw");
    run.run().expect_code(65);
    assert!(read(&run, "report.json").contains("http://data.test.org/srv/fre/rdf.search"));
    let finished = portal.harvest("ods", "http://ville.opendatasoft.com/").run().expect_code(69);
    assert!(finished.stderr.contains("public address"), "{finished}");
}

/// Listens to a tokenizer: its errors, the texts, where links lead, and whether elements close as they opened.
#[derive(Default)]
struct Sink {
    errors: RefCell<Vec<String>>,
    texts: RefCell<Vec<String>>,
    links: RefCell<Vec<String>>,
    open: RefCell<Vec<String>>,
    text: RefCell<String>,
}

impl Sink {
    fn tag(&self, tag: &Tag) {
        self.end_text();
        let name = tag.name.to_string();
        let mut open = self.open.borrow_mut();
        let is_void = ["meta", "link", "br", "hr", "img", "input"].contains(&name.as_str());
        let ends_paragraph = ["p", "ul", "dl", "table", "section", "article", "details", "h1", "h2", "h3", "header"];
        match tag.kind {
            TagKind::StartTag => {
                if open.last().is_some_and(|top| top == "p") && ends_paragraph.contains(&name.as_str()) {
                    self.errors.borrow_mut().push(format!("<{name}> in <p>"));
                }
                self.links.borrow_mut().extend(
                    tag.attrs
                        .iter()
                        .filter(|attribute| matches!(attribute.name.local.as_ref(), "href" | "src" | "action"))
                        .map(|attribute| attribute.value.to_string()),
                );
                if !is_void {
                    open.push(name);
                }
            }
            TagKind::EndTag => {
                let opened = open.pop();
                if opened.as_ref() != Some(&name) {
                    self.errors.borrow_mut().push(format!("</{name}> ends {opened:?}"));
                }
            }
        }
    }

    fn end_text(&self) {
        let text = std::mem::take(&mut *self.text.borrow_mut());
        if !text.trim().is_empty() {
            self.texts.borrow_mut().push(text.trim().to_owned());
        }
    }
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                self.tag(&tag);
                if tag.kind == TagKind::StartTag && &*tag.name == "style" {
                    return TokenSinkResult::RawData(RawKind::Rawtext);
                }
            }
            Token::CharacterTokens(text) => self.text.borrow_mut().push_str(&text),
            Token::ParseError(why) => self.errors.borrow_mut().push(why.to_string()),
            Token::NullCharacterToken => self.errors.borrow_mut().push("a NUL".to_owned()),
            Token::DoctypeToken(_) | Token::CommentToken(_) | Token::EOFToken => {}
        }
        TokenSinkResult::Continue
    }
}
