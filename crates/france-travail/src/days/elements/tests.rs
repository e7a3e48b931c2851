use proptest::prelude::*;

use super::*;
use crate::content;

/// Gives a few bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(self.0.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn read(text: &[u8], at_once: usize) -> Result<Vec<String>, Flaw> {
    let [with_items, without] = [true, false].map(|with_items| read_with(text, at_once, with_items));
    assert_eq!(with_items, without);
    with_items
}

fn read_with(text: &[u8], at_once: usize, with_items: bool) -> Result<Vec<String>, Flaw> {
    let (mut all, mut seen) = (vec![], 0);
    let mut elements = Elements::new(Slow(text, at_once), |bytes: &[u8]| seen += bytes.len());
    let check = |element: Element<'_>, all: &mut Vec<String>| -> Result<(), Flaw> {
        let (begin, length) = (element.offset as usize, element.text.len());
        assert_eq!(&text[begin..begin + length], element.text.as_bytes());
        assert_eq!(element.record as usize, all.len() + 1);
        element.raw()?;
        all.push(element.text.to_owned());
        Ok(())
    };
    loop {
        elements.ordinary(&Cell::new(with_items), |element, Scanned { said, item }| {
            assert_eq!(content::scan(element.text), Some(said));
            assert!(with_items || item.is_none());
            assert!(item.is_none() || item == serde_json::from_str(element.text).ok().map(Box::new));
            check(element, &mut all)
        })?;
        match elements.next() {
            Ok(Some(element)) => check(element, &mut all)?,
            Ok(None) => break,
            Err(Stop::Flaw(flaw)) => return Err(flaw),
            Err(Stop::Disk(error)) => panic!("{error}"),
        }
    }
    assert_eq!(seen, text.len(), "every byte is seen");
    Ok(all)
}

#[test]
fn elements_are_found_in_any_layout() {
    let ordinary = r#"{"id":"1","a":"]},\"[é","b":[1,{"c":null}]}"#;
    let texts = [ordinary, ordinary, "7", "{}", ordinary, "\"é\"", "null", "[]", r#"{"a":"\ud800"}"#];
    for (layout, blanks) in [("", ""), ("\n", ""), (" ", " "), ("\r\n    ", "\t")] {
        let inside = texts.join(&format!("{blanks},{layout}"));
        let array = format!("{blanks}[{layout}{inside}{blanks}]{layout}");
        for at_once in [1, 2, 3, 7, 1_000] {
            assert_eq!(read(array.as_bytes(), at_once).unwrap(), texts, "{array}");
        }
    }
    assert_eq!(read(b"[]", 1).unwrap(), [""; 0]);
    assert_eq!(read(b" [ ] \n", 1).unwrap(), [""; 0]);
}

#[test]
fn what_is_no_array_of_json_is_found_out() {
    for (text, flaw) in [
        ("", Flaw::Cut),
        ("[", Flaw::Cut),
        ("[1,", Flaw::Cut),
        ("[{\"a\":1}", Flaw::Cut),
        ("[{\"a\":\"", Flaw::Cut),
        ("[\"\\", Flaw::Cut),
        ("{}", Flaw::Malformed),
        ("[1,]", Flaw::Malformed),
        ("[,1]", Flaw::Malformed),
        ("[1 2]", Flaw::Malformed),
        ("[1] 2", Flaw::Malformed),
        ("[{\"a\" 1}]", Flaw::Malformed),
        ("[{]}]", Flaw::Malformed),
        ("[un]", Flaw::Malformed),
        ("[\"a\nb\"]", Flaw::Malformed),
        ("[}", Flaw::Malformed),
    ] {
        for at_once in [1, 1_000] {
            assert_eq!(read(text.as_bytes(), at_once).unwrap_err(), flaw, "{text}");
        }
    }
    assert_eq!(read(b"[\"\xe9\"]", 9).unwrap_err(), Flaw::NotUtf8);
    assert_eq!(read(b"\xef\xbb\xbf[]", 9).unwrap_err(), Flaw::NotUtf8);
}

#[test]
fn depth_and_length_have_an_end() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(nested(64).as_bytes(), 1_000).is_ok());
    assert_eq!(read(nested(65).as_bytes(), 1_000).unwrap_err(), Flaw::TooDeep);
    let long = |bytes: usize| format!("[\"{}\"]", "a".repeat(bytes));
    assert_eq!(read(long(5 << 20).as_bytes(), 1 << 20).unwrap()[0].len(), (5 << 20) + 2);
    assert_eq!(read(long(20 << 20).as_bytes(), 1 << 20).unwrap_err(), Flaw::TooLong);
}

proptest! {
    #[test]
    fn whatever_comes_is_read_as_serde_does(text in "[\\[\\]{},:\"\\\\0-9a \n]{0,40}", at_once in 1_usize..9) {
        let theirs = serde_json::from_str::<Vec<&RawValue>>(&text).ok();
        let theirs = theirs.map(|all| all.iter().map(|raw| raw.get().to_owned()).collect::<Vec<_>>());
        prop_assert_eq!(read(text.as_bytes(), at_once).ok(), theirs);
    }
}
