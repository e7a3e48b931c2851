//! A value that is of the documented type, of another, or not there: one field that is not as documented must not spoil the
//! reading of all others.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer,
};

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Given<T> {
    /// It is not there, or null.
    #[default]
    Absent,
    /// It is of another type than documented.
    Other,
    Is(T),
}

impl<T> Given<T> {
    pub(crate) fn into_option(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn is_other(&self) -> bool {
        matches!(self, Self::Other)
    }
}

/// A documented type: each may be made of one JSON type.
pub(crate) trait Documented<'de>: Sized {
    fn of_text(_text: Cow<'de, str>) -> Option<Self> {
        None
    }

    fn of_truth(_truth: bool) -> Option<Self> {
        None
    }

    fn of_list<A: SeqAccess<'de>>(list: A) -> Result<Option<Self>, A::Error> {
        skip_list(list).map(|()| None)
    }

    fn of_object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        skip_object(object).map(|()| None)
    }
}

impl<'de: 'a, 'a> Documented<'de> for Cow<'a, str> {
    fn of_text(text: Cow<'de, str>) -> Option<Self> {
        Some(text)
    }
}

impl Documented<'_> for bool {
    fn of_truth(truth: bool) -> Option<Self> {
        Some(truth)
    }
}

impl<'de, T: Documented<'de>> Documented<'de> for Vec<Given<T>> {
    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = list.next_element()? {
            all.push(one);
        }
        Ok(Some(all))
    }
}

/// An object, of which some keys are read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Documented<'de> for Object<T> {
    fn of_object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object)).map(Self).map(Some)
    }
}

impl<'de, T: Documented<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader(PhantomData))
    }
}

struct Reader<T>(PhantomData<T>);

impl<T> Reader<T> {
    fn give(value: Option<T>) -> Given<T> {
        value.map_or(Given::Other, Given::Is)
    }
}

impl<'de, T: Documented<'de>> Visitor<'de> for Reader<T> {
    type Value = Given<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Self::give(T::of_text(Cow::Borrowed(text))))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Self::give(T::of_text(Cow::Owned(text.to_owned()))))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Self::give(T::of_truth(truth)))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Given::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Given::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Given::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Given::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        T::of_list(list).map(Self::give)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        T::of_object(object).map(Self::give)
    }
}

fn skip_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

fn skip_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<(), A::Error> {
    while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a, T: Documented<'a>>(json: &'a str) -> Given<T> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn another_type_than_documented_spoils_nothing() {
        assert_eq!(read::<Cow<'_, str>>("\"a\\n\""), Given::Is("a\n".into()));
        assert_eq!(read::<Cow<'_, str>>("null"), Given::Absent);
        for other in ["1", "-1", "1.5", "true", "[1,[2]]", "{\"a\":{\"b\":1}}"] {
            assert_eq!(read::<Cow<'_, str>>(other), Given::Other, "{other}");
        }
        assert_eq!(read::<bool>("false"), Given::Is(false));
        assert_eq!(read::<bool>("\"false\""), Given::Other);
        let list = read::<Vec<Given<Cow<'_, str>>>>("[\"a\",1,null]");
        assert_eq!(list, Given::Is(vec![Given::Is("a".into()), Given::Other, Given::Absent]));
    }
}
