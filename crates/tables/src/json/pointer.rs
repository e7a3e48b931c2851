//! Where the records of a JSON text are.

use std::path::Path;

use anyhow::Result;

use crate::options::Options;
use crate::refusal::{misuse, refuse};
use crate::source::Source;

use super::escape::unescape;
use super::events::{Event, Events};

/// What the options name, else the root if it is an array, else the array of objects that is the least deep, the first of
/// these.
pub(super) fn find(source: &Source, options: &Options) -> Result<String> {
    if let Some(pointer) = &options.records {
        let is_pointer = pointer.is_empty() || pointer.starts_with('/');
        return match is_pointer {
            true => Ok(pointer.clone()),
            false => Err(misuse(
                format!("could not read `{pointer}` as a JSON Pointer"),
                "begin it with `/`, such as `/donnees/lieux`",
            )),
        };
    }
    let mut events = Events::new(source.text()?);
    let mut search = Search::default();
    loop {
        let event = events.next()?;
        if search.take(event, &events) == Found::Best {
            return Ok(search.pointer());
        }
        if event == Event::End {
            break;
        }
        events.release();
    }
    match search.best.or(search.is_root_array.then(|| (0, String::new()))) {
        Some((_, pointer)) => Ok(pointer),
        None => Err(refuse(
            source.path(),
            "there is no array of objects in it",
            "name where the records are, as a JSON Pointer",
        )),
    }
}

/// The arrays that stand in the root object, by name.
pub(crate) fn arrays_of_root(source: &Source) -> Result<Vec<(String, String)>> {
    let mut events = Events::new(source.text()?);
    let mut arrays = vec![];
    let mut name = String::new();
    loop {
        let event = events.next()?;
        match event {
            Event::End => return Ok(arrays),
            Event::Key { start, end, .. } if events.depth() == 1 => {
                name.clear();
                unescape(&events.rest()[start..end], &mut name);
            }
            Event::ArrayStart if events.depth() == 2 && !name.is_empty() => {
                arrays.push((name.clone(), format!("/{}", escape(&name))));
            }
            _ => {}
        }
        events.release();
    }
}

/// Goes to the array at `pointer`, which then has just begun.
pub(super) fn go_to(events: &mut Events, path: &Path, pointer: &str) -> Result<()> {
    let nothing = || {
        let why = format!("there is no array at `{pointer}`");
        refuse(path, why, "name where the records are, as a JSON Pointer such as `/donnees/lieux`")
    };
    let mut event = events.next()?;
    for name in pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~")) {
        let found = match event {
            Event::ObjectStart => go_to_member(events, &name)?,
            Event::ArrayStart => go_to_entry(events, &name)?,
            _ => None,
        };
        event = found.ok_or_else(nothing)?;
    }
    match event {
        Event::ArrayStart => Ok(()),
        _ => Err(nothing()),
    }
}

fn go_to_member(events: &mut Events, name: &str) -> Result<Option<Event>> {
    let depth = events.depth();
    let mut key = String::new();
    loop {
        events.release();
        let Event::Key { start, end, .. } = events.next()? else { return Ok(None) };
        key.clear();
        unescape(&events.rest()[start..end], &mut key);
        if key == name {
            return events.next().map(Some);
        }
        events.skip_to(depth)?;
    }
}

fn go_to_entry(events: &mut Events, name: &str) -> Result<Option<Event>> {
    let Ok(wanted) = name.parse::<u64>() else { return Ok(None) };
    let depth = events.depth();
    for _ in 0..wanted {
        let event = events.next()?;
        if event == Event::ArrayEnd && events.depth() < depth {
            return Ok(None);
        }
        events.release();
        if events.depth() > depth {
            events.skip_to(depth)?;
        }
    }
    let event = events.next()?;
    Ok((events.depth() >= depth).then_some(event))
}

/// The last name of a pointer, if it is no index.
pub(super) fn last_name(pointer: &str) -> Option<String> {
    let (_, name) = pointer.rsplit_once('/')?;
    let is_index = name.bytes().all(|byte| byte.is_ascii_digit());
    (!is_index).then(|| name.replace("~1", "/").replace("~0", "~"))
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The search for the array of objects that is the least deep.
#[derive(Debug, Default)]
struct Search {
    /// What is open: names and indexes on the way.
    steps: Vec<Step>,
    best: Option<(usize, String)>,
    is_root_array: bool,
}

#[derive(Debug)]
enum Step {
    Member(String),
    Entry(u64),
}

#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// Nothing can be less deep.
    Best,
    Other,
}

impl Search {
    fn take(&mut self, event: Event, events: &Events) -> Found {
        match event {
            Event::Key { start, end, .. } => {
                let mut name = String::new();
                unescape(&events.rest()[start..end], &mut name);
                if let Some(step) = self.steps.last_mut() {
                    *step = Step::Member(name);
                }
            }
            Event::ObjectStart => {
                let is_first_of_array = matches!(self.steps.last(), Some(Step::Entry(0)));
                if is_first_of_array {
                    let depth = self.steps.len();
                    if self.best.as_ref().is_none_or(|(best, _)| depth < *best) {
                        self.best = Some((depth, self.pointer()));
                    }
                    if depth == 1 {
                        return Found::Best;
                    }
                }
                self.steps.push(Step::Member(String::new()));
            }
            Event::ArrayStart => {
                self.is_root_array |= self.steps.is_empty();
                self.steps.push(Step::Entry(0));
            }
            Event::ObjectEnd | Event::ArrayEnd => {
                self.steps.pop();
                self.count();
            }
            Event::Text { .. } | Event::Plain { .. } | Event::Null => self.count(),
            Event::End => {}
        }
        Found::Other
    }

    /// An entry of an array is over.
    fn count(&mut self) {
        if let Some(Step::Entry(entry)) = self.steps.last_mut() {
            *entry += 1;
        }
    }

    /// The array that the present value is in.
    fn pointer(&self) -> String {
        let steps = &self.steps[..self.steps.len() - 1];
        steps.iter().fold(String::new(), |pointer, step| match step {
            Step::Member(name) => format!("{pointer}/{}", escape(name)),
            Step::Entry(entry) => format!("{pointer}/{entry}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(json: &str) -> (tempfile::TempDir, Source) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::fs::write(&path, json).unwrap();
        let source = Source::open(&path, None).unwrap();
        (folder, source)
    }

    fn found(json: &str) -> Result<String> {
        let (_folder, source) = source(json);
        find(&source, &Options::default())
    }

    #[test]
    fn the_array_of_objects_least_deep_is_found_and_of_these_the_first() {
        assert_eq!(found("[{}]").unwrap(), "");
        assert_eq!(found("[]").unwrap(), "");
        assert_eq!(found(r#"{"a":{"b":[{"c":1}]},"d":[{}],"e":[{}]}"#).unwrap(), "/d");
        assert_eq!(found(r#"{"a":[1,2],"meta":{"x/y":[{}]}}"#).unwrap(), "/meta/x~1y");
        assert_eq!(found(r#"[[1],[{"a":1}]]"#).unwrap(), "/1");
        assert!(found(r#"{"a":[1]}"#).is_err());
    }

    #[test]
    fn a_pointer_leads_through_objects_and_arrays() {
        let json = r#"{"a":[{"x":[[9],[{"n":1},{"n":2}]]}],"b":3}"#;
        let (_folder, source) = source(json);
        for (pointer, is_there) in
            [("/a", true), ("/a/0/x/1", true), ("/a/0/x/2", false), ("/b", false), ("/c", false), ("/a/-", false)]
        {
            let mut events = Events::new(source.text().unwrap());
            assert_eq!(go_to(&mut events, source.path(), pointer).is_ok(), is_there, "{pointer}");
        }
    }

    #[test]
    fn the_arrays_of_the_root_are_its_lists() {
        let (_folder, source) = source(r#"{"structures":[],"n":1,"o":{"x":[]},"a/b":[1]}"#);
        let arrays = arrays_of_root(&source).unwrap();
        assert_eq!(
            arrays,
            [("structures".to_owned(), "/structures".to_owned()), ("a/b".to_owned(), "/a~1b".to_owned())]
        );
    }
}
