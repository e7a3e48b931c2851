//! What a judge, a repair or a conversion has to say of one place of a contract.

use std::borrow::Cow;

/// The name of a rule, as in `rules.tsv`.
pub(crate) type RuleName = &'static str;

/// One rule met at one place. Texts are borrowed: most faults are only counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault<'a> {
    pub(crate) rule: RuleName,
    /// JSON Pointer inside the contract; an XPath of XSD verdicts.
    pub(crate) path: Cow<'a, str>,
    /// What stood there.
    pub(crate) value: Option<Cow<'a, str>>,
    /// What a repair made of it.
    pub(crate) to: Option<Cow<'a, str>>,
}

impl<'a> Fault<'a> {
    pub(crate) fn new(rule: RuleName, path: impl Into<Cow<'a, str>>) -> Self {
        Self { rule, path: path.into(), value: None, to: None }
    }

    pub(crate) fn value(self, value: impl Into<Cow<'a, str>>) -> Self {
        Self { value: Some(value.into()), ..self }
    }

    pub(crate) fn to(self, to: impl Into<Cow<'a, str>>) -> Self {
        Self { to: Some(to.into()), ..self }
    }

    /// The same, that outlives the contract.
    pub(crate) fn into_owned(self) -> Fault<'static> {
        let own = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        Fault { rule: self.rule, path: own(self.path), value: self.value.map(own), to: self.to.map(own) }
    }
}

/// Who takes faults.
pub(crate) type Tell<'t> = dyn FnMut(Fault<'_>) + 't;
