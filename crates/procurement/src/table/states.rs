//! The states of a contract, one record or several each, as modifications: what changed from one to the next.

use anyhow::Result;

use super::contract::{Contract, Modification, OPERATOR, operator_of};
use super::operators::Operators;
use super::path::{Paths, Site};
use super::row::{Cell, Row};
use super::teller::Teller;
use crate::target_path::{Part, TargetPath};

/// Values of a state that a modification may change, and where it says so.
const CHANGEABLE: [(TargetPath, TargetPath); 2] =
    [(TargetPath::DureeMois, TargetPath::ModificationDuree), (TargetPath::Montant, TargetPath::ModificationMontant)];

/// Dates of a state, and where its modification has them.
const DATES: [(TargetPath, TargetPath); 2] = [
    (TargetPath::DateNotification, TargetPath::ModificationNotification),
    (TargetPath::DatePublication, TargetPath::ModificationPublication),
];

/// The records of one state.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// What stands in the first record that says it.
    own: Row,
    titulaires: Operators,
    /// Records of its operators, for what there is to tell of them.
    rows: Vec<Row>,
}

impl State {
    pub(crate) fn add(&mut self, row: &Row) {
        if self.rows.is_empty() {
            self.own.begin(row.number, row.line);
        }
        for cell in row.cells() {
            let is_own = matches!(cell.place.part(), Part::Own | Part::Modification) && cell.item == 0;
            if is_own && self.own.get(cell.place).is_none() {
                self.own.take(cell, row);
            }
        }
        for item in 0..row.items(&OPERATOR) {
            let operator = operator_of(row, item, &OPERATOR);
            if operator.id.is_some() || operator.nom.is_some() {
                // One that is there already adds nothing.
                let _ = self.titulaires.add(operator);
            }
        }
        self.rows.push(row.clone());
    }
}

/// The state before.
#[derive(Debug, Default)]
pub(crate) struct Previous {
    values: [Option<String>; CHANGEABLE.len()],
    titulaires: Operators,
}

impl Previous {
    /// The state that the contract began in.
    pub(crate) fn of(contract: &Contract) -> Self {
        let mut previous = Self::default();
        for ((place, _), value) in CHANGEABLE.iter().zip(&mut previous.values) {
            *value = contract.own.value(*place).map(str::to_owned);
        }
        for operator in contract.titulaires.iter() {
            let _ = previous.titulaires.add(operator);
        }
        previous
    }

    /// Makes a state a modification of the contract: its dates and object, and what changed.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn change(
        &mut self,
        state: State,
        contract: &mut Contract,
        paths: &mut Paths,
        teller: &mut Teller<'_>,
    ) -> Result<()> {
        let nth = contract.modifications.len();
        contract.modifications.push(Modification::default());
        let own = &state.own;
        contract.modifications[nth].own.begin(own.number, own.line);
        for cell in own.cells().iter().filter(|cell| cell.place.part() == Part::Modification) {
            contract.take_modified(nth, own, cell, cell.place, paths, teller)?;
        }
        for (place, to) in DATES {
            if let Some(cell) = own.get(place).filter(|_| own.get(to).is_none()) {
                contract.take_modified(nth, own, cell, to, paths, teller)?;
            }
        }
        for ((place, to), before) in CHANGEABLE.into_iter().zip(&mut self.values) {
            let Some(cell) = own.get(place).filter(|_| own.get(to).is_none()) else { continue };
            let value = own.value_of(cell);
            // What cannot be read is told; what is as before is not.
            if value.is_none() || value != before.as_deref() {
                contract.take_modified(nth, own, cell, to, paths, teller)?;
                *before = value.map(str::to_owned).or(before.take());
            }
        }
        let State { titulaires, rows, .. } = state;
        if !titulaires.is_empty() && !titulaires.has_the_same(&self.titulaires) {
            for row in &rows {
                contract.change_operators(nth, row, paths, teller)?;
            }
            self.titulaires = titulaires;
        }
        Ok(())
    }
}

impl Contract {
    /// Takes a cell of a state over as part of a modification.
    fn take_modified(
        &mut self,
        nth: usize,
        row: &Row,
        cell: &Cell,
        to: TargetPath,
        paths: &mut Paths,
        teller: &mut Teller<'_>,
    ) -> Result<()> {
        self.modifications[nth].own.take_to(cell, row, to);
        match cell.told.is_empty() {
            true => Ok(()),
            false => self.tell(row, cell, Site::Modification(nth, to), paths, teller),
        }
    }

    /// Adds the operators of a record of a state to its modification.
    fn change_operators(&mut self, nth: usize, row: &Row, paths: &mut Paths, teller: &mut Teller<'_>) -> Result<()> {
        for item in 0..row.items(&OPERATOR) {
            let operator = operator_of(row, item, &OPERATOR);
            if operator.id.is_none() && operator.nom.is_none() {
                continue;
            }
            let Ok(place) = self.modifications[nth].titulaires.add(operator) else { continue };
            for cell in row.cells().iter().filter(|cell| cell.item == item && cell.place.part() == Part::Titulaire) {
                if !cell.told.is_empty() {
                    self.tell(row, cell, Site::ModificationTitulaire(nth, place, cell.place), paths, teller)?;
                }
            }
        }
        Ok(())
    }
}
