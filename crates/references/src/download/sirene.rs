//! The SIRENE stock: every establishment of the country, as of now.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use anyhow::Result;
use files::Access;
use jiff::civil::Date;
use step::{ExitCode, Failure, paris};
use transfer::{Downloaded, FileRequest, Growth, Signature};

use super::address::ZIP;
use super::{Args, Errand, Got, Receipt, stock};

/// What is told of the stock of a month that is over.
const NO_LONGER: &str = "is there, and its source no longer has it";

/// A month of a year: `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month(Date);

pub(super) async fn download(errand: &Errand<'_>) -> Result<Got> {
    let now = Month::now()?;
    let month = errand.args.month.unwrap_or(now);
    let target = errand.folder("sirene").join(format!("etablissements_sirene_{month}.zip"));
    let mut got = match month.cmp(&now) {
        std::cmp::Ordering::Equal => current(errand, &target).await?,
        _ if target.exists() && month < now => past(errand, &target).await?,
        _ => return Err(not_served(month, now, &target)),
    };
    got.own.month = Some(month.to_string());
    Ok(got)
}

pub(super) fn wanted(args: &Args) -> FileRequest {
    FileRequest {
        name: "the SIRENE stock".to_owned(),
        url: args.sources.sirene_url.clone(),
        bytes: None,
        md5: None,
        sha256: args.sha256.clone(),
        signature: Signature::AnyOf(ZIP),
        access: Access::Everyone,
    }
}

/// The one stock that the source has. It changes in the middle of months too: only its validator tells.
async fn current(errand: &Errand<'_>, target: &Path) -> Result<Got> {
    let (wanted, growth) = (wanted(errand.args), Growth::default());
    if !errand.args.extract {
        return match errand.fetch(&wanted, target, &growth).await? {
            Downloaded::Unchanged(file) => Ok(errand.unchanged(file)),
            Downloaded::Staged(staged) => Ok(Got::new(stock::publish_judged(&errand.task, staged).await?)),
        };
    }
    let following = stock::follow(&errand.task, growth.clone(), target);
    let (fetched, inflated) = futures::join!(errand.fetch(&wanted, target, &growth), following);
    match fetched? {
        Downloaded::Unchanged(file) => stock::inflate(&errand.task, errand.unchanged(file)).await,
        Downloaded::Staged(staged) => stock::publish_inflated(&errand.task, staged, inflated).await,
    }
}

/// A stock that was fetched in its month.
async fn past(errand: &Errand<'_>, target: &Path) -> Result<Got> {
    tracing::info!("`{}` {NO_LONGER}", target.display());
    let path = target.to_owned();
    let (bytes, sha256) = errand
        .task
        .blocking(move |_| {
            stock::judge(&path)?;
            let there = files::open(&path)?.metadata().map_err(|error| files::unreadable(&path, error))?;
            Ok((there.len(), files::sha256(&path)?))
        })
        .await?;
    if let Some(asked) = errand.args.sha256.as_ref().filter(|asked| **asked != sha256) {
        let message = format!("could not take `{}`: its SHA-256 is {sha256}, not {asked}", target.display());
        return Err(Failure::new(ExitCode::BadInput, message).hint("its source no longer has that month").into());
    }
    let own = Receipt { url: errand.args.sources.sirene_url.to_string(), ..Receipt::default() };
    let got = Got { path: target.to_owned(), bytes, sha256: Some(sha256), unchanged: Some(NO_LONGER), own };
    if errand.args.extract { stock::inflate(&errand.task, got).await } else { Ok(got) }
}

fn not_served(month: Month, now: Month, target: &Path) -> anyhow::Error {
    let why = match month < now {
        true => format!("its source has only today's, and `{}` is not there", target.display()),
        false => format!("in Paris it is {now}"),
    };
    Failure::new(ExitCode::Usage, format!("could not download the SIRENE stock of {month}: {why}"))
        .hint("leave `--month` out for today's stock")
        .into()
}

impl Month {
    fn now() -> Result<Self> {
        Ok(Self(paris::now()?.date().first_of_month()))
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_month = text.len() == 7 && !text.contains(char::is_whitespace);
        let date = is_month.then(|| format!("{text}-01").parse().ok()).flatten();
        date.map(Self).ok_or_else(|| "not a month such as 2026-11".to_owned())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}
