//! The cases of the contract, and what they do not show.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::judge::Judge;

fn repaired(kind: Kind, version: Version, json: &str) -> (String, BTreeSet<(String, String)>) {
    let cpv = Cpv::built_in();
    let mut repairer = Repairer::new(version, Procedures::built_in(version), &cpv);
    let (contract, faults) = repairer.repair(kind, Value::parse(json).unwrap());
    (contract.to_json(), faults.into_iter().map(|fault| (fault.rule.to_owned(), fault.path.into_owned())).collect())
}

#[trial::test_with_data]
fn every_case_is_repaired_as_expected() {
    let text = std::fs::read_to_string(trial::data("procurement/cases/repair.jsonl")).unwrap();
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let (name, version) = (&case["case"], Version::find(case["version"].as_str().unwrap()).unwrap());
        let kind = Kind::of_list(case["kind"].as_str().unwrap()).unwrap();
        let (contract, repairs) = repaired(kind, version, &case["input"].to_string());
        let expected = case["expect"]["contract"].to_string();
        assert_eq!(contract, Value::parse(&expected).unwrap().to_json(), "{name}");
        let pair =
            |pair: &serde_json::Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned());
        let expected: BTreeSet<_> = case["expect"]["repairs"].as_array().unwrap().iter().map(pair).collect();
        assert_eq!(repairs, expected, "{name}");
        let judge = Judge::new(version, Arc::new(Cpv::built_in()));
        let (mut schema, mut checks) = (BTreeSet::new(), BTreeSet::new());
        let value = Value::parse(&contract).unwrap();
        let add = |faults: &mut BTreeSet<_>, fault: Fault<'_>| {
            faults.insert((fault.rule.to_owned(), fault.path.into_owned()));
        };
        judge.schema(&value, kind, &mut |fault| add(&mut schema, fault));
        judge.rules(&value, kind, &mut |fault| add(&mut checks, fault));
        let expected = |key: &str| case["expect"][key].as_array().unwrap().iter().map(pair).collect::<BTreeSet<_>>();
        assert_eq!((schema, checks), (expected("schema_after"), expected("checks_after")), "{name}");
    }
}

/// What is expected of a marché of 2.0, and of one of 1.5.
#[test]
fn what_the_cases_do_not_show_is_repaired_too() {
    for (version, json, expected, repairs) in [
        (
            Version::V2_0_3,
            r#"{"techniques":{"technique":[["Concours"],{"technique":"Concours"},""]}}"#,
            r#"{"techniques":{"technique":["Concours"]}}"#,
            &["list.duplicate /techniques/technique", "list.shape /techniques", "null.omitted /techniques/technique/1"]
                [..],
        ),
        (
            Version::V2_0_3,
            r#"{"modifications":[{"modification":{"id":1,"titulaires":{"titulaire":[{"id":"1"},{"id":"1"}]}}}]}"#,
            r#"{"modifications":[{"modification":{"id":1,"titulaires":[{"titulaire":{"id":"1"}}]}}]}"#,
            &[
                "list.duplicate /modifications/0/modification/titulaires",
                "list.shape /modifications/0/modification/titulaires",
            ],
        ),
        (
            Version::V2_0_3,
            r#"{"modificationsActesSousTraitance":[{"modificationActesSousTraitance":{"id":"2"}}]}"#,
            r#"{"modificationsActesSousTraitance":[{"modificationActeSousTraitance":{"id":2}}]}"#,
            &[
                "list.shape /modificationsActesSousTraitance",
                "type.number /modificationsActesSousTraitance/0/modificationActeSousTraitance/id",
            ],
        ),
        (
            Version::V2_0_3,
            r#"{"uid":null,"acheteur":{"id":null},"ccag":" NaN ","modifications":[],"titulaires":[{}]}"#,
            "{}",
            &[
                "null.omitted /acheteur",
                "null.omitted /ccag",
                "null.omitted /modifications",
                "null.omitted /titulaires",
                "null.omitted /uid",
            ],
        ),
        (
            Version::V2_0_3,
            r#"{"dateNotification":"abc 2024-03-05 xyz","datePublicationDonnees":"2024-02-30"}"#,
            r#"{"dateNotification":"2024-03-05","datePublicationDonnees":"2024-02-30"}"#,
            &["date.format /dateNotification"],
        ),
        (
            Version::V2_0_3,
            r#"{"dateNotification":"du 2024-03-05 au 2024-03-06","datePublicationDonnees":45000}"#,
            r#"{"dateNotification":"du 2024-03-05 au 2024-03-06","datePublicationDonnees":"45000"}"#,
            &["type.string /datePublicationDonnees"],
        ),
        (
            Version::V2_0_3,
            r#"{"marcheInnovant":1,"attributionAvance":"FAUX","tauxAvance":"0"}"#,
            r#"{"marcheInnovant":true,"attributionAvance":false}"#,
            &[
                "avance.zero_dropped /tauxAvance",
                "type.boolean /attributionAvance",
                "type.boolean /marcheInnovant",
                "type.number /tauxAvance",
            ],
        ),
        (
            Version::V2_0_3,
            r#"{"acheteur":{"id":2.1750001630066e13},"id":"20240001.0","dureeMois":"24 jours"}"#,
            r#"{"acheteur":{"id":21750001630066},"id":"20240001","dureeMois":"24 jours"}"#,
            &["id.float_suffix /id"],
        ),
        (
            Version::V2_0_3,
            r#"{"titulaires":[{"titulaire":{"typeIdentifiant":"hors ue","id":"US-12-345"}}]}"#,
            r#"{"titulaires":[{"titulaire":{"typeIdentifiant":"HORS-UE","id":"US-12-345"}}]}"#,
            &["enum.typographic /titulaires/0/titulaire/typeIdentifiant"],
        ),
        (
            Version::V2_0_3,
            r#"{"titulaires":"x","lieuExecution":[1],"objet":{"a":1},"acheteur":5,"montant":[],"typesPrix":7}"#,
            r#"{"titulaires":"x","lieuExecution":[1],"objet":{"a":1},"acheteur":5,"typesPrix":7}"#,
            &["null.omitted /montant"],
        ),
        (
            Version::V2_0_3,
            r#"{"objet":"c\u009cur &amp;nbsp; <![CDATA[ x]]>"}"#,
            r#"{"objet":"cœur &nbsp; x"}"#,
            &["text.cdata /objet", "text.control_char /objet", "text.entity /objet", "text.normalised /objet"],
        ),
        (
            Version::V1_5_0,
            r#"{"modifications":[],"donneesExecution":"","autre":" a ","titulaires":[[{"titulaire":{"id":"1"}}],{"id":"1"}]}"#,
            r#"{"modifications":[],"donneesExecution":[],"autre":"a","titulaires":[{"id":"1"}]}"#,
            &[
                "list.duplicate /titulaires",
                "list.shape /titulaires",
                "null.omitted /donneesExecution",
                "text.normalised /autre",
            ],
        ),
        (
            Version::V1_5_0,
            r#"{"dateNotification":"2019-03-01+01:00Z","typeIdentifiant":"UE"}"#,
            r#"{"dateNotification":"2019-03-01","typeIdentifiant":"UE"}"#,
            &["date.timezone /dateNotification"],
        ),
        (
            Version::V1_4_0,
            r#"{"procedure":"Procédure avec négociation"}"#,
            r#"{"procedure":"Procédure concurrentielle avec négociation"}"#,
            &["procedure.ambiguous /procedure"],
        ),
    ] {
        let (contract, told) = repaired(Kind::Marche, version, json);
        assert_eq!(contract, expected, "{json}");
        let told: BTreeSet<String> = told.into_iter().map(|(rule, path)| format!("{rule} {path}")).collect();
        let repairs: BTreeSet<String> = repairs.iter().map(|told| (*told).to_owned()).collect();
        assert_eq!(told, repairs, "{json}");
    }
    let prices =
        r#"{"donneesExecution":{"donneesAnnuelles":[{"tarifs":[{"tarif":"5"},{"tarif":5},{"tarif":{"tarif":1}}]}]}}"#;
    let (contract, _) = repaired(Kind::Concession, Version::V2_0_3, prices);
    assert_eq!(
        contract,
        r#"{"donneesExecution":[{"donneesAnnuelles":{"tarifs":[{"tarif":{"tarif":5}},{"tarif":{"tarif":5}},{"tarif":{"tarif":1}}]}}]}"#
    );
}

#[test]
fn a_second_repair_changes_nothing() {
    for (version, kind, json) in [
        (
            Version::V2_0_3,
            Kind::Marche,
            r#"{"titulaires":[[{"id":"217 500 016 30066"}]],"dureeMois":"2 ans","procedure":"MAPA - art 28"}"#,
        ),
        (
            Version::V1_5_0,
            Kind::Concession,
            r#"{"modifications":null,"nature":"CONCESSION DE TRAVAUX","objet":"  a\n b &amp;"}"#,
        ),
    ] {
        let (once, repairs) = repaired(kind, version, json);
        assert!(!repairs.is_empty());
        assert_eq!(repaired(kind, version, &once), (once.clone(), BTreeSet::new()), "{json}");
    }
}
