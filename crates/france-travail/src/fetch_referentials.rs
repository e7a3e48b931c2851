//! `fetch-referentials`: the codes that job offers use, with their labels.
//!
//! **Input**: the API Offres d'emploi v2; no file.
//!
//! **Output**, in the folder `referentiels`: `{name}.json`, a list as served, one element a line, by code;
//! `datapackage.json`, what each list that is there holds, key by key.
//!
//! **Complete** means: every list asked for is as long as its `Content-Range` says, and lists that refer to each other
//! join. The files appear together: none, if one list fails.
//!
//! **Failures**: 2 credentials missing or a wrong name, 65 lists that do not join, 69 the service is down, 74 the disk
//! refuses, 75 a list is shorter or longer than it announces, 77 access refused. Whatever fails, the files that were there
//! stay.

mod dictionary;
mod joins;

use std::collections::BTreeMap;

use anyhow::Result;
use clap::Parser;
use clap::builder::PossibleValuesParser;
use files::{Access, Committed, OutputSet};
use futures::future::try_join_all;
use schemars::JsonSchema;
use serde::Serialize;
use step::{LICENCE_OUVERTE, Outcome, Provenance, RootArgs, Task};
use tables::{PACKAGE_FILE, Resource};
use transfer::{Client, Request, Response, ResponseError, parse_rate};

use crate::list::{self, Announced, Element};
use crate::service::{Api, ServiceArgs};

/// Where the data come from, as the licence wants it said.
const PROVENANCE: Provenance =
    Provenance::new("France Travail, API Offres d'emploi v2 - Référentiels", LICENCE_OUVERTE);

/// All that the API has, as it spells them (its OpenAPI description, read 2025-11).
const NAMES: [&str; 16] = [
    "appellations",
    "communes",
    "continents",
    "departements",
    "domaines",
    "langues",
    "metiers",
    "nafs",
    "naturesContrats",
    "niveauxFormations",
    "pays",
    "permis",
    "regions",
    "secteursActivites",
    "themes",
    "typesContrats",
];

/// A list of six: enough to see that the service answers.
const SMALL: &str = "continents";

/// Fetch the referentials of the job offers: communes, métiers, types of contract and so on
#[derive(Debug, Parser)]
#[command(name = "fetch-referentials", version)]
pub struct Args {
    /// Referentials to fetch, as the API spells them; by default all
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(NAMES))]
    names: Vec<String>,
    #[command(flatten)]
    root: RootArgs,
    /// Calls per second
    #[arg(long, value_name = "N", env = "FRANCE_TRAVAIL_RATE", default_value = "10", value_parser = parse_rate)]
    rate: f64,
    #[command(flatten)]
    service: ServiceArgs,
}

/// What the receipt says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// Number of elements of each referential.
    referentials: BTreeMap<String, usize>,
    /// Referentials of which the service does not say how many elements there are.
    uncounted: Vec<String>,
    #[serde(flatten)]
    provenance: Provenance,
}

/// A list that was fetched.
#[derive(Debug)]
struct Referential {
    name: String,
    elements: Vec<Element>,
    announced: Announced,
    /// What is to be said of its source and licence.
    provenance: Provenance,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Fetches the referentials into their folder.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let client = args.service.client(Api::Offres, args.rate)?;
    let names = chosen(args.names);
    // Last the one that tells of the others.
    let files = names.iter().map(|name| file_of(name)).chain([PACKAGE_FILE.to_owned()]);
    let set = OutputSet::claim(args.root.join("referentiels"), files, Access::Everyone)?;
    tracing::info!("fetching {} referentials", names.len());
    let progress = task.progress("fetching the referentials", "lists");
    progress.set_total(names.len() as u64);
    let fetched = names.iter().map(async |name| {
        let referential = fetch(&client, &args.service, name).await?;
        progress.add(1);
        anyhow::Ok(referential)
    });
    let referentials = try_join_all(fetched).await?;
    joins::ensure_joined(&referentials)?;
    let receipt = receipt_of(&referentials);
    let committed = task.blocking(move |_| write(set, &referentials)).await?;
    Ok(Outcome::Done(complete(receipt, committed)))
}

/// Asks for the smallest list.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let client = args.service.client(Api::Offres, args.rate)?;
    let small = fetch(&client, &args.service, SMALL).await?;
    Ok(vec!["the token service".to_owned(), format!("{}: {} {SMALL}", Api::Offres, small.elements.len())])
}

/// The names asked for, once each; all if none was.
fn chosen(mut names: Vec<String>) -> Vec<String> {
    if names.is_empty() {
        return NAMES.map(str::to_owned).to_vec();
    }
    names.sort();
    names.dedup();
    names
}

fn file_of(name: &str) -> String {
    format!("{name}.json")
}

async fn fetch(client: &Client, service: &ServiceArgs, name: &str) -> Result<Referential> {
    let url = service.url(Api::Offres, &format!("referentiel/{name}"));
    let request = Request::new(format!("the referential `{name}`"), url);
    client.get(&request, |response| read(name, &response)).await
}

fn read(name: &str, response: &Response) -> Result<Referential, ResponseError> {
    let (elements, announced) = list::read(&format!("the referential `{name}`"), response)?;
    // Documented of every referential, so an answer without it comes from something else (OpenAPI, read 2025-11).
    if announced == Announced::Nothing {
        return Err(ResponseError::Malformed("it has no `Content-Range`".to_owned()));
    }
    let provenance = PROVENANCE.served_by(response.header("server"));
    Ok(Referential { name: name.to_owned(), elements, announced, provenance })
}

fn receipt_of(referentials: &[Referential]) -> Receipt {
    let uncounted: Vec<_> = referentials
        .iter()
        .filter(|referential| referential.announced == Announced::Unknown)
        .map(|referential| referential.name.clone())
        .collect();
    for name in &uncounted {
        tracing::warn!("the service does not say how many `{name}` there are: the list is taken as it came");
    }
    let count = |referential: &Referential| (referential.name.clone(), referential.elements.len());
    // All come from one service.
    let provenance = referentials.first().map_or(PROVENANCE, |first| first.provenance.clone());
    Receipt { referentials: referentials.iter().map(count).collect(), uncounted, provenance }
}

fn write(mut set: OutputSet, referentials: &[Referential]) -> Result<Committed> {
    let mut package = dictionary::package();
    for Referential { name, elements, provenance, .. } in referentials {
        let file = set.write(&file_of(name), &list::write(elements))?;
        let fields = list::fields(elements, |key| dictionary::meaning(name, key));
        package.resources.push(Resource::json(file, dictionary::title(name), provenance, fields));
    }
    package.write(&mut set)?;
    set.commit()
}

fn complete(receipt: Receipt, committed: Committed) -> step::Receipt<Receipt> {
    let records = receipt.referentials.values().sum::<usize>() as u64;
    step::Receipt::new(committed.path, receipt).bytes(committed.bytes).records(records).unchanged(committed.unchanged)
}
