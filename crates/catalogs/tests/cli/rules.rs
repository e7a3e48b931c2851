//! Every rule of the contract is met by some portal, and no other.

use std::collections::BTreeSet;

use serde_json::json;
use trial::Run;

use crate::portal::{Portal, Route, catalogue, lines, report};

const URL: &str = "http://data.test.org/cat.ttl";

/// As the contract lists them.
const RULES: [&str; 35] = [
    "item.no_identifier",
    "item.no_title",
    "item.no_resource",
    "item.inspire",
    "item.duplicate",
    "item.invalid",
    "item.unavailable",
    "date.unreadable",
    "date.future",
    "temporal.unreadable",
    "temporal.elsewhere",
    "spatial.unreadable",
    "spatial.shape",
    "spatial.unsound",
    "frequency.unknown",
    "keyword.iri",
    "contact.literal",
    "contact.empty",
    "contact.email",
    "contact.form",
    "contact.unreachable",
    "schema.url",
    "doi.several",
    "resource.no_url",
    "resource.url",
    "resource.literal",
    "resource.type",
    "resource.type_unknown",
    "size.unreadable",
    "checksum.algorithm",
    "identifier.changed",
    "catalogue.empty",
    "catalogue.shrunk",
    "catalogue.count",
    "encoding.guessed",
];

/// A catalogue in which nothing is as it should be.
const MOTLEY: &str = r#"@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix gsp: <http://www.opengis.net/ont/geosparql#> .
ex:cat hydra:totalItems 99 .
ex:x a dcat:Dataset ; dct:title "Sans identifiant" .
ex:y a dcat:Dataset ; dct:identifier "y" .
ex:d a dcat:Dataset ; dct:identifier "d" ; dct:title "Été" ; dct:created "hier" ; dct:modified "2999-01-01" ;
  dct:temporal "toujours" , <http://ailleurs.test.org/p> ; dct:accrualPeriodicity "parfois" ; dcat:keyword <http://mot> ;
  dct:spatial "POINT(2 48)"^^gsp:wktLiteral , [ dcat:bbox "POLYGON((2 48,3 48"^^gsp:wktLiteral ] ,
    "POLYGON((652000 0,1 0,1 1,652000 0))"^^gsp:wktLiteral ;
  dct:conformsTo "rien" ; adms:identifier "doi:10.1234/a" , "doi:10.1234/b" ; dct:publisher <http://ailleurs.test.org/org> ;
  dcat:contactPoint "Service" , [ vcard:fn "S" ; vcard:hasEmail "nope" ; vcard:hasURL "nope" ] ;
  dcat:distribution "texte" , [ dct:title "vide" ] , [ dcat:accessURL "pas une url" ] ,
    [ dcat:downloadURL <http://x.fr/a.csv> ; dcat:byteSize "12 Mo" ;
      spdx:checksum [ spdx:algorithm <http://spdx.org/rdf/terms#checksumAlgorithm_sha512> ; spdx:checksumValue "ab" ] ] .
ex:z a dcat:Dataset ; dct:identifier "d" ; dct:title "Encore" .
"#;

/// Runs it, and gives the rules that it met.
fn met(run: &Run) -> Vec<String> {
    run.run();
    let findings = lines(run, "findings.jsonl");
    findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

fn turtle(text: &str) -> [Route; 1] {
    [Route::turtle("/cat.ttl", text)]
}

#[test]
fn each_rule_is_met_and_no_other() {
    let mut all = BTreeSet::new();
    // Latin-1, of which nobody says so.
    let latin: Vec<u8> = (catalogue(&[], None) + MOTLEY).chars().map(|sign| sign as u8).collect();
    let portal = Portal::start([Route::new("/cat.ttl", "text/turtle", latin)]);
    all.extend(met(&portal.harvest("dcat", URL)));

    let packages = [
        json!({"id": "a", "name": "a", "title": "A", "resources": []}),
        json!({"id": "b", "name": "b", "title": " ", "resources": []}),
        json!({"id": "c", "name": "c", "title": "C", "resources": [
            {"id": "1", "url": "http://x.fr/", "resource_type": "documentation"},
            {"id": "2", "url": "http://x.fr/", "resource_type": "inconnu"}]}),
    ];
    let search = json!({"success": true, "result": {"count": 3, "results": packages}});
    portal.routes.set([Route::json("/api/3/action/package_search", &search)]);
    all.extend(met(&portal.harvest("ckan", "http://data.test.org/")));

    portal.routes.set([Route::json("/api/3/action/package_list", &json!({"success": true, "result": ["n"]}))]);
    all.extend(met(&portal.harvest("dkan", "http://data.test.org/")));

    let dataset =
        json!({"datasetid": "i", "has_records": true, "metas": {"title": "I"}, "interop_metas": {"inspire": {"a": 1}}});
    portal.routes.set([Route::json("/api/datasets/1.0/search/", &json!({"nhits": 1, "datasets": [dataset]}))]);
    all.extend(met(&portal.harvest("ods", "http://data.test.org/")));

    let run = portal.harvest("dcat", URL);
    portal.routes.set(turtle(&catalogue(&[("a", "A"), ("b", "B"), ("c", "C")], None)));
    all.extend(met(&run));
    // Two of three are missing, one of which has another identifier now.
    portal.routes.set(turtle(&catalogue(&[("neuf", "A")], None).replace("neuf.csv", "a.csv")));
    all.extend(met(&run));
    portal.routes.set(turtle(&catalogue(&[], None)));
    all.extend(met(&run));
    let all: Vec<_> = all.iter().map(String::as_str).collect();
    assert_eq!(all, RULES.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>());
}

#[test]
fn the_days_and_the_guard_of_archiving_are_the_callers() {
    let ids: Vec<_> = (0..12).map(|nth| format!("d{nth}")).collect();
    let all: Vec<_> = ids.iter().map(|id| (id.as_str(), "Titre")).collect();
    let portal = Portal::start(turtle(&catalogue(&all, None)));
    let run = portal.harvest("dcat", URL);
    run.clone().args(["--now", "2026-03-01"]).run().expect_code(0);
    portal.routes.set(turtle(&catalogue(&all[..3], None)));
    let later = run.clone().args(["--now", "2026-03-04"]);
    later.run().expect_code(0);
    assert_eq!(report(&run)["changes"]["missing"], 9, "three days are not seven");
    later.clone().args(["--archive-after", "2"]).run().expect_code(65);
    assert_eq!(report(&run)["changes"]["archived"], 0, "more than half would go");
    later.clone().args(["--archive-after", "2", "--archive-anyway"]).run().expect_code(0);
    assert_eq!(report(&run)["changes"]["archived"], 9);
    let archived = lines(&run, "items.jsonl").split_off(3);
    let order: Vec<_> = archived.iter().map(|item| item["remote_id"].as_str().unwrap()).collect();
    assert_eq!(order, ["d10", "d11", "d3", "d4", "d5", "d6", "d7", "d8", "d9"], "after the others, by identifier");
    // A portal that is really empty.
    portal.routes.set(turtle(&catalogue(&[], None)));
    let last = run.clone().args(["--now", "2026-04-01"]);
    last.run().expect_code(65);
    last.clone().args(["--archive-anyway"]).run().expect_code(0);
    assert_eq!(report(&run)["datasets"], json!({"active": 0, "archived": 12, "resources": 0}));
}
