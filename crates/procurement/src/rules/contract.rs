//! A contract as the rules see it, and how they tell what they find.

use crate::cpv::Cpv;
use crate::day::Day;
use crate::fault::{Fault, RuleName, Tell};
use crate::kind::Kind;
use crate::value::{Object, Value};
use crate::version::Version;
use crate::way::Way;

use super::reading::day_of;

/// A contract as the rules see it.
pub(super) struct Contract<'c, 'v> {
    pub(super) object: &'c Object<'v>,
    pub(super) kind: Kind,
    pub(super) version: Version,
    pub(super) cpv: &'c Cpv,
    pub(super) buyer: Option<&'c str>,
    /// Of notification or signature.
    pub(super) in_force: Option<Day>,
    pub(super) amount: Option<&'c Value<'v>>,
}

/// The identifier of the buyer.
fn buyer<'c>(object: &'c Object<'_>, kind: Kind, version: Version) -> Option<&'c str> {
    object.get(kind.buyer_key())?.get(buyer_id_key(kind, version))?.as_text()
}

/// Until 1.1.4 it was called otherwise in concessions.
pub(super) fn buyer_id_key(kind: Kind, version: Version) -> &'static str {
    if kind.is_concession() && version == Version::V1_0_0 { "siret" } else { "id" }
}

impl<'c, 'v> Contract<'c, 'v> {
    pub(super) fn new(object: &'c Object<'v>, kind: Kind, version: Version, cpv: &'c Cpv) -> Self {
        Self {
            object,
            kind,
            version,
            cpv,
            buyer: buyer(object, kind, version),
            in_force: object.get(kind.date_key()).and_then(Value::as_text).and_then(day_of),
            amount: object.get(kind.amount_key()),
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'c Value<'v>> {
        self.object.get(key)
    }

    pub(super) fn text(&self, key: &str) -> Option<&'c str> {
        self.object.get(key)?.as_text()
    }

    /// The objects of a list: in 2.0 each is wrapped in an object of one key, which is `wrapper`.
    pub(super) fn entries(&self, key: &str, wrapper: &str, see: &mut dyn FnMut(&Object<'v>, &Way<'_>)) {
        entries(self.object, &Way::Root.key(key), self.version, wrapper, see);
    }
}

/// [`Contract::entries`] of a list that stands elsewhere: `way` leads to it, its last step being its key.
pub(super) fn entries<'v>(
    object: &Object<'v>,
    way: &Way<'_>,
    version: Version,
    wrapper: &str,
    see: &mut dyn FnMut(&Object<'v>, &Way<'_>),
) {
    let Way::Key(_, key) = way else { return };
    let list = object.get(key).and_then(Value::as_list).unwrap_or_default();
    for (place, item) in list.iter().enumerate() {
        let way = way.item(place);
        match version.is_2_0() && version != Version::V2_0_0 {
            true => {
                if let Some(Value::Object(item)) = item.get(wrapper) {
                    see(item, &way.key(wrapper));
                }
            }
            false => {
                if let Value::Object(item) = item {
                    see(item, &way);
                }
            }
        }
    }
}

/// A fault that shows what stands there.
pub(super) fn fault(rule: RuleName, way: &Way<'_>, value: &Value<'_>, tell: &mut Tell<'_>) {
    way.with_pointer(|path| tell(Fault::new(rule, path).value(value.shown())));
}
