//! What is asked for, read from the flags before anything is done.

use std::path::{Path, PathBuf};

use anyhow::Result;
use codes::CodeRome;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use step::{ExitCode, Failure};

use crate::collect_history::Args;
use crate::collect_history::period::Period;

/// The codes that the collector before this one asked for.
pub(crate) const DEFAULT_ROME: &str = "M1811,M1827,M1851,K1906,M1405";

/// What stands for any code.
const ALL: &str = "all";

/// Expressions that `motsCles` takes, and the least that each has of characters (the service's documents, read 2025-11).
const MOST_EXPRESSIONS: usize = 7;
const SHORTEST_EXPRESSION: usize = 2;

/// The form of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// CSV, UTF-8, comma
    Csv,
    /// One JSON object a line
    Jsonl,
    /// Parquet
    Parquet,
}

impl Form {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
        }
    }

    fn of_extension(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// A set of codes, sorted; or any code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Chosen {
    All(AllCodes),
    Some(Vec<String>),
}

/// Written `"all"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AllCodes {
    #[serde(rename = "all")]
    All,
}

impl Chosen {
    /// The codes; none stands for any.
    pub(crate) fn codes(&self) -> &[String] {
        match self {
            Self::All(_) => &[],
            Self::Some(codes) => codes,
        }
    }

    /// Reads a list: commas, blanks around ignored, upper-cased, each once.
    fn read(flag: &str, text: &str, is_code: impl Fn(&str) -> bool) -> Result<Self> {
        if text.trim().eq_ignore_ascii_case(ALL) {
            return Ok(Self::All(AllCodes::All));
        }
        let mut codes: Vec<String> = text.split(',').map(|code| code.trim().to_uppercase()).collect();
        if let Some(wrong) = codes.iter().find(|code| !is_code(code)) {
            let message = format!("could not take `{flag}`: `{wrong}` has not the form of a code");
            return Err(Failure::new(ExitCode::Usage, message)
                .hint(format!("see `--help`; `{flag} all` is any"))
                .into());
        }
        codes.sort();
        codes.dedup();
        Ok(Self::Some(codes))
    }
}

/// What makes two collections the same; keys and order are part of the interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    pub(crate) months: Option<u32>,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
    pub(crate) search: Option<String>,
    pub(crate) rome: Chosen,
    pub(crate) departement: Chosen,
    pub(crate) results_per_page: u32,
    pub(crate) format: Form,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) parameters: Parameters,
    pub(crate) period: Period,
    /// When the run began, on the Paris clock.
    pub(crate) started: DateTime,
    pub(crate) output: PathBuf,
    /// Whether the ROME codes are those of the default, which the service may no longer have.
    pub(crate) is_default_rome: bool,
    /// Searches a second, at most.
    pub(crate) per_second: f64,
}

impl Options {
    /// # Errors
    /// 2 when the flags cannot be meant so.
    pub(crate) fn read(args: &Args, now: DateTime) -> Result<Self> {
        let period = Period::choose(args.months, args.since, args.until, now)?;
        let (output, format) = choose_output(args, now)?;
        let rome = args.rome.as_deref().unwrap_or(DEFAULT_ROME);
        let is_rome = |code: &str| code.parse::<CodeRome>().is_ok();
        let parameters = Parameters {
            months: args.since.is_none().then_some(args.months.unwrap_or(Period::DEFAULT_MONTHS)),
            since: args.since.map(|day| day.to_string()),
            until: args.until.map(|day| day.to_string()),
            search: args.search.as_deref().map(read_search).transpose()?,
            rome: Chosen::read("--rome", rome, is_rome)?,
            departement: Chosen::read("--departement", &args.departement, is_departement)?,
            results_per_page: args.results_per_page,
            format,
        };
        let slowest = args.rate_limit_delay.filter(|delay| *delay > 0.0).map_or(f64::INFINITY, f64::recip);
        let per_second = args.rate.min(slowest);
        Ok(Self { parameters, period, started: now, output, is_default_rome: args.rome.is_none(), per_second })
    }
}

fn choose_output(args: &Args, now: DateTime) -> Result<(PathBuf, Form)> {
    let Some(output) = &args.output else {
        let form = args.format.unwrap_or(Form::Csv);
        let name = format!("france_travail_jobs_{}.{}", now.strftime("%Y%m%d"), form.name());
        return Ok((args.root.join("historique").join(name), form));
    };
    let told = Form::of_extension(output);
    let refuse = |why: String, hint: &str| {
        let message = format!("could not take `--output {}`: {why}", output.display());
        Err(Failure::new(ExitCode::Usage, message).hint(hint).into())
    };
    if let (Some(told), Some(asked)) = (told, args.format)
        && told != asked
    {
        return refuse(
            format!("it is named as {}, and `--format {}` is asked for", told.name(), asked.name()),
            "change one of them",
        );
    }
    if output.file_name().is_none() || output.extension().is_some_and(|extension| extension == "checkpoint") {
        return refuse("it cannot be the name of a table".to_owned(), "name a file, such as `data/jobs.csv`");
    }
    Ok((output.clone(), args.format.or(told).unwrap_or(Form::Csv)))
}

/// Expressions separated by commas, each trimmed.
fn read_search(text: &str) -> Result<String> {
    let expressions: Vec<&str> = text.split(',').map(str::trim).collect();
    let too_short = expressions.iter().find(|expression| expression.chars().count() < SHORTEST_EXPRESSION);
    let why = match too_short {
        Some(short) => format!("`{short}` has fewer than {SHORTEST_EXPRESSION} characters"),
        None if expressions.len() > MOST_EXPRESSIONS => {
            format!("it has {} expressions, and {MOST_EXPRESSIONS} are the most", expressions.len())
        }
        None => return Ok(expressions.join(",")),
    };
    let message = format!("could not take `--search {text}`: {why}");
    Err(Failure::new(ExitCode::Usage, message).hint("expressions are separated by commas, and all must match").into())
}

/// Two digits, `2A`, `2B`, or three digits that begin with 97 or 98.
fn is_departement(code: &str) -> bool {
    match code.as_bytes() {
        [b'2', b'A' | b'B'] => true,
        [tens, units] => tens.is_ascii_digit() && units.is_ascii_digit(),
        [b'9', b'7' | b'8', last] => last.is_ascii_digit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_whatever_their_form() {
        let read =
            |text: &str| Chosen::read("--departement", text, is_departement).map(|chosen| chosen.codes().to_vec());
        assert_eq!(read(" 35 ,2a,971, 35").unwrap(), ["2A", "35", "971"]);
        assert_eq!(read("ALL").unwrap(), [""; 0]);
        for wrong in ["", "35,", "1", "2C", "0035", "all,35", "96A"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let any = Chosen::read("--rome", "all", |_| false).unwrap();
        assert_eq!(serde_json::to_string(&any).unwrap(), "\"all\"");
        assert_eq!(serde_json::from_str::<Chosen>("\"all\"").unwrap(), any);
        assert!(serde_json::from_str::<Chosen>("\"other\"").is_err());
    }

    #[test]
    fn expressions_are_trimmed_and_counted() {
        assert_eq!(read_search(" data engineer , SQL").unwrap(), "data engineer,SQL");
        for wrong in ["", "a", "data,", "data, b", "aa,bb,cc,dd,ee,ff,gg,hh"] {
            assert!(read_search(wrong).is_err(), "{wrong}");
        }
    }
}
