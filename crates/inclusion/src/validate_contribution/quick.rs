//! The quick way through JSON: an array of plain records, read once.
//!
//! Whatever else it meets, be it wrong or only unusual, it gives up, and the common reader takes the file from its begin.

use anyhow::Result;
use step::Progress;
use tables::{Format, Source, Text};

use crate::schema::Kind;

use super::contribution::Contribution;
use super::json_row::{self, Care};
use super::scan::{Scan, Stop};
use super::setup::Setup;
use super::unknown::Unknown;

/// A record that is longer is for the common reader to refuse.
const LONGEST_BYTES: usize = 15 << 20;

/// A look at the clock and the signals now and then is enough.
const RECORDS_A_LOOK: u64 = 256;

/// Judges a file, if it is one for this way; nothing where it gives up.
///
/// # Errors
/// 66 when the file cannot be read, 74 when the disk refuses.
pub(super) fn judge<'s>(
    source: &Source,
    setup: &'s Setup<'s>,
    progress: &Progress,
) -> Result<Option<Contribution<'s>>> {
    if source.format() != Format::Json || setup.reading.options.records.is_some() || source.broken_line().is_some() {
        return Ok(None);
    }
    let mut text = source.text()?;
    let mut contribution = Contribution::new(setup, source.found());
    Ok(match read(&mut text, &mut contribution, progress)? {
        true => Some(contribution),
        false => None,
    })
}

/// Reads the array; false where it gives up.
fn read(text: &mut Text, contribution: &mut Contribution<'_>, progress: &Progress) -> Result<bool> {
    let setup = contribution.setup();
    let mut stand = Stand { line: 1, number: 0, unknown: Unknown::default(), kind: setup.reading.kind };
    if !stand.begin(text)? {
        return Ok(false);
    }
    loop {
        let step = stand.next(text, contribution)?;
        match step {
            Step::Record if stand.number.is_multiple_of(RECORDS_A_LOOK) => {
                setup.task.go_on()?;
                progress.set(stand.number);
            }
            Step::Record => {}
            Step::End => break,
            Step::GaveUp => return Ok(false),
        }
    }
    if stand.number == 0 {
        return Ok(false);
    }
    contribution.end_list(&stand.unknown)?;
    Ok(true)
}

/// Where the reading stands.
struct Stand {
    line: u64,
    number: u64,
    unknown: Unknown,
    /// Known from the first record on.
    kind: Option<Kind>,
}

enum Step {
    Record,
    End,
    GaveUp,
}

impl Stand {
    /// Passes over the bracket; false where there is none.
    fn begin(&mut self, text: &mut Text) -> Result<bool> {
        text.more()?;
        let mut scan = Scan::new(text.rest());
        if scan.pass(b'[').is_err() {
            return Ok(false);
        }
        let used = scan.at();
        self.use_up(text, used);
        Ok(true)
    }

    /// Judges the next record, for which more of the text is read if need be.
    fn next(&mut self, text: &mut Text, contribution: &mut Contribution<'_>) -> Result<Step> {
        loop {
            match self.try_next(text, contribution)? {
                Ok((step, used)) => {
                    self.use_up(text, used);
                    return Ok(step);
                }
                Err(Stop::Odd) => return Ok(Step::GaveUp),
                Err(Stop::Cut) if text.rest().len() > LONGEST_BYTES => return Ok(Step::GaveUp),
                Err(Stop::Cut) => {
                    if !text.more()? {
                        return Ok(Step::GaveUp);
                    }
                }
            }
        }
    }

    fn use_up(&mut self, text: &mut Text, used: usize) {
        self.line += line_feeds(&text.rest().as_bytes()[..used]);
        text.consume(used);
    }

    fn try_next(&mut self, text: &Text, contribution: &mut Contribution<'_>) -> Result<Result<(Step, usize), Stop>> {
        let mut scan = Scan::new(text.rest());
        match scan.ends(b']', self.number == 0) {
            Err(stop) => return Ok(Err(stop)),
            Ok(true) => {
                // Nothing but blanks may follow, which only the end of the text can tell.
                let is_end = scan.peek() == Err(Stop::Cut) && text.is_at_end();
                let stop = if text.is_at_end() { Stop::Odd } else { Stop::Cut };
                return Ok(if is_end { Ok((Step::End, scan.at())) } else { Err(stop) });
            }
            Ok(false) => {}
        }
        match scan.peek() {
            Err(stop) => return Ok(Err(stop)),
            // What stands first decides where the records are.
            Ok(first) if self.number == 0 && first != b'{' => return Ok(Err(Stop::Odd)),
            Ok(_) => {}
        }
        let start = scan.at();
        let line = self.line + line_feeds(&text.rest().as_bytes()[..start]);
        let kind = match self.kind {
            Some(kind) => kind,
            None => match kind_of(&text.rest()[start..]) {
                Ok(kind) => kind,
                Err(stop) => return Ok(Err(stop)),
            },
        };
        let list = contribution.setup().schema.list(kind);
        match json_row::read(&mut scan, list, &mut self.unknown, Care::Plain, (self.number + 1, line)) {
            Err(stop) => Ok(Err(stop)),
            Ok(row) => {
                if self.number == 0 {
                    self.kind = Some(kind);
                    contribution.begin_list(kind, None)?;
                }
                self.number += 1;
                contribution.judge(&row)?;
                Ok(Ok((Step::Record, scan.at())))
            }
        }
    }
}

/// What a list holds, by the names of its first record.
fn kind_of(record: &str) -> Result<Kind, Stop> {
    let mut scan = Scan::new(record);
    scan.pass(b'{')?;
    let mut is_first = true;
    while !scan.ends(b'}', is_first)? {
        is_first = false;
        let key = scan.key()?;
        scan.value(1)?;
        if tables::fold(&key) == "structure_id" {
            return Ok(Kind::Services);
        }
    }
    Ok(Kind::Structures)
}

fn line_feeds(text: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', text).count() as u64
}
