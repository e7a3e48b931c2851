//! Takes fields out of an offer's text; every other byte stays where it stands.
//!
//! A key may be escaped, and stand there twice: each is found. A list on the way to a field is gone through, whether the
//! field is documented so or not. Blanks around a key that is taken out go with it.

use std::borrow::Cow;
use std::ops::Range;

use serde::Deserialize;

use crate::offre::place;

/// Objects that lose all they hold: nothing but contacts is in them.
const EMPTIED: [&str; 2] = ["contact", "agence"];

/// The object of which only the code of the département stays.
const PLACE: &str = "lieuTravail";

/// Fields that are taken out of offers.
#[derive(Debug, Clone)]
pub(crate) struct Surgery {
    /// Each as the keys that lead to it.
    paths: Vec<Vec<&'static str>>,
}

/// A key and its value in an object, with the blanks around both.
struct Member<'a> {
    /// From the bracket or comma before to the one behind.
    segment: Range<usize>,
    key: Cow<'a, str>,
    value: Range<usize>,
}

impl Surgery {
    /// `fields` as [`crate::article7::FIELDS`] writes them.
    pub(crate) fn of(fields: &[&'static str]) -> Self {
        let is_apart = |field: &&&str| EMPTIED.iter().chain([&PLACE]).any(|apart| is_below(field, apart));
        let keys = |field: &&'static str| field.split('.').map(|key| key.trim_end_matches("[]")).collect();
        Self { paths: fields.iter().filter(|field| !is_apart(field)).map(keys).collect() }
    }

    /// The offer without the fields; none if it has none of them. `offre` is JSON.
    pub(crate) fn operate(&self, offre: &str) -> Option<String> {
        let mut out = String::with_capacity(offre.len());
        let begin = skip_blanks(offre.as_bytes(), 0);
        out.push_str(&offre[..begin]);
        let paths: Vec<&[&str]> = self.paths.iter().map(Vec::as_slice).collect();
        let end = if offre.as_bytes().get(begin) == Some(&b'{') {
            self.object(offre, begin, &paths, true, &mut out)
        } else {
            begin
        };
        out.push_str(&offre[end..]);
        (out != offre).then_some(out)
    }

    /// Copies the object that begins at `begin`, without what the paths lead to; gives back where it ends.
    fn object(&self, text: &str, begin: usize, paths: &[&[&str]], is_offre: bool, out: &mut String) -> usize {
        let (members, end) = members(text, begin);
        let departement = if is_offre { departement(text, &members) } else { None };
        let mut kept: Vec<String> = Vec::with_capacity(members.len());
        for member in &members {
            let below: Vec<&[&str]> =
                paths.iter().filter(|path| path[0] == member.key).map(|path| &path[1..]).collect();
            if below.iter().any(|rest| rest.is_empty()) {
                continue;
            }
            let Range { start, end } = member.value.clone();
            let mut segment = text[member.segment.start..start].to_owned();
            match &*member.key {
                key if is_offre && EMPTIED.contains(&key) => segment.push_str("{}"),
                PLACE if is_offre => match departement.as_deref() {
                    Some(code) => segment.push_str(&format!(r#"{{"libelle":"{code}"}}"#)),
                    None => segment.push_str("{}"),
                },
                _ if below.is_empty() => segment.push_str(&text[start..end]),
                _ => self.value(text, start..end, &below, &mut segment),
            }
            segment.push_str(&text[end..member.segment.end]);
            kept.push(segment);
        }
        // The blanks before the closing bracket are those of the object, not of its last key.
        if let (Some(last), Some(member)) = (kept.last_mut(), members.last()) {
            let blanks = &text[member.value.end..member.segment.end];
            let length = last.trim_end_matches(is_blank).len();
            last.truncate(length);
            last.push_str(blanks);
        }
        out.push('{');
        out.push_str(&kept.join(","));
        if members.is_empty() {
            out.push_str(&text[begin + 1..end - 1]);
        }
        out.push('}');
        end
    }

    /// Copies a value on the way to a field.
    fn value(&self, text: &str, value: Range<usize>, paths: &[&[&str]], out: &mut String) {
        match text.as_bytes()[value.start] {
            b'{' => drop(self.object(text, value.start, paths, false, out)),
            b'[' => {
                let mut copied = value.start;
                for element in elements(text, value.start) {
                    out.push_str(&text[copied..element.start]);
                    copied = element.end;
                    self.value(text, element, paths, out);
                }
                out.push_str(&text[copied..value.end]);
            }
            _ => out.push_str(&text[value]),
        }
    }
}

fn is_below(field: &str, object: &str) -> bool {
    field.strip_prefix(object).is_some_and(|rest| rest.starts_with('.'))
}

/// The code of the département that the last of the places of an offer tells, as the table reads it.
fn departement(text: &str, members: &[Member<'_>]) -> Option<String> {
    #[derive(Deserialize)]
    struct Place<'a> {
        #[serde(borrow, default)]
        commune: Option<Cow<'a, str>>,
        #[serde(borrow, default)]
        libelle: Option<Cow<'a, str>>,
    }
    let member = members.iter().rfind(|member| member.key == PLACE)?;
    let place: Place = serde_json::from_str(&text[member.value.clone()]).ok()?;
    let code = match (&place.commune, &place.libelle) {
        (Some(commune), _) => place::of_commune(commune),
        (None, Some(libelle)) => place::of_label(libelle).or_else(|| place::code_alone(libelle))?,
        (None, None) => return None,
    };
    // What is no code could be a name.
    place::code_alone(code).map(str::to_owned)
}

/// The members of the object that begins at `begin`, and where it ends.
fn members(text: &str, begin: usize) -> (Vec<Member<'_>>, usize) {
    let bytes = text.as_bytes();
    let (mut members, mut at) = (Vec::new(), begin + 1);
    loop {
        let segment = at;
        let key = skip_blanks(bytes, at);
        if bytes[key] == b'}' {
            return (members, key + 1);
        }
        let key_end = end_of_value(bytes, key);
        let colon = skip_blanks(bytes, key_end);
        let value = skip_blanks(bytes, colon + 1);
        let value_end = end_of_value(bytes, value);
        let after = skip_blanks(bytes, value_end);
        members.push(Member { segment: segment..after, key: decoded(&text[key..key_end]), value: value..value_end });
        if bytes[after] == b'}' {
            return (members, after + 1);
        }
        at = after + 1;
    }
}

/// The elements of the array that begins at `begin`.
fn elements(text: &str, begin: usize) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut elements, mut at) = (Vec::new(), skip_blanks(bytes, begin + 1));
    while bytes[at] != b']' {
        let end = end_of_value(bytes, at);
        elements.push(at..end);
        let after = skip_blanks(bytes, end);
        at = if bytes[after] == b',' { skip_blanks(bytes, after + 1) } else { after };
    }
    elements
}

/// A key without its quotes and escapes. One with half a character is none that anybody looks for.
fn decoded(quoted: &str) -> Cow<'_, str> {
    #[derive(Deserialize)]
    struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
    serde_json::from_str(quoted).map_or(Cow::Borrowed(quoted), |Key(key)| key)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn skip_blanks(bytes: &[u8], from: usize) -> usize {
    from + bytes[from..].iter().take_while(|byte| is_blank(char::from(**byte))).count()
}

/// Where the value ends that begins at `begin`.
fn end_of_value(bytes: &[u8], begin: usize) -> usize {
    let (mut at, mut depth) = (begin, 0);
    loop {
        match bytes.get(at) {
            Some(b'"') => at = end_of_string(bytes, at),
            Some(b'{' | b'[') => (at, depth) = (at + 1, depth + 1),
            Some(b'}' | b']') if depth > 0 => (at, depth) = (at + 1, depth - 1),
            Some(byte) if depth > 0 || !(is_blank(char::from(*byte)) || matches!(byte, b',' | b':' | b'}' | b']')) => {
                at += 1;
                continue;
            }
            _ => return at,
        }
        if depth == 0 {
            return at;
        }
    }
}

fn end_of_string(bytes: &[u8], begin: usize) -> usize {
    let mut at = begin + 1;
    loop {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::article7;

    fn all() -> Surgery {
        Surgery::of(&article7::fields_but(&[]).unwrap())
    }

    fn operate(offre: &str) -> String {
        all().operate(offre).unwrap_or_else(|| offre.to_owned())
    }

    #[test]
    fn keys_go_with_their_values_and_other_bytes_stay() {
        for (before, after) in [
            (r#"{"id":"1","intitule":"a","x":1.50}"#, r#"{"id":"1","x":1.50}"#),
            (r#"{"intitule":"a","id":"1"}"#, r#"{"id":"1"}"#),
            (r#"{"id":"1","description":"},\"intitule\":{"}"#, r#"{"id":"1"}"#),
            (r#"{"intitule":"a"}"#, "{}"),
            ("{ }", "{ }"),
            (r#"{"id" : "1" , "intitule" : "a" }"#, r#"{"id" : "1" }"#),
            (r#"{"int\u0069tule":"a","id":"é\u00e9"}"#, r#"{"id":"é\u00e9"}"#),
            (r#"{"intitule":"a","id":"1","intitule":["b"]}"#, r#"{"id":"1"}"#),
            (r#"{"id":"1","Intitule":"a","x":{"intitule":"a"}}"#, r#"{"id":"1","Intitule":"a","x":{"intitule":"a"}}"#),
            (r#"{"id":"1","\ud800":1}"#, r#"{"id":"1","\ud800":1}"#),
            (
                r#"{"id":"1","entreprise":{"nom":"a","entrepriseAdaptee":false}}"#,
                r#"{"id":"1","entreprise":{"entrepriseAdaptee":false}}"#,
            ),
            (
                r#"{"entreprise":[{"nom":"a","x":1}, {"logo":"b"}],"id":"1"}"#,
                r#"{"entreprise":[{"x":1}, {}],"id":"1"}"#,
            ),
            (r#"{"entreprise":null,"id":"1"}"#, r#"{"entreprise":null,"id":"1"}"#),
            (
                r#"{"origineOffre":{"origine":"2","urlOrigine":"u","partenaires":[ {"nom":"p","url":"u","logo":"l"}, {"url":"v"} ]}}"#,
                r#"{"origineOffre":{"origine":"2","partenaires":[ {"nom":"p"}, {} ]}}"#,
            ),
            (
                r#"{"contact":{"nom":"a","autre":"b"},"agence":{"telephone":"c"},"id":"1"}"#,
                r#"{"contact":{},"agence":{},"id":"1"}"#,
            ),
            (r#"{"contact":{},"contact":"a","id":"1"}"#, r#"{"contact":{},"contact":{},"id":"1"}"#),
        ] {
            assert_eq!(operate(before), after, "{before}");
        }
        let indented = "{\n  \"id\": \"1\",\n  \"intitule\": \"a\",\n  \"x\": 1,\n  \"description\": \"b\"\n}";
        assert_eq!(operate(indented), "{\n  \"id\": \"1\",\n  \"x\": 1\n}");
    }

    #[test]
    fn of_the_place_only_the_departement_stays() {
        for (place, left) in [
            (
                r#"{"libelle":"01 - BELLEY","latitude":45.7,"longitude":5.6,"codePostal":"01300","commune":"01034"}"#,
                r#"{"libelle":"01"}"#,
            ),
            (r#"{"commune":"97105"}"#, r#"{"libelle":"971"}"#),
            (r#"{"libelle":"2A - Corse-du-Sud"}"#, r#"{"libelle":"2A"}"#),
            (r#"{"libelle":"75"}"#, r#"{"libelle":"75"}"#),
            (r#"{"libelle":"France"}"#, "{}"),
            (r#"{"commune":"Belley"}"#, "{}"),
            (r#"{"libelle":7}"#, "{}"),
            ("{}", "{}"),
            ("null", "{}"),
            (r#""01 - BELLEY""#, "{}"),
        ] {
            let offre = |place: &str| format!(r#"{{"id":"1","lieuTravail":{place}}}"#);
            assert_eq!(operate(&offre(place)), offre(left), "{place}");
        }
    }

    #[test]
    fn what_may_be_kept_is_kept() {
        let offre = r#"{"intitule":"a","description":"b","origineOffre":{"urlOrigine":"u"}}"#;
        let with = |kept: &[&str]| {
            let kept: Vec<String> = kept.iter().map(|path| (*path).to_owned()).collect();
            Surgery::of(&article7::fields_but(&kept).unwrap()).operate(offre).unwrap()
        };
        assert_eq!(with(&["intitule"]), r#"{"intitule":"a","origineOffre":{}}"#);
        assert_eq!(with(&["origineOffre.urlOrigine"]), r#"{"origineOffre":{"urlOrigine":"u"}}"#);
    }

    /// Any JSON, some of whose keys are those of the fields.
    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            let key = prop_oneof![
                Just("intitule"),
                Just("description"),
                Just("entreprise"),
                Just("nom"),
                Just("url"),
                Just("contact"),
                Just("lieuTravail"),
                Just("libelle"),
                Just("commune"),
                Just("origineOffre"),
                Just("partenaires"),
                Just("logo"),
                Just("x\"\\é"),
                Just("")
            ];
            let members = proptest::collection::vec((key, inner.clone()), 0..6);
            prop_oneof![
                proptest::collection::vec(inner, 0..4).prop_map(Value::from),
                members.prop_map(|members| Value::Object(
                    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
                )),
            ]
        })
    }

    /// The same by another way: on values.
    fn expected(offre: &Value) -> Value {
        fn take(value: &mut Value, path: &[&str]) {
            match value {
                Value::Array(elements) => elements.iter_mut().for_each(|element| take(element, path)),
                Value::Object(members) if path.len() == 1 => drop(members.shift_remove(path[0])),
                Value::Object(members) => {
                    members.get_mut(path[0]).into_iter().for_each(|inner| take(inner, &path[1..]))
                }
                _ => {}
            }
        }
        let mut offre = offre.clone();
        for (field, _) in article7::FIELDS {
            let path: Vec<&str> = field.split('.').map(|key| key.trim_end_matches("[]")).collect();
            if !["contact", "agence", "lieuTravail"].contains(&path[0]) && offre.is_object() {
                take(&mut offre, &path);
            }
        }
        for (key, value) in offre.as_object_mut().into_iter().flatten() {
            if key == "contact" || key == "agence" {
                *value = json!({});
            } else if key == "lieuTravail" {
                let text = |key: &str| value.get(key).and_then(Value::as_str);
                let is_bad = |key: &str| value.get(key).is_some_and(|inner| !inner.is_null() && !inner.is_string());
                let code = text("commune").map(place::of_commune).or_else(|| {
                    text("libelle").and_then(|libelle| place::of_label(libelle).or(place::code_alone(libelle)))
                });
                let code = code.and_then(place::code_alone).filter(|_| !is_bad("commune") && !is_bad("libelle"));
                *value = code.map_or(json!({}), |code| json!({ "libelle": code }));
            }
        }
        offre
    }

    proptest! {
        #[test]
        fn bytes_are_taken_out_as_values_are(value in json(), is_pretty in any::<bool>()) {
            let text = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            let after = operate(&text);
            prop_assert_eq!(serde_json::from_str::<Value>(&after).unwrap(), expected(&value), "{}", after);
            prop_assert_eq!(all().operate(&after), None, "once is enough");
        }
    }
}
