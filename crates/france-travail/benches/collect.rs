//! What a day costs: ours beside the ways it was done before, in one run, against one sandbox.
//!
//! `cargo bench -p france-travail` takes about five minutes, most of them for the way before at the pace that the
//! service allows. `OFFERS` and `RATE` change the day and the pace.
//!
//! - **Requests and seconds** beside the documented strategy: one search per ROME code, the next pages of each, a code that
//!   no search can reach whole once per region. It is given our client, so that it too asks in parallel at full pace.
//! - **CPU and memory** beside the documented way to write the day: all offers in memory, one indented dump (Python's
//!   `json`, where `python3` is there).

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use futures::future::try_join_all;
use nix::sys::resource::{UsageWho, getrusage};
use sandbox::{Options, Server};
use serde::Deserialize;
use serde_json::Value;
use transfer::{
    Client, ClientCredentials, ClientOptions, Credentials, Request, Response, ResponseError, RetryPolicy, Url,
};
use trial::children_cpu_s;

const DAY: &str = "2024-06-04";

/// Offers that one search can reach, and of one page.
const REACH: u32 = 3_150;
const PAGE: u32 = 150;

#[derive(Deserialize)]
struct Code {
    code: String,
}

struct Cost {
    requests: u64,
    elapsed: Duration,
}

struct Used {
    cpu_s: f64,
    /// The most that any child has had so far.
    peak_mib: f64,
}

fn main() {
    let offers: usize = number("OFFERS", 50_000.0) as usize;
    let rate = number("RATE", 10.0);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");

    // The way with little memory first: the peak of all children only ever grows.
    let server = start(2 * offers, 0.0);
    let wall = Instant::now();
    let (receipt, ours) = measured(|| collect(&server, folder.path(), "10000"));
    let ours_wall = wall.elapsed();
    let file = folder.path().join(format!("offre_emploi/offres-{DAY}.json"));
    let wall = Instant::now();
    let (python, theirs) = measured(|| dump_with_python(&file));
    let theirs_wall = wall.elapsed();
    println!(
        "{} offers, {} MB, as fast as the sandbox serves them:",
        2 * offers,
        receipt["bytes"].as_u64().unwrap_or(0) / 1_000_000
    );
    println!("  {:<44} {:>8} {:>10} {:>10}", "", "CPU s", "peak MiB", "wall s");
    let row = |name: &str, used: &Used, wall: Duration| {
        println!("  {name:<44} {:>8.2} {:>10.1} {:>10.1}", used.cpu_s, used.peak_mib, wall.as_secs_f64());
    };
    row("collect-offers (asks, proves, writes)", &ours, ours_wall);
    match python {
        true => row("Python json (reads it, writes it indented)", &theirs, theirs_wall),
        false => println!("  python3 is not there: not compared"),
    }
    drop(server);

    let server = start(offers, 0.0);
    let wall = Instant::now();
    collect(&server, &folder.path().join("paced"), &rate.to_string());
    let ours = Cost { requests: searches(&server), elapsed: wall.elapsed() };
    drop(server);
    let server = start(offers, 0.0);
    let theirs = documented_strategy(&server, rate);
    println!(
        "{offers} offers at {rate} calls a second (no fewer than {} searches can do):",
        offers.div_ceil(PAGE as usize)
    );
    println!("  {:<44} {:>8} {:>10}", "", "searches", "wall s");
    for (name, cost) in [("collect-offers", &ours), ("one search per ROME code, then region", &theirs)] {
        println!("  {name:<44} {:>8} {:>10.1}", cost.requests, cost.elapsed.as_secs_f64());
    }
    println!(
        "  {:<44} {:>8.2} {:>10.2}",
        "the way before, in times ours",
        theirs.requests as f64 / ours.requests as f64,
        theirs.elapsed.as_secs_f64() / ours.elapsed.as_secs_f64()
    );
}

fn number(name: &str, default: f64) -> f64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

fn start(offers: usize, rate: f64) -> Server {
    let date = Some(DAY.parse().expect("a date"));
    Server::start(Options::default().with(|options| {
        options.france_travail.offers = offers;
        options.france_travail.date = date;
        options.france_travail.rate = rate;
    }))
    .expect("the sandbox finds a free port")
}

fn searches(server: &Server) -> u64 {
    server.requests().iter().filter(|request| request.search.is_some()).count() as u64
}

fn collect(server: &Server, folder: &Path, rate: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_collect-offers"))
        .args(["--date", DAY, "--rate", rate])
        .envs(server.variables().iter().map(|(name, value)| (*name, value)))
        .env("DONNEES_BRUTES", folder)
        .output()
        .expect("collect-offers can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("a receipt is JSON")
}

/// Whether there is a Python to compare with.
fn dump_with_python(file: &Path) -> bool {
    let script = "import json, sys\noffers = json.load(open(sys.argv[1]))\njson.dump(offers, open(sys.argv[1] + '.dump', 'w'), indent=2)";
    Command::new("python3").args(["-c", script]).arg(file).status().is_ok_and(|status| status.success())
}

fn measured<T>(work: impl FnOnce() -> T) -> (T, Used) {
    let before = children_cpu_s();
    let result = work();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system tells what children used");
    (result, Used { cpu_s: children_cpu_s() - before, peak_mib: usage.max_rss() as f64 / 1_024.0 })
}

fn documented_strategy(server: &Server, rate: f64) -> Cost {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be started");
    let wall = Instant::now();
    let found = runtime.block_on(by_rome_code(server, rate)).expect("the sandbox answers");
    println!("  (one search per ROME code was served {found} offers)");
    Cost { requests: searches(server), elapsed: wall.elapsed() }
}

async fn by_rome_code(server: &Server, rate: f64) -> anyhow::Result<u32> {
    let client = &client(server, rate)?;
    let codes = list(client, server, "metiers").await?;
    let regions = &list(client, server, "regions").await?;
    let of_code = async |code: String| -> anyhow::Result<u32> {
        let total = pages(client, server, &format!("codeROME={code}")).await?;
        if total <= REACH {
            return Ok(total);
        }
        let parts = regions.iter().map(|region| format!("codeROME={code}&region={region}"));
        Ok(try_join_all(parts.map(async |part| pages(client, server, &part).await)).await?.iter().sum())
    };
    Ok(try_join_all(codes.into_iter().map(of_code)).await?.iter().sum())
}

fn client(server: &Server, rate: f64) -> anyhow::Result<Client> {
    let variable = |name: &str| {
        let found = server.variables().into_iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value).unwrap_or_default()
    };
    let credentials = ClientCredentials {
        url: variable("FRANCE_TRAVAIL_AUTH_URL").parse()?,
        client_id: variable("FRANCE_TRAVAIL_ID"),
        client_secret: variable("FRANCE_TRAVAIL_KEY").into(),
        scope: "api_offresdemploiv2 o2dsoffre".to_owned(),
    };
    let retry = RetryPolicy { tries: 3, ..RetryPolicy::default() };
    let credentials = Credentials::ClientCredentials(credentials);
    Client::new(ClientOptions { per_second: rate, in_flight: 24, retry, credentials, ..ClientOptions::default() })
}

async fn list(client: &Client, server: &Server, name: &str) -> anyhow::Result<Vec<String>> {
    let codes: Vec<Code> = ask(client, server, &format!("referentiel/{name}"), |answer| {
        serde_json::from_slice(&answer.body).map_err(|error| ResponseError::Malformed(error.to_string()))
    })
    .await?;
    Ok(codes.into_iter().map(|code| code.code).collect())
}

/// The total of a search, all of whose pages that can be reached are asked for.
async fn pages(client: &Client, server: &Server, criteria: &str) -> anyhow::Result<u32> {
    let page = async |start: u32| {
        let search = format!(
            "offres/search?minCreationDate={DAY}T00:00:00Z&maxCreationDate={DAY}T23:59:59Z&sort=1&{criteria}&range={start}-{}",
            start + PAGE - 1
        );
        let total = |answer: Response| {
            let range = answer.header("content-range").unwrap_or_default();
            let total = range.split_once('/').and_then(|(_, total)| total.split(' ').next()?.parse::<u32>().ok());
            total.ok_or_else(|| ResponseError::Malformed("no total".to_owned()))
        };
        ask(client, server, &search, total).await
    };
    let total = page(0).await?;
    if total <= REACH {
        try_join_all((PAGE..total).step_by(PAGE as usize).map(page)).await?;
    }
    Ok(total)
}

async fn ask<T>(
    client: &Client,
    server: &Server,
    resource: &str,
    read: impl Fn(Response) -> Result<T, ResponseError>,
) -> anyhow::Result<T> {
    let url: Url = format!("{}/partenaire/offresdemploi/v2/{resource}", server.url()).parse()?;
    client.get(&Request::new(resource, url), read).await
}
