//! The HTTP client underneath, and what its errors mean.

use std::error::Error;
use std::io;
use std::time::Duration;

use anyhow::Result;
use step::{ExitCode, Failure};
use url::Url;

use crate::address_policy::{Gate, NotPublic, NotResolved};
use crate::error::{Cause, Fault};

/// Who asks, as services like to know.
const USER_AGENT: &str = concat!("collecte/", env!("CARGO_PKG_VERSION"));

/// A host that answers at all accepts a connection in far less.
const LONGEST_CONNECT: Duration = Duration::from_secs(10);

/// Which form of the body is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Compressed for the way, if the server can.
    Gzip,
    /// As the server has it: whoever goes on with a part cannot use a compression that was put on for the way.
    Identity,
}

/// Sets up HTTP. Redirects are followed by our client, which judges each; no `Referer` tells the one host what was asked
/// of another.
pub(crate) fn build(stall: Duration, gate: &Gate, encoding: Encoding) -> Result<reqwest::Client> {
    // Two clients in one process install it twice; the second time is no error, the same provider stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let built = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .gzip(encoding == Encoding::Gzip)
        .referer(false)
        .redirect(reqwest::redirect::Policy::none())
        .dns_resolver(gate.clone())
        .connect_timeout(stall.min(LONGEST_CONNECT))
        .build();
    built.map_err(|error| {
        Failure::new(ExitCode::Unexpected, format!("could not set up HTTP: {}", innermost(&error))).into()
    })
}

/// What became of a request that got no response, in our words.
pub(crate) fn diagnose(error: reqwest::Error, url: &Url, gate: &Gate) -> Fault {
    let error = error.without_url();
    let why = innermost(&error).to_string();
    if let Some(refused) = find::<NotPublic>(&error) {
        return forbidden(refused);
    }
    if let Some(missing) = find::<NotResolved>(&error) {
        let of_target = url.host_str().is_some_and(|host| host == missing.host);
        let cause = if of_target { Cause::Dns } else { Cause::Proxy };
        return Fault::passing(cause, missing.to_string());
    }
    let _ = gate;
    Fault::passing(Cause::Unreachable, why)
}

/// The address is one that may not be connected to.
pub(crate) fn forbidden(refused: &NotPublic) -> Fault {
    let hint = "only public addresses are asked: see whether the address is right";
    Fault::lasting(Cause::Forbidden, ExitCode::BadInput, refused.to_string(), hint)
}

/// The innermost cause, without the address: the caller names what was asked, and an address may hold a secret.
pub(crate) fn root_cause(error: reqwest::Error) -> String {
    innermost(&error.without_url()).to_string()
}

fn innermost<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    causes(error).last().unwrap_or(error)
}

fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// An error and its causes. What an I/O error wraps is one of them, though it passes over it itself.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| -> Option<&'a (dyn Error + 'static)> {
        let error: &'a (dyn Error + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}
