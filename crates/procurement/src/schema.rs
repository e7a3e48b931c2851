//! The official JSON Schemas as rules: one for each version and kind of contract, of the branch chosen first.
//!
//! They are the published files themselves, built in. What a contract is told is what a validator of JSON Schema says
//! of it, one fault for each keyword that fails at a place; a missing or extra property has its own place.

mod check;
mod compile;
mod node;
mod part;
mod pattern;

use crate::fault::Tell;
use crate::kind::Kind;
use crate::value::Value;
use crate::version::Version;

use node::{Draft, Node};
pub(crate) use part::{ITEM, Part};

/// The schema of one kind of contract in one version.
#[derive(Debug)]
pub(crate) struct Schema {
    root: Node,
    draft: Draft,
}

impl Schema {
    pub(crate) fn of(version: Version, kind: Kind) -> Self {
        let document = Value::parse(text_of(version, kind)).expect("an official schema is JSON");
        let branch = match version.is_of_2017() {
            true => Some(&document),
            false => document.get("definitions").and_then(|definitions| definitions.get(kind.name())),
        };
        let root = compile::node(&document, branch.expect("a schema has a branch of each kind"));
        Self { root, draft: if version.is_2_0() { Draft::Seven } else { Draft::Four } }
    }

    /// Tells every fault of a contract.
    pub(crate) fn judge(&self, contract: &Value<'_>, tell: &mut Tell<'_>) {
        check::value(&self.root, self.draft, contract, &crate::way::Way::Root, tell);
    }

    /// Whether a contract may have a key at its top.
    #[cfg(test)]
    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.root.properties.iter().any(|(name, _)| &**name == key)
    }
}

macro_rules! official {
    ($path:literal) => {
        include_str!(concat!("../data/schemas/", $path))
    };
}

fn text_of(version: Version, kind: Kind) -> &'static str {
    match (version, kind) {
        (Version::V1_0_0, Kind::Marche) => official!("1.0.0/marches.json"),
        (Version::V1_0_0, Kind::Concession) => official!("1.0.0/contrats-concessions.json"),
        (Version::V1_0_0, Kind::Defense) => official!("1.0.0/marches-defense-securite.json"),
        (Version::V1_1_5, Kind::Marche) => official!("1.1.5/marches.json"),
        (Version::V1_1_5, Kind::Concession) => official!("1.1.5/contrats-concessions.json"),
        (Version::V1_1_5, Kind::Defense) => official!("1.1.5/marches-defense-securite.json"),
        (Version::V1_4_0, _) => official!("1.4.0/marches.json"),
        (Version::V1_5_0, _) => official!("1.5.0/marches.json"),
        (Version::V2_0_0, _) => official!("2.0.0/marches.json"),
        (Version::V2_0_1, _) => official!("2.0.1/marches.json"),
        (Version::V2_0_2, _) => official!("2.0.2/marches.json"),
        (Version::V2_0_3, _) => official!("2.0.3/marches.json"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const KINDS: [Kind; 2] = [Kind::Marche, Kind::Concession];

    /// Rule and path of every fault, as we see it.
    fn ours(schema: &Schema, contract: &Value<'_>) -> BTreeSet<(String, String)> {
        let mut faults = BTreeSet::new();
        schema.judge(contract, &mut |fault| {
            let is_new = faults.insert((fault.rule.to_owned(), fault.path.into_owned()));
            assert!(is_new, "a fault is told twice");
        });
        faults
    }

    /// The same, as a validator of JSON Schema sees it.
    fn theirs(validator: &jsonschema::Validator, contract: &serde_json::Value) -> BTreeSet<(String, String)> {
        use jsonschema::error::ValidationErrorKind as Kind;
        let mut faults = BTreeSet::new();
        for error in validator.iter_errors(contract) {
            let place = error.instance_path().to_string();
            let rule = format!("schema.{}", error.kind().keyword());
            match error.kind() {
                Kind::Required { property } => {
                    faults.insert((rule, format!("{place}/{}", property.as_str().unwrap())));
                }
                Kind::AdditionalProperties { unexpected } => {
                    faults.extend(unexpected.iter().map(|key| (rule.clone(), format!("{place}/{key}"))));
                }
                _ => {
                    faults.insert((rule, place));
                }
            }
        }
        faults
    }

    fn oracle(version: Version, kind: Kind) -> jsonschema::Validator {
        let mut schema: serde_json::Value = serde_json::from_str(text_of(version, kind)).unwrap();
        // References go from the document, so the branch is put at its root.
        if !version.is_of_2017() {
            let root = schema.as_object_mut().unwrap();
            for key in ["properties", "required", "type", "$id", "id"] {
                root.remove(key);
            }
            let branch = root["definitions"][kind.name()].as_object().unwrap().clone();
            for key in ["properties", "required", "type", "additionalProperties"] {
                if let Some(value) = branch.get(key) {
                    root.insert(key.to_owned(), value.clone());
                }
            }
        } else {
            schema.as_object_mut().unwrap().remove("id");
        }
        let draft = if version.is_2_0() { jsonschema::Draft::Draft7 } else { jsonschema::Draft::Draft4 };
        jsonschema::options().with_draft(draft).build(&schema).unwrap()
    }

    #[test]
    fn every_official_schema_is_understood() {
        for version in Version::ALL {
            for kind in KINDS {
                let schema = Schema::of(version, kind);
                assert!(schema.has_key("id") && schema.has_key(kind.buyer_key()), "{version} {kind}");
            }
        }
        assert!(Schema::of(Version::V1_0_0, Kind::Defense).has_key("identificationAcheteur"));
    }

    /// Contracts with something of each type in each place, from the schema itself: keys that are there or not.
    fn contract(depth: u32) -> impl Strategy<Value = serde_json::Value> {
        let keys = [
            "id",
            "acheteur",
            "autoriteConcedante",
            "nom",
            "nature",
            "objet",
            "codeCPV",
            "techniques",
            "technique",
            "modalitesExecution",
            "modaliteExecution",
            "idAccordCadre",
            "marcheInnovant",
            "ccag",
            "offresRecues",
            "tauxAvance",
            "procedure",
            "lieuExecution",
            "code",
            "typeCode",
            "dureeMois",
            "dateNotification",
            "uid",
            "datePublicationDonnees",
            "montant",
            "typesPrix",
            "typePrix",
            "formePrix",
            "titulaires",
            "titulaire",
            "typeIdentifiant",
            "denominationSociale",
            "modifications",
            "modification",
            "concessionnaires",
            "_type",
            "donneesExecution",
            "donneesAnnuelles",
            "tarifs",
            "tarif",
            "intituleTarif",
            "valeurGlobale",
            "autre",
        ];
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            (-2_i64..400).prop_map(Into::into),
            prop_oneof![Just(0.5), Just(1.0), Just(12.0), Just(-0.1), Just(1e10)].prop_map(Into::into),
            "[0-9]{4}-[01][0-9]-[0-3][0-9]([+-]0[0-9]:00Z?)?|x[0-9]{4}-[0-9]{2}-[0-9]{2}".prop_map(Into::into),
            "[0-9]{14}|[0-9]{8}(-[0-9])?|[0-9]{14}.{5,18}|\\PC{0,18}|x{255,257}|é{1000,1001}".prop_map(Into::into),
            prop_oneof![
                Just("Marché"),
                Just("Accord-cadre"),
                Just("Procédure adaptée"),
                Just("SIRET"),
                Just("Code commune"),
                Just("Sans objet"),
                Just("Travaux"),
                Just("Unitaire"),
                Just("Ferme"),
                Just("Contrat de concession"),
            ]
            .prop_map(Into::into),
        ];
        leaf.prop_recursive(depth, 120, 40, move |inner| {
            let entries = proptest::collection::vec((proptest::sample::select(keys.to_vec()), inner.clone()), 0..40);
            prop_oneof![
                3 => entries.prop_map(|entries| {
                    serde_json::Value::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
                }),
                1 => proptest::collection::vec(inner, 0..4).prop_map(serde_json::Value::Array),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn any_contract_is_judged_as_another_validator_does(json in contract(4)) {
            static ALL: std::sync::LazyLock<Vec<(Version, Kind, Schema, jsonschema::Validator)>> =
                std::sync::LazyLock::new(|| {
                    let all = Version::ALL.into_iter().flat_map(|version| KINDS.map(|kind| (version, kind)));
                    all.map(|(version, kind)| (version, kind, Schema::of(version, kind), oracle(version, kind))).collect()
                });
            let text = json.to_string();
            let value = Value::parse(&text).unwrap();
            for (version, kind, schema, oracle) in ALL.iter() {
                prop_assert_eq!(ours(schema, &value), theirs(oracle, &json), "{} {} {}", version, kind, text);
            }
        }
    }
}
