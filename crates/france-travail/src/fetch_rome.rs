//! `fetch-rome`: France Travail's directory of métiers, its three levels and all three in a row.
//!
//! **Input**: the API ROME 4.0 Métiers; no file.
//!
//! **Output**, in the folder `rome`:
//! - `grand_domaine.json`, `domaine_professionnel.json`, `metier.json`: each level as served, one element a line, by code;
//! - `rome.csv`: a métier a row, with the levels above it;
//! - `datapackage.json`: what these files hold, key by key;
//! - `version.json`: the version of the ROME, its source and licence, and the SHA-256 of the other files. It appears
//!   last: files whose hashes are the ones it names belong together.
//!
//! **Complete** means: the three levels join, no code above lacks one below, every appellation (asked for this alone)
//! belongs to a métier that is there, and the version was the same before and after.
//!
//! **Failures**: 2 credentials missing, 65 levels that do not join, 69 the service is down, 74 the disk refuses, 75 a list
//! is short or the version changed meanwhile, 77 access refused. Whatever fails, the files that were there stay.

mod dictionary;
mod tree;
mod version;

use anyhow::Result;
use clap::Parser;
use files::{Access, Committed, OutputSet, Written};
use futures::try_join;
use schemars::JsonSchema;
use serde::Serialize;
use step::{LICENCE_OUVERTE, Outcome, Progress, Provenance, RootArgs, Task};
use tables::PACKAGE_FILE;
use transfer::{Client, Request, parse_rate};

use crate::list::{self, Element};
use crate::service::{Api, ServiceArgs};
use tree::Tree;
use version::Version;

/// Where the data come from, as the licence wants it said.
const PROVENANCE: Provenance = Provenance::new("France Travail, API ROME 4.0 - Métiers", LICENCE_OUVERTE);

/// The files, in the order in which they appear; the last one tells whether the others belong together.
const FILES: [&str; 6] =
    ["grand_domaine.json", "domaine_professionnel.json", "metier.json", "rome.csv", PACKAGE_FILE, version::FILE];

/// Version, three levels, appellations, version again.
const REQUESTS: u64 = 6;

/// Fetch the ROME: grands domaines, domaines professionnels, métiers, and the three levels in a row
#[derive(Debug, Parser)]
#[command(name = "fetch-rome", version)]
pub struct Args {
    #[command(flatten)]
    root: RootArgs,
    // The portal says 10 a second, data.gouv.fr 1: six requests can wait.
    /// Calls per second
    #[arg(long, value_name = "N", env = "FRANCE_TRAVAIL_RATE", default_value = "1", value_parser = parse_rate)]
    rate: f64,
    #[command(flatten)]
    service: ServiceArgs,
}

/// What the receipt says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// Version of the ROME, as its publisher calls it.
    version: String,
    /// When that version was last modified, as served.
    last_modified_date: String,
    /// Number of grands domaines.
    grand_domaine: usize,
    /// Number of domaines professionnels.
    domaine_professionnel: usize,
    /// Number of métiers, which are the records.
    metier: usize,
    /// Number of appellations, which were asked to prove that no métier is missing.
    appellation: usize,
    /// Names of the files in the folder.
    files: [&'static str; 6],
    #[serde(flatten)]
    provenance: Provenance,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Fetches the ROME into its folder.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let client = args.service.client(Api::Rome, args.rate)?;
    let set = OutputSet::claim(args.root.join("rome"), FILES, Access::Everyone)?;
    let asker = Asker { service: args.service, client, progress: task.progress("fetching the ROME", "lists") };
    let rome = fetch(&asker).await?;
    version::warn_if_fewer(set.folder(), &rome.tree);
    let receipt = task.blocking(move |_| Ok(receipt(&rome, write(set, &rome)?))).await?;
    Ok(Outcome::Done(receipt))
}

/// Asks for the version, which is a few bytes.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let client = args.service.client(Api::Rome, args.rate)?;
    let version = version::ask(&client, &args.service).await?;
    Ok(vec!["the token service".to_owned(), format!("{}: version {}", Api::Rome, version.name())])
}

/// A level of the ROME: how messages call it, its resource, and what to ask of each element.
struct Level {
    name: &'static str,
    resource: &'static str,
    champs: &'static str,
}

// Names are asked in lower case and answered in camel case (public clients, read 2025-11).
const GRAND_DOMAINE: Level = Level { name: "the grands domaines", resource: "grand-domaine", champs: "code,libelle" };
const DOMAINE: Level = Level {
    name: "the domaines professionnels",
    resource: "domaine-professionnel",
    champs: "code,libelle,granddomaine(code,libelle)",
};
const METIER: Level = Level {
    name: "the métiers",
    resource: "metier",
    champs: "code,libelle,domaineprofessionnel(code,libelle,granddomaine(code,libelle))",
};
const APPELLATION: Level =
    Level { name: "the appellations", resource: "appellation", champs: "code,libelle,metier(code)" };

/// A ROME that was found to be whole.
struct Rome {
    version: Version,
    tree: Tree,
    appellation: usize,
}

/// What was served, in the order in which it was asked for.
struct Served {
    before: Version,
    levels: [Vec<Element>; 3],
    appellations: Vec<Element>,
    after: Version,
}

/// Asks for all once more if it does not fit together: a list that was cut, or a version that changed meanwhile, is
/// better the second time; a broken ROME is not.
async fn fetch(asker: &Asker) -> Result<Rome> {
    match join(asker.ask_all().await?) {
        Ok(rome) => Ok(rome),
        Err(why) => {
            tracing::warn!("fetching the ROME again: {why}");
            join(asker.ask_all().await?)
        }
    }
}

/// Proves that what was served is one ROME, whole.
fn join(Served { before, levels: [grands_domaines, domaines, metiers], appellations, after }: Served) -> Result<Rome> {
    before.ensure_unchanged(&after)?;
    let tree = Tree::join(grands_domaines, domaines, metiers)?;
    tree.ensure_has_all(&tree::metiers_of(&appellations)?)?;
    Ok(Rome { version: after, tree, appellation: appellations.len() })
}

/// Asks the API, and counts what was answered.
struct Asker {
    service: ServiceArgs,
    client: Client,
    progress: Progress,
}

impl Asker {
    async fn ask_all(&self) -> Result<Served> {
        self.progress.set(0);
        self.progress.set_total(REQUESTS);
        let before = self.version().await?;
        tracing::info!("fetching version {} of the ROME", before.name());
        let (grands_domaines, domaines, metiers, appellations) =
            try_join!(self.level(GRAND_DOMAINE), self.level(DOMAINE), self.level(METIER), self.level(APPELLATION))?;
        let after = self.version().await?;
        Ok(Served { before, levels: [grands_domaines, domaines, metiers], appellations, after })
    }

    async fn version(&self) -> Result<Version> {
        let version = version::ask(&self.client, &self.service).await?;
        self.progress.add(1);
        Ok(version)
    }

    async fn level(&self, Level { name, resource, champs }: Level) -> Result<Vec<Element>> {
        let mut url = self.service.url(Api::Rome, resource);
        url.set_query(Some(&format!("champs={champs}")));
        let request = Request::new(name, url);
        let (elements, _) = self.client.get(&request, |answer| list::read(name, &answer)).await?;
        self.progress.add(1);
        Ok(elements)
    }
}

/// Writes the files, in the order of [`FILES`]: last the one that tells the version, with the hashes of the others.
fn write(mut set: OutputSet, Rome { version, tree, .. }: &Rome) -> Result<Committed> {
    let mut package = dictionary::package(version);
    let [grands_domaines, domaines, metiers, in_a_row, ..] = FILES;
    for (name, title, elements) in [
        (grands_domaines, "Les grands domaines du ROME", &tree.grands_domaines),
        (domaines, "Les domaines professionnels du ROME", &tree.domaines),
        (metiers, "Les métiers du ROME", &tree.metiers),
    ] {
        let file = set.write(name, &list::write(elements))?;
        package.resources.push(dictionary::level(file, title, elements, version));
    }
    let file = set.write(in_a_row, &tree.csv()?)?;
    package.resources.push(dictionary::in_a_row(file, version));
    package.write(&mut set)?;
    let name = |file: &Written| file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let hashes = set.written().map(|file| (name(file), file.sha256.clone())).collect();
    set.write(version::FILE, &version::write(version, tree, hashes)?)?;
    set.commit()
}

fn receipt(Rome { version, tree, appellation }: &Rome, committed: Committed) -> step::Receipt<Receipt> {
    let own = Receipt {
        version: version.name(),
        last_modified_date: version.last_modified_date(),
        grand_domaine: tree.grands_domaines.len(),
        domaine_professionnel: tree.domaines.len(),
        metier: tree.metiers.len(),
        appellation: *appellation,
        files: FILES,
        provenance: version.provenance(),
    };
    let records = tree.metiers.len() as u64;
    step::Receipt::new(committed.path, own).bytes(committed.bytes).records(records).unchanged(committed.unchanged)
}
