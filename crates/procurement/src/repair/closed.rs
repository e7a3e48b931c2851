//! Values of closed lists that are written otherwise.

use crate::cells::closed::key;
use crate::fault::RuleName;
use crate::version::Version;

/// Other names of values, as files have them.
const ALIASES: [(&str, &str); 2] = [("tva intracommunautaire", "TVA"), ("frw", "FRWF")];

/// The value of a list that a text is another spelling or name of, and by which rule.
pub(super) fn find<'l>(text: &str, values: &'l [String], version: Version) -> Option<(&'l str, RuleName)> {
    if values.iter().any(|value| value == text) {
        return None;
    }
    let wanted = key(text);
    if let Some(value) = values.iter().find(|value| key(value) == wanted) {
        return Some((value, "enum.typographic"));
    }
    // 2.0 has no type for numbers of the Union but the one of its VAT.
    let of_union = ("ue", "TVA");
    let aliases = ALIASES.iter().chain(version.is_2_0().then_some(&of_union));
    let (_, alias) = aliases.into_iter().find(|(name, _)| *name == wanted)?;
    values.iter().find(|value| value == alias).map(|value| (value.as_str(), "enum.alias"))
}
