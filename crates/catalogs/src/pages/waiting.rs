//! Services wait on the disk until all pages have come: only then it is known which of them is an item.

use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result};

use crate::service::Service;
use crate::store::Store;

/// The services of all pages, in the order met.
#[derive(Debug)]
pub(super) struct Waiting(Store);

impl Waiting {
    /// `folder` is where what is too much for memory goes.
    pub(super) fn new(folder: &Path) -> Result<Self> {
        Store::new(folder).map(Self)
    }

    pub(super) fn add(&mut self, service: &Service) -> Result<()> {
        let write = |held: &mut Vec<u8>| {
            serde_json::to_writer(&mut *held, service).context("could not write a service as JSON")?;
            held.push(b'\n');
            Ok(())
        };
        self.0.add(write).map(drop)
    }

    /// Hands each on, until `take` wants no more: whether it took all.
    pub(super) fn each(&mut self, mut take: impl FnMut(Service) -> Result<bool>) -> Result<bool> {
        let (mut lines, mut line) = (BufReader::new(self.0.reader()?), Vec::new());
        while lines.read_until(b'\n', &mut line).context("could not read the services")? > 0 {
            if !take(serde_json::from_slice(&line).context("could not read a service")?)? {
                return Ok(false);
            }
            line.clear();
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::{Finding, Item, Kind, Outcome};
    use crate::model::{Dataservice, Harvest};

    #[test]
    fn services_come_back_as_they_went() {
        let folder = tempfile::tempdir().unwrap();
        let mut waiting = Waiting::new(folder.path()).unwrap();
        let item = |outcome| {
            let findings = vec![Finding::new("date.unreadable").path("/harvest/issued_at").value("hier\n\"")];
            Item { remote_id: Some("1".into()), name: None, remote_url: Some("http://a.fr/".into()), outcome, findings }
        };
        let harvest = Harvest { remote_id: "1".into(), uri: Some("http://a.fr/1".into()), ..Harvest::default() };
        let service =
            Dataservice { title: "É\n".into(), datasets: vec!["a".into()], harvest, ..Dataservice::default() };
        let outcomes = [Outcome::Dataservice(Box::new(service)), Outcome::Skipped(Kind::Dataservice)];
        let services = outcomes.map(|outcome| Service { uri: Some("http://a.fr/1".into()), item: item(outcome) });
        for service in &services {
            waiting.add(service).unwrap();
        }
        let mut back = Vec::new();
        let mut take = |most| {
            back.clear();
            waiting.each(|service| {
                back.push(format!("{service:?}"));
                Ok(back.len() < most)
            })
        };
        assert!(!take(1).unwrap());
        assert!(take(9).unwrap());
        assert_eq!(back, services.map(|service| format!("{service:?}")));
    }
}
