//! Numbers and addresses by which a structure is known or reached.

use codes::Siret;

/// Domains at which anybody has an address.
const PROVIDERS: [&str; 34] = [
    "aliceadsl.fr",
    "aol.com",
    "bbox.fr",
    "cegetel.net",
    "club-internet.fr",
    "free.fr",
    "gmail.com",
    "gmx.com",
    "gmx.fr",
    "googlemail.com",
    "hotmail.com",
    "hotmail.fr",
    "icloud.com",
    "laposte.net",
    "live.com",
    "live.fr",
    "mac.com",
    "mailo.com",
    "me.com",
    "msn.com",
    "neuf.fr",
    "numericable.fr",
    "nordnet.fr",
    "orange.fr",
    "outlook.com",
    "outlook.fr",
    "proton.me",
    "protonmail.com",
    "sfr.fr",
    "voila.fr",
    "wanadoo.fr",
    "yahoo.com",
    "yahoo.fr",
    "ymail.com",
];

/// Digits by which telephones are compared: what stands before them is the country's code, or its zero.
const TELEPHONE_DIGITS: usize = 9;

/// A SIRET that is evidence: well formed, its key right, and no number to fill a cell with.
pub(super) fn siret(cell: &str) -> Option<u64> {
    let mut digits = [0_u8; 14];
    let mut count = 0;
    for byte in cell.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        *digits.get_mut(count)? = byte;
        count += 1;
    }
    let text = std::str::from_utf8(&digits[..count]).ok()?;
    Siret::check(text).ok()?;
    let is_filler = digits.iter().all(|digit| *digit == digits[0]) || &digits[9..12] == b"999";
    if is_filler { None } else { text.parse().ok() }
}

/// The legal unit of a SIRET.
pub(super) fn siren(siret: u64) -> u64 {
    siret / 100_000
}

/// The last nine digits of a telephone number; none of a short number, or one of zeros.
pub(super) fn telephone(cell: &str) -> Option<u32> {
    let digits: Vec<u8> = cell.bytes().filter(u8::is_ascii_digit).collect();
    let last = &digits[digits.len().checked_sub(TELEPHONE_DIGITS)?..];
    let number = last.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    (number != 0).then_some(number)
}

/// An e-mail address as it is compared.
pub(super) fn email(cell: &str) -> Option<String> {
    let (local, domain) = cell.rsplit_once('@')?;
    (!local.is_empty() && domain.contains('.')).then(|| cell.to_lowercase())
}

/// The domain of an address that was made ready to compare, unless it is a mail provider's.
pub(super) fn domain(email: &str) -> Option<&str> {
    let (_, domain) = email.rsplit_once('@')?;
    (!PROVIDERS.contains(&domain)).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_to_fill_a_cell_are_no_evidence() {
        assert_eq!(siret("73282932000074"), Some(73_282_932_000_074));
        assert_eq!(siret("732 829 320 00074"), Some(73_282_932_000_074));
        assert_eq!(siret("35600000068539"), Some(35_600_000_068_539));
        for none in ["", "73282932000075", "00000000000000", "7328293200007", "732829320000741", "7328293200007A"] {
            assert_eq!(siret(none), None, "{none}");
        }
        let placeholder = (0..100).map(|end| format!("732829320999{end:02}")).find(|text| Siret::check(text).is_ok());
        assert_eq!(siret(&placeholder.unwrap()), None);
    }

    #[test]
    fn telephones_are_one_however_they_are_written() {
        let number = telephone("04 71 72 64 15");
        assert!(number.is_some());
        for same in ["+33471726415", "+33 (0)4.71.72.64.15", "0033471726415", "471726415"] {
            assert_eq!(telephone(same), number, "{same}");
        }
        for none in ["", "3949", "36 46", "0000000000", "à venir"] {
            assert_eq!(telephone(none), None, "{none}");
        }
    }

    #[test]
    fn the_domain_of_a_provider_says_nothing() {
        assert_eq!(email("Contact@Ville.FR").as_deref(), Some("contact@ville.fr"));
        assert_eq!(email("@ville.fr"), None);
        assert_eq!(email("contact"), None);
        assert_eq!(domain("a@ville.fr"), Some("ville.fr"));
        assert_eq!(domain("a@orange.fr"), None);
    }
}
