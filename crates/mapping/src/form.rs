//! Forms: where the values of a field come from. `{ column = "Public", split = ";", values = "publics" }`.

use crate::columns::{ColumnId, Columns};
use crate::condition::Condition;
use crate::fixed::{Fixed, FixedId};
use crate::hours::day;
use crate::setting::{Fault, Parsed, Setting, Table, Value};
use crate::target::Field;
use crate::values::not_allowed;

/// What combines with every form.
const COMMON: [&str; 5] = ["split", "part", "values", "default", "when"];

/// The sources of which a form has one, and what each has beside it.
const SOURCES: [(&str, &[&str]); 9] = [
    ("column", &[]),
    ("columns", &[]),
    ("const", &[]),
    ("first", &[]),
    ("join", &["with"]),
    ("flags", &[]),
    ("lambert93", &["give"]),
    ("template", &[]),
    ("hours", &[]),
];

/// One form of a field.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) when: Option<Condition>,
    pub(crate) source: Source,
    pub(crate) split: Option<String>,
    /// From 0.
    pub(crate) part: Option<usize>,
    /// Place among the mapping's tables of values.
    pub(crate) values: Option<usize>,
    pub(crate) default: Vec<FixedId>,
}

#[derive(Debug, Clone)]
pub(crate) enum Source {
    Columns(Vec<ColumnId>),
    Const(Vec<FixedId>),
    First(Vec<ColumnId>),
    Join {
        columns: Vec<ColumnId>,
        with: String,
    },
    /// A column that says yes gives the values beside it.
    Flags(Vec<(ColumnId, Vec<FixedId>)>),
    Lambert {
        east: ColumnId,
        north: ColumnId,
        gives_longitude: bool,
    },
    Template(Vec<Piece>),
    Week(ColumnId),
    Days(Vec<(usize, ColumnId)>),
}

impl Source {
    /// The columns that it reads.
    pub(crate) fn columns(&self) -> Vec<ColumnId> {
        match self {
            Self::Columns(columns) | Self::First(columns) | Self::Join { columns, .. } => columns.clone(),
            Self::Const(_) => Vec::new(),
            Self::Flags(flags) => flags.iter().map(|(column, _)| *column).collect(),
            Self::Lambert { east, north, .. } => vec![*east, *north],
            Self::Template(pieces) => pieces.iter().filter_map(Piece::column).collect(),
            Self::Week(column) => vec![*column],
            Self::Days(days) => days.iter().map(|(_, column)| *column).collect(),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Text(String),
    Column(ColumnId),
}

impl Piece {
    fn column(&self) -> Option<ColumnId> {
        match self {
            Self::Text(_) => None,
            Self::Column(column) => Some(*column),
        }
    }
}

/// What reading forms adds to.
pub(crate) struct Reading<'a> {
    pub(crate) columns: &'a mut Columns,
    pub(crate) fixed: &'a mut Fixed,
    /// Names of the tables of values there are.
    pub(crate) tables: &'a [String],
}

impl Form {
    /// Reads all forms of a field: one, or a list of them.
    pub(crate) fn read_all(setting: &Setting, field: &Field, reading: &mut Reading<'_>) -> Parsed<Vec<Self>> {
        match &setting.value {
            Value::List(forms) if forms.is_empty() => Err(Fault::at(setting.line, "the list of forms is empty")),
            Value::List(forms) => forms.iter().map(|form| Self::read(form, field, reading)).collect(),
            _ => Ok(vec![Self::read(setting, field, reading)?]),
        }
    }

    fn read(setting: &Setting, field: &Field, reading: &mut Reading<'_>) -> Parsed<Self> {
        if let Value::Text(column) = &setting.value {
            let source = Source::Columns(vec![reading.columns.add(column)]);
            return Ok(Self { when: None, source, split: None, part: None, values: None, default: Vec::new() });
        }
        let (table, line) = (setting.table()?, setting.line);
        let source = read_source(table, line, field, reading)?;
        let split = table.get("split").map(|split| match split.text()? {
            "" => Err(split.odd("a separator that is not empty")),
            text => Ok(text.to_owned()),
        });
        let split = split.transpose()?;
        let part = table.get("part").map(|part| match split {
            Some(_) => part.count(),
            None => Err(Fault::at(part.line, "`part` needs `split`")),
        });
        let values = table.get("values").map(|name| {
            let found = reading.tables.iter().position(|table| Ok(table.as_str()) == name.text());
            found.ok_or_else(|| match name.text() {
                Ok(text) => Fault::at(name.line, format!("there is no table `[values.{text}]`")),
                Err(fault) => fault,
            })
        });
        let default =
            table.get("default").map(|value| constants(value, field, reading)).transpose()?.unwrap_or_default();
        let when = table.get("when").map(|when| Condition::read(when.table()?, when.line, reading.columns));
        Ok(Self {
            when: when.transpose()?,
            source,
            split,
            part: part.transpose()?.map(|part| part - 1),
            values: values.transpose()?,
            default,
        })
    }
}

fn read_source(table: &Table, line: usize, field: &Field, reading: &mut Reading<'_>) -> Parsed<Source> {
    let mut found =
        SOURCES.iter().filter_map(|(name, beside)| table.get(name).map(|setting| (*name, *beside, setting)));
    let names = || SOURCES.map(|(name, _)| name).join(", ");
    let (name, beside, setting) =
        found.next().ok_or_else(|| Fault::at(line, format!("a form has one of {}", names())))?;
    if let Some((other, _, setting)) = found.next() {
        return Err(Fault::at(setting.line, format!("a form has one source, not `{name}` and `{other}`")));
    }
    let known: Vec<&str> = [name].iter().chain(beside).chain(&COMMON).copied().collect();
    table.allow(&known, &format!("a form with `{name}`"))?;
    let columns = |setting: &Setting, reading: &mut Reading<'_>| -> Parsed<Vec<ColumnId>> {
        let names = setting.texts()?;
        match names.is_empty() {
            true => Err(setting.odd("a list of columns that is not empty")),
            false => Ok(names.iter().map(|name| reading.columns.add(name)).collect()),
        }
    };
    Ok(match name {
        "column" => Source::Columns(vec![reading.columns.add(setting.text()?)]),
        "columns" => Source::Columns(columns(setting, reading)?),
        "const" => Source::Const(constants(setting, field, reading)?),
        "first" => Source::First(columns(setting, reading)?),
        "join" => {
            let with = table.get("with").map(|with| with.text()).transpose()?.unwrap_or(" ").to_owned();
            Source::Join { columns: columns(setting, reading)?, with }
        }
        "flags" => {
            let flag = |(key, setting): &(crate::setting::Key, Setting)| -> Parsed<_> {
                Ok((reading.columns.add(&key.name), constants(setting, field, reading)?))
            };
            Source::Flags(setting.table()?.entries.iter().map(flag).collect::<Parsed<_>>()?)
        }
        "lambert93" => {
            let names = columns(setting, reading)?;
            let [east, north] = names[..] else { return Err(setting.odd("a list of two columns, x and y")) };
            let give = table.get("give").ok_or_else(|| Fault::at(line, "`lambert93` needs `give`"))?;
            let gives_longitude = match give.text()? {
                "longitude" => true,
                "latitude" => false,
                _ => return Err(Fault::at(give.line, "`give` is `longitude` or `latitude`")),
            };
            Source::Lambert { east, north, gives_longitude }
        }
        "template" => Source::Template(pieces(setting, reading)?),
        _ => read_hours(setting, reading)?,
    })
}

/// One value or several that stand in the mapping; of a closed list they are values of it.
fn constants(setting: &Setting, field: &Field, reading: &mut Reading<'_>) -> Parsed<Vec<FixedId>> {
    if let Value::List(list) = &setting.value {
        let each = list.iter().map(|item| match item.value {
            Value::List(_) => Err(item.odd("a value")),
            _ => constants(item, field, reading),
        });
        return Ok(each.collect::<Parsed<Vec<_>>>()?.concat());
    }
    let text = match &setting.value {
        Value::Text(text) | Value::Number(text) | Value::Date(text) => text.clone(),
        Value::Truth(truth) => truth.to_string(),
        _ => return Err(setting.odd("a text, a date, true or false, or a list of them")),
    };
    match field.choices() {
        Some(choices) if !choices.has(&text) => Err(Fault::at(setting.line, not_allowed(&text, choices, &field.path))),
        _ => Ok(vec![reading.fixed.add(&text)]),
    }
}

/// The pieces of `{siret}-{code}`; a brace itself is written twice.
fn pieces(setting: &Setting, reading: &mut Reading<'_>) -> Parsed<Vec<Piece>> {
    let (mut pieces, mut text) = (Vec::new(), String::new());
    let mut letters = setting.text()?.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' | '}' if letters.next_if_eq(&letter).is_some() => text.push(letter),
            '{' => {
                let name: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
                if name.trim().is_empty() {
                    return Err(Fault::at(setting.line, "a brace of the template names no column"));
                }
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                pieces.push(Piece::Column(reading.columns.add(&name)));
            }
            '}' => return Err(Fault::at(setting.line, "a brace of the template was not opened")),
            letter => text.push(letter),
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    match pieces.iter().any(|piece| matches!(piece, Piece::Column(_))) {
        true => Ok(pieces),
        false => Err(Fault::at(setting.line, "the template names no column: `const` says what is always the same")),
    }
}

/// One column for the week, or the columns of each day.
fn read_hours(setting: &Setting, reading: &mut Reading<'_>) -> Parsed<Source> {
    let Value::Table(table) = &setting.value else { return Ok(Source::Week(reading.columns.add(setting.text()?))) };
    let mut days = Vec::new();
    for (key, columns) in &table.entries {
        let of_week = crate::hours::DAYS.iter().position(|day| *day == key.name);
        let of_week = of_week.or_else(|| day(&tables::fold(&key.name)));
        let of_week = of_week.ok_or_else(|| {
            Fault::at(key.line, format!("`{}` is no day; days are {}", key.name, crate::hours::DAYS.join(", ")))
        })?;
        days.extend(columns.text_or_texts()?.iter().map(|name| (of_week, reading.columns.add(name))));
    }
    match days.is_empty() {
        true => Err(setting.odd("a table with the columns of each day")),
        false => Ok(Source::Days(days)),
    }
}

/// Whether a key is one of a form.
pub(crate) fn is_key(name: &str) -> bool {
    COMMON.contains(&name) || SOURCES.iter().any(|(source, beside)| *source == name || beside.contains(&name))
}
