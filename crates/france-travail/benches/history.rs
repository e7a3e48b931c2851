//! What months of offers cost as a table: ours beside what people write today, in one run, against one sandbox.
//!
//! `cargo bench -p france-travail --bench history`; `OFFERS` (100,000) changes the number, `PYTHON` names an interpreter that
//! has pandas, pyarrow and requests. What people write: a search a day and its pages, all offers in one list,
//! `pandas.json_normalize`, `to_csv` or `to_parquet`. Both ask the sandbox as fast as it answers.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::process::Command;

use sandbox::{Options, Server};
use trial::Cost;

/// A history that is over, so that both collect the same.
const SINCE: &str = "2024-06-22";
const UNTIL: &str = "2025-06-21";
const NOW: &str = "2025-06-22T12:00:00";

/// As it is written in many notebooks: a day a window, a busy one by its hours.
const THEIRS: &str = r#"
import os, sys, datetime, requests, pandas
api, auth, since, until, output = sys.argv[1:6]
session = requests.Session()
token = session.post(auth, data={"grant_type": "client_credentials", "client_id": os.environ["FRANCE_TRAVAIL_ID"],
    "client_secret": os.environ["FRANCE_TRAVAIL_KEY"], "scope": "api_offresdemploiv2 o2dsoffre"}).json()["access_token"]
session.headers["Authorization"] = "Bearer " + token
offers, first, last = [], datetime.date.fromisoformat(since), datetime.date.fromisoformat(until)

def window(begin, end):
    found, start = [], 0
    while start <= 3000:
        answer = session.get(api + "/partenaire/offresdemploi/v2/offres/search", params={
            "minCreationDate": begin, "maxCreationDate": end, "sort": 1, "range": f"{start}-{start + 149}"})
        if answer.status_code == 204:
            break
        total = int(answer.headers["Content-Range"].split("/")[1])
        if total > 3150:
            return None
        found += answer.json()["resultats"]
        start += 150
        if start >= total:
            break
    return found

for n in range((last - first).days + 1):
    day = first + datetime.timedelta(n)
    found = window(f"{day}T00:00:00Z", f"{day}T23:59:59Z")
    if found is None:
        found = sum((window(f"{day}T{hour:02}:00:00Z", f"{day}T{hour:02}:59:59Z") for hour in range(24)), [])
    offers += found
table = pandas.json_normalize(offers)
table = table[[name for name in table.columns if not name.startswith(("contact.", "agence."))]]
if output.endswith(".parquet"):
    table.astype({name: str for name in table.columns if table[name].dtype == object}).to_parquet(output)
else:
    table.to_csv(output, index=False)
print(len(table))
"#;

/// What a process used.
struct Used {
    cost: Cost,
    searches: usize,
}

fn main() {
    let offers = std::env::var("OFFERS").map_or(100_000, |text| text.parse().expect("a number of offers"));
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_pandas = Command::new(&python).args(["-c", "import pandas, pyarrow, requests"]).output();
    let has_pandas = has_pandas.is_ok_and(|tried| tried.status.success());
    println!("{offers} offers over a year, as fast as the sandbox serves them:");
    println!("  {:<34} {:>8} {:>10} {:>8} {:>10}", "", "CPU s", "peak MiB", "wall s", "searches");
    for form in ["csv", "jsonl", "parquet"] {
        let ours = collect(offers, form);
        show(&format!("collect-history, {form}"), &ours);
        if has_pandas && form != "jsonl" {
            let theirs = pandas(offers, form, &python);
            show(&format!("requests, pandas, {form}"), &theirs);
            println!(
                "  {:<34} {:>8.1} {:>10.1}",
                "  in times ours",
                theirs.cost.cpu_s / ours.cost.cpu_s,
                theirs.cost.peak_mib / ours.cost.peak_mib
            );
        }
    }
    if !has_pandas {
        println!("  pandas, pyarrow and requests are not there: not compared");
    }
}

fn show(name: &str, used: &Used) {
    let Used { cost: Cost { cpu_s, peak_mib, wall_s }, searches } = used;
    println!("  {name:<34} {cpu_s:>8.2} {peak_mib:>10.1} {wall_s:>8.1} {searches:>10}");
}

fn start(offers: usize) -> Server {
    let server = Server::start(Options::default().with(|options| {
        options.wire.now = Some(NOW.parse().expect("a time"));
        options.france_travail.history_days = Some(365);
        options.france_travail.offers = offers;
        options.france_travail.rate = 0.0;
    }));
    server.expect("the sandbox finds a free port")
}

fn collect(offers: usize, form: &str) -> Used {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let server = start(offers);
    let mut command = Command::new(env!("CARGO_BIN_EXE_collect-history"));
    command.args(["--since", SINCE, "--until", UNTIL, "--rome", "all", "--rate", "10000", "--output"]);
    command.arg(folder.path().join(format!("jobs.{form}")));
    measure(command, &server)
}

fn pandas(offers: usize, form: &str, python: &str) -> Used {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let server = start(offers);
    let variable = |wanted: &str| {
        let found = server.variables().into_iter().find(|(name, _)| *name == wanted);
        found.expect("the sandbox has addresses").1
    };
    let mut command = Command::new(python);
    command.args([
        "-c",
        THEIRS,
        &variable("FRANCE_TRAVAIL_API_URL"),
        &variable("FRANCE_TRAVAIL_AUTH_URL"),
        SINCE,
        UNTIL,
    ]);
    command.arg(folder.path().join(format!("jobs.{form}")));
    measure(command, &server)
}

/// What the program takes, and the searches that it made.
fn measure(mut command: Command, server: &Server) -> Used {
    command.envs(server.variables().iter().map(|(name, value)| (*name, value)));
    let cost = Cost::of(command, &[0]);
    let searches = server.requests().iter().filter(|request| request.search.is_some()).count();
    Used { cost, searches }
}
