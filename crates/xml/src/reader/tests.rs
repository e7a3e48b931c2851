//! Documents as they come, whole, damaged, and cut everywhere.

use proptest::prelude::*;

use super::*;

/// A stream that hands out a byte at a time, so that every part is cut everywhere.
struct Drops<'a>(&'a [u8]);

impl Read for Drops<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(1);
        self.0.read(&mut into[..most])
    }
}

fn told(stream: impl Read) -> Result<Vec<String>, Error> {
    let (mut reader, mut told) = (Reader::new(stream), Vec::new());
    loop {
        let event = match reader.next_event()? {
            Event::Start(start) => {
                let attributes = start.attributes().map(|one| format!(" {}={}", one.name(), one.value()));
                format!("<{}{}", start.name(), attributes.collect::<String>())
            }
            Event::Text(text) => text.into_owned(),
            Event::End(name) => format!("/{name}"),
            Event::Eof => return Ok(told),
        };
        told.push(event);
    }
}

fn why(xml: &str) -> String {
    told(xml.as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_document_comes_piece_by_piece() {
    let xml = "\u{feff}<?xml version='1.0' encoding='UTF-8'?>\n<!-- no --><?ours do?>\n<a x = \"1 &lt; 2&#10;\" \
               y='\t\r\né'>t&amp;&#x20AC;<![CDATA[<3]]>\r\nu<b/><c:d\n></c:d ></a>\n<!-- end -->";
    let expected =
        ["<a x=1 < 2\n y=  é", "t", "&", "€", "<3", "\nu", "<b", "/b", "<c:d", "/c:d", "/a"].map(str::to_owned);
    assert_eq!(told(xml.as_bytes()).unwrap(), expected);
    assert_eq!(told(Drops(xml.as_bytes())).unwrap(), expected);
}

#[test]
fn what_is_not_well_formed_is_refused_with_its_line() {
    for (xml, line, part) in [
        ("", 1, "no element"),
        (" \n", 2, "no element"),
        ("text", 1, "outside of the root"),
        ("<a/>\n&amp;", 2, "outside of the root"),
        ("<a/>\n<b/>", 2, "more than one root"),
        ("<a>\n<b>\n</a>", 3, "expected"),
        ("<a>\n<b></b>", 2, "was cut"),
        ("<a>\n<b", 2, "not closed"),
        ("<a>\n&nbsp;</a>", 2, "`&nbsp;` is not defined"),
        ("<a>\n&#0;</a>", 2, "no character"),
        ("<a>\n&amp</a>", 2, ""),
        ("<a x='&b'/>", 1, "begins no reference"),
        ("<a x='<'/>", 1, "stands `<`"),
        ("<a\n x='1' x='2'/>", 1, "twice"),
        ("<a x/>", 1, "no value in quotes"),
        ("<a x=1/>", 1, "no value in quotes"),
        ("<a x='1'y='2'/>", 1, "where an attribute"),
        ("<1/>", 1, "begins no element"),
        ("< a/>", 1, "begins no element"),
        ("<a>]]></a>", 1, "`]]>`"),
        ("<a><!-- -- --></a>", 1, ""),
        ("<a>\n\u{1}</a>", 2, "control character 0x01"),
        ("<a>\n\u{fffe}</a>", 1, "not allow"),
        ("<a>\n<!--\u{ffff}--></a>", 2, "not allow"),
        ("\n<?xml version='1.0'?><a/>", 2, "not at its begin"),
        ("<?xml?><a/>", 1, "declaration"),
        ("<a><?XML x?></a>", 1, "no instruction"),
        ("<a></a x='1'>", 1, ""),
    ] {
        let error = told(xml.as_bytes()).unwrap_err();
        assert!(matches!(error, Error::Syntax { .. }), "{xml}: {error:?}");
        assert_eq!(error.line(), Some(line), "{xml}: {error}");
        assert!(error.to_string().contains(part), "{xml}: {error}");
        assert_eq!(told(Drops(xml.as_bytes())).unwrap_err().to_string(), error.to_string(), "in drops");
    }
    assert!(told(&b"<a>\xe9</a>"[..]).unwrap_err().to_string().contains("UTF-8"));
}

#[test]
fn a_doctype_is_refused_however_it_stands() {
    let endless = format!("<!DOCTYPE a [{}", "<!ENTITY b 'bb'>".repeat(20_000));
    for xml in ["<!DOCTYPE a><a/>", "<!doctype html>", "<!DOCTYPE a [<!ENTITY x 'y'>", "\n\n<!DOCTYPE", &endless] {
        let limits = Limits { depth: 1, part_bytes: 100_000 };
        let error = Reader::with_limits(xml.as_bytes(), limits).next_event().unwrap_err();
        assert!(matches!(error, Error::Doctype { .. }), "{}: {error:?}", &xml[..12]);
    }
}

#[test]
fn a_document_that_outgrows_a_limit_is_refused() {
    let limits = Limits { depth: 3, part_bytes: 100_000 };
    let read = |xml: &str| {
        let mut reader = Reader::with_limits(xml.as_bytes(), limits);
        loop {
            match reader.next_event() {
                Ok(Event::Eof) => return Ok(()),
                Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
    };
    let long = "a".repeat(60_000);
    assert!(read(&format!("<a><b><c x='{long}'>{long}</c>{long}</b></a>")).is_ok());
    for xml in [
        "<a><b><c><d/>".to_owned(),
        format!("<a>{long}{long}{long}</a>"),
        format!("<a>{long}&amp;<!-- -->{long}</a>"),
        format!("<a x='{long}{long}{long}'/>"),
        format!("<{long}{long}{long}/>"),
        format!("<a><!--{long}{long}{long}-->"),
    ] {
        let error = read(&xml).unwrap_err();
        assert!(matches!(error, Error::Limit { line: 1, .. }), "{error:?}");
    }
    let attributes: String = (0..257).map(|nth| format!(" a{nth}=''")).collect();
    assert!(why(&format!("<a{attributes}/>")).contains("256 attributes"));
    let mut reader =
        Reader::with_limits("<a><b>12345</b><b>67890</b></a>".as_bytes(), Limits { depth: 3, part_bytes: 8 });
    reader.next_event().unwrap();
    assert!(matches!(reader.read_text(&mut String::new()), Err(Error::Limit { .. })), "of several elements");
}

#[test]
fn names_know_their_namespace_as_long_as_it_is_declared() {
    let xml = "<a xmlns='u:1' xmlns:p='u:2'><p:b p:x='1' x='2'/><c xmlns='' xmlns:p='u:3'><p:d/><e xml:lang='fr'/></c>\
               <q:f/><p:g/></a>";
    let (mut reader, mut found) = (Reader::new(xml.as_bytes()), Vec::new());
    loop {
        match reader.next_event().unwrap() {
            Event::Start(start) => found.push((start.local().to_owned(), start.namespace().map(str::to_owned))),
            Event::Eof => break,
            _ => {}
        }
    }
    let expected = [("a", "u:1"), ("b", "u:2"), ("c", ""), ("d", "u:3"), ("e", ""), ("f", ""), ("g", "u:2")];
    let expected = expected.map(|(name, uri)| (name.to_owned(), Some(uri.to_owned()).filter(|uri| !uri.is_empty())));
    assert_eq!(found, expected);
}

#[test]
fn an_attribute_is_found_by_its_name_or_its_namespace() {
    let xml = "<a xmlns:p='u:2' p:x='1' x='2' p:y='&#51;'/>";
    let mut reader = Reader::new(xml.as_bytes());
    let Event::Start(start) = reader.next_event().unwrap() else { panic!("no element") };
    assert_eq!(start.attribute("x").as_deref(), Some("2"));
    assert_eq!(start.attribute("y").as_deref(), Some("3"));
    assert_eq!(start.attribute_in("u:2", "x").as_deref(), Some("1"));
    assert_eq!(start.attribute_in("u:1", "x"), None);
    assert_eq!(start.attribute("z"), None);
}

#[test]
fn an_element_is_read_as_text_or_passed_over_to_its_end() {
    let mut reader = Reader::new("<a><b>1<c>2</c>&lt;</b><b/><d><e/></d><f/></a>".as_bytes());
    let mut text = String::new();
    for expected in ["a", "b"] {
        let Event::Start(start) = reader.next_event().unwrap() else { panic!("no {expected}") };
        assert_eq!(start.name(), expected);
    }
    reader.read_text(&mut text).unwrap();
    assert!(matches!(reader.next_event(), Ok(Event::Start(_))));
    reader.read_text(&mut text).unwrap();
    assert_eq!(text, "12<");
    assert!(matches!(reader.next_event(), Ok(Event::Start(_))));
    reader.skip_element().unwrap();
    assert!(matches!(reader.next_event(), Ok(Event::Start(start)) if start.name() == "f"));
    assert_eq!(reader.depth(), 2);
    reader.skip_element().unwrap();
    assert!(matches!(reader.next_event(), Ok(Event::End("a"))));
    assert!(matches!(reader.next_event(), Ok(Event::Eof)));
}

#[test]
fn lines_count_across_pieces() {
    let xml = format!("<a>{}\n<b/>\n</a>", "x\n".repeat(100_000));
    let mut reader = Reader::new(xml.as_bytes());
    loop {
        match reader.next_event().unwrap() {
            Event::Start(start) if start.name() == "b" => break,
            _ => {}
        }
    }
    assert_eq!(reader.line(), 100_002);
}

proptest! {
    /// Whatever the bytes: events or a reason, the same however the stream is cut.
    #[test]
    fn no_bytes_lead_it_astray(
        parts in proptest::collection::vec(
            prop_oneof![
                prop::sample::select(vec![
                    "<a>", "</a>", "<a/>", "<a x='1'", "/>", ">", "<", "&", "&amp;", ";", "<![CDATA[", "]]>", "<!--", "-->",
                    "<?xml version='1.0'?>", "<?p ?>", "<!", "'", "\"", "=", "\r", "\n", "é", " xmlns:p='u'", "p:", "<!D",
                ]).prop_map(|part| part.as_bytes().to_vec()),
                proptest::collection::vec(any::<u8>(), 0..4),
            ],
            0..30,
        ),
    ) {
        let xml = parts.concat();
        let (whole, drops) = (told(&xml[..]), told(Drops(&xml)));
        prop_assert_eq!(whole.map_err(|error| error.to_string()), drops.map_err(|error| error.to_string()));
    }
}
