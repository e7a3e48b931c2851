//! The DOCTYPE of a page in RDF/XML: its entities are put where they are named, and it is taken away, so that no parser
//! ever expands anything. Comments and CDATA go with it: a text that they divide is one text.

use std::borrow::Cow;

use foldhash::HashMap;

/// What all entities of a page may come to.
const MOST_BYTES: usize = 16 << 20;

/// Why a page is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// An entity refers to another, to a file or to an address.
    Refers(String),
    /// All entities together are too long.
    TooMuch,
    /// A page so long is not copied.
    TooLong,
    /// The declaration has no end.
    Broken,
}

/// The page without its XML declaration and DOCTYPE, entities resolved; one of over `most` bytes only if it has none.
pub(super) fn resolve(text: &str, most: usize) -> Result<Cow<'_, str>, Refused> {
    let text = without_declaration(text);
    let start = doctype_start(text);
    let mut entities = HashMap::default();
    let rest = match text[start..].strip_prefix("<!DOCTYPE") {
        Some(inner) => read_doctype(inner, &mut entities)?,
        None => &text[start..],
    };
    let is_plain = entities.is_empty() && !rest.contains("<!") && !rest.contains("<?");
    match is_plain {
        true => Ok(Cow::Borrowed(rest)),
        false if rest.len() > most => Err(Refused::TooLong),
        false => expand(rest, &entities).map(Cow::Owned),
    }
}

/// The text is UTF-8 by now, whatever its declaration says.
fn without_declaration(text: &str) -> &str {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    match text.strip_prefix("<?xml").filter(|rest| rest.starts_with(char::is_whitespace)) {
        Some(rest) => rest.find("?>").map_or("", |end| &rest[end + 2..]),
        None => text,
    }
}

/// Where blanks, comments and processing instructions end.
fn doctype_start(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let skipped = match rest {
            _ if rest.starts_with("<!--") => rest.find("-->").map(|end| end + 3),
            _ if rest.starts_with("<?") => rest.find("?>").map(|end| end + 2),
            _ => rest.chars().next().filter(|first| first.is_whitespace()).map(char::len_utf8),
        };
        match skipped {
            Some(length) => at += length,
            None => return at,
        }
    }
}

/// Reads what comes after `<!DOCTYPE`, and gives what comes after its end.
fn read_doctype<'a>(text: &'a str, entities: &mut HashMap<&'a str, &'a str>) -> Result<&'a str, Refused> {
    let mut rest = text;
    let mut is_inside = false;
    loop {
        rest = &rest[rest.find(['[', ']', '>', '<', '"', '\'', '%']).ok_or(Refused::Broken)?..];
        let (first, after) = rest.split_at(1);
        rest = match first {
            "[" => {
                is_inside = true;
                after
            }
            "]" => {
                is_inside = false;
                after
            }
            ">" if !is_inside => return Ok(after),
            "\"" | "'" => after.split_once(first).ok_or(Refused::Broken)?.1,
            "%" if is_inside => return Err(Refused::Refers(word(after).to_owned())),
            "<" => read_declaration(after, entities)?,
            _ => after,
        };
    }
}

/// Reads a declaration of the internal subset, a comment or an instruction: what comes after its `<`.
fn read_declaration<'a>(text: &'a str, entities: &mut HashMap<&'a str, &'a str>) -> Result<&'a str, Refused> {
    let after = |end: &str| text.split_once(end).map(|(_, rest)| rest).ok_or(Refused::Broken);
    if text.starts_with("!--") {
        return after("-->");
    }
    if text.starts_with('?') {
        return after("?>");
    }
    let Some(entity) = text.strip_prefix("!ENTITY") else { return after_quotes(text) };
    let entity = entity.trim_start();
    if let Some(parameter) = entity.strip_prefix('%') {
        return Err(Refused::Refers(word(parameter.trim_start()).to_owned()));
    }
    let name = word(entity);
    let value = entity[name.len()..].trim_start();
    let Some(quote) = value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else {
        return Err(Refused::Refers(name.to_owned()));
    };
    let (value, rest) = value[1..].split_once(quote).ok_or(Refused::Broken)?;
    if refers(value) {
        return Err(Refused::Refers(name.to_owned()));
    }
    // The first declaration of a name counts.
    entities.entry(name).or_insert(value);
    after_quotes(rest)
}

/// What comes after the end of a declaration, whose texts may hold its sign.
fn after_quotes(text: &str) -> Result<&str, Refused> {
    let mut rest = text;
    loop {
        rest = &rest[rest.find(['>', '"', '\'']).ok_or(Refused::Broken)?..];
        let (first, after) = rest.split_at(1);
        match first {
            ">" => return Ok(after),
            _ => rest = after.split_once(first).ok_or(Refused::Broken)?.1,
        }
    }
}

fn word(text: &str) -> &str {
    &text[..text.find(|c: char| c.is_whitespace() || "\"'>;%&<".contains(c)).unwrap_or(text.len())]
}

/// Whether a value names another entity; characters by number, and the five of XML, are text.
fn refers(value: &str) -> bool {
    value.contains('%')
        || value.match_indices('&').any(|(at, _)| {
            let name = word(&value[at + 1..]);
            !name.starts_with('#') && !matches!(name, "amp" | "lt" | "gt" | "quot" | "apos")
        })
}

/// The text with each entity's value in its place, CDATA as text, without comments and instructions.
fn expand(text: &str, entities: &HashMap<&str, &str>) -> Result<String, Refused> {
    let mut expanded = String::with_capacity(text.len());
    let mut total = 0;
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        let (before, found) = rest.split_at(at);
        expanded.push_str(before);
        if let Some((start, end)) = APART.iter().find(|(start, _)| found.starts_with(start)) {
            let (inner, after) = found[start.len()..].split_once(end).unwrap_or((&found[start.len()..], ""));
            if *end == "]]>" {
                push_escaped(&mut expanded, inner);
            }
            rest = after;
            continue;
        }
        let name = word(&found[1..]);
        let is_named = found.starts_with('&') && found[1 + name.len()..].starts_with(';');
        let value = if is_named { entities.get(name) } else { None };
        total += value.map_or(0, |value| value.len());
        if total > MOST_BYTES {
            return Err(Refused::TooMuch);
        }
        let taken = value.map_or(1, |_| name.len() + 2);
        expanded.push_str(value.unwrap_or(&&found[..taken]));
        rest = &found[taken..];
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// What stands between texts, and its end.
const APART: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];

fn push_escaped(text: &mut String, inner: &str) {
    for piece in inner.split_inclusive(['&', '<', '>']) {
        let (plain, sign) = piece.split_at(piece.len() - usize::from(piece.ends_with(['&', '<', '>'])));
        text.push_str(plain);
        text.push_str(match sign {
            "&" => "&amp;",
            "<" => "&lt;",
            ">" => "&gt;",
            _ => "",
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(text: &str) -> Result<Cow<'_, str>, Refused> {
        super::resolve(text, usize::MAX)
    }

    #[test]
    fn a_long_page_is_not_copied() {
        assert_eq!(super::resolve("<a><!-- --></a>", 9), Err(Refused::TooLong));
        assert_eq!(super::resolve("<a>plain</a>", 9).unwrap(), "<a>plain</a>");
    }

    #[test]
    fn entities_of_plain_text_are_put_in_their_place() {
        let page = r#"<?xml version="1.0" encoding="ISO-8859-1"?><!-- <!DOCTYPE --><!DOCTYPE rdf:RDF [
            <!-- <!ENTITY dct "no"> --> <!ELEMENT a (b)> <!ATTLIST a b CDATA "]>">
            <!ENTITY dct "http://purl.org/dc/terms/"> <!ENTITY ville 'A &#38; B > &amp; C'> <!ENTITY dct "second">
        ]><a x="&dct;title">&ville;&amp;&inconnu;<!-- &dct; --><?x y?><![CDATA[&dct; <b>]]></a>"#;
        let expected =
            r#"<a x="http://purl.org/dc/terms/title">A &#38; B > &amp; C&amp;&inconnu;&amp;dct; &lt;b&gt;</a>"#;
        assert_eq!(resolve(page).unwrap(), expected);
    }

    #[test]
    fn a_page_without_entities_is_not_copied() {
        for page in ["<a/>", "<?xml version='1.0'?>\n<a/>", "<!DOCTYPE a SYSTEM \"a.dtd\"><a/>", "<!DOCTYPE a []><a/>"]
        {
            let resolved = resolve(page).unwrap();
            assert!(matches!(resolved, Cow::Borrowed(_)) && resolved.trim() == "<a/>", "{page}");
        }
        assert_eq!(resolve("").unwrap(), "");
    }

    #[test]
    fn what_refers_to_anything_is_refused() {
        for declaration in [
            "<!ENTITY a 'x'><!ENTITY b '&a;&a;'>",
            "<!ENTITY b SYSTEM 'file:///etc/passwd'>",
            "<!ENTITY b PUBLIC 'x' 'http://example.org/'>",
            "<!ENTITY % b 'x'>",
            "<!ENTITY % b SYSTEM 'http://example.org/'> %b;",
            "%b;",
            "<!ENTITY b 'x%a;'>",
        ] {
            let refused =
                resolve(&format!("<!DOCTYPE a [{declaration}]><a>&b;</a>").replace('\u{0}', "")).map(Cow::into_owned);
            assert_eq!(refused, Err(Refused::Refers("b".to_owned())), "{declaration}");
        }
    }

    #[test]
    fn one_long_entity_named_often_is_too_much() {
        let page = format!("<!DOCTYPE a [<!ENTITY a '{}'>]><a>{}</a>", "x".repeat(1 << 16), "&a;".repeat(257));
        assert_eq!(resolve(&page), Err(Refused::TooMuch));
        for broken in
            ["<!DOCTYPE", "<!DOCTYPE a [", "<!DOCTYPE a [<!ENTITY a 'x", "<!DOCTYPE a [<!ENTITY", "<!DOCTYPE '"]
        {
            assert!(resolve(broken).is_err(), "{broken}");
        }
    }
}
