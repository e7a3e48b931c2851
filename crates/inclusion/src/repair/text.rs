//! Texts: HTML made plain, names and descriptions of the length that the schema takes.

mod entity;

use std::borrow::Cow;

use super::{Repaired, Step};

/// Longest name and description, in code points.
const LONGEST_NAME: usize = 150;
const LONGEST_DESCRIPTION: usize = 10_000;

/// Elements that begin and end a line.
const BLOCKS: [&str; 27] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "section",
    "tr",
    "ul",
];

/// Elements inside a line, or of which nothing is seen.
const OTHERS: [&str; 37] = [
    "a", "abbr", "b", "body", "center", "cite", "code", "em", "font", "head", "html", "i", "iframe", "img", "ins",
    "label", "link", "main", "mark", "meta", "nav", "o:p", "pre", "q", "s", "small", "span", "strike", "strong", "sub",
    "sup", "table", "tbody", "td", "th", "thead", "u",
];

/// Elements whose text is for machines.
const HIDDEN: [&str; 4] = ["script", "style", "title", "template"];

/// A text: without HTML, and without what no file may hold.
pub(crate) fn repair(text: &str) -> Repaired<'_> {
    match plain(text) {
        Some(plain) if plain.trim().is_empty() => Repaired::nothing(Step::Shared("text.html")),
        Some(plain) => Repaired::made(plain, Step::Shared("text.html")),
        None => match without_controls(text) {
            Some(plain) => Repaired::made(plain, Step::Shared("text.control")),
            None => Repaired::kept(text),
        },
    }
}

/// A name: a text without a point at its end, that is not too long.
pub(crate) fn repair_name(text: &str) -> Repaired<'_> {
    let mut repaired = repair(text);
    let Some(name) = repaired.value.take() else { return repaired };
    let mut name = name;
    if name.ends_with('.') && !name.ends_with("etc.") {
        let bare = without_points(&name);
        name = Cow::Owned(bare.to_owned());
        repaired.tell(Step::Own("point"));
    }
    if name.chars().nth(LONGEST_NAME).is_some() {
        name = Cow::Owned(cut(&name, LONGEST_NAME));
        repaired.tell(Step::Own("cut"));
    }
    repaired.value = Some(name);
    repaired
}

/// A description: a text that is not too long.
pub(crate) fn repair_description(text: &str) -> Repaired<'_> {
    let mut repaired = repair(text);
    let is_long = |text: &str| text.len() > LONGEST_DESCRIPTION && text.chars().nth(LONGEST_DESCRIPTION).is_some();
    if let Some(long) = repaired.value.as_deref().filter(|text| is_long(text)) {
        repaired.value = Some(Cow::Owned(cut(long, LONGEST_DESCRIPTION)));
        repaired.tell(Step::Own("cut"));
    }
    repaired
}

/// Without the points at its end; those of `etc.` stay.
fn without_points(name: &str) -> &str {
    let mut rest = name.trim_end();
    while rest.ends_with('.') && !(rest.ends_with("etc.") || rest.ends_with("ETC.")) {
        rest = rest[..rest.len() - 1].trim_end();
    }
    rest
}

/// So many code points, the last of which says that there was more.
fn cut(text: &str, longest: usize) -> String {
    text.chars().take(longest - 1).chain(std::iter::once('…')).collect()
}

/// A text without what may stand in no file: a NUL, of which readers think that the text is of another encoding, and its
/// like; none where there is nothing of it.
pub(crate) fn without_controls(text: &str) -> Option<String> {
    let is_odd = |byte: u8| byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t');
    let has_any = text.bytes().any(is_odd);
    has_any.then(|| text.chars().filter(|letter| !letter.is_ascii() || !is_odd(*letter as u8)).collect())
}

/// The text that a browser would show, where there is HTML in it.
fn plain(text: &str) -> Option<String> {
    memchr::memchr2(b'<', b'&', text.as_bytes())?;
    let mut plain = String::with_capacity(text.len());
    let (mut rest, mut is_html) = (text, false);
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        plain.push_str(&rest[..at]);
        let found = match rest.as_bytes()[at] {
            b'<' => markup(&rest[at..], &mut plain),
            _ => entity::read(&rest[at..]).map(|(letters, length)| {
                plain.extend(letters);
                length
            }),
        };
        match found {
            Some(length) => {
                is_html = true;
                rest = &rest[at + length..];
            }
            None => {
                plain.push_str(&rest[at..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    plain.push_str(rest);
    is_html.then(|| tidy(&plain))
}

/// A tag or comment at the beginning of a text, and how long it is. What is no element of HTML is text.
fn markup(text: &str, plain: &mut String) -> Option<usize> {
    if text.starts_with("<!--") {
        return Some(text.find("-->").map_or(text.len(), |end| end + 3));
    }
    let inside = &text[1..];
    let is_end = inside.starts_with('/');
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let length = inside.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != ':').unwrap_or(inside.len());
    let name = inside[..length].to_ascii_lowercase();
    let behind = inside[length..].chars().next();
    if !matches!(behind, Some('>' | '/')) && !behind.is_some_and(char::is_whitespace) {
        return None;
    }
    let end = text.find('>')? + 1;
    let name = name.as_str();
    if HIDDEN.contains(&name) {
        let close = format!("</{name}");
        let hidden = if is_end { None } else { text[end..].to_ascii_lowercase().find(&close) };
        let Some(begin) = hidden else { return Some(end) };
        let after = end + begin;
        return Some(text[after..].find('>').map_or(text.len(), |close| after + close + 1));
    }
    if BLOCKS.contains(&name) {
        // Paragraphs begin a line, too; more than one break is tidied away.
        if is_end || matches!(name, "br" | "hr") || !plain.is_empty() && !plain.ends_with('\n') {
            plain.push('\n');
        }
        if name == "li" && !is_end {
            plain.push_str("- ");
        }
        return Some(end);
    }
    if matches!(name, "td" | "th") && is_end {
        plain.push(' ');
    }
    OTHERS.contains(&name).then_some(end)
}

/// No blanks around lines, and no more than one line without text.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut blank_lines = 0;
    for line in text.lines() {
        let line = line.trim_matches([' ', '\t', '\u{a0}', '\r']);
        if line.is_empty() {
            blank_lines += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if blank_lines > 0 { "\n\n" } else { "\n" });
        }
        blank_lines = 0;
        tidy.push_str(line);
    }
    tidy.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_becomes_the_text_that_people_see() {
        for (html, text) in [
            ("Aide &agrave; l&#39;emploi", "Aide à l'emploi"),
            ("un<br>deux<br/>trois", "un\ndeux\ntrois"),
            ("<p>un</p><p class=\"x\">deux</p>", "un\ndeux"),
            ("<p>un</p>\n\n\n<p>deux</p>", "un\n\ndeux"),
            ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
            ("<b>gras</b> et <i class='x'>penché</i>", "gras et penché"),
            ("a &amp; b &lt;c&gt;&nbsp;d", "a & b <c>\u{a0}d"),
            ("<!-- rien --><STYLE>p { }</STYLE>vu<script>x()</script>", "vu"),
            ("&#x2019;&#8217;&hellip;", "’’…"),
        ] {
            assert_eq!(repair(html), Repaired::made(text, Step::Shared("text.html")), "{html}");
        }
        assert_eq!(repair("<br><p> </p>"), Repaired::nothing(Step::Shared("text.html")));
    }

    #[test]
    fn what_only_looks_like_html_stays() {
        for text in [
            "moins de < 25 ans",
            "<25 ans>",
            "R&D",
            "a & b",
            "&toto;",
            "<nom>",
            "x <- y",
            "a<b",
            "écrire <x@y>",
            "<p",
            "&#0;",
        ] {
            assert_eq!(repair(text), Repaired::kept(text));
        }
        assert_eq!(repair("a\u{0}b"), Repaired::made("ab", Step::Shared("text.control")));
    }

    #[test]
    fn a_name_has_no_point_at_its_end_and_is_not_too_long() {
        assert_eq!(repair_name("Mairie."), Repaired::made("Mairie", Step::Own("point")));
        assert_eq!(repair_name("Mairie ..."), Repaired::made("Mairie", Step::Own("point")));
        assert_eq!(repair_name("Ateliers, cours, etc."), Repaired::kept("Ateliers, cours, etc."));
        let long = "é".repeat(151);
        let cut = repair_name(&long);
        assert_eq!(cut.steps(), [Step::Own("cut")]);
        let name = cut.value.unwrap();
        assert_eq!((name.chars().count(), name.ends_with("é…")), (150, true));
        assert_eq!(repair_name(&"é".repeat(150)), Repaired::kept(&"é".repeat(150)));
        let description = repair_description(&"a".repeat(10_001)).value.unwrap().into_owned();
        assert_eq!(description.chars().count(), 10_000);
    }

    proptest! {
        #[test]
        fn any_text_can_be_made_plain(text in "(<|>|/|p|br|&|amp;|#|x|[0-9]|;|é| |\\PC){0,40}") {
            let _ = repair_name(&text);
        }
    }
}
