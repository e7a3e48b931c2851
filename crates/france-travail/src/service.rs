//! France Travail as the steps reach it: addresses, credentials, pace.

use std::fmt;

use anyhow::Result;
use clap::Args;
use step::{ExitCode, ExposeSecret, Failure, Provenance, SecretString};
use transfer::{Client, ClientCredentials, ClientOptions, Credentials, RateLimitHeaders, RetryPolicy, Service, Url};

/// Where the key for the real service comes from.
const PORTAL: &str = "https://francetravail.io";

/// What is said of offers.
pub(crate) const PROVENANCE: Provenance = Provenance::new(
    "France Travail, API Offres d'emploi v2",
    "Licence de réutilisation de la base de données des offres d'emploi, \
     https://francetravail.io/produits-partages/documentation/conditions-dutilisation-api/licence-offres-emploi",
);

/// Requests under way at once: ten a second, each answered after up to 2 s (observed), and a few that are being tried
/// again. Each that is being received holds half a megabyte.
const IN_FLIGHT: usize = 24;

/// What its gateway and its token service say in their own words (observed 2025-2026).
const SERVICE: Service = Service {
    rate_limit_headers: Some(RateLimitHeaders {
        rate: "x-ratelimit-replenish-rate-clientidlimiter",
        remaining: "x-ratelimit-remaining-clientidlimiter",
    }),
    access_hint: Some("check that the API is attached to your application and that its licence is accepted"),
    token_hints: &[
        (
            "invalid_client",
            "check the client id and secret, that the API is attached to the application, and that its licence is accepted",
        ),
        ("invalid_scope", "attach the API to your application in the provider's portal"),
    ],
};

/// The addresses and the key; the rate is each step's own, since each API has its own limit.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServiceArgs {
    /// Address of the token service
    #[arg(
        long,
        value_name = "URL",
        env = "FRANCE_TRAVAIL_AUTH_URL",
        default_value = "https://entreprise.francetravail.fr/connexion/oauth2/access_token?realm=%2Fpartenaire"
    )]
    pub(crate) auth_url: Url,
    /// Address of the API; paths `/partenaire/...` are appended
    #[arg(long, value_name = "URL", env = "FRANCE_TRAVAIL_API_URL", default_value = "https://api.francetravail.io")]
    pub(crate) api_url: Url,
    /// Client id of your application
    #[arg(long, env = "FRANCE_TRAVAIL_ID", hide = true, hide_env_values = true)]
    client_id: Option<SecretString>,
    /// Client secret of your application
    #[arg(long, env = "FRANCE_TRAVAIL_KEY", hide = true, hide_env_values = true)]
    client_key: Option<SecretString>,
    #[command(flatten)]
    retry: RetryPolicy,
}

/// One of the APIs behind the gateway, each with its scope and limit.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Api {
    /// Job offers v2 and their referentials.
    Offres,
    /// ROME 4.0, métiers.
    Rome,
}

impl Api {
    fn scope(self) -> &'static str {
        match self {
            Self::Offres => "api_offresdemploiv2 o2dsoffre",
            Self::Rome => "api_rome-metiersv1 nomenclatureRome",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Offres => "/partenaire/offresdemploi/v2",
            Self::Rome => "/partenaire/rome-metiers/v1/metiers",
        }
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Offres => "the job offers API",
            Self::Rome => "the ROME API",
        })
    }
}

impl ServiceArgs {
    /// A client of `api` that makes at most `per_second` calls a second.
    ///
    /// # Errors
    /// 2 when the id or the key is missing.
    pub(crate) fn client(&self, api: Api, per_second: f64) -> Result<Client> {
        self.client_of(api, per_second, IN_FLIGHT)
    }

    /// The same, with at most so many requests under way at once.
    ///
    /// # Errors
    /// 2 when the id or the key is missing.
    pub(crate) fn client_of(&self, api: Api, per_second: f64, in_flight: usize) -> Result<Client> {
        Client::new(ClientOptions { in_flight, ..self.options(api, per_second)? })
    }

    /// A client as [`Self::client`] gives, which sends no more requests than that in all.
    ///
    /// # Errors
    /// 2 when the id or the key is missing.
    #[cfg(feature = "history")]
    pub(crate) fn client_within(&self, api: Api, per_second: f64, most_requests: Option<u64>) -> Result<Client> {
        Client::new(ClientOptions { most_requests, ..self.options(api, per_second)? })
    }

    fn options(&self, api: Api, per_second: f64) -> Result<ClientOptions> {
        let credentials = ClientCredentials {
            url: self.auth_url.clone(),
            client_id: given(self.client_id.as_ref(), "FRANCE_TRAVAIL_ID")?.expose_secret().to_owned(),
            client_secret: given(self.client_key.as_ref(), "FRANCE_TRAVAIL_KEY")?.clone(),
            scope: api.scope().to_owned(),
        };
        Ok(ClientOptions {
            per_second,
            in_flight: IN_FLIGHT,
            retry: self.retry.clone(),
            credentials: Credentials::ClientCredentials(credentials),
            credentials_for: Some(self.api_url.clone()),
            service: SERVICE,
            ..ClientOptions::default()
        })
    }

    /// The service asked, whatever its port: tells invented offers from real ones.
    pub(crate) fn host(&self) -> String {
        self.api_url.host_str().unwrap_or_default().to_owned()
    }

    /// Address of `resource` of an API: `offres/search`, `referentiel/communes`, `grand-domaine`.
    pub(crate) fn url(&self, api: Api, resource: &str) -> Url {
        let mut url = self.api_url.clone();
        url.set_path(&format!("{}{}/{resource}", self.api_url.path().trim_end_matches('/'), api.path()));
        url
    }
}

fn given<'a>(secret: Option<&'a SecretString>, variable: &str) -> Result<&'a SecretString> {
    // An empty variable is how compose files say "not set".
    secret.filter(|secret| !secret.expose_secret().is_empty()).ok_or_else(|| {
        Failure::new(ExitCode::Usage, format!("could not ask France Travail: the variable `{variable}` is not set"))
            .hint(format!(
                "set `{variable}` or `{variable}_FILE` with the key of your application ({PORTAL}), \
                 or try the sandbox: `sandbox run -- COMMAND`"
            ))
            .into()
    })
}
