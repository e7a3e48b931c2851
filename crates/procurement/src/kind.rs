//! Which kind of contract, and so which branch of a schema.

use std::fmt;

/// The kinds that the regulatory format knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Marche,
    Concession,
    /// Of 1.0 and 1.1 alone, with a schema of its own; counted as a marché.
    Defense,
}

impl Kind {
    /// As the format calls its list, its definition and, for concessions, its element.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Marche | Self::Defense => "marche",
            Self::Concession => "contrat-concession",
        }
    }

    /// The kind of a list of 2.0, or of an element of a document in XML.
    pub(crate) fn of_list(name: &str) -> Option<Self> {
        match name {
            "marche" => Some(Self::Marche),
            "contrat-concession" => Some(Self::Concession),
            _ => None,
        }
    }

    pub(crate) fn is_concession(self) -> bool {
        self == Self::Concession
    }

    /// Where the buyer stands.
    pub(crate) fn buyer_key(self) -> &'static str {
        if self.is_concession() { "autoriteConcedante" } else { "acheteur" }
    }

    /// Where the operators stand.
    pub(crate) fn operators_key(self) -> &'static str {
        if self.is_concession() { "concessionnaires" } else { "titulaires" }
    }

    /// Where the amount stands.
    pub(crate) fn amount_key(self) -> &'static str {
        if self.is_concession() { "valeurGlobale" } else { "montant" }
    }

    /// The date from which a contract is in force: of notification, or of signature.
    pub(crate) fn date_key(self) -> &'static str {
        if self.is_concession() { "dateSignature" } else { "dateNotification" }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
