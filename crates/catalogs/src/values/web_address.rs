//! Addresses of the web: what a person can follow from anywhere.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The address, if it is one: http(s) or ftp(s), a dotted host or a public IP, no blank, no user name.
pub(crate) fn read(text: &str) -> Option<&str> {
    let text = text.trim();
    is_valid(text).then_some(text)
}

/// Whether a text is an address; nothing is trimmed.
pub(crate) fn is_valid(text: &str) -> bool {
    let Some(rest) = after_scheme(text) else { return false };
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    !text.contains(|character: char| character.is_whitespace() || character.is_control()) && is_authority(authority)
}

fn after_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    ["http", "https", "ftp", "ftps"].iter().any(|known| scheme.eq_ignore_ascii_case(known)).then_some(rest)
}

fn is_authority(authority: &str) -> bool {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split_once(']').is_some_and(|(host, port)| {
            (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)) && is_public_ipv6(host)
        });
    }
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    (port.is_empty() || is_port(port)) && is_host(host)
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// A name needs two labels at least, and one that ends with a number is an IPv4 address or nothing.
fn is_host(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let Some((_, last)) = host.rsplit_once('.') else { return false };
    match last.bytes().all(|byte| byte.is_ascii_digit()) {
        true => host.parse().is_ok_and(is_public_ipv4),
        false => host.len() <= 253 && host.split('.').all(is_label),
    }
}

fn is_label(label: &str) -> bool {
    let allowed =
        |character: char| !character.is_ascii() || character.is_ascii_alphanumeric() || "-_".contains(character);
    !label.is_empty() && label.len() <= 63 && label.chars().all(allowed) && !label.starts_with('-')
}

/// Those that are not globally reachable (IANA special-purpose registry, RFC 6890).
fn is_public_ipv4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_ipv6(host: &str) -> bool {
    host.parse::<Ipv6Addr>().is_ok_and(|address| {
        let first = address.segments()[0];
        // Global unicast is 2000::/3; of it 2001:db8::/32 is for documents, 2002::/16 wraps an IPv4 address.
        (0x2000..0x4000).contains(&first) && !(first == 0x2001 && address.segments()[1] == 0xdb8) && first != 0x2002
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::rows;

    #[trial::test_with_data]
    fn every_row_of_the_addresses() {
        for row in rows("url_validation") {
            assert_eq!(read(row.text()), row.expected.as_str(), "{row:?}");
        }
    }

    #[test]
    fn what_nobody_can_follow_is_none() {
        for text in [
            "",
            "http://",
            "http://localhost/x",
            "http://user@example.org/",
            "http://127.0.0.1/",
            "http://10.1.2.3/",
            "http://169.254.169.254/",
            "http://[::1]/",
            "http://example..org/",
            "http://example.org:port/",
            "http://example.org:99999/",
            "http://1.2.3/",
            "javascript:alert(1)",
            "http://example.org/\u{0}",
            "http://[2001:db8::1]/",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        for text in ["ftp://ftp.example.org/f", "HTTPS://Example.org", "http://8.8.8.8:80/", "http://[2606:4700::1]/x"]
        {
            assert_eq!(read(text), Some(text));
        }
        assert_eq!(read(" http://example.org\n"), Some("http://example.org"));
    }
}
