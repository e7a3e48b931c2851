//! A fault as a finding: whose contract, which field, what stood there; never the name of an operator.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::LazyLock;

use anyhow::Result;
use foldhash::HashSet;
use report::{Finding, Findings, Lang, RuleId};

use crate::fault::Fault;
use crate::kind::Kind;

/// Names of fields that the format knows. What stands under another may be anything, so it is not shown.
static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let tables = [include_str!("../data/fields_1.5.0.tsv"), include_str!("../data/fields_2.0.3.tsv")];
    let lines = tables.into_iter().flat_map(|table| table.lines().skip(1));
    let paths = lines.flat_map(|line| line.split('\t').enumerate().filter(|(place, _)| matches!(place, 1 | 5)));
    let names = paths.filter_map(|(_, path)| path.rsplit('/').find(|name| *name != "*" && !name.is_empty()));
    names.chain(OF_2017).filter(|name| *name != NAMES_OF_OPERATORS).collect()
});

/// Fields that only the first versions had.
const OF_2017: [&str; 4] =
    ["siret", "identificationAcheteur", "montantAvantagesFinanciers", "dateSignatureModification"];

/// Some are persons.
const NAMES_OF_OPERATORS: &str = "denominationSociale";

/// Texts in which people write how to reach them.
const FREE_TEXTS: [&str; 4] = ["objet", "objetModification", "nom", "intituleTarif"];

/// Of the whole text of an objet that was cut, so many characters are told.
const LONGEST_OBJET_CHARS: usize = 10_000;

/// So many characters of a value or an identifier are named in a message.
const SHOWN_CHARS: usize = 60;

/// Whose fault it is; what is not known is left out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) record: Option<u64>,
    pub(crate) line: Option<u64>,
    /// As the input calls it.
    pub(crate) column: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
    pub(crate) kind: Kind,
}

impl Place<'_> {
    /// The file as a whole.
    pub(crate) const FILE: Self = Place { record: None, line: None, column: None, id: None, kind: Kind::Marche };
}

impl<'a> Place<'a> {
    /// What is there to be found, as far as it is a matter of place.
    pub(crate) fn finding(&self, rule: RuleId, path: &'a str) -> Finding<'a> {
        let mut finding = Finding::new(rule);
        if !path.is_empty() {
            finding = finding.path(path);
        }
        if let Some(record) = self.record {
            finding = finding.record(record);
        }
        if let Some(line) = self.line {
            finding = finding.line(line);
        }
        match self.column {
            Some(column) => finding.column(column),
            None => finding,
        }
    }
}

/// Adds a fault to the findings.
///
/// # Errors
/// 74 when the disk refuses.
pub(crate) fn tell(findings: &mut Findings, lang: Lang, place: &Place<'_>, fault: &Fault<'_>) -> Result<()> {
    let rule = findings.rule(fault.rule);
    if findings.count_only(&place.finding(rule, &fault.path)) {
        return Ok(());
    }
    tell_whole(findings, rule, lang, place, fault)
}

/// Adds a fault that is more than counted.
///
/// # Errors
/// 74 when the disk refuses.
pub(crate) fn tell_whole(
    findings: &mut Findings,
    rule: RuleId,
    lang: Lang,
    place: &Place<'_>,
    fault: &Fault<'_>,
) -> Result<()> {
    let field = field(&fault.path);
    let value = fault.value.as_deref().and_then(|value| shown(field, value));
    let to = fault.to.as_deref().and_then(|to| shown(field, to));
    let lead = Lead { lang, place, field, value: value.as_deref() };
    let mut finding = place.finding(rule, &fault.path).lead(&lead);
    if let Some(id) = place.id {
        finding = finding.id(id);
    }
    if let Some(value) = value.as_deref() {
        finding = match fault.rule {
            "objet.truncated" => finding.long_value(value, LONGEST_OBJET_CHARS),
            _ => finding.value(value),
        };
    }
    if let Some(to) = to.as_deref() {
        finding = finding.to(to);
    }
    findings.add(finding)
}

/// The last name of a JSON Pointer or an XPath.
fn field(path: &str) -> &str {
    let is_name = |name: &str| name.bytes().any(|byte| !byte.is_ascii_digit());
    // In nearly all cases it is what stands last.
    let last = path.bytes().rposition(|byte| byte == b'/').map_or(path, |slash| &path[slash + 1..]);
    if is_name(last) && !last.contains('[') {
        return last;
    }
    let mut names = path.rsplit('/').map(|name| name.split('[').next().unwrap_or(name));
    names.find(|name| is_name(name)).unwrap_or_default()
}

/// What may be shown of a value under a name; without one, there is none to judge by.
fn shown<'v>(field: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match field {
        "" => Some(Cow::Borrowed(value)),
        field if FREE_TEXTS.contains(&field) => Some(report::mask(value)),
        field if KNOWN.contains(field) => Some(Cow::Borrowed(value)),
        _ => None,
    }
}

/// Which field of which contract a message is about.
struct Lead<'a> {
    lang: Lang,
    place: &'a Place<'a>,
    field: &'a str,
    value: Option<&'a str>,
}

impl fmt::Display for Lead<'_> {
    /// Piece by piece, without formats: every finding that is written has one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_french = self.lang == Lang::Fr;
        let kind = match (is_french, self.place.kind.is_concession()) {
            (true, false) => "marché",
            (false, false) => "contract",
            (_, true) => "concession",
        };
        match (self.place.id, self.place.record) {
            (Some(id), _) => {
                f.write_str(kind)?;
                f.write_str(" ")?;
                Short(id).fmt(f)?;
            }
            (None, Some(record)) if is_french => write!(f, "{kind} n° {record}")?,
            (None, Some(record)) => write!(f, "{kind} no. {record}")?,
            (None, None) => f.write_str(if is_french { "fichier" } else { "file" })?,
        }
        let field = self.place.column.filter(|_| self.field.is_empty()).unwrap_or(self.field);
        if !field.is_empty() {
            f.write_str(", ")?;
            Short(field).fmt(f)?;
        }
        if let Some(value) = self.value {
            let (open, close) = if is_french { (" « ", " »") } else { (" “", "”") };
            f.write_str(open)?;
            Short(value).fmt(f)?;
            f.write_str(close)?;
        }
        f.write_str(if is_french { " : " } else { ": " })
    }
}

/// The beginning of a text, on one line.
struct Short<'a>(&'a str);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.len() <= SHOWN_CHARS && !self.0.bytes().any(|byte| byte < b' ' || !byte.is_ascii()) {
            return f.write_str(self.0);
        }
        let end = self.0.char_indices().nth(SHOWN_CHARS).map(|(end, _)| end);
        let shown = &self.0[..end.unwrap_or(self.0.len())];
        // Control characters are below the blank, DEL, or begin with this byte in UTF-8.
        match shown.bytes().any(|byte| byte < b' ' || matches!(byte, 0x7f | 0xc2)) {
            false => f.write_str(shown)?,
            true => shown.chars().try_for_each(|c| f.write_char(if c.is_control() { ' ' } else { c }))?,
        }
        f.write_str(if end.is_some() { "…" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(lang: Lang, place: &Place<'_>, path: &str, value: Option<&str>) -> String {
        let field = field(path);
        let value = value.and_then(|value| shown(field, value));
        Lead { lang, place, field, value: value.as_deref() }.to_string() + "cela"
    }

    #[test]
    fn a_message_names_contract_field_and_value() {
        let place = Place { record: Some(3), id: Some("2024-01"), ..Place::FILE };
        assert_eq!(message(Lang::Fr, &place, "/titulaires/0/id", Some("123")), "marché 2024-01, id « 123 » : cela");
        let place = Place { id: None, kind: Kind::Concession, ..place };
        assert_eq!(message(Lang::En, &place, "/modifications/0", None), "concession no. 3, modifications: cela");
        assert_eq!(
            message(Lang::Fr, &place, "/marches/marche[2]/ccag[2]", Some("x")),
            "concession n° 3, ccag « x » : cela"
        );
        assert_eq!(message(Lang::Fr, &Place::FILE, "/marches", None), "fichier, marches : cela");
        let place = Place { column: Some("Nmarché"), ..Place::FILE };
        assert_eq!(message(Lang::Fr, &place, "", None), "fichier, Nmarché : cela");
    }

    #[test]
    fn names_and_contacts_are_not_shown() {
        assert_eq!(shown("denominationSociale", "Jeanne Dupont"), None);
        assert_eq!(shown("contact", "Jeanne Dupont"), None);
        assert_eq!(shown("objet", "voir 01 23 45 67 89").unwrap(), "voir […]");
        assert_eq!(shown("id", "0123456789").unwrap(), "0123456789");
        assert_eq!(shown("modificationActesSousTraitance", "1").unwrap(), "1");
    }
}
