//! Texts that were damaged on their way.

use tables::{has_mark, marks_below, marks_of};

use crate::entity::has_entity;
use crate::fault::{Fault, Tell};
use crate::value::Value;
use crate::way::Way;

/// What may be the matter with a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Damage {
    replacement: bool,
    control: bool,
    mojibake: bool,
    entity: bool,
}

/// Every text of a contract, wherever it stands.
pub(super) fn judge(value: &Value<'_>, way: &Way<'_>, tell: &mut Tell<'_>) {
    match value {
        Value::Text(text) => judge_text(text, way, tell),
        Value::List(list) => {
            list.iter().enumerate().for_each(|(place, item)| judge(item, &way.item(place), tell));
        }
        Value::Object(object) => object.iter().for_each(|(key, item)| judge(item, &way.key(key), tell)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// One text of a contract.
pub(crate) fn judge_text(text: &str, way: &Way<'_>, tell: &mut Tell<'_>) {
    let damage = damage(text);
    if damage == Damage::default() {
        return;
    }
    for (is_met, rule) in [
        (damage.replacement, "text.replacement_char"),
        (damage.control, "text.control_char"),
        (damage.mojibake, "text.mojibake"),
        (damage.entity, "text.entity"),
    ] {
        if is_met {
            tell(Fault::new(rule, way.pointer()).value(text));
        }
    }
}

/// Whether a text surely has no damage, nor anything that JSON escapes. It is looked at byte by byte and to its end, of which
/// the compiler makes many bytes at once.
pub(crate) fn is_sound_and_plain(text: &str) -> bool {
    let wanted = [b'"', b'\\', b'&', 0x7F, 0xC2, 0xE2, 0xEF];
    let is_odd = |byte: u8| wanted.iter().fold(byte < 0x20, |found, wanted| found | (byte == *wanted));
    text.bytes().fold(0, |found, byte| found | u8::from(is_odd(byte))) == 0
}

fn damage(text: &str) -> Damage {
    let mut marks = 0;
    // Nearly every text is sound. What is damage begins with one of these bytes of UTF-8, or has it for its second character.
    let is_odd = has_mark(text.as_bytes(), b'a', |word| {
        marks |= marks_of(word, b'&');
        marks_below(word, 0x20) | [0x7F, 0xC2, 0xE2, 0xEF].into_iter().fold(0, |all, byte| all | marks_of(word, byte))
    });
    let damage = Damage { entity: marks != 0 && has_entity(text), ..Damage::default() };
    if is_odd { look_closely(text, damage) } else { damage }
}

fn look_closely(text: &str, mut damage: Damage) -> Damage {
    let mut before = '\0';
    for c in text.chars() {
        damage.replacement |= c == char::REPLACEMENT_CHARACTER;
        damage.control |= matches!(c, '\0'..'\u{20}' | '\u{7F}'..='\u{9F}') && !matches!(c, '\t' | '\n' | '\r');
        // UTF-8 read as Windows-1252: of two bytes, and of three.
        damage.mojibake |= matches!(before, 'Ã' | 'Â') && ('\u{80}'..='\u{BF}').contains(&c);
        damage.mojibake |= before == 'â' && c == '€';
        before = c;
    }
    damage
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_quick_look_misses_nothing(text in "[aé\u{c3}\u{c2}\u{e2}€\u{0}-\u{20}\u{7e}-\u{c0}\u{fffd}œ’]{0,6}") {
            prop_assert_eq!(damage(&text), look_closely(&text, Damage::default()));
            let is_escaped = text.chars().any(|c| c < ' ' || matches!(c, '"' | '\\'));
            prop_assert!(!is_sound_and_plain(&text) || (damage(&text) == Damage::default() && !is_escaped));
        }
    }
}
