//! One day, searched again: the offers that are online, in a file without a name.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result};
use files::{Extent, unwritable};
use jiff::civil::DateTime;
use step::{Task, paris};
use transfer::{Client, Response, ResponseError};

use crate::service::ServiceArgs;
use crate::survey::answer::{self, Read};
use crate::survey::day::Day;
use crate::survey::query::PageRequest;
use crate::survey::served::Served;
use crate::survey::{Answered, Keep, Survey};

/// A day that was swept, and proven.
#[derive(Debug)]
pub(crate) struct Swept {
    pub(crate) begun: DateTime,
    pub(crate) ended: DateTime,
    /// Announced for the bounds of the day; neighbours are among them.
    pub(crate) announced: u32,
    /// Whether the sandbox has answered.
    pub(crate) is_invented: bool,
    served: Served,
    answers: Rc<Answers>,
}

/// The answers, one after the other: nobody goes on with them, a killed run costs its day.
#[derive(Debug)]
struct Answers {
    day: Day,
    file: File,
    end: Cell<u64>,
}

/// Searches `day` with the walk and the proof of `collect-offers`.
///
/// # Errors
/// 75 when it cannot be proven complete; 69 and others as the service has it.
pub(crate) async fn sweep(
    day: Day,
    client: &Client,
    service: &ServiceArgs,
    folder: &Path,
    task: &Task,
) -> Result<Swept> {
    let begun = paris::now()?;
    let answers = Rc::new(Answers { day, file: files::scratch(folder)?, end: Cell::new(0) });
    let progress = task.progress(format!("sweeping {day}"), "offers");
    let served = Served::of(Day::span());
    let survey = Survey::of_day(day, true, client.clone(), service, served, answers.clone(), progress);
    let surveyed = survey.run().await?;
    let is_invented = survey.heard.is_invented();
    let Survey { served, .. } = survey;
    Ok(Swept {
        begun,
        ended: paris::now()?,
        announced: surveyed.total,
        is_invented,
        served: RefCell::into_inner(served),
        answers,
    })
}

impl Swept {
    /// Hands over each offer of the day, as served.
    ///
    /// # Errors
    /// 74 when it cannot be read back, and what `take` says.
    pub(crate) fn offres(&self, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut buffer = Vec::new();
        for (_, held) in self.served.offres().filter(|(_, held)| Day::holds(held.stamp)) {
            let Extent { offset, bytes } = held.place;
            buffer.resize(bytes as usize, 0);
            self.answers.file.read_exact_at(&mut buffer, offset).context("could not read an answer back")?;
            take(&buffer)?;
        }
        Ok(())
    }

    /// How many there are.
    pub(crate) fn present(&self) -> u64 {
        self.served.inside()
    }
}

impl Keep for Answers {
    fn read(&self, ask: &PageRequest, response: &Response) -> Result<(Read, Option<Vec<u8>>), ResponseError> {
        let range = response.header("content-range");
        let read = answer::read(ask, self.day.clock(), response.status, range, &response.body)?;
        Ok((read, None))
    }

    fn keep(&self, answered: &Answered<'_>) -> Result<u64> {
        let offset = self.end.get();
        let written = self.file.write_all_at(answered.body, offset);
        written.map_err(|error| unwritable("write", Path::new("the answers of a sweep"), error))?;
        self.end.set(offset + answered.body.len() as u64);
        Ok(offset)
    }
}
