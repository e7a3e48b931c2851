//! What a response's head says about the file and the part that is there.

use reqwest::StatusCode;
use reqwest::header;

use super::file_request::FileRequest;
use super::representation::Representation;
use super::state::Done;
use crate::request::text;
use crate::response::Head;

/// A response's head, beside what was asked.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) head: &'a Head,
    pub(super) request: &'a FileRequest,
    /// The good file under its name.
    pub(super) known: Option<&'a Done>,
}

/// What to do with it.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The file that is there is the one.
    Unchanged,
    /// The part is all there is.
    Complete,
    /// The body is the rest of the part.
    GoOn,
    /// The body is the whole of this representation.
    FromStart(Representation),
    /// The part is of a representation that the source no longer has.
    Outdated(String),
    /// The file would not be as long as it should.
    OtherLength(String),
    /// No sound server says that.
    Garbled(String),
}

impl Judge<'_> {
    /// `part` is the representation and size of what is there, if anything.
    pub(super) fn judge(&self, part: Option<(&Representation, u64)>) -> Verdict {
        let part = part.filter(|(_, bytes)| *bytes > 0);
        match (self.head.status, part) {
            (StatusCode::NOT_MODIFIED, None) if self.known.is_some() => Verdict::Unchanged,
            (StatusCode::OK, _) => self.judge_whole(),
            (StatusCode::PARTIAL_CONTENT, Some((version, bytes))) => self.judge_rest(version, bytes),
            (StatusCode::RANGE_NOT_SATISFIABLE, Some((version, bytes))) => self.judge_nothing_left(version, bytes),
            (status, _) => Verdict::Garbled(format!("HTTP {} to a question that was not asked", status.as_u16())),
        }
    }

    fn judge_whole(&self) -> Verdict {
        let Self { head, request, known } = self;
        if let Some(encoding) = self.encoding() {
            return Verdict::Garbled(format!("it came compressed ({encoding}), which was not asked"));
        }
        let fresh = Representation::of(head).asked_of(&request.url);
        if known.is_some_and(|done| done.version.equals(&fresh)) {
            return Verdict::Unchanged;
        }
        if let (Some(bytes), Some(announced)) = (request.bytes, fresh.bytes)
            && bytes != announced
        {
            return Verdict::OtherLength(format!("it has {announced} bytes, not {bytes}"));
        }
        if head.ends_with_connection && request.bytes.is_none() && !request.has_checksum() {
            return Verdict::Garbled(
                "its server does not say how long it is: nobody could tell a part from the whole".into(),
            );
        }
        Verdict::FromStart(fresh)
    }

    fn judge_rest(&self, version: &Representation, bytes: u64) -> Verdict {
        if let Some(encoding) = self.encoding() {
            return Verdict::Garbled(format!("its rest came compressed ({encoding}), which was not asked"));
        }
        let Some(range) = text(&self.head.headers, header::CONTENT_RANGE) else {
            return Verdict::Garbled("a part came that does not say which".to_owned());
        };
        let Some((first, last, total)) = read_range(&range) else {
            return Verdict::Garbled(format!("a part came that does not say which: `{range}`"));
        };
        if version.bytes.is_some_and(|known| known != total) || !version.is_same(&self.head.headers, &self.head.url) {
            return Verdict::Outdated("its source has another version now: from the start".to_owned());
        }
        let brings = text(&self.head.headers, header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        let is_asked = first == bytes && last + 1 == total;
        if !is_asked || brings.is_some_and(|brings| brings != total - first) {
            return Verdict::Garbled(format!("another part came than was asked for: `{range}`"));
        }
        Verdict::GoOn
    }

    fn judge_nothing_left(&self, version: &Representation, bytes: u64) -> Verdict {
        let total = text(&self.head.headers, header::CONTENT_RANGE)
            .and_then(|range| range.strip_prefix("bytes */")?.trim().parse::<u64>().ok());
        let is_all = total == Some(bytes) && version.bytes.is_none_or(|known| known == bytes);
        // The answer need not say which version it speaks of; if it does, it must be ours.
        let is_other = text(&self.head.headers, header::ETAG).is_some_and(|etag| Some(etag) != version.validators.etag);
        match is_all && !is_other {
            true => Verdict::Complete,
            false => Verdict::Outdated("its source has no more of this version: from the start".to_owned()),
        }
    }

    fn encoding(&self) -> Option<String> {
        text(&self.head.headers, header::CONTENT_ENCODING).filter(|encoding| !encoding.eq_ignore_ascii_case("identity"))
    }
}

/// First and last position and total of `bytes 0-9/10`.
fn read_range(range: &str) -> Option<(u64, u64, u64)> {
    let (positions, total) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = positions.split_once('-')?;
    let read = (first.trim().parse().ok()?, last.trim().parse().ok()?, total.trim().parse().ok()?);
    (read.0 <= read.1 && read.1 < read.2).then_some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_that_contradicts_itself_is_none() {
        assert_eq!(read_range("bytes 5-9/10"), Some((5, 9, 10)));
        for wrong in ["bytes 9-5/10", "bytes 5-10/10", "bytes 5-9/*", "octets 5-9/10", "bytes */10", ""] {
            assert_eq!(read_range(wrong), None, "{wrong}");
        }
    }
}
