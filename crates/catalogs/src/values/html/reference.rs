//! Character references outside of HTML: `&eacute;`, `&#233;`, `&#xE9;`.

use html5ever::data::NAMED_ENTITIES;

/// Longer names than the longest there is are not looked for.
const LONGEST_NAME: usize = 32;

/// The text with each reference as its character; what is no reference stays.
pub(super) fn resolve(text: &str) -> String {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        resolved.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(LONGEST_NAME + 2).position(|byte| byte == b';');
        match end.and_then(|end| Some((characters(&rest[1..=end])?, end + 1))) {
            Some((characters, end)) => {
                resolved.extend(characters.into_iter().flatten());
                rest = &rest[end..];
            }
            None => {
                resolved.push('&');
                rest = &rest[1..];
            }
        }
    }
    resolved + rest
}

/// The one or two characters of `eacute;`, `#233;`, `#xE9;`.
fn characters(name: &str) -> Option<[Option<char>; 2]> {
    let Some(number) = name.strip_prefix('#') else {
        let (first, second) = NAMED_ENTITIES.get(name)?;
        return (*first != 0).then(|| [char::from_u32(*first), char::from_u32(*second).filter(|_| *second != 0)]);
    };
    let number = number.strip_suffix(';')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    let character = char::from_u32(code).filter(|character| !character.is_control() || character.is_whitespace())?;
    Some([Some(character), None])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_and_other_ampersands_stay() {
        assert_eq!(resolve("&eacute;&#233;&#xe9;&amp;&nbsp;"), "ééé&\u{a0}");
        for text in ["a & b", "&;", "&inconnu;", "&#;", "&#x110000;", "&#0;", "&eacute", "&é;", "&&", "&a"] {
            assert_eq!(resolve(text), text);
        }
        assert_eq!(resolve("&amp;amp; &lt;"), "&amp; <");
    }
}
