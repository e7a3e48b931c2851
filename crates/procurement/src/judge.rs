//! A contract judged: the official schema of its branch, and our own rules on top.

use std::sync::{Arc, OnceLock};

use crate::cpv::Cpv;
use crate::fault::Tell;
use crate::kind::Kind;
use crate::rules;
use crate::schema::Schema;
use crate::value::Value;
use crate::version::Version;

/// Judges contracts of one version. A schema is read when a contract of its kind comes: most files have one kind.
#[derive(Debug)]
pub(crate) struct Judge {
    version: Version,
    marche: OnceLock<Schema>,
    concession: OnceLock<Schema>,
    /// Of 1.0 and 1.1.
    defense: OnceLock<Schema>,
    cpv: Arc<Cpv>,
}

impl Judge {
    pub(crate) fn new(version: Version, cpv: Arc<Cpv>) -> Self {
        let [marche, concession, defense] = [const { OnceLock::new() }; 3];
        Self { version, marche, concession, defense, cpv }
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// Tells all that is the matter with a contract.
    pub(crate) fn contract(&self, contract: &Value<'_>, kind: Kind, tell: &mut Tell<'_>) {
        self.schema(contract, kind, tell);
        self.rules(contract, kind, tell);
    }

    /// Tells what the official schema says.
    pub(crate) fn schema(&self, contract: &Value<'_>, kind: Kind, tell: &mut Tell<'_>) {
        self.schema_of(kind).judge(contract, tell);
    }

    /// Tells what our own rules say, as they do of a contract from XML too.
    pub(crate) fn rules(&self, contract: &Value<'_>, kind: Kind, tell: &mut Tell<'_>) {
        rules::judge(contract, kind, self.version, &self.cpv, tell);
    }

    pub(crate) fn schema_of(&self, kind: Kind) -> &Schema {
        let (place, kind) = match kind {
            Kind::Concession => (&self.concession, kind),
            Kind::Defense if self.version.is_of_2017() => (&self.defense, kind),
            Kind::Marche | Kind::Defense => (&self.marche, Kind::Marche),
        };
        place.get_or_init(|| Schema::of(self.version, kind))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    type Faults = BTreeSet<(String, String)>;

    /// What the schema says, and what our rules say.
    fn judge(judge: &Judge, contract: &Value<'_>, kind: Kind) -> (Faults, Faults) {
        let (mut schema, mut own) = (Faults::new(), Faults::new());
        let add = |faults: &mut Faults, rule: &str, path: &str| {
            assert!(faults.insert((rule.to_owned(), path.to_owned())), "{rule} is told twice of {path}");
        };
        judge.schema(contract, kind, &mut |fault| add(&mut schema, fault.rule, &fault.path));
        judge.rules(contract, kind, &mut |fault| add(&mut own, fault.rule, &fault.path));
        (schema, own)
    }

    fn faults(expected: &serde_json::Value) -> Faults {
        let pairs = expected.as_array().unwrap();
        pairs.iter().map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned())).collect()
    }

    fn lines(path: &str) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(trial::data(path)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[trial::test_with_data]
    fn every_case_has_the_findings_that_are_expected() {
        let cpv = Arc::new(Cpv::built_in());
        let mut wrong = vec![];
        for case in lines("procurement/cases/validate.jsonl") {
            let version = Version::find(case["version"].as_str().unwrap()).unwrap();
            let kind = Kind::of_list(case["kind"].as_str().unwrap()).unwrap();
            let text = case["contract"].to_string();
            let found = judge(&Judge::new(version, cpv.clone()), &Value::parse(&text).unwrap(), kind);
            let expected = (faults(&case["expect"]["schema"]), faults(&case["expect"]["checks"]));
            if found != expected {
                wrong.push(format!("{}: {found:?}, but {expected:?}", case["case"]));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
