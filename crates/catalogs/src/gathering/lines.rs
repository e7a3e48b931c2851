//! Items as lines: what the harvest knows itself is filled in, and each line goes to its ledger.

use anyhow::Result;
use foldhash::fast::RandomState;
use indexmap::IndexSet;
use uuid::Uuid;

use crate::ids;
use crate::item::Kind;
use crate::ledger::Change;
use crate::line::Line;
use crate::memory;
use crate::model::{Dataservice, Dataset, Harvest};

use super::Gathering;
use super::telling::Told;

impl Gathering {
    pub(super) fn is_duplicate(&mut self, told: &Told) -> bool {
        let Some(remote_id) = told.remote_id.as_deref() else { return false };
        self.ledger(told.kind).has(remote_id)
    }

    pub(super) fn line_of_dataset(&mut self, mut dataset: Dataset, told: &mut Told) -> Result<(Line, Change)> {
        let remote_id = told.remote_id.clone().unwrap_or_default();
        let id = ids::dataset_id(&self.settings.source_id, &remote_id);
        dataset.id = id.to_string();
        ids::name_resources(&id, &mut dataset.resources);
        self.fill(&mut dataset.harvest, told);
        if let Some(slug) = self.datasets.slug_of(&remote_id) {
            dataset.slug = Some(slug.to_owned());
        }
        self.coverage.add(&dataset, &told.findings);
        let (title, slug) = (dataset.title.clone(), dataset.slug.clone());
        let line = Line::of_dataset(dataset)?;
        self.place(line, &title, slug.as_deref(), told)
    }

    pub(super) fn line_of_dataservice(&mut self, mut service: Dataservice, told: &mut Told) -> Result<(Line, Change)> {
        let remote_id = told.remote_id.clone().unwrap_or_default();
        service.id = ids::dataservice_id(&self.settings.source_id, &remote_id).to_string();
        service.datasets = self.ids_of(&service.datasets);
        self.fill(&mut service.harvest, told);
        let title = service.title.clone();
        let line = Line::of_dataservice(service)?;
        self.place(line, &title, None, told)
    }

    /// What a service serves, as identifiers of datasets that came; by identifier, else by address.
    fn ids_of(&self, serves: &[String]) -> Vec<String> {
        let id = |served: &String| match self.datasets.has(served) {
            true => Some(ids::dataset_id(&self.settings.source_id, served)),
            false => self.by_uri.get(&memory::number_of(served)).copied(),
        };
        let ids: IndexSet<Uuid, RandomState> = serves.iter().filter_map(id).collect();
        ids.iter().map(Uuid::to_string).collect()
    }

    /// What the harvest knows itself of where an item comes from.
    fn fill(&mut self, harvest: &mut Harvest, told: &mut Told) {
        let settings = &self.settings;
        harvest.backend = settings.backend;
        settings.domain.clone_into(&mut harvest.domain);
        settings.source_id.clone_into(&mut harvest.source_id);
        settings.url.as_str().clone_into(&mut harvest.source_url);
        harvest.remote_id = told.remote_id.clone().unwrap_or_default();
        match (&harvest.remote_url, &told.remote_url) {
            (Some(_), None) => told.remote_url.clone_from(&harvest.remote_url),
            (None, Some(_)) => harvest.remote_url.clone_from(&told.remote_url),
            _ => {}
        }
        self.now.clone_into(&mut harvest.last_update);
        (harvest.archived_at, harvest.archived_reason) = (None, None);
    }

    pub(super) fn place(&mut self, line: Line, title: &str, slug: Option<&str>, told: &Told) -> Result<(Line, Change)> {
        let Harvest { remote_id, uri, ckan_name, .. } = &line.harvest;
        self.keep(&[Some(remote_id), ckan_name.as_deref(), slug])?;
        if let Some(uri) = uri.as_deref().filter(|uri| told.kind == Kind::Dataset && *uri != remote_id) {
            self.by_uri.insert(memory::number_of(uri), ids::dataset_id(&self.settings.source_id, remote_id));
        }
        let change = self.ledger(told.kind).add(&line, slug, told.item)?;
        self.changes.count(&change);
        self.names.note(&change, &line.harvest.remote_id, || title.to_owned());
        Ok((line, change))
    }
}
