//! A file that was looked through once.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::encoding::Coding;
use crate::format::{Format, is_html};
use crate::refusal::refuse;
use crate::survey::Survey;
use crate::text::Text;

/// No record is longer, so no line that is one.
const LONGEST_LINE_BYTES: usize = 16 << 20;

/// A file whose size, hash, format and encoding are known.
#[derive(Debug, Clone)]
pub struct Source {
    path: PathBuf,
    bytes: u64,
    sha256: String,
    format: Format,
    coding: Option<Coding>,
}

/// What reading found out, as reports tell it under `input`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The name of the file, without its folder.
    pub name: String,
    pub bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub format: Format,
    /// Of a text: the encoding, in lower case.
    pub encoding: Option<String>,
    /// Of a delimited text.
    pub separator: Option<char>,
    /// Of a workbook: the name of the sheet.
    pub sheet: Option<String>,
}

impl Source {
    /// Looks through a file; `encoding` is the label that the user gives, if any.
    ///
    /// # Errors
    /// 65 when it is empty, a web page, or a text with a NUL; 66 when it cannot be read; 2 when no encoding has that label.
    pub fn open(path: &Path, encoding: Option<&str>) -> Result<Self> {
        let survey = Survey::take(path)?;
        if survey.bytes == 0 {
            return Err(refuse(path, "it is empty", "see whether the export or the download went through"));
        }
        let (format, coding) = match Format::of_container(&survey.begin, path) {
            Some(format) => (format, None),
            None => {
                let coding = Coding::find(path, &survey, encoding)?;
                (format_of_text(path, &coding)?, Some(coding))
            }
        };
        Ok(Self { path: path.to_owned(), bytes: survey.bytes, sha256: survey.sha256, format, coding })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is written in.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Line of the first byte that does not fit the encoding and is read as U+FFFD.
    pub fn broken_line(&self) -> Option<u64> {
        self.coding.as_ref().and_then(|coding| coding.broken_line)
    }

    /// Its text in UTF-8.
    ///
    /// # Errors
    /// 65 when it is a workbook.
    pub fn text(&self) -> Result<Text> {
        match &self.coding {
            Some(coding) => Text::open(&self.path, coding),
            None => Err(refuse(&self.path, "it is a workbook, no text", "give the text itself")),
        }
    }

    /// What was found out so far.
    pub fn found(&self) -> Found {
        Found {
            name: self.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            bytes: self.bytes,
            sha256: self.sha256.clone(),
            format: self.format,
            encoding: self.coding.as_ref().map(Coding::name),
            separator: None,
            sheet: None,
        }
    }
}

fn format_of_text(path: &Path, coding: &Coding) -> Result<Format> {
    let mut text = Text::open(path, coding)?;
    text.more()?;
    // Whether there is an object a line shows once the first line is there.
    while text.rest().trim_start().starts_with('{')
        && !text.rest().trim_start().contains('\n')
        && text.rest().len() < LONGEST_LINE_BYTES
        && text.more()?
    {}
    if is_html(text.rest()) {
        let hint = "the address that it came from has moved, or asks for a login: fetch the data themselves";
        return Err(refuse(path, "it is a web page (HTML) in place of data", hint));
    }
    if text.rest().trim().is_empty() && text.is_at_end() {
        return Err(refuse(path, "it holds blanks alone", "see whether the export or the download went through"));
    }
    Ok(Format::of_text(text.rest(), path))
}

#[cfg(test)]
mod tests {
    use step::{ExitCode, Failure};

    use super::*;

    fn open(name: &str, bytes: &[u8]) -> Result<Source> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(name);
        std::fs::write(&path, bytes)?;
        Source::open(&path, None)
    }

    #[test]
    fn what_was_found_is_told_without_the_folder() {
        let found = open("a.csv", "n;é\n".as_bytes()).unwrap().found();
        assert_eq!((found.name.as_str(), found.bytes, found.format.name()), ("a.csv", 5, "csv"));
        assert_eq!(found.encoding.as_deref(), Some("utf-8"));
        assert_eq!(found.sha256, files::sha256_of("n;é\n".as_bytes()));
    }

    #[test]
    fn nothing_blanks_and_web_pages_are_65() {
        let wide: Vec<u8> = "<!DOCTYPE HTML><html></html>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [&b""[..], b" \n\n", b"\xEF\xBB\xBF", b"<!doctype html>", b"\xEF\xBB\xBF <HTML>", &wide] {
            let error = open("a.csv", bytes).unwrap_err();
            assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::BadInput, "{error}");
        }
    }

    #[test]
    fn a_missing_file_is_66() {
        let error = Source::open(Path::new("/nowhere/a.csv"), None).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::NoInput);
    }
}
