//! data·inclusion: the lists of its API, swapped whole by each load, and its published files.
//!
//! Structures, their services and their clusters are invented, the same for one seed. A list request is one for a page
//! of `/structures` or `/services`, or for a published file: reloads are told by their numbers.

mod api;
mod dump;
mod files;
mod history;
mod json;
mod options;
mod own;
mod record;
mod reload;
mod row;
mod state;
mod tables;
mod truth;

use std::io;
use std::sync::Arc;

use axum::Router;
use serde::Deserialize;
use serde_json::value::RawValue;

pub use dump::Workbook;
pub use options::{InclusionOptions, SizeSaid};
pub use reload::{Reload, ReloadAt, Spot};
pub use state::{Inclusion, Standing};
pub use tables::List;
pub use truth::{Held, State, held_throughout};

use crate::wire::fault::Fault;
use crate::wire::log::Kind;
use crate::wire::service::{Listing, Service, Shared};

impl Service for Inclusion {
    type Options = InclusionOptions;

    fn start(shared: Arc<Shared>, options: &InclusionOptions) -> io::Result<Self> {
        Ok(Self::new(shared, options.clone()))
    }

    fn name(&self) -> &'static str {
        "inclusion"
    }

    fn routes(self: Arc<Self>) -> Router {
        api::router(self.clone()).merge(files::router(self))
    }

    fn own_routes(self: Arc<Self>) -> Router {
        own::router(self)
    }

    fn variables(&self, origin: &str) -> Vec<(&'static str, String)> {
        vec![
            ("DATA_INCLUSION_TOKEN", self.options.inclusion_token.clone()),
            ("DATA_INCLUSION_API_URL", origin.to_owned()),
            ("DATA_INCLUSION_DUMP_URL", format!("{origin}{}", files::RESOURCES)),
        ]
    }

    /// A file named by it would be read in place of the variable above.
    fn removed_variables(&self) -> &'static [&'static str] {
        &["DATA_INCLUSION_TOKEN_FILE"]
    }

    fn kind(&self, path: &str) -> Kind {
        let is_list = [api::STRUCTURES, api::SERVICES].contains(&path) || path.starts_with(files::FILES);
        if is_list { Kind::Search } else { Kind::Other }
    }

    /// No answer says in a header which part of a list it is, and a token that is refused stays refused: only whoever
    /// orders that by name can mean it.
    fn fits(&self, fault: Fault) -> bool {
        !fault.is_for_tokens()
            && !matches!(fault, Fault::Unauthorised | Fault::NoContentRange | Fault::WrongContentRange)
    }

    fn listing<'a>(&self, body: &'a [u8]) -> Option<Listing<'a>> {
        listing(body)
    }
}

/// The list in an answer of the API. What a published file lacks nobody could tell: it says nowhere how long it is.
fn listing(body: &[u8]) -> Option<Listing<'_>> {
    #[derive(Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        items: Vec<&'a RawValue>,
        total: u64,
        page: u64,
        size: u64,
        pages: u64,
    }
    let Page { items, total, page, size, pages } = serde_json::from_slice(body).ok()?;
    let after = format!("],\"total\":{total},\"page\":{page},\"size\":{size},\"pages\":{pages}}}");
    Some(Listing { before: "{\"items\":[".to_owned(), elements: items.into_iter().map(RawValue::get).collect(), after })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_an_answer_is_found() {
        let texts = |body: &'static str| {
            let Listing { before, elements, after } = listing(body.as_bytes())?;
            Some(format!("{before}{}{after}", elements.join("|")))
        };
        let page = r#"{"items":[{},{"a":1}],"total":9,"page":2,"size":2,"pages":5}"#;
        assert_eq!(texts(page).unwrap(), page.replace("},{", "}|{"));
        assert_eq!(texts(r#"[{},{"a":1}]"#), None);
        assert_eq!(texts(r#"{"detail":"Forbidden"}"#), None);
    }
}
