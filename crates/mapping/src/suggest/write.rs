//! A suggestion as a mapping file.

use std::fmt::Write;

use report::{Lang, has_contact};

use super::column::Column;
use super::propose::{Proposal, Proposed, Suggestion};
use crate::file::SCHEMA;
use crate::hours::DAYS;
use crate::target::{Choices, Field};

/// Values of a table that are shown; the rest are counted.
const MOST_ROWS: usize = 200;

/// A value so much like another is shown as a comment: a person decides.
const NEAR: f64 = 0.7;

impl Suggestion<'_> {
    /// The mapping file; `source` where the target wants one. `fallbacks` are fields, by place, and the form that stands
    /// there, with a comment that says so, where no column was found, or behind the column.
    #[must_use]
    pub fn text(&self, source: Option<&str>, fallbacks: &[(usize, String)], lang: Lang) -> String {
        text(self, source, fallbacks, lang)
    }
}

fn text(suggestion: &Suggestion<'_>, source: Option<&str>, fallbacks: &[(usize, String)], lang: Lang) -> String {
    let say = |fr: &'static str, en: &'static str| if lang == Lang::Fr { fr } else { en };
    let mut text = String::new();
    line(&mut text, format_args!("schema = {}", quoted(SCHEMA)));
    line(&mut text, format_args!("target = {}", quoted(&suggestion.target.name)));
    if let Some(source) = source {
        line(&mut text, format_args!("source = {}", quoted(source)));
    }
    line(&mut text, format_args!(""));
    line(&mut text, format_args!("[fields]"));
    let mut tables = Vec::new();
    for (nth, field) in suggestion.target.fields.iter().enumerate() {
        let key = key(&field.path);
        if let Some(proposal) = suggestion.proposals.iter().find(|proposal| proposal.field == nth) {
            let table = table_of(suggestion, proposal, field);
            let name = table_name(&field.path);
            let form = form(suggestion, proposal, table.is_some().then_some(name.as_str()));
            let evidence = evidence(proposal, suggestion, lang);
            match fallbacks.iter().find(|(field, _)| *field == nth) {
                Some((_, fallback)) => {
                    let otherwise = say("sinon, à vérifier", "otherwise, to be checked");
                    line(&mut text, format_args!("{key} = [{form}, {fallback}]  # {evidence} ; {otherwise}"));
                }
                None => line(&mut text, format_args!("{key} = {form}  # {evidence}")),
            }
            tables.extend(table.map(|(choices, column, split)| (name, choices, column, split)));
        } else if let Some((_, fallback)) = fallbacks.iter().find(|(field, _)| *field == nth) {
            line(
                &mut text,
                format_args!(
                    "{key} = {fallback}  # {}",
                    say("aucune colonne trouvée : à vérifier", "no column found: to be checked")
                ),
            );
        } else if field.is_required {
            line(
                &mut text,
                format_args!(
                    "# {key} = \"\"  # {}",
                    say("obligatoire : aucune colonne trouvée", "required: no column found")
                ),
            );
        }
    }
    for (name, choices, column, split) in tables {
        line(&mut text, format_args!(""));
        line(&mut text, format_args!("[values.{name}]"));
        rows(&mut text, choices, column, split, lang);
    }
    if !suggestion.unplaced.is_empty() {
        line(&mut text, format_args!(""));
        line(&mut text, format_args!("# {}", say("Colonnes sans place :", "Columns without a place:")));
        for column in &suggestion.unplaced {
            let column = &suggestion.columns[*column];
            let share = percent(column.records as f64 / suggestion.records.max(1) as f64);
            line(&mut text, format_args!("# {}  # {share} {}", quoted(&column.name), say("remplie", "filled")));
        }
    }
    text
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // A String takes what is written to it.
    let _ = writeln!(text, "{arguments}");
}

fn form(suggestion: &Suggestion<'_>, proposal: &Proposal, table: Option<&str>) -> String {
    let name = |column: usize| quoted(&suggestion.columns[column].name);
    match &proposal.proposed {
        Proposed::Column { column, split: None } if table.is_none() => name(*column),
        Proposed::Column { column, split } => {
            let split = split.map(|split| format!(", split = {}", quoted(split))).unwrap_or_default();
            let values = table.map(|table| format!(", values = {}", quoted(table))).unwrap_or_default();
            format!("{{ column = {}{split}{values} }}", name(*column))
        }
        Proposed::Lambert { east, north, gives_longitude } => {
            let give = if *gives_longitude { "longitude" } else { "latitude" };
            format!("{{ lambert93 = [{}, {}], give = \"{give}\" }}", name(*east), name(*north))
        }
        Proposed::Hours(days) => {
            let day = |(day, columns): &(usize, Vec<usize>)| {
                let columns: Vec<String> = columns.iter().map(|column| name(*column)).collect();
                match &columns[..] {
                    [one] => format!("{} = {one}", DAYS[*day]),
                    several => format!("{} = [{}]", DAYS[*day], several.join(", ")),
                }
            };
            format!("{{ hours = {{ {} }} }}", days.iter().map(day).collect::<Vec<_>>().join(", "))
        }
    }
}

fn evidence(proposal: &Proposal, suggestion: &Suggestion<'_>, lang: Lang) -> String {
    let why = match (lang, proposal.by_name, proposal.by_content) {
        (Lang::Fr, true, true) => "nom et contenu",
        (Lang::Fr, true, false) => "nom",
        (Lang::Fr, false, _) => "contenu",
        (Lang::En, true, true) => "name and content",
        (Lang::En, true, false) => "name",
        (Lang::En, false, _) => "content",
    };
    let filled = match &proposal.proposed {
        Proposed::Column { column, .. } => suggestion.columns[*column].filled,
        _ => suggestion.records,
    };
    match lang {
        Lang::Fr => format!("{why} ; {} de {filled} valeurs conviennent", percent(proposal.fits)),
        Lang::En => format!("{why}; {} of {filled} values fit", percent(proposal.fits)),
    }
}

fn percent(share: f64) -> String {
    // Not 100 % where one is missing.
    format!("{} %", (share * 100.0).floor())
}

type TableOf<'a> = (&'a Choices, &'a Column, Option<&'static str>);

/// What a table of values is made of, where the field needs one: some values are no words of the closed list.
fn table_of<'a>(suggestion: &'a Suggestion<'_>, proposal: &Proposal, field: &'a Field) -> Option<TableOf<'a>> {
    let Proposed::Column { column, split } = proposal.proposed else { return None };
    let (choices, column) = (field.choices()?, &suggestion.columns[column]);
    // What the family reads itself needs no row, and would not be read with a table.
    let needs = !field.is_read_by_family && seen(column, split).iter().any(|(value, _)| choices.find(value).is_none());
    needs.then_some((choices, column, split))
}

/// The values that a column holds, each once, most frequent first.
fn seen(column: &Column, split: Option<&str>) -> Vec<(String, u64)> {
    let mut values: Vec<(String, u64)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for (cell, count) in &column.values {
        let parts: Vec<&str> = match split {
            Some(split) => cell.split(split).map(str::trim).filter(|part| !part.is_empty()).collect(),
            None => vec![cell],
        };
        for part in parts {
            let nth = *places.entry(tables::fold(part)).or_insert_with(|| {
                values.push((part.to_owned(), 0));
                values.len() - 1
            });
            values[nth].1 += count;
        }
    }
    values.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
    values
}

fn rows(text: &mut String, choices: &Choices, column: &Column, split: Option<&str>, lang: Lang) {
    let values = seen(column, split);
    for (value, count) in values.iter().take(MOST_ROWS).filter(|(value, _)| !has_contact(value)) {
        let source = row_key(value);
        let known = choices.known(value);
        match (choices.find(value), choices.nearest(value)) {
            (Some(found), _) => line(text, format_args!("{source} = {}  # {count}", quoted(found))),
            (None, _) if !known.is_empty() => {
                let known_word =
                    if lang == Lang::Fr { "ainsi chez d'autres producteurs" } else { "so with other producers" };
                line(text, format_args!("# {source} = {}  # {count}, {known_word}", one_or_list(&known)));
            }
            (None, Some((near, like))) if like >= NEAR => {
                let near_word = if lang == Lang::Fr { "proche" } else { "near" };
                line(text, format_args!("# {source} = {}  # {count}, {near_word}", quoted(near)));
            }
            _ => line(text, format_args!("# {source} = \"\"  # {count}")),
        }
    }
    if values.len() > MOST_ROWS {
        let more = values.len() - MOST_ROWS;
        line(
            text,
            format_args!(
                "# {}",
                if lang == Lang::Fr { format!("et {more} autres valeurs") } else { format!("and {more} more values") }
            ),
        );
    }
}

/// A value, or a list of several.
fn one_or_list(values: &[&str]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    if let [one] = &quoted[..] { one.clone() } else { format!("[{}]", quoted.join(", ")) }
}

/// A key of a table of values; one of the language's own words would not be a row.
fn row_key(value: &str) -> String {
    match value {
        "file" | "contains" | "except" | "rows" => format!("rows.{}", quoted(value)),
        _ => quoted(value),
    }
}

fn table_name(path: &str) -> String {
    path.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

/// A key as TOML writes it: bare where it can be.
fn key(path: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    if !path.is_empty() && path.chars().all(is_bare) { path.to_owned() } else { quoted(path) }
}

/// A text as TOML writes it, on one line.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
