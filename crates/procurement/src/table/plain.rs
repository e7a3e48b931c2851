//! A contract in the form of 1.x without modifications, as nearly all are: judged and written piece by piece. It comes to the same as if it were made a value first, as `shape` does, judged and written then.

use tables::write_json_text;

use super::contract::Contract;
use super::operators::Operator;
use super::row::{Cell, Row};
use crate::cpv::Cpv;
use crate::judge::Judge;
use crate::judged::{Hearing, Required};
use crate::kind::Kind;
use crate::rules::{self, Pieces};
use crate::schema::{self, ITEM, Schema};
use crate::target_path::{Reading, TargetPath as P};
use crate::value::{Value, write_number};
use crate::version::Version;
use crate::way::Way;

/// What stands in a contract, in the order in which it is written. What has the same object around it stands together.
const OWN: [(Option<&'static str>, &[P]); 5] = [
    (None, &[P::Id]),
    (Some("acheteur"), &[P::AcheteurId, P::AcheteurNom]),
    (None, &[P::Nature, P::Objet, P::CodeCpv, P::Procedure]),
    (Some("lieuExecution"), &[P::LieuCode, P::LieuType, P::LieuNom]),
    (None, &[P::DureeMois, P::DateNotification, P::DatePublication, P::Montant, P::FormePrix]),
];

const OPERATOR: [P; 3] = [P::TitulaireType, P::TitulaireId, P::TitulaireNom];

/// Places of `OWN` are numbered below this.
const PLACES: usize = P::FormePrix as usize + 1;

const OPERATORS_KEY: &str = "titulaires";

/// Stands in every contract, as a key and what it says.
const TYPE: (&str, &str) = ("_type", "Marché");

/// Stands in every contract, and is empty.
const MODIFICATIONS_KEY: &str = "modifications";

/// How such contracts of one version are judged and written.
pub(super) struct Plain {
    version: Version,
    own: Vec<Object>,
    /// Keys of the contract itself.
    required: Vec<Key>,
    operator: Object,
}

/// Pieces with the same object around them.
struct Object {
    key: Option<&'static str>,
    pieces: Vec<Piece>,
    required: Vec<Key>,
}

struct Piece {
    place: P,
    form: Form,
    part: schema::Part,
}

/// How a piece is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Number,
    /// A text that we have made ourselves or taken from a list: nothing in it is damaged, or has to be escaped.
    Made,
    Free,
}

/// A key that has to be there.
struct Key {
    name: String,
    /// Where it is one of the pieces.
    place: Option<P>,
    required: Required,
}

impl Plain {
    /// Nothing where the schema asks for more than can be seen piece by piece.
    pub(super) fn new(judge: &Judge) -> Option<Self> {
        if judge.version().is_2_0() {
            return None;
        }
        let (schema, version) = (judge.schema_of(Kind::Marche), judge.version());
        let object = |(key, places): &(Option<&'static str>, &[P])| Object::new(schema, *key, places, version);
        let own = OWN.iter().map(object).collect::<Option<Vec<_>>>()?;
        let mut is_typed = true;
        let marche = Value::text(TYPE.1);
        schema.part(&[TYPE.0])?.judge(&marche, &Way::Root, &mut |_| is_typed = false);
        // Operators are each in a contract once.
        let is_plain = is_typed && schema.takes(&[MODIFICATIONS_KEY], 0) && schema.takes(&[OPERATORS_KEY], 1);
        let constant = [TYPE.0, MODIFICATIONS_KEY];
        let places: Vec<P> =
            OWN.iter().filter(|(key, _)| key.is_none()).flat_map(|(_, places)| *places).copied().collect();
        let mut required = keys(schema, &[], &places)?;
        required.retain(|key| !constant.contains(&key.name.as_str()));
        let operator = Object::of_operator(schema, version)?;
        is_plain.then_some(Self { version, own, required, operator })
    }

    /// Whether a contract is such a one.
    pub(super) fn is(contract: &Contract) -> bool {
        contract.modifications.is_empty()
    }
}

impl Plain {
    /// Judges a contract, and adds it to the line; `published` is the date of contracts that have none.
    pub(super) fn write(
        &mut self,
        contract: &Contract,
        published: Option<&str>,
        cpv: &Cpv,
        line: &mut Vec<u8>,
        hearing: &mut Hearing<'_>,
    ) {
        let Self { version, own, required, operator } = self;
        let row = &contract.own;
        let values = values_of(row, published);
        line.extend_from_slice(b"{");
        write_key(TYPE.0, line);
        line.extend_from_slice(b"\"");
        line.extend_from_slice(TYPE.1.as_bytes());
        line.extend_from_slice(b"\"");
        for object in own.iter_mut() {
            object.write(&|place| values[place as usize], &Way::Root, line, hearing);
        }
        let acheteur = values[P::AcheteurId as usize];
        for (nth, titulaire) in contract.titulaires.iter().enumerate() {
            match nth {
                0 => {
                    line.push(b',');
                    write_key(OPERATORS_KEY, line);
                    line.extend_from_slice(b"[{");
                }
                _ => line.extend_from_slice(b",{"),
            }
            operator.write_operator(&titulaire, nth, acheteur, line, hearing);
            line.push(b'}');
        }
        line.extend_from_slice(if contract.titulaires.is_empty() { b"" } else { b"]" });
        line.extend_from_slice(b",");
        write_key(MODIFICATIONS_KEY, line);
        line.extend_from_slice(b"[]}");
        for Key { name, place, required } in required.iter_mut() {
            let is_there = match place {
                Some(place) => values[*place as usize].is_some(),
                None if name == OPERATORS_KEY => !contract.titulaires.is_empty(),
                None => own.iter().any(|object| object.key == Some(name) && object.has_any(&values)),
            };
            if !is_there {
                hearing.hear_missing(required, &Way::Root.key(name));
            }
        }
        let number = |place: P| values[place as usize].map(Value::number);
        let pieces = Pieces {
            acheteur,
            objet: values[P::Objet as usize],
            code_cpv: values[P::CodeCpv as usize],
            lieu_code: values[P::LieuCode as usize],
            lieu_type: values[P::LieuType as usize],
            duree_mois: number(P::DureeMois),
            notification: values[P::DateNotification as usize],
            publication: values[P::DatePublication as usize],
            montant: number(P::Montant),
        };
        rules::judge_pieces(&pieces, *version, cpv, &mut |fault| hearing.hear(&fault));
    }
}

/// The values of the contract itself, by their places.
fn values_of<'c>(row: &'c Row, published: Option<&'c str>) -> [Option<&'c str>; PLACES] {
    let mut values = [None; PLACES];
    // Of several in one place the first counts.
    let is_one = |cell: &&Cell| cell.item == 0 && (cell.place as usize) < PLACES;
    for cell in row.cells().iter().filter(is_one).rev() {
        values[cell.place as usize] = row.value_of(cell);
    }
    let date = &mut values[P::DatePublication as usize];
    *date = date.or(published);
    values
}

impl Object {
    fn new(schema: &Schema, key: Option<&'static str>, places: &[P], version: Version) -> Option<Self> {
        let way: Vec<&str> = key.into_iter().collect();
        let required = if key.is_some() { keys(schema, &way, places)? } else { vec![] };
        Some(Self { key, pieces: pieces(schema, &way, places, version)?, required })
    }

    fn of_operator(schema: &Schema, version: Version) -> Option<Self> {
        let way = [OPERATORS_KEY, ITEM];
        let (pieces, required) = (pieces(schema, &way, &OPERATOR, version)?, keys(schema, &way, &OPERATOR)?);
        Some(Self { key: None, pieces, required })
    }

    fn has_any(&self, values: &[Option<&str>; PLACES]) -> bool {
        self.pieces.iter().any(|piece| values[piece.place as usize].is_some())
    }

    /// Writes the pieces that are there, behind others; with the object around them, if there is one.
    fn write<'c>(
        &mut self,
        value: &dyn Fn(P) -> Option<&'c str>,
        way: &Way<'_>,
        line: &mut Vec<u8>,
        hearing: &mut Hearing<'_>,
    ) {
        let Some(key) = self.key else {
            for piece in &self.pieces {
                if let Some(value) = value(piece.place) {
                    line.push(b',');
                    piece.write(value, way, line, hearing);
                }
            }
            return;
        };
        if self.pieces.iter().any(|piece| value(piece.place).is_some()) {
            line.push(b',');
            write_key(key, line);
            line.push(b'{');
            self.write_pieces(value, &way.key(key), line, hearing);
            line.push(b'}');
        }
    }

    /// Writes what stands in an object, and tells what is missing there.
    fn write_pieces<'c>(
        &mut self,
        value: &dyn Fn(P) -> Option<&'c str>,
        way: &Way<'_>,
        line: &mut Vec<u8>,
        hearing: &mut Hearing<'_>,
    ) {
        let mut is_first = true;
        for piece in &self.pieces {
            if let Some(value) = value(piece.place) {
                if !std::mem::take(&mut is_first) {
                    line.push(b',');
                }
                piece.write(value, way, line, hearing);
            }
        }
        for Key { name, place, required } in &mut self.required {
            if place.is_none_or(|place| value(place).is_none()) {
                hearing.hear_missing(required, &way.key(name));
            }
        }
    }

    /// Writes the pieces of the nth operator; `acheteur` is who buys.
    fn write_operator(
        &mut self,
        titulaire: &Operator<'_>,
        nth: usize,
        acheteur: Option<&str>,
        line: &mut Vec<u8>,
        hearing: &mut Hearing<'_>,
    ) {
        let Operator { kind, id, nom } = *titulaire;
        let value = |place: P| match place {
            P::TitulaireType => kind,
            P::TitulaireId => id,
            _ => nom,
        };
        let list = Way::Root.key(OPERATORS_KEY);
        let way = list.item(nth);
        self.write_pieces(&value, &way, line, hearing);
        if let Some(id) = id {
            rules::judge_identifier(id, kind, acheteur, &way.key(P::TitulaireId.key()), &mut |fault| {
                hearing.hear(&fault)
            });
        }
    }
}

impl Piece {
    fn write(&self, text: &str, way: &Way<'_>, line: &mut Vec<u8>, hearing: &mut Hearing<'_>) {
        let key = self.place.key();
        write_key(key, line);
        let way = way.key(key);
        let value = match self.form {
            Form::Number => {
                write_number(text, line);
                Value::number(text)
            }
            Form::Made => {
                write_plain_text(text, line);
                Value::text(text)
            }
            Form::Free if rules::is_sound_and_plain(text) => {
                write_plain_text(text, line);
                Value::text(text)
            }
            Form::Free => {
                write_json_text(text, line);
                rules::judge_text(text, &way, &mut |fault| hearing.hear(&fault));
                Value::text(text)
            }
        };
        self.part.judge(&value, &way, &mut |fault| hearing.hear(&fault));
    }
}

fn pieces(schema: &Schema, way: &[&str], places: &[P], version: Version) -> Option<Vec<Piece>> {
    let piece = |place: &P| {
        let form = match place.reading(version) {
            Reading::Amount | Reading::Duree => Form::Number,
            Reading::Closed(_) | Reading::Procedure | Reading::Date | Reading::Cpv => Form::Made,
            Reading::Text | Reading::Objet | Reading::Identifier | Reading::Truth => Form::Free,
        };
        let way: Vec<&str> = way.iter().copied().chain([place.key()]).collect();
        Some(Piece { place: *place, form, part: schema.part(&way)? })
    };
    places.iter().map(piece).collect()
}

/// The keys that an object must have, each with its place, if it is one of these.
fn keys(schema: &Schema, way: &[&str], places: &[P]) -> Option<Vec<Key>> {
    let key = |name: &str| {
        let place = places.iter().copied().find(|place| place.key() == name);
        Key { name: name.to_owned(), place, required: Required::default() }
    };
    Some(schema.required(way)?.into_iter().map(key).collect())
}

fn write_key(key: &str, line: &mut Vec<u8>) {
    write_plain_text(key, line);
    line.push(b':');
}

/// A text of which nothing has to be escaped.
fn write_plain_text(text: &str, line: &mut Vec<u8>) {
    line.push(b'"');
    line.extend_from_slice(text.as_bytes());
    line.push(b'"');
}
