//! Asking one portal: each answer comes from the network, from the journal of a run that was stopped, or is told to be
//! the one of the harvest before.

use anyhow::Result;
use bytes::Bytes;
use transfer::{StatusCode, Validators};
use url::Url;

use crate::memory::Unit;
use crate::settings::Settings;

/// The portal, and what the caller wants of it.
#[derive(Debug)]
pub(crate) struct Portal {
    settings: Settings,
}

/// What is asked, and how messages call it: `page 3`, `the package ``eau-potable``.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) name: String,
    pub(crate) url: Url,
    pub(crate) accept: &'static str,
    /// Statuses besides success whose bodies are read too.
    pub(crate) answers: Vec<StatusCode>,
}

/// What became of a question.
#[derive(Debug)]
pub(crate) enum Answer {
    Fresh(Body),
    /// 304, or the same bytes: what it gave last time can be taken over ([`crate::gathering::Gathering::carry`]).
    AsBefore(Unit),
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) status: StatusCode,
    pub(crate) content_type: Option<String>,
    /// What was asked.
    pub(crate) asked: Url,
    /// Where redirects led: what relative references resolve against.
    pub(crate) url: Url,
    pub(crate) bytes: Bytes,
    pub(crate) validators: Validators,
    /// SHA-256 of the bytes.
    pub(crate) hash: [u8; 32],
}

impl Portal {
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Asks, unless the answer is in the journal.
    ///
    /// # Errors
    /// Of `transfer`: [`transfer::RequestError::of`] tells the status of one that was refused.
    pub(crate) async fn get(&mut self, question: &Question) -> Result<Answer> {
        let _ = question;
        todo!()
    }

    /// From now on nothing is taken from earlier answers of this listing: it is asked once more.
    pub(crate) fn begin_again(&mut self) {
        todo!()
    }

    /// What was remembered under a key that is no address, such as a package of a search ([`Part::of_item`]); none
    /// where it cannot be taken over.
    ///
    /// [`Part::of_item`]: crate::gathering::Part::of_item
    pub(crate) fn remembered(&self, key: &str) -> Option<Unit> {
        let _ = key;
        todo!()
    }
}
