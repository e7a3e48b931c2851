//! What there is to tell of records and contracts of a table, as findings.

use std::borrow::Cow;

use anyhow::Result;
use report::{Findings, Lang, RuleId, Rules, Spot, mask};
use tables::Header;

use super::names::Names;
use super::path::{Paths, Site};
use super::row::{Cell, Row};
use crate::cells::Told;
use crate::fault::Fault;
use crate::kind::Kind;
use crate::target_path::{Part, TargetPath};
use crate::telling;

/// A record and its line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) record: u64,
    pub(crate) line: u64,
}

impl At {
    pub(crate) fn of(row: &Row) -> Self {
        Self { record: row.number, line: row.line }
    }
}

/// The rules that reading a table may meet, by their numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ToldRules([RuleId; Told::ALL.len()]);

impl ToldRules {
    pub(crate) fn new(rules: &Rules) -> Self {
        Self(Told::ALL.map(|told| rules.id(told.rule())))
    }

    pub(crate) fn id(&self, told: Told) -> RuleId {
        self.0[told as usize]
    }
}

/// Tells.
pub(crate) struct Teller<'a> {
    pub(crate) findings: &'a mut Findings,
    pub(crate) rules: &'a ToldRules,
    pub(crate) header: &'a Header,
    pub(crate) role_column: Option<usize>,
    pub(crate) names: &'a mut Names,
    pub(crate) spots: &'a mut Spots,
    pub(crate) lang: Lang,
}

/// Where what is told of the cells of a column is counted, by place and rule: a million records tell the same few things.
#[derive(Debug, Default)]
pub(crate) struct Spots(Vec<Option<(Option<usize>, Spot)>>);

impl Spots {
    /// Of parts of modifications, which are few, none is known.
    fn place(told: Told, site: Site) -> Option<usize> {
        match site {
            Site::Own(place) | Site::Titulaire(_, place) => Some(place as usize * Told::ALL.len() + told as usize),
            Site::Modification(..) | Site::ModificationTitulaire(..) => None,
        }
    }

    fn get(&self, told: Told, site: Site, column: Option<usize>) -> Option<Spot> {
        let (of, spot) = (*self.0.get(Self::place(told, site)?)?)?;
        (of == column).then_some(spot)
    }

    fn set(&mut self, told: Told, site: Site, column: Option<usize>, spot: Option<Spot>) {
        let (Some(place), Some(spot)) = (Self::place(told, site), spot) else { return };
        if self.0.len() <= place {
            self.0.resize(place + 1, None);
        }
        self.0[place] = Some((column, spot));
    }
}

/// What a finding says besides its rule and place.
#[derive(Clone, Copy, Default)]
struct Said<'a> {
    column: Option<usize>,
    path: &'a str,
    id: Option<&'a str>,
    value: Option<&'a str>,
    to: Option<&'a str>,
}

impl<'a> Teller<'a> {
    /// Tells all that reading a cell has to tell.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn tell_cell(
        &mut self,
        row: &Row,
        cell: &Cell,
        site: Site,
        paths: &mut Paths,
        id: Option<&str>,
    ) -> Result<()> {
        for told in cell.told.iter() {
            if matches!(told, Told::ProcedureMapped | Told::ProcedureAmbiguous | Told::ProcedureUnmapped) {
                self.names.add(told, row.raw(cell), row.value_of(cell), row.number);
            }
            let known = self.spots.get(told, site, cell.column());
            if !known.is_some_and(|spot| self.findings.count_at(spot, row.number)) {
                self.tell_of_cell(told, row, cell, site, paths, id)?;
            }
        }
        Ok(())
    }

    fn tell_of_cell(
        &mut self,
        told: Told,
        row: &Row,
        cell: &Cell,
        site: Site,
        paths: &mut Paths,
        id: Option<&str>,
    ) -> Result<()> {
        let (raw, value, path) = (row.raw(cell), row.value_of(cell), paths.of(site));
        if !self.count_only(told, row, cell.column(), path) {
            let shown = shown(cell.place, raw);
            let to =
                value.filter(|value| *value != raw && is_made(told)).and_then(|value| self::shown(cell.place, value));
            let said = Said { column: cell.column(), path, id, value: shown.as_deref(), to: to.as_deref() };
            self.add(told, At::of(row), said)?;
        }
        if self.spots.get(told, site, cell.column()).is_none() {
            let place = self.place(At::of(row), cell.column(), None);
            let spot = self.findings.spot(&place.finding(self.rules.id(told), path));
            self.spots.set(told, site, cell.column(), spot);
        }
        Ok(())
    }

    /// Tells one thing of a cell; `value` is what is told to stand there.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn tell(
        &mut self,
        told: Told,
        row: &Row,
        cell: &Cell,
        path: &str,
        id: Option<&str>,
        value: Option<&str>,
    ) -> Result<()> {
        let value = value.and_then(|value| shown(cell.place, value));
        let said = Said { column: cell.column(), path, id, value: value.as_deref(), ..Said::default() };
        self.add(told, At::of(row), said)
    }

    /// Tells one thing of a record, or of one of its cells without what stands there.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn tell_row(
        &mut self,
        told: Told,
        row: &Row,
        cell: Option<&Cell>,
        path: &str,
        id: Option<&str>,
    ) -> Result<()> {
        let value = cell.and_then(|cell| shown(cell.place, row.raw(cell)));
        let column = cell.and_then(Cell::column);
        self.add(told, At::of(row), Said { column, path, id, value: value.as_deref(), ..Said::default() })
    }

    /// Tells of the role of an operator.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn tell_role(&mut self, told: Told, row: &Row, path: &str, id: Option<&str>) -> Result<()> {
        self.add(told, At::of(row), Said { column: self.role_column, path, id, ..Said::default() })
    }

    /// Whether it was enough to count it.
    fn count_only(&mut self, told: Told, row: &Row, column: Option<usize>, path: &str) -> bool {
        let rule = self.rules.id(told);
        let place = self.place(At::of(row), column, None);
        self.findings.count_only(&place.finding(rule, path))
    }

    fn place<'p>(&self, at: At, column: Option<usize>, id: Option<&'p str>) -> telling::Place<'p>
    where
        'a: 'p,
    {
        let header: &'a Header = self.header;
        let column = column.and_then(|column| header.names().get(column)).map(String::as_str);
        telling::Place { record: Some(at.record), line: Some(at.line), column, id, kind: Kind::Marche }
    }

    fn add(&mut self, told: Told, at: At, said: Said<'_>) -> Result<()> {
        let place = self.place(at, said.column, said.id);
        let mut fault = Fault::new(told.rule(), said.path);
        if let Some(value) = said.value {
            fault = fault.value(value);
        }
        if let Some(to) = said.to {
            fault = fault.to(to);
        }
        telling::tell_whole(self.findings, self.rules.id(told), self.lang, &place, &fault)
    }
}

/// Whether a rule says that something was made of what stood there.
fn is_made(told: Told) -> bool {
    !matches!(
        told,
        Told::AcheteurMandataireDiffers
            | Told::LieuGranularityUnknown
            | Told::LieuTypeUnknown
            | Told::SirenLuhn
            | Told::SiretZeros
            | Told::TitulaireIdUnknownType
            | Told::TitulaireSiren
    )
}

/// What may be told of a text: the names of operators never, addresses and telephone numbers not.
fn shown(place: TargetPath, text: &str) -> Option<Cow<'_, str>> {
    let is_operator = matches!(place.part(), Part::Titulaire | Part::ModificationTitulaire);
    match place {
        TargetPath::TitulaireNom | TargetPath::ModificationTitulaireNom => None,
        // Digits in a row are what an identifier is; an address is none.
        _ if (is_operator || place == TargetPath::AcheteurId) && !text.contains('@') => Some(Cow::Borrowed(text)),
        _ => Some(mask(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_of_by_name_address_or_telephone() {
        assert_eq!(shown(TargetPath::TitulaireNom, "Jeanne Exemple"), None);
        assert_eq!(shown(TargetPath::Objet, "voir a.b@exemple.fr").as_deref(), Some("voir […]"));
        assert_eq!(shown(TargetPath::Montant, "01 23 45 67 89").as_deref(), Some("[…]"));
        assert_eq!(shown(TargetPath::TitulaireId, "0123456789").as_deref(), Some("0123456789"));
        assert_eq!(shown(TargetPath::TitulaireId, "a.b@exemple.fr").as_deref(), Some("[…]"));
    }
}
