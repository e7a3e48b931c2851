//! The list that is being read: what is told of its records beyond the verdict, and whether they will be published.

use anyhow::Result;
use report::{Finding, PartId, has_contact};

use crate::repair::siret::{self, Quality};
use crate::schema::{Kind, List};
use crate::seen::Marks;

use super::ledger::Ledger;
use super::own::{Counted, Publication};
use super::reason::{Reason, Reasons, Status};
use super::row::Row;
use super::score::Scorer;
use super::setup::Setup;
use super::teller::Teller;

/// What the verdict says of a record.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    pub(super) is_invalid: bool,
    pub(super) is_warned: bool,
}

/// A list under way.
#[derive(Debug)]
pub(super) struct Current {
    pub(super) list: &'static List,
    pub(super) part: PartId,
    pub(super) teller: Teller,
    pub(super) places: Places,
    pub(super) counted: Counted,
    scorer: Scorer,
    /// Identifiers of the services met so far; those of structures are known for longer.
    seen: Marks,
}

/// Where the fields stand that matter beyond the verdict.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) id: Option<usize>,
    source: Option<usize>,
    structure_id: Option<usize>,
    siret: Option<usize>,
    adresse: Option<usize>,
    commune: Option<usize>,
    code_postal: Option<usize>,
    code_insee: Option<usize>,
}

impl Current {
    /// Before its first record.
    pub(super) fn new(setup: &Setup<'_>, kind: Kind, part: PartId, columns: Option<Vec<Option<String>>>) -> Self {
        let list = setup.schema.list(kind);
        let at = |name| list.position(name);
        let mut counted = Counted::default();
        counted.tally.publication = setup.is_published().then(Publication::default);
        Self {
            list,
            part,
            teller: Teller::new(list, part, (setup.lang(), setup.today), columns),
            places: Places {
                id: at("id"),
                source: at("source"),
                structure_id: at("structure_id"),
                siret: at("siret"),
                adresse: at("adresse"),
                commune: at("commune"),
                code_postal: at("code_postal"),
                code_insee: at("code_insee"),
            },
            counted,
            scorer: Scorer::new(list, setup.today),
            seen: Marks::new(setup.folder),
        }
    }

    /// Tells what there is to say of a judged record beyond the verdict, and counts it.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn settle(&mut self, row: &Row<'_>, outcome: Outcome, all: &mut Ledger<'_>) -> Result<()> {
        let mut reasons = Reasons::default();
        reasons.add_if(outcome.is_invalid, Reason::Invalid);
        reasons.add_if(outcome.is_warned, Reason::Warning);
        reasons.add_if(!self.is_new(row, all)?, Reason::RepeatedId);
        self.tell_prefix(row, all)?;
        self.tell_siret(row, all)?;
        self.look_at_structure(row, &mut reasons, all)?;
        if all.setup.is_published() {
            self.look_at_place(row, &mut reasons, all)?;
        }
        self.settle_structure(row, reasons, all)?;
        self.score(row, outcome, all)?;
        self.count(outcome, reasons);
        Ok(())
    }

    fn count(&mut self, outcome: Outcome, reasons: Reasons) {
        let Counted { tally, reasons: counts } = &mut self.counted;
        tally.records += 1;
        tally.valid += u64::from(!outcome.is_invalid);
        tally.invalid += u64::from(outcome.is_invalid);
        tally.warned += u64::from(outcome.is_warned);
        if let Some(publication) = &mut tally.publication {
            publication.add(reasons.status());
        }
        for (count, reason) in counts.iter_mut().zip(Reason::ALL) {
            *count += u64::from(reasons.has(reason));
        }
    }

    /// Whether no record before has its identifier; tells it if one has.
    fn is_new(&mut self, row: &Row<'_>, all: &mut Ledger<'_>) -> Result<bool> {
        let id = row.text(self.places.id);
        let is_new = match self.list.kind {
            Kind::Structures => all.structures.add(id)?,
            Kind::Services => id.map_or(Ok(true), |id| self.seen.insert(id, 0))?,
        };
        if !is_new {
            self.tell("id.repeated", self.places.id, row, all)?;
        }
        Ok(is_new)
    }

    /// v1 wants identifiers that begin with their source.
    fn tell_prefix(&self, row: &Row<'_>, all: &mut Ledger<'_>) -> Result<()> {
        let source = row.text(self.places.source).or(all.setup.source);
        let (Some(id), Some(source), true) = (row.text(self.places.id), source, all.setup.is_published()) else {
            return Ok(());
        };
        match id.strip_prefix(source).is_some_and(|rest| rest.starts_with("--")) {
            true => Ok(()),
            false => self.tell("id.prefix", self.places.id, row, all),
        }
    }

    fn tell_siret(&self, row: &Row<'_>, all: &mut Ledger<'_>) -> Result<()> {
        let Some(siret) = row.text(self.places.siret) else { return Ok(()) };
        match siret::quality(siret) {
            Quality::Luhn => self.tell("siret.luhn", self.places.siret, row, all),
            Quality::Placeholder => self.tell("siret.placeholder", self.places.siret, row, all),
            Quality::Good | Quality::Format => Ok(()),
        }
    }

    /// What the structure of a service means for it, as far as structures are known.
    fn look_at_structure(&self, row: &Row<'_>, reasons: &mut Reasons, all: &mut Ledger<'_>) -> Result<()> {
        let Some(id) = row.text(self.places.structure_id) else { return Ok(()) };
        let status = all.structures.status(id)?;
        let elsewhere = all.setup.structures.map(|known| known.get(id)).transpose()?;
        let is_elsewhere = elsewhere.flatten().is_some();
        let are_known = all.has_structures || all.setup.structures.is_some();
        let (rule, reason) = match status {
            None if is_elsewhere || !are_known => return Ok(()),
            None => ("structure_id.unknown", Reason::StructureUnknown),
            Some(_) if !all.setup.is_published() => return Ok(()),
            Some(Status::Yes) => return Ok(()),
            Some(Status::No) => ("publication.structure_held", Reason::StructureHeld),
            Some(Status::Depends) => ("publication.structure_depends", Reason::StructureDepends),
        };
        reasons.add(reason);
        self.tell(rule, self.places.structure_id, row, all)
    }

    /// Without a code, and without an address in which to find one, a record is dropped.
    fn look_at_place(&self, row: &Row<'_>, reasons: &mut Reasons, all: &mut Ledger<'_>) -> Result<()> {
        let Places { adresse, commune, code_postal, code_insee, .. } = &self.places;
        if !row.is_blank(*code_insee) {
            return Ok(());
        }
        let has_town = [*commune, *code_postal].into_iter().any(|field| !row.is_blank(field));
        let has_address = has_town && !row.is_blank(*adresse);
        let (rule, reason) = match has_address {
            true => ("publication.geocoding", Reason::Geocoding),
            false => ("publication.no_place", Reason::NoPlace),
        };
        reasons.add(reason);
        self.tell(rule, *code_insee, row, all)
    }

    /// What becomes of a structure matters to its services; of records that share an identifier the first counts.
    fn settle_structure(&self, row: &Row<'_>, reasons: Reasons, all: &mut Ledger<'_>) -> Result<()> {
        if self.list.kind == Kind::Structures
            && !reasons.has(Reason::RepeatedId)
            && let Some(id) = row.text(self.places.id)
        {
            all.structures.settle(id, reasons.status())?;
        }
        Ok(())
    }

    fn score(&self, row: &Row<'_>, outcome: Outcome, all: &mut Ledger<'_>) -> Result<()> {
        let Some(scores) = all.scores.as_mut().filter(|_| self.list.kind == Kind::Services) else { return Ok(()) };
        let score = (!outcome.is_invalid).then(|| self.scorer.score(row, all.setup.source));
        scores.add(row.number, row.line, row.text(self.places.id).unwrap_or_default(), score.as_ref())?;
        if let (Some(score), Some(structure)) = (score, row.text(self.places.structure_id)) {
            all.structures.add_score(structure, score.score)?;
        }
        Ok(())
    }

    /// Tells a rule of a field, with what stands there.
    fn tell(&self, rule: &str, field: Option<usize>, row: &Row<'_>, all: &mut Ledger<'_>) -> Result<()> {
        let Some(field) = field else { return Ok(()) };
        let path = format!("/{}", self.list.fields[field].name);
        let value = row.text(Some(field)).filter(|value| !value.trim().is_empty() && !has_contact(value));
        let id = row.shown_id(self.places.id);
        let mut finding = Finding::new(all.findings.rule(rule)).part(self.part).path(&path);
        finding = finding.record(row.number).line(row.line);
        if let Some(column) = self.teller.column(field) {
            finding = finding.column(column);
        }
        if let Some(id) = id {
            finding = finding.id(id);
        }
        if let Some(value) = value {
            finding = finding.value(value);
        }
        all.findings.add(finding)
    }
}
