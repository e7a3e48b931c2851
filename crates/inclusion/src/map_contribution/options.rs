//! What a run was asked for, its mapping read.

use std::path::{Path, PathBuf};

use anyhow::Result;
use files::{Access, OutputSet};
use jiff::civil::Date;
use mapping::{Fault, Mapping};
use report::{Names, name_of};
use tables::Source;

use super::Args;
use super::output::Form;
use crate::lists::{List, Reading};
use crate::options::{ensure_apart, misuse, refuse_folder, with_suffix};
use crate::schema::{Kind, Schema, Version};
use crate::suggest::is_slug;
use crate::{target, v0};

/// What a run was asked for.
pub(super) struct Options {
    pub(super) args: Args,
    pub(super) input: PathBuf,
    pub(super) output: PathBuf,
    pub(super) form: Form,
    pub(super) version: Version,
    pub(super) today: Date,
    pub(super) plan: Plan,
}

/// By what records are mapped.
#[derive(Debug)]
pub(super) enum Plan {
    /// A mapping file, of one list.
    File(Box<Mapping>),
    /// From v0 to v1, both lists if there are.
    V0,
}

impl Options {
    /// Reads flags and mapping.
    ///
    /// # Errors
    /// 2 when one is wrong, 66 when the mapping is missing.
    pub(super) fn read(args: Args, input: PathBuf) -> Result<Self> {
        let version = args.schema;
        let plan = match &args.mapping {
            Some(name) if name == Path::new(v0::NAME) => Plan::V0,
            Some(file) => Plan::File(Box::new(read_mapping(file, version)?)),
            None => return Err(misuse("could not begin: no mapping is named", "give `--mapping`, or `--suggest` one")),
        };
        let output = args.common.output.clone().unwrap_or_else(|| plan.default_output(&input));
        let form = Form::of(&output)?;
        let today = args.common.today()?;
        let options = Self { args, input, output, form, version, today, plan };
        options.ensure_apart()?;
        Ok(options)
    }

    /// The schema that is written.
    pub(super) fn schema(&self) -> &'static Schema {
        self.version.schema()
    }

    /// The files beside the output.
    pub(super) fn names(&self) -> Names {
        Names::beside(&self.output)
    }

    /// Claims every file that a run may write.
    ///
    /// # Errors
    /// 75 when another run holds one of them, 74 when the disk refuses.
    pub(super) fn claim(&self) -> Result<OutputSet> {
        // Contacts of people are in what is written, and in what is rejected.
        self.names().claim(&[name_of(&self.output)], Access::OwnerAndGroup)
    }

    /// The input, looked through.
    ///
    /// # Errors
    /// 65 when it is none, 66 when it cannot be read.
    pub(super) fn source(&self) -> Result<Source> {
        refuse_folder(&self.input)?;
        Source::open(&self.input, self.reading().options.encoding.as_deref())
    }

    /// The lists of the input that are mapped, structures first.
    ///
    /// # Errors
    /// 65 when the file breaks a rule, 2 when an option does not fit.
    pub(super) fn lists(&self, source: &Source) -> Result<Vec<List>> {
        let mut places = self.reading().places(source)?;
        if let Plan::File(mapping) = &self.plan {
            let kind = target::kind_of(&mapping.target().name);
            if places.len() > 1 {
                places.retain(|place| place.kind == kind);
            }
            // What the mapping leads to is what a file of one list holds.
            places.iter_mut().for_each(|place| place.kind = kind);
        }
        let lists: Vec<List> = places.into_iter().map(|place| place.open(source)).collect::<Result<_>>()?;
        if lists.len() > 1 && self.form != Form::Json {
            let message = format!("could not write `{}`: the file holds two lists", self.output.display());
            return Err(misuse(message, "name an output that ends in .json, which holds both"));
        }
        Ok(lists)
    }

    /// What a list is mapped by.
    ///
    /// # Errors
    /// Never: what was read once is read again.
    pub(super) fn mapping(&self, kind: Kind) -> Result<Mapping> {
        match &self.plan {
            Plan::File(mapping) => Ok((**mapping).clone()),
            Plan::V0 => v0::mapping(self.version, kind),
        }
    }

    fn reading(&self) -> Reading {
        let common = &self.args.common;
        let Plan::File(mapping) = &self.plan else {
            let known = Kind::ALL.into_iter().flat_map(v0::columns).map(str::to_owned);
            return common.reading(known.collect());
        };
        let input = mapping.input();
        let mut reading = common.reading(input.known.clone());
        let own = &mut reading.options;
        own.encoding = own.encoding.take().or_else(|| input.encoding.clone());
        own.separator = own.separator.or(input.separator);
        own.sheet = own.sheet.take().or_else(|| input.sheet.clone());
        own.records = own.records.take().or_else(|| input.records.clone());
        own.header = input.header;
        reading
    }

    /// That nothing that is written or removed is read.
    fn ensure_apart(&self) -> Result<()> {
        let Names { rejects, findings, report, page } = self.names();
        let mut read = vec![self.input.as_path()];
        if let Plan::File(mapping) = &self.plan {
            read.push(mapping.file());
            read.extend(mapping.files().iter().map(PathBuf::as_path));
        }
        ensure_apart(&[&self.output, &rejects, &findings, &report, &page], &read)
    }
}

impl Plan {
    fn default_output(&self, input: &Path) -> PathBuf {
        let suffix = match self {
            Self::V0 => ".v1.json",
            Self::File(mapping) => match target::kind_of(&mapping.target().name) {
                Some(Kind::Services) => ".services.json",
                _ => ".structures.json",
            },
        };
        with_suffix(&input.with_extension(""), suffix)
    }
}

/// Reads a mapping file, and makes sure that every record gets a source.
fn read_mapping(file: &Path, version: Version) -> Result<Mapping> {
    let mut targets = target::targets(version);
    for field in targets.iter_mut().flat_map(|target| &mut target.fields).filter(|field| field.path == "date_maj") {
        // Which date is the first that can be read depends on what day it is: all of them come.
        field.is_list = true;
    }
    let mapping = Mapping::read(file, &targets)?;
    let fault = |why: String| mapping.fault(Fault { line: mapping.source_line(), why });
    match mapping.source() {
        Some(source) if !is_slug(source) => Err(fault(format!(
            "`source` is a slug of small letters, digits and hyphens, not `{}`",
            source.escape_debug()
        ))),
        None if !mapping.target().find("source").is_some_and(|field| mapping.gives(field)) => {
            Err(fault("it names no `source`, and no field gives it".to_owned()))
        }
        _ => Ok(mapping),
    }
}
