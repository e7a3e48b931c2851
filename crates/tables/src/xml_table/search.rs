//! Which element of a document is a record.

use std::collections::HashMap;

use anyhow::Result;
use xml::{Event, Reader};

use crate::header::{ENOUGH_KNOWN, folded};
use crate::names::fold;
use crate::options::Options;
use crate::refusal::refuse;
use crate::source::Source;

use super::told;

/// Paths that are told apart. A document with more kinds of elements has its records near the first ones.
const MOST_PATHS: usize = 10_000;

const HINT: &str = "name the element that is a record, as a path such as `/structures/structure`";

/// What is known of the elements at one path.
#[derive(Debug, Default)]
struct Place {
    count: u64,
    /// Folded names of what is inside.
    children: Vec<String>,
}

/// The names from the root down to the record: what the options name, else the element that repeats and is the least deep,
/// the first of these. One record alone does not repeat; known names tell it.
pub(super) fn find(source: &Source, options: &Options) -> Result<Vec<String>> {
    let places = survey(source)?;
    if let Some(path) = &options.records {
        return named(&places, path)
            .ok_or_else(|| refuse(source.path(), format!("there is no element `{path}`"), HINT));
    }
    let below = |places: &&(Vec<String>, Place)| places.0.len() > 1;
    let repeated = places.iter().filter(below).filter(|(_, place)| place.count > 1).min_by_key(|(path, _)| path.len());
    let known = folded(&options.known);
    let alone = places.iter().filter(below).find(|(_, place)| {
        place.count == 1 && place.children.iter().filter(|child| known.contains(*child)).count() >= ENOUGH_KNOWN
    });
    let found = match (repeated, alone) {
        (Some(repeated), Some(alone)) if repeated.0.starts_with(&alone.0) => alone,
        (Some(repeated), _) => repeated,
        (None, Some(alone)) => alone,
        (None, None) => return Err(refuse(source.path(), "no element repeats in it", HINT)),
    };
    Ok(found.0.clone())
}

/// A path from the root, or the name of an element, of which the least deep counts.
fn named(places: &[(Vec<String>, Place)], path: &str) -> Option<Vec<String>> {
    let names: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let is_it = |place: &&(Vec<String>, Place)| match path.starts_with('/') {
        true => place.0 == names,
        false => place.0.iter().map(String::as_str).collect::<Vec<_>>().ends_with(&names),
    };
    places.iter().filter(is_it).min_by_key(|(path, _)| path.len()).map(|(path, _)| path.clone())
}

/// The paths of elements, in the order in which they are first met.
fn survey(source: &Source) -> Result<Vec<(Vec<String>, Place)>> {
    let mut reader = Reader::new(source.text()?);
    let mut open: Vec<String> = vec![];
    let mut places: Vec<(Vec<String>, Place)> = vec![];
    let mut by_path: HashMap<Vec<String>, usize> = HashMap::new();
    loop {
        match reader.next_event().map_err(|error| told(source.path(), error))? {
            Event::Eof => return Ok(places),
            Event::End(_) => drop(open.pop()),
            Event::Text(_) => {}
            Event::Start(start) => {
                let name = start.local().to_owned();
                let around = by_path.get(&open).copied();
                open.push(name);
                match by_path.get(&open) {
                    Some(place) => places[*place].1.count += 1,
                    None if places.len() < MOST_PATHS => {
                        if let (Some(around), Some(name)) = (around, open.last()) {
                            places[around].1.children.push(fold(name));
                        }
                        by_path.insert(open.clone(), places.len());
                        places.push((open.clone(), Place { count: 1, children: vec![] }));
                    }
                    None => {}
                }
            }
        }
    }
}

/// The children of the root by name, each once, with the path of the records in each.
pub(crate) fn children_of_root(source: &Source) -> Result<Vec<(String, String)>> {
    let places = survey(source)?;
    let children = places.iter().filter(|(path, _)| path.len() == 2);
    let lists = children.map(|(child, place)| {
        let inside = || places.iter().filter(|(path, _)| path.len() > 2 && path.starts_with(child));
        let repeated = inside().filter(|(_, place)| place.count > 1).min_by_key(|(path, _)| path.len());
        // An only kind of element in it is a list of one record.
        let alone = (place.children.len() == 1).then(|| inside().next()).flatten();
        let records = match place.count {
            1 => alone.or(repeated).map_or(child, |(path, _)| path),
            _ => child,
        };
        (child[1].clone(), format!("/{}", records.join("/")))
    });
    Ok(lists.collect())
}
