//! What there is to say of a listing: it is whole, it was cut on purpose, it is known to be incomplete, or it could not be
//! had at all.

use std::error::Error;
use std::fmt;

use step::{ExitCode, Failure};

/// What a dialect says of a listing that it went through.
#[derive(Debug)]
pub(crate) enum Listing {
    /// Proven: an unbroken chain of pages to the end, and as many ids as announced.
    Whole,
    /// No further items were wanted.
    Limited,
    /// What came is used, and nothing is archived.
    Incomplete(Vec<JobError>),
}

/// A sentence in the languages that files are written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) fr: String,
    pub(crate) en: String,
}

/// What went wrong with the job as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JobError {
    pub(crate) message: Text,
    pub(crate) hint: Option<Text>,
    /// The chain of causes, for those who look closer.
    pub(crate) details: Vec<String>,
}

/// Why a listing or page could not be read: the job has failed. Travels as an error; what could not be had is
/// `transfer`'s own error.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) JobError);

impl Text {
    pub(crate) fn new(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { fr: fr.into(), en: en.into() }
    }
}

impl JobError {
    pub(crate) fn new(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { message: Text::new(fr, en), hint: None, details: Vec::new() }
    }

    /// What the reader can do.
    pub(crate) fn hint(self, fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { hint: Some(Text::new(fr, en)), ..self }
    }

    pub(crate) fn details(self, details: Vec<String>) -> Self {
        Self { details, ..self }
    }

    /// The failure of the job because of this; the message for notes reads `could not ..`, hence `en` does.
    pub(crate) fn fail(self, code: ExitCode) -> anyhow::Error {
        let failure = Failure::new(code, self.message.en.clone());
        let failure = match &self.hint {
            Some(hint) => failure.hint(hint.en.clone()),
            None => failure,
        };
        failure.because(Refusal(self)).into()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.details.as_slice() {
            [] => f.write_str("the portal's answer is not what it should be"),
            details => f.write_str(&details.join(": ")),
        }
    }
}

impl Error for Refusal {}
