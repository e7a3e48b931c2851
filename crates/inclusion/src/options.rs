//! The flags that the three steps have in common, and the names of what they write.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use jiff::civil::Date;
use report::FindingsArgs;
use step::{ExitCode, Failure, Input};
use tables::Options;

use crate::lists::Reading;
use crate::schema::Kind;

/// What all of them can be told.
#[derive(Debug, Clone, Args)]
pub(crate) struct CommonArgs {
    /// The contribution, or `-` for the receipt of the step before on stdin
    #[arg(value_name = "FILE|-")]
    pub(crate) input: Input,

    /// File to write, in place of one beside the input; the others are named after it
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// The day that dates are compared with; by default today in Paris
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = read_day)]
    today: Option<Date>,

    /// What a file of one list holds; by default as its sheet, key, element or columns say
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<Kind>,

    /// File with the structures that services name
    #[arg(long, value_name = "FILE")]
    pub(crate) structures: Option<PathBuf>,

    /// Sheet of a workbook, in place of the first with a header
    #[arg(long, value_name = "SHEET")]
    pub(crate) sheet: Option<String>,

    /// Where the records are: a JSON Pointer, or an XML path
    #[arg(long, value_name = "PATH")]
    pub(crate) records: Option<String>,

    /// Encoding of a text, such as `windows-1252`
    #[arg(long, value_name = "LABEL")]
    pub(crate) encoding: Option<String>,

    /// What stands between two cells of a delimited text; `tab` for a tabulation
    #[arg(long, value_name = "CHAR", value_parser = read_separator)]
    pub(crate) separator: Option<char>,

    #[command(flatten)]
    pub(crate) findings: FindingsArgs,
}

impl CommonArgs {
    /// The day that dates are compared with: the only clock.
    ///
    /// # Errors
    /// When there is no Paris clock.
    pub(crate) fn today(&self) -> Result<Date> {
        match self.today {
            Some(day) => Ok(day),
            None => Ok(step::paris::now()?.date()),
        }
    }

    /// How the flags say that a file is read; `known` are names by which a header below titles is found.
    pub(crate) fn reading(&self, known: Vec<String>) -> Reading {
        let options = Options {
            encoding: self.encoding.clone(),
            separator: self.separator,
            sheet: self.sheet.clone(),
            records: self.records.clone(),
            header: None,
            known,
        };
        Reading { kind: self.kind, options }
    }

    /// What the names of all outputs begin with: `--output` without its extension, else the input without its last one
    /// and `suffix`, such as `.assessment`.
    pub(crate) fn stem(&self, input: &Path, suffix: &str) -> PathBuf {
        match &self.output {
            Some(output) => output.with_extension(""),
            None => with_suffix(&input.with_extension(""), suffix),
        }
    }
}

/// A name to which something is appended: a stem may have dots of its own.
pub(crate) fn with_suffix(stem: &Path, suffix: &str) -> PathBuf {
    let mut name = stem.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// That nothing which is written or removed is a file that is read.
///
/// # Errors
/// 2 when one is.
pub(crate) fn ensure_apart(written: &[&Path], read: &[&Path]) -> Result<()> {
    let read: Vec<PathBuf> = read.iter().map(|path| same_path(path)).collect();
    match written.iter().find(|path| read.contains(&same_path(path))) {
        None => Ok(()),
        Some(path) => Err(misuse(
            format!("could not write `{}`: it is a file that is read", path.display()),
            "name another file with `--output`",
        )),
    }
}

/// That the input is a file.
///
/// # Errors
/// 66 when it is a folder.
pub(crate) fn refuse_folder(input: &Path) -> Result<()> {
    match input.is_dir() {
        false => Ok(()),
        true => Err(Failure::new(ExitCode::NoInput, format!("could not read `{}`: it is a folder", input.display()))
            .hint("name the file in it")
            .into()),
    }
}

/// A flag, a mapping or a value of one that does not fit.
pub(crate) fn misuse(message: impl Into<String>, hint: &str) -> anyhow::Error {
    Failure::new(ExitCode::Usage, message).hint(hint).into()
}

fn read_day(text: &str) -> Result<Date, String> {
    let is_shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day = is_shaped.then(|| text.parse().ok()).flatten();
    day.ok_or_else(|| "write a day as YYYY-MM-DD".to_owned())
}

fn read_separator(text: &str) -> Result<char, String> {
    let mut letters = text.chars();
    match (text, letters.next(), letters.next()) {
        ("tab" | "TAB" | "\\t", ..) => Ok('\t'),
        (_, Some(letter), None) if letter.is_ascii() && !letter.is_ascii_alphanumeric() && letter != '"' => Ok(letter),
        _ => Err("write one character that is no letter, digit or quote, or `tab`".to_owned()),
    }
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Own {
        #[command(flatten)]
        common: CommonArgs,
    }

    fn read(flags: &[&str]) -> Result<CommonArgs, clap::Error> {
        Own::try_parse_from(["try", "a/lieux.2024.csv"].iter().chain(flags)).map(|own| own.common)
    }

    #[test]
    fn names_come_from_the_output_or_else_from_the_input() {
        let input = Path::new("a/lieux.2024.csv");
        assert_eq!(read(&[]).unwrap().stem(input, ".assessment"), Path::new("a/lieux.2024.assessment"));
        assert_eq!(read(&["--output", "b/c.d.json"]).unwrap().stem(input, ".x"), Path::new("b/c.d"));
        assert_eq!(with_suffix(Path::new("b/c.d"), ".json"), Path::new("b/c.d.json"));
    }

    #[test]
    fn days_and_separators_are_read_as_they_are_written() {
        assert_eq!(read(&["--today", "2024-02-29"]).unwrap().today().unwrap(), jiff::civil::date(2024, 2, 29));
        for wrong in ["2023-02-29", "29/02/2024", "2024-2-29", "2024-02-29T00:00:00", "20240229"] {
            assert!(read(&["--today", wrong]).is_err(), "{wrong}");
        }
        assert_eq!(read(&["--separator", "tab"]).unwrap().separator, Some('\t'));
        assert_eq!(read(&["--separator", ";"]).unwrap().separator, Some(';'));
        for wrong in ["", ";;", "a", "é", "\""] {
            assert!(read(&["--separator", wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_read_is_never_written() {
        let folder = tempfile::tempdir().unwrap();
        let [input, other] = ["a.json", "b.json"].map(|name| folder.path().join(name));
        std::fs::write(&input, "[]").unwrap();
        assert!(ensure_apart(&[&other], &[&input]).is_ok());
        let error = ensure_apart(&[&other, &folder.path().join("./a.json")], &[&input]).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::Usage);
    }
}
