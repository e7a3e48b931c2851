//! An answer that is to be JSON: what it must not be, before anything is looked for in it.

use std::fmt;

use anyhow::Result;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use step::ExitCode;

use crate::portal::Body;
use crate::rdf::{Excess, excess_of_json, values_of_json};
use crate::verdict::JobError;

/// Reads an answer as a value that borrows its texts.
///
/// # Errors
/// 65: a page of HTML, not UTF-8, nested too deep, not JSON, or JSON of another shape.
pub(crate) fn read<'a, T: Deserialize<'a>>(body: &'a Body) -> Result<T> {
    let text = text_of(body)?;
    serde_json::from_str(text)
        .map_err(|why| refuse(body, "n'est pas le JSON attendu", "it is not the JSON expected", &[why.to_string()]))
}

/// What is made to break readers fails the job, wherever it comes: an answer that is one element.
///
/// # Errors
/// As [`guard`] and [`tree_of`].
pub(crate) fn guard_element(body: &Body) -> Result<()> {
    guard(body)?;
    ensure_small(body, std::str::from_utf8(&body.bytes).unwrap_or_default())
}

/// The text of an answer that may be JSON.
fn text_of(body: &Body) -> Result<&str> {
    if is_html(body) {
        return Err(refuse(body, "est une page HTML, pas des données", "it is a page of HTML, not data", &[]));
    }
    let bytes = body.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body.bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|why| refuse(body, "n'est pas en UTF-8", "it is not UTF-8", &[why.to_string()]))?;
    guard(body)?;
    Ok(text)
}

/// What is made to break readers fails the job, wherever it comes.
///
/// # Errors
/// 65: it is nested too deep, or a piece of it is too long.
pub(crate) fn guard(body: &Body) -> Result<()> {
    match excess_of_json(&body.bytes) {
        Some(Excess::Deep) => {
            Err(refuse(body, "est imbriquée à plus de 64 niveaux", "it is nested over 64 levels deep", &[]))
        }
        Some(Excess::Long) => Err(refuse(
            body,
            "contient un texte ou des blancs de plus de 16 Mio d'un seul tenant",
            "a text or blanks in it go on for over 16 MiB",
            &[],
        )),
        None => Ok(()),
    }
}

/// What one element of an answer may have: each is made a tree, which takes many times its length.
const MOST_ELEMENT_BYTES: usize = 16 << 20;
pub(crate) const MOST_VALUES: usize = 1 << 18;

/// More elements than any page of a listing has.
pub(crate) const MOST_ELEMENTS: usize = 1 << 17;

/// The elements of a list, none of them read yet.
#[derive(Debug)]
pub(crate) struct Elements<'a>(pub(crate) Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Elements<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfElements;
        impl<'de> Visitor<'de> for OfElements {
            type Value = Vec<&'de RawValue>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a list of at most {MOST_ELEMENTS} elements")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = list.next_element()? {
                    if elements.len() == MOST_ELEMENTS {
                        return Err(A::Error::invalid_length(MOST_ELEMENTS + 1, &self));
                    }
                    elements.push(element);
                }
                Ok(elements)
            }
        }
        deserializer.deserialize_seq(OfElements).map(Self)
    }
}

/// One element of an answer as a tree; what cannot be read is null.
///
/// # Errors
/// 65: it is longer, or has more values, than any dataset.
pub(crate) fn tree_of(body: &Body, element: &RawValue) -> Result<Value> {
    ensure_small(body, element.get())?;
    Ok(serde_json::from_str(element.get()).unwrap_or_default())
}

/// Lets pass what a tree can be made of.
///
/// # Errors
/// 65: it is longer, or has more values, than any dataset.
pub(crate) fn ensure_small(body: &Body, text: &str) -> Result<()> {
    if text.len() <= MOST_ELEMENT_BYTES && values_of_json(text.as_bytes()) <= MOST_VALUES {
        return Ok(());
    }
    let fr = "contient un élément démesuré (plus de 16 Mio, ou plus de 262 144 valeurs)";
    Err(refuse(body, fr, "an element of it is far too large (over 16 MiB, or over 262144 values)", &[]))
}

/// Of an answer, by its type or by how it begins, whatever it is called.
fn is_html(body: &Body) -> bool {
    let is_called = body.content_type.as_deref().is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"));
    let start = body.bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(body.bytes.len());
    let begins_as = |byte: u8| body.bytes.get(start) == Some(&byte);
    begins_as(b'<') || (is_called && !begins_as(b'{') && !begins_as(b'['))
}

/// The job fails because of this answer.
pub(crate) fn refuse(body: &Body, fr: &str, en: &str, details: &[String]) -> anyhow::Error {
    let asked = body.asked.path();
    JobError::new(format!("La réponse à `{asked}` {fr}."), format!("could not read the answer to `{asked}`: {en}"))
        .hint(
            "Vérifiez que l'adresse est bien celle de la racine du portail.",
            "check that the URL is the root of the portal",
        )
        .details(details.to_vec())
        .fail(ExitCode::BadInput)
}
