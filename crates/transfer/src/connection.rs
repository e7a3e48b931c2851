//! The HTTP client underneath, and what its errors mean.

use std::error::Error;
use std::fs::File;
use std::time::Duration;
use std::{fmt, io};

use step::ExitCode;
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

/// Which certificates are trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Authorities {
    /// Those of the machine, or of `SSL_CERT_FILE` and `SSL_CERT_DIR`: to read them all takes some milliseconds.
    Known,
    /// None: for addresses that are not encrypted.
    None,
}

/// Sets up HTTP. Redirects are followed by our client, which judges each; no `Referer` tells the one host what was asked
/// of another.
pub(crate) fn build(
    stall: Duration,
    gate: &Gate,
    encoding: Encoding,
    authorities: Authorities,
) -> Result<reqwest::Client, Fault> {
    // Two clients in one process install it twice; the second time is no error, the same provider stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .gzip(encoding == Encoding::Gzip)
        .referer(false)
        .redirect(reqwest::redirect::Policy::none())
        .dns_resolver(gate.clone())
        .connect_timeout(stall.min(LONGEST_CONNECT));
    let builder = match authorities {
        Authorities::Known => builder,
        Authorities::None => {
            ensure_named_authorities()?;
            builder.tls_certs_only([])
        }
    };
    builder.build().map_err(|error| not_set_up(innermost(&error)))
}

/// Whoever names certificates counts on them, also where the first address is not encrypted. They are not read for it.
fn ensure_named_authorities() -> Result<(), Fault> {
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"].map(|name| std::env::var_os(name).filter(|path| !path.is_empty()));
    let mut last = None;
    for path in named.iter().flatten() {
        match File::open(path) {
            Ok(_) => return Ok(()),
            Err(error) => last = Some(error),
        }
    }
    last.map_or(Ok(()), |error| Err(not_set_up(error)))
}

fn not_set_up(why: impl fmt::Display) -> Fault {
    let hint = "check `SSL_CERT_FILE` and `SSL_CERT_DIR`, if they are set: certificates of authorities must be there";
    Fault::lasting(Cause::Tls, ExitCode::Usage, format!("could not set up HTTP: {why}"), hint)
}

/// What became of a request that got no response, in our words.
pub(crate) fn diagnose(error: reqwest::Error, url: &Url, gate: &Gate) -> Fault {
    let is_connecting = error.is_connect();
    let error = error.without_url();
    if let Some(refused) = find::<NotPublic>(&error) {
        return forbidden(refused);
    }
    let proxy = gate.proxy_of(url);
    if let Some(missing) = find::<NotResolved>(&error) {
        return match &proxy {
            Some(proxy) if *proxy == missing.host => not_through(proxy, missing.to_string()),
            _ => hinted(Fault::passing(Cause::Dns, missing.to_string()), NO_NAME),
        };
    }
    if let Some(error) = find::<rustls::Error>(&error) {
        return untrusted(error, url);
    }
    let why = innermost(&error).to_string();
    // The other side left before a word of TLS was said; the error has no type of its own.
    if why.contains("tls handshake") {
        return hinted(Fault::passing(Cause::Tls, format!("no encrypted connection: {why}")), NO_TLS);
    }
    // The error's type is not ours to name; hyper stops reading a head at some hundred kilobytes or headers.
    if why.contains("message head is too large") || why.contains("too many headers") {
        return endless_head();
    }
    match proxy {
        // The error has no type that can be named.
        Some(_) if why.contains("proxy authorization required") => proxy_wants_credentials(why),
        Some(proxy) if is_connecting => not_through(&proxy, why),
        _ => Fault::passing(Cause::Unreachable, why),
    }
}

/// No other try comes to its end.
pub(crate) fn endless_head() -> Fault {
    let why = "the head of its answer does not end";
    Fault::lasting(Cause::EndlessHead, ExitCode::BadInput, why, "see whether the address is right")
}

const NO_NAME: &str =
    "check the address; if names are resolved by a proxy here, name it in `HTTPS_PROXY` or `HTTP_PROXY`";

const NO_TLS: &str = "what answers there may not speak TLS: check that the address begins as it should (`http`, `https`), \
                      and what lies in between";

/// The proxy, not the service, is in the way.
fn not_through(proxy: &str, why: String) -> Fault {
    let hint = "check `HTTPS_PROXY` and `HTTP_PROXY`, with name and password if the proxy wants them; what is reached \
                without it goes into `NO_PROXY`";
    hinted(Fault::passing(Cause::Proxy, format!("through the proxy `{proxy}`: {why}")), hint)
}

/// The proxy lets only some through.
pub(crate) fn proxy_wants_credentials(why: impl fmt::Display) -> Fault {
    let hint = "give the proxy's name and password, or other ones: `http://NAME:PASSWORD@HOST:PORT` in `HTTPS_PROXY` and \
                `HTTP_PROXY`";
    let why = format!("the proxy lets only some through: {why}");
    Fault::lasting(Cause::Proxy, ExitCode::AccessRefused, why, hint)
}

/// A certificate that is not trusted now will not be in a minute; whatever else is wrong with TLS may pass.
fn untrusted(error: &rustls::Error, url: &Url) -> Fault {
    let rustls::Error::InvalidCertificate(why) = error else {
        return hinted(Fault::passing(Cause::Tls, format!("no encrypted connection: {error}")), NO_TLS);
    };
    use rustls::CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext,
    };
    let host = url.host_str().unwrap_or_default();
    let said = match why {
        rustls::CertificateError::UnknownIssuer => "no authority that is trusted here has signed it".to_owned(),
        why => why.to_string(),
    };
    let hint = match why {
        Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. } => {
            "see whether the clock of this machine is right"
        }
        NotValidForName | NotValidForNameContext { .. } => {
            "check the address: something else answers there than it names"
        }
        _ => {
            "if an authority of your own signed it (a proxy that looks inside, a service of the house), name its \
             certificate in `SSL_CERT_FILE`, or its folder in `SSL_CERT_DIR`"
        }
    };
    let why = format!("the certificate of `{host}` is not trusted: {said}");
    Fault::lasting(Cause::Certificate, ExitCode::Unavailable, why, hint)
}

fn hinted(fault: Fault, hint: &str) -> Fault {
    Fault { hint: Some(hint.to_owned()), ..fault }
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
