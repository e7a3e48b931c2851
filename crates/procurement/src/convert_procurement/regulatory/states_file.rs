//! The file of states, `NAME.states.csv`.

use anyhow::{Context as _, Result};
use files::Output;
use tables::CsvWriter;

use crate::kind::Kind;
use crate::states::{HEADER, shown, states};
use crate::value::Value;

const COULD_NOT: &str = "could not write the states";

/// A file of states under way.
pub(super) struct StatesFile(CsvWriter<Output>);

impl StatesFile {
    pub(super) fn begin(output: Output) -> Result<Self> {
        let mut csv = CsvWriter::with_mark(output, ';').context(COULD_NOT)?;
        csv.write(HEADER).context(COULD_NOT)?;
        Ok(Self(csv))
    }

    /// Adds the states of a contract.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn add(&mut self, record: u64, kind: Kind, contract: &Value<'_>) -> Result<()> {
        let record = record.to_string();
        let buyer = shown(contract.get(kind.buyer_key()).and_then(|buyer| buyer.get("id")));
        let id = shown(contract.get("id"));
        for (nth, state) in states(kind, contract).iter().enumerate() {
            let nth = nth.to_string();
            let cells: [&str; HEADER.len()] =
                [&record, &buyer, &id, &nth, &state.date, &state.amount, &state.months, &state.operators];
            self.0.write(cells).context(COULD_NOT)?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Output> {
        self.0.finish().context(COULD_NOT)
    }
}
