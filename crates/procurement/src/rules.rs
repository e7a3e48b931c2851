//! Our own rules of stage *validate*, on top of the schema: what is well formed and yet wrong, or probably so.
//!
//! What each means is told by `data/rules.tsv`. They read what they know and pass over what has another type or place:
//! that is for the schema to say.

mod amount;
mod contract;
mod date;
mod identity;
mod modification;
mod operator;
mod pieces;
mod place;
mod reading;
mod subcontract;
mod subject;
mod text;

use crate::cpv::Cpv;
use crate::fault::Tell;
use crate::kind::Kind;
use crate::value::Value;
use crate::version::Version;
use crate::way::Way;

use contract::Contract;
pub(crate) use operator::judge_identifier;
pub(crate) use pieces::{Pieces, judge_pieces};
pub(crate) use text::{is_sound_and_plain, judge_text};

/// Tells every own rule that a contract meets.
pub(crate) fn judge(contract: &Value<'_>, kind: Kind, version: Version, cpv: &Cpv, tell: &mut Tell<'_>) {
    text::judge(contract, &Way::Root, tell);
    let Value::Object(object) = contract else { return };
    let contract = Contract::new(object, kind, version, cpv);
    identity::judge(&contract, tell);
    subject::judge(&contract, tell);
    date::judge(&contract, tell);
    amount::judge(&contract, tell);
    place::judge(&contract, tell);
    operator::judge(&contract, tell);
    modification::judge(&contract, tell);
    if version.is_2_0() {
        subcontract::judge(&contract, tell);
    }
}
