//! One file, fetched whole and of one version, however often the connection breaks or the process is killed.
//!
//! Bytes go to `NAME.part`; `.NAME.transfer.json` beside it says which version they belong to. A run that was ended goes
//! on where it stopped, and only if the source still has that version. The file takes its name once its length,
//! checksum and first bytes are right; until then what was there before stays.

mod answer;
mod attempt;
mod fetched;
mod growth;
mod hash;
mod part;
mod state;
mod version;
mod wanted;
mod watch;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use files::Lock;
use step::{ExitCode, Failure, Progress};
use tokio::time::sleep;

use crate::client::{Client, USER_AGENT};
use crate::pace::Pace;
use crate::patience::Patience;
use crate::tally::Tally;

use answer::Answer;
use attempt::Ended;
use part::Part;
use state::{Done, State};
use version::shown;
use watch::Watch;

pub use fetched::{Arrived, Copied, Fetched};
pub use growth::{Follow, Growth};
pub use wanted::{Start, Wanted};

/// Fetches files from one service; it keeps the pace of the client that it was made beside.
#[derive(Debug, Clone)]
pub struct Fetcher {
    http: reqwest::Client,
    pace: Arc<Pace>,
    patience: Patience,
    give_up: Duration,
    tally: Tally,
}

impl Fetcher {
    /// Bytes come as the server has them: whoever resumes cannot use a compression that was put on for the way.
    /// Without progress for `give_up` it fails.
    pub fn beside(client: &Client, give_up: Duration) -> Result<Self> {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .no_gzip()
            .connect_timeout(client.patience.stall.min(Duration::from_secs(10)))
            .build()
            .context("could not set up HTTP")?;
        let (pace, patience, tally) = (client.pace.clone(), client.patience.clone(), client.tally().clone());
        Ok(Self { http, pace, patience, give_up, tally })
    }

    /// Fetches the file that is to be at `target`. `growth` lets somebody read it while it comes.
    ///
    /// # Errors
    /// 65 what came is not what was wanted, 69 the service is unavailable or gives no more, 74 the disk refuses,
    /// 75 another run fetches it, 77 access is refused.
    pub async fn fetch(&self, wanted: &Wanted, target: &Path, growth: &Growth, progress: &Progress) -> Result<Fetched> {
        let lock = Lock::claim(target)?;
        files::remove_staged(&state::path_of(target))?;
        let growing = growth.begin();
        let mut state = State::read(target);
        let known = state.look(target, wanted).await?;
        if let Some(done) = known.as_ref().filter(|done| done.is_proven(wanted)) {
            part::remove(target)?;
            return Ok(Fetched::Unchanged(done.copied(target, lock)));
        }
        // Where a checksum says that the file that is there is another, its server's word for it is of no use.
        let known = known.filter(|_| !wanted.has_checksum());
        let mut part = Part::open(target, state.part.take(), wanted.md5.is_some(), growth.clone()).await?;
        let resumed_bytes = part.bytes();
        progress.set_before(resumed_bytes);
        if resumed_bytes > 0 {
            tracing::info!("going on with {}: {resumed_bytes} bytes are there", wanted.name);
        }
        if let Some(done) = self.persist(wanted, target, &mut part, &mut state, known, progress).await? {
            part.discard()?;
            return Ok(Fetched::Unchanged(done.copied(target, lock)));
        }
        part.settle()?;
        growing.complete();
        // Of a part that was thrown away nothing was used.
        let resumed_bytes = if part.began_again() { 0 } else { resumed_bytes };
        Ok(Fetched::Arrived(Arrived { target: target.to_owned(), part: part.into(), resumed_bytes, lock }))
    }

    /// Asks whether the file can be had, and takes none of it; for `--check`.
    pub async fn reach(&self, wanted: &Wanted) -> Result<String> {
        self.pace.turn().await;
        let response = self.send(self.request(wanted)).await.map_err(|why| {
            Failure::new(ExitCode::Unavailable, format!("could not reach {}: {why}", wanted.name))
                .hint("check the address, or try again later")
        })?;
        match Answer::read(&response).judge_status(&wanted.name)? {
            None => Ok(response.url().to_string()),
            Some(why) => Err(Failure::new(ExitCode::Unavailable, format!("could not reach {}: {why}", wanted.name))
                .hint("try again later")
                .into()),
        }
    }

    /// Tries until all of it is there and right, or what is known turns out to be it.
    async fn persist(
        &self,
        wanted: &Wanted,
        target: &Path,
        part: &mut Part,
        state: &mut State,
        known: Option<Done>,
        progress: &Progress,
    ) -> Result<Option<Done>> {
        let mut watch = Watch::new(self.give_up, self.patience.tries);
        loop {
            let before = part.mark();
            let ended = self.attempt(wanted, target, part, state, known.as_ref(), progress).await?;
            watch.note(before, part.mark());
            let ended = match ended {
                Ended::Complete => part.judge(wanted).map_or_else(Ended::Wrong, |()| Ended::Complete),
                ended => ended,
            };
            let (why, after) = match ended {
                Ended::Complete => return Ok(None),
                Ended::Unchanged => return Ok(known),
                Ended::Again { why, after } => (why, after),
                Ended::Wrong(why) => {
                    part.discard()?;
                    // It may have gone wrong on the way, or in what an earlier run left: once more, from the start.
                    if !watch.may_begin_again() {
                        return Err(refuse(wanted, &why));
                    }
                    (why, None)
                }
            };
            let wait = watch.wait(&wanted.name, &why, after, &self.patience)?;
            tracing::warn!(wait_ms = wait.as_millis() as u64, "trying {} again: {why}", wanted.name);
            self.tally.retry();
            sleep(wait).await;
        }
    }
}

fn refuse(wanted: &Wanted, why: &str) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not take {} from `{}`: {why}", wanted.name, shown(&wanted.url)))
        .hint("check the address in a browser; what was there before is untouched")
        .into()
}
