//! One file, brought whole and of one version, however often the connection breaks or the process is killed.
//!
//! Bytes go to `NAME.part`; `.NAME.transfer.json` beside it says which representation they belong to. A run that was
//! ended goes on where it stopped, and only if the source still has that one. The file takes its name once its length,
//! checksum and first bytes are right; until then what was there before stays.

mod attempt;
mod file_request;
mod growth;
mod hash;
mod local;
mod part;
mod representation;
mod staged;
mod state;
mod verdict;

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use files::Lock;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use step::Progress;

use crate::client::Client;
use crate::retry::{Retry, RetryPolicy};

use attempt::{Attempts, Course, Ended};
use local::Local;
use state::{Done, State};

pub use file_request::{FileRequest, Signature};
pub use growth::{Follow, Growth};
pub use staged::{Downloaded, LocalFile, StagedFile};
pub use state::served_by;

/// Brings files from one service; it shares limits, credentials and metrics with the client that it was made beside.
#[derive(Debug, Clone)]
pub struct Downloader {
    client: Client,
    give_up: Duration,
}

impl Downloader {
    /// Without progress for `give_up`, or for as many tries as the client makes, it fails.
    pub fn beside(client: &Client, give_up: Duration) -> Self {
        Self { client: client.uncompressed(), give_up }
    }

    /// Brings the file that is to be at `target`. `growth` lets somebody read it while it comes.
    ///
    /// # Errors
    /// 65 what came is not what was wanted, 69 the service is unavailable or gives no more, 74 the disk refuses,
    /// 75 another run brings it, 77 access is refused.
    pub async fn download(
        &self,
        request: &FileRequest,
        target: &Path,
        growth: &Growth,
        progress: &Progress,
    ) -> Result<Downloaded> {
        let lock = Lock::claim(target)?;
        files::remove_staged(state::file_of(target).path())?;
        let growing = growth.begin();
        let state = State::read(target);
        let known = state.look(target, request).await?;
        if let Some(done) = known.as_ref().filter(|done| done.is_proven(request)) {
            files::remove(&part::path_of(target))?;
            return Ok(Downloaded::Unchanged(LocalFile::new(done, target, lock)));
        }
        // Where a checksum says that the file that is there is another, its server's word for it is of no use.
        let known = known.filter(|_| !request.has_checksum());
        let mut local = Local::open(target, state, request, growth).await?;
        let resumed_bytes = local.part.bytes();
        progress.set_before(resumed_bytes);
        if resumed_bytes > 0 {
            tracing::info!("going on with {}: {resumed_bytes} bytes are there", request.name);
        }
        let ended = self.persist(request, &mut local, known.as_ref(), progress).await?;
        if let Some(done) = known.filter(|_| ended == Ended::Unchanged) {
            local.discard()?;
            return Ok(Downloaded::Unchanged(LocalFile::new(&done, target, lock)));
        }
        local.part.settle()?;
        growing.complete();
        // Of a part that was thrown away nothing was used.
        let resumed_bytes = if local.part.began_again() { 0 } else { resumed_bytes };
        Ok(Downloaded::Staged(StagedFile { local: local.into(), resumed_bytes, lock }))
    }

    /// Whether the file that is at `target` came from another address, as far as is remembered, and is not proven to be
    /// the one that is wanted: it would be replaced by what is perhaps another file.
    pub fn is_from_elsewhere(request: &FileRequest, target: &Path) -> bool {
        let is_other = |done: &Done| !done.version.is_of(&request.url) && !done.is_proven(request);
        target.exists() && State::read(target).done.is_some_and(|done| is_other(&done))
    }

    /// Asks, once, whether the file can be had, and takes none of it; for `--check`. Returns where it is.
    pub async fn reach(&self, request: &FileRequest) -> Result<String> {
        let policy = RetryPolicy { tries: 1, ..self.client.retry_policy().clone() };
        let hint = "check the address, or try again later";
        let retry = Retry { policy: &policy, verb: "reach", hint, ..self.client.retry(&request.name) };
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]);
        let head = retry.run(async || self.client.open(&request.url, &headers, &[]).await).await?;
        Ok(head.url.to_string())
    }

    /// Tries until all of it is there and right, or what is known turns out to be it.
    async fn persist(
        &self,
        request: &FileRequest,
        local: &mut Local,
        known: Option<&Done>,
        progress: &Progress,
    ) -> Result<Ended> {
        let (client, course) = (&self.client, Course::default());
        let mut attempts = Attempts { client, request, local, known, progress, course };
        let hint = "what has come is kept: run again later to go on";
        let retry = Retry { give_up: Some(self.give_up), hint, ..client.retry(&request.name) };
        retry.run(async || attempts.next().await).await
    }
}
