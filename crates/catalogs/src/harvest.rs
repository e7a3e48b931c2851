//! `harvest`: the whole of one portal's catalogue in data.gouv.fr's model, proven complete, or refused.
//!
//! - **Input**: a DCAT catalogue, or a portal of CKAN, DKAN or OpenDataSoft, by its address.
//! - **Output**: `moissonnage/{domain}/datasets.jsonl`, and beside it the services, the items, the findings, the report for
//!   machines and the page for people; in `.harvest/` what the next harvest wants to know again.
//! - **Receipt**: what became of the items, what changed since the harvest before, and whether the listing was whole.
//! - **Failures**: 2 a flag or address is wrong, or the folder is another source's; 65 no catalogue, or one that
//!   contradicts itself; 66 the file of the key cannot be read; 69 the portal is unavailable; 74 the disk refuses;
//!   75 another run is at it, or some items are still to come; 77 access is refused.

mod account;
mod archiving;
mod asking;
mod ending;
mod filter;
mod folder;
mod page_of;
mod source;
mod written;

use std::path::PathBuf;
use std::rc::Rc;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use jiff::Timestamp;
use report::FindingsArgs;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use step::{ExitCode, Outcome, RootArgs, SecretString, Task};
use url::Url;

use crate::changes::{Changes, Items};
use crate::gathering::Gathering;
use crate::model::Backend;
use crate::portal::Portal;
use crate::verdict::Listing;
use crate::{ckan, dkan, memory, ods, pages};

use asking::AskingArgs;
use ending::Ending;
use filter::Filter;
use folder::Folder;

/// Items of a preview.
const PREVIEWED_ITEMS: u64 = 20;

/// Harvest a catalogue into the model of data.gouv.fr, proven complete
#[derive(Debug, Parser)]
#[command(name = "harvest", version)]
pub struct Args {
    /// What the portal speaks
    #[arg(value_enum, value_name = "dcat|ckan|dkan|ods", hide_possible_values = true)]
    dialect: Dialect,

    /// Of dcat a catalogue document; else the root of the portal
    #[arg(value_name = "URL", value_parser = source::parse_url)]
    url: Url,

    /// Folder that receives everything, in place of `moissonnage/{domain}` below the root
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Take only datasets that have this; all must hold. ckan: organization, tags; ods: tags, publisher
    #[arg(long, value_name = "K=V")]
    include: Vec<Filter>,

    /// Leave out datasets that have this
    #[arg(long, value_name = "K=V")]
    exclude: Vec<Filter>,

    /// Of ods: keep datasets that come from an INSPIRE catalogue
    #[arg(long)]
    inspire: bool,

    /// Of dcat: what stands before a record's identifier in the address of its page
    #[arg(long, value_name = "URL", value_parser = source::parse_url)]
    remote_url_prefix: Option<Url>,

    /// Take the first 20 items, into `DIR/preview`, and remember nothing
    #[arg(long, conflicts_with = "max_items")]
    preview: bool,

    /// Stop after so many items
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_items: Option<u64>,

    /// The run's one instant, by default the clock's: a date or date-time, UTC
    #[arg(long, value_name = "INSTANT", value_parser = source::parse_instant)]
    now: Option<Timestamp>,

    /// Days after which what the source has no more is archived
    #[arg(long, value_name = "DAYS", default_value = "7", value_parser = clap::value_parser!(u16).range(0..=3650))]
    archive_after: u16,

    /// Archive nothing
    #[arg(long)]
    no_archive: bool,

    /// Archive even if nothing came, or more than half would go
    #[arg(long, conflicts_with = "no_archive")]
    archive_anyway: bool,

    /// Ask for everything, whatever is remembered
    #[arg(long)]
    force: bool,

    /// End with 65 if an item failed
    #[arg(long)]
    strict: bool,

    /// End with 0 even if the listing is incomplete, archiving was refused, or items are still to come
    #[arg(long)]
    accept_incomplete: bool,

    /// Exit with 99 if nothing was added, changed, archived or restored
    #[arg(long)]
    skip_unchanged: bool,

    /// Identifier of the source, by default made of dialect and address
    #[arg(long, value_name = "ID", value_parser = source::parse_source_id)]
    source_id: Option<String>,

    /// Of ods: licence of datasets whose own cannot be told
    #[arg(long, value_name = "ID", value_parser = source::parse_licence)]
    default_license: Option<String>,

    /// Key of a CKAN portal
    #[arg(long, env = "CATALOG_API_KEY", hide = true, hide_env_values = true)]
    api_key: Option<SecretString>,

    #[command(flatten)]
    asking: AskingArgs,

    #[command(flatten)]
    findings: FindingsArgs,

    #[command(flatten)]
    root: RootArgs,
}

/// What a portal speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Dialect {
    /// A DCAT catalogue, in any form of RDF
    Dcat,
    /// CKAN
    Ckan,
    /// DKAN
    Dkan,
    /// OpenDataSoft
    Ods,
}

/// What the receipt says besides the common keys.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// What the portal speaks: `dcat`, `ckan`, `dkan` or `ods`.
    backend: String,
    /// Address of the source.
    url: String,
    /// Host of the source.
    domain: String,
    /// `done`, or `done-errors`: an item failed, or the listing is incomplete.
    status: String,
    /// Whether all that the portal lists was gone through.
    complete: bool,
    /// Whether this was a preview.
    preview: bool,
    /// What became of the items: done, failed, skipped, archived.
    items: Items,
    /// What differs from the harvest before: new, changed, unchanged, missing, archived, restored.
    changes: Changes,
    /// Lines of `dataservices.jsonl`.
    dataservices: u64,
    /// Findings by level: error, warning, info.
    findings: Levels,
    /// Requests that were sent.
    requests: u64,
    /// Requests that were sent again.
    retries: u64,
    /// Path of the report for machines.
    report: String,
}

/// Findings by level.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
struct Levels {
    error: u64,
    warning: u64,
    info: u64,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Harvests the portal.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let settings = Rc::new(source::settings(&args)?);
    source::advise(&settings);
    let client = args.asking.client(&settings, args.api_key.clone())?;
    let mut folder = Folder::claim(&args, &settings)?;
    if let Some(receipt) = folder.finish_before()? {
        return Ok(Outcome::Done(receipt));
    }
    let (mut portal, mut gathering) = folder.open(&args, &settings, client)?;
    portal.show(task.progress_bytes(format!("reading {}", settings.domain)));
    gathering.show(task.progress(format!("harvesting {}", settings.domain), "items"));
    let listing = list(&mut portal, &mut gathering).await;
    Ending { args: &args, settings: &settings, folder, portal, gathering }.end(listing)
}

/// Asks for the first thing that a harvest asks for.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let settings = source::settings(&args)?;
    let client = args.asking.client(&settings, args.api_key.clone())?;
    source::reach(&settings, &client).await
}

async fn list(portal: &mut Portal, gathering: &mut Gathering) -> Result<Listing> {
    match portal.settings().backend {
        Backend::Dcat => pages::harvest(portal, gathering).await,
        Backend::Ckan => ckan::harvest(portal, gathering).await,
        Backend::Dkan => dkan::harvest(portal, gathering).await,
        Backend::OpenDataSoft => ods::harvest(portal, gathering).await,
    }
}

impl Dialect {
    fn backend(self) -> Backend {
        match self {
            Self::Dcat => Backend::Dcat,
            Self::Ckan => Backend::Ckan,
            Self::Dkan => Backend::Dkan,
            Self::Ods => Backend::OpenDataSoft,
        }
    }

    fn name(self) -> &'static str {
        memory::dialect_of(self.backend())
    }
}

/// A flag or value that does not fit.
fn misuse(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    step::Failure::new(ExitCode::Usage, message).hint(hint).into()
}
