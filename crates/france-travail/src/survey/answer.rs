//! One answer of the search, taken only if it is whole and does not contradict itself.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Deserialize;
use serde_json::value::RawValue;
use transfer::{ResponseError, StatusCode};

use crate::content_range::ContentRange;
use crate::survey::moment::{Clock, Stamp};
use crate::survey::query::PageRequest;

/// What one page of a search says.
#[derive(Debug)]
pub(crate) struct Read {
    /// How many offers the search finds, as this answer says.
    pub(crate) total: u32,
    /// Items on the page.
    pub(crate) items: u32,
    pub(crate) offres: Vec<Offre>,
    /// Items that are no offers, by a hash of their text.
    pub(crate) set_aside: Vec<u64>,
    /// Contract types of all offers that the search finds, counted in the same instant.
    pub(crate) types_contrat: Vec<(String, u32)>,
}

/// An offer, as far as collecting it needs to look inside.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Offre {
    pub(crate) id: Box<str>,
    pub(crate) stamp: Stamp,
    /// Where in what is kept of the answer it lies.
    pub(crate) offset: usize,
    pub(crate) bytes: usize,
    /// Of its bytes: differs when the offer has changed.
    pub(crate) hash: u64,
    pub(crate) attributes: Attributes,
}

/// What a dense second is split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Attributes {
    pub(crate) has_origine: bool,
    pub(crate) has_type_contrat: bool,
    pub(crate) code_rome: Option<[u8; 5]>,
}

impl Read {
    /// A page without an item.
    pub(crate) fn nothing(total: u32) -> Self {
        Self { total, items: 0, offres: Vec::new(), set_aside: Vec::new(), types_contrat: Vec::new() }
    }
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    resultats: Vec<&'a RawValue>,
    #[serde(rename = "filtresPossibles", default)]
    filtres_possibles: Option<Vec<FiltrePossible>>,
}

#[derive(Deserialize)]
struct FiltrePossible {
    filtre: String,
    #[serde(default)]
    agregation: Vec<Agregation>,
}

#[derive(Deserialize)]
struct Agregation {
    #[serde(rename = "valeurPossible")]
    valeur_possible: String,
    #[serde(rename = "nbResultats")]
    nb_resultats: u32,
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(rename = "dateCreation", borrow)]
    date_creation: Cow<'a, str>,
    #[serde(rename = "typeContrat", borrow, default)]
    type_contrat: Option<Cow<'a, str>>,
    #[serde(rename = "romeCode", borrow, default)]
    rome_code: Option<Cow<'a, str>>,
    #[serde(rename = "origineOffre", borrow, default)]
    origine_offre: Option<OrigineOffre<'a>>,
}

#[derive(Deserialize)]
struct OrigineOffre<'a> {
    #[serde(borrow, default)]
    origine: Option<Cow<'a, str>>,
}

/// What one item of a page is.
#[derive(Debug)]
pub(crate) enum Item {
    Offre(Offre),
    /// Something else, by a hash of its text. It has its place on the page.
    Other(u64),
}

/// What is on a page.
#[derive(Debug, Default)]
pub(crate) struct Items {
    pub(crate) offres: Vec<Offre>,
    pub(crate) set_aside: Vec<u64>,
    pub(crate) types_contrat: Vec<(String, u32)>,
}

/// Refuses a page that has not as many items as it should have.
pub(crate) type Check<'a> = &'a dyn Fn(usize) -> Result<(), ResponseError>;

impl Items {
    pub(crate) fn add(&mut self, item: Item) {
        match item {
            Item::Offre(offre) => self.offres.push(offre),
            Item::Other(hash) => self.set_aside.push(hash),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.offres.len() + self.set_aside.len()
    }
}

/// Reads the answer to `ask`, of which each item must be an offer, and is kept as it stands.
///
/// # Errors
/// Garbled when it is not what a sound service sends, a contradiction when its parts do not fit each other.
pub(crate) fn read(
    ask: &PageRequest,
    clock: Clock,
    status: StatusCode,
    content_range: Option<&str>,
    body: &[u8],
) -> Result<Read, ResponseError> {
    read_with(ask, status, content_range, body, |body, check| {
        read_items(body, check, |raw| read_offre(raw, body, clock).map(Item::Offre))
    })
}

/// Reads the answer to `ask`, what is on the page by `read_page`.
///
/// # Errors
/// As [`read`], and what `read_page` says.
pub(crate) fn read_with(
    ask: &PageRequest,
    status: StatusCode,
    content_range: Option<&str>,
    body: &[u8],
    read_page: impl FnOnce(&[u8], Check<'_>) -> Result<Items, ResponseError>,
) -> Result<Read, ResponseError> {
    if body.first() == Some(&b'<') {
        return Err(ResponseError::Malformed("an HTML page in place of offers".to_owned()));
    }
    // An answer without Content-Range is never "zero offers".
    let content_range =
        content_range.ok_or_else(|| ResponseError::Malformed("an answer without `Content-Range`".to_owned()))?;
    let range: ContentRange = content_range
        .parse()
        .map_err(|()| ResponseError::Malformed(format!("`Content-Range: {content_range}` says nothing")))?;
    if status == StatusCode::NO_CONTENT {
        return read_nothing(ask, range);
    }
    // 206 means "more exist", but comes with the last page too (observed 2026): the totals decide, not the status.
    if !matches!(status, StatusCode::OK | StatusCode::PARTIAL_CONTENT) {
        return Err(ResponseError::Malformed(format!("HTTP {}", status.as_u16())));
    }
    let items = read_page(body, &|count| check_positions(ask, range, count))?;
    check_offers(ask, &items.offres)?;
    let count = items.count() as u32;
    let Items { offres, set_aside, types_contrat } = items;
    Ok(Read { total: range.total, items: count, offres, set_aside, types_contrat })
}

/// Reads a page, each item by `read_item`.
///
/// # Errors
/// Garbled when it is no page, and what `read_item` says.
pub(crate) fn read_items(
    body: &[u8],
    check: Check<'_>,
    mut read_item: impl FnMut(&RawValue) -> Result<Item, ResponseError>,
) -> Result<Items, ResponseError> {
    let whole: Body = serde_json::from_slice(body).map_err(|error| {
        ResponseError::Malformed(format!(
            "an answer of {} bytes that is no page of offers: {}",
            body.len(),
            plain(&error)
        ))
    })?;
    check(whole.resultats.len())?;
    let mut items = Items { types_contrat: types_contrat(whole.filtres_possibles), ..Items::default() };
    items.offres.reserve(whole.resultats.len());
    for raw in whole.resultats {
        items.add(read_item(raw)?);
    }
    Ok(items)
}

/// 204: nothing found (`*/0`), or a start past the end (`offres -1--1/353`, observed 2026).
fn read_nothing(ask: &PageRequest, range: ContentRange) -> Result<Read, ResponseError> {
    match range.total > ask.start {
        true => {
            Err(ResponseError::Inconsistent(format!("no offer at {}, though {} are announced", ask.start, range.total)))
        }
        false => Ok(Read::nothing(range.total)),
    }
}

fn read_offre(raw: &RawValue, body: &[u8], clock: Clock) -> Result<Offre, ResponseError> {
    let text = raw.get();
    let head: Head = serde_json::from_str(text).map_err(|error| {
        ResponseError::Malformed(format!("an offer without `id` and `dateCreation`: {}", plain(&error)))
    })?;
    let stamp = clock.stamp(&head.date_creation).ok_or_else(|| {
        ResponseError::Inconsistent(format!(
            "offer `{}` is stamped `{}`",
            printable(&head.id),
            printable(&head.date_creation)
        ))
    })?;
    let mut hash = DefaultHasher::new();
    text.hash(&mut hash);
    Ok(Offre {
        id: head.id.into(),
        stamp,
        offset: text.as_ptr() as usize - body.as_ptr() as usize,
        bytes: text.len(),
        hash: hash.finish(),
        attributes: Attributes {
            has_origine: head.origine_offre.is_some_and(|origine| origine.origine.is_some()),
            has_type_contrat: head.type_contrat.is_some(),
            code_rome: head.rome_code.and_then(|code| code.as_bytes().try_into().ok()),
        },
    })
}

/// As many offers as the position allows, where they were asked.
fn check_positions(ask: &PageRequest, range: ContentRange, count: usize) -> Result<(), ResponseError> {
    let expected = ask.size.min(range.total.saturating_sub(ask.start));
    let announced = range.positions.map_or(0, |(first, last)| last.saturating_sub(first) + 1);
    let starts_right = range.positions.is_none_or(|(first, _)| first == ask.start);
    if count as u32 == expected && announced == expected && starts_right {
        return Ok(());
    }
    Err(ResponseError::Inconsistent(format!(
        "{count} offers from {} on, though `Content-Range: {range}` makes that {expected}",
        ask.start
    )))
}

/// Newest first, each once, none from outside the bounds.
fn check_offers(ask: &PageRequest, offres: &[Offre]) -> Result<(), ResponseError> {
    let contradiction = |why: String| Err(ResponseError::Inconsistent(why));
    let mut ids = HashSet::with_capacity(offres.len());
    if let Some(twice) = offres.iter().find(|offre| !ids.insert(&offre.id)) {
        return contradiction(format!("offer `{}` is twice on one page", printable(&twice.id)));
    }
    let bounds = ask.query.min..=ask.query.max;
    if let Some(stray) = offres.iter().find(|offre| !bounds.contains(&offre.stamp.second())) {
        return contradiction(format!("offer `{}` is outside the bounds", printable(&stray.id)));
    }
    if !offres.is_sorted_by(|newer, older| newer.stamp.second() >= older.stamp.second()) {
        return contradiction("the offers are not newest first".to_owned());
    }
    Ok(())
}

/// How often each contract type is found, from the JSON of `filtresPossibles`; None if that has another shape.
#[cfg(feature = "history")]
pub(crate) fn read_types_contrat(filtres: &str) -> Option<Vec<(String, u32)>> {
    serde_json::from_str(filtres).ok().map(types_contrat)
}

fn types_contrat(filtres: Option<Vec<FiltrePossible>>) -> Vec<(String, u32)> {
    let types = filtres.into_iter().flatten().find(|filtre| filtre.filtre == "typeContrat");
    types
        .into_iter()
        .flat_map(|filtre| filtre.agregation)
        .map(|value| (value.valeur_possible, value.nb_resultats))
        .collect()
}

/// serde's message may quote the data, which may be personal: only the place and the kind are told.
fn plain(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Syntax => "it is not JSON",
        serde_json::error::Category::Data => "it has another shape",
        serde_json::error::Category::Io => "it could not be read",
    };
    format!("{kind} (line {}, column {})", error.line(), error.column())
}

/// Remote text, fit for a message.
fn printable(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::survey::moment::Span;
    use crate::survey::query::{Filter, Query};

    const CLOCK: Clock = Clock { origin: date(2024, 6, 1), tells_days: false };

    fn ask(start: u32) -> PageRequest {
        Query::over(&Filter::default(), Span { from: 0, to: 86_399 }).page(start, 150)
    }

    fn body(stamps: &[&str]) -> String {
        let offres: Vec<_> = stamps
            .iter()
            .enumerate()
            .map(|(n, stamp)| format!(r#"{{"id":"10{n}","dateCreation":"2024-06-01T{stamp}Z","typeContrat":"CDI"}}"#))
            .collect();
        format!(
            r#"{{"resultats":[{}],"filtresPossibles":[{{"filtre":"typeContrat","agregation":[{{"valeurPossible":"CDI","nbResultats":3}}]}}]}}"#,
            offres.join(",")
        )
    }

    fn status(code: u16) -> StatusCode {
        StatusCode::from_u16(code).unwrap()
    }

    fn refusal(start: u32, code: u16, range: Option<&str>, body: &str) -> String {
        match read(&ask(start), CLOCK, status(code), range, body.as_bytes()) {
            Err(ResponseError::Malformed(why)) => format!("garbled: {why}"),
            Err(ResponseError::Inconsistent(why)) => format!("contradiction: {why}"),
            other => panic!("taken: {other:?}"),
        }
    }

    #[test]
    fn a_whole_page_is_read_with_the_place_of_each_offer() {
        let body = body(&["10:00:01.250", "10:00:01.000", "09:59:59.000"]);
        let page = read(&ask(0), CLOCK, status(200), Some("offres 0-2/3"), body.as_bytes()).unwrap();
        assert_eq!((page.total, page.offres.len()), (3, 3));
        assert_eq!(page.types_contrat, [("CDI".to_owned(), 3)]);
        let second = &page.offres[1];
        assert!(body[second.offset..second.offset + second.bytes].starts_with(r#"{"id":"101""#));
        assert!(second.attributes.has_type_contrat && !second.attributes.has_origine);
    }

    #[test]
    fn nothing_is_an_answer_only_if_it_says_so() {
        assert_eq!(read(&ask(0), CLOCK, status(204), Some("*/0"), b"").unwrap().total, 0);
        assert_eq!(read(&ask(447), CLOCK, status(204), Some("offres -1--1/353"), b"").unwrap().total, 353);
        assert!(refusal(0, 204, None, "").contains("without `Content-Range`"));
        assert!(refusal(0, 204, Some("offres */7"), "").starts_with("contradiction"));
        assert!(refusal(0, 200, Some("offres 0-0/1"), "").starts_with("garbled"));
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let three = body(&["10:00:01", "10:00:01", "09:59:59"]);
        for (start, range, why) in [
            (0, "offres 0-3/4", "3 offers from 0 on"),
            (0, "offres 0-2/4", "3 offers from 0 on"),
            (149, "offres 0-2/152", "3 offers from 149 on"),
            (0, "bytes", "says nothing"),
        ] {
            assert!(refusal(start, 206, Some(range), &three).contains(why), "{range}");
        }
        let unsorted = body(&["09:00:00", "10:00:00"]);
        assert!(refusal(0, 200, Some("offres 0-1/2"), &unsorted).contains("not newest first"));
        let twice = three.replace("\"101\"", "\"100\"");
        assert!(refusal(0, 200, Some("offres 0-2/3"), &twice).contains("twice"));
        let stray = three.replace("2024-06-01T09", "2024-05-30T09");
        assert!(refusal(0, 200, Some("offres 0-2/3"), &stray).contains("outside the bounds"));
        assert!(refusal(0, 200, None, "<html>Connexion</html>").contains("HTML page"));
        assert!(refusal(0, 200, Some("offres 0-2/3"), &three[..three.len() / 2]).contains("ends too early"));
    }
}
