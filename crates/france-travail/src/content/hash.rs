//! The hash of a JSON value: the same whatever the order of keys and however a number or a text is written.

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, Hasher};

use foldhash::quality::{FixedState, FoldHasher};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use tables::{escape_json, first_escaped};

use crate::offre::scan::{Escapes, Watch, plain};

/// The same in every run: it is remembered from one to the next.
const HASHES: FixedState = FixedState::with_seed(0x0ff2e);

/// The hash of bytes.
pub(crate) fn of_bytes(bytes: &[u8]) -> u64 {
    let mut hasher = HASHES.build_hasher();
    hasher.write(bytes);
    hasher.finish()
}

/// The hash of a text, as it is written with what must be escaped: this is how it mostly comes.
fn of_text(text: &str) -> u64 {
    if first_escaped(text.as_bytes()).is_none() {
        return of_bytes(text.as_bytes());
    }
    let mut written = Vec::with_capacity(text.len() + 16);
    escape_json(text, &mut written);
    of_bytes(&written)
}

/// The hash of a text that is written like that.
fn of_written(text: &str, escapes: Escapes) -> u64 {
    match escapes {
        Escapes::None | Escapes::Short => of_bytes(text.as_bytes()),
        Escapes::Any => of_text(&plain(text, escapes)),
    }
}

/// The hash of several hashes, in order.
fn of_hashes(kind: u8, hashes: impl IntoIterator<Item = u64>) -> u64 {
    let mut hasher = HASHES.build_hasher();
    hasher.write_u8(kind);
    hashes.into_iter().for_each(|hash| hasher.write_u64(hash));
    hasher.finish()
}

/// Hashes the value that a scan reads, object by object and list by list.
#[derive(Debug, Default)]
pub(crate) struct Digest {
    /// Entries of the objects under way: those of the inner ones behind those of the outer ones, so that no object needs
    /// memory of its own.
    entries: Vec<(u64, u64)>,
    under_way: Vec<UnderWay>,
    whole: u64,
}

enum UnderWay {
    /// Where its entries begin.
    Object(usize),
    List(FoldHasher<'static>),
}

impl fmt::Debug for UnderWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(begin) => f.debug_tuple("Object").field(begin).finish(),
            Self::List(_) => f.write_str("List"),
        }
    }
}

impl Digest {
    /// For an element of which nothing is read yet.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.under_way.clear();
    }

    /// The hash of the value that was read.
    pub(super) fn whole(&self) -> u64 {
        self.whole
    }

    fn value(&mut self, hash: u64) {
        match self.under_way.last_mut() {
            None => self.whole = hash,
            // Those of a value that was inside are no more: the last entry is that of its key.
            Some(UnderWay::Object(_)) => self.entries.last_mut().expect("a value has a key").1 = hash,
            Some(UnderWay::List(hasher)) => hasher.write_u64(hash),
        }
    }
}

impl Watch for &mut Digest {
    fn open(&mut self, is_object: bool) {
        self.under_way.push(match is_object {
            true => UnderWay::Object(self.entries.len()),
            false => {
                let mut hasher = HASHES.build_hasher();
                hasher.write_u8(6);
                UnderWay::List(hasher)
            }
        });
    }

    fn close(&mut self) {
        let hash = match self.under_way.pop() {
            Some(UnderWay::Object(begin)) => {
                let hash = of_object(&self.entries[begin..]);
                self.entries.truncate(begin);
                hash
            }
            Some(UnderWay::List(hasher)) => hasher.finish(),
            None => return,
        };
        self.value(hash);
    }

    fn key(&mut self, key: &str) {
        self.entries.push((of_bytes(key.as_bytes()), 0));
    }

    fn text(&mut self, written: &str, escapes: Escapes) {
        self.value(of_written(written, escapes));
    }

    fn number(&mut self, written: &str) -> Option<()> {
        number(written).map(|hash| self.value(hash))
    }

    fn truth(&mut self, truth: bool) {
        self.value(of_truth(truth));
    }

    fn null(&mut self) {
        self.value(of_hashes(2, []));
    }
}

fn of_truth(truth: bool) -> u64 {
    of_hashes(1, [u64::from(truth)])
}

fn of_u64(number: u64) -> u64 {
    // The same number, however it is written: 12, 12.0 and 1.2e1.
    match number as f64 {
        double if double as u64 == number && number < u64::MAX => of_f64(double),
        _ => of_hashes(3, [number]),
    }
}

fn of_i64(number: i64) -> u64 {
    match number as f64 {
        double if double as i64 == number => of_f64(double),
        _ => of_hashes(4, [number.cast_unsigned()]),
    }
}

fn of_f64(number: f64) -> u64 {
    // Zero has one sign.
    of_hashes(5, [(number + 0.0).to_bits()])
}

/// As a value would hold it; none where no value can.
fn number(text: &str) -> Option<u64> {
    if let Ok(number) = text.parse::<u64>() {
        return Some(of_u64(number));
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(of_i64(number));
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(of_f64)
}

/// A key, borrowed where it can be.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(ValueVisitor)?.text {
            Some(text) => Ok(Self(text)),
            None => Err(D::Error::custom("a key is a text")),
        }
    }
}

/// The hash of a value, and the value if it is a text.
pub(super) struct Valued<'a> {
    pub(super) hash: u64,
    pub(super) text: Option<Cow<'a, str>>,
}

impl Valued<'_> {
    fn of(hash: u64) -> Self {
        Self { hash, text: None }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Valued<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Valued<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Valued { hash: of_text(text), text: Some(Cow::Borrowed(text)) })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Valued { hash: of_text(text), text: Some(Cow::Owned(text.to_owned())) })
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Valued::of(of_truth(truth)))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Valued::of(of_hashes(2, [])))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Valued::of(of_u64(number)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Valued::of(of_i64(number)))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Valued::of(of_f64(number)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut hasher = HASHES.build_hasher();
        hasher.write_u8(6);
        while let Some(Valued { hash, .. }) = list.next_element()? {
            hasher.write_u64(hash);
        }
        Ok(Valued::of(hasher.finish()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(Text(key)) = map.next_key()? {
            let Valued { hash, .. } = map.next_value()?;
            entries.push((of_bytes(key.as_bytes()), hash));
        }
        Ok(Valued::of(of_object(&entries)))
    }
}

/// Whatever the order of keys. Of a key that is there twice, the last value counts.
pub(super) fn of_object(entries: &[(u64, u64)]) -> u64 {
    let (mut sum, mut seen) = (0_u64, [0_u64; 8]);
    for (nth, (key, hash)) in entries.iter().enumerate().rev() {
        let (word, bit) = (&mut seen[*key as usize % 8], 1 << (key >> 3 & 63));
        // Two keys may share a bit: only then are the others looked at.
        let is_last = *word & bit == 0 || entries[nth + 1..].iter().all(|later| later.0 != *key);
        *word |= bit;
        if is_last {
            sum = sum.wrapping_add(of_hashes(8, [*key, *hash]));
        }
    }
    of_hashes(7, [sum])
}
