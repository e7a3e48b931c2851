//! The report for people.

use report::{Cell, Lang, Page, Section};

use crate::calendar::{STYLE, Square, calendar};
use crate::days::State;
use crate::merge_offers::account::Account;
use crate::merge_offers::part::Counted;

/// Codes that the page names; the report for machines has all.
const SHOWN: usize = 20;

/// The page of a table.
pub(crate) fn page(account: &Account, lang: Lang) -> Page {
    let words = lang;
    let flawed = account.days.iter().filter(|day| !matches!(day.state, State::Complete | State::Archived)).count();
    let summary = match flawed {
        0 => words.say(
            "Tous les jours de la période sont complets et prouvés.",
            "All days of the period are complete and proven.",
        ),
        _ => words.say(
            &format!("{flawed} jours de la période ne sont pas prouvés complets : le tableau n'est pas tout ce qui a été publié."),
            &format!("{flawed} days of the period are not proven complete: the table is not all that was published."),
        ),
    };
    Page {
        lang,
        title: words.say("Offres d'emploi : le tableau", "Job offers: the table"),
        summary,
        is_good: flawed == 0,
        facts: facts(account, words),
        sections: vec![
            squares(account, lang),
            joins(account, words),
            counted(words.say("Grands domaines", "Grands domaines"), &account.part.grand_domaine.told(), words),
            counted(words.say("Départements", "Départements"), &account.part.departement.told(), words),
            counted(words.say("Sections NAF", "NAF sections"), &account.part.section.told(), words),
            licence(account, words),
        ],
        style: STYLE.to_owned(),
        ..Page::default()
    }
}

fn facts(account: &Account, words: Lang) -> Vec<(String, Cell)> {
    let number = |(french, english): (&str, &str), number: u64| (words.say(french, english), Cell::Number(number));
    let period = words
        .say(&format!("du {} au {}", account.since, account.until), &format!("{} to {}", account.since, account.until));
    vec![
        (words.say("Période", "Period"), Cell::Text(period)),
        number(("Éléments lus", "Elements read"), account.records.read),
        number(("Éléments rejetés", "Elements rejected"), account.records.rejected),
        number(("Offres (lignes)", "Offers (rows)"), account.part.rows),
        number(("Offres retirées du service", "Offers withdrawn"), account.part.withdrawn),
        number(("Offres à plusieurs versions", "Offers with several versions"), account.versions.offers_with_several),
        number(("Offres géolocalisées", "Offers with coordinates"), account.part.points),
    ]
}

fn squares(account: &Account, lang: Lang) -> Section {
    let square = |day: &crate::merge_offers::account::DayTold| Square {
        date: day.date,
        state: match day.state {
            State::Complete => "complete",
            State::Unproven => "unproven",
            State::Altered => "altered",
            State::Archived => "archived",
            State::Missing => "missing",
        },
        offers: day.offers,
    };
    let squares: Vec<Square> = account.days.iter().map(square).collect();
    Section { title: lang.say("Jours", "Days"), figure: calendar(&squares, lang), ..Section::default() }
}

fn joins(account: &Account, words: Lang) -> Section {
    let mut rows = Vec::new();
    for (name, join) in account.part.joins.named() {
        let name = match name {
            "rome" => "ROME",
            "naf" => "NAF",
            "commune" => "Communes",
            _ => "Départements",
        };
        rows.push(vec![
            Cell::Text(name.to_owned()),
            Cell::Number(join.with_code),
            Cell::Number(join.without_code),
            Cell::Number(join.matched),
            Cell::Number(join.offers_unmatched()),
        ]);
    }
    Section {
        title: words.say("Rapprochements", "Joins"),
        columns: [
            ("Référentiel", "Reference"),
            ("Avec code", "With a code"),
            ("Sans code", "Without a code"),
            ("Trouvés", "Matched"),
            ("Inconnus", "Unknown"),
        ]
        .map(|(french, english)| words.say(french, english))
        .into(),
        rows,
        ..Section::default()
    }
}

fn counted(title: String, all: &[Counted], words: Lang) -> Section {
    let row = |one: &Counted| {
        let code = one.code.clone().map_or(Cell::Text("–".to_owned()), Cell::Code);
        let label = one.label.clone().unwrap_or_else(|| match one.code {
            Some(_) => "–".to_owned(),
            None => words.say("sans code", "without a code"),
        });
        vec![code, Cell::Text(label), Cell::Number(one.offers)]
    };
    let mut most: Vec<&Counted> = all.iter().collect();
    most.sort_by_key(|one| std::cmp::Reverse(one.offers));
    let left_out = all.len().saturating_sub(SHOWN);
    let note = match left_out {
        0 => String::new(),
        _ => words.say(
            &format!("{left_out} autres sont dans le rapport JSON."),
            &format!("{left_out} others are in the JSON report."),
        ),
    };
    Section {
        title,
        columns: [("Code", "Code"), ("Libellé", "Label"), ("Offres", "Offers")]
            .map(|(french, english)| words.say(french, english))
            .into(),
        rows: most.into_iter().take(SHOWN).map(row).collect(),
        note,
        ..Section::default()
    }
}

fn licence(account: &Account, words: Lang) -> Section {
    let mut text = vec![account.origin.provenance.source.to_string()];
    text.extend(crate::merge_offers::account::MODIFICATIONS.map(str::to_owned));
    let mut facts = vec![(words.say("Licence", "Licence"), Cell::Text(account.origin.provenance.licence.to_string()))];
    if !account.origin.url.is_empty() {
        facts.push((String::new(), Cell::Link(account.origin.url.to_owned())));
    }
    Section {
        title: words.say("Source, licence, modifications", "Source, licence, modifications"),
        text,
        facts,
        ..Section::default()
    }
}
