//! The report for people.

use report::{Cell, Lang, Page, Section};

use crate::collect_history::account::Own;
use crate::collect_history::coverage::Labelled;

/// Places and codes that the page names; the report for machines has all.
const SHOWN: usize = 20;

/// The page of a collection that is complete.
pub(crate) fn page(own: &Own, lang: Lang) -> Page {
    let words = lang;
    let summary = words.say(
        "Les offres retirées du service sont absentes : le tableau n'est pas tout ce qui a été publié sur la période, mais \
         ce qui en restait en ligne le jour de la collecte. Les âges ci-dessous en donnent la mesure. De ce qui restait, rien \
         ne manque.",
        "Offers that were withdrawn are absent: the table is not all that was published in the period, but what was left \
         online on the day of the collection. The ages below measure that. Of what was left, nothing is missing.",
    );
    Page {
        lang,
        title: words.say("Offres d'emploi : ce que couvre le tableau", "Job offers: what the table covers"),
        summary,
        is_good: own.complete,
        facts: facts(own, words),
        sections: vec![
            ages(own, words),
            counts(own, words),
            months(own, words),
            places(own, words),
            romes(own, words),
            licence(own, words),
        ],
        ..Page::default()
    }
}

fn facts(own: &Own, words: Lang) -> Vec<(String, Cell)> {
    let codes = |codes: &serde_json::Value| match codes.as_array() {
        Some(codes) => codes.iter().filter_map(|code| code.as_str()).collect::<Vec<_>>().join(", "),
        None => words.say("tous", "all"),
    };
    let [rome, departement] = [&own.parameters.rome, &own.parameters.departement]
        .map(|chosen| codes(&serde_json::to_value(chosen).unwrap_or_default()));
    let mut facts = vec![
        (words.say("Tableau", "Table"), Cell::Code(own.output.name.clone())),
        (
            words.say("Période", "Period"),
            Cell::Text(words.say(
                &format!("du {} au {}", own.period.since(), own.period.until()),
                &format!("{} to {}", own.period.since(), own.period.until()),
            )),
        ),
        (words.say("Départements", "Départements"), Cell::Text(departement)),
        (words.say("Codes ROME", "ROME codes"), Cell::Text(rome)),
    ];
    if let Some(search) = &own.parameters.search {
        facts.push((words.say("Mots-clés", "Key words"), Cell::Text(search.clone())));
    }
    if !own.unknown_rome.is_empty() {
        let unknown = own.unknown_rome.join(", ");
        facts.push((
            words.say("Codes que le service n'a plus", "Codes that the service no longer has"),
            Cell::Text(unknown),
        ));
    }
    facts.push((
        words.say("Début de la collecte", "Begin of the collection"),
        Cell::Text(own.started.replace('T', " ")),
    ));
    facts.push((words.say("Empreinte SHA-256", "SHA-256"), Cell::Code(own.output.sha256.clone())));
    facts
}

fn ages(own: &Own, words: Lang) -> Section {
    Section {
        title: words.say("Âge des offres encore en ligne", "Age of the offers that are still online"),
        text: vec![words.say(
            "Plus une part est faible, moins il reste des offres publiées à cette époque : les mois anciens ne se comparent \
             pas aux récents.",
            "The smaller a share, the less is left of the offers published then: old months do not compare with recent ones.",
        )],
        columns: words.say_each([("Jours", "Days"), ("Offres", "Offers"), ("Part", "Share")]),
        rows: own
            .told
            .ages
            .iter()
            .map(|age| vec![Cell::from(age.days), Cell::Number(age.offers), Cell::Share(age.share)])
            .collect(),
        ..Section::default()
    }
}

fn counts(own: &Own, words: Lang) -> Section {
    let fact = |(french, english): (&str, &str), number: u64| (words.say(french, english), Cell::Number(number));
    Section {
        title: words.say("Annoncées et collectées", "Announced and collected"),
        text: vec![words.say(
            "Le service annonce aussi quelques voisines, d'une seconde hors de la période, et ce qui change pendant la \
             collecte : les deux nombres peuvent différer. La preuve ne repose pas sur eux, mais sur l'enchaînement des pages.",
            "The service announces some neighbours too, of a second outside of the period, and things change meanwhile: the \
             two numbers may differ. The proof does not rest on them, but on how the pages link.",
        )],
        facts: vec![
            fact(("Annoncées par le service", "Announced by the service"), own.announced),
            fact(("Collectées", "Collected"), own.collected),
            fact(("Voisines écartées", "Neighbours set aside"), own.neighbours),
            fact(("Rejetées", "Rejected"), own.rejected),
            fact(("Salaires lus", "Salaries read"), own.told.salaries.read),
            fact(("Salaires non lus", "Salaries not read"), own.told.salaries.unread),
            fact(("Sans salaire", "Without a salary"), own.told.salaries.absent),
            fact(("Recherches envoyées", "Searches sent"), own.requests.search),
            fact(("Recherches nécessaires au moins", "Searches needed at least"), own.requests.floor),
        ],
        ..Section::default()
    }
}

fn months(own: &Own, words: Lang) -> Section {
    Section {
        title: words.say("Mois de publication", "Months of publication"),
        columns: words.say_each([("Mois", "Month"), ("Offres", "Offers")]),
        rows: own
            .told
            .months
            .iter()
            .map(|month| vec![Cell::Text(month.month.clone()), Cell::Number(month.offers)])
            .collect(),
        ..Section::default()
    }
}

fn places(own: &Own, words: Lang) -> Section {
    let none = words.say("sans département", "without a département");
    coded(words.say("Départements", "Départements"), &own.told.departements, &none, words)
}

fn romes(own: &Own, words: Lang) -> Section {
    let none = words.say("sans code ROME", "without a ROME code");
    coded(words.say("Codes ROME", "ROME codes"), &own.told.romes, &none, words)
}

fn coded(title: String, all: &[Labelled], none: &str, words: Lang) -> Section {
    let row = |one: &Labelled| {
        let code = one.code.clone().map_or(Cell::Text("–".to_owned()), Cell::Code);
        let label = match (&one.label, &one.code) {
            (Some(label), _) => label.clone(),
            (None, None) => none.to_owned(),
            (None, Some(_)) => "–".to_owned(),
        };
        vec![code, Cell::Text(label), Cell::Number(one.offers)]
    };
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
        columns: words.say_each([("Code", "Code"), ("Libellé", "Label"), ("Offres", "Offers")]),
        rows: all.iter().take(SHOWN).map(row).collect(),
        note,
        ..Section::default()
    }
}

fn licence(own: &Own, words: Lang) -> Section {
    let mut text = vec![own.source.to_string()];
    text.extend(own.modifications.iter().map(|sentence| (*sentence).to_owned()));
    Section {
        title: words.say("Source, licence, modifications", "Source, licence, modifications"),
        text,
        facts: vec![
            (words.say("Licence", "Licence"), Cell::Text(own.licence.name.to_string())),
            ("".to_owned(), Cell::Link(own.licence.url.to_string())),
        ],
        ..Section::default()
    }
}
