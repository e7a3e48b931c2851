//! An answer of the API, taken apart while it comes: its records one at a time, and what stands around them.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// What stands around the records is some numbers.
const LONGEST_FRAME_BYTES: usize = 1 << 20;

/// No record is longer; what is, is none.
const LONGEST_RECORD_BYTES: usize = 16 << 20;

/// The key of the records.
const RECORDS: &str = "items";

/// What an answer says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct Frame {
    pub(super) page: u64,
    pub(super) size: u64,
    pub(super) total: u64,
}

#[derive(Deserialize)]
struct Whole {
    items: Vec<IgnoredAny>,
    #[serde(flatten)]
    frame: Frame,
}

/// Cuts the records out of an answer; the text is not judged, but for where they begin and end.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    /// All but the records.
    frame: Vec<u8>,
    record: Vec<u8>,
    place: Place,
    depth: usize,
    in_text: bool,
    is_escaped: bool,
    /// A record was read, and no comma yet.
    wants_comma: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Around,
    Between,
    Within,
}

impl Splitter {
    /// Takes what comes next, and hands on each record that is whole. Line ends between its tokens are left out.
    ///
    /// # Errors
    /// Why it is no answer, or what `each` says.
    pub(super) fn take(
        &mut self,
        piece: &[u8],
        each: &mut impl FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut rest = piece;
        while let Some((&byte, behind)) = rest.split_first() {
            if self.in_text && !self.is_escaped {
                // Most of an answer is text: passed over in one go.
                let plain = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
                if plain > 0 {
                    self.keep(&rest[..plain])?;
                    rest = &rest[plain..];
                    continue;
                }
            }
            self.step(byte, each)?;
            rest = behind;
        }
        Ok(())
    }

    /// What stood around the records.
    ///
    /// # Errors
    /// Why it is no answer.
    pub(super) fn end(self) -> Result<Frame, String> {
        let whole: Whole = serde_json::from_slice(&self.frame).map_err(|error| match self.frame.first() {
            Some(b'<') => "it is a web page".to_owned(),
            None => "it is empty".to_owned(),
            Some(_) => format!("it is no list of records: {error}"),
        })?;
        match whole.items.is_empty() {
            true => Ok(whole.frame),
            false => Err(format!("its `{RECORDS}` are no records")),
        }
    }

    fn step(&mut self, byte: u8, each: &mut impl FnMut(&[u8]) -> Result<(), String>) -> Result<(), String> {
        match self.place {
            Place::Between => return self.step_between(byte),
            Place::Within if matches!(byte, b'\n' | b'\r') && !self.in_text => return Ok(()),
            _ => {}
        }
        let begins_records = byte == b'[' && !self.in_text && self.depth == 1 && self.stands_before_records();
        self.keep(&[byte])?;
        self.count(byte)?;
        if begins_records && self.place == Place::Around {
            (self.place, self.depth, self.wants_comma) = (Place::Between, 0, false);
        }
        if self.place == Place::Within && self.depth == 0 {
            each(&self.record)?;
            self.record.clear();
            (self.place, self.wants_comma) = (Place::Between, true);
        }
        Ok(())
    }

    fn step_between(&mut self, byte: u8) -> Result<(), String> {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b',' if self.wants_comma => self.wants_comma = false,
            b'{' if !self.wants_comma => {
                (self.place, self.depth) = (Place::Within, 1);
                self.keep(b"{")?;
            }
            b']' => {
                (self.place, self.depth) = (Place::Around, 1);
                self.keep(b"]")?;
            }
            _ => return Err(format!("something else than a record stands in its `{RECORDS}`")),
        }
        Ok(())
    }

    /// Where the text is after this byte.
    fn count(&mut self, byte: u8) -> Result<(), String> {
        if self.in_text {
            let ends = byte == b'"' && !self.is_escaped;
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            self.in_text = !ends;
            return Ok(());
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.checked_sub(1).ok_or("it closes what it did not open")?,
            _ => {}
        }
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), String> {
        let (kept, most) = match self.place {
            Place::Within => (&mut self.record, LONGEST_RECORD_BYTES),
            _ => (&mut self.frame, LONGEST_FRAME_BYTES),
        };
        if kept.len() + bytes.len() > most {
            return Err(match self.frame.first() {
                Some(b'<') => "it is a web page".to_owned(),
                _ => "it is no list of records".to_owned(),
            });
        }
        kept.extend_from_slice(bytes);
        Ok(())
    }

    /// Whether what was kept ends with the key of the records.
    fn stands_before_records(&self) -> bool {
        let before = self.frame.trim_ascii_end().strip_suffix(b":").map(<[u8]>::trim_ascii_end);
        let before = before.and_then(|before| before.strip_suffix(format!("\"{RECORDS}\"").as_bytes()));
        before.is_some_and(|before| matches!(before.trim_ascii_end().last(), Some(b'{' | b',')))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The records and the frame of an answer that comes in pieces of so many bytes.
    fn split(text: &str, piece_bytes: usize) -> Result<(Vec<String>, Frame), String> {
        let (mut splitter, mut records) = (Splitter::default(), vec![]);
        for piece in text.as_bytes().chunks(piece_bytes) {
            splitter.take(piece, &mut |record| {
                records.push(String::from_utf8(record.to_vec()).unwrap());
                Ok(())
            })?;
        }
        Ok((records, splitter.end()?))
    }

    #[test]
    fn records_are_cut_out_wherever_the_pieces_end() {
        let text = "{\"total\" : 9, \"note\": [\"items\", {\"items\": [1]}],\n \"items\" : [ {\"id\":\"a\\\"]}\",\n  \"n\": [1.50]},\r\n{\"é\\\\\": {}} ],\"page\":2,\"size\":2,\"pages\":5}";
        for piece_bytes in [1, 2, 3, 7, 1_000] {
            let (records, frame) = split(text, piece_bytes).unwrap();
            assert_eq!(records, ["{\"id\":\"a\\\"]}\",  \"n\": [1.50]}", "{\"é\\\\\": {}}"], "{piece_bytes}");
            assert_eq!(frame, Frame { page: 2, size: 2, total: 9 });
        }
        assert_eq!(split(r#"{"items":[],"total":0,"page":1,"size":0}"#, 5).unwrap().0, Vec::<String>::new());
    }

    #[test]
    fn what_is_no_answer_is_told() {
        for (text, why) in [
            ("", "it is empty"),
            ("<html><body>[{}]</body>", "it is a web page"),
            ("[]", "it is no list of records"),
            (r#"{"total":1,"page":1,"size":1}"#, "it is no list of records: missing field `items`"),
            (r#"{"items":[{}],"total":1,"page":1"#, "it is no list of records"),
            (r#"{"items":[{"a":1"#, "it is no list of records"),
            (r#"{"items":[{},,{}],"total":1,"page":1,"size":1}"#, "something else than a record"),
            (r#"{"items":[{}{}],"total":1,"page":1,"size":1}"#, "something else than a record"),
            (r#"{"items":[null],"total":1,"page":1,"size":1}"#, "something else than a record"),
            (r#"{"items":[],"items":[],"total":1,"page":1,"size":1}"#, "it is no list of records: duplicate field"),
            (r#"{"it\u0065ms":[{}],"total":1,"page":1,"size":1}"#, "its `items` are no records"),
            ("}", "it closes what it did not open"),
        ] {
            let told = split(text, 4).unwrap_err();
            assert!(told.starts_with(why), "{text}: {told}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_answer_or_none(text in "[\\[\\]{}\",:a\\\\items]{0,60}", piece_bytes in 1_usize..9) {
            let _ = split(&text, piece_bytes);
        }
    }
}
