//! The items of a page, as they are kept: each a row, normalised, or what is shown of one that can be none.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::Result;
use files::Journal;
use serde_json::value::RawValue;
use transfer::ResponseError;

use crate::offre::kept::{Bytes, put_reject, put_row, take_reject, take_row};
use crate::offre::reject::{Reject, Shown};
use crate::offre::scan::Scan;
use crate::offre::{self, Row, at, read_next};
use crate::survey::answer::{self, Attributes, Check, Item, Items, Offre, Read, read_types_contrat};
use crate::survey::moment::Stamp;

/// An item of a page begins with one of these.
const OFFRE: u8 = 1;
const OFFRE_WITH_ORIGIN: u8 = 2;
const REJECT: u8 = 3;

/// Reads a page, which `check` is told the number of items of, and appends what is kept of them.
pub(crate) fn read_page(body: &[u8], check: Check<'_>, kept: &mut Vec<u8>) -> Result<Items, ResponseError> {
    if let Some(items) = simdutf8::basic::from_utf8(body).ok().and_then(|text| read_at_once(text, kept)) {
        return check(items.count()).map(|()| items);
    }
    kept.clear();
    answer::read_items(body, check, |raw| Ok(read_item(raw, kept)))
}

/// Reads a page in one pass over its bytes. None if there is anything out of the ordinary in it.
fn read_at_once(text: &str, kept: &mut Vec<u8>) -> Option<Items> {
    let mut scan = Scan::of(text);
    let (mut items, mut resultats, mut filtres) = (Items::default(), false, false);
    scan.object(|scan, key| {
        let is_again = match key {
            "resultats" => std::mem::replace(&mut resultats, true),
            "filtresPossibles" => std::mem::replace(&mut filtres, true),
            _ => return scan.skip(),
        };
        match key {
            _ if is_again => None,
            "resultats" => scan.array(|scan| {
                let filled = read_next(scan)?;
                items.add(Item::Offre(keep_offre(&filled.row, filled.has_origine, kept)));
                Some(())
            }),
            _ => {
                let ((), text) = scan.with_text(Scan::skip)?;
                items.types_contrat = read_types_contrat(text)?;
                Some(())
            }
        }
    })?;
    scan.end()?;
    resultats.then_some(items)
}

/// Reads an item, and appends what is kept of it.
fn read_item(raw: &RawValue, kept: &mut Vec<u8>) -> Item {
    offre::read(raw, |filled| match filled {
        Ok(filled) => Item::Offre(keep_offre(&filled.row, filled.has_origine, kept)),
        Err(reject) => Item::Other(keep_reject(raw, reject, kept)),
    })
}

/// Appends an offer as it is kept.
fn keep_offre(row: &Row<'_>, has_origine: bool, kept: &mut Vec<u8>) -> Offre {
    let (offset, bytes) = frame(if has_origine { OFFRE_WITH_ORIGIN } else { OFFRE }, kept, |kept| put_row(row, kept));
    offre_of(row, has_origine, offset, bytes)
}

fn offre_of(row: &Row<'_>, has_origine: bool, offset: usize, bytes: usize) -> Offre {
    Offre {
        id: row.id().into(),
        stamp: Stamp(row.created()),
        offset,
        bytes,
        // Whether it has changed is of no interest to a table.
        hash: 0,
        attributes: Attributes {
            has_origine,
            has_type_contrat: row.cells[at::CONTRACT_TYPE].text().is_some(),
            code_rome: row.cells[at::CODE_ROME].text().and_then(|code| code.as_bytes().try_into().ok()),
        },
    }
}

fn keep_reject(raw: &RawValue, reject: Reject, kept: &mut Vec<u8>) -> u64 {
    let shown = Shown::of(raw);
    let mut hash = DefaultHasher::new();
    shown.offer.hash(&mut hash);
    let hash = hash.finish();
    frame(REJECT, kept, |kept| {
        kept.extend_from_slice(&hash.to_le_bytes());
        put_reject(reject, &shown, kept);
    });
    hash
}

/// Appends something after its kind and its length; tells where it is.
fn frame(kind: u8, kept: &mut Vec<u8>, put: impl FnOnce(&mut Vec<u8>)) -> (usize, usize) {
    kept.push(kind);
    let length_at = kept.len();
    kept.extend_from_slice(&[0; 4]);
    let offset = kept.len();
    put(kept);
    let bytes = kept.len() - offset;
    let length = u32::try_from(bytes).expect("a page is smaller than 4 GiB");
    kept[length_at..offset].copy_from_slice(&length.to_le_bytes());
    (offset, bytes)
}

/// What a page said, from what was kept of it.
pub(crate) fn read_kept(body: &[u8]) -> Result<Read> {
    let mut read = Read::nothing(0);
    for_each_kept(body, |kind, offset, content| {
        let mut bytes = Bytes(content);
        match kind {
            REJECT => read.set_aside.push(u64::from_le_bytes(bytes.eight()?)),
            kind => {
                let row = take_row(&mut bytes)?;
                read.offres.push(offre_of(&row, kind == OFFRE_WITH_ORIGIN, offset, content.len()));
            }
        }
        Ok(())
    })?;
    Ok(read)
}

/// Every item of a page that was kept: its kind, where it is, its content.
fn for_each_kept(body: &[u8], mut take: impl FnMut(u8, usize, &[u8]) -> Result<()>) -> Result<()> {
    let mut bytes = Bytes(body);
    while !bytes.0.is_empty() {
        let kind = bytes.byte()?;
        let length = bytes.length()?;
        let offset = body.len() - bytes.0.len();
        take(kind, offset, bytes.some(length)?)?;
    }
    Ok(())
}

/// The rejected items of a journal, each once, in the order in which they came.
pub(crate) fn rejects(path: &Path) -> Result<Vec<(Reject, Shown<'static>)>> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    Journal::open(path, |_, body, _| {
        for_each_kept(body, |kind, _, content| {
            let mut bytes = Bytes(content);
            if kind == REJECT && seen.insert(bytes.eight()?) {
                let (reject, shown) = take_reject(&mut bytes)?;
                let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
                let Shown { id, date_created, title, offer } = shown;
                let [id, date_created, title, offer] = [id, date_created, title, offer].map(owned);
                all.push((reject, Shown { id, date_created, title, offer }));
            }
            Ok(())
        })
    })?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILTRES: &str =
        r#""filtresPossibles":[{"filtre":"typeContrat","agregation":[{"valeurPossible":"CDI","nbResultats":3}]}]"#;

    fn page(items: &[&str]) -> String {
        format!("{{\"resultats\":[{}],{FILTRES},\"autre\":[null,{{}}]}}", items.join(","))
    }

    /// What is kept of a page, and what is told of it, when each item is read by itself.
    fn one_by_one(body: &str) -> (Vec<u8>, String) {
        let mut kept = vec![];
        let items = answer::read_items(body.as_bytes(), &|_| Ok(()), |raw| Ok(read_item(raw, &mut kept))).unwrap();
        (kept, format!("{items:?}"))
    }

    const PLAIN: &str = r#"{"id":"1","dateCreation":"2025-08-21T06:32:43.000Z","description":"a\nb","typeContrat":"CDI","romeCode":"M1805"}"#;
    const NOTED: &str = r#"{"id":"2","dateCreation":"2025-08-21T06:32:42.000Z","salaire":{"libelle":"Selon profil"},"origineOffre":{"origine":"1"}}"#;

    #[test]
    fn a_page_is_kept_alike_at_once_and_item_by_item() {
        for items in [&[PLAIN, NOTED][..], &[]] {
            let (body, mut kept) = (page(items), vec![]);
            let read = read_at_once(&body, &mut kept).unwrap();
            assert_eq!((kept, format!("{read:?}")), one_by_one(&body));
            assert_eq!((read.count(), &read.types_contrat[..]), (items.len(), &[("CDI".to_owned(), 3)][..]));
        }
    }

    #[test]
    fn a_page_with_anything_out_of_the_ordinary_is_read_item_by_item() {
        for odd in ["7", r#"{"id":7}"#, r#"{"id":"3","dateCreation":"hier"}"#, &PLAIN.replace("\"CDI\"", "[]")] {
            let (body, mut kept) = (page(&[PLAIN, odd, NOTED]), vec![]);
            assert!(read_at_once(&body, &mut kept).is_none(), "{odd}");
            let read = read_page(body.as_bytes(), &|_| Ok(()), &mut kept).unwrap();
            assert_eq!((kept, format!("{read:?}")), one_by_one(&body), "{odd}");
            assert_eq!(read.count(), 3);
        }
        for whole in ["{}", r#"{"resultats":[],"resultats":[]}"#, r#"{"resultats":[]} x"#, r#"{"resultats":[]"#] {
            assert!(read_at_once(whole, &mut vec![]).is_none(), "{whole}");
        }
    }

    #[test]
    fn a_page_of_another_number_of_items_is_refused_either_way() {
        let check = |count| match count {
            2 => Ok(()),
            _ => Err(ResponseError::Inconsistent("too few".to_owned())),
        };
        for (items, is_taken) in
            [(&[PLAIN, NOTED][..], true), (&[PLAIN], false), (&["7"], false), (&["7", PLAIN], true)]
        {
            assert_eq!(read_page(page(items).as_bytes(), &check, &mut vec![]).is_ok(), is_taken);
        }
    }
}
