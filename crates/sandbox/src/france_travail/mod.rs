//! France Travail: the token service, job offers v2 with its referentials, and ROME.

mod api;
mod body;
mod bucket;
mod clock;
mod contract;
mod day;
mod metier;
mod offre;
mod query;
mod referential;
mod refusal;
mod rome;
mod search;
mod tables;
mod territory;
mod text;
mod token;
mod truth;
mod world;

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use bucket::{Bucket, too_many};
pub(crate) use territory::{Commune, DEPARTEMENTS, REGIONS, communes};
pub use truth::Life;

use crate::server::{Service, Shared};
use tables::Tables;
use token::Tokens;
use world::World;

/// The state of the simulated services of France Travail.
#[derive(Debug)]
pub(crate) struct FranceTravail {
    shared: Arc<Shared>,
    tables: Tables,
    world: Mutex<World>,
    tokens: Tokens,
    given: AtomicU64,
    offers_bucket: Bucket,
    rome_bucket: Bucket,
}

impl FranceTravail {
    pub(crate) fn new(shared: Arc<Shared>) -> io::Result<Self> {
        let tables = Tables::new();
        let options = &shared.options;
        Ok(Self {
            world: Mutex::new(World::new(&tables, options)?),
            tokens: Tokens::default(),
            given: AtomicU64::new(0),
            offers_bucket: Bucket::new(options.rate, options.burst),
            rome_bucket: Bucket::new(options.rome_rate, options.rome_rate),
            tables,
            shared,
        })
    }

    /// What a client needs to find this service in place of the real one.
    pub(crate) fn service(self: &Arc<Self>, address: SocketAddr) -> Service {
        let options = &self.shared.options;
        Service {
            router: token::router(self.clone()).merge(api::router(self.clone())),
            truth: truth::router(self.clone()),
            variables: vec![
                ("FRANCE_TRAVAIL_ID", options.client_id.clone()),
                ("FRANCE_TRAVAIL_KEY", options.client_key.clone()),
                ("FRANCE_TRAVAIL_AUTH_URL", format!("http://{address}{}?realm=%2Fpartenaire", token::PATH)),
                ("FRANCE_TRAVAIL_API_URL", format!("http://{address}")),
            ],
            // A file named by these would be read in place of the variables above.
            removed: vec!["FRANCE_TRAVAIL_ID_FILE", "FRANCE_TRAVAIL_KEY_FILE"],
        }
    }

    /// Makes the offers that the first request would wait for.
    pub(crate) fn warm(&self) {
        self.world().warm(&self.tables);
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tokens_given(&self) -> u64 {
        self.given.fetch_add(1, Ordering::Relaxed)
    }
}
