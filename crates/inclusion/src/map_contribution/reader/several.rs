//! Fields of several values.

use anyhow::Result;
use mapping::{Given, How};
use report::RuleId;

use super::{Reading, place};
use crate::lists::is_null;
use crate::map_contribution::entry::Entry;
use crate::map_contribution::field::{Known, Nature};
use crate::map_contribution::messages::VALUE_FOLDED;
use crate::map_contribution::telling::Teller;
use crate::repair::Step;

/// The public that stands alone.
const EVERYONE: &str = "tous-publics";

/// The cost that wins.
const CHARGED: &str = "payant";

impl Reading<'_> {
    pub(super) fn several(
        &self,
        nth: usize,
        known: &Known,
        entry: &mut Entry,
        teller: &mut Teller,
    ) -> Result<Option<RuleId>> {
        let mut values: Vec<Given<'_>> = Vec::new();
        for given in self.given(nth) {
            if self.takes(known, &given, teller)? && !values.iter().any(|other| other.text == given.text) {
                values.push(given);
            }
        }
        match known.nature {
            Nature::Cost => self.cost(nth, known, &values, entry, teller)?,
            _ => {
                self.leave_others(known, &mut values, teller)?;
                entry.set_all(nth, values.iter().map(|given| given.text));
            }
        }
        Ok(None)
    }

    /// Whether a value is taken; tells how it was found, or why it is not.
    fn takes(&self, known: &Known, given: &Given<'_>, teller: &mut Teller) -> Result<bool> {
        if is_null(given.text) {
            return Ok(false);
        }
        let is_closed = known.field.enumeration().is_some();
        // It was told that no table has it.
        if self.is_strict && is_closed && given.how == How::AsIs && !self.is_open(known) {
            return Ok(false);
        }
        if given.how == How::Folded {
            let from = given.from.unwrap_or(given.text);
            teller.repair(&self.spot, place(known), given.column, Step::Shared(VALUE_FOLDED), from, given.text)?;
        }
        if is_closed {
            return Ok(true);
        }
        let Some(fault) = known.fault(given.text, self.today) else { return Ok(true) };
        teller.warn(&self.spot, place(known), given.column, Step::Own(fault), given.text)?;
        Ok(false)
    }

    /// Whether a closed list takes what stands in the input as it is: no table of values is named for it.
    fn is_open(&self, known: &Known) -> bool {
        known.field.name == "modes_accueil"
    }

    /// Who is for everyone is for no one besides.
    fn leave_others(&self, known: &Known, values: &mut Vec<Given<'_>>, teller: &mut Teller) -> Result<()> {
        let is_everyone = |given: &Given<'_>| given.text == EVERYONE;
        if values.len() < 2 || known.field.name != "publics" || !values.iter().any(is_everyone) {
            return Ok(());
        }
        let all: Vec<&str> = values.iter().map(|given| given.text).collect();
        let (all, column) = (all.join(", "), values.iter().find_map(|given| given.column));
        teller.repair(&self.spot, place(known), column, Step::Own("tous_publics"), &all, EVERYONE)?;
        values.retain(is_everyone);
        Ok(())
    }

    fn cost(
        &self,
        nth: usize,
        known: &Known,
        values: &[Given<'_>],
        entry: &mut Entry,
        teller: &mut Teller,
    ) -> Result<()> {
        let Some(first) = values.first() else { return Ok(()) };
        let wins = values.iter().find(|given| given.text == CHARGED).unwrap_or(first);
        if values.len() > 1 {
            let all: Vec<&str> = values.iter().map(|given| given.text).collect();
            teller.repair(&self.spot, place(known), wins.column, Step::Own("several"), &all.join(", "), wins.text)?;
        }
        entry.set(nth, wins.text);
        Ok(())
    }
}
