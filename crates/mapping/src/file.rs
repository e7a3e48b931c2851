//! The mapping file as a whole.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Result;
use step::{ExitCode, Failure};
use tables::Options;

use crate::columns::Columns;
use crate::condition::Condition;
use crate::fixed::Fixed;
use crate::form::{Form, Reading};
use crate::setting::{self, Fault, Parsed, Place, Setting, Table, Value};
use crate::target::Target;
use crate::values::Values;

/// What a mapping file says that it is.
pub(crate) const SCHEMA: &str = "collecte.mapping/1";

const OWN_SECTIONS: [&str; 7] = ["schema", "target", "source", "input", "keep", "fields", "values"];

const INPUT: [&str; 5] = ["encoding", "separator", "sheet", "records", "header"];

/// The files that it names beside it are small; so is it.
const LARGEST_BYTES: u64 = 4 << 20;

/// A mapping that was read and found to fit its target.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub(crate) file: PathBuf,
    pub(crate) target: Target,
    source: Option<(usize, String)>,
    input: Options,
    sections: Vec<(String, Setting)>,
    pub(crate) columns: Columns,
    pub(crate) fixed: Fixed,
    pub(crate) values: Vec<Values>,
    /// Files beside the mapping that it names.
    files: Vec<PathBuf>,
    pub(crate) keep: Vec<(String, Condition)>,
    /// By place among the target's fields.
    pub(crate) fields: Vec<(usize, Vec<Form>)>,
}

impl Mapping {
    /// Reads a mapping file whose target is one of `targets`.
    ///
    /// # Errors
    /// 2 when it is not as the language wants it, with the line; 66 when it or a file that it names is missing.
    pub fn read(file: &Path, targets: &[Target]) -> Result<Self> {
        let mut bytes = Vec::new();
        let read = File::open(file).and_then(|open| open.take(LARGEST_BYTES + 1).read_to_end(&mut bytes));
        read.map_err(|error| {
            let failure = Failure::new(ExitCode::NoInput, format!("could not read the mapping `{}`", file.display()));
            failure.hint("check the path, and that the file can be read").because(error)
        })?;
        if bytes.len() as u64 > LARGEST_BYTES {
            return Err(Fault { line: None, why: format!("it has more than {LARGEST_BYTES} bytes") }.of(file));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            Fault::at(line, "it is not UTF-8").of(file)
        })?;
        Self::parse(text.strip_prefix('\u{feff}').unwrap_or(&text), file, targets)
    }

    /// Reads the text of a mapping; `file` is what messages call it, and beside which it names others.
    ///
    /// # Errors
    /// As [`Mapping::read`].
    pub fn parse(text: &str, file: &Path, targets: &[Target]) -> Result<Self> {
        let of = |fault: Fault| fault.of(file);
        let table = setting::read(text).map_err(of)?;
        let target = read_target(&table, targets).map_err(of)?;
        let known: Vec<&str> = OWN_SECTIONS.into_iter().chain(target.sections.iter().map(String::as_str)).collect();
        table.allow(&known, "a mapping").map_err(of)?;
        let mut mapping = Self {
            file: file.to_owned(),
            target: target.clone(),
            source: None,
            input: Options::default(),
            sections: Vec::new(),
            columns: Columns::default(),
            fixed: Fixed::default(),
            values: Vec::new(),
            files: Vec::new(),
            keep: Vec::new(),
            fields: Vec::new(),
        };
        mapping.read_head(&table).map_err(of)?;
        mapping.read_values(&table)?;
        mapping.read_keep(&table).map_err(of)?;
        mapping.read_fields(&table).map_err(of)?;
        mapping.input.known = mapping.columns.names().to_vec();
        Ok(mapping)
    }

    /// The target that it names.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The file that it was read from.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The files beside it that it names, which were read with it.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// What it says of the source: a slug that prefixes identifiers.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.source.as_ref().map(|(_, source)| source.as_str())
    }

    /// The line on which it says so.
    #[must_use]
    pub fn source_line(&self) -> Option<usize> {
        self.source.as_ref().map(|(line, _)| *line)
    }

    /// How to read the input, where the mapping says so, and the names of the columns that it knows.
    #[must_use]
    pub fn input(&self) -> &Options {
        &self.input
    }

    /// A section that the target's family reads itself.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&Setting> {
        self.sections.iter().find(|(section, _)| section == name).map(|(_, setting)| setting)
    }

    /// The names of the columns that it reads, as it writes them, each once.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        self.columns.names()
    }

    /// The names of the columns that the forms of a field, by its place, take their values from.
    pub fn columns_of(&self, field: usize) -> impl Iterator<Item = &str> {
        let forms = self.fields.iter().filter(move |(other, _)| *other == field).flat_map(|(_, forms)| forms);
        forms.flat_map(|form| form.source.columns()).map(|column| self.columns.name(column))
    }

    /// Whether a field of the target, by its place, has a form.
    #[must_use]
    pub fn gives(&self, field: usize) -> bool {
        self.fields.iter().any(|(other, _)| *other == field)
    }

    /// A fault of a section that the family reads itself, as a failure: 2, with the line.
    #[must_use]
    pub fn fault(&self, fault: Fault) -> anyhow::Error {
        fault.of(&self.file)
    }

    fn read_head(&mut self, table: &Table) -> Parsed<()> {
        let source = table.get("source").map(|source| Ok((source.line, source.text()?.to_owned())));
        self.source = source.transpose()?;
        let sections = table.entries.iter().filter(|(key, _)| self.target.sections.contains(&key.name));
        self.sections = sections.map(|(key, setting)| (key.name.clone(), setting.clone())).collect();
        let Some(input) = table.get("input") else { return Ok(()) };
        let input = input.table()?;
        input.allow(&INPUT, "`[input]`")?;
        let text = |name: &str| input.get(name).map(|setting| setting.text().map(str::to_owned)).transpose();
        self.input.encoding = text("encoding")?;
        self.input.sheet = text("sheet")?;
        self.input.records = text("records")?;
        self.input.header = input.get("header").map(|header| header.count().map(|count| count as u64)).transpose()?;
        self.input.separator = input.get("separator").map(read_separator).transpose()?;
        Ok(())
    }

    fn read_values(&mut self, table: &Table) -> Result<()> {
        let Some(values) = table.get("values") else { return Ok(()) };
        let place = Place { file: self.file.clone() };
        for (key, setting) in &values.table().map_err(|fault| fault.of(&self.file))?.entries {
            let values = Values::read(&key.name, setting, &place, &mut self.fixed)?;
            self.files.extend(values.file.clone());
            self.values.push(values);
        }
        Ok(())
    }

    fn read_keep(&mut self, table: &Table) -> Parsed<()> {
        let Some(keep) = table.get("keep") else { return Ok(()) };
        for (key, setting) in &keep.table()?.entries {
            let condition =
                Condition::on(std::slice::from_ref(&key.name), setting.table()?, setting.line, &mut self.columns)?;
            self.keep.push((key.name.clone(), condition));
        }
        Ok(())
    }

    fn read_fields(&mut self, table: &Table) -> Parsed<()> {
        let fields = table.get("fields").ok_or(Fault { line: None, why: "it has no `[fields]`".to_owned() })?;
        let tables: Vec<String> = self.values.iter().map(|values| values.name.clone()).collect();
        for (key, setting) in flat(fields.table()?) {
            let Some(nth) = self.target.find(&key) else {
                return Err(Fault::at(setting.line, self.no_field(&key)));
            };
            let (columns, fixed) = (&mut self.columns, &mut self.fixed);
            let field = &self.target.fields[nth];
            let forms = Form::read_all(setting, field, &mut Reading { columns, fixed, tables: &tables })?;
            for values in forms.iter().filter_map(|form| form.values) {
                if let Some(choices) = field.choices() {
                    self.values[values].check(choices, &field.path, &self.fixed)?;
                }
            }
            if self.gives(nth) {
                return Err(Fault::at(setting.line, format!("the field `{key}` stands twice")));
            }
            self.fields.push((nth, forms));
        }
        Ok(())
    }

    fn no_field(&self, name: &str) -> String {
        let like = |path: &str| strsim::normalized_damerau_levenshtein(name, path);
        let paths = self.target.fields.iter().map(|field| field.path.as_str());
        let near = paths.map(|path| (like(path), path)).filter(|(like, _)| *like >= 0.7);
        let near = near.max_by(|one, other| one.0.total_cmp(&other.0));
        let near = near.map(|(_, path)| format!(": perhaps `{path}`")).unwrap_or_default();
        format!("`{}` has no field `{name}`{near}", self.target.name)
    }
}

fn read_target<'a>(table: &Table, targets: &'a [Target]) -> Parsed<&'a Target> {
    let missing = |key: &str| Fault { line: None, why: format!("it has no `{key}`") };
    let schema = table.get("schema").ok_or_else(|| missing("schema"))?;
    if schema.text()? != SCHEMA {
        return Err(Fault::at(schema.line, format!("`schema` is `{SCHEMA}`")));
    }
    let named = table.get("target").ok_or_else(|| missing("target"))?;
    let name = named.text()?;
    targets.iter().find(|target| target.name == name).ok_or_else(|| {
        let known: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
        Fault::at(named.line, format!("the target `{name}` is none of {}", known.join(", ")))
    })
}

fn read_separator(setting: &Setting) -> Parsed<char> {
    let mut letters = setting.text()?.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Ok(letter),
        _ => Err(setting.odd("one character")),
    }
}

/// The fields by their paths: a path with dots may be written as tables inside each other.
fn flat(table: &Table) -> Vec<(String, &Setting)> {
    let mut fields = Vec::new();
    for (key, setting) in &table.entries {
        match &setting.value {
            Value::Table(inner) if !is_form(inner) => {
                fields.extend(flat(inner).into_iter().map(|(path, setting)| (format!("{}.{path}", key.name), setting)));
            }
            _ => fields.push((key.name.clone(), setting)),
        }
    }
    fields
}

/// Whether a table is a form, or holds fields: a form has a source, or something that only forms have.
fn is_form(table: &Table) -> bool {
    table.entries.is_empty() || table.entries.iter().any(|(key, _)| crate::form::is_key(&key.name))
}
