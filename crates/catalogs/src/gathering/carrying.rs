//! Taking over what an answer gave last time: its items, findings and lines.

use anyhow::{Context, Result};

use crate::item::{Item, Kind, Outcome};
use crate::memory::{PartTold, State, Unit, UnitItem};
use crate::model::{Dataservice, Dataset};
use crate::service::Service;

use super::Gathering;
use super::telling::Told;

impl Gathering {
    /// Takes over what a unit gave last time: its items, findings and lines.
    pub(crate) fn carry(&mut self, unit: &Unit) -> Result<()> {
        let mut told = PartTold::default();
        for item in &unit.items {
            if self.is_full() {
                return Ok(());
            }
            let state = self.carry_item(item)?;
            told.add_item_as(item, state)?;
        }
        for service in &unit.services {
            told.add_service(service)?;
        }
        self.remember(unit, &told)
    }

    /// Hands on the services of a unit, which wait.
    pub(crate) fn each_service(&self, unit: &Unit, mut take: impl FnMut(Service) -> Result<()>) -> Result<()> {
        for service in &unit.services {
            let UnitItem { remote_id, name, remote_url, state, findings, .. } = service.item.clone();
            let outcome = match (state, &remote_id) {
                (State::Done, Some(remote_id)) => {
                    let line = self.dataservices.line_before(remote_id)?.context("could not take over a service")?;
                    let mut text = Vec::new();
                    line.write(&mut text)?;
                    let service_before: Dataservice = serde_json::from_slice(&text)?;
                    Outcome::Dataservice(Box::new(Dataservice { datasets: service.serves.clone(), ..service_before }))
                }
                (State::Skipped, _) => Outcome::Skipped(Kind::Dataservice),
                _ => Outcome::Failed(Kind::Dataservice),
            };
            take(Service { uri: service.uri.clone(), item: Item { remote_id, name, remote_url, outcome, findings } })?;
        }
        Ok(())
    }

    /// What it is now: a second one of its identifier is one that fails.
    fn carry_item(&mut self, item: &UnitItem) -> Result<State> {
        let mut told = Told::of_unit_item(self.count + 1, item);
        let line = match (item.state, item.remote_id.as_deref()) {
            (State::Done, Some(_)) if self.is_duplicate(&told) => {
                told.fail_as_duplicate();
                None
            }
            (State::Done, Some(remote_id)) => {
                let mut line = self.datasets.line_before(remote_id)?.context("could not take over a line")?;
                self.now.clone_into(&mut line.harvest.last_update);
                line.mark(None);
                let mut text = Vec::new();
                line.write(&mut text)?;
                let dataset: Dataset = serde_json::from_slice(&text).context("could not read a line")?;
                self.coverage.add(&dataset, &told.findings);
                Some(self.place(line, &dataset.title, dataset.slug.as_deref(), &told)?)
            }
            _ => None,
        };
        let state = told.state;
        self.take(told, line)?;
        Ok(state)
    }
}
