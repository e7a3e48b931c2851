//! What it takes to apply the contexts of a page in JSON-LD: each copies all that are in force where it stands.

/// Bytes of contexts that are copied in all. A page of 50,000 datasets, each with a context of its own of 2 KiB, has fewer.
const MOST_WORK: u64 = 1 << 28;

/// A context that is built in, in bytes.
const BUILT_IN: u64 = 2_048;

const KEY: &[u8] = b"\"@context\"";

/// Whether the contexts of a page are too many and too large. A context in a context applies wherever its word is used:
/// every object counts then.
pub(super) fn are_too_much(bytes: &[u8]) -> bool {
    // Of each object or list that is open: the bytes of its contexts.
    let mut open: Vec<u64> = vec![0];
    let (mut active, mut work, mut is_scoped, mut at) = (0_u64, 0_u64, false, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' if bytes[at..].starts_with(KEY) => {
                let start = at + KEY.len();
                let end = value_end(bytes, start);
                let value = &bytes[start..end];
                is_scoped |= value.windows(KEY.len()).any(|window| window == KEY);
                let size = (value.len() as u64).max(BUILT_IN);
                active += size;
                *open.last_mut().expect("one is always open") += size;
                work += active;
                at = end.max(start);
                continue;
            }
            b'"' => at = string_end(bytes, at),
            b'{' | b'[' => {
                open.push(0);
                work += if is_scoped && *byte == b'{' { active } else { 0 };
            }
            b'}' | b']' if open.len() > 1 => active -= open.pop().unwrap_or(0),
            _ => (),
        }
        if work > MOST_WORK {
            return true;
        }
        at += 1;
    }
    work > MOST_WORK
}

/// Where the value after a key ends: at the comma or bracket that is not its own.
fn value_end(bytes: &[u8], start: usize) -> usize {
    let (mut depth, mut at) = (0_usize, start);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            _ => (),
        }
        at += 1;
    }
    bytes.len()
}

/// Where the text that begins at a quote ends.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'"' => return at,
            _ => (),
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(terms: usize, node: &str, nodes: usize) -> String {
        let terms: String = (0..terms).map(|nth| format!("\"t{nth}\": \"http://example.org/{nth}\", ")).collect();
        format!("{{\"@context\": {{{terms}\"z\": \"http://z\"}}, \"@graph\": [{}1]}}", format!("{node},").repeat(nodes))
    }

    #[test]
    fn contexts_of_their_own_are_no_burden_unless_one_is_large() {
        let node = "{\"@context\": {\"a\": \"http://a\"}, \"@id\": \"b\"}";
        assert!(!are_too_much(page(50, node, 20_000).as_bytes()));
        assert!(!are_too_much(page(20_000, "{\"@id\": \"b\"}", 20_000).as_bytes()));
        assert!(are_too_much(page(20_000, node, 20_000).as_bytes()));
    }

    #[test]
    fn a_context_in_a_context_counts_for_every_object() {
        let scoped = page(20_000, "{\"a\": {}}", 20_000)
            .replace("\"z\": \"http://z\"", "\"a\": {\"@id\": \"z\", \"@context\": {}}");
        assert!(are_too_much(scoped.as_bytes()));
    }

    #[test]
    fn a_broken_text_has_a_verdict() {
        for text in ["", "\"@context\"", "\"@context\": {", "{\"@context\": \"", "}]}", "{\"\\", "{\"@context\"}}"] {
            assert!(!are_too_much(text.as_bytes()), "{text}");
        }
    }
}
