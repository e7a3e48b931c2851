//! What France Travail's services know from one request to the next.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::offers::Offers;
use super::options::{FranceTravailOptions, Setup};
use super::tables::Tables;
use super::tokens::Tokens;
use crate::wire::buckets::Bucket;
use crate::wire::service::Shared;

/// The simulated services of France Travail.
#[derive(Debug)]
pub struct FranceTravail {
    pub(crate) shared: Arc<Shared>,
    pub(crate) setup: Setup,
    pub(crate) tables: Tables,
    offers: Mutex<Offers>,
    pub(crate) tokens: Tokens,
    pub(crate) offers_bucket: Bucket,
    pub(crate) rome_bucket: Bucket,
}

impl FranceTravail {
    pub(crate) fn new(shared: Arc<Shared>, options: FranceTravailOptions) -> io::Result<Self> {
        let tables = Tables::new(&options.retired_rome);
        let setup = Setup { seed: shared.options.seed, now: shared.options.now, options };
        Ok(Self {
            offers: Mutex::new(Offers::new(&tables, &setup)?),
            tokens: Tokens::default(),
            offers_bucket: Bucket::new(setup.options.rate, setup.options.burst),
            rome_bucket: Bucket::new(setup.options.rome_rate, setup.options.rome_rate),
            tables,
            setup,
            shared,
        })
    }

    pub(crate) fn offers(&self) -> MutexGuard<'_, Offers> {
        self.offers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
