//! What a dialect hands over: one item of the portal, and what is to be told of it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::{Dataservice, Dataset};

/// Findings show no more of a value.
const LONGEST_VALUE_CHARS: usize = 200;

/// So much of a value is looked through for contacts, each of which is shorter than that.
const SEARCHED_CHARS: usize = 4_000;
const LONGEST_CONTACT_CHARS: usize = 400;

/// One thing that the portal lists, in the order met.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Item {
    /// None where it has no identifier.
    pub(crate) remote_id: Option<String>,
    /// The name that a portal's list knows it by (`ckan_name`), where only that is known: its `package_show` failed.
    pub(crate) name: Option<String>,
    pub(crate) remote_url: Option<String>,
    pub(crate) outcome: Outcome,
    /// Of its fields, and why it failed or was skipped.
    pub(crate) findings: Vec<Finding>,
}

/// What became of an item.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Dataset(Box<Dataset>),
    /// Its `datasets` are remote identifiers, or addresses of their nodes, until the harvest makes ids of them.
    Dataservice(Box<Dataservice>),
    /// It could not be used: among the findings is an error.
    Failed(Kind),
    /// It failed because the portal did not answer (no answer, 5xx, 429): asked again later, it may. 401, 403, 404 and
    /// 410 are final: [`Outcome::Failed`].
    Unanswered(Kind),
    /// It was left out on purpose: a warning tells why.
    Skipped(Kind),
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Dataset,
    Dataservice,
}

/// One rule met: its number, record and id are the harvest's to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Finding {
    /// A name of the contract's list, such as `date.unreadable`.
    pub(crate) rule: Cow<'static, str>,
    /// Where it would stand in the model, without index: `/resources/filesize`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) path: Option<Cow<'static, str>>,
    /// What stood there; never a person's e-mail, telephone or name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) value: Option<String>,
}

impl Outcome {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Dataset(_) => Kind::Dataset,
            Self::Dataservice(_) => Kind::Dataservice,
            Self::Failed(kind) | Self::Unanswered(kind) | Self::Skipped(kind) => *kind,
        }
    }
}

/// A text without the contacts in it: of a long one the beginning, which is all that is shown anywhere.
pub(crate) fn masked_start(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(SEARCHED_CHARS) else { return report::mask(text).into() };
    let mut masked: String = report::mask(&text[..end]).into();
    // The end may go through a contact.
    let whole = masked.char_indices().rev().nth(LONGEST_CONTACT_CHARS).map_or(0, |(at, _)| at);
    masked.truncate(whole);
    masked
}

impl Finding {
    pub(crate) fn new(rule: &'static str) -> Self {
        Self { rule: Cow::Borrowed(rule), path: None, value: None }
    }

    pub(crate) fn path(self, path: &'static str) -> Self {
        Self { path: Some(Cow::Borrowed(path)), ..self }
    }

    /// What stood there, without the contacts in it.
    pub(crate) fn masked(self, value: &str) -> Self {
        self.value(masked_start(value))
    }

    /// What stood there, as far as it is told: an item may have any number of findings, and each of them a page of text.
    pub(crate) fn value(self, value: impl Into<String>) -> Self {
        let mut value = value.into();
        if let Some((end, _)) = value.char_indices().nth(LONGEST_VALUE_CHARS) {
            value.truncate(end);
            value.shrink_to_fit();
        }
        Self { value: Some(value), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_value_the_beginning_is_told_and_no_contact_that_is_cut() {
        let of = |value: &str| Finding::new("date.unreadable").masked(value).value.unwrap();
        assert_eq!(of("écrire à a@example.org"), "écrire à […]");
        assert_eq!(of(&"é".repeat(300)), "é".repeat(LONGEST_VALUE_CHARS));
        assert_eq!(of(&"é".repeat(30_000)), "é".repeat(LONGEST_VALUE_CHARS));
        // Contacts that leave next to nothing, up to the place where the search ends in the middle of one.
        for shift in 0..40 {
            let many = format!("{}{}", " ".repeat(shift), "personne.une@exemple-tres-long.test.org ".repeat(200));
            let told = of(&many);
            assert!(!told.contains("personne") && !told.contains('@'), "{told}");
        }
    }
}
