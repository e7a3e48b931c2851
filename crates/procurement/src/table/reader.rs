//! Records read to rows: the fields of a mapping and what its own section says, cell by cell.

mod bodies;
mod key;
mod role;

use anyhow::Result;
use mapping::{Filled, Mapper};
use tables::{Header, Record};

use super::fold::fold_into;
use super::path::Paths;
use super::row::Row;
use crate::cells::{self, AllTold, Read, Told, closed, date, duree, identifier, number, text};
use crate::cpv::Cpv;
use crate::heading::Heading;
use crate::procedures::Procedures;
use crate::section::Group;
use crate::target;
use crate::target_path::{Part, Reading, TargetPath};
use crate::version::Version;

pub(crate) use key::{Key, Wanted};
use role::{Role, role_of};

/// A record with more operators or values in one list says something else than a record does.
const MOST_ITEMS: usize = 4_096;

/// Keeps the parts of a key apart.
const BETWEEN: u8 = 0x1f;

/// Reads the records of one table.
pub(crate) struct Reader {
    mapper: Mapper,
    filled: Filled,
    fields: Vec<Field>,
    gives_operators: bool,
    buyers: Vec<(Option<usize>, Option<usize>)>,
    lieu: Lieu,
    /// Whether the mapping has a role, and its column, where the file has it.
    role: Option<Option<usize>>,
    group: Group,
    etat: bool,
    /// The longest object of a contract, in characters.
    limit: usize,
    procedures: Procedures,
}

/// A field of the mapping.
struct Field {
    nth: usize,
    place: TargetPath,
    reading: Reading,
    /// Where its one value is the cell of a column, as it stands there.
    column: Option<usize>,
}

/// The columns of a place.
#[derive(Default)]
struct Lieu {
    insee: Option<usize>,
    granularite: Option<usize>,
    postal: Option<usize>,
    nom: Option<usize>,
}

/// What becomes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Kept,
    /// A condition of `[keep]` fails.
    Dropped,
    Subcontractor,
    Unusable,
}

impl Reader {
    /// Binds a mapping to the columns of a table.
    ///
    /// # Errors
    /// 65 when the table has none of the columns.
    pub(crate) fn new(heading: &Heading, header: &Header, version: Version, procedures: Procedures) -> Result<Self> {
        let section = &heading.section;
        let others: Vec<&str> = section.columns().collect();
        let mapper = Mapper::new(heading.mapping.clone(), header, &others)?;
        let own = target::version_of(&heading.mapping.target().name).unwrap_or(version);
        let places = target::places(own).enumerate();
        let fields = places
            .filter(|(nth, _)| heading.mapping.gives(*nth))
            .filter(|(_, place)| version.is_2_0() || !place.is_of_2_0())
            .map(|(nth, place)| {
                let column = mapper.plain_column(nth);
                Field { nth, place, reading: place.reading(version), column }
            });
        let fields: Vec<Field> = fields.collect();
        let column = |name: &Option<String>| name.as_deref().and_then(|name| header.column(name));
        Ok(Self {
            mapper,
            filled: Filled::default(),
            gives_operators: fields.iter().any(|field| field.place.part() == Part::Titulaire),
            fields,
            buyers: section.acheteur.iter().map(|(id, name)| (header.column(id), header.column(name))).collect(),
            lieu: Lieu {
                insee: column(&section.lieu.insee),
                granularite: column(&section.lieu.granularite),
                postal: column(&section.lieu.postal),
                nom: column(&section.lieu.nom),
            },
            role: section.role.as_ref().map(|role| header.column(role)),
            group: section.group,
            etat: section.etat,
            limit: if version.is_2_0() { 1_000 } else { 256 },
            procedures,
        })
    }

    /// The column of the role, for whoever tells of it.
    pub(crate) fn role_column(&self) -> Option<usize> {
        self.role.flatten()
    }

    /// Where what stands in a column is in the contract, by the column's name.
    pub(crate) fn places(&mut self, paths: &mut Paths, header: &Header) -> Vec<(String, String)> {
        let Lieu { insee, granularite, postal, nom } = self.lieu;
        let buyers =
            self.buyers.iter().flat_map(|(id, name)| [(*id, TargetPath::AcheteurId), (*name, TargetPath::AcheteurNom)]);
        let lieu = [
            (insee, TargetPath::LieuCode),
            (granularite, TargetPath::LieuType),
            (postal, TargetPath::LieuCode),
            (nom, TargetPath::LieuNom),
        ];
        let fields = self.fields.iter().flat_map(|field| {
            let columns = self.mapper.mapping().columns_of(field.nth);
            columns.map(|name| (header.column(name), field.place)).collect::<Vec<_>>()
        });
        let all = fields.chain(buyers).chain(lieu);
        all.filter_map(|(column, place)| Some((header.names().get(column?)?.clone(), paths.first(place)))).collect()
    }

    /// Reads a record. The key of a record that may be one contract with others is left in the key that is wanted; else
    /// that is empty.
    pub(crate) fn read(&mut self, record: &Record<'_>, cpv: &Cpv, row: &mut Row, mut wanted: Wanted<'_>) -> Fate {
        row.begin(record.number(), record.line());
        if let Some(key) = wanted.key() {
            key.clear();
        }
        if self.mapper.keep(record).is_err() {
            return Fate::Dropped;
        }
        let role = match self.role {
            None => Role::Contractor(None),
            Some(column) => role_of(column.map_or("", |column| record.cell(column))),
        };
        if matches!(role, Role::Subcontractor) {
            return Fate::Subcontractor;
        }
        row.is_contractor = !matches!(role, Role::CoContractor);
        if !self.read_fields(record, cpv, row, &mut wanted) {
            return Fate::Unusable;
        }
        self.read_buyer(record, row);
        self.read_lieu(record, row);
        read_operators(row);
        row.lacks_operator = self.gives_operators && !has_operator(row);
        if let Role::Contractor(Some(told)) = role {
            row.role_told = Some(told);
        }
        if row.value(TargetPath::Id).is_none() && row.value(TargetPath::Objet).is_none() && !has_operator(row) {
            return Fate::Unusable;
        }
        if let Some(key) = wanted.key() {
            self.finish_key(row, key);
        }
        Fate::Kept
    }

    /// The fields of the mapping; false where one of them has too many values. The folded object
    /// of the contract, which may be cut in the row, is left in the key.
    fn read_fields(&mut self, record: &Record<'_>, cpv: &Cpv, row: &mut Row, wanted: &mut Wanted<'_>) -> bool {
        let Self { mapper, filled, fields, limit, procedures, group, etat, .. } = self;
        mapper.fill_rest(record, filled);
        let mut read_cell = |field: &Field, text| match field.reading {
            Reading::Text if field.place == TargetPath::LieuCode => code(text),
            Reading::Text => text::read(text),
            Reading::Identifier => identifier::read(text),
            Reading::Closed(values) => closed::read(text, values),
            Reading::Date => date::read(text),
            Reading::Amount => number::read(text),
            Reading::Duree => duree::read(text),
            Reading::Procedure => procedures.read_cell(text),
            Reading::Cpv => cells::cpv::read(text, cpv),
            Reading::Truth => truth(text),
            Reading::Objet => {
                let whole = text::read(text);
                if let Some(key) = wanted.key().filter(|_| group.by_objet && !*etat) {
                    fold_into(whole.value.as_deref().unwrap_or_default(), &mut key.rest);
                }
                truncate(whole, *limit)
            }
        };
        for field in fields.iter() {
            if let Some(column) = field.column
                && record.list(column).is_none()
            {
                let text = record.cell(column);
                if !text.is_empty() {
                    row.push(field.place, 0, Some(column), text, &read_cell(field, text));
                }
                continue;
            }
            for (item, given) in filled.values(field.nth, record, mapper).enumerate() {
                if item == MOST_ITEMS {
                    return false;
                }
                row.push(field.place, item, given.column, given.text, &read_cell(field, given.text));
            }
        }
        for (nth, column, raw) in filled.unmapped(record, mapper) {
            if let Some(field) = fields.iter().find(|field| field.nth == nth) {
                // It has no item of its own: what the table lacks is in no list.
                row.push(field.place, 0, column, raw, &Read::left_out(Told::ValueUnmapped));
            }
        }
        pad_lieu(row);
        true
    }

    /// Makes the key whole; none of a record that is alone.
    fn finish_key(&self, row: &Row, key: &mut Key) {
        let Some(id) = row.value(TargetPath::Id) else {
            key.clear();
            return;
        };
        fold_into(if self.etat { state_of(id).0 } else { id }, &mut key.uid);
        key.uid.push(BETWEEN);
        if !self.group.by_acheteur {
            return;
        }
        match row
            .value(TargetPath::AcheteurId)
            .map(|id| ("#", id))
            .or(row.value(TargetPath::AcheteurNom).map(|name| ("", name)))
        {
            Some((mark, buyer)) => {
                key.uid.extend_from_slice(mark.as_bytes());
                fold_into(buyer, &mut key.uid);
            }
            // Without a buyer a number says nothing about others of its kind.
            None => key.uid.extend_from_slice(&key.rest),
        }
    }
}

/// A number without its last two digits, which are the state, and the state.
pub(crate) fn state_of(id: &str) -> (&str, Option<u8>) {
    let cut = id.len().checked_sub(2).filter(|cut| id.is_char_boundary(*cut) && *cut > 0);
    let state = cut.and_then(|cut| {
        let digits = &id[cut..];
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
    });
    match (cut, state) {
        (Some(cut), Some(state)) => (&id[..cut], Some(state)),
        _ => (id, None),
    }
}

/// A code of a place that stands in a column of its own.
fn code(cell: &str) -> Read<'_> {
    match identifier::without_float_suffix(cell.trim()) {
        Some(code) => Read::made(code.trim(), AllTold::of(Told::IdFloatSuffix)),
        None => text::read(cell),
    }
}

/// Gives a postal or commune code its lost zero back, where the type says that it is one.
fn pad_lieu(row: &mut Row) {
    let is_five = matches!(row.value(TargetPath::LieuType), Some("Code postal" | "Code commune"));
    let Some(code) = row.value(TargetPath::LieuCode).filter(|_| is_five) else { return };
    if code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        let padded = format!("0{code}");
        row.set_value(TargetPath::LieuCode, &padded, Told::LieuLeadingZero);
    }
}

fn truth(cell: &str) -> Read<'_> {
    match target::truth(cell) {
        _ if cell.trim().is_empty() => Read::default(),
        Some(true) => Read::plain("true"),
        Some(false) => Read::plain("false"),
        None => Read::left_out(Told::ValueUnmapped),
    }
}

/// The object of a contract, cut at the limit.
fn truncate(mut read: Read<'_>, limit: usize) -> Read<'_> {
    let Some(value) = read.value.as_deref().filter(|value| value.len() > limit) else { return read };
    let Some((end, _)) = value.char_indices().nth(limit) else { return read };
    let cut = value[..end].trim_end().to_owned();
    read.value = Some(cut.into());
    read.told.add(Told::ObjetTruncated);
    read
}

const TITULAIRE: [TargetPath; 3] = [TargetPath::TitulaireType, TargetPath::TitulaireId, TargetPath::TitulaireNom];
const MODIFICATION_TITULAIRE: [TargetPath; 3] =
    [TargetPath::ModificationTitulaireType, TargetPath::ModificationTitulaireId, TargetPath::ModificationTitulaireNom];

fn has_operator(row: &Row) -> bool {
    row.cells()
        .iter()
        .any(|cell| cell.has_value() && matches!(cell.place, TargetPath::TitulaireId | TargetPath::TitulaireNom))
}

/// Gives operators whose type no column gives the one that their identifier shows.
fn read_operators(row: &mut Row) {
    for [kind, id, _] in [TITULAIRE, MODIFICATION_TITULAIRE] {
        for item in 0..row.items(&[id]) {
            let Some(cell) = row.get_item(id, item).copied() else { continue };
            let Some(text) = row.value_of(&cell) else { continue };
            let siren = identifier::siren_told(text);
            let is_given = row.get_item(kind, item).is_some();
            if !is_given {
                let (type_name, told) = identifier::type_of(text);
                let text = text.to_owned();
                let read = Read { value: type_name.map(Into::into), told };
                row.push(kind, usize::from(item), cell.column(), &text, &read);
                if let Some(siren) = siren {
                    row.tell(id, item, siren);
                }
            }
        }
    }
}
