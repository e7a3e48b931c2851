//! The questions put to every list of a file, record by record.

use std::path::Path;

use anyhow::Result;
use indexmap::IndexMap;
use jiff::civil::Date;
use mapping::{Survey, Target};
use report::{Finding, Findings, Intake, Lang, Part};
use step::Task;
use tables::{Found, Header, Record};

use super::Args;
use super::before::Before;
use super::choice::Choice;
use super::columns::Columns;
use super::delivery::Previous;
use super::identifier::Identifier;
use super::own::{ListFigures, MappingFigures, Questions};
use super::question::Key;
use super::siret_number::Siret;
use super::sources::Sources;
use super::structure_identifier::StructureIdentifier;
use super::telling::Teller;
use super::update_date::UpdateDate;
use crate::lists::{IGNORED, Ignore, List, Place, for_each};
use crate::schema::{Kind, Version};
use crate::seen::Seen;
use crate::suggest;

/// Between two looks at whether the step was told to stop.
const RECORDS_A_LOOK: u64 = 4_096;

/// What is asked, of what.
#[derive(Debug)]
pub(super) struct Inquiry<'a> {
    args: &'a Args,
    sources: Sources,
    targets: [Target; 2],
    today: Date,
    /// Where the output will be.
    folder: &'a Path,
}

impl<'a> Inquiry<'a> {
    /// Opens the files, and sees that the columns which are named are there.
    ///
    /// # Errors
    /// 2 when a column is not there, 65 when a file breaks a rule, 66 when one cannot be read.
    pub(super) fn prepare(args: &'a Args, input: &Path, folder: &'a Path) -> Result<Self> {
        let targets = Kind::ALL.map(|kind| suggest::target(Version::LATEST, kind));
        let sources = Sources::open(args, input, &targets, folder)?;
        Ok(Self { args, sources, targets, today: args.common.today()?, folder })
    }

    pub(super) fn today(&self) -> Date {
        self.today
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
        let now = &self.sources.now;
        let (mut lists, mut found) = (IndexMap::new(), now.source.found());
        let mut structures: Option<Seen> = None;
        for (kind, place) in &now.places {
            let list = place.clone().open(&now.source)?;
            if now.places.len() == 1 {
                found = list.table.found().clone();
            }
            let part = findings.part(Part { list: Some(kind.name().to_owned()), file: None });
            intake.turn_to(part);
            let known: Vec<&Seen> = structures.iter().chain(&self.sources.structures).collect();
            let (figures, ids) = self.ask_list(list, place, &known, Teller { findings, part }, intake, task)?;
            structures = structures.or_else(|| (*kind == Kind::Structures).then_some(ids));
            lists.insert(kind.name(), figures);
        }
        Ok((lists, found))
    }

    fn ask_list(
        &self,
        list: List,
        place: &Place,
        known: &[&Seen],
        mut teller: Teller<'_>,
        intake: &mut Intake,
        task: &Task,
    ) -> Result<(ListFigures, Seen)> {
        let (kind, header) = (list.kind, list.table.header().clone());
        let mut look = Look::new(&header, &self.targets[kind.index()]);
        let choice = self.choose(kind, place, &header, &mut look)?;
        let mut asked = Asked::new(kind, &choice, self.today, self.folder);
        let is_alone = self.sources.now.places.len() == 1;
        let before = self.sources.before.as_ref();
        let before =
            before.map(|before| Before::read(before, &list, is_alone, choice.get(Key::Identifiant), self.folder));
        let mut before = before.transpose()?.flatten();
        let records = self.ask_records(list, &mut teller, intake, task, |record, teller| {
            look.add(record);
            before.iter_mut().try_for_each(|before| before.add(record))?;
            asked.add(record, known, teller)
        })?;
        let most = usize::try_from(self.args.common.findings.max_findings).ok().filter(|most| *most > 0);
        let most = most.unwrap_or(usize::MAX);
        let previous = before.map(|before| before.tell(&self.sources.now, place, most, &mut teller)).transpose()?;
        let figures = ListFigures {
            records,
            questions: asked.questions(records, previous, !known.is_empty(), self.args.common.findings.lang),
            columns: look.columns.figures(records),
            mapping: MappingFigures::of(&suggest::propose(&look.survey, self.today), header.names()),
        };
        Ok((figures, asked.identifier.into_seen()))
    }

    /// The column of each question. What no name tells, the values may: then the list is looked through before.
    fn choose(&self, kind: Kind, place: &Place, header: &Header, look: &mut Look<'_>) -> Result<Choice> {
        let target = &self.targets[kind.index()];
        let mut choice = Choice::by_name(header, kind, &self.args.flags(), target);
        if !choice.is_complete() {
            for_each(&mut place.clone().open(&self.sources.now.source)?.table, |record| {
                look.add(record);
                Ok(())
            })?;
            look.is_over = true;
            choice.complete(&suggest::propose(&look.survey, self.today), target, header);
        }
        Ok(choice)
    }

    /// Sees every record of a list that says something; how many there are.
    fn ask_records(
        &self,
        mut list: List,
        teller: &mut Teller<'_>,
        intake: &mut Intake,
        task: &Task,
        mut ask: impl FnMut(&Record<'_>, &mut Teller<'_>) -> Result<()>,
    ) -> Result<u64> {
        teller.findings.add_table(teller.part, &list.table)?;
        let (ignored, ignore) = (teller.findings.rule(IGNORED), Ignore::of(list.table.header()));
        let progress = task.progress(format!("assessing `{}`", self.sources.now.source.found().name), "records");
        let mut records = 0;
        while let Some(record) = list.table.next()? {
            if record.number().is_multiple_of(RECORDS_A_LOOK) {
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
            ask(&record, teller)?;
        }
        Ok(records)
    }
}

/// What all columns of a list hold.
#[derive(Debug)]
struct Look<'t> {
    survey: Survey<'t>,
    columns: Columns,
    /// All records were looked at.
    is_over: bool,
}

impl<'t> Look<'t> {
    fn new(header: &Header, target: &'t Target) -> Self {
        Self { survey: Survey::new(header, target), columns: Columns::new(header), is_over: false }
    }

    fn add(&mut self, record: &Record<'_>) {
        if !self.is_over {
            self.survey.add(record);
            self.columns.add(record);
        }
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
    fn new(kind: Kind, choice: &Choice, today: Date, folder: &Path) -> Self {
        Self {
            identifier: Identifier::new(choice.get(Key::Identifiant), folder),
            structure: StructureIdentifier::new(kind, choice.get(Key::IdentifiantStructure), folder),
            date: UpdateDate::new(choice.get(Key::DateMaj), today),
            siret: Siret::new(choice.get(Key::Siret), folder),
        }
    }

    fn add(&mut self, record: &Record<'_>, known: &[&Seen], teller: &mut Teller<'_>) -> Result<()> {
        self.identifier.add(record, teller)?;
        self.structure.add(record, known, teller)?;
        self.date.add(record, teller)?;
        self.siret.add(record, teller)
    }

    fn questions(&self, records: u64, previous: Option<Previous>, is_known: bool, lang: Lang) -> Questions {
        Questions {
            identifiant: self.identifier.question(records, previous, lang),
            identifiant_structure: self.structure.question(records, is_known, lang),
            date_maj: self.date.question(records, lang),
            siret: self.siret.question(records, lang),
        }
    }
}
