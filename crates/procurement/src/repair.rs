//! A contract repaired: what is written otherwise than the format wants is rewritten where that is sure, and told one by one.
//!
//! A filled value that cannot be read is never taken away: the verdict tells of it.

#[cfg(test)]
mod cases;
mod closed;
mod list;
mod scalar;
mod text;

use std::borrow::Cow;

use crate::cpv::Cpv;
use crate::fault::{Fault, RuleName};
use crate::kind::Kind;
use crate::procedures::Procedures;
use crate::value::{Object, Value};
use crate::version::Version;
use crate::way::Way;
use crate::xsd::{Content, Decl, Group, Schema};

use scalar::Role;

/// Texts that stand for nothing.
const NOTHING: [&str; 3] = ["nan", "null", "none"];

/// Lists of 1.x that must be there, empty or not.
const MAY_BE_EMPTY: [&str; 2] = ["modifications", "donneesExecution"];

/// Repairs contracts of one version.
pub(crate) struct Repairer<'r> {
    version: Version,
    procedures: Procedures,
    cpv: &'r Cpv,
}

impl<'r> Repairer<'r> {
    pub(crate) fn new(version: Version, procedures: Procedures, cpv: &'r Cpv) -> Self {
        Self { version, procedures, cpv }
    }

    /// The contract as it should be, with what was done: paths are those of the output.
    pub(crate) fn repair<'a>(&mut self, kind: Kind, contract: Value<'a>) -> (Value<'a>, Vec<Fault<'static>>) {
        let Value::Object(contract) = contract else { return (contract, vec![]) };
        let group = Schema::of(self.version).decl(kind).group();
        let mut work = Work { repairer: self, kind, faults: vec![] };
        let mut contract = work.members(contract, group, &Way::Root);
        work.drop_zero_advance(&mut contract);
        (Value::Object(contract), work.faults)
    }
}

/// A repair under way.
struct Work<'w, 'r> {
    repairer: &'w mut Repairer<'r>,
    kind: Kind,
    faults: Vec<Fault<'static>>,
}

impl Work<'_, '_> {
    fn version(&self) -> Version {
        self.repairer.version
    }

    fn is_2_0(&self) -> bool {
        self.version().is_2_0()
    }

    fn tell(&mut self, rule: RuleName, way: &Way<'_>) {
        self.faults.push(Fault::new(rule, way.pointer()));
    }

    /// Tells what stood there, where it is a single value, and what it has become.
    fn tell_change(&mut self, rule: RuleName, way: &Way<'_>, before: &Value<'_>, now: &str) {
        let fault = Fault::new(rule, way.pointer()).to(now.to_owned());
        self.faults.push(match single(before) {
            Some(before) => fault.value(before),
            None => fault,
        });
    }

    /// The members of an object, in their order, without those that say nothing.
    fn members<'a>(&mut self, object: Object<'a>, group: Option<&Group>, way: &Way<'_>) -> Object<'a> {
        let is_contract = matches!(way, Way::Root);
        let operator_type = object.get("typeIdentifiant").and_then(Value::as_text).map(str::to_owned);
        let mut repaired = Object::with_capacity(object.len());
        for (key, value) in object {
            let here = way.key(&key);
            let decl = group.and_then(|group| group.find(&key, repaired.len()).map(|at| &group.members[at]));
            if is_void(&value) {
                self.omit(&mut repaired, key, &value, way);
                continue;
            }
            if is_contract && decl.is_none() && self.is_2_0() {
                self.tell("key.foreign", &here);
                continue;
            }
            let role = Role::of(&key, is_contract, operator_type.as_deref());
            let value = self.value(value, decl, role, &here);
            match is_void(&value) {
                true => self.omit(&mut repaired, key, &value, way),
                false => repaired.push(key, value),
            }
        }
        repaired
    }

    /// Leaves out what says nothing; a list that must be there becomes one without items.
    fn omit<'a>(&mut self, into: &mut Object<'a>, key: Cow<'a, str>, value: &Value<'_>, way: &Way<'_>) {
        let must_be_there = matches!(way, Way::Root) && !self.is_2_0() && MAY_BE_EMPTY.contains(&key.as_ref());
        let is_as_it_should = must_be_there && value.as_list().is_some_and(<[_]>::is_empty);
        if !is_as_it_should {
            self.tell("null.omitted", &way.key(&key));
        }
        if must_be_there {
            into.push(key, Value::List(vec![]));
        }
    }

    fn value<'a>(&mut self, value: Value<'a>, decl: Option<&Decl>, role: Role<'_>, way: &Way<'_>) -> Value<'a> {
        match (decl.map(|decl| &decl.content), value) {
            (Some(Content::Simple(simple)), value) => self.scalar(value, simple, role, way),
            (Some(Content::Group(group)), value) => match group.item() {
                Some(item) if item.group().is_some() => self.list(value, item, way),
                Some(item) => self.texts(value, item, way),
                None => match value {
                    Value::Object(object) => Value::Object(self.members(object, Some(group), way)),
                    other => self.unknown(other, way),
                },
            },
            (None, value) => self.unknown(value, way),
        }
    }

    /// Of what the format does not know, texts are rectified, and nothing else.
    fn unknown<'a>(&mut self, value: Value<'a>, way: &Way<'_>) -> Value<'a> {
        match value {
            Value::Text(text) => Value::Text(self.text(text, way)),
            Value::List(items) => {
                let items = items.into_iter().enumerate();
                Value::List(items.map(|(at, item)| self.unknown(item, &way.item(at))).collect())
            }
            Value::Object(object) => {
                let members = object.into_iter().map(|(key, value)| {
                    let value = self.unknown(value, &way.key(&key));
                    (key, value)
                });
                Value::Object(members.collect())
            }
            other => other,
        }
    }

    /// Without an advance there is no rate of it.
    fn drop_zero_advance(&mut self, contract: &mut Object<'_>) {
        let is_zero = contract.get("tauxAvance").and_then(Value::as_number).is_some_and(|rate| rate.is_zero());
        if self.is_2_0() && is_zero && contract.get("attributionAvance") == Some(&Value::Bool(false)) {
            contract.remove("tauxAvance");
            self.tell("avance.zero_dropped", &Way::Root.key("tauxAvance"));
        }
    }
}

/// Whether a value says nothing: null, blank, `nan`, `none`, or a list or object of such alone.
fn is_void(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) => false,
        Value::Text(text) => {
            let text = text.trim();
            text.is_empty() || NOTHING.iter().any(|nothing| text.eq_ignore_ascii_case(nothing))
        }
        Value::List(list) => list.iter().all(is_void),
        Value::Object(object) => object.iter().all(|(_, value)| is_void(value)),
    }
}

/// A single value as findings show it. A list or an object may hold names of persons.
fn single(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Null | Value::List(_) | Value::Object(_) => None,
        other => Some(other.shown().into_owned()),
    }
}
