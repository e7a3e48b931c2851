//! Errors as findings: each under its rule, at its place, with what may be shown of it.

use std::fmt::Write as _;

use anyhow::Result;
use jiff::civil::Date;
use report::{Finding, Findings, Lang, Level, PartId, Rule, RuleId, has_contact};

use crate::contact::is_private;
use crate::near::Near;
use crate::schema::{Field, List};
use crate::verdict::{Fault, FaultType, Value};

use super::row::Row;
use super::sentence::{Sentence, remedy};

/// The rule of what is no record at all.
const NO_RECORD: &str = "record.model_type";

/// What is needed to tell the errors of one list.
#[derive(Debug)]
pub(super) struct Teller {
    list: &'static List,
    part: PartId,
    lang: Lang,
    today: Date,
    /// By field and type, made when they are needed.
    rules: Vec<Option<RuleId>>,
    near: Vec<Option<Near<'static>>>,
    is_private: Vec<bool>,
    /// By field, what its column is called in a table.
    columns: Vec<Option<String>>,
    path: String,
}

impl Teller {
    /// Of a list; `columns` says by field what the input calls it, where that is a table.
    pub(super) fn new(
        list: &'static List,
        part: PartId,
        (lang, today): (Lang, Date),
        columns: Option<Vec<Option<String>>>,
    ) -> Self {
        let fields = &list.fields;
        let shown = |name: Option<String>| name.filter(|name| !has_contact(name));
        Self {
            list,
            part,
            lang,
            today,
            rules: vec![None; fields.len() * FaultType::ALL.len()],
            near: fields.iter().map(|field| field.enumeration().map(Near::of)).collect(),
            is_private: fields.iter().map(|field| is_private(field.name)).collect(),
            columns: columns.unwrap_or_default().into_iter().map(shown).collect(),
            path: String::new(),
        }
    }

    /// The column of a field, as the input calls it.
    pub(super) fn column(&self, field: usize) -> Option<&str> {
        self.columns.get(field)?.as_deref()
    }

    /// Tells an error of a field; `id` is where the record's identifier stands.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn tell(
        &mut self,
        field: usize,
        fault: Fault,
        value: Option<&Value<'_>>,
        (row, id): (&Row<'_>, Option<usize>),
        findings: &mut Findings,
    ) -> Result<()> {
        let rule = self.rule(field, fault.kind, findings);
        let own = &self.list.fields[field];
        self.path.clear();
        let _ = write!(self.path, "/{}", own.name);
        if let Some(item) = fault.item {
            let _ = write!(self.path, "/{item}");
        }
        let mut finding = Finding::new(rule).part(self.part).record(row.number).line(row.line).path(&self.path);
        if let Some(column) = self.columns.get(field).and_then(Option::as_deref) {
            finding = finding.column(column);
        }
        if findings.count_only(&finding) {
            return Ok(());
        }
        let value = match (value, fault.item) {
            (Some(Value::List(values)), Some(item)) => values.get(item),
            (value, _) => value,
        };
        let text = value.map(Value::shown);
        let is_shown = !self.is_private[field] && text.as_deref().is_none_or(|text| !has_contact(text));
        let near = self.near[field].as_ref();
        let shown = value.filter(|value| is_shown || **value == Value::Null);
        let sentence =
            Sentence { lang: self.lang, field: own, kind: fault.kind, value: shown, near, today: self.today };
        finding = finding.message(&sentence);
        if let Some(id) = row.shown_id(id) {
            finding = finding.id(id);
        }
        if let (true, Some(text)) = (is_shown, text.as_deref()) {
            finding = finding.value(text);
        }
        let advice = match (fault.kind, value.and_then(Value::as_text)) {
            (FaultType::Enum, Some(text)) => near.and_then(|near| near.of_category(text)),
            _ => None,
        };
        match advice {
            Some(values) => findings.add(finding.remedy(&choose(self.lang, values))),
            None => findings.add(finding),
        }
    }

    /// Tells that a record is no object.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn tell_no_record(&mut self, row: &Row<'_>, findings: &mut Findings) -> Result<()> {
        let rule = match findings.rules().find(NO_RECORD) {
            Some(rule) => rule,
            None => {
                let field = &self.list.fields[0];
                let rule = self.made(NO_RECORD.to_owned(), field, FaultType::ModelType);
                findings.rules_mut().add(rule)
            }
        };
        findings.add(Finding::new(rule).part(self.part).record(row.number).line(row.line).path(""))
    }

    fn rule(&mut self, field: usize, kind: FaultType, findings: &mut Findings) -> RuleId {
        let at = field * FaultType::ALL.len() + kind.index();
        if let Some(rule) = self.rules[at] {
            return rule;
        }
        let own = &self.list.fields[field];
        let name = format!("{}.{}", own.name, kind.name());
        // Both lists share the rule of a field that both have.
        let rule = match findings.rules().find(&name) {
            Some(rule) => rule,
            None => findings.rules_mut().add(self.made(name, own, kind)),
        };
        self.rules[at] = Some(rule);
        rule
    }

    fn made(&self, name: String, field: &Field, kind: FaultType) -> Rule {
        let sentence = Sentence { lang: self.lang, field, kind, value: None, near: None, today: self.today };
        let level = if kind.is_warning() { Level::Warning } else { Level::Error };
        // A report tells rules without their place.
        let message = match kind {
            FaultType::ModelType => sentence.to_string(),
            _ if self.lang == Lang::Fr => format!("{} : {sentence}", field.name),
            _ => format!("{}: {sentence}", field.name),
        };
        Rule::new(name, level, message, remedy(self.lang, field, kind))
    }
}

fn choose(lang: Lang, values: &str) -> String {
    match lang {
        Lang::Fr => format!("C'est une catégorie. Choisir parmi ses thématiques : {values}"),
        Lang::En => format!("This is a category. Choose among its thématiques: {values}"),
    }
}
