//! `STEM.scores.csv`: what every service scores, and the means over all of them.

use anyhow::{Context, Result};
use files::{Destination, Output};
use indexmap::IndexMap;
use serde::Serialize;
use tables::CsvWriter;

use super::score::{CRITERIA, Score, round};

/// Services scored so far, and the file of them.
#[derive(Debug)]
pub(super) struct Scores {
    csv: CsvWriter<Output>,
    scored: u64,
    sum: f64,
    criteria: [(u64, f64); CRITERIA.len()],
    /// Every number with two decimals that there can be, as text.
    texts: Vec<String>,
}

/// What a report says of the scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Summary {
    /// Mean of the services.
    pub(super) services: Option<f64>,
    /// Mean over the structures of the file of the means of their services.
    pub(super) structures: Option<f64>,
    /// Services with a score.
    pub(super) scored: u64,
    /// By criterion: to how many it applies, and their mean.
    pub(super) criteria: IndexMap<&'static str, Criterion>,
}

/// What a report says of one criterion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Criterion {
    pub(super) applicable: u64,
    pub(super) mean: Option<f64>,
}

impl Scores {
    /// Begins the file.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn create(destination: &Destination) -> Result<Self> {
        let mut csv = CsvWriter::new(destination.create()?);
        csv.write(["record", "line", "id", "score"].into_iter().chain(CRITERIA)).context(UNWRITTEN)?;
        let texts = (0..=100).map(|hundredths| format!("{}.{:02}", hundredths / 100, hundredths % 100)).collect();
        Ok(Self { csv, scored: 0, sum: 0.0, criteria: [(0, 0.0); CRITERIA.len()], texts })
    }

    /// Writes what a service scores; nothing is said of one that is not valid.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn add(&mut self, record: u64, line: u64, id: &str, score: Option<&Score>) -> Result<()> {
        let (record, line) = (record.to_string(), line.to_string());
        let mut cells = [""; 4 + CRITERIA.len()];
        (cells[0], cells[1], cells[2]) = (&record, &line, id);
        if let Some(score) = score {
            self.scored += 1;
            self.sum += score.score;
            cells[3] = &self.texts[hundredths(score.score)];
            for (nth, value) in score.criteria.iter().enumerate() {
                if let Some(value) = value {
                    self.criteria[nth].0 += 1;
                    self.criteria[nth].1 += value;
                    cells[4 + nth] = &self.texts[hundredths(*value)];
                }
            }
        }
        self.csv.write(cells).context(UNWRITTEN)
    }

    /// The file, and what a report says; `structures` is their mean.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn finish(self, structures: Option<f64>) -> Result<(Output, Summary)> {
        let mean = |count: u64, sum: f64| (count > 0).then(|| round(sum / count as f64));
        let criteria = CRITERIA.into_iter().zip(self.criteria);
        let summary = Summary {
            services: mean(self.scored, self.sum),
            structures: structures.map(round),
            scored: self.scored,
            criteria: criteria
                .map(|(name, (applicable, sum))| (name, Criterion { applicable, mean: mean(applicable, sum) }))
                .collect(),
        };
        Ok((self.csv.finish().context(UNWRITTEN)?, summary))
    }
}

const UNWRITTEN: &str = "could not write the scores";

fn hundredths(score: f64) -> usize {
    (score * 100.0).round() as usize
}
