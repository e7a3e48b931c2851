//! The records of one contract joined: one is the base, the others fill what it lacks and add operators.

use anyhow::Result;

use super::operators::{Operator, Operators};
use super::path::{Paths, Site};
use super::row::{Cell, Row};
use super::teller::{At, Teller};
use crate::cells::Told;
use crate::target_path::{Part, TargetPath};

/// The own places of a modification.
const MODIFICATION: [TargetPath; 5] = [
    TargetPath::ModificationObjet,
    TargetPath::ModificationNotification,
    TargetPath::ModificationPublication,
    TargetPath::ModificationDuree,
    TargetPath::ModificationMontant,
];

/// A contract under way; used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Contract {
    /// Record and line of its first record.
    pub(crate) first: At,
    /// What stands in it once.
    pub(crate) own: Row,
    pub(crate) titulaires: Operators,
    pub(crate) modifications: Vec<Modification>,
    /// Paths of which a rule was told that judging would tell of again: `text.entity` of its first record.
    pub(crate) entities: Vec<String>,
    /// Other buyers that were told.
    buyers: Vec<String>,
}

/// A modification.
#[derive(Debug, Default)]
pub(crate) struct Modification {
    pub(crate) own: Row,
    pub(crate) titulaires: Operators,
}

/// How records of one contract are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    /// Later records fill what is missing, or contradict.
    All,
    /// Later records give operators and modifications alone.
    Operators,
}

impl Contract {
    /// Begins a contract with the record that counts most.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn begin(&mut self, first: At, base: &Row, paths: &mut Paths, teller: &mut Teller<'_>) -> Result<()> {
        self.first = first;
        self.own.copy_from(base);
        self.own.retain(is_own);
        self.titulaires.clear();
        self.modifications.clear();
        self.entities.clear();
        self.buyers.clear();
        for cell in base.cells().iter().filter(|cell| is_own(cell) && !cell.told.is_empty()) {
            self.tell(base, cell, Site::Own(cell.place), paths, teller)?;
        }
        Ok(())
    }

    /// The number of the contract, for whoever tells of it.
    pub(crate) fn id(&self) -> Option<&str> {
        self.own.value(TargetPath::Id)
    }

    /// Tells what there is to tell of a cell.
    pub(super) fn tell(
        &mut self,
        row: &Row,
        cell: &Cell,
        site: Site,
        paths: &mut Paths,
        teller: &mut Teller<'_>,
    ) -> Result<()> {
        if row.number == self.first.record && cell.told.iter().any(|told| told == Told::TextEntity) {
            self.entities.push(paths.of(site).to_owned());
        }
        let id = self.own.value(TargetPath::Id);
        teller.tell_cell(row, cell, site, paths, id)
    }

    /// Takes over what the contract lacks from another of its records, and tells what differs.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn merge(&mut self, row: &Row, paths: &mut Paths, teller: &mut Teller<'_>) -> Result<()> {
        self.merge_lieu(row, paths, teller)?;
        for cell in row.cells().iter().filter(|cell| is_own(cell) && !is_lieu(cell.place)) {
            match (self.own.get_item(cell.place, cell.item).copied(), row.value_of(cell)) {
                (Some(own), Some(value)) if own.has_value() => {
                    if self.own.value_of(&own) != Some(value) {
                        teller.tell(Told::GroupConflict, row, cell, paths.own(cell.place), self.id(), Some(value))?;
                    }
                }
                (_, Some(_)) => self.fill(row, cell, paths, teller)?,
                // What cannot be read is told, unless it is what stands in the contract already.
                (own, None) => {
                    if own.is_none_or(|own| self.own.raw(&own) != row.raw(cell)) {
                        self.tell(row, cell, Site::Own(cell.place), paths, teller)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn fill(&mut self, row: &Row, cell: &Cell, paths: &mut Paths, teller: &mut Teller<'_>) -> Result<()> {
        // What could not be read was told.
        self.own.remove_item(cell.place, cell.item);
        self.own.take(cell, row);
        teller.tell(Told::GroupFilled, row, cell, paths.own(cell.place), self.id(), row.value_of(cell))?;
        self.tell(row, cell, Site::Own(cell.place), paths, teller)
    }

    /// Of the place the whole is taken over, or its name alone.
    fn merge_lieu(&mut self, row: &Row, paths: &mut Paths, teller: &mut Teller<'_>) -> Result<()> {
        let lieu = [TargetPath::LieuCode, TargetPath::LieuType, TargetPath::LieuNom];
        let has_any = |row: &Row| lieu.iter().any(|place| row.value(*place).is_some());
        if !has_any(row) {
            return Ok(());
        }
        if !has_any(&self.own) {
            lieu.iter().for_each(|place| self.own.remove(*place));
            let first = row.cells().iter().find(|cell| is_lieu(cell.place) && cell.has_value()).copied();
            if let Some(first) = first {
                teller.tell(Told::GroupFilled, row, &first, "/lieuExecution", self.id(), row.value_of(&first))?;
            }
            for cell in row.cells().iter().filter(|cell| is_lieu(cell.place)) {
                self.own.take(cell, row);
                self.tell(row, cell, Site::Own(cell.place), paths, teller)?;
            }
            return Ok(());
        }
        for place in lieu {
            let Some((cell, value)) = row.get(place).and_then(|cell| Some((cell, row.value_of(cell)?))) else {
                continue;
            };
            match self.own.value(place) {
                Some(own) if own == value => {}
                Some(_) => teller.tell(Told::GroupConflict, row, cell, paths.own(place), self.id(), Some(value))?,
                None if place == TargetPath::LieuNom => self.fill(row, cell, paths, teller)?,
                None => {}
            }
        }
        Ok(())
    }

    /// Tells that another buyer stands in a record of the contract.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn compare_buyers(&mut self, row: &Row, paths: &mut Paths, teller: &mut Teller<'_>) -> Result<()> {
        let place = match (self.own.value(TargetPath::AcheteurId), row.value(TargetPath::AcheteurId)) {
            (Some(own), Some(other)) if own != other => TargetPath::AcheteurId,
            (Some(_), Some(_)) => return Ok(()),
            _ => match (self.own.value(TargetPath::AcheteurNom), row.value(TargetPath::AcheteurNom)) {
                (Some(own), Some(other)) if tables::fold(own) != tables::fold(other) => TargetPath::AcheteurNom,
                _ => return Ok(()),
            },
        };
        let Some((cell, value)) = row.get(place).and_then(|cell| Some((cell, row.value_of(cell)?))) else {
            return Ok(());
        };
        // Each of them is told once.
        if self.buyers.iter().any(|other| other == value) {
            return Ok(());
        }
        self.buyers.push(value.to_owned());
        teller.tell(Told::AcheteurSeveral, row, cell, paths.own(TargetPath::AcheteurId), self.id(), Some(value))
    }

    /// Adds the operators of a record.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn add_operators(
        &mut self,
        row: &Row,
        join: Join,
        paths: &mut Paths,
        teller: &mut Teller<'_>,
    ) -> Result<()> {
        if row.lacks_operator {
            teller.tell_row(Told::TitulaireAbsent, row, None, "/titulaires", self.id())?;
        }
        let mut last = None;
        for item in 0..row.items(&OPERATOR) {
            last = self.add_operator(row, item, join, paths, teller)?.or(last);
        }
        if let Some(told) = row.role_told {
            let path = match last {
                Some(nth) => paths.operator(None, nth, None).to_owned(),
                None => "/titulaires".to_owned(),
            };
            teller.tell_role(told, row, &path, self.id())?;
        }
        Ok(())
    }

    fn add_operator(
        &mut self,
        row: &Row,
        item: u16,
        join: Join,
        paths: &mut Paths,
        teller: &mut Teller<'_>,
    ) -> Result<Option<usize>> {
        let operator = operator_of(row, item, &OPERATOR);
        let place = match operator.id.is_some() || operator.nom.is_some() {
            true => self.titulaires.add(operator),
            // Nothing could be read: what there is to tell is told of the place where it would stand.
            false => Ok(self.titulaires.len()),
        };
        match place {
            Err(there) => {
                if join == Join::All {
                    let path = paths.operator(None, there, None).to_owned();
                    teller.tell_row(
                        Told::TitulaireDuplicate,
                        row,
                        row.get_item(TargetPath::TitulaireId, item),
                        &path,
                        self.id(),
                    )?;
                }
                Ok(Some(there))
            }
            Ok(nth) => {
                for cell in row.cells().iter().filter(|cell| cell.item == item && cell.place.part() == Part::Titulaire)
                {
                    if !cell.told.is_empty() {
                        self.tell(row, cell, Site::Titulaire(nth, cell.place), paths, teller)?;
                    }
                }
                Ok((nth < self.titulaires.len()).then_some(nth))
            }
        }
    }

    /// Adds the modifications of a record; equal ones are joined.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn add_modifications(&mut self, row: &Row, paths: &mut Paths, teller: &mut Teller<'_>) -> Result<()> {
        let count = row.items(&MODIFICATION);
        if count == 0 && row.items(&MODIFICATION_OPERATOR) == 0 {
            return Ok(());
        }
        for item in 0..count.max(1) {
            let operators = if count > 1 { item..item + 1 } else { 0..row.items(&MODIFICATION_OPERATOR) };
            let nth = self.modification_of(row, item);
            let is_new = nth == self.modifications.len();
            if is_new {
                self.modifications.push(Modification::default());
            }
            for cell in row.cells().iter().filter(|cell| cell.place.part() == Part::Modification && cell.item == item) {
                if is_new {
                    self.modifications[nth].own.take_as(cell, row, 0);
                    self.tell(row, cell, Site::Modification(nth, cell.place), paths, teller)?;
                }
            }
            for operator in operators {
                self.add_modification_operator(row, nth, operator, paths, teller)?;
            }
        }
        Ok(())
    }

    /// The place of the modification that is equal to one of a record, or of a new one.
    fn modification_of(&self, row: &Row, item: u16) -> usize {
        let value = |place: TargetPath| row.get_item(place, item).and_then(|cell| row.value_of(cell));
        let is_equal = |modification: &Modification| {
            MODIFICATION.iter().all(|place| modification.own.value(*place) == value(*place))
        };
        self.modifications.iter().position(is_equal).unwrap_or(self.modifications.len())
    }

    fn add_modification_operator(
        &mut self,
        row: &Row,
        nth: usize,
        item: u16,
        paths: &mut Paths,
        teller: &mut Teller<'_>,
    ) -> Result<()> {
        let operator = operator_of(row, item, &MODIFICATION_OPERATOR);
        let place = match operator.id.is_some() || operator.nom.is_some() {
            true => self.modifications[nth].titulaires.add(operator),
            false => Ok(self.modifications[nth].titulaires.len()),
        };
        let Ok(place) = place else { return Ok(()) };
        for cell in
            row.cells().iter().filter(|cell| cell.item == item && cell.place.part() == Part::ModificationTitulaire)
        {
            if !cell.told.is_empty() {
                self.tell(row, cell, Site::ModificationTitulaire(nth, place, cell.place), paths, teller)?;
            }
        }
        Ok(())
    }
}

/// The parts of an operator: type, identifier, name.
pub(crate) const OPERATOR: [TargetPath; 3] =
    [TargetPath::TitulaireType, TargetPath::TitulaireId, TargetPath::TitulaireNom];

const MODIFICATION_OPERATOR: [TargetPath; 3] =
    [TargetPath::ModificationTitulaireType, TargetPath::ModificationTitulaireId, TargetPath::ModificationTitulaireNom];

pub(crate) fn operator_of<'r>(row: &'r Row, item: u16, places: &[TargetPath; 3]) -> Operator<'r> {
    let value = |place: TargetPath| row.get_item(place, item).and_then(|cell| row.value_of(cell));
    let [kind, id, nom] = *places;
    Operator { kind: value(kind), id: value(id), nom: value(nom) }
}

fn is_own(cell: &Cell) -> bool {
    matches!(cell.place.part(), Part::Own | Part::Own2 | Part::List)
}

fn is_lieu(place: TargetPath) -> bool {
    matches!(place, TargetPath::LieuCode | TargetPath::LieuType | TargetPath::LieuNom)
}
