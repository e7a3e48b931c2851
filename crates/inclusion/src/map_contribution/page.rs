//! The report for people.

use report::{Cell, Lang, Page, Records, Section};

use super::own::Own;
use super::tally::{Repair, Unmapped};

/// Rows of a table that are shown; the report for machines has all.
const SHOWN: usize = 100;

/// The page of a run.
pub(super) fn page(name: &str, records: Records, own: &Own, has_output: bool, lang: Lang) -> Page {
    let say = |fr: &str, en: &str| if lang == Lang::Fr { fr.to_owned() } else { en.to_owned() };
    let repairs: u64 = own.repairs.iter().map(|repair| repair.count).sum();
    let unmapped: u64 = own.unmapped.iter().map(|value| value.count).sum();
    let (read, written) = (records.read - records.blank, records.written);
    let summary = match (has_output, lang) {
        (false, Lang::Fr) => "Rien n’a été écrit : les raisons sont ci-dessous.".to_owned(),
        (false, Lang::En) => "Nothing was written: the reasons are below.".to_owned(),
        (true, Lang::Fr) => format!(
            "Lus : {read}. Écrits, et valides au schéma {} : {written}. Rejetés : {}. Réparations : {repairs}. Valeurs sans correspondance : {unmapped}.",
            own.schema_version, records.rejected
        ),
        (true, Lang::En) => format!(
            "Read: {read}. Written, and valid in the schema {}: {written}. Rejected: {}. Repairs: {repairs}. Values without a row: {unmapped}.",
            own.schema_version, records.rejected
        ),
    };
    let mut sections = own.lists.keys().map(|list| filled(own, list, lang)).collect::<Vec<_>>();
    sections.extend((!own.repairs.is_empty()).then(|| of_repairs(&own.repairs, lang)));
    sections.extend((!own.unmapped.is_empty()).then(|| of_unmapped(&own.unmapped, lang)));
    sections.extend((!own.mapping.unused.is_empty()).then(|| unused(&own.mapping.unused, lang)));
    Page {
        lang,
        title: say("Correspondance de ", "Mapping of ") + name,
        summary,
        is_good: has_output && records.rejected == 0,
        sections,
        ..Page::default()
    }
}

fn filled(own: &Own, list: &'static str, lang: Lang) -> Section {
    let say = |fr: &str, en: &str| if lang == Lang::Fr { fr.to_owned() } else { en.to_owned() };
    let of_list = &own.lists[list];
    let share = |count: u64| if of_list.records == 0 { 0.0 } else { count as f64 / of_list.records as f64 };
    let name = if list == "structures" { "Structures" } else { "Services" };
    let row = |(field, count): (&&str, &u64)| {
        vec![Cell::Code((*field).to_owned()), Cell::Number(*count), Cell::Share(share(*count))]
    };
    Section {
        title: format!("{name} : {}", say("champs remplis", "fields filled")),
        facts: vec![(say("Enregistrements écrits", "Records written"), Cell::Number(of_list.records))],
        columns: vec![say("Champ", "Field"), say("Remplis", "Filled"), say("Part", "Share")],
        rows: of_list.filled.iter().filter(|(_, count)| **count > 0).map(row).collect(),
        ..Section::default()
    }
}

fn of_repairs(repairs: &[Repair], lang: Lang) -> Section {
    let say = |fr: &str, en: &str| if lang == Lang::Fr { fr.to_owned() } else { en.to_owned() };
    let row = |repair: &Repair| {
        let example = repair.examples.first();
        vec![
            Cell::Code(repair.field.clone()),
            Cell::Text(repair.column.clone().unwrap_or_default()),
            Cell::Code(repair.rule.clone()),
            Cell::Number(repair.count),
            Cell::Code(example.map_or_else(String::new, |example| example.value.clone())),
            Cell::Code(example.map_or_else(String::new, |example| example.to.clone())),
        ]
    };
    Section {
        title: say("Réparations", "Repairs"),
        text: vec![say(
            "Chaque réparation est dans le fichier des constats, ligne par ligne. Les coordonnées des personnes n’y sont pas.",
            "Each repair is in the file of findings, record by record. Contacts of people are not.",
        )],
        columns: vec![
            say("Champ", "Field"),
            say("Colonne", "Column"),
            say("Règle", "Rule"),
            say("Nombre", "Count"),
            say("Avant", "Before"),
            say("Après", "After"),
        ],
        rows: repairs.iter().take(SHOWN).map(row).collect(),
        note: hidden(repairs.len(), lang),
        ..Section::default()
    }
}

fn of_unmapped(unmapped: &[Unmapped], lang: Lang) -> Section {
    let say = |fr: &str, en: &str| if lang == Lang::Fr { fr.to_owned() } else { en.to_owned() };
    let row = |value: &Unmapped| {
        vec![Cell::Code(value.field.clone()), Cell::Code(value.value.clone()), Cell::Number(value.count)]
    };
    Section {
        title: say("Valeurs sans correspondance", "Values without a row"),
        text: vec![say(
            "Ces valeurs ne sont pas reprises. Une ligne dans la table de valeurs de la correspondance suffit.",
            "These values are left out. A row in the mapping’s table of values is enough to have them.",
        )],
        columns: vec![say("Champ", "Field"), say("Valeur", "Value"), say("Nombre", "Count")],
        rows: unmapped.iter().take(SHOWN).map(row).collect(),
        note: hidden(unmapped.len(), lang),
        ..Section::default()
    }
}

fn unused(names: &[String], lang: Lang) -> Section {
    let say = |fr: &str, en: &str| if lang == Lang::Fr { fr.to_owned() } else { en.to_owned() };
    Section {
        title: say("Colonnes non reprises", "Columns not taken"),
        text: vec![say(
            "La correspondance ne nomme pas ces colonnes du fichier.",
            "The mapping does not name these columns of the file.",
        )],
        columns: vec![say("Colonne", "Column")],
        rows: names.iter().take(SHOWN).map(|name| vec![Cell::Text(name.clone())]).collect(),
        note: hidden(names.len(), lang),
        ..Section::default()
    }
}

fn hidden(count: usize, lang: Lang) -> String {
    match (count.saturating_sub(SHOWN), lang) {
        (0, _) => String::new(),
        (hidden, Lang::Fr) => format!("{hidden} autres lignes sont dans le rapport JSON."),
        (hidden, Lang::En) => format!("{hidden} more rows are in the JSON report."),
    }
}
