//! Who buys, and where: what several columns say together.

use tables::Record;

use super::{Lieu, Reader};
use crate::cells::{Read, Told, identifier, lieu, text};
use crate::table::Row;
use crate::target_path::TargetPath;

impl Reader {
    /// The first body whose identifier is readable, with its name; else a name alone.
    pub(super) fn read_buyer(&self, record: &Record<'_>, row: &mut Row) {
        if self.buyers.is_empty() {
            return;
        }
        let cell = |column: Option<usize>| column.map_or("", |column| record.cell(column));
        let mut chosen: Option<usize> = None;
        for (nth, (id, _)) in self.buyers.iter().enumerate() {
            let raw = cell(*id);
            if raw.is_empty() {
                continue;
            }
            let mut read = identifier::read(raw);
            match chosen {
                None if read.value.is_some() => {
                    chosen = Some(nth);
                    row.push(TargetPath::AcheteurId, 0, *id, raw, &read);
                }
                // Unreadable: told, and another body is looked for.
                None => row.push(TargetPath::AcheteurId, 1, *id, raw, &read),
                Some(_) => {
                    let other = read.value.take();
                    if other.is_some_and(|other| {
                        row.get_item(TargetPath::AcheteurId, 0).and_then(|cell| row.value_of(cell))
                            != Some(other.as_ref())
                    }) {
                        row.tell(TargetPath::AcheteurId, 0, Told::AcheteurMandataireDiffers);
                    }
                }
            }
        }
        let name = |nth: usize| {
            let column = self.buyers[nth].1;
            let read = text::read(cell(column));
            read.value.is_some().then_some((column, read))
        };
        let count = self.buyers.len();
        let named = match chosen {
            Some(own) => name(own).or_else(|| (0..count).filter(|nth| *nth != own).find_map(name)),
            None => (0..count).rev().find_map(name),
        };
        if let Some((column, read)) = named {
            row.push(TargetPath::AcheteurNom, 0, column, cell(column), &read);
        }
    }

    /// The INSEE code before the postal one.
    pub(super) fn read_lieu(&self, record: &Record<'_>, row: &mut Row) {
        let cell = |column: Option<usize>| column.map_or("", |column| record.cell(column));
        let Lieu { insee, granularite, postal, nom } = self.lieu;
        let raw = cell(insee);
        let (code, kind) = if raw.is_empty() { Default::default() } else { lieu::insee(raw, cell(granularite)) };
        if code.value.is_some() {
            row.push(TargetPath::LieuCode, 0, insee, raw, &code);
            let column = granularite.filter(|_| kind.told.iter().any(|told| told == Told::LieuGranularityUnknown));
            let raw = if column.is_some() { cell(granularite) } else { raw };
            let read = Read { value: kind.type_code.map(Into::into), told: kind.told };
            row.push(TargetPath::LieuType, 0, column.or(insee), raw, &read);
        } else {
            let raw = cell(postal);
            let code = if raw.is_empty() { Read::default() } else { lieu::postal(raw) };
            if code.value.is_some() {
                row.push(TargetPath::LieuCode, 0, postal, raw, &code);
                row.push(TargetPath::LieuType, 0, postal, raw, &Read::plain(lieu::CODE_POSTAL));
            }
        }
        let raw = cell(nom);
        if !raw.is_empty() {
            row.push(TargetPath::LieuNom, 0, nom, raw, &text::read(raw));
        }
    }
}
