//! Where data come from, and what may be done with them.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The licence of most public data in France.
pub const LICENCE_OUVERTE: &str = "Licence Ouverte 2.0 (Etalab)";

/// Its text.
pub const LICENCE_OUVERTE_URL: &str = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/";

/// The sandbox names itself so in the `Server` header of each of its answers.
const SANDBOX: &str = "collecte-sandbox";

/// What receipts, proofs and licence lines say of data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// Source to cite.
    pub source: Cow<'static, str>,
    /// Licence of the data.
    pub licence: Cow<'static, str>,
}

impl Provenance {
    /// Data of a source that is to be cited, under a licence.
    pub const fn new(source: &'static str, licence: &'static str) -> Self {
        Self { source: Cow::Borrowed(source), licence: Cow::Borrowed(licence) }
    }

    /// Data that nobody must take for real ones.
    pub const fn invented() -> Self {
        Self::new(
            "données inventées par le bac à sable (sandbox) de collecte",
            "aucune : données inventées, à ne pas publier",
        )
    }

    /// The same, or [`Provenance::invented`] when the sandbox answered: `server` is the `Server` header of an answer.
    pub fn served_by(self, server: Option<&str>) -> Self {
        if is_sandbox(server) { Self::invented() } else { self }
    }

    /// Whether the data were invented.
    pub fn is_invented(&self) -> bool {
        *self == Self::invented()
    }
}

/// Whether an answer with that `Server` header comes from the sandbox.
pub fn is_sandbox(server: Option<&str>) -> bool {
    server.is_some_and(|server| server.split('/').next() == Some(SANDBOX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_sandbox_serves_has_neither_source_nor_licence() {
        let real = Provenance::new("INSEE", LICENCE_OUVERTE);
        for server in [None, Some("nginx"), Some("collecte-sandbox-like")] {
            assert_eq!(real.clone().served_by(server), real);
        }
        for server in ["collecte-sandbox", "collecte-sandbox/0.1.0"] {
            let said = real.clone().served_by(Some(server));
            assert!(
                said.is_invented() && !said.source.contains("INSEE") && !said.licence.contains("Ouverte"),
                "{said:?}"
            );
        }
    }
}
