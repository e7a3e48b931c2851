//! The datasets of a page, read one after the other: all of them at once would take as much memory as the page again.

use anyhow::Result;
use url::Url;

use super::reader::Reader;
use super::{dataset, refusal};
use crate::item::Item;
use crate::rdf::{Graph, Node};
use crate::settings::Settings;

/// A page whose datasets are yet to be read.
#[derive(Debug)]
pub(crate) struct Datasets {
    pub(super) graph: Graph,
    pub(super) nodes: Vec<Node>,
    /// What reading may cost.
    pub(super) most_work: u64,
    pub(super) url: Url,
}

impl Datasets {
    /// Hands them on in document order, those that fail or are skipped among them, until `take` wants no more: whether it
    /// took all.
    ///
    /// # Errors
    /// 65: the page gives far more than it holds.
    pub(crate) fn read(self, settings: &Settings, mut take: impl FnMut(Item) -> Result<bool>) -> Result<bool> {
        let mut reader = Reader::new(&self.graph, settings);
        for node in &self.nodes {
            let item = dataset::read(&mut reader, *node);
            self.ensure_sound()?;
            if !take(item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Lets pass what costs no more than a page that holds what it gives.
    pub(super) fn ensure_sound(&self) -> Result<()> {
        match self.graph.work() > self.most_work {
            true => Err(refusal::of_page_that_grows(&self.url)),
            false => Ok(()),
        }
    }

    /// All of them.
    #[cfg(test)]
    pub(super) fn all(self, settings: &Settings) -> Vec<Item> {
        let mut all = Vec::new();
        let take = |item| {
            all.push(item);
            Ok(true)
        };
        self.read(settings, take).unwrap();
        all
    }
}
