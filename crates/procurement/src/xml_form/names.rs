//! The name that XML and JSON of 2.0 have for the same thing, the change of a subcontract.

const IN_XML: &str = "modificationActesSousTraitance";
const IN_JSON: &str = "modificationActeSousTraitance";

/// The name of an item of a list in JSON.
pub(super) fn in_json(name: &str) -> &str {
    if name == IN_XML { IN_JSON } else { name }
}

/// The name that a member has in the schema of XML; 2.0.0 has the one of JSON there too.
pub(super) fn in_schema<'n>(name: &'n str, declared: &'n str) -> &'n str {
    if in_json(name) == in_json(declared) { declared } else { name }
}
