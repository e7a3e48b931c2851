//! Items that are no offers: they count on their page, stop nothing, and are shown without contacts.

use super::*;
use crate::stub;

const GOOD: &str =
    r#"{"id":"1234567","dateCreation":"2025-06-01T10:00:00.000Z","intitule":"Chef","origineOffre":{"origine":"1"}}"#;

#[test]
fn what_is_no_offer_is_set_aside_with_its_reason() {
    let items = [
        GOOD,
        r#"{"id":"2","dateCreation":"hier","intitule":"B, \"b\"","contact":{"nom":"Mme EXEMPLE"},"agence":{"courriel":"a@b"}}"#,
        r#"{"dateCreation":"2025-06-01T09:00:00Z"}"#,
        "\"texte\"",
        r#"{"id":"3","dateCreation":"2025-06-01T08:00:00Z","intitule":9,"salaire":{"libelle":"Selon profil"}}"#,
    ];
    let page = format!(r#"{{"resultats":[{}]}}"#, items.join(","));
    let codes = r#"[{"code":"35","libelle":"Ille-et-Vilaine"}]"#;
    let service = stub::serve(move |name| match name {
        "search" => Some((Some("offres 0-4/5".to_owned()), page.clone())),
        _ => Some((None, codes.to_owned())),
    });
    let run = stub::lead(&service, quick(COLLECT_HISTORY).args(["--since", SINCE, "--until", UNTIL, "--rome", "all"]));
    // Of the pages that guard each has five items, though one was asked for: this stub is no judge of the guard.
    let run = run.args(["--output", "donnees_brutes/jobs.csv", "--tries", "1"]).run();
    assert_eq!(run.code, 75, "a page longer than asked for contradicts itself\n{run}");
}

#[test]
fn rejects_findings_and_sums_are_told() {
    let items: Vec<String> = [
        GOOD,
        r#"{"id":"2","dateCreation":"hier","intitule":"B, \"b\"","contact":{"nom":"Mme EXEMPLE"},"agence":{"courriel":"a@b"}}"#,
        r#"{"dateCreation":"2025-06-01T09:00:00Z"}"#,
        "\"texte\"",
        r#"{"id":"3","dateCreation":"2025-06-01T08:00:00Z","intitule":9,"salaire":{"libelle":"Selon profil"}}"#,
    ]
    .map(str::to_owned)
    .into();
    let service = trial::Stub::start(move |head| answer(head, &items));
    let run = stub::lead(&service, quick(COLLECT_HISTORY).args(["--since", SINCE, "--until", UNTIL, "--rome", "all"]));
    let run = run.args(["--output", "donnees_brutes/jobs.csv"]).run().expect_code(0);
    assert_eq!(ids(&run, "jobs.csv"), ["3", "1234567"]);
    assert_eq!(
        run.read("jobs.rejects.csv"),
        "\u{feff}record,line,rule,message,id,date_created,title,offer\n\
         ,,offer.shape,ce que le service a donné à la place d'une offre n'est pas un objet,,,,\"\"\"texte\"\"\"\n\
         ,,offer.id,l'offre n'a pas d'identifiant,,2025-06-01T09:00:00Z,,\"{\"\"dateCreation\"\":\"\"2025-06-01T09:00:00Z\"\"}\"\n\
         ,,offer.date,la date de création de l'offre n'est pas lisible,2,hier,\"B, \"\"b\"\"\",\
         \"{\"\"id\"\":\"\"2\"\",\"\"dateCreation\"\":\"\"hier\"\",\"\"intitule\"\":\"\"B, \\\"\"b\\\"\"\"\"}\"\n"
    );
    let findings = run.read("jobs.findings.jsonl");
    let rules: Vec<Value> = findings.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = rules.iter().map(|one| (one["rule"].as_str().unwrap(), one["record"].as_u64())).collect();
    assert_eq!(
        told,
        [
            ("offer.date", None),
            ("offer.id", None),
            ("offer.shape", None),
            ("salary.unread", Some(1)),
            ("offer.type", Some(1)),
        ]
    );
    assert_eq!(
        (&rules[4]["column"], &rules[4]["path"], &rules[4]["value"]),
        (&"intitule".into(), &"/title".into(), &"9".into())
    );
    assert!(rules.iter().all(|one| one.get("line").is_none()));
    let report = report(&run, "jobs");
    assert_eq!(
        (&report["records"]["read"], &report["records"]["rejected"], &report["records"]["kept"]),
        (&5.into(), &3.into(), &2.into())
    );
    assert_eq!(run.receipt()["rejected"], 3);
}

/// What a page says that was asked for its total alone was not asked for.
#[test]
fn a_page_that_only_counts_adds_no_row() {
    let other = GOOD.replace("1234567", "7654321");
    let items = vec![GOOD.to_owned()];
    let service = trial::Stub::start(move |head| match head.contains("range=0-0") {
        true => answer(head, std::slice::from_ref(&other)),
        false => answer(head, &items),
    });
    let run = stub::lead(&service, quick(COLLECT_HISTORY).args(["--since", SINCE, "--until", UNTIL, "--rome", "all"]));
    let run = run.args(["--output", "donnees_brutes/jobs.csv"]).run().expect_code(0);
    assert_eq!(ids(&run, "jobs.csv"), ["1234567"]);
    let report = report(&run, "jobs");
    assert_eq!((&report["collected"], &report["neighbours"]), (&1.into(), &0.into()));
}

/// A service with these items, which counts as many of origin 1 and none of origin 2.
fn answer(head: &str, items: &[String]) -> Vec<u8> {
    let target = head.split(' ').nth(1).unwrap_or_default();
    let (range, body) = if target.contains("access_token") {
        (None, format!(r#"{{"access_token":"{}","expires_in":1499}}"#, stub::TOKEN))
    } else if target.contains("origineOffre=2") {
        (Some("*/0".to_owned()), String::new())
    } else if target.contains("offres/search") {
        let count = if target.contains("range=0-0") { 1 } else { items.len() };
        let page = items[..count].join(",");
        (Some(format!("offres 0-{}/{}", count - 1, items.len())), format!(r#"{{"resultats":[{page}]}}"#))
    } else {
        (None, r#"[{"code":"35","libelle":"Ille-et-Vilaine"}]"#.to_owned())
    };
    let status = if body.is_empty() { "204 No Content" } else { "200 OK" };
    let range = range.map(|range| format!("Content-Range: {range}\r\n")).unwrap_or_default();
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{range}\r\n{body}", body.len())
        .into_bytes()
}
