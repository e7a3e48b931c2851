//! The words of the page itself.

use serde::Serialize;

use crate::args::Lang;

/// What the page says around the data.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Words {
    file: &'static str,
    size: &'static str,
    format: &'static str,
    encoding: &'static str,
    separator: &'static str,
    sheet: &'static str,
    fingerprint: &'static str,
    records: &'static str,
    read: &'static str,
    blank: &'static str,
    kept: &'static str,
    dropped: &'static str,
    rejected: &'static str,
    written: &'static str,
    sum: &'static str,
    levels: [(&'static str, &'static str, &'static str); 3],
    findings: &'static str,
    nothing: &'static str,
    rule: &'static str,
    level: &'static str,
    count: &'static str,
    remedy: &'static str,
    columns: &'static str,
    others: &'static str,
    /// One, several.
    in_records: (&'static str, &'static str),
    examples: &'static str,
    record: &'static str,
    record_short: &'static str,
    line: &'static str,
    value: &'static str,
    empty: &'static str,
    omitted: &'static str,
    made_by: &'static str,
    tab: &'static str,
}

impl Words {
    pub(super) fn of(lang: Lang) -> Self {
        match lang {
            Lang::Fr => FRENCH,
            Lang::En => ENGLISH,
        }
    }

    /// A separator that can be seen.
    pub(super) fn separator(&self, separator: &str) -> String {
        if separator == "\t" { self.tab.to_owned() } else { separator.to_owned() }
    }
}

const FRENCH: Words = Words {
    file: "Fichier lu",
    size: "Taille",
    format: "Format",
    encoding: "Encodage",
    separator: "Séparateur",
    sheet: "Feuille",
    fingerprint: "Empreinte SHA-256",
    records: "Ce que sont devenus les enregistrements",
    read: "lus",
    blank: "vides",
    kept: "utilisés",
    dropped: "écartés",
    rejected: "rejetés",
    written: "écrits",
    sum: "lus = vides + utilisés + écartés + rejetés",
    levels: [
        ("error", "erreur", "erreurs"),
        ("warning", "avertissement", "avertissements"),
        ("info", "information", "informations"),
    ],
    findings: "Constats",
    nothing: "Rien à signaler.",
    rule: "Règle",
    level: "Gravité",
    count: "Nombre",
    remedy: "Que faire",
    columns: "Où",
    others: "et d'autres",
    in_records: ("enregistrement touché", "enregistrements touchés"),
    examples: "Exemples",
    record: "Enregistrement",
    record_short: "Enreg.",
    line: "Ligne",
    value: "Valeur",
    empty: "(vide)",
    omitted: "constats comptés ici sans figurer dans la liste détaillée",
    made_by: "Rapport établi par",
    tab: "tabulation",
};

const ENGLISH: Words = Words {
    file: "File read",
    size: "Size",
    format: "Format",
    encoding: "Encoding",
    separator: "Separator",
    sheet: "Sheet",
    fingerprint: "SHA-256",
    records: "What became of the records",
    read: "read",
    blank: "blank",
    kept: "used",
    dropped: "dropped",
    rejected: "rejected",
    written: "written",
    sum: "read = blank + used + dropped + rejected",
    levels: [("error", "error", "errors"), ("warning", "warning", "warnings"), ("info", "information", "information")],
    findings: "Findings",
    nothing: "Nothing to report.",
    rule: "Rule",
    level: "Level",
    count: "Count",
    remedy: "What to do",
    columns: "Where",
    others: "and others",
    in_records: ("record concerned", "records concerned"),
    examples: "Examples",
    record: "Record",
    record_short: "Record",
    line: "Line",
    value: "Value",
    empty: "(blank)",
    omitted: "findings counted here that are not in the detailed list",
    made_by: "Report made by",
    tab: "tab",
};
