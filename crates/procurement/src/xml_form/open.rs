//! A regulatory file in XML opened, and what is said where it cannot be read.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::Result;
use step::{ExitCode, Failure};
use tables::{Source, Text};

use super::reader::{Reader, Stop};

/// Of a file, so much may be its declaration.
const DECLARATION_BYTES: u64 = 1_024;

const SYNTAX_HINT: &str = "the file is damaged, cut, or no XML: export or download it again";

/// Opens a document.
///
/// # Errors
/// 65 when it is no XML, 66 when it cannot be read.
pub(crate) fn open(source: &Source) -> Result<Reader<Text>> {
    let path = source.path();
    if let Some(line) = source.broken_line() {
        return Err(refuse(
            path,
            &format!("line {line}: it is not in the encoding that it declares (xml.syntax)"),
            SYNTAX_HINT,
        ));
    }
    // What is guessed of other texts is no XML: without a declaration it is in UTF-8, or it is none.
    if source.found().encoding.as_deref() == Some("windows-1252") && !declares_encoding(path)? {
        let hint = "name the encoding in the first line: `<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>`";
        return Err(refuse(path, "it is not in UTF-8, and declares no other encoding (xml.syntax)", hint));
    }
    Reader::open(source.text()?).map_err(|stop| failure(path, stop))
}

fn declares_encoding(path: &Path) -> Result<bool> {
    let mut begin = vec![];
    let read = File::open(path).and_then(|file| file.take(DECLARATION_BYTES).read_to_end(&mut begin));
    read.map_err(|error| files::unreadable(path, error))?;
    Ok(xml::declared_encoding(&begin).is_some())
}

/// Why a document cannot be read, as a step says it.
pub(crate) fn failure(path: &Path, stop: Stop) -> anyhow::Error {
    match stop {
        Stop::Xml(xml::Error::Read(error)) => unreadable(path, error),
        Stop::Xml(error @ xml::Error::Doctype { .. }) => {
            refuse(path, &format!("{error} (xml.dtd)"), "remove the DOCTYPE and what it defines")
        }
        Stop::Xml(error @ xml::Error::Limit { .. }) => {
            refuse(path, &error.to_string(), "flatten or split the data before")
        }
        Stop::Xml(error @ xml::Error::Syntax { .. }) => refuse(path, &format!("{error} (xml.syntax)"), SYNTAX_HINT),
        Stop::TooLarge { line, what } => refuse(path, &format!("line {line}: it has {what}"), "split it"),
    }
}

fn refuse(path: &Path, why: &str, hint: &str) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not read `{}`: {why}", path.display())).hint(hint).into()
}

/// What the text could not be read for has its own exit code, and went through the XML reader.
fn unreadable(path: &Path, error: io::Error) -> anyhow::Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            return Failure::new(failure.code(), failure.to_string()).into();
        }
        cause = error.source();
    }
    files::unreadable(path, error).into()
}
