//! The datasets and the services of a page, read one after the other: all of them at once would take as much memory as the
//! page again.

use anyhow::Result;
use url::Url;

use super::reader::Reader;
use super::{dataservice, dataset, refusal};
use crate::item::Item;
use crate::rdf::{Graph, Node};
use crate::service::Service;
use crate::settings::Settings;

/// A page whose entries are yet to be read.
#[derive(Debug)]
pub(crate) struct Entries {
    pub(super) graph: Graph,
    pub(super) datasets: Vec<Node>,
    pub(super) services: Vec<Node>,
    /// What reading may cost.
    pub(super) most_work: u64,
    pub(super) url: Url,
}

impl Entries {
    /// Hands the datasets on in document order, those that fail or are skipped among them, until `take` wants no more:
    /// whether it took all.
    ///
    /// # Errors
    /// 65: the page gives far more than it holds.
    pub(crate) fn datasets(&self, settings: &Settings, mut take: impl FnMut(Item) -> Result<bool>) -> Result<bool> {
        let mut reader = Reader::new(&self.graph, settings);
        for node in &self.datasets {
            let item = dataset::read(&mut reader, *node);
            self.ensure_sound(&reader)?;
            if !take(item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Hands the `dcat:DataService` nodes on in document order. They become items at the end of all pages, if they are
    /// nobody's access service.
    ///
    /// # Errors
    /// As [`Entries::datasets`].
    pub(crate) fn services(&self, settings: &Settings, mut take: impl FnMut(Service) -> Result<()>) -> Result<()> {
        let mut reader = Reader::new(&self.graph, settings);
        for node in &self.services {
            let item = dataservice::read(&mut reader, *node);
            self.ensure_sound(&reader)?;
            take(Service { uri: self.graph.iri(*node).map(str::to_owned), item })?;
        }
        Ok(())
    }

    /// Lets pass what costs no more than a page that holds what it gives.
    fn ensure_sound(&self, reader: &Reader<'_>) -> Result<()> {
        match (self.graph.work() > self.most_work, reader.is_overrun) {
            (true, _) => Err(refusal::of_page_that_grows(&self.url)),
            (_, true) => Err(refusal::of_item_that_is_all_wrong(&self.url)),
            _ => Ok(()),
        }
    }

    /// All datasets.
    #[cfg(test)]
    pub(super) fn all_datasets(&self, settings: &Settings) -> Vec<Item> {
        let mut all = Vec::new();
        let take = |item| {
            all.push(item);
            Ok(true)
        };
        self.datasets(settings, take).unwrap();
        all
    }

    /// All services.
    #[cfg(test)]
    pub(super) fn all_services(&self, settings: &Settings) -> Vec<Service> {
        let mut all = Vec::new();
        let take = |service| {
            all.push(service);
            Ok(())
        };
        self.services(settings, take).unwrap();
        all
    }
}
