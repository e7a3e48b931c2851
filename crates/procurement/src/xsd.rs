//! The XSD verdict: what libxml2 would say of a document, contract by contract, and what JSON makes of its elements.

mod compile;
mod day;
mod document;
mod judge;
mod path;
mod schema;
mod simple;

use std::sync::OnceLock;

use crate::kind::Kind;
use crate::version::Version;

pub(crate) use document::{Document, Entry};
pub(crate) use judge::{ELEMENT, VALUE};
pub(crate) use schema::{Content, Decl, Group};
pub(crate) use simple::Simple;

/// The schema of a version, compiled.
#[derive(Debug)]
pub(crate) struct Schema {
    marche: Decl,
    concession: Decl,
}

/// The official schemas; 2.0.3 has the one of 2.0.2.
const V1_4_0: &str = include_str!("../data/schemas/1.4.0/marches.xsd");
const V1_5_0: &str = include_str!("../data/schemas/1.5.0/marches.xsd");
const V2_0_0: &str = include_str!("../data/schemas/2.0.0/marches.xsd");
const V2_0_1: &str = include_str!("../data/schemas/2.0.1/marches.xsd");
const V2_0_2: &str = include_str!("../data/schemas/2.0.2/marches.xsd");

impl Schema {
    /// The schema of a version. Those of 2017 are judged in JSON alone: for how their XML is read, 1.4 says the same.
    pub(crate) fn of(version: Version) -> &'static Self {
        static COMPILED: [OnceLock<Schema>; 5] = [const { OnceLock::new() }; 5];
        let (at, xsd) = match version {
            Version::V1_0_0 | Version::V1_1_5 | Version::V1_4_0 => (0, V1_4_0),
            Version::V1_5_0 => (1, V1_5_0),
            Version::V2_0_0 => (2, V2_0_0),
            Version::V2_0_1 => (3, V2_0_1),
            Version::V2_0_2 | Version::V2_0_3 => (4, V2_0_2),
        };
        COMPILED[at].get_or_init(|| Self::compile(xsd).expect("the built-in schemas compile, as a test shows"))
    }

    fn compile(xsd: &str) -> Result<Self, String> {
        let mut contracts = compile::compile(xsd)?;
        let mut take = |name: &str| match contracts.iter().position(|decl| decl.name == name) {
            Some(at) => Ok(contracts.remove(at)),
            None => Err(format!("it does not declare `{name}`")),
        };
        Ok(Self { marche: take("marche")?, concession: take("contrat-concession")? })
    }

    /// What is asked of a contract of that kind.
    pub(crate) fn decl(&self, kind: Kind) -> &Decl {
        if kind.is_concession() { &self.concession } else { &self.marche }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_schema_compiles() {
        for version in Version::ALL {
            let schema = Schema::of(version);
            let id = schema.marche.group().unwrap().find("id", 0);
            assert!(id.is_some(), "{version}");
            assert_eq!(schema.concession.name, "contrat-concession");
        }
        let lists = Schema::of(Version::V2_0_3).marche.group().unwrap().members.iter();
        assert_eq!(lists.filter(|decl| decl.group().and_then(Group::item).is_some()).count(), 9);
    }

    #[test]
    fn what_the_language_has_besides_is_refused() {
        for (xsd, why) in [
            ("<a/>", "no schema"),
            ("<xs:schema xmlns:xs='x'><xs:element name='marche' type='xs:float'/></xs:schema>", "`xs:float` is new"),
            ("<xs:schema xmlns:xs='x'/>", "does not declare `marche`"),
        ] {
            let error = Schema::compile(xsd).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
