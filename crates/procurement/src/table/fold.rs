//! Texts as they are compared, added to a key: what `tables::fold` makes of them, without a text of their own.

/// Adds the folded text. Letters of Latin-1 are folded here, one by one; a text with others takes the long way.
pub(crate) fn fold_into(text: &str, key: &mut Vec<u8>) {
    let begin = key.len();
    if fold_quickly(text.as_bytes(), key, begin).is_none() {
        key.truncate(begin);
        key.extend_from_slice(tables::fold(text).as_bytes());
    }
}

/// What a byte of ASCII becomes; 0 for what is no ASCII, or a blank.
const PLAIN: [u8; 256] = {
    let mut plain = [0; 256];
    let mut byte = 1;
    while byte < 0x80 {
        plain[byte] = (byte as u8).to_ascii_lowercase();
        byte += 1;
    }
    let blanks = *b" \t\n\r\x0b\x0c";
    let mut nth = 0;
    while nth < blanks.len() {
        plain[blanks[nth] as usize] = 0;
        nth += 1;
    }
    plain
};

/// A folded text is never longer than the text, so it is put into room that is made once.
fn fold_quickly(text: &[u8], key: &mut Vec<u8>, begin: usize) -> Option<()> {
    key.resize(begin + text.len(), 0);
    let mut room = Room { bytes: &mut key[begin..], end: 0, after_blank: false };
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        let plain = PLAIN[usize::from(*byte)];
        if plain != 0 {
            room.push(&[plain]);
            continue;
        }
        match byte {
            0 => room.push(&[0]),
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => room.after_blank = true,
            0xc3 => match fold_latin(*bytes.next()?)? {
                b' ' => return None,
                letter => room.push(&[letter]),
            },
            0xc2 => match bytes.next()? {
                0xa0 => room.after_blank = true,
                // The degree sign stands in `n°`.
                0xb0 => room.push(&[0xc2, 0xb0]),
                _ => return None,
            },
            0xe2 => match (bytes.next()?, bytes.next()?) {
                // Apostrophes and dashes stay as they are.
                (0x80, sign @ (0x93 | 0x94 | 0x98 | 0x99)) => room.push(&[0xe2, 0x80, *sign]),
                _ => return None,
            },
            0xc5 => match bytes.next()? {
                0x92 | 0x93 => room.push(b"oe"),
                _ => return None,
            },
            _ => return None,
        }
    }
    let end = room.end;
    key.truncate(begin + end);
    Some(())
}

/// Where a folded text goes.
struct Room<'k> {
    bytes: &'k mut [u8],
    end: usize,
    after_blank: bool,
}

impl Room<'_> {
    /// Adds a letter; of blanks before it one stays, but for those at the begin.
    #[inline(always)]
    fn push(&mut self, letter: &[u8]) {
        if self.after_blank {
            self.after_blank = false;
            if self.end > 0 {
                self.bytes[self.end] = b' ';
                self.end += 1;
            }
        }
        self.bytes[self.end..self.end + letter.len()].copy_from_slice(letter);
        self.end += letter.len();
    }
}

/// The letter of U+00C0 to U+00FF, by its second byte, without case and mark; none of those that are two.
fn fold_latin(second: u8) -> Option<u8> {
    // Capitals and small letters stand 32 apart.
    Some(match second | 0x20 {
        0xa0..=0xa5 => b'a',
        0xa7 => b'c',
        0xa8..=0xab => b'e',
        0xac..=0xaf => b'i',
        0xb1 => b'n',
        0xb2..=0xb6 => b'o',
        0xb9..=0xbc => b'u',
        0xbd => b'y',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> String {
        let mut key = b"before".to_vec();
        fold_into(text, &mut key);
        String::from_utf8(key.split_off(6)).unwrap()
    }

    #[test]
    fn every_letter_is_folded_as_names_are() {
        for letter in '\u{0}'..='\u{2200}' {
            let text = format!(" a{letter}B ");
            assert_eq!(folded(&text), tables::fold(&text), "{letter:?}");
        }
    }

    proptest! {
        #[test]
        fn every_text_is_folded_as_names_are(text in "([ a-zÀ-ÿœ’–°\u{a0}\n]|\\PC){0,30}") {
            prop_assert_eq!(folded(&text), tables::fold(&text));
        }
    }
}
