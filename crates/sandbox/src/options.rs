//! Every service there is, and everything that can be set: on the command line, or as a plain struct by tests that run
//! the sandbox in their process.

use std::io;
use std::sync::Arc;

use clap::{Args, Parser};

use crate::france_travail::{FranceTravail, FranceTravailOptions};
use crate::inclusion::{Inclusion, InclusionOptions};
use crate::portals::{PortalOptions, Portals};
use crate::references::{ReferenceOptions, References};
use crate::wire::options::WireOptions;
use crate::wire::server::Server;
use crate::wire::service::{Service, Shared};

/// The knobs of the simulated services.
#[derive(Args, Debug, Clone)]
pub struct Options {
    /// Address, clock, seed, latency, faults.
    #[command(flatten)]
    pub wire: WireOptions,

    /// The token service, job offers and ROME.
    #[command(flatten)]
    pub france_travail: FranceTravailOptions,

    /// COG carto, SIRENE and NAF.
    #[command(flatten)]
    pub references: ReferenceOptions,

    /// Open data portals, to be harvested.
    #[command(flatten)]
    pub portals: PortalOptions,

    /// data·inclusion, to be read back.
    #[command(flatten)]
    pub inclusion: InclusionOptions,
}

impl Options {
    /// These, but for what `change` sets.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

impl Default for Options {
    /// The defaults of the command line, said once.
    fn default() -> Self {
        #[derive(Parser)]
        struct CommandLine {
            #[command(flatten)]
            options: Options,
        }
        CommandLine::parse_from(["sandbox"]).options
    }
}

impl Server {
    /// Listens; requests that come before the offers are made wait for them.
    ///
    /// # Errors
    /// The address cannot be had, or the file of offers cannot be read.
    pub fn start(options: Options) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(options.wire));
        let services: Vec<Arc<dyn Service>> = vec![
            Arc::new(FranceTravail::start(shared.clone(), &options.france_travail)?),
            Arc::new(References::start(shared.clone(), &options.references)?),
            Arc::new(Portals::start(shared.clone(), &options.portals)?),
            Arc::new(Inclusion::start(shared.clone(), &options.inclusion)?),
        ];
        Self::listen(shared, services)
    }
}
