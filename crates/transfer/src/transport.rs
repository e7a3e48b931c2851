//! A request on its way: sent, led on by redirects where it may be, until the head of a response is there.

use std::sync::{Arc, OnceLock};

use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use step::ExitCode;
use tokio::time::{Instant, timeout};
use url::Url;

use crate::address_policy::Gate;
use crate::client_options::{ClientOptions, StandIn};
use crate::connection::{self, Authorities, Encoding};
use crate::error::{Cause, Fault};
use crate::metrics::Metrics;
use crate::response::Head;
use crate::retry::RetryPolicy;
use crate::status::shown;
use crate::work;

/// Sends requests; clones share connections.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    pools: Arc<Pools>,
    route: Arc<Route>,
}

/// Connections, each kind set up when it is first needed.
#[derive(Debug)]
struct Pools {
    encoding: Encoding,
    plain: OnceLock<reqwest::Client>,
    encrypted: OnceLock<reqwest::Client>,
}

/// Where requests may go, and how long they may take.
#[derive(Debug)]
struct Route {
    gate: Gate,
    policy: RetryPolicy,
    redirects: usize,
    waits_alone: bool,
    stand_in: Option<StandIn>,
    metrics: Metrics,
}

impl Transport {
    /// Counts what gets no response in `metrics`.
    pub(crate) fn new(options: &ClientOptions, metrics: Metrics) -> Self {
        let stand_in = options.stand_in.clone();
        let gate = Gate::new(options.addresses, stand_in.as_ref().map(|stand_in| &stand_in.origin));
        let ClientOptions { redirects, waits_alone, .. } = *options;
        let route = Route { gate, policy: options.retry.clone(), redirects, waits_alone, stand_in, metrics };
        Self { pools: Pools::of(Encoding::Gzip), route: Arc::new(route) }
    }

    /// The same, which asks for bodies as the server has them.
    pub(crate) fn uncompressed(&self) -> Self {
        Self { pools: Pools::of(Encoding::Identity), route: self.route.clone() }
    }

    /// The connections to what is at `url`. A proxy may be spoken to over TLS, whatever it is asked for.
    fn http(&self, url: &Url) -> Result<&reqwest::Client, Fault> {
        let Route { gate, policy, .. } = &*self.route;
        let is_plain = url.scheme() == "http" && gate.proxy_of(url).is_none();
        let (pool, authorities) = match is_plain {
            true => (&self.pools.plain, Authorities::None),
            false => (&self.pools.encrypted, Authorities::Known),
        };
        match pool.get() {
            Some(http) => Ok(http),
            None => {
                let http = connection::build(policy.stall, gate, self.pools.encoding, authorities)?;
                Ok(pool.get_or_init(|| http))
            }
        }
    }

    /// Gets what is at `url`, or where it leads. What carries credentials is led nowhere.
    pub(crate) async fn get(&self, url: &Url, headers: &HeaderMap) -> Result<Head, Fault> {
        let carries_credentials = headers.contains_key(AUTHORIZATION) || has_user(url);
        let most = if carries_credentials { 0 } else { self.route.redirects };
        let (mut url, mut followed) = (url.clone(), 0);
        loop {
            let head = self.get_once(&url, headers.clone()).await?;
            let Some(next) = head.location().filter(|_| most > 0) else { return Ok(head) };
            if followed == most {
                let why = format!("it redirects over {most} times, at last to `{}`", shown(&next));
                let hint = "see in a browser where the address leads";
                return Err(Fault::lasting(Cause::Redirect(next.into()), ExitCode::Unavailable, why, hint));
            }
            self.ensure_may_lead_to(&next)?;
            (url, followed) = (next, followed + 1);
        }
    }

    /// Posts a form, whose fields are credentials: it is led nowhere.
    pub(crate) async fn post(&self, url: &Url, form: &[(&str, &str)]) -> Result<Head, Fault> {
        self.send(url, self.http(url)?.post(url.clone()).form(form)).await
    }

    /// A remote does not choose how, or as whom, we ask.
    fn ensure_may_lead_to(&self, url: &Url) -> Result<(), Fault> {
        let is_odd = has_user(url);
        if matches!(url.scheme(), "http" | "https") && !is_odd {
            return Ok(());
        }
        let why = format!("it redirects to `{}`, which is no plain web address", shown(url));
        Err(Fault::lasting(Cause::Forbidden, ExitCode::BadInput, why, "see in a browser where the address leads"))
    }

    async fn get_once(&self, url: &Url, mut headers: HeaderMap) -> Result<Head, Fault> {
        let request = match self.route.stand_in.as_ref().filter(|stand_in| stand_in.stands_for(url)) {
            Some(stand_in) => {
                headers.extend(StandIn::host(url));
                let asked = stand_in.of(url);
                self.http(&asked)?.get(asked)
            }
            None => {
                self.route.gate.judge(url).await.map_err(|refused| connection::forbidden(&refused))?;
                self.http(url)?.get(url.clone())
            }
        };
        self.send(url, request.headers(headers)).await
    }

    /// Sends what is ready, and waits for the head of what comes.
    async fn send(&self, url: &Url, request: RequestBuilder) -> Result<Head, Fault> {
        let Route { gate, policy, metrics, .. } = &*self.route;
        let sent_at = Instant::now();
        let longest = policy.longest_answer.map_or(policy.stall, |longest| longest.min(policy.stall));
        let came = tokio::select! {
            came = timeout(longest, request.send()) => came,
            () = work::too_much(), if self.route.waits_alone => {
                metrics.request("endless", 0);
                return Err(connection::endless_head());
            }
        };
        match came {
            Ok(Ok(response)) => Ok(Head::new(response, url.clone(), sent_at, policy)),
            Ok(Err(error)) => {
                metrics.request("unreachable", 0);
                Err(connection::diagnose(error, url, gate))
            }
            Err(_) => {
                metrics.request("silent", 0);
                let why = format!("no answer within {} s", longest.as_secs_f32());
                match longest < policy.stall {
                    true => Err(Fault::lasting(Cause::Slow, ExitCode::Unavailable, why, "run again later")),
                    false => Err(Fault::passing(Cause::Slow, why)),
                }
            }
        }
    }
}

impl Pools {
    fn of(encoding: Encoding) -> Arc<Self> {
        Arc::new(Self { encoding, plain: OnceLock::new(), encrypted: OnceLock::new() })
    }
}

/// Whether an address holds a user's name or password, which is sent as credentials.
fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}
