//! `fetch-inclusion`: what data·inclusion has gathered of other producers, read back whole and without duplicates.
//!
//! - **Input**: the API, page by page, with a token; or the published dumps; or files of them, in any format.
//! - **Output**: `structures.json` and `services.json`, each record as it was served; `…-doublons.json`, what was set aside and
//!   for which; with `--since-last` `…-changes.json`; `structures.log` and `services.log`, which prove it all.
//! - **Receipt**: what became of the records of each list, what changed, the requests that it took.
//! - **Failures**: 2 the token is missing, a flag does not fit, or the last run was asked for something else; 65 a dump breaks a
//!   rule, or a last file is not as it was written; 66 a file is missing; 69 the service is unavailable; 74 the disk refuses;
//!   75 nothing proves that a list is complete, it has shrunk, or another run is in the folder; 77 the token is refused.

mod answer;
mod api;
mod ask;
mod chain;
mod changes;
mod dump;
mod ending;
mod fate;
mod folder;
mod lists;
mod outcome;
mod published;
mod record;
mod shelf;
mod wanted;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use schemars::JsonSchema;
use serde::Serialize;
use step::{Outcome, RootArgs, SecretString, Task};
use transfer::{RetryPolicy, Url};

use crate::schema::Kind;

use api::Api;
use changes::Changes;
use ending::Ending;
use folder::Folder;
use lists::Origins;
use published::Published;
use wanted::{Chosen, Origin};

/// Fetch what data·inclusion has of other producers, proven complete and without duplicates
#[derive(Debug, Parser)]
#[command(name = "fetch-inclusion", version)]
pub struct Args {
    /// The one list that is wanted; by default structures, then services
    #[arg(value_enum, value_name = "structures|services", hide_possible_values = true)]
    list: Option<Kind>,

    /// `api`, `dump` (the published ones), or files of dumps, one for each list
    #[arg(long, value_name = "api|dump|FILE")]
    from: Vec<String>,

    /// Source whose records are left out: the caller's own, whose duplicates are set aside
    #[arg(long, value_name = "SOURCE")]
    exclude_source: Vec<String>,

    /// Keep only records of this source
    #[arg(long = "source", value_name = "SOURCE")]
    only_source: Vec<String>,

    /// Keep only records in this département, `20` for both of Corsica
    #[arg(long, value_name = "CODE")]
    departement: Vec<String>,

    /// Keep only services of this thématique or category, and their structures
    #[arg(long, value_name = "THEMATIQUE")]
    thematique: Vec<String>,

    /// Tell what changed since the last run
    #[arg(long)]
    since_last: bool,

    /// Exit with 99 if the records are those of the last run
    #[arg(long)]
    skip_unchanged: bool,

    /// Set no duplicates aside
    #[arg(long)]
    keep_duplicates: bool,

    /// Ask for everything, whatever was gathered, and believe a list that is empty or has shrunk
    #[arg(long)]
    force: bool,

    /// Records of a page
    #[arg(long, value_name = "N", default_value = "10000", value_parser = clap::value_parser!(u64).range(1..=10_000))]
    page_size: u64,

    /// Folder to write to, in place of `inclusion` below the root
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Token of the API
    #[arg(long, env = "DATA_INCLUSION_TOKEN", hide = true, hide_env_values = true)]
    token: Option<SecretString>,

    /// Address of the API
    #[arg(
        long,
        value_name = "URL",
        env = "DATA_INCLUSION_API_URL",
        default_value = "https://api.data.inclusion.gouv.fr"
    )]
    api_url: Url,

    /// Address below which the published dumps are
    #[arg(
        long,
        value_name = "URL",
        env = "DATA_INCLUSION_DUMP_URL",
        default_value = "https://www.data.gouv.fr/api/1/datasets/r"
    )]
    dump_url: Url,

    #[command(flatten)]
    retry: RetryPolicy,

    #[command(flatten)]
    root: RootArgs,
}

/// What the receipt says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// Address, or names of the files.
    from: Vec<String>,
    /// What became of the structures that were served.
    #[serde(skip_serializing_if = "Option::is_none")]
    structures: Option<Counts>,
    /// What became of the services that were served.
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<Counts>,
    /// With `--since-last`: records that came, changed, went.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Changes>,
    /// Requests that were sent.
    requests: u64,
    /// Requests that were sent because an earlier one failed, or brought a page that was of no use.
    retries: u64,
    /// Reloads of the lists that were seen.
    reloads: u64,
    /// Names of the files.
    files: Vec<String>,
}

/// What became of the records of a list.
#[derive(Debug, Serialize, JsonSchema)]
struct Counts {
    /// All that were served.
    served: u64,
    /// In the file.
    kept: u64,
    /// Of an excluded source.
    excluded: u64,
    /// Set aside for another.
    #[serde(skip_serializing_if = "Option::is_none")]
    doublons: Option<u64>,
    /// Services whose structure was not served.
    #[serde(skip_serializing_if = "Option::is_none")]
    orphans: Option<u64>,
    /// None of those that are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    filtered: Option<u64>,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Fetches the lists.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let origin = Origin::of(&args.from)?;
    let chosen = Chosen::of(&args, &origin)?;
    let origins = origins(&args, &origin)?;
    let lists = wanted::lists(&args);
    let path = args.dir.clone().unwrap_or_else(|| args.root.join("inclusion"));
    let folder = Folder::claim(path, &lists, &origin)?;
    let last = match args.since_last {
        true => Some(lists.iter().map(|kind| folder.last_records(*kind, &chosen)).collect::<Result<Vec<_>>>()?),
        false => None,
    };
    let fetched = lists::fetch(&origins, &lists, &folder, args.page_size, args.force, &task).await?;
    let from = told_from(&args, &origin);
    let ending = Ending { folder, chosen, fetched, last, from, skip_unchanged: args.skip_unchanged };
    task.blocking(move |task| ending.end(task)).await
}

/// Asks for what is smallest, or looks at the files.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let origin = Origin::of(&args.from)?;
    Chosen::of(&args, &origin)?;
    match origins(&args, &origin)? {
        Origins::Api(api) => Ok(vec![api.reach().await?]),
        Origins::Published(published) => {
            let mut reached = vec![];
            for kind in wanted::lists(&args) {
                reached.push(published.reach(kind).await?);
            }
            Ok(reached)
        }
        Origins::Files(paths) => lists::look(&paths),
    }
}

fn origins(args: &Args, origin: &Origin) -> Result<Origins> {
    Ok(match origin {
        Origin::Api => Origins::Api(Api::new(&args.api_url, args.token.as_ref(), &args.retry)?),
        Origin::Dump => Origins::Published(Published::new(&args.dump_url, &args.retry)?),
        Origin::Files(paths) => Origins::Files(paths.clone()),
    })
}

fn told_from(args: &Args, origin: &Origin) -> Vec<String> {
    match origin {
        Origin::Api => vec![plain(&args.api_url)],
        Origin::Dump => vec![plain(&args.dump_url)],
        Origin::Files(paths) => {
            paths.iter().map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned()).collect()
        }
    }
}

/// As one writes it.
fn plain(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}
