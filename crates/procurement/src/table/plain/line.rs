//! The line of a plain contract, and what there is to tell of its pieces as they are written.

use tables::escape_json;

use super::{Form, Key, MODIFICATIONS_KEY, OPERATORS_KEY, Object, PLACES, Piece, Plain, TYPE};
use crate::cpv::Cpv;
use crate::judged::Hearing;
use crate::rules::{self, Pieces};
use crate::table::contract::Contract;
use crate::table::operators::Operator;
use crate::table::row::{Cell, Row};
use crate::target_path::TargetPath as P;
use crate::value::{Value, write_number};
use crate::way::Way;

impl Plain {
    /// Judges a contract, and adds it to the line; `published` is the date of contracts that have none.
    pub(in crate::table) fn write(
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
        let (key, value) = TYPE;
        line.push(b'{');
        write_key(key, line);
        line.push(b'"');
        line.extend_from_slice(value.as_bytes());
        line.push(b'"');
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
        let way = way.key(self.place.key());
        line.extend_from_slice(&self.opening);
        let value = match self.form {
            Form::Number => {
                write_number(text, line);
                Value::number(text)
            }
            Form::Free if !rules::is_sound_and_plain(text) => {
                escape_json(text, line);
                rules::judge_text(text, &way, &mut |fault| hearing.hear(&fault));
                Value::text(text)
            }
            Form::Made | Form::Free => {
                line.extend_from_slice(text.as_bytes());
                Value::text(text)
            }
        };
        if self.form != Form::Number {
            line.push(b'"');
        }
        self.part.judge(&value, &way, &mut |fault| hearing.hear(&fault));
    }
}

fn write_key(key: &str, line: &mut Vec<u8>) {
    line.push(b'"');
    line.extend_from_slice(key.as_bytes());
    line.extend_from_slice(b"\":");
}
