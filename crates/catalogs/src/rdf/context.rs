//! The contexts of JSON-LD that are built in. None is ever fetched.

use std::error::Error;
use std::fmt;

use oxjsonld::{JsonLdLoadDocumentOptions, JsonLdRemoteDocument};

const BUILT_IN: [(&str, &str); 2] = [
    (
        "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        include_str!("../../data/project-open-data-v1.1-catalog.jsonld"),
    ),
    ("https://www.data.gouv.fr/api/1/site/context.jsonld", include_str!("../../data/udata-site-context.jsonld")),
];

/// A context that would have to be fetched.
#[derive(Debug)]
pub(super) struct Remote(pub(super) String);

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the context `{}` is not built in, and none is fetched", self.0)
    }
}

impl Error for Remote {}

/// The context at an address: http and https are the same, a final slash is nothing.
pub(super) fn at(address: &str) -> Option<&'static str> {
    let key = |address: &'_ str| address.trim_end_matches('/').split_once("://").map(|(_, rest)| rest.to_owned());
    let asked = key(address);
    BUILT_IN.iter().find(|(known, _)| asked.is_some() && key(known) == asked).map(|(_, context)| *context)
}

/// [`at`], for the parser.
pub(super) fn load(
    address: &str,
    _: &JsonLdLoadDocumentOptions,
) -> Result<JsonLdRemoteDocument, Box<dyn Error + Send + Sync>> {
    let context = at(address).ok_or_else(|| Box::new(Remote(address.to_owned())))?;
    Ok(JsonLdRemoteDocument { document: context.as_bytes().to_vec(), document_url: address.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_built_in_is_given() {
        for (address, text) in BUILT_IN {
            assert!(serde_json::from_str::<serde_json::Value>(text).unwrap().get("@context").is_some());
            assert!(load(address, &JsonLdLoadDocumentOptions { request_profile: Default::default() }).is_ok());
        }
        for address in ["https://schema.org/", "file:///etc/passwd", "", "/context.jsonld", "http://169.254.169.254/"] {
            let refused = load(address, &JsonLdLoadDocumentOptions { request_profile: Default::default() });
            assert!(refused.is_err_and(|why| why.to_string().contains("built in")), "{address}");
        }
    }
}
