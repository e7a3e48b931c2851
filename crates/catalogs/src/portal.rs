//! Asking one portal: each answer comes from the network, from the journal of a run that was stopped, or is told to be
//! the one of the harvest before.

pub(crate) mod failing;

use std::rc::Rc;

use anyhow::Result;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use step::Progress;
use transfer::{Client, Request, Response, StatusCode, Validators};
use url::Url;

use crate::item::Kind;
use crate::journal::{Journal, Noted};
use crate::ledger::{Carriable, Ledger};
use crate::memory::{self, Memory, State, Unit, UnitItem};
use crate::settings::Settings;

/// The portal, and what the caller wants of it.
#[derive(Debug)]
pub(crate) struct Portal {
    settings: Rc<Settings>,
    client: Client,
    /// None where nothing that is remembered may be used.
    memory: Option<Memory>,
    datasets: Carriable,
    dataservices: Carriable,
    /// None for a preview, which keeps nothing.
    pub(crate) journal: Option<Journal>,
    /// How often the listing was begun again.
    round: u32,
    /// Bytes of the answers so far: what is read counts long before the first item does.
    progress: Progress,
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
    pub(crate) fn new(
        settings: Rc<Settings>,
        client: Client,
        memory: Option<Memory>,
        journal: Option<Journal>,
        ledgers: (&Ledger, &Ledger),
    ) -> Self {
        let (datasets, dataservices) = (ledgers.0.carriable(), ledgers.1.carriable());
        Self { settings, client, memory, datasets, dataservices, journal, round: 0, progress: Progress::unwatched() }
    }

    /// Shows how much has been read.
    pub(crate) fn show(&mut self, progress: Progress) {
        self.progress = progress;
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The memory, if it may be used.
    pub(crate) fn memory(&self) -> Option<&Memory> {
        self.memory.as_ref()
    }

    /// Asks, unless the answer is in the journal.
    ///
    /// # Errors
    /// Of `transfer`, under the exit code that is the harvest's: [`transfer::RequestError::of`] tells the status of one
    /// that was refused.
    pub(crate) async fn get(&mut self, question: &Question) -> Result<Answer> {
        let asked = question.url.as_str();
        let unit = self.unit(asked).filter(|_| self.round == 0);
        if let Some(answer) = self.find(question, unit.as_ref())? {
            return Ok(answer);
        }
        let known = unit.as_ref().map(|unit| unit.validators.clone()).unwrap_or_default();
        let request = Request::new(&question.name, question.url.clone())
            .accept(question.accept)
            .max_body_bytes(self.settings.max_page_bytes)
            .answers(question.answers.clone())
            .unless(known);
        let response = self.client.get(&request, Ok).await;
        let response = response.map_err(|error| failing::harvest_error(error, question, &self.settings))?;
        let is_unchanged = response.is_unchanged();
        let body = Body::of(question, response);
        self.progress.add(body.bytes.len() as u64);
        match unit {
            Some(unit) if is_unchanged || unit.hash == memory::hex(&body.hash) => {
                self.note(&body, true)?;
                let validators = if body.validators.is_empty() { unit.validators } else { body.validators };
                Ok(Answer::AsBefore(Unit { validators, ..unit }))
            }
            _ => {
                self.note(&body, false)?;
                Ok(Answer::Fresh(body))
            }
        }
    }

    /// From now on nothing is taken from earlier answers of this listing: it is asked once more.
    pub(crate) fn begin_again(&mut self) {
        self.round += 1;
    }

    /// What was remembered under a key that is no address, such as a package of a search
    /// ([`crate::gathering::Part::of_item`]); none where it cannot be taken over.
    pub(crate) fn remembered(&self, remote_id: &str) -> Option<Unit> {
        self.unit(&memory::key_of_item(remote_id))
    }

    fn unit(&self, key: &str) -> Option<Unit> {
        self.memory.as_ref()?.unit(key).filter(|unit| self.can_carry(unit))
    }

    /// Whether all that it gave is there to be taken over.
    fn can_carry(&self, unit: &Unit) -> bool {
        let has = |item: &UnitItem| match (item.state, item.remote_id.as_deref(), item.kind) {
            (State::Done, Some(remote_id), Kind::Dataset) => self.datasets.has(remote_id),
            (State::Done, Some(remote_id), Kind::Dataservice) => self.dataservices.has(remote_id),
            // Whether it fails again, another one decides.
            (State::Duplicate, ..) | (State::Done, None, _) => false,
            _ => true,
        };
        self.datasets.is_trusted()
            && unit.items.iter().chain(unit.services.iter().map(|service| &service.item)).all(has)
    }

    /// The answer that the journal has.
    fn find(&self, question: &Question, unit: Option<&Unit>) -> Result<Option<Answer>> {
        let Some(journal) = &self.journal else { return Ok(None) };
        let Some((noted, extent)) = journal.find(self.round, question.url.as_str()) else { return Ok(None) };
        if noted.is_as_before {
            let as_before = |unit: &Unit| Unit { validators: noted.validators.clone(), ..unit.clone() };
            return Ok(unit.map(as_before).map(Answer::AsBefore));
        }
        let bytes = journal.read(*extent)?;
        self.progress.add(bytes.len() as u64);
        let (Ok(url), Ok(status)) = (noted.url.parse(), StatusCode::from_u16(noted.status)) else { return Ok(None) };
        Ok(Some(Answer::Fresh(Body {
            status,
            content_type: noted.content_type.clone(),
            asked: question.url.clone(),
            url,
            hash: Sha256::digest(&bytes).into(),
            bytes: bytes.into(),
            validators: noted.validators.clone(),
        })))
    }

    fn note(&mut self, body: &Body, is_as_before: bool) -> Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let noted = Noted {
            status: body.status.as_u16(),
            content_type: body.content_type.clone(),
            url: body.url.to_string(),
            validators: body.validators.clone(),
            is_as_before,
        };
        journal.note(self.round, body.asked.as_str(), noted, if is_as_before { b"" } else { &body.bytes })
    }
}

impl Body {
    fn of(question: &Question, response: Response) -> Self {
        Self {
            status: response.status,
            content_type: response.header("content-type").map(str::to_owned),
            asked: question.url.clone(),
            validators: response.validators(),
            hash: Sha256::digest(&response.body).into(),
            url: response.url,
            bytes: response.body,
        }
    }
}
