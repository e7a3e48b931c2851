//! Why a workbook cannot be read, before anyone says which file it is.

use std::io;

/// What stopped the reading of a workbook.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It is not as its format wants it, or grows past a limit: a clause about "it".
    Broken(String),
    /// The file, or the disk below it.
    Unreadable(io::Error),
}

/// What was read, or why not.
pub(crate) type Parsed<T> = Result<T, Fault>;

impl Fault {
    pub(crate) fn cut() -> Self {
        "it ends too early: it was cut".into()
    }
}

impl From<&str> for Fault {
    fn from(why: &str) -> Self {
        Self::Broken(why.to_owned())
    }
}

impl From<String> for Fault {
    fn from(why: String) -> Self {
        Self::Broken(why)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        // Only what the operating system says is about the disk: all else is about the content.
        match error.raw_os_error() {
            Some(_) => Self::Unreadable(error),
            None => Self::Broken(error.to_string()),
        }
    }
}

impl From<xml::Error> for Fault {
    fn from(error: xml::Error) -> Self {
        match error {
            xml::Error::Read(error) => error.into(),
            other => Self::Broken(format!("it is damaged: {other}")),
        }
    }
}
