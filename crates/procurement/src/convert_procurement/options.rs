//! What a run was asked for, its tables read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use files::{Access, OutputSet};
use report::{Names, name_of};
use serde_json::{Value, json};

use super::{Args, To, misuse};
use crate::cells::date;
use crate::cpv::Cpv;
use crate::heading::Heading;
use crate::origin::Origin;
use crate::procedures::Procedures;
use crate::target;
use crate::version::Version;

/// Versions that are written.
const WRITTEN: [Version; 3] = [Version::V1_4_0, Version::V1_5_0, Version::V2_0_3];

/// What a run was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) args: Args,
    pub(crate) input: PathBuf,
    pub(crate) output: PathBuf,
    pub(crate) to: To,
    /// The version that is asked for.
    pub(crate) format: Option<Version>,
    /// The mapping of the user.
    pub(crate) heading: Option<Heading>,
    pub(crate) cpv: Arc<Cpv>,
}

impl Options {
    /// Reads flags and tables.
    ///
    /// # Errors
    /// 2 when one is wrong, 66 when a table is missing.
    pub(crate) fn read(args: Args, input: PathBuf) -> Result<Self> {
        let format = args.format.as_deref().map(read_format).transpose()?;
        if let Some(date) = &args.publication_date {
            let is_date = date::read(date).value.as_deref() == Some(date);
            if !is_date {
                let message = format!("could not read `{date}` as `--publication-date`");
                return Err(misuse(message, "write a day as YYYY-MM-DD"));
            }
        }
        args.ensure_suggestion_alone()?;
        let heading = args.mapping.as_deref().map(Heading::read).transpose()?;
        ensure_version(heading.as_ref(), format)?;
        if let Some(file) = &args.procedures {
            Procedures::read(file, Version::V1_5_0)?;
        }
        let cpv = match &args.cpv {
            Some(file) => Cpv::open(file)?,
            None => Cpv::built_in(),
        };
        let to = args.to.unwrap_or_else(|| to_of(args.output.as_deref()));
        let output = args.output.clone().unwrap_or_else(|| default_output(&args, &input, to));
        let options = Self { args, input, output, to, format, heading, cpv: Arc::new(cpv) };
        options.ensure_output()?;
        Ok(options)
    }

    /// The files beside the output.
    pub(crate) fn names(&self) -> Names {
        Names::beside(&self.output)
    }

    /// Claims every file that a run may write.
    ///
    /// # Errors
    /// 75 when another run holds one of them, 74 when the disk refuses.
    pub(crate) fn claim(&self) -> Result<OutputSet> {
        self.names().claim(&[name_of(&self.output), name_of(&self.states())], Access::Everyone)
    }

    /// `NAME.states.csv`.
    pub(crate) fn states(&self) -> PathBuf {
        let mut name = self.output.with_extension("").into_os_string();
        name.push(".states.csv");
        name.into()
    }

    /// The names of procedures for a version.
    ///
    /// # Errors
    /// 2 when the table of the user is none, 66 when it is missing.
    pub(crate) fn procedures(&self, version: Version) -> Result<Procedures> {
        match &self.args.procedures {
            Some(file) => Procedures::read(file, version),
            None => Ok(Procedures::built_in(version)),
        }
    }

    /// That every flag has a meaning for what the input is.
    ///
    /// # Errors
    /// 2 when one has none.
    pub(crate) fn ensure_fits(&self, origin: Origin) -> Result<()> {
        let args = &self.args;
        let is_table = matches!(origin, Origin::Table | Origin::OtherXml);
        let flags: &[(&str, bool)] = match is_table {
            true => &[("--repair", args.repair), ("--dedupe", args.dedupe), ("--states", args.states)],
            false => &[
                ("--mode", args.mode.is_some()),
                ("--publication-date", args.publication_date.is_some()),
                ("--suggest", args.suggest),
            ],
        };
        let Some((flag, _)) = flags.iter().find(|(_, is_given)| *is_given) else { return Ok(()) };
        let (is, other) = match is_table {
            true => ("a table", "files of the regulatory format"),
            false => ("of the regulatory format", "tables"),
        };
        let message =
            format!("could not take `{flag}`: `{}` is {is}, and the flag is for {other}", self.input.display());
        Err(misuse(message, "leave it out"))
    }

    /// What decides the result besides the input: two runs of which it is the same write the same files.
    ///
    /// # Errors
    /// 66 when a table cannot be read.
    pub(crate) fn deciding(&self) -> Result<Value> {
        let args = &self.args;
        let file = |file: &Option<PathBuf>| file.as_deref().map(deciding_file).transpose();
        let beside: Vec<Value> = match &self.heading {
            Some(heading) => heading.mapping.files().iter().map(|file| deciding_file(file)).collect::<Result<_>>()?,
            None => Vec::new(),
        };
        Ok(json!({
            "format": args.format,
            "to": self.to,
            "mapping": file(&args.mapping)?,
            "values": beside,
            "mode": args.mode,
            "publication_date": args.publication_date,
            "procedures": file(&args.procedures)?,
            "cpv": file(&args.cpv)?,
            "repair": args.repair,
            "dedupe": args.dedupe,
            "states": args.states,
            "strict": args.strict,
            "max_findings": args.findings.max_findings,
            "lang": args.findings.lang,
        }))
    }

    /// That nothing that is written or removed is the input.
    fn ensure_output(&self) -> Result<()> {
        let Names { rejects, findings, report, page } = self.names();
        let states = self.states();
        let input = same_path(&self.input);
        let written = [&self.output, &rejects, &findings, &report, &page, &states];
        match written.into_iter().find(|path| same_path(path) == input) {
            Some(path) if !self.args.suggest => {
                let message = format!("could not write `{}`: it is the input", path.display());
                Err(misuse(message, "name another file with `--output`"))
            }
            _ => Ok(()),
        }
    }
}

impl Args {
    /// That nothing else is asked for besides the table of procedures.
    pub(super) fn refuse_besides_export(&self) -> Result<()> {
        refuse(self.given(), "--export-procedures")
    }

    /// That a suggestion is not asked for together with a conversion.
    fn ensure_suggestion_alone(&self) -> Result<()> {
        if !self.suggest {
            return Ok(());
        }
        let of_suggestion = ["--suggest", "--format", "--output"];
        refuse(self.given().filter(|flag| !of_suggestion.contains(flag)), "--suggest")
    }

    /// The flags that are given, those that all steps have aside.
    fn given(&self) -> impl Iterator<Item = &'static str> {
        let flags = [
            ("--format", self.format.is_some()),
            ("--to", self.to.is_some()),
            ("--output", self.output.is_some()),
            ("--mapping", self.mapping.is_some()),
            ("--suggest", self.suggest),
            ("--mode", self.mode.is_some()),
            ("--publication-date", self.publication_date.is_some()),
            ("--procedures", self.procedures.is_some()),
            ("--cpv", self.cpv.is_some()),
            ("--repair", self.repair),
            ("--dedupe", self.dedupe),
            ("--states", self.states),
            ("--strict", self.strict),
        ];
        flags.into_iter().filter_map(|(flag, is_given)| is_given.then_some(flag))
    }
}

fn refuse(mut given: impl Iterator<Item = &'static str>, with: &str) -> Result<()> {
    match given.next() {
        Some(flag) => Err(misuse(format!("could not take `{flag}` together with `{with}`"), "leave one of them out")),
        None => Ok(()),
    }
}

fn read_format(name: &str) -> Result<Version> {
    let version = Version::find(name).filter(|version| WRITTEN.contains(version));
    version.ok_or_else(|| {
        misuse(format!("could not write version `{name}`"), "name one of 1.4, 1.5, 2.0, 1.4.0, 1.5.0, 2.0.3")
    })
}

/// That what a mapping fills has a place in the version.
fn ensure_version(heading: Option<&Heading>, format: Option<Version>) -> Result<()> {
    let (Some(heading), Some(format)) = (heading, format) else { return Ok(()) };
    let own = target::version_of(&heading.mapping.target().name);
    if own.is_some_and(Version::is_2_0) && !format.is_2_0() {
        let message = format!(
            "could not write {format} by the mapping `{}`: its target is `{}`",
            heading.name,
            heading.mapping.target().name
        );
        return Err(misuse(message, "leave `--format` out, or change the target"));
    }
    Ok(())
}

fn to_of(output: Option<&Path>) -> To {
    let extension = output.and_then(Path::extension).unwrap_or_default();
    if extension.eq_ignore_ascii_case("xml") { To::Xml } else { To::Json }
}

fn default_output(args: &Args, input: &Path, to: To) -> PathBuf {
    let stem = input.file_stem().unwrap_or_default().to_string_lossy();
    args.root.join("marches").join(format!("{stem}.{}", to.name()))
}

/// A file by its name and content.
fn deciding_file(file: &Path) -> Result<Value> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    Ok(json!({ "name": name, "sha256": files::sha256(file)? }))
}

/// A path by which two names of one file are known; of a file that is not there its folder is.
fn same_path(path: &Path) -> PathBuf {
    if let Ok(path) = std::fs::canonicalize(path) {
        return path;
    }
    let (folder, name) = (path.parent().unwrap_or(Path::new("")), path.file_name().unwrap_or_default());
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    std::fs::canonicalize(folder).map_or_else(|_| path.to_owned(), |folder| folder.join(name))
}
