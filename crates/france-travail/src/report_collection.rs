//! `report-collection`: what was collected, what was not, and the command that mends it, on one page.
//!
//! - **Input**: the folder of the days, `offre_emploi` by default; beside it, where they are there, the report of the table
//!   that `merge-offers` wrote, and the layer of the départements that `locate-shapefiles` put in its place.
//! - **Output**: `rapport-collecte.html`, one page that needs nothing else, and `rapport-collecte.json` with the same figures.
//! - **Receipt**: the page, the report, the days and how many there are of each state.
//! - **Failures**: 2 a range or an output that cannot be meant so; 65 a report, a map or a style that cannot be read, and with
//!   `--strict`, after writing, a day that is not complete; 66 a folder without a day, or a file that was named and is not
//!   there; 74 the disk refuses; 75 another run writes the same page.
//!
//! No day is refused: each is told with its state. What a state is, `days` tells.

mod chart;
mod drawing;
mod figures;
mod map;
mod nomenclatures;
mod page;
mod shapes;
mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Parser;
use files::{Access, OutputSet};
use jiff::civil::Date;
use report::Lang;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use step::{ExitCode, Failure, Input, Outcome, RootArgs, Task, name_some};

use crate::days::Folder;
use figures::{Asked, DayFigures};
use page::Told;
use shapes::Ring;
use table::Table;

pub(crate) const STEP: &str = "report-collection";

/// The layer that the map is drawn from.
const LAYER: &str = "DEPARTEMENT.shp";

/// A style is a few rules; what is longer is none.
const MOST_STYLE_BYTES: u64 = 1 << 20;

/// Show on one page which days of offers are complete, what they hold, and the command that mends each of the others.
#[derive(Debug, Parser)]
#[command(name = "report-collection", version)]
pub struct Args {
    /// Folder of the days, or a file in it, or `-` for the receipt of the step before on stdin; by default `offre_emploi`
    #[arg(value_name = "FOLDER|-")]
    folder: Option<Input>,
    /// First day; by default the first that is there
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,
    /// Last day; by default the last that is there
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// Table of which `merge-offers` made a report; by default the lake `offres`, if there is one
    #[arg(long, value_name = "DIR")]
    table: Option<PathBuf>,
    /// Folder with `DEPARTEMENT.shp`; by default the newest below `cog_carto`, if there is one
    #[arg(long, value_name = "DIR")]
    carto: Option<PathBuf>,
    /// Read each file and compare its hash; without, its size stands for it
    #[arg(long)]
    verify: bool,
    /// End with 65, after writing, unless all days are complete
    #[arg(long)]
    strict: bool,
    /// The page, in place of `rapport-collecte.html` below the root; the report stands beside it, as `.json`
    #[arg(long, value_name = "FILE.html")]
    output: Option<PathBuf>,
    /// Rules of style behind those of the page
    #[arg(long, value_name = "FILE")]
    css: Option<PathBuf>,
    /// Language of the page
    #[arg(long, value_enum, default_value_t, value_name = "LANG")]
    lang: Lang,
    #[command(flatten)]
    root: RootArgs,
}

/// What the receipt of `report-collection` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// The same for machines.
    report: String,
    /// Days from the first to the last.
    days: u64,
    /// Days that their log proves.
    complete: u64,
    /// Days that were collected before they were over, and not since.
    partial: u64,
    /// Days of which there is nothing.
    missing: u64,
    /// Days that no log proves.
    unproven: u64,
    /// Days whose file is not the one that its log speaks of, or cannot be read.
    altered: u64,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Writes the page and the report.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let folder = match &args.folder {
        Some(given) => given.read(&task).await?.path,
        None => args.root.join("offre_emploi"),
    };
    task.blocking(move |task| report(&args, &folder, task)).await
}

/// No remote is asked.
pub async fn check(args: Args) -> Result<Vec<String>> {
    match &args.folder {
        Some(given) => given.check(),
        None => Input::Path(args.root.join("offre_emploi")).check(),
    }
}

fn report(args: &Args, folder: &Path, task: &Task) -> Result<Outcome<Receipt>> {
    let output = args.output.clone().unwrap_or_else(|| args.root.join("rapport-collecte.html"));
    let names = names(&output)?;
    let mut set = OutputSet::claim(output.parent().unwrap_or(Path::new("")), &names, Access::Everyone)?;
    let folder = Folder::list(folder)?;
    let days = figures::days(&folder, Asked { since: args.since, until: args.until, verify: args.verify }, task)?;
    let table = Table::find(args.table.as_deref(), &args.root.join("offres"))?;
    let shapes = find_shapes(args)?;
    let told =
        Told { days: &days, table: table.as_ref(), shapes: shapes.as_ref(), verified: args.verify, lang: args.lang };
    let mut page = page::page(&told);
    page.style.push_str(&style(args)?);
    set.write(&names[0], &json(&days, table.as_ref())?)?;
    set.write(&names[1], page.write_figures(STEP)?.as_bytes())?;
    let committed = set.commit()?;
    let states = figures::states(&days);
    if args.strict {
        ensure_complete(&days)?;
    }
    let own = Receipt {
        report: step::absolute(&output.with_extension("json"))?,
        days: days.len() as u64,
        complete: states["complete"],
        partial: states["partial"],
        missing: states["missing"],
        unproven: states["unproven"],
        altered: states["altered"],
    };
    let page = committed.files.last().context("could not find the page that was written")?;
    let receipt = step::Receipt::new(&page.path, own).bytes(page.bytes).sha256(&page.sha256);
    Ok(Outcome::Done(receipt.records(days.len() as u64).unchanged(committed.unchanged)))
}

/// The report, then the page, which appears last.
fn names(output: &Path) -> Result<[String; 2]> {
    let stem = output.file_stem().filter(|_| output.extension().is_some_and(|extension| extension == "html"));
    let Some(stem) = stem.and_then(|stem| stem.to_str()) else {
        let failure =
            Failure::new(ExitCode::Usage, format!("could not write to `{}`: it is no `.html`", output.display()));
        return Err(failure.hint("name the page; the report stands beside it").into());
    };
    Ok([format!("{stem}.json"), format!("{stem}.html")])
}

/// The polygons of the layer that the user names, else of the newest edition that is there.
fn find_shapes(args: &Args) -> Result<Option<BTreeMap<String, Vec<Ring>>>> {
    let layer = match &args.carto {
        Some(folder) => Some(folder.join(LAYER)),
        None => {
            let editions = fs::read_dir(args.root.join("cog_carto")).into_iter().flatten().flatten();
            editions.map(|entry| entry.path().join(LAYER)).filter(|layer| layer.is_file()).max()
        }
    };
    layer.map(|layer| shapes::read(&layer)).transpose()
}

/// The user's own rules.
fn style(args: &Args) -> Result<String> {
    let Some(path) = &args.css else { return Ok(String::new()) };
    files::open(path)?;
    let text = files::read_left(path, MOST_STYLE_BYTES).and_then(|bytes| String::from_utf8(bytes).ok());
    // It would end the style, and what is behind it would be a part of the page.
    text.filter(|text| !text.contains("</")).ok_or_else(|| {
        let message = format!("could not take the style `{}`: it is no style sheet", path.display());
        Failure::new(ExitCode::BadInput, message).hint("give rules of CSS, as UTF-8, without elements").into()
    })
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    step: &'static str,
    since: Date,
    until: Date,
    days: &'a [DayFigures],
    states: serde_json::Map<String, Value>,
    joins: Option<&'a Value>,
    counts: Option<&'a Value>,
    withdrawn: Option<&'a Value>,
}

fn json(days: &[DayFigures], table: Option<&Table>) -> Result<Vec<u8>> {
    let (since, until) = (days[0].date, days[days.len() - 1].date);
    let counts = figures::states(days);
    let states = figures::STATES.map(|state| (state.to_owned(), counts[state].into()));
    let report = Report {
        schema: "collecte.report/1",
        step: STEP,
        since,
        until,
        days,
        states: states.into_iter().collect(),
        joins: table.map(|table| &table.joins),
        counts: table.map(|table| &table.counts),
        withdrawn: table.map(|table| &table.withdrawn),
    };
    let mut text = serde_json::to_vec_pretty(&report).context("could not write the report as JSON")?;
    text.push(b'\n');
    Ok(text)
}

fn ensure_complete(days: &[DayFigures]) -> Result<()> {
    let open: Vec<_> = days.iter().filter(|day| day.state != "complete").collect();
    let Some(first) = open.first() else { return Ok(()) };
    let names = name_some(open.iter().map(|day| day.date.to_string()));
    let message = format!("could not find all {} days complete: {} are not, {names}", days.len(), open.len());
    let hint = format!("`{}`; the page has the command of each", first.command().unwrap_or_default());
    Err(Failure::new(ExitCode::BadInput, message).hint(hint).into())
}
