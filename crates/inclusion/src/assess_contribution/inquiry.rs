//! The questions put to every list of a file, record by record.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use indexmap::IndexMap;
use jiff::civil::Date;
use mapping::{Survey, Target};
use report::{Finding, Findings, Intake, Lang, Part};
use step::{ExitCode, Failure, Task};
use tables::{Found, Options, Source};

use super::Args;
use super::choice::{Choice, named};
use super::columns::Columns;
use super::delivery::{Compared, Comparison, Delivery, for_each, identifiers};
use super::identifier::Identifier;
use super::own::{ListFigures, MappingFigures, Questions};
use super::question::Key;
use super::siret_number::Siret;
use super::structure_identifier::StructureIdentifier;
use super::telling::{ID_RENUMBERED, Teller};
use super::update_date::UpdateDate;
use crate::contact;
use crate::lists::{self, IGNORED, Ignore, List, Place, Reading};
use crate::options::misuse;
use crate::schema::{Kind, Version};
use crate::seen::Seen;
use crate::suggest;

/// Between two looks at whether the step was told to stop.
const RECORDS_A_LOOK: u64 = 4_096;

/// What is asked, of what.
#[derive(Debug)]
pub(super) struct Inquiry<'a> {
    args: &'a Args,
    source: Source,
    places: Vec<(Kind, Place)>,
    previous: Option<(Source, Vec<(Kind, Place)>)>,
    /// Identifiers of structures in a file of their own.
    structures: Option<Seen>,
    targets: [Target; 2],
    today: Date,
}

impl<'a> Inquiry<'a> {
    /// Opens the files, and sees that the columns which are named are there.
    ///
    /// # Errors
    /// 2 when a column is not there, 65 when a file breaks a rule, 66 when one cannot be read.
    pub(super) fn prepare(args: &'a Args, input: &Path) -> Result<Self> {
        let targets = Kind::ALL.map(|kind| suggest::target(Version::LATEST, kind));
        let reading = args.common.reading(suggest::known(&targets));
        let source = Source::open(input, reading.options.encoding.as_deref())?;
        let places = places(&reading, &source)?;
        ensure_columns(args, &source, &places)?;
        let previous = match &args.previous {
            Some(path) => {
                let before = Source::open(path, reading.options.encoding.as_deref())?;
                let places = self::places(&reading, &before)?;
                Some((before, places))
            }
            None => None,
        };
        let structures = args.common.structures.as_deref().map(|path| read_structures(path, &targets)).transpose()?;
        Ok(Self { args, source, places, previous, structures, targets, today: args.common.today()? })
    }

    pub(super) fn today(&self) -> Date {
        self.today
    }

    fn lang(&self) -> Lang {
        self.args.common.findings.lang
    }

    /// Asks, and gives back the answers by list, with what was found out about the file.
    ///
    /// # Errors
    /// 65 when the file breaks a rule, 74 when the disk refuses.
    pub(super) fn ask(
        &self,
        findings: &mut Findings,
        intake: &mut Intake,
        task: &Task,
    ) -> Result<(IndexMap<&'static str, ListFigures>, Found)> {
        let mut lists = IndexMap::new();
        let mut found = self.source.found();
        let mut structures: Option<Seen> = None;
        for (kind, place) in &self.places {
            let list = place.clone().open(&self.source)?;
            if lists.is_empty() {
                found = list.table.found().clone();
            }
            let part = findings.part(Part { list: Some(kind.name().to_owned()), file: None });
            intake.turn_to(part);
            let known: Vec<&Seen> = structures.iter().chain(&self.structures).collect();
            let teller = Teller { findings, part };
            let (figures, ids) = self.ask_list(list, place, &known, teller, intake, task)?;
            if *kind == Kind::Structures {
                structures = Some(ids);
            }
            lists.insert(kind.name(), figures);
        }
        // Of several sheets none is the one.
        found.sheet = found.sheet.filter(|_| lists.len() == 1);
        Ok((lists, found))
    }

    fn ask_list(
        &self,
        mut list: List,
        place: &Place,
        known: &[&Seen],
        mut teller: Teller<'_>,
        intake: &mut Intake,
        task: &Task,
    ) -> Result<(ListFigures, Seen)> {
        let (kind, header) = (list.kind, list.table.header().clone());
        let target = &self.targets[kind.index()];
        let (mut survey, mut columns) = (Survey::new(&header, target), Columns::new(&header));
        let mut choice = Choice::by_name(&header, kind, &self.args.flags(), target);
        // What no name tells, the values may; then they are looked through before.
        let is_surveyed = !choice.is_complete();
        if is_surveyed {
            for_each(&mut place.clone().open(&self.source)?.table, |record| {
                survey.add(record);
                columns.add(record);
                Ok(())
            })?;
            choice.complete(&suggest::propose(&survey, self.today), target, &header);
        }
        let mut asked = Asked::new(kind, &choice, self.today);
        let compared = self.compared(kind, &list, &choice)?;
        let mut delivery = Delivery::default();
        teller.findings.add_table(teller.part, &list.table)?;
        let ignored = teller.findings.rule(IGNORED);
        let ignore = Ignore::of(&header);
        let progress = task.progress(format!("assessing `{}`", self.source.found().name), "records");
        let mut records = 0;
        while let Some(record) = list.table.next()? {
            if record.number() % RECORDS_A_LOOK == 0 {
                task.go_on()?;
                progress.set(record.number());
            }
            if !intake.admit(&record, teller.findings)? {
                continue;
            }
            if ignore.sets_aside(&record) {
                intake.drop(&record, Finding::new(ignored).at(&record), teller.findings)?;
                continue;
            }
            intake.keep();
            records += 1;
            if !is_surveyed {
                survey.add(&record);
                columns.add(&record);
            }
            if let Some((now, ..)) = &compared {
                delivery.add(&record, now);
            }
            asked.identifier.add(&record, &mut teller)?;
            asked.structure.add(&record, known, &mut teller)?;
            asked.date.add(&record, &mut teller)?;
            asked.siret.add(&record, &mut teller)?;
        }
        let comparison =
            compared.map(|(now, before, place_before, old)| (delivery.compare(&old), now, before, place_before));
        if let Some((comparison, now, before, place_before)) = &comparison {
            self.tell_renumbered(comparison, (place, now), (place_before, before), &choice, &mut teller)?;
        }
        let previous = comparison.map(|(comparison, ..)| comparison.previous);
        let lang = self.lang();
        let figures = ListFigures {
            records,
            questions: Questions {
                identifiant: asked.identifier.question(records, previous, lang),
                identifiant_structure: asked.structure.question(records, !known.is_empty(), lang),
                date_maj: asked.date.question(records, lang),
                siret: asked.siret.question(records, lang),
            },
            columns: columns.figures(records),
            mapping: MappingFigures::of(&suggest::propose(&survey, self.today), header.names()),
        };
        Ok((figures, asked.identifier.into_seen()))
    }

    /// The columns by which the list is compared with the delivery before, and what that delivery has; none where it does
    /// not have the list.
    fn compared(
        &self,
        kind: Kind,
        list: &List,
        choice: &Choice,
    ) -> Result<Option<(Compared, Compared, &Place, Delivery)>> {
        let Some((source, places)) = &self.previous else { return Ok(None) };
        let Some(id) = choice.get(Key::Identifiant) else { return Ok(None) };
        // Of one list each, they are compared whatever each seems to hold.
        let is_same = |other: &Kind| *other == kind || (places.len() == 1 && self.places.len() == 1);
        let Some((_, place)) = places.iter().find(|(other, _)| is_same(other)) else { return Ok(None) };
        let mut before = place.clone().open(source)?;
        let header = before.table.header().clone();
        let Some((now, then)) = Compared::pair(list.table.header(), id.nth, &header) else {
            let name = source.found().name;
            let message = format!("could not compare with `{name}`: it has no column `{}`", id.name);
            let hint = "give an older delivery with the same columns";
            return Err(Failure::new(ExitCode::BadInput, message).hint(hint).into());
        };
        let delivery = Delivery::read(&mut before.table, &then)?;
        Ok(Some((now, then, place, delivery)))
    }

    /// Tells of each record that has another identifier now, with both as far as they are written.
    fn tell_renumbered(
        &self,
        comparison: &Comparison,
        (place, now): (&Place, &Compared),
        (place_before, before): (&Place, &Compared),
        choice: &Choice,
        teller: &mut Teller<'_>,
    ) -> Result<()> {
        let (Some((source, _)), Some(column)) = (&self.previous, choice.get(Key::Identifiant)) else { return Ok(()) };
        if comparison.renumbered.is_empty() {
            return Ok(());
        }
        let most = match self.args.common.findings.max_findings {
            0 => usize::MAX,
            most => usize::try_from(most).unwrap_or(usize::MAX),
        };
        let written = &comparison.renumbered[..comparison.renumbered.len().min(most)];
        let old = identifiers(source, place_before, before, written)?;
        let renumbered: HashMap<u64, Option<&String>> =
            comparison.renumbered.iter().map(|key| (*key, old.get(key))).collect();
        let rule = teller.findings.rule(ID_RENUMBERED);
        for_each(&mut place.clone().open(&self.source)?.table, |record| {
            let Some(old) = now.place(record).and_then(|key| renumbered.get(&key)) else { return Ok(()) };
            let mut finding = Finding::new(rule).part(teller.part).at(record).column(&column.name);
            if let Some(old) = old.and_then(|old| contact::shown(&column.name, old)) {
                finding = finding.value(old);
            }
            if let Some(new) = column.of(record).and_then(|new| column.shown(new)) {
                finding = finding.to(new);
            }
            teller.findings.add(finding)
        })
    }
}

/// The four questions of one list.
#[derive(Debug)]
struct Asked {
    identifier: Identifier,
    structure: StructureIdentifier,
    date: UpdateDate,
    siret: Siret,
}

impl Asked {
    fn new(kind: Kind, choice: &Choice, today: Date) -> Self {
        Self {
            identifier: Identifier::new(choice.get(Key::Identifiant)),
            structure: StructureIdentifier::new(kind, choice.get(Key::IdentifiantStructure)),
            date: UpdateDate::new(choice.get(Key::DateMaj), today),
            siret: Siret::new(choice.get(Key::Siret)),
        }
    }
}

/// The lists of a file, with what each holds.
fn places(reading: &Reading, source: &Source) -> Result<Vec<(Kind, Place)>> {
    let mut places = vec![];
    for place in reading.places(source)? {
        let kind = match place.kind {
            Some(kind) => kind,
            None => place.clone().open(source)?.kind,
        };
        places.push((kind, Place { kind: Some(kind), ..place }));
    }
    Ok(places)
}

/// That each column which is named is in one of the lists.
fn ensure_columns(args: &Args, source: &Source, places: &[(Kind, Place)]) -> Result<()> {
    let flags: Vec<(Key, &str)> =
        Key::ALL.into_iter().zip(args.flags()).filter_map(|(key, flag)| flag.map(|flag| (key, flag))).collect();
    if flags.is_empty() {
        return Ok(());
    }
    let headers = places.iter().map(|(_, place)| Ok(place.clone().open(source)?.table.header().clone()));
    let headers: Vec<_> = headers.collect::<Result<_>>()?;
    match flags.iter().find(|(_, name)| headers.iter().all(|header| header.column(name).is_none())) {
        None => Ok(()),
        Some((key, name)) => {
            let names = headers.iter().flat_map(|header| header.names().iter().map(|name| report::mask(name)));
            let hint = format!("the file has {}", step::name_some(names));
            Err(misuse(format!("could not find the column `{name}` that `{}` names", key.flag()), &hint))
        }
    }
}

/// The identifiers of the structures in a file.
fn read_structures(path: &Path, targets: &[Target; 2]) -> Result<Seen> {
    let source = Source::open(path, None)?;
    let options = Options { known: suggest::known(targets), ..Options::default() };
    let places = Reading { kind: None, options }.places(&source)?;
    let place = places.into_iter().next().expect("a file has a list");
    let mut list = place.open(&source)?;
    let Some(column) = named(list.table.header(), &targets[Kind::Structures.index()], Key::Identifiant.field()) else {
        let message = format!("could not read the structures of `{}`: no column is an identifier", path.display());
        return Err(Failure::new(ExitCode::BadInput, message).hint("name the column `id`").into());
    };
    let mut seen = Seen::default();
    for_each(&mut list.table, |record| {
        let id = record.cell(column);
        if !lists::is_null(id) {
            seen.meet(id.trim());
        }
        Ok(())
    })?;
    Ok(seen)
}
