//! Where an address may lead: anywhere, or to the public internet alone.
//!
//! What comes from a remote (a next page, a redirect, a name that resolves to something) must not make us ask inside our
//! own network. A name is judged by what it resolves to, at each connection and by the one lookup that is connected to,
//! so that a second answer of the same name helps nobody; an address that stands in the URL itself is judged there.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;
use url::{Host, Url};

/// Which addresses may be connected to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AddressPolicy {
    /// All that there are.
    #[default]
    Any,
    /// Those that are globally reachable (IANA special-purpose registries): nothing private, of this machine or of its
    /// link, in whatever way it is wrapped.
    PublicOnly,
}

/// Judges addresses, and resolves names for all connections of a client.
#[derive(Debug, Clone)]
pub(crate) struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    policy: AddressPolicy,
    /// Hosts that whoever runs us chose: the proxies, and what stands in for a source.
    trusted: BTreeSet<String>,
    proxies: Matcher,
}

/// An address that may not be connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotPublic {
    pub(crate) host: String,
    pub(crate) address: IpAddr,
}

/// A name without an address.
#[derive(Debug)]
pub(crate) struct NotResolved {
    pub(crate) host: String,
    why: String,
}

impl Gate {
    /// `stand_in` is an address that is exempt, being the caller's own.
    pub(crate) fn new(policy: AddressPolicy, stand_in: Option<&Url>) -> Self {
        let proxies = Matcher::from_env();
        // What a proxy is asked for does not matter here, but for its scheme.
        let of_proxies = ["http://example.com/", "https://example.com/"].map(|url| proxy_host(&proxies, url));
        let of_stand_in = stand_in.and_then(|url| url.host_str().map(str::to_owned));
        let trusted = of_proxies.into_iter().flatten().chain(of_stand_in).map(|host| bare(&host)).collect();
        Self(Arc::new(Inner { policy, trusted, proxies }))
    }

    /// The proxy that a request to `url` goes through.
    pub(crate) fn proxy_of(&self, url: &Url) -> Option<String> {
        proxy_host(&self.0.proxies, url.as_str())
    }

    /// Judges what can be judged of an address before anything is connected to. Behind a proxy, which resolves names
    /// itself, this is all there is: a name that we cannot resolve is left to it.
    pub(crate) async fn judge(&self, url: &Url) -> Result<(), NotPublic> {
        if self.0.policy == AddressPolicy::Any {
            return Ok(());
        }
        match url.host() {
            Some(Host::Ipv4(address)) => refuse_private(&address.to_string(), address.into()),
            Some(Host::Ipv6(address)) => refuse_private(&address.to_string(), address.into()),
            // Of this machine, whoever is asked about it, or cannot say (RFC 6761, 6.3).
            Some(Host::Domain(host)) if is_localhost(host) => refuse_private(host, Ipv4Addr::LOCALHOST.into()),
            Some(Host::Domain(host)) if self.0.trusted.contains(&bare(host)) || self.proxy_of(url).is_some() => {
                let port = url.port_or_known_default().unwrap_or_default();
                let mut found = lookup_host((host, port)).await.into_iter().flatten();
                found.try_for_each(|found| refuse_private(host, found.ip()))
            }
            _ => Ok(()),
        }
    }

    async fn resolve(&self, host: &str) -> Result<Vec<SocketAddr>, Box<dyn Error + Send + Sync>> {
        let missing = |why: String| NotResolved { host: host.to_owned(), why };
        let found = lookup_host((host, 0)).await.map_err(|error| missing(plain(&error)))?;
        let found: Vec<SocketAddr> = found.collect();
        let Some(first) = found.first().copied() else { return Err(missing("it has no address".to_owned()).into()) };
        if self.0.policy == AddressPolicy::Any || self.0.trusted.contains(&bare(host)) {
            return Ok(found);
        }
        let public: Vec<_> = found.into_iter().filter(|found| is_public(found.ip())).collect();
        match public.is_empty() {
            false => Ok(public),
            true => Err(NotPublic { host: host.to_owned(), address: first.ip() }.into()),
        }
    }
}

impl Resolve for Gate {
    fn resolve(&self, name: Name) -> Resolving {
        let gate = self.clone();
        Box::pin(async move {
            let found = Gate::resolve(&gate, name.as_str()).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.parse::<IpAddr>() {
            Ok(_) => write!(f, "`{}` is no public address", self.host),
            Err(_) => write!(f, "`{}` leads to {}, which is no public address", self.host, self.address),
        }
    }
}

impl Error for NotPublic {}

impl fmt::Display for NotResolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no address was found for `{}`: {}", self.host, self.why)
    }
}

impl Error for NotResolved {}

/// Without what the standard library puts before it.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_owned()
}

fn proxy_host(proxies: &Matcher, url: &str) -> Option<String> {
    proxies.intercept(&url.parse().ok()?)?.uri().host().map(str::to_owned)
}

/// A name without the dot that may end it, and an address without brackets.
fn bare(host: &str) -> String {
    host.trim_end_matches('.').trim_matches(['[', ']']).to_ascii_lowercase()
}

fn is_localhost(host: &str) -> bool {
    let host = bare(host);
    host == "localhost" || host.ends_with(".localhost")
}

fn refuse_private(host: &str, address: IpAddr) -> Result<(), NotPublic> {
    match is_public(address) {
        true => Ok(()),
        false => Err(NotPublic { host: host.to_owned(), address }),
    }
}

/// Whether everybody on the internet means the same by it (IANA special-purpose address registries, read 2026-11).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        // This network; reserved, and broadcast.
        || a == 0 || a >= 240
        // Shared by a carrier's customers (100.64/10), protocol assignments, 6to4 relays, benchmarks (198.18/15).
        || (a == 100 && b & 0xc0 == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && b & 0xfe == 18);
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let v4_at = |at: usize| {
        let [a, b] = segments[at].to_be_bytes();
        let [c, d] = segments[at + 1].to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match segments {
        // Mapped.
        [0, 0, 0, 0, 0, 0xffff, ..] => is_public_v4(v4_at(6)),
        // NAT64's own prefix; what a network chose for itself (64:ff9b:1::/48) falls under the rest.
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_public_v4(v4_at(6)),
        // 6to4.
        [0x2002, ..] => is_public_v4(v4_at(1)),
        // Protocol assignments, Teredo among them; documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // Of all the rest only 2000::/3 was ever given out: loopback, unique local, link local and multicast are outside.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_only_we_can_reach_are_not_public() {
        let private = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::8.8.8.8",
            "100::1",
            "2001::1",
            "2001:1::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];
        for text in private {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn addresses_of_everybody_are_public() {
        let public = [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2001:4860:4860::8888",
            "2001:200::1",
            "2a01:e0a::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ];
        for text in public {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    /// The spellings that hide an address are undone by the URL standard: what is judged is what is connected to.
    #[tokio::test]
    async fn a_host_is_judged_however_it_is_spelt() {
        let gate = Gate::new(AddressPolicy::PublicOnly, None);
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.1",
            "0x7f000001",
            "0177.0.0.1",
            "127.0.0.1.",
            "%31%32%37.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "0",
            "169.254.169.254",
            "①②⑦.⓪.⓪.①",
            "localhost",
            "LOCALHOST.",
            "a.localhost",
        ] {
            let url = Url::parse(&format!("http://{host}/a")).unwrap();
            gate.judge(&url).await.expect_err(host);
            Gate::new(AddressPolicy::Any, None).judge(&url).await.unwrap();
        }
        gate.judge(&Url::parse("http://8.8.8.8/").unwrap()).await.unwrap();
    }

    #[tokio::test]
    async fn a_name_is_judged_by_what_it_resolves_to() {
        let gate = Gate::new(AddressPolicy::PublicOnly, None);
        for host in ["localhost", "LOCALHOST"] {
            let refused = gate.resolve(host).await.unwrap_err();
            assert!(refused.downcast_ref::<NotPublic>().is_some(), "{refused}");
        }
        let stand_in = Url::parse("http://localhost:8080/").unwrap();
        let gate = Gate::new(AddressPolicy::PublicOnly, Some(&stand_in));
        gate.resolve("localhost").await.unwrap();
        // What a remote names is judged all the same.
        gate.judge(&stand_in).await.unwrap_err();
    }

    #[tokio::test]
    async fn a_name_without_an_address_says_so() {
        let gate = Gate::new(AddressPolicy::Any, None);
        let error = gate.resolve("nowhere.invalid").await.unwrap_err();
        assert!(error.to_string().starts_with("no address was found for `nowhere.invalid`: "), "{error}");
    }
}
