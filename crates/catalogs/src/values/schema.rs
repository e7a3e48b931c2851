//! Schemas of data: by name and version where the national catalogue has the address.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use foldhash::HashMap;

use crate::model::Schema;
use crate::values::web_address;

type Versions = HashMap<&'static str, (&'static str, &'static str)>;

/// Name and version by address.
static CATALOGUE: LazyLock<Versions> = LazyLock::new(|| {
    let schemas: BTreeMap<&str, BTreeMap<&str, &str>> =
        serde_json::from_str(include_str!("../../data/schemas.json")).expect("the table of schemas is valid");
    let versions = schemas
        .into_iter()
        .flat_map(|(name, versions)| versions.into_iter().map(move |(version, address)| (address, (name, version))));
    versions.collect()
});

/// The schema at an address: one of the catalogue, or the address and a title. None if it is no address.
pub(crate) fn read(address: &str, title: Option<&str>) -> Option<Schema> {
    let address = web_address::read(address)?;
    if let Some((name, version)) = CATALOGUE.get(address) {
        return Some(Schema { url: None, name: Some((*name).to_owned()), version: Some((*version).to_owned()) });
    }
    let name = title.map(str::trim).filter(|title| !title.is_empty());
    Some(Schema { url: Some(address.to_owned()), name: name.map(str::to_owned), version: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_of_the_catalogue_has_a_name() {
        let known = "https://schema.data.gouv.fr/schemas/etalab/schema-irve-statique/2.2.0/schema-statique.json";
        let schema = read(known, Some("ignored")).unwrap();
        assert_eq!(
            schema,
            Schema { url: None, name: Some("etalab/schema-irve-statique".into()), version: Some("2.2.0".into()) }
        );
    }

    #[test]
    fn another_keeps_its_address_and_title() {
        let schema = read("https://example.org/schema.json", Some(" Mon schéma ")).unwrap();
        assert_eq!(schema.url.as_deref(), Some("https://example.org/schema.json"));
        assert_eq!(schema.name.as_deref(), Some("Mon schéma"));
        assert_eq!(read("pas une adresse", None), None);
    }
}
