//! The report for people: one page that needs nothing else.

mod words;

use anyhow::{Context, Result};
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::Serialize;

use crate::args::Lang;
use crate::counts::{Levels, Records};
use crate::findings::{ExampleEntry, RuleEntry};
use crate::input::Input;
use crate::markup::Markup;

use words::Words;

const TEMPLATE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");

/// So many columns are named with a rule; the report for machines names all.
const SHOWN_COLUMNS: usize = 12;

/// What a step puts on its page, besides what all pages show.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Page {
    #[serde(skip)]
    pub lang: Lang,
    pub title: String,
    /// One sentence that says how it went.
    pub summary: String,
    /// Whether the sentence is good news.
    pub is_good: bool,
    /// Names and what they are, in place of what is told of the file that was read.
    pub facts: Vec<(String, Cell)>,
    /// Shown between the counts and the rules.
    pub sections: Vec<Section>,
    /// Whether the examples of a rule are folded away.
    pub folds_examples: bool,
    /// Rules of style behind those of all pages, for the figures; they name nothing that is elsewhere.
    pub style: String,
}

/// A part of a page: some text, some facts, a table; what is empty is left out.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Section {
    pub title: String,
    pub text: Vec<String>,
    /// Shown after the text.
    pub folds: Vec<Fold>,
    /// Names and what they are.
    pub facts: Vec<(String, Cell)>,
    /// Names of the columns of `rows`.
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// Of each row, what scripts and tests find it by: a name behind `data-`, and its value.
    pub row_data: Vec<Vec<(&'static str, String)>>,
    /// Shown between the text and the table.
    pub figure: Markup,
    /// Told below the table, such as how many rows are left out.
    pub note: String,
}

/// Lines under a word that opens them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Fold {
    /// Shown before it; may be empty.
    pub text: Vec<String>,
    pub word: String,
    /// None: there is nothing to open.
    pub lines: Vec<String>,
}

/// One value on a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "value")]
pub enum Cell {
    Text(String),
    /// A text that is a code, a name of a column, a value as it stood there.
    Code(String),
    Number(u64),
    /// A share, from 0 to 1.
    Share(f64),
    /// A web address, which can be followed if it is one of http or https.
    Link(String),
}

impl Section {
    /// Whether there is nothing under its title.
    pub fn is_empty(&self) -> bool {
        let Self { title: _, text, folds, facts, columns: _, rows, row_data: _, figure, note } = self;
        figure.as_str().is_empty()
            && text.is_empty()
            && folds.is_empty()
            && facts.is_empty()
            && rows.is_empty()
            && note.is_empty()
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

/// The examples of a rule as people read them: each place once, and no column that holds nothing.
#[derive(Debug, Serialize)]
struct Examples<'r> {
    rows: Vec<&'r ExampleEntry>,
    has_records: bool,
    has_lines: bool,
    has_values: bool,
}

impl<'r> Examples<'r> {
    fn of(rule: &'r RuleEntry) -> Self {
        let mut rows: Vec<&ExampleEntry> = rule.examples.iter().collect();
        rows.dedup();
        Self {
            has_records: rows.iter().any(|row| row.record.is_some()),
            has_lines: rows.iter().any(|row| row.line.is_some()),
            has_values: rows.iter().any(|row| row.value.is_some()),
            rows,
        }
    }
}

impl Page {
    /// The page of a run that read no file: [`Page::facts`] say what it was about.
    pub fn write(&self, step: &str, levels: Levels, rules: &[RuleEntry]) -> Result<String> {
        self.render(step, None, levels, rules)
    }

    pub(crate) fn render(
        &self,
        step: &str,
        read: Option<(&Input, Records)>,
        levels: Levels,
        rules: &[RuleEntry],
    ) -> Result<String> {
        let (input, records) = read.unzip();
        let counts = context! {
            records => Value::from(Serde(records)),
            levels => Value::from(Serde(levels)),
            rules => Value::from(Serde(rules)),
            examples => Value::from(Serde(rules.iter().map(Examples::of).collect::<Vec<_>>())),
            judges => true,
        };
        self.render_with(step, input, counts)
    }

    /// The page of a step that judges nothing: what it counted is in the sections.
    ///
    /// # Errors
    /// When the template is wrong, which a test would have told.
    pub fn render_figures(&self, step: &str, input: &Input) -> Result<String> {
        self.render_with(step, Some(input), context! { judges => false })
    }

    /// The same, of a step that read no single file: [`Page::facts`] say what it was about.
    ///
    /// # Errors
    /// As [`Page::render_figures`].
    pub fn write_figures(&self, step: &str) -> Result<String> {
        self.render_with(step, None, context! { judges => false })
    }

    fn render_with(&self, step: &str, input: Option<&Input>, counts: Value) -> Result<String> {
        let words = Words::of(self.lang);
        let lang = self.lang;
        let mut pages = Environment::new();
        pages.add_filter("number", move |number: u64| group(number, lang));
        pages.add_filter("bytes", move |bytes: u64| in_bytes(bytes, lang));
        pages.add_test("web", |address: &str| address.starts_with("http://") || address.starts_with("https://"));
        pages.add_filter("share", move |share: f64| in_percent(share, lang));
        pages.add_template("page.html", TEMPLATE).context("could not read the template of the page")?;
        let page = pages.get_template("page.html").context("could not read the template of the page")?;
        let separator = input.and_then(|input| input.separator.as_deref());
        let separator = separator.map(|separator| words.separator(separator));
        let text = page.render(context! {
            words => Value::from(Serde(words)),
            page => Value::from(Serde(self)),
            input => Value::from(Serde(input)),
            lang => Value::from(Serde(lang)),
            style => STYLE,
            shown_columns => SHOWN_COLUMNS,
            separator,
            step,
            ..counts
        });
        text.context("could not write the page")
    }
}

/// A number in groups of three digits, as people read it.
pub fn group(number: u64, lang: Lang) -> String {
    let separator = if lang == Lang::Fr { '\u{202f}' } else { ',' };
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

fn in_bytes(bytes: u64, lang: Lang) -> String {
    let (names, comma) = match lang {
        Lang::Fr => (["octets", "ko", "Mo", "Go", "To"], ","),
        Lang::En => (["bytes", "kB", "MB", "GB", "TB"], "."),
    };
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 999.95 && unit + 1 < names.len() {
        value /= 1_000.0;
        unit += 1;
    }
    match unit {
        0 => format!("{bytes}\u{a0}{}", names[0]),
        _ => format!("{value:.1}\u{a0}{}", names[unit]).replace('.', comma),
    }
}

fn in_percent(share: f64, lang: Lang) -> String {
    let percent = format!("{:.1}", share * 100.0);
    match lang {
        Lang::Fr => format!("{}\u{a0}%", percent.replace('.', ",")),
        Lang::En => format!("{percent}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_once_and_without_columns_that_hold_nothing() {
        let at = |record, value: Option<&str>| ExampleEntry { record, line: None, value: value.map(str::to_owned) };
        let entry = |examples| RuleEntry {
            rule: "a.b".to_owned(),
            level: crate::rule::Level::Error,
            count: 3,
            records: 1,
            columns: vec![],
            message: String::new(),
            remedy: String::new(),
            examples,
            omitted: 0,
        };
        let rule = entry(vec![at(Some(1), None), at(Some(1), None), at(Some(2), None)]);
        let shown = Examples::of(&rule);
        assert_eq!(shown.rows.len(), 2);
        assert_eq!((shown.has_records, shown.has_lines, shown.has_values), (true, false, false));
        assert!(Examples::of(&entry(vec![at(None, Some(""))])).has_values, "a blank is a value that can be shown");
    }

    #[test]
    fn a_figure_stands_as_it_was_drawn_and_rows_carry_what_they_are_found_by() {
        let mut figure = Markup::default();
        figure.element("svg", &[], |svg| svg.element_of_text("title", &[], "1 < 2"));
        let section = Section {
            title: "Une".to_owned(),
            figure,
            columns: vec!["Code".to_owned()],
            rows: vec![vec!["01".into()], vec!["02".into()]],
            row_data: vec![vec![("departement", "01\"".to_owned()), ("offers", "3".to_owned())]],
            ..Section::default()
        };
        let style = "svg { width: 100% }\n".to_owned();
        let page = Page { sections: vec![section], style, ..Page::default() };
        let text = page.write_figures("try-step").unwrap();
        assert!(text.contains("<svg><title>1 &lt; 2</title></svg>"), "{text}");
        assert!(text.contains("<tr data-departement=\"01&quot;\" data-offers=\"3\"><td"), "{text}");
        assert!(text.contains("<tr><td") && text.contains("svg { width: 100% }\n</style>"), "{text}");
        let plain = Page::default().write_figures("try-step").unwrap();
        assert!(!plain.contains("<svg") && !plain.contains("<ul class=\"counts\">"), "{plain}");
    }

    #[test]
    fn numbers_are_grouped_as_people_read_them() {
        assert_eq!(group(1_234_567, Lang::Fr), "1\u{202f}234\u{202f}567");
        assert_eq!(group(999, Lang::Fr), "999");
        assert_eq!(group(50_000, Lang::En), "50,000");
        assert_eq!(in_bytes(999, Lang::Fr), "999\u{a0}octets");
        assert_eq!(in_bytes(2_445_071, Lang::Fr), "2,4\u{a0}Mo");
        assert_eq!(in_bytes(999_960, Lang::En), "1.0\u{a0}MB");
        assert_eq!(in_percent(0.1234, Lang::Fr), "12,3\u{a0}%");
    }
}
