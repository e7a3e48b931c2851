//! What of an element is looked at before it becomes a row: who it is, when it is from, and what its content is.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::content::{Said, of_bytes, scan};
use crate::days::elements::Flaw;
use crate::merge_offers::sheet::Stamp;
use crate::offre;
use crate::offre::mended::mended;
use crate::offre::reject::{Reject, Shown};
use crate::offre::text::clean;
use crate::offre::{at, time};

/// An offer, as far as it is looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head<'a> {
    pub(crate) id: Cow<'a, str>,
    /// Milliseconds of the wall clock.
    pub(crate) created: i64,
    pub(crate) created_as: Stamp,
    pub(crate) updated_as: Stamp,
    /// The same for contents that are the same JSON value, whatever the order of keys.
    pub(crate) content: u64,
}

/// Reads an element; the reason for which it can be no row, and the id that it tells, if any.
///
/// # Errors
/// When it is no JSON.
pub(crate) fn read_text(text: &str) -> Result<Result<Head<'_>, (Reject, String)>, Flaw> {
    // What is as the service mostly writes it is read in one pass.
    read_said(scan(text), text)
}

/// [`read_text`], of which what it says may be known already.
///
/// # Errors
/// When it is no JSON.
pub(crate) fn read_said<'a>(said: Option<Said<'a>>, text: &'a str) -> Result<Result<Head<'a>, (Reject, String)>, Flaw> {
    if let Some(top) = said
        && let Ok(head) = head(top)
    {
        return Ok(Ok(head));
    }
    let raw: &RawValue = serde_json::from_str(text).map_err(|_| Flaw::Malformed)?;
    Ok(read(raw))
}

/// Reads an element.
///
/// # Errors
/// The reason for which it can be no row, and the id that it tells, if any.
fn read(raw: &RawValue) -> Result<Head<'_>, (Reject, String)> {
    if !raw.get().starts_with('{') {
        return Err((Reject::Shape, String::new()));
    }
    let refuse = |reject| (reject, Shown::of(raw).id.into_owned());
    match serde_json::from_str::<Said>(raw.get()) {
        Ok(top) => head(top).map_err(refuse),
        Err(_) => match mended(raw.get()) {
            Some(mended) => match serde_json::from_str::<Said>(mended.get()) {
                Ok(top) => head(top).map(Head::owned).map_err(refuse),
                Err(_) => Err(refuse(Reject::Shape)),
            },
            None => unusual(raw).map_err(refuse),
        },
    }
}

fn head(top: Said<'_>) -> Result<Head<'_>, Reject> {
    let id = top.id.and_then(clean).ok_or(Reject::Id)?;
    let created_text = top.created.ok_or(Reject::Date)?;
    let created = time::read(&created_text).ok_or(Reject::Date)?;
    let (created_as, updated_as) = (Stamp::read(&created_text, Some(created)), Stamp::of(top.updated.as_deref()));
    Ok(Head { id, created, created_as, updated_as, content: top.digest })
}

impl Head<'_> {
    fn owned(self) -> Head<'static> {
        Head { id: Cow::Owned(self.id.into_owned()), ..self }
    }
}

/// Of what no value can hold, such as a number beyond all doubles, the text stands for the content.
fn unusual(raw: &RawValue) -> Result<Head<'static>, Reject> {
    offre::read(raw, |filled| {
        let row = filled?.row;
        let updated_text = match row.cells[at::DATE_UPDATED] {
            offre::Cell::Time(ms) => Some(time::text(ms)),
            _ => None,
        };
        Ok(Head {
            id: Cow::Owned(row.id().to_owned()),
            created: row.created(),
            created_as: Stamp::of(Some(&time::text(row.created()))),
            updated_as: Stamp::of(updated_text.as_deref()),
            content: of_bytes(raw.get().as_bytes()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Result<Head<'_>, (Reject, String)> {
        let quick = read_text(json).unwrap();
        let raw = RawValue::from_string(json.to_owned()).unwrap();
        assert_eq!(quick.clone(), read(&raw), "both ways of reading {json} say the same");
        quick
    }

    fn content(rest: &str) -> u64 {
        of(&format!(r#"{{"id":"1","dateCreation":"2024-06-04T10:00:00.000Z",{rest}}}"#)).unwrap().content
    }

    #[test]
    fn contents_are_compared_as_values() {
        for (one, other) in [
            (r#""a":1,"b":{"c":[1,2],"d":null}"#, r#""b":{"d":null,"c":[1,2]},"a":1"#),
            (r#""a":1"#, r#" "a" : 1.0 "#),
            (r#""a":12"#, r#""a":1.2e1"#),
            (r#""a":0"#, r#""a":-0.0"#),
            (r#""a":"é""#, r#""a":"\u00e9""#),
            (r#""a":"b/c\n\"\\""#, r#""a":"b\/c\u000a\u0022\u005c""#),
            (r#""a":"\b\f\u0000""#, r#""a":"\u0008\u000C\u0000""#),
            (r#""a":{"b":"\t"}"#, r#""a":{"b":"\u0009"}"#),
            (r#""a":1,"a":2"#, r#""a":2"#),
            (r#""a":"\ud800x""#, r#""a":"�x""#),
        ] {
            assert_eq!(content(one), content(other), "{one} {other}");
        }
        let all = [
            r#""a":1"#,
            r#""a":"1""#,
            r#""a":true"#,
            r#""a":false"#,
            r#""a":null"#,
            r#""a":[]"#,
            r#""a":{}"#,
            r#""a":[1,2]"#,
            r#""a":[2,1]"#,
            r#""a":[[1],2]"#,
            r#""b":1"#,
            r#""a":9007199254740993"#,
            r#""a":9007199254740992"#,
            r#""a":{"b":1}"#,
            r#""a":1e400"#,
        ];
        let hashes: std::collections::HashSet<u64> = all.iter().map(|json| content(json)).collect();
        assert_eq!(hashes.len(), all.len());
    }

    #[test]
    fn what_can_be_no_row_is_told_as_the_row_is() {
        for (json, reject, id) in [
            ("[1]", Reject::Shape, ""),
            (r#"{"id":7,"dateCreation":"2024-06-04T10:00:00"}"#, Reject::Id, ""),
            (r#"{"id":" ","dateCreation":"2024-06-04T10:00:00"}"#, Reject::Id, " "),
            (r#"{"id":"7","dateCreation":"hier"}"#, Reject::Date, "7"),
            (r#"{"id":"7"}"#, Reject::Date, "7"),
        ] {
            assert_eq!(of(json).unwrap_err(), (reject, id.to_owned()), "{json}");
            let raw = RawValue::from_string(json.to_owned()).unwrap();
            offre::read(&raw, |filled| assert_eq!(filled.unwrap_err(), reject));
        }
    }

    #[test]
    fn who_and_when_are_as_the_row_has_them() {
        let head = of(r#"{"id":"a\u0007b","dateActualisation":"x","dateCreation":"2024-06-04T10:00:00.5Z"}"#).unwrap();
        assert_eq!((&*head.id, head.created_as), ("ab", Stamp::of(Some("2024-06-04T10:00:00.5Z"))));
        assert_eq!((head.created, head.updated_as), (1_717_495_200_500, Stamp::of(Some("x"))));
    }
}
