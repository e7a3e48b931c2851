//! Texts: marks of CDATA, control characters, entities, blanks.

use std::borrow::Cow;

use crate::cells::text::tidy;
use crate::entity;
use crate::fault::RuleName;
use crate::value::Value;
use crate::way::Way;

use super::Work;

/// What a text becomes; none where it stays.
type Step = fn(&str) -> Option<String>;

impl Work<'_, '_> {
    /// A text without what damaged it on its way; each step is told.
    pub(super) fn text<'a>(&mut self, text: Cow<'a, str>, way: &Way<'_>) -> Cow<'a, str> {
        let steps: [(RuleName, Step); 4] = [
            ("text.cdata", without_cdata),
            ("text.control_char", without_controls),
            ("text.entity", decoded),
            ("text.normalised", tidied),
        ];
        let mut text = text;
        for (rule, step) in steps {
            if let Some(now) = step(&text) {
                self.tell_change(rule, way, &Value::Text(text), &now);
                text = Cow::Owned(now);
            }
        }
        text
    }
}

/// Without the marks of CDATA sections, which belong into XML.
fn without_cdata(text: &str) -> Option<String> {
    let (mut rest, mut bare) = (text, String::new());
    while let Some((before, after)) = rest.split_once("<![CDATA[") {
        let (inside, after) = after.split_once("]]>").unwrap_or((after, ""));
        bare.push_str(before);
        bare.push_str(inside);
        rest = after;
    }
    bare.push_str(rest);
    (bare.len() < text.len()).then_some(bare)
}

/// U+0080 to U+009F as Windows-1252 has them: that is what they were.
fn without_controls(text: &str) -> Option<String> {
    let is_meant = |letter: char| entity::of_windows(letter).is_some();
    text.contains(is_meant).then(|| text.chars().map(|letter| entity::of_windows(letter).unwrap_or(letter)).collect())
}

fn decoded(text: &str) -> Option<String> {
    match entity::decode(text) {
        Cow::Owned(decoded) => Some(decoded),
        Cow::Borrowed(_) => None,
    }
}

fn tidied(text: &str) -> Option<String> {
    match tidy(text) {
        Cow::Owned(tidied) if tidied != text => Some(tidied),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_cdata_go_and_their_text_stays() {
        for (text, bare) in [
            ("<![CDATA[a]]>", Some("a")),
            ("a <![CDATA[b]]> c <![CDATA[d", Some("a b c d")),
            ("a ]]> b", None),
            ("", None),
        ] {
            assert_eq!(without_cdata(text).as_deref(), bare, "{text}");
        }
    }

    #[test]
    fn controls_of_windows_are_letters() {
        assert_eq!(without_controls("c\u{9c}ur d\u{92}or\u{1}").as_deref(), Some("cœur d’or\u{1}"));
        assert_eq!(without_controls("a\u{81}"), None);
    }
}
