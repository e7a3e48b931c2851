//! A contract in the form of 1.5 without modifications, as nearly all are: judged and written piece by piece. It comes to
//! the same as if it were made a value first, as `shape` does, judged and written then.

mod line;
#[cfg(test)]
mod tests;

use super::contract::Contract;
use crate::judge::Judge;
use crate::judged::Required;
use crate::kind::Kind;
use crate::schema::{self, ITEM, Schema};
use crate::target_path::{Reading, TargetPath as P};
use crate::value::Value;
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
    /// Its key, and the quote before a text.
    opening: Vec<u8>,
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
}

fn pieces(schema: &Schema, way: &[&str], places: &[P], version: Version) -> Option<Vec<Piece>> {
    let piece = |place: &P| {
        let form = match place.reading(version) {
            Reading::Amount | Reading::Duree => Form::Number,
            Reading::Closed(_) | Reading::Procedure | Reading::Date | Reading::Cpv => Form::Made,
            Reading::Text | Reading::Objet | Reading::Identifier | Reading::Truth => Form::Free,
        };
        let way: Vec<&str> = way.iter().copied().chain([place.key()]).collect();
        let quote = if form == Form::Number { "" } else { "\"" };
        let opening = format!("\"{}\":{quote}", place.key()).into_bytes();
        Some(Piece { place: *place, opening, form, part: schema.part(&way)? })
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
