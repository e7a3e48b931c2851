//! The operators of a contract or of a modification, each once.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// Up to so many are compared one by one.
const FEW: usize = 16;

/// Operators in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct Operators {
    text: String,
    list: Vec<Parts>,
    /// Where an operator stands, by what tells it from others; only once there are many.
    by_name: HashMap<Box<str>, usize, FixedState>,
}

#[derive(Debug, Clone, Copy)]
struct Parts {
    kind: Option<(u32, u32)>,
    id: Option<(u32, u32)>,
    nom: Option<(u32, u32)>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator<'a> {
    pub(crate) kind: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
    pub(crate) nom: Option<&'a str>,
}

impl Operator<'_> {
    /// Whether they are the same: by identifier, or without one in all.
    fn is(&self, other: &Operator<'_>) -> bool {
        match (self.id, other.id) {
            (None, None) => self == other,
            (one, other) => one == other,
        }
    }

    /// What tells it from others.
    fn name(&self) -> String {
        match self.id {
            Some(id) => format!("#{id}"),
            None => format!("{}\u{1f}{}", self.kind.unwrap_or_default(), self.nom.unwrap_or_default()),
        }
    }
}

impl Operators {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.list.clear();
        self.by_name.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds one; its place, or that of the one that it repeats.
    ///
    /// # Errors
    /// The place of the same operator.
    pub(crate) fn add(&mut self, operator: Operator<'_>) -> Result<usize, usize> {
        if let Some(there) = self.find(&operator) {
            return Err(there);
        }
        let mut keep = |text: Option<&str>| {
            let text = text?;
            let from = self.text.len() as u32;
            self.text.push_str(text);
            Some((from, self.text.len() as u32))
        };
        let parts = Parts { kind: keep(operator.kind), id: keep(operator.id), nom: keep(operator.nom) };
        self.list.push(parts);
        let place = self.list.len() - 1;
        if self.list.len() > FEW {
            self.index(place);
        }
        Ok(place)
    }

    fn index(&mut self, place: usize) {
        let from = if self.by_name.is_empty() { 0 } else { place };
        for nth in from..=place {
            let name = self.get(nth).name();
            self.by_name.insert(name.into(), nth);
        }
    }

    fn find(&self, operator: &Operator<'_>) -> Option<usize> {
        match self.by_name.is_empty() {
            true => self.iter().position(|other| other.is(operator)),
            false => self.by_name.get(operator.name().as_str()).copied(),
        }
    }

    fn get(&self, nth: usize) -> Operator<'_> {
        let parts = self.list[nth];
        let text = |span: Option<(u32, u32)>| span.map(|(from, to)| &self.text[from as usize..to as usize]);
        Operator { kind: text(parts.kind), id: text(parts.id), nom: text(parts.nom) }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Operator<'_>> {
        (0..self.list.len()).map(|nth| self.get(nth))
    }

    /// Whether two lists name the same operators, in whatever order.
    pub(crate) fn has_the_same(&self, other: &Self) -> bool {
        self.len() == other.len() && other.iter().all(|operator| self.find(&operator).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_there_once_however_many_there_are() {
        let mut operators = Operators::default();
        for nth in 0..100 {
            let id = format!("{nth}");
            assert_eq!(operators.add(Operator { kind: None, id: Some(&id), nom: Some("A") }), Ok(2 * nth));
            let nom = format!("N{nth}");
            assert_eq!(operators.add(Operator { kind: None, id: None, nom: Some(&nom) }), Ok(2 * nth + 1));
            assert_eq!(operators.add(Operator { kind: Some("SIRET"), id: Some("0"), nom: None }), Err(0));
            assert_eq!(operators.add(Operator { kind: None, id: None, nom: Some("N0") }), Err(1));
        }
        assert_eq!(operators.len(), 200);
        let mut other = Operators::default();
        for operator in operators.iter().collect::<Vec<_>>().into_iter().rev() {
            let _ = other.add(operator);
        }
        assert!(operators.has_the_same(&other));
    }
}
