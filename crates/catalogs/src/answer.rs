//! An answer that is to be JSON: what it must not be, before anything is looked for in it.

use anyhow::Result;
use serde::Deserialize;
use step::ExitCode;

use crate::portal::Body;
use crate::rdf::{Excess, excess_of_json};
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
