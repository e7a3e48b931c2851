//! `assess-contribution`: the platform's four questions about a file, answered before anybody maps it.
//!
//! - **Input**: any producer's file (CSV, XLSX, XLS, ODS, JSON, NDJSON, XML), of structures, services or both; by path or
//!   by the receipt of the step before.
//! - **Output**: `STEM.json`, the assessment for machines; beside it `STEM.html`, the same for people, and
//!   `STEM.findings.jsonl`. STEM is `--output` without extension, else the input's name and `.assessment`.
//! - **Receipt**: the answers, records, findings by level, and the page.
//! - **Failures**: 2 a flag is wrong, or names a column that is not there; 65 a file breaks a rule; 66 a file is missing; 74
//!   the disk refuses; 75 another run is at the same output. Whatever the answers are, they are no failure.

mod before;
mod cell;
mod choice;
mod columns;
mod delivery;
mod identifier;
mod inquiry;
mod own;
mod page;
mod question;
mod siret_number;
mod sources;
mod structure_identifier;
mod telling;
mod update_date;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Parser;
use files::Access;
use report::{Findings, Intake, Names, Rejects, Report, name_of};
use schemars::JsonSchema;
use serde::Serialize;
use step::{Input, Outcome, Task};

use crate::options::{CommonArgs, ensure_apart, refuse_folder, with_suffix};

use inquiry::Inquiry;
use own::{Answers, Own};

/// As receipts and reports call it.
const STEP: &str = "assess-contribution";

/// Assess a contribution: identifiers, update dates, SIRET numbers, and what a mapping would find
#[derive(Debug, Parser)]
#[command(name = "assess-contribution", version)]
pub struct Args {
    #[command(flatten)]
    common: CommonArgs,

    /// An older delivery of the same data: are its identifiers still the same?
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,

    /// Column of the identifier
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,

    /// Column of the identifier of the structure, of services
    #[arg(long, value_name = "COLUMN")]
    structure_id: Option<String>,

    /// Column of the update date
    #[arg(long, value_name = "COLUMN")]
    date: Option<String>,

    /// Column of the SIRET number
    #[arg(long, value_name = "COLUMN")]
    siret: Option<String>,
}

/// What the receipt of `assess-contribution` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// Findings by level.
    findings: report::Levels,
    /// The page for people, absolute.
    report: String,
    /// The answer to each question, `oui`, `partiel`, `non` or `sans_objet`; of two lists the worse.
    answers: serde_json::Value,
    /// The mapping that stands beside the input, `NAME.mapping.toml`, if there is one: absolute.
    #[serde(skip_serializing_if = "Option::is_none")]
    mapping: Option<String>,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Assesses the file.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let input = args.common.input.read(&task).await?.path;
    task.blocking(move |task| assess(&args, &input, task)).await
}

/// Asks no remote: looks whether the files are there.
pub async fn check(args: Args) -> Result<Vec<String>> {
    if let Input::Path(path) = &args.common.input {
        refuse_folder(path)?;
    }
    args.others().try_for_each(|path| files::open(path).map(drop))?;
    args.common.input.check()
}

fn assess(args: &Args, input: &Path, task: &Task) -> Result<Outcome<Receipt>> {
    refuse_folder(input)?;
    let lang = args.common.findings.lang;
    let output = with_suffix(&args.common.stem(input, ".assessment"), ".json");
    let names = Names::of_verdict(&output);
    let others: Vec<&Path> = args.others().chain([input]).collect();
    ensure_apart(&[&names.rejects, &names.findings, &names.page, &names.report], &others)?;
    let folder = output.parent().unwrap_or(Path::new(""));
    let inquiry = Inquiry::prepare(args, input, folder)?;
    let mut set = names.claim(&[], Access::Everyone)?;
    let mut findings = Findings::new(telling::rules(lang), &args.common.findings, folder);
    // None is rejected: the file of rejects never begins.
    let mut intake = Intake::new(Rejects::new(set.destination(name_of(&names.rejects)), vec![], ','), false);
    let (lists, found) = inquiry.ask(&mut findings, &mut intake, task)?;
    let (records, _) = intake.finish(0);
    let own = Own { today: inquiry.today().to_string(), answers: Answers::worst(lists.values()), lists };
    let answers = own.answers;
    let page = page::page(lang, &found.name, &own);
    let report = Report { step: STEP, input: (&found).into(), records, own, lists_files: false, page };
    let levels = report.write(&names, findings, None, &mut set)?.levels;
    let unchanged = set.commit()?.unchanged;
    let receipt = Receipt {
        findings: levels,
        report: step::absolute(&names.page)?,
        answers: serde_json::to_value(answers)?,
        mapping: mapping_beside(input)?,
    };
    let bytes = std::fs::metadata(&output).map_err(|error| files::unreadable(&output, error))?.len();
    let receipt = step::Receipt::new(&output, receipt).bytes(bytes).sha256(files::sha256(&output)?);
    Ok(Outcome::Done(receipt.records(records.kept).unchanged(unchanged)))
}

/// Whoever runs the steps may not see the files: what is to be done next depends on it.
fn mapping_beside(input: &Path) -> Result<Option<String>> {
    let mapping = input.with_extension("mapping.toml");
    mapping.is_file().then(|| step::absolute(&mapping)).transpose()
}

impl Args {
    /// The files that are read besides the input.
    fn others(&self) -> impl Iterator<Item = &Path> {
        [&self.previous, &self.common.structures].into_iter().flatten().map(PathBuf::as_path)
    }

    /// The columns that are named, in the order of the questions.
    fn flags(&self) -> [Option<&str>; 4] {
        [&self.id, &self.structure_id, &self.date, &self.siret].map(Option::as_deref)
    }
}
