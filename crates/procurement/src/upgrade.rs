//! A contract of 1.x as 2.0 has it: what can be derived is, what has no place there is told, and nothing is invented.

mod list;
mod part;

use crate::fault::{Fault, Tell};
use crate::kind::Kind;
use crate::value::{Object, Value};
use crate::version::Version;
use crate::xsd::Schema;

use list::List;
use part::{lose, pointer, with_members, without_zone};

/// A value that 2.0 has, made of one that 1.x has.
const DERIVED: &str = "upgrade.derived";

/// A value that 2.0 has no place for.
const LOST: &str = "upgrade.lost";

/// The procedures that 1.5 has renamed.
const PROCEDURES: [(&str, &str); 3] = [
    ("Procédure concurrentielle avec négociation", "Procédure avec négociation"),
    ("Procédure négociée avec mise en concurrence préalable", "Procédure avec négociation"),
    (
        "Marché négocié sans publicité ni mise en concurrence préalable",
        "Marché passé sans publicité ni mise en concurrence préalable",
    ),
];

/// What the form of a price says about its type; 2.0 calls another thing its form.
const TYPES_PRIX: [(&str, &str); 3] = [
    ("Ferme", "Définitif ferme"),
    ("Ferme et actualisable", "Définitif actualisable"),
    ("Révisable", "Définitif révisable"),
];

/// A contract brought to 2.0. The path of what is derived is one of the output, that of what is lost one of the input.
pub(crate) fn upgrade<'a>(kind: Kind, contract: Value<'a>, tell: &mut Tell<'_>) -> Value<'a> {
    let Value::Object(old) = contract else { return contract };
    let mut upgrade = Upgrade { old, new: Object::with_capacity(32), tell };
    match kind.is_concession() {
        true => upgrade.concession(),
        false => upgrade.marche(),
    }
    upgrade.rest(kind);
    Value::Object(upgrade.new)
}

/// A contract under way from one form to the other.
struct Upgrade<'a, 't, 'f> {
    old: Object<'a>,
    new: Object<'a>,
    tell: &'t mut Tell<'f>,
}

impl Upgrade<'_, '_, '_> {
    fn marche(&mut self) {
        ["id", "objet", "codeCPV", "dureeMois", "montant"].iter().for_each(|key| self.keep(key));
        self.object("acheteur", &["id"]);
        self.nature();
        self.procedure();
        self.price();
        self.object("lieuExecution", &["code", "typeCode"]);
        ["dateNotification", "datePublicationDonnees"].iter().for_each(|key| self.date(key));
        self.list("titulaires", List::Operators("titulaire"));
        self.list("modifications", List::Changes { date: "dateNotificationModification", amount: "montant" });
    }

    fn concession(&mut self) {
        let kept = ["id", "objet", "dureeMois", "valeurGlobale", "montantSubventionPublique"];
        kept.iter().for_each(|key| self.keep(key));
        self.object("autoriteConcedante", &["id"]);
        ["nature", "procedure"].iter().for_each(|key| self.keep(key));
        ["datePublicationDonnees", "dateSignature", "dateDebutExecution"].iter().for_each(|key| self.date(key));
        self.list("concessionnaires", List::Operators("concessionnaire"));
        self.list("donneesExecution", List::Years);
        self.list("modifications", List::Changes { date: "dateSignatureModification", amount: "valeurGlobale" });
    }

    /// Stays as it is.
    fn keep(&mut self, key: &'static str) {
        if let Some(value) = self.old.remove(key) {
            self.new.push(key, value);
        }
    }

    /// Of an object, 2.0 keeps some members.
    fn object(&mut self, key: &'static str, kept: &[&str]) {
        if let Some(value) = self.old.remove(key) {
            let value = with_members(value, &pointer("", key), kept, self.tell);
            self.new.push(key, value);
        }
    }

    fn date(&mut self, key: &'static str) {
        if let Some(value) = self.old.remove(key) {
            let value = without_zone(value, &pointer("", key), self.tell);
            self.new.push(key, value);
        }
    }

    /// Items stand in an object each; an empty list is left out, as 2.0 asks.
    fn list(&mut self, key: &'static str, list: List) {
        let Some(value) = self.old.remove(key) else { return };
        let is_empty = value.is_null() || value.as_list().is_some_and(<[_]>::is_empty);
        if !is_empty {
            let value = list.upgrade(value, &pointer("", key), self.tell);
            self.new.push(key, value);
        }
    }

    /// Two natures of 1.x are a technique and a way of execution in 2.0.
    fn nature(&mut self) {
        let Some(nature) = self.old.remove("nature") else { return };
        let (list, item, name) = match nature.as_text().map(tables::fold).as_deref() {
            Some("accord-cadre") => ("techniques", "technique", "Accord-cadre"),
            Some("marche subsequent") => ("modalitesExecution", "modaliteExecution", "Marchés subséquents"),
            _ => return self.new.push("nature", nature),
        };
        let before = nature.shown().into_owned();
        self.derive("nature", Value::text("Marché"), &before);
        if !self.old.contains(list) {
            self.derive(list, list_of_one(item, name), &before);
        }
    }

    fn procedure(&mut self) {
        let Some(procedure) = self.old.remove("procedure") else { return };
        match procedure.as_text().and_then(|text| renamed(&PROCEDURES, text)) {
            Some(name) => self.derive("procedure", Value::text(name), &procedure.shown()),
            None => self.new.push("procedure", procedure),
        }
    }

    fn price(&mut self) {
        let Some(name) = self.old.get("formePrix").and_then(Value::as_text).and_then(|text| renamed(&TYPES_PRIX, text))
        else {
            return;
        };
        let before = self.old.remove("formePrix").map(|price| price.shown().into_owned()).unwrap_or_default();
        if !self.old.contains("typesPrix") {
            self.derive("typesPrix", list_of_one("typePrix", name), &before);
        }
    }

    fn derive(&mut self, key: &'static str, value: Value<'static>, before: &str) {
        (self.tell)(Fault::new(DERIVED, pointer("", key)).value(before).to(value.shown()));
        self.new.push(key, value);
    }

    /// What 2.0 knows has a place there though 1.x had none; the rest has none.
    fn rest(&mut self, kind: Kind) {
        let known = Schema::of(Version::V2_0_3).decl(kind).group();
        for (key, value) in std::mem::take(&mut self.old) {
            let is_known = known.is_some_and(|group| group.find(&key, 0).is_some());
            // Of a price, 1.x and 2.0 call different things its form.
            let is_other = key == "formePrix" && !matches!(value.as_text(), Some("Unitaire" | "Forfaitaire" | "Mixte"));
            match is_known && !is_other {
                true => self.new.push(key, value),
                false => lose(&pointer("", &key), &value, self.tell),
            }
        }
    }
}

fn renamed(names: &[(&str, &'static str)], text: &str) -> Option<&'static str> {
    let text = tables::fold(text);
    names.iter().find(|(before, _)| tables::fold(before) == text).map(|(_, now)| *now)
}

fn list_of_one(item: &'static str, text: &'static str) -> Value<'static> {
    Value::Object(Object::from_iter([(item.into(), Value::List(vec![Value::text(text)]))]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn upgraded(kind: Kind, json: &str) -> (String, Vec<String>) {
        let mut told = vec![];
        let value = upgrade(kind, Value::parse(json).unwrap(), &mut |fault: Fault<'_>| {
            let (rule, path) = (fault.rule.trim_start_matches("upgrade."), &fault.path);
            told.push(format!("{rule} {path}"));
        });
        (value.to_json(), told)
    }

    #[trial::test_with_data]
    fn every_case_is_upgraded_as_expected() {
        let text = std::fs::read_to_string(trial::data("procurement/cases/upgrade.jsonl")).unwrap();
        for line in text.lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let kind = if case["input"]["acheteur"].is_null() { Kind::Concession } else { Kind::Marche };
            let (json, told) = upgraded(kind, &case["input"].to_string());
            let expected = case["expect"]["contract"].to_string();
            assert_eq!(json, Value::parse(&expected).unwrap().to_json(), "{}", case["case"]);
            for rule in ["derived", "lost"] {
                let of_rule = told.iter().filter_map(|line| line.strip_prefix(&format!("{rule} ")));
                let expected = case["expect"][rule].as_array().unwrap().iter().map(|path| path.as_str().unwrap());
                assert_eq!(of_rule.collect::<BTreeSet<_>>(), expected.collect(), "{} {rule}", case["case"]);
            }
        }
    }

    #[test]
    fn a_change_gets_the_number_of_its_day_and_loses_its_object() {
        let (json, told) = upgraded(
            Kind::Marche,
            r#"{"id":"1","nature":"marché subséquent","modifications":[
                {"objetModification":"b","dateNotificationModification":"2019-08-01Z","montant":2},
                {"dateNotificationModification":"2019-07-01","titulaires":[{"typeIdentifiant":"UE","id":"BE1"}]}]}"#,
        );
        assert_eq!(
            json,
            r#"{"id":"1","nature":"Marché","modalitesExecution":{"modaliteExecution":["Marchés subséquents"]},"modifications":[{"modification":{"id":2,"dateNotificationModification":"2019-08-01","montant":2}},{"modification":{"id":1,"dateNotificationModification":"2019-07-01","titulaires":[{"titulaire":{"typeIdentifiant":"TVA","id":"BE1"}}]}}]}"#
        );
        assert_eq!(
            told,
            [
                "derived /nature",
                "derived /modalitesExecution",
                "derived /modifications/0/modification/id",
                "derived /modifications/0/modification/dateNotificationModification",
                "lost /modifications/0/objetModification",
                "derived /modifications/1/modification/id",
                "derived /modifications/1/modification/titulaires/0/titulaire/typeIdentifiant",
            ]
        );
    }

    #[test]
    fn what_stands_in_a_strange_place_stays_or_is_told() {
        for (json, expected, lost) in [
            ("[]", "[]", &[][..]),
            (r#"{"titulaires":"x","acheteur":1}"#, r#"{"acheteur":1,"titulaires":"x"}"#, &[]),
            (
                r#"{"titulaires":[1,[2],null]}"#,
                r#"{"titulaires":[{"titulaire":1},{"titulaire":[2]},{"titulaire":null}]}"#,
                &[],
            ),
            (
                r#"{"titulaires":[{"titulaire":{"id":"1","x":2}}]}"#,
                r#"{"titulaires":[{"titulaire":{"id":"1"}}]}"#,
                &["lost /titulaires/0/titulaire/x"],
            ),
            (r#"{"modifications":[],"titulaires":[]}"#, "{}", &[]),
            (r#"{"modifications":{"a":1}}"#, r#"{"modifications":{"a":1}}"#, &[]),
            (r#"{"tauxAvance":0.1,"a/b":1,"c":null}"#, r#"{"tauxAvance":0.1}"#, &["lost /a~1b"]),
            (r#"{"formePrix":"Autre"}"#, "{}", &["lost /formePrix"]),
            (r#"{"formePrix":"Mixte"}"#, r#"{"formePrix":"Mixte"}"#, &[]),
        ] {
            let (found, told) = upgraded(Kind::Marche, json);
            assert_eq!(found, expected, "{json}");
            assert_eq!(told, lost, "{json}");
        }
    }
}
