//! The licences of data.gouv.fr, and other names and addresses of them.

use std::cmp::Reverse;
use std::sync::LazyLock;

use foldhash::HashMap;
use serde::Deserialize;

use crate::values::tag::slug;

pub(super) struct Table {
    pub(super) licences: Vec<Licence>,
    /// Slugs.
    pub(super) names: HashMap<String, String>,
    /// Keys of addresses, the longest first; some are known and no licence of the list.
    pub(super) addresses: Vec<(String, Option<String>)>,
}

pub(super) struct Licence {
    pub(super) id: String,
    /// In lower case.
    pub(super) title: String,
    /// Of the title.
    pub(super) slug: String,
    /// Other titles, in lower case, and their slugs.
    pub(super) alternates: Vec<(String, String)>,
    /// Keys of its addresses.
    pub(super) addresses: Vec<String>,
}

impl Licence {
    pub(super) fn id(&'static self) -> &'static str {
        &self.id
    }
}

/// An address without scheme, `www.`, query and final slash, in lower case.
pub(super) fn key_of(address: &str) -> String {
    let lower = address.to_lowercase();
    let rest = lower.split_once("://").map_or(&*lower, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    rest[..rest.find(['?', '#']).unwrap_or(rest.len())].trim_end_matches('/').to_owned()
}

pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let licences: Vec<Listed> =
        serde_json::from_str(include_str!("../../../data/licences.json")).expect("the table of licences is valid");
    let aliases: Aliases = serde_json::from_str(include_str!("../../../data/licence_aliases.json"))
        .expect("the table of other names is valid");
    let mut addresses: Vec<_> = aliases.urls.into_iter().collect();
    addresses.sort_unstable_by_key(|(key, _)| (Reverse(key.len()), key.clone()));
    Table { licences: licences.into_iter().map(Licence::from).collect(), names: aliases.names, addresses }
});

#[derive(Deserialize)]
struct Listed {
    id: String,
    title: String,
    url: Option<String>,
    alternate_titles: Vec<String>,
    alternate_urls: Vec<String>,
}

#[derive(Deserialize)]
struct Aliases {
    names: HashMap<String, String>,
    urls: HashMap<String, Option<String>>,
}

impl From<Listed> for Licence {
    fn from(listed: Listed) -> Self {
        let addresses = listed.url.iter().chain(&listed.alternate_urls).map(|address| key_of(address)).collect();
        let alternates = listed.alternate_titles.iter().map(|title| (title.to_lowercase(), slug(title))).collect();
        Self { slug: slug(&listed.title), title: listed.title.to_lowercase(), id: listed.id, alternates, addresses }
    }
}
