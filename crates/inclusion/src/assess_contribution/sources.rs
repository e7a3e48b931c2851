//! The files that are read: the contribution, an older delivery of it, the structures that services name.

use std::path::Path;

use anyhow::Result;
use mapping::Target;
use step::{ExitCode, Failure};
use tables::{Header, Options, Source};

use super::Args;
use super::choice::named;
use super::question::Key;
use crate::lists::{self, Place, Reading, for_each};
use crate::options::misuse;
use crate::schema::Kind;
use crate::seen::Seen;
use crate::suggest;

/// A file whose lists are known.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) source: Source,
    /// Structures first.
    pub(super) places: Vec<(Kind, Place)>,
}

/// The files of one run.
#[derive(Debug)]
pub(super) struct Sources {
    pub(super) now: Listed,
    pub(super) before: Option<Listed>,
    /// Identifiers of structures in a file of their own.
    pub(super) structures: Option<Seen>,
}

impl Sources {
    /// Opens the files, and sees that the columns which are named are there.
    ///
    /// # Errors
    /// 2 when a column is not there, 65 when a file breaks a rule, 66 when one cannot be read.
    pub(super) fn open(args: &Args, input: &Path, targets: &[Target; 2], folder: &Path) -> Result<Self> {
        let reading = args.common.reading(suggest::known(targets));
        let now = Listed::open(input, &reading)?;
        ensure_columns(args, &now)?;
        let before = args.previous.as_deref().map(|path| Listed::open(path, &reading)).transpose()?;
        let structures = args.common.structures.as_deref();
        let structures = structures.map(|path| read_structures(path, targets, folder)).transpose()?;
        Ok(Self { now, before, structures })
    }
}

impl Listed {
    fn open(path: &Path, reading: &Reading) -> Result<Self> {
        let source = Source::open(path, reading.options.encoding.as_deref())?;
        let mut places = vec![];
        for place in reading.places(&source)? {
            let kind = match place.kind {
                Some(kind) => kind,
                None => place.clone().open(&source)?.kind,
            };
            places.push((kind, Place { kind: Some(kind), ..place }));
        }
        Ok(Self { source, places })
    }
}

/// That each column which is named is in one of the lists.
fn ensure_columns(args: &Args, now: &Listed) -> Result<()> {
    let flags = Key::ALL.into_iter().zip(args.flags());
    let flags: Vec<(Key, &str)> = flags.filter_map(|(key, flag)| flag.map(|flag| (key, flag))).collect();
    if flags.is_empty() {
        return Ok(());
    }
    let headers = now.places.iter().map(|(_, place)| Ok(place.clone().open(&now.source)?.table.header().clone()));
    let headers: Vec<Header> = headers.collect::<Result<_>>()?;
    let Some((key, name)) = flags.iter().find(|(_, name)| headers.iter().all(|header| header.column(name).is_none()))
    else {
        return Ok(());
    };
    let names = headers.iter().flat_map(|header| header.names().iter().map(|name| report::mask(name)));
    let hint = format!("the file has {}", step::name_some(names));
    Err(misuse(format!("could not find the column `{name}` that `{}` names", key.flag()), &hint))
}

/// The identifiers of the structures in a file.
fn read_structures(path: &Path, targets: &[Target; 2], folder: &Path) -> Result<Seen> {
    let source = Source::open(path, None)?;
    let options = Options { known: suggest::known(targets), ..Options::default() };
    let places = Reading { kind: None, options }.places(&source)?;
    let place = places.into_iter().next().expect("a file has a list");
    let mut list = place.open(&source)?;
    let Some(column) = named(list.table.header(), &targets[Kind::Structures.index()], Key::Identifiant.field()) else {
        let message = format!("could not read the structures of `{}`: no column is an identifier", path.display());
        return Err(Failure::new(ExitCode::BadInput, message).hint("name the column `id`").into());
    };
    let mut seen = Seen::new(folder);
    for_each(&mut list.table, |record| {
        let id = record.cell(column);
        if !lists::is_null(id) {
            seen.meet(id.trim())?;
        }
        Ok(())
    })?;
    Ok(seen)
}
