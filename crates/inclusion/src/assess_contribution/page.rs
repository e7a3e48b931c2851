//! The page for people: each question in the platform's words, its answer, what to do.

use report::{Cell, Lang, Page, Section, mask};

use super::own::{ListFigures, Own, Told};
use super::question::{Answer, count};
use crate::schema::Kind;

/// Columns that the page lists; the report for machines has all.
const SHOWN_COLUMNS: usize = 200;

pub(super) fn page(lang: Lang, name: &str, own: &Own) -> Page {
    let is_several = own.lists.len() > 1;
    let mut sections = vec![];
    for (kind, list) in &own.lists {
        let heading = is_several.then(|| heading(kind, lang));
        sections.extend(list.questions.told().map(|told| question(&told, heading, lang)));
        sections.push(mapping(list, heading, lang));
        sections.push(columns(list, heading, lang));
    }
    let title = match lang {
        Lang::Fr => format!("Première lecture de {name}"),
        Lang::En => format!("First look at {name}"),
    };
    let (summary, is_good) = summary(own, lang);
    Page { lang, title, summary, is_good, sections, ..Page::default() }
}

fn heading(kind: &str, lang: Lang) -> &'static str {
    match (kind == Kind::Structures.name(), lang) {
        (true, _) => "Structures",
        (false, _) => "Services",
    }
}

fn titled(title: &str, heading: Option<&str>) -> String {
    heading.map_or_else(|| title.to_owned(), |heading| format!("{heading} : {title}"))
}

fn summary(own: &Own, lang: Lang) -> (String, bool) {
    let answers = own.answers.all();
    let asked: Vec<Answer> = answers.into_iter().filter(|answer| *answer != Answer::SansObjet).collect();
    let yes = asked.iter().filter(|answer| **answer == Answer::Oui).count();
    let is_good = yes == asked.len();
    let summary = match (lang, is_good) {
        (Lang::Fr, true) => "La réponse est oui à toutes les questions : les données peuvent être reprises.".to_owned(),
        (Lang::En, true) => "The answer to all questions is yes: the data can be taken up.".to_owned(),
        (Lang::Fr, false) => format!(
            "Oui à {} sur {} ; ce qui manque aux autres est dit ci-dessous.",
            count(yes as u64, "question"),
            asked.len()
        ),
        (Lang::En, false) => format!("Yes to {yes} of {} questions; what the others lack is told below.", asked.len()),
    };
    (summary, is_good)
}

fn question(told: &Told<'_>, heading: Option<&str>, lang: Lang) -> Section {
    let words = match lang {
        Lang::Fr => ["Réponse", "Colonne", "Remplie", "À faire"],
        Lang::En => ["Answer", "Column", "Filled", "To do"],
    };
    let mut facts = vec![(words[0].to_owned(), Cell::from(told.answer.words(lang)))];
    if let Some(column) = told.column {
        facts.push((words[1].to_owned(), Cell::Code(mask(column).into_owned())));
        facts.push((words[2].to_owned(), Cell::Share(told.filled_share)));
    }
    if !told.remedy.is_empty() {
        facts.push((words[3].to_owned(), Cell::from(told.remedy)));
    }
    Section { title: titled(told.question, heading), text: vec![told.message.to_owned()], facts, ..Section::default() }
}

fn mapping(list: &ListFigures, heading: Option<&str>, lang: Lang) -> Section {
    let (title, text, columns, missing, unplaced) = match lang {
        Lang::Fr => (
            "Ce qu'un appariement trouverait",
            "Champs du schéma et colonnes qui paraissent les remplir ; `map-contribution --suggest` en fait un fichier à relire.",
            ["Champ", "Colonne"],
            "Champs obligatoires sans colonne",
            "Colonnes sans place",
        ),
        Lang::En => (
            "What a mapping would find",
            "Fields of the schema and columns that look like them; `map-contribution --suggest` makes a file of it, to be read again.",
            ["Field", "Column"],
            "Required fields without a column",
            "Columns without a place",
        ),
    };
    let rows =
        list.mapping.proposed.iter().map(|(field, column)| vec![Cell::Code(field.clone()), Cell::Code(column.clone())]);
    let listed =
        |names: &[String]| Cell::from(if names.is_empty() { "–".to_owned() } else { names.join(", ") }.as_str());
    Section {
        title: titled(title, heading),
        text: vec![text.to_owned()],
        facts: vec![
            (missing.to_owned(), listed(&list.mapping.required_missing)),
            (unplaced.to_owned(), listed(&list.mapping.unplaced)),
        ],
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows.collect(),
        ..Section::default()
    }
}

fn columns(list: &ListFigures, heading: Option<&str>, lang: Lang) -> Section {
    let (title, columns, many) = match lang {
        Lang::Fr => ("Les colonnes", ["Colonne", "Remplie", "Part", "Valeurs différentes"], "plus de 10 000"),
        Lang::En => ("Columns", ["Column", "Filled", "Share", "Different values"], "more than 10,000"),
    };
    let rows = list.columns.iter().take(SHOWN_COLUMNS).map(|column| {
        vec![
            Cell::Code(column.column.clone()),
            Cell::from(column.filled),
            Cell::Share(column.filled_share),
            column.distinct.map_or_else(|| Cell::from(many), Cell::from),
        ]
    });
    let more = list.columns.len().saturating_sub(SHOWN_COLUMNS);
    let note = match (more, lang) {
        (0, _) => String::new(),
        (more, Lang::Fr) => format!("et {more} autres colonnes, dans le rapport en JSON"),
        (more, Lang::En) => format!("and {more} more columns, in the report as JSON"),
    };
    Section {
        title: titled(title, heading),
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows.collect(),
        note,
        ..Section::default()
    }
}
