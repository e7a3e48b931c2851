//! Hashes of files.

use crate::model::Checksum;

/// A hash whose kind is told by its length, as CKAN gives it: md5, sha1 or sha256.
pub(crate) fn of_hash(hash: &str) -> Option<Checksum> {
    let hash = hash.trim();
    let kind = match hash.len() {
        32 => "md5",
        40 => "sha1",
        64 => "sha256",
        _ => return None,
    };
    hash.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| Checksum::new(kind, hash))
}

/// The kind that an address of SPDX names, whatever its spelling: `http://spdx.org/rdf/terms#checksumAlgorithm_sha256`.
pub(crate) fn kind_of_algorithm(iri: &str) -> Option<&'static str> {
    let name = iri.rsplit(['#', '/', '_']).next()?;
    ["md5", "sha1", "sha256"].into_iter().find(|kind| kind.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_tells_the_kind() {
        assert_eq!(of_hash(&"a1".repeat(16)).unwrap().kind, "md5");
        assert_eq!(of_hash(&"a1".repeat(20)).unwrap().kind, "sha1");
        assert_eq!(of_hash(&"A1".repeat(32)).unwrap(), Checksum::new("sha256", &"A1".repeat(32)));
        assert_eq!(of_hash("a1"), None);
        assert_eq!(of_hash(&"zz".repeat(16)), None);
    }

    #[test]
    fn algorithms_of_spdx() {
        assert_eq!(kind_of_algorithm("http://spdx.org/rdf/terms#checksumAlgorithm_sha1"), Some("sha1"));
        assert_eq!(kind_of_algorithm("http://spdx.org/rdf/terms#checksumAlgorithm_sha512"), None);
        assert_eq!(kind_of_algorithm("MD5"), Some("md5"));
        assert_eq!(kind_of_algorithm(""), None);
    }
}
