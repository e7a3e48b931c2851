//! Input records that were set aside, each with its reason.

use anyhow::{Context, Result};
use files::{Destination, Output};
use tables::{CsvWriter, Found, Header, Record};

/// The file of rejected records; it is there only once there is one.
#[derive(Debug)]
pub struct Rejects {
    destination: Destination,
    separator: char,
    names: Vec<String>,
    csv: Option<CsvWriter<Output>>,
    count: u64,
}

impl Rejects {
    /// Of a table: with its own columns and separator.
    pub fn of_table(destination: Destination, header: &Header, found: &Found) -> Self {
        Self::new(destination, header.names().to_vec(), found.separator.unwrap_or(','))
    }

    /// With the names of the input's own columns.
    pub fn new(destination: Destination, names: Vec<String>, separator: char) -> Self {
        Self { destination, separator, names, csv: None, count: 0 }
    }

    /// Sets a record of a table aside.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn add(&mut self, record: &Record<'_>, rule: &str, message: &str) -> Result<()> {
        self.add_cells(record.number(), Some(record.line()), rule, message, record.cells())
    }

    /// Sets a record aside that is no table's.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn add_cells<'a>(
        &mut self,
        record: u64,
        line: Option<u64>,
        rule: &str,
        message: &str,
        cells: impl IntoIterator<Item = &'a str>,
    ) -> Result<()> {
        self.count += 1;
        let line = line.map(|line| line.to_string()).unwrap_or_default();
        let number = record.to_string();
        let mut all: Vec<&str> = vec![&number, &line, rule, message];
        for cell in cells {
            all.push(cell);
        }
        self.csv()?.write(all).context("could not write a rejected record")
    }

    fn csv(&mut self) -> Result<&mut CsvWriter<Output>> {
        if self.csv.is_none() {
            let mut csv = CsvWriter::with_mark(self.destination.create()?, self.separator)
                .context("could not write a rejected record")?;
            let own = ["record", "line", "rule", "message"];
            csv.write(own.into_iter().chain(self.names.iter().map(String::as_str)))
                .context("could not write a rejected record")?;
            self.csv = Some(csv);
        }
        Ok(self.csv.as_mut().expect("it was just made"))
    }

    /// How many were set aside.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The file, if there is one.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn finish(self) -> Result<Option<Output>> {
        self.csv.map(|csv| csv.finish().context("could not write the rejected records")).transpose()
    }
}
