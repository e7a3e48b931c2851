//! Descriptions: HTML to Markdown, in html2text's style; what is no HTML stays as it is.
//!
//! The tokens of html5ever are enough: no tree is built, so that no depth of nesting costs more than its length.

mod links;
mod lists;
mod markdown;
mod output;
mod reference;
mod style;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};

use self::markdown::Markdown;

/// Blanks, slashes and equal signs outside of the values of one tag.
const MOST_SIGNS: u32 = 4096;

/// A description as Markdown, trimmed. A text with character references alone keeps its lines: only they are resolved.
pub(crate) fn to_markdown(text: &str) -> String {
    if has_tag(text) && !has_odd_tag(text) {
        return convert(text);
    }
    match text.contains('&') {
        true => reference::resolve(text).trim().to_owned(),
        false => text.trim().to_owned(),
    }
}

/// Whether a tag occurs: `<p>`, `</p>`, `<br/>`, `<a href=…>`. Not `a < b`, nor an address between angle brackets.
fn has_tag(text: &str) -> bool {
    // After the last sign that ends one there is none.
    let ended = text.rfind('>').map_or("", |last| &text[..=last]);
    ended.match_indices('<').any(|(at, _)| is_tag(&ended[at + 1..]))
}

fn is_tag(rest: &str) -> bool {
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    if !rest.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return rest.starts_with("!--") || rest.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("!doctype"));
    }
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    let after = &rest[end..];
    after.starts_with(|c: char| c == '>' || c == '/' || c.is_ascii_whitespace())
}

/// Whether a tag has more attributes than anybody writes: each is compared with all others of its tag.
fn has_odd_tag(text: &str) -> bool {
    let (mut blanks, mut quote) = (None, None);
    text.bytes().any(|byte| {
        match (blanks, quote, byte) {
            (None, _, b'<') => (blanks, quote) = (Some(0), None),
            (None, ..) => (),
            (Some(_), None, b'>') => blanks = None,
            (Some(_), None, b'"' | b'\'') => quote = Some(byte),
            (Some(count), None, b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'=') => blanks = Some(count + 1),
            (Some(_), Some(open), _) if open == byte => quote = None,
            _ => (),
        }
        blanks.is_some_and(|count| count > MOST_SIGNS)
    })
}

fn convert(html: &str) -> String {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html.trim()));
    let tokenizer = Tokenizer::new(Markdown::default(), TokenizerOpts::default());
    // The sink never stops the tokenizer.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::rows;

    /// `U+00A0` counts as a blank, and blanks before a line break count for nothing: the data's README says so.
    fn folded(markdown: &str) -> String {
        markdown.replace('\u{a0}', " ").lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    #[trial::test_with_data]
    fn every_row_of_the_descriptions() {
        for row in rows("html_to_markdown") {
            assert_eq!(folded(&to_markdown(row.text())), folded(row.expected.as_str().unwrap()), "{row:?}");
        }
    }

    /// What html2text made of each, `testdata/html/README.md`.
    #[test]
    fn the_style_is_that_of_html2text() {
        let rows: Vec<[String; 2]> = serde_json::from_str(include_str!("../../testdata/html/html2text.json")).unwrap();
        let wrong: Vec<_> = rows
            .iter()
            .map(|[html, markdown]| (html, folded(&to_markdown(html)), folded(markdown)))
            .filter(|(_, ours, theirs)| ours != theirs)
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_is_not_shown_is_left_out() {
        for (html, markdown) in [
            ("<head><title>t</title></head><body>ok</body>", "ok"),
            ("a<!-- b -->c", "ac"),
            ("<script/>ok", "ok"),
            ("<p>a&nbsp;b</p>", "a\u{a0}b"),
            ("<p>a&nbsp;<i>b</i>&nbsp;c&eacute;<i>d</i></p>", "a\u{a0}_b_\u{a0}cé _d_"),
        ] {
            assert_eq!(to_markdown(html), markdown, "{html}");
        }
    }

    #[test]
    fn what_is_no_html_stays() {
        for text in ["<https://x.fr>", "a <b", "x < y > z", "R&D ; A&B;", "# titre\n\n* un\n* deux", "<3"] {
            assert_eq!(to_markdown(text), text);
        }
        assert_eq!(to_markdown("un &amp; deux\n\n* l&#39;eau &#xE9;t&eacute;"), "un & deux\n\n* l'eau été");
    }

    #[test]
    fn no_number_of_attributes_is_too_many() {
        let attributes: String = (0..200_000).map(|nth| format!(" a{nth}=b")).collect();
        assert!(to_markdown(&format!("<p{attributes}>x</p>")).len() > 200_000);
        assert_eq!(to_markdown(&"<a ".repeat(400_000)).len(), 1_199_999);
        assert_eq!(to_markdown("<p title='a / b = c'>x</p> 3 < 4"), "x\n\n3 < 4");
    }

    #[test]
    fn no_depth_is_too_deep() {
        for element in ["div", "blockquote", "ul", "b", "a href=x", "pre"] {
            let deep = format!("<{element}>").repeat(100_000);
            assert!(to_markdown(&deep).len() < 40_000_000, "{element}");
        }
    }
}
