//! Whether what arrived is as complete as what was published: of each field, how often it is filled, and how often the
//! portal gave something that could not be taken.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::item::Finding;
use crate::model::{Dataset, Resource};

/// Fields of datasets, in the order of the report.
const DATASET_FIELDS: [&str; 12] = [
    "description",
    "tags",
    "license",
    "frequency",
    "temporal_coverage",
    "spatial",
    "contact_points",
    "schema",
    "harvest.remote_url",
    "harvest.created_at",
    "harvest.modified_at",
    "resources",
];

/// Fields of resources.
const RESOURCE_FIELDS: [&str; 7] =
    ["description", "format", "mime", "filesize", "checksum", "schema", "harvest.modified_at"];

/// Counts over active datasets and their resources.
#[derive(Debug, Clone, Default)]
pub(crate) struct Coverage {
    datasets: [u64; DATASET_FIELDS.len()],
    dataset_count: u64,
    resources: [u64; RESOURCE_FIELDS.len()],
    pub(crate) resource_count: u64,
    /// Warnings by path.
    lost: BTreeMap<String, u64>,
}

/// What is told of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FieldCoverage {
    pub(crate) of: &'static str,
    pub(crate) field: &'static str,
    pub(crate) filled: u64,
    pub(crate) lost: u64,
    pub(crate) total: u64,
}

impl Coverage {
    /// Counts a dataset that is active, and what was lost of it.
    pub(crate) fn add(&mut self, dataset: &Dataset, findings: &[Finding]) {
        self.dataset_count += 1;
        count(&mut self.datasets, &filled_of_dataset(dataset));
        self.resource_count += dataset.resources.len() as u64;
        for resource in &dataset.resources {
            count(&mut self.resources, &filled_of_resource(resource));
        }
        for path in findings.iter().filter_map(|finding| finding.path.as_deref()) {
            match self.lost.get_mut(path) {
                Some(lost) => *lost += 1,
                None => drop(self.lost.insert(path.to_owned(), 1)),
            }
        }
    }

    /// The fields of datasets, then those of resources.
    pub(crate) fn fields(&self) -> Vec<FieldCoverage> {
        let of_datasets = DATASET_FIELDS.iter().zip(&self.datasets).map(|(field, filled)| FieldCoverage {
            of: "datasets",
            field,
            filled: *filled,
            lost: self.lost(&format!("/{}", field.replace('.', "/"))),
            total: self.dataset_count,
        });
        let of_resources = RESOURCE_FIELDS.iter().zip(&self.resources).map(|(field, filled)| FieldCoverage {
            of: "resources",
            field,
            filled: *filled,
            lost: self.lost(&format!("/resources/{}", field.replace('.', "/"))),
            total: self.resource_count,
        });
        of_datasets.chain(of_resources).collect()
    }

    /// A date of issue stands in for one of creation.
    fn lost(&self, path: &str) -> u64 {
        let of = |path: &str| self.lost.get(path).copied().unwrap_or_default();
        match path {
            "/harvest/created_at" => of(path) + of("/harvest/issued_at"),
            _ => of(path),
        }
    }
}

fn count<const N: usize>(counts: &mut [u64; N], filled: &[bool; N]) {
    for (count, is_filled) in counts.iter_mut().zip(filled) {
        *count += u64::from(*is_filled);
    }
}

fn filled_of_dataset(dataset: &Dataset) -> [bool; DATASET_FIELDS.len()] {
    let harvest = &dataset.harvest;
    [
        !dataset.description.is_empty(),
        !dataset.tags.is_empty(),
        dataset.license.as_ref().is_some_and(|license| license != "notspecified"),
        dataset.frequency.as_ref().is_some_and(|frequency| frequency != "unknown"),
        dataset.temporal_coverage.is_some(),
        dataset.spatial.is_some(),
        !dataset.contact_points.is_empty(),
        dataset.schema.is_some(),
        harvest.remote_url.is_some(),
        harvest.created_at.is_some() || harvest.issued_at.is_some(),
        harvest.modified_at.is_some(),
        !dataset.resources.is_empty(),
    ]
}

fn filled_of_resource(resource: &Resource) -> [bool; RESOURCE_FIELDS.len()] {
    [
        !resource.description.is_empty(),
        resource.format.is_some(),
        resource.mime.is_some(),
        resource.filesize.is_some(),
        resource.checksum.is_some(),
        resource.schema.is_some(),
        resource.harvest.modified_at.is_some(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_and_what_was_lost_is_counted_by_field() {
        let resource = |filesize| Resource { filesize, ..Resource::default() };
        let license = |license: &str| Dataset { license: Some(license.into()), ..Dataset::default() };
        let mut coverage = Coverage::default();
        let with_resources = Dataset { resources: vec![resource(Some(1)), resource(None)], ..license("lov2") };
        let lost = [
            Finding::new("size.unreadable").path("/resources/filesize"),
            Finding::new("date.unreadable").path("/harvest/issued_at"),
        ];
        coverage.add(&with_resources, &lost);
        coverage.add(&license("notspecified"), &[]);
        let fields = coverage.fields();
        let of = |of: &str, field: &str| {
            let found = fields.iter().find(|entry| (entry.of, entry.field) == (of, field)).unwrap();
            (found.filled, found.lost, found.total)
        };
        assert_eq!(of("datasets", "license"), (1, 0, 2));
        assert_eq!(of("datasets", "harvest.created_at"), (0, 1, 2));
        assert_eq!(of("datasets", "resources"), (1, 0, 2));
        assert_eq!(of("resources", "filesize"), (1, 1, 2));
        assert_eq!(fields.len(), 19);
    }
}
