//! Identifiers that depend on nothing but the source and what it calls things, so that they never change.

use std::borrow::Cow;

use foldhash::{HashMap, HashSet};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::model::Resource;

/// So many hexadecimal digits has the identifier of a source, as those of data.gouv.fr.
const SOURCE_ID_DIGITS: usize = 24;

/// The identifier of a source that got none: of the dialect and the address, as the command line has them.
pub(crate) fn source_id(dialect: &str, url: &str) -> String {
    let hash = Sha256::digest(format!("{dialect} {url}"));
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    digits[..SOURCE_ID_DIGITS].to_owned()
}

/// The identifier of a dataset.
pub(crate) fn dataset_id(source_id: &str, remote_id: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{source_id}/{remote_id}").as_bytes())
}

/// The identifier of a service.
pub(crate) fn dataservice_id(source_id: &str, remote_id: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{source_id}/dataservice/{remote_id}").as_bytes())
}

/// Gives each resource of a dataset its identifier, and no two the same: the second of a key is `KEY#2`.
pub(crate) fn name_resources(dataset: &Uuid, resources: &mut [Resource]) {
    let mut counts = HashMap::<&str, u32>::default();
    let mut names = HashSet::<Cow<'_, str>>::default();
    for Resource { key, id, .. } in resources {
        let count = counts.entry(key.as_str()).or_insert(0);
        let name = loop {
            *count += 1;
            let name = match *count {
                1 => Cow::Borrowed(key.as_str()),
                nth => Cow::Owned(format!("{key}#{nth}")),
            };
            if names.insert(name.clone()) {
                break name;
            }
        };
        *id = Uuid::new_v5(dataset, name.as_bytes()).to_string();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_those_that_anybody_can_compute() {
        assert_eq!(source_id("ckan", "https://a.fr/"), "723c572b942a0f0b9e8cc572");
        assert_eq!(dataset_id("s", "1").to_string(), "9bffe921-e029-539d-95ff-e7c1b693d978");
        assert_eq!(dataservice_id("s", "1").to_string(), "5c800b9c-59e6-5b7c-8aa4-406883b065ab");
    }

    #[test]
    fn of_one_key_the_later_are_numbered() {
        let dataset = dataset_id("s", "1");
        let mut resources = ["a", "b", "a", "a#2"].map(|key| Resource { key: key.into(), ..Resource::default() });
        name_resources(&dataset, &mut resources);
        let id = |key: &str| Uuid::new_v5(&dataset, key.as_bytes()).to_string();
        assert_eq!(resources.map(|resource| resource.id), [id("a"), id("b"), id("a#2"), id("a#2#2")]);
    }
}
