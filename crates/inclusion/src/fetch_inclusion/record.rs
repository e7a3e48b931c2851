//! One record, as far as it has to be understood.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// What every record tells: enough to know it again.
#[derive(Debug, Deserialize)]
pub(super) struct Told<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
}

impl<'a> Told<'a> {
    /// # Errors
    /// Why it is no record.
    pub(super) fn read(text: &'a [u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(text).map_err(|_| "a record is not UTF-8".to_owned())?;
        let told: Self = serde_json::from_str(text).map_err(|error| format!("a record is none: {error}"))?;
        match told.id.is_empty() {
            true => Err("a record has no `id`".to_owned()),
            false => Ok(told),
        }
    }
}

/// What decides what becomes of a record. Whatever has another type than it should have says nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Facts<'a> {
    #[serde(borrow)]
    source: Option<&'a RawValue>,
    #[serde(borrow)]
    structure_id: Option<&'a RawValue>,
    #[serde(borrow)]
    code_insee: Option<&'a RawValue>,
    #[serde(borrow)]
    code_postal: Option<&'a RawValue>,
    #[serde(borrow)]
    thematiques: Option<&'a RawValue>,
    #[serde(borrow)]
    score_qualite: Option<&'a RawValue>,
    #[serde(borrow)]
    date_maj: Option<&'a RawValue>,
    #[serde(borrow)]
    doublons: Option<&'a RawValue>,
}

/// Another record that the platform takes for the same structure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Doublon {
    #[serde(default)]
    pub(super) source: String,
    pub(super) id: String,
}

impl<'a> Facts<'a> {
    /// # Errors
    /// Why it is no record.
    pub(super) fn read(text: &'a [u8]) -> anyhow::Result<Self> {
        Ok(serde_json::from_slice(text)?)
    }

    pub(super) fn source(&self) -> Cow<'a, str> {
        text(self.source).unwrap_or_default()
    }

    pub(super) fn structure_id(&self) -> Cow<'a, str> {
        text(self.structure_id).unwrap_or_default()
    }

    /// The département that it is in, `20` for both of Corsica; blank where its codes do not tell.
    pub(super) fn departement(&self) -> String {
        let filled = |code| text(code).map(|code| code.trim().to_owned()).filter(|code| !code.is_empty());
        let code = filled(self.code_insee).or_else(|| filled(self.code_postal));
        code.map(|code| departement_of(&code)).unwrap_or_default()
    }

    pub(super) fn thematiques(&self) -> Vec<Cow<'a, str>> {
        let values: Vec<&'a RawValue> = list(self.thematiques);
        values.into_iter().filter_map(|value| text(Some(value))).collect()
    }

    /// The higher the better; whoever has none is behind all others.
    pub(super) fn score(&self) -> f64 {
        self.score_qualite.and_then(|score| score.get().parse().ok()).unwrap_or(f64::NEG_INFINITY)
    }

    /// The later the greater; 0 where there is none. Of a date its digits, as far as the second.
    pub(super) fn date(&self) -> u64 {
        const DIGITS: usize = "YYYYMMDDhhmmss".len();
        let text = text(self.date_maj).unwrap_or_default();
        let digits = text.bytes().filter(u8::is_ascii_digit).map(|digit| u64::from(digit - b'0'));
        match text.is_empty() {
            true => 0,
            false => digits.chain(std::iter::repeat(0)).take(DIGITS).fold(0, |date, digit| date * 10 + digit),
        }
    }

    pub(super) fn doublons(&self) -> Vec<Doublon> {
        let values: Vec<&RawValue> = list(self.doublons);
        values.into_iter().filter_map(|value| serde_json::from_str(value.get()).ok()).collect()
    }

    /// Whether the platform takes it for the same as another.
    pub(super) fn has_doublons(&self) -> bool {
        self.doublons.is_some_and(|doublons| doublons.get().starts_with('[') && doublons.get().contains('{'))
    }
}

/// The département of a code of a commune or of a postcode, `20` for both of Corsica.
pub(super) fn departement_of(code: &str) -> String {
    let letters = if code.starts_with("97") || code.starts_with("98") { 3 } else { 2 };
    let departement: String = code.chars().take(letters).collect();
    match departement.to_ascii_uppercase().as_str() {
        "2A" | "2B" => "20".to_owned(),
        _ => departement,
    }
}

fn text(value: Option<&RawValue>) -> Option<Cow<'_, str>> {
    let value = value?.get();
    let inside = value.strip_prefix('"')?.strip_suffix('"')?;
    match inside.contains('\\') {
        false => Some(Cow::Borrowed(inside)),
        true => serde_json::from_str(value).ok().map(Cow::Owned),
    }
}

fn list(value: Option<&RawValue>) -> Vec<&RawValue> {
    value.and_then(|value| serde_json::from_str(value.get()).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_known_by_its_identifier_alone() {
        assert_eq!(Told::read(br#"{"id":"a\u00e9","x":[1,{}]}"#).unwrap().id, "aé");
        for none in [&b"{}"[..], b"{\"id\":\"\"}", b"{\"id\":1}", b"{\"id\":\"a\",}", b"{\"id\":\"a\xff\"}", b"[]", b""]
        {
            assert!(Told::read(none).is_err(), "{}", String::from_utf8_lossy(none));
        }
    }

    #[test]
    fn a_fact_of_another_type_says_nothing() {
        let facts = Facts::read(
            br#"{"source":7,"structure_id":"a\"b","code_insee":null,"code_postal":"97411","thematiques":["a",1,"b\u00e9"],
            "score_qualite":0.25,"date_maj":"2024-05-06T07:08:09.5Z","doublons":[{"source":"s","id":"x"},null,{"id":"y"}]}"#,
        )
        .unwrap();
        assert_eq!((facts.source(), facts.structure_id()), ("".into(), "a\"b".into()));
        assert_eq!((facts.departement().as_str(), facts.thematiques()), ("974", vec!["a".into(), "bé".into()]));
        assert_eq!((facts.score(), facts.date()), (0.25, 20_240_506_070_809));
        assert_eq!(facts.doublons().iter().map(|doublon| doublon.id.as_str()).collect::<Vec<_>>(), ["x", "y"]);
        let facts = Facts::read(b"{\"date_maj\":\"2024-05-06\",\"thematiques\":3,\"doublons\":[]}").unwrap();
        assert_eq!((facts.score(), facts.date()), (f64::NEG_INFINITY, 20_240_506_000_000));
        assert!(facts.thematiques().is_empty() && !facts.has_doublons());
        assert_eq!(Facts::read(b"{}").unwrap().date(), 0);
    }

    #[test]
    fn a_departement_is_the_begin_of_a_code() {
        for (code, departement) in
            [("35238", "35"), ("2A004", "20"), ("2b033", "20"), ("20200", "20"), ("98735", "987")]
        {
            assert_eq!(departement_of(code), departement, "{code}");
        }
    }
}
