//! The files of the references: tables of delimited text, and lists of JSON.

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use anyhow::Result;
use serde::de::DeserializeOwned;
use step::{ExitCode, Failure};
use tables::{Format, Kind, Options, Source, Table};

use crate::joins::Reference;

/// More than any reference has; what is longer is none. The communes are 4 MB.
const MOST_BYTES: u64 = 256 << 20;

/// A reference, how the user names another, and who makes it.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) flag: &'static str,
    pub(super) maker: &'static str,
}

impl File {
    /// # Errors
    /// 66 when it is not there.
    fn ensure_there(&self) -> Result<()> {
        let why = match fs::metadata(&self.path) {
            Ok(there) if there.is_file() => return Ok(()),
            Ok(_) => "it is no file".to_owned(),
            Err(error) => error.to_string(),
        };
        let message = format!("could not read the reference `{}`: {why}", self.path.display());
        let hint = format!("{} makes it; `{} none` goes without", self.maker, self.flag);
        Err(Failure::new(ExitCode::NoInput, message).hint(hint).into())
    }

    /// That it breaks a rule.
    pub(super) fn broken(&self, why: impl std::fmt::Display) -> anyhow::Error {
        let message = format!("could not read the reference `{}`: {why}", self.path.display());
        let hint = format!("{} makes it anew; `{} none` goes without", self.maker, self.flag);
        Failure::new(ExitCode::BadInput, message).hint(hint).into()
    }

    fn reference(&self, sha256: String) -> Reference {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Reference { name, sha256 }
    }

    /// Hands over the cells of these columns, row by row; none of them blank.
    ///
    /// # Errors
    /// 66 when it is not there, 65 when it is no table, or lacks a column or a cell.
    pub(super) fn rows<const N: usize>(
        &self,
        columns: [&str; N],
        files: &mut Vec<Reference>,
        mut take: impl FnMut([&str; N]) -> Result<()>,
    ) -> Result<()> {
        self.ensure_there()?;
        let source = Source::open(&self.path, None)?;
        if source.format() != Format::Csv {
            return Err(self.broken(format!("it is {}, not CSV", source.format().name())));
        }
        let options = Options { known: columns.map(str::to_owned).into(), ..Options::default() };
        let mut table = Table::open(&source, &options)?;
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(columns) {
            *place = table.header().column(name).ok_or_else(|| self.broken(format!("it has no column `{name}`")))?;
        }
        let mut count = 0;
        while let Some(record) = table.next()? {
            if record.kind() != Kind::Data {
                continue;
            }
            let cells = places.map(|place| record.cell(place).trim());
            if let Some(blank) = cells.iter().position(|cell| cell.is_empty()) {
                return Err(self.broken(format!("line {}: its `{}` is empty", record.line(), columns[blank])));
            }
            take(cells)?;
            count += 1;
        }
        if count == 0 {
            return Err(self.broken("it has no row"));
        }
        files.push(self.reference(source.found().sha256));
        Ok(())
    }

    /// The elements of a list.
    ///
    /// # Errors
    /// 66 when it is not there, 65 when it is no array of such elements.
    pub(super) fn list<T: DeserializeOwned>(&self, files: &mut Vec<Reference>) -> Result<Vec<T>> {
        self.ensure_there()?;
        let mut bytes = vec![];
        let read = files::open(&self.path)?.take(MOST_BYTES).read_to_end(&mut bytes);
        read.map_err(|error| files::unreadable(&self.path, error))?;
        let body = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        let elements: Vec<T> = serde_json::from_slice(body).map_err(|error| self.broken(error))?;
        if elements.is_empty() {
            return Err(self.broken("it is an empty list"));
        }
        files.push(self.reference(files::sha256_of(&bytes)));
        Ok(elements)
    }
}
