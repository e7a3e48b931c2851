//! France Travail: the token service, job offers v2 with its referentials, and ROME.

mod api;
mod body;
mod contract;
mod day;
mod error_response;
mod history;
mod metier;
mod offers;
mod offre;
mod options;
mod query;
mod rate;
mod referential;
mod rome;
mod search;
mod stamp;
mod state;
mod tables;
mod text;
mod token;
mod tokens;
mod truth;
mod turning;
mod turnover;
mod words;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::response::Response;

pub use options::{Bound, FranceTravailOptions, Milliseconds, SortWithin, TieOrder, Ties};
pub use state::FranceTravail;
pub use truth::Life;
pub use turnover::Turnover;

use crate::wire::fault::Fault;
use crate::wire::log::Kind;
use crate::wire::service::{Listing, Service, Shared};

impl Service for FranceTravail {
    type Options = FranceTravailOptions;

    fn start(shared: Arc<Shared>, options: &FranceTravailOptions) -> io::Result<Self> {
        Self::new(shared, options.clone())
    }

    fn name(&self) -> &'static str {
        "france_travail"
    }

    fn routes(self: Arc<Self>) -> Router {
        token::router(self.clone()).merge(api::router(self))
    }

    fn own_routes(self: Arc<Self>) -> Router {
        truth::router(self.clone()).merge(turning::router(self))
    }

    fn variables(&self, origin: &str) -> Vec<(&'static str, String)> {
        let options = &self.setup.options;
        vec![
            ("FRANCE_TRAVAIL_ID", options.client_id.clone()),
            ("FRANCE_TRAVAIL_KEY", options.client_key.clone()),
            ("FRANCE_TRAVAIL_AUTH_URL", format!("{origin}{}?realm=%2Fpartenaire", token::PATH)),
            ("FRANCE_TRAVAIL_API_URL", origin.to_owned()),
        ]
    }

    /// A file named by these would be read in place of the variables above.
    fn removed_variables(&self) -> &'static [&'static str] {
        &["FRANCE_TRAVAIL_ID_FILE", "FRANCE_TRAVAIL_KEY_FILE"]
    }

    fn kind(&self, path: &str) -> Kind {
        if path.ends_with("/access_token") {
            Kind::Token
        } else if path.ends_with("/offres/search") {
            Kind::Search
        } else {
            Kind::Other
        }
    }

    fn fits(&self, _fault: Fault) -> bool {
        true
    }

    fn word(&self, fault: Fault) -> Option<Response> {
        words::word(fault)
    }

    fn listing<'a>(&self, body: &'a [u8]) -> Option<Listing<'a>> {
        words::listing(body)
    }

    fn warm(&self) {
        self.offers().warm(&self.tables);
    }
}
