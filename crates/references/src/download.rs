//! `download`: a reference file, whole and of one version, or what was there before.
//!
//! **Input**: IGN's catalogue (COG carto), data.gouv.fr (SIRENE), INSEE (NAF), or any address.
//!
//! **Output**: `cog_carto/{EDITION}.7z`, `sirene/etablissements_sirene_{YYYY-MM}.zip`, the workbooks in `naf/`, or the file
//! under its own name. While it comes it is `NAME.part`, and a run that was ended goes on where it stopped. With
//! `--extract`, the CSV of SIRENE beside its zip, inflated while it comes.
//!
//! **Unchanged** means: the checksum that the catalogue or `--sha256` gives, else the source's validator, says that the
//! file that is there is the one.
//!
//! **Failures**: 2 an edition or month that cannot be had, or a file of that name is there that has another address; 65
//! what came is not such a file or has another checksum, 69 the source is down, 74 the disk refuses, 75 another run is at
//! it, 77 access refused. Whatever fails, the file that was there stays.

mod address;
mod catalogue;
mod cog_carto;
mod naf;
mod sirene;
mod stock;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use schemars::JsonSchema;
use serde::Serialize;
use step::{ExitCode, Failure, Outcome, RootArgs, Task};
use transfer::{
    Client, ClientOptions, Downloaded, Downloader, FileRequest, Growth, LocalFile, RetryPolicy, Url, parse_rate,
};

use sirene::Month;

/// One file at a time; the catalogue's pages are asked one by one too.
const IN_FLIGHT: usize = 1;

/// Download a reference file: COG carto, SIRENE, NAF, or any address
#[derive(Debug, Parser)]
#[command(name = "download", version)]
// Enough for `--give-up-s` to decide: after the first few, tries are ten seconds apart.
#[command(mut_arg("tries", |tries| tries.default_value("12")))]
pub struct Args {
    /// `cog-carto`, `sirene`, `naf`, or an address
    #[arg(value_name = "cog-carto|sirene|naf|URL")]
    what: What,
    /// Edition of COG carto: its date, or `latest`
    #[arg(long, value_name = "YYYY-MM-DD", env = "VERSION_COG_CARTO", default_value = "2024-02-22")]
    edition: String,
    /// Month of SIRENE; by default today's in Paris, the only one that its source has
    #[arg(long, value_name = "YYYY-MM")]
    month: Option<Month>,
    /// The NAF of 2008, in six workbooks, or of 2025, in one
    #[arg(long, value_name = "YEAR", default_value = "2008", value_parser = ["2008", "2025"])]
    nomenclature: String,
    /// Folder that receives the file, in place of the usual one
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Name that the file gets, in place of the last part of its address
    #[arg(long, value_name = "FILE", value_parser = address::parse_name)]
    name: Option<String>,
    /// SHA-256 that the file must have
    #[arg(long, value_name = "HEX", value_parser = sha256)]
    sha256: Option<String>,
    /// Exit with 99 if nothing is new
    #[arg(long)]
    skip_unchanged: bool,
    /// Inflate the CSV of SIRENE while its zip comes
    #[arg(long)]
    extract: bool,
    #[command(flatten)]
    root: RootArgs,
    #[command(flatten)]
    sources: Sources,
}

/// Where the files come from, and how politely and patiently they are asked for.
#[derive(Debug, Clone, clap::Args)]
struct Sources {
    /// Address of IGN's download service
    #[arg(long, value_name = "URL", env = "COG_CARTO_URL", default_value = "https://data.geopf.fr/telechargement")]
    cog_carto_url: Url,
    // The stable address: the one that it leads to has moved before (Creatiwity/siren#639).
    /// Address of the SIRENE stock
    #[arg(
        long,
        value_name = "URL",
        env = "SIRENE_URL",
        default_value = "https://www.data.gouv.fr/api/1/datasets/r/0651fb76-bcf3-4f6a-a38d-bc04fa708576"
    )]
    sirene_url: Url,
    /// Address of the folder that holds the workbooks of NAF 2008
    #[arg(
        long,
        value_name = "URL",
        env = "NAF_URL",
        default_value = "https://www.insee.fr/fr/statistiques/fichier/2120875"
    )]
    naf_url: Url,
    /// Address of the workbook of NAF 2025
    #[arg(
        long,
        value_name = "URL",
        env = "NAF_2025_URL",
        default_value = "https://www.insee.fr/fr/statistiques/fichier/8617910/Structure%20NAF%202025%20Maj%202024-10-04.xlsx"
    )]
    naf_2025_url: Url,
    // IGN documents ten a second; a public collector met 429 above one.
    /// Requests per second
    #[arg(long, value_name = "N", default_value = "1", value_parser = parse_rate)]
    rate: f64,
    /// Seconds without a new byte after which a file is given up
    #[arg(long, value_name = "S", default_value = "60", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    give_up_s: u64,
    #[command(flatten)]
    retry: RetryPolicy,
}

/// What to download.
#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    CogCarto,
    Sirene,
    Naf,
    Address(Url),
}

/// What the receipt says besides the common keys.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Receipt {
    /// Address of the file, after redirects; of NAF 2008, of its folder.
    url: String,
    /// When the source says that it was last modified.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified: Option<String>,
    /// What the source calls this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    /// Date of the edition (COG carto).
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<String>,
    /// Month of the stock (SIRENE).
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<String>,
    /// Bytes that an earlier run had fetched, and that this one did not ask for.
    resumed_bytes: u64,
    /// The zip that the CSV was inflated from (`--extract`).
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<String>,
    /// Names of the files in the folder (NAF).
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<String>>,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Downloads it.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    refuse_what_does_not_fit(&args)?;
    let errand = Errand::new(&args, task)?;
    let got = match &args.what {
        What::CogCarto => cog_carto::download(&errand).await?,
        What::Sirene => sirene::download(&errand).await?,
        What::Naf => naf::download(&errand).await?,
        What::Address(url) => address::download(&errand, url).await?,
    };
    if let Some(why) = got.unchanged.filter(|_| args.skip_unchanged) {
        return Ok(Outcome::NothingNew(format!("`{}` {why}", got.path.display())));
    }
    let receipt = step::Receipt::new(got.path, got.own).bytes(got.bytes).unchanged(got.unchanged.is_some());
    Ok(Outcome::Done(match got.sha256 {
        Some(sha256) => receipt.sha256(sha256),
        None => receipt,
    }))
}

/// Reads the catalogue, or asks for the file and takes none of it.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let client = args.sources.client()?;
    let downloader = args.sources.downloader(&client);
    let wanted = match &args.what {
        What::CogCarto => cog_carto::find(&client, &args.sources.cog_carto_url, &args.edition).await?.wanted(),
        What::Sirene => sirene::wanted(&args),
        What::Naf => naf::wanted(&args).swap_remove(0).1,
        What::Address(url) => address::wanted(&args, url)?.1,
    };
    Ok(vec![downloader.reach(&wanted).await?])
}

/// What a download has to do with: the arguments, the task, and who asks.
struct Errand<'a> {
    args: &'a Args,
    task: Task,
    client: Client,
    downloader: Downloader,
}

/// What came of it, for the receipt.
struct Got {
    path: PathBuf,
    bytes: u64,
    sha256: Option<String>,
    /// Why nothing was downloaded, if so: what follows on the name of the file.
    unchanged: Option<&'static str>,
    own: Receipt,
}

impl<'a> Errand<'a> {
    fn new(args: &'a Args, task: Task) -> Result<Self> {
        let client = args.sources.client()?;
        let downloader = args.sources.downloader(&client);
        Ok(Self { args, task, client, downloader })
    }

    /// Where the files go, `usual` being below `DONNEES_BRUTES`.
    fn folder(&self, usual: &str) -> PathBuf {
        self.args.dir.clone().unwrap_or_else(|| self.args.root.join(usual))
    }

    /// Fetches one file; it has not taken its name yet.
    async fn fetch(&self, wanted: &FileRequest, target: &Path, growth: &Growth) -> Result<Downloaded> {
        tracing::info!("downloading {} to `{}`", wanted.name, target.display());
        let progress = self.task.progress_bytes(format!("downloading {}", wanted.name));
        self.downloader.download(wanted, target, growth, &progress).await
    }

    /// Fetches one file whose arrival is all the proof there is.
    async fn take(&self, wanted: &FileRequest, target: &Path) -> Result<Got> {
        match self.fetch(wanted, target, &Growth::default()).await? {
            Downloaded::Unchanged(file) => Ok(self.unchanged(file)),
            Downloaded::Staged(staged) => Ok(Got::new(self.task.blocking(|_| staged.publish()).await?)),
        }
    }

    /// The file was there. A checksum that was given has told so, or else its source.
    fn unchanged(&self, file: LocalFile) -> Got {
        let why = match self.args.sha256 {
            Some(_) => "has the SHA-256 that was asked for",
            None => "is what its source has",
        };
        tracing::info!("`{}` {why}: nothing was downloaded", file.path.display());
        Got { unchanged: Some(why), ..Got::new(file) }
    }
}

impl Got {
    fn new(file: LocalFile) -> Self {
        let own = Receipt {
            url: file.url,
            last_modified: file.last_modified,
            etag: file.etag,
            resumed_bytes: file.resumed_bytes,
            ..Receipt::default()
        };
        Self { path: file.path, bytes: file.bytes, sha256: Some(file.sha256), unchanged: None, own }
    }
}

impl Sources {
    fn client(&self) -> Result<Client> {
        let (per_second, retry) = (self.rate, self.retry.clone());
        Client::new(ClientOptions { per_second, in_flight: IN_FLIGHT, retry, ..ClientOptions::default() })
    }

    fn downloader(&self, client: &Client) -> Downloader {
        Downloader::beside(client, Duration::from_secs(self.give_up_s))
    }
}

impl FromStr for What {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "cog-carto" => Ok(Self::CogCarto),
            "sirene" => Ok(Self::Sirene),
            "naf" => Ok(Self::Naf),
            _ => match Url::parse(text) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Self::Address(url)),
                _ => Err("neither cog-carto, sirene, naf, nor an address".to_owned()),
            },
        }
    }
}

fn refuse_what_does_not_fit(args: &Args) -> Result<()> {
    let refuse = |flag: &str, why: &str| {
        Err(Failure::new(ExitCode::Usage, format!("could not take `{flag}`: {why}")).hint("see `--help`").into())
    };
    match &args.what {
        what if args.extract && *what != What::Sirene => refuse("--extract", "only SIRENE is one file in a zip"),
        what if args.month.is_some() && *what != What::Sirene => refuse("--month", "only SIRENE has months"),
        What::CogCarto | What::Sirene | What::Naf if args.name.is_some() => {
            refuse("--name", "only what has an address has no name of its own here")
        }
        What::Naf if args.sha256.is_some() => refuse("--sha256", "the NAF is several files"),
        _ => Ok(()),
    }
}

fn sha256(text: &str) -> Result<String, String> {
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| text.to_ascii_lowercase()).ok_or_else(|| "not 64 hexadecimal digits".to_owned())
}
