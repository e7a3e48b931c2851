//! Items that can be no row.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::offre::time;

/// Why an item can be no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reject {
    /// It is no object.
    Shape,
    /// It has no filled text as `id`.
    Id,
    /// Its `dateCreation` cannot be read.
    Date,
}

impl Reject {
    pub(crate) const ALL: [Self; 3] = [Self::Shape, Self::Id, Self::Date];

    /// The rule that it breaks.
    pub(crate) fn rule(self) -> &'static str {
        match self {
            Self::Shape => "offer.shape",
            Self::Id => "offer.id",
            Self::Date => "offer.date",
        }
    }
}

/// What of a rejected item people are shown: `id`, `dateCreation`, `intitule`, where they are texts, and all of it but
/// contacts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shown<'a> {
    pub(crate) id: Cow<'a, str>,
    pub(crate) date_created: Cow<'a, str>,
    pub(crate) title: Cow<'a, str>,
    pub(crate) offer: Cow<'a, str>,
}

impl Shown<'_> {
    /// Of an item.
    pub(crate) fn of(item: &RawValue) -> Shown<'static> {
        let Ok(mut value) = serde_json::from_str::<Value>(item.get()) else {
            // Half a character, which JSON allows and no text can hold.
            return Shown { id: "".into(), date_created: "".into(), title: "".into(), offer: "".into() };
        };
        forget_contacts(&mut value);
        let text = |key: &str| Cow::Owned(value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned());
        Shown {
            id: text("id"),
            date_created: text("dateCreation"),
            title: text("intitule"),
            offer: value.to_string().into(),
        }
    }

    /// When it was created, where that can be read.
    pub(crate) fn created(&self) -> Option<i64> {
        time::read(&self.date_created)
    }
}

/// At any depth: an item that is not as documented may hold them anywhere.
fn forget_contacts(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|key, _| !matches!(key.as_str(), "contact" | "agence"));
            object.values_mut().for_each(forget_contacts);
        }
        Value::Array(list) => list.iter_mut().for_each(forget_contacts),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejected_item_is_shown_without_contacts() {
        let json =
            r#"{"id":7,"intitule":"Chef","dateCreation":"hier","contact":{"nom":"X"},"a":[{"agence":{"b":1},"c":2}]}"#;
        let shown = Shown::of(&RawValue::from_string(json.to_owned()).unwrap());
        assert_eq!((&*shown.id, &*shown.date_created, &*shown.title), ("", "hier", "Chef"));
        assert_eq!(shown.offer, r#"{"id":7,"intitule":"Chef","dateCreation":"hier","a":[{"c":2}]}"#);
        assert_eq!(shown.created(), None);
    }
}
