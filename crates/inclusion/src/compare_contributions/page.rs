//! The page for people who never open a CSV.

use report::{Cell, Lang, Page, Section, group, mask};

use super::comparison::Comparison;

/// Rows of a table on the page; the comparison for machines has all.
const SHOWN_ROWS: usize = 200;

pub(super) fn page(comparison: &Comparison) -> Page {
    let lang = comparison.options.lang;
    let own = &comparison.own;
    let title = lang.say("Comparaison de", "Comparison of") + " " + &mask(&comparison.input.path);
    let [records, common, linked, alone] =
        [own.records, own.common, own.linked, own.alone].map(|count| group(count, lang));
    let summary = match lang {
        Lang::Fr => format!(
            "Sur {records} {} : {common} {} aussi dans d'autres sources, {linked} {} à des structures d'autres sources sans être les mêmes, {alone} {} dans ce fichier seulement.",
            agreed(own.records, "structure", "structures"),
            agreed(own.common, "figure", "figurent"),
            agreed(own.linked, "est liée", "sont liées"),
            agreed(own.alone, "est", "sont"),
        ),
        Lang::En => format!(
            "Of {records} structures, {common} stand in other sources too, {linked} are linked to others and not the same, {alone} are in this file alone.",
        ),
    };
    let sections = vec![
        own_section(comparison, lang),
        pairs(comparison, lang),
        inside(comparison, lang),
        what_linked_means(lang),
        complements(comparison, lang),
        unknown(comparison, lang),
    ];
    Page { lang, title, summary, is_good: true, sections, ..Page::default() }
}

/// One word or the other, as French counts.
fn agreed<'t>(count: u64, one: &'t str, many: &'t str) -> &'t str {
    if count < 2 { one } else { many }
}

fn own_section(comparison: &Comparison, lang: Lang) -> Section {
    let (own, records) = (&comparison.own, &comparison.records);
    let facts = [
        ("Structures comparées", "Structures compared", own.records),
        ("En commun avec une autre source", "Common with another source", own.common),
        ("Liées à une autre source, mais distinctes", "Linked to another source, but distinct", own.linked),
        ("Dans ce fichier seulement", "In this file alone", own.alone),
        ("En double dans ce fichier", "Duplicates inside this file", own.inside),
        (
            "Enregistrements mis de côté, sans identifiant ou sans nom",
            "Records set aside, without identifier or name",
            records.rejected,
        ),
        (
            "Enregistrements des autres fichiers qui sont les vôtres, laissés de côté",
            "Records of the other files that are yours, left out",
            records.left_out,
        ),
    ];
    Section {
        title: lang.say("Vos structures", "Your structures"),
        text: vec![lang.say("Une structure est en commun quand une autre source décrit la même ; elle compte une fois, quel que soit le nombre de ces sources.",
            "A structure is common when another source describes the same; it counts once, however many these sources are.",
        )],
        facts: facts.map(|(french, english, count)| (lang.say(french, english), Cell::from(count))).to_vec(),
        ..Section::default()
    }
}

fn pairs(comparison: &Comparison, lang: Lang) -> Section {
    let columns = match lang {
        Lang::Fr => ["Source", "Autre source", "En commun", "Part", "Liées"],
        Lang::En => ["Source", "Other source", "Common", "Share", "Linked"],
    };
    // Both ways: each source has a share of its own.
    let rows = comparison.pairs.iter().flat_map(|pair| {
        let row = |one: &str, two: &str, count: u64, percent: f64, lie: u64| {
            vec![text(one), text(two), Cell::from(count), Cell::Share(percent / 100.0), Cell::from(lie)]
        };
        [
            row(&pair.source_1, &pair.source_2, pair.nb_1, pair.percent_1, pair.lie_1),
            row(&pair.source_2, &pair.source_1, pair.nb_2, pair.percent_2, pair.lie_2),
        ]
    });
    let text = match comparison.pairs.is_empty() {
        true => lang.say("Aucun lien entre deux sources.", "No link between two sources."),
        false => lang.say("Chaque ligne se lit : tant de structures de la source figurent aussi dans l'autre, soit telle part de toutes les siennes.",
            "Each row reads: so many structures of the source have the same in the other, which is that share of all its own.",
        ),
    };
    shown(lang.say("Sources deux à deux", "Sources two by two"), text, &columns, rows.collect(), lang)
}

fn inside(comparison: &Comparison, lang: Lang) -> Section {
    let columns = match lang {
        Lang::Fr => ["Source", "Structures", "En double", "Part"],
        Lang::En => ["Source", "Structures", "Duplicates", "Share"],
    };
    let rows = comparison.sources.iter().map(|source| {
        vec![
            text(&source.source),
            Cell::from(source.records),
            Cell::from(source.inside.records),
            Cell::Share(source.inside.percent / 100.0),
        ]
    });
    let text = lang.say(
        "Structures qui figurent plus d'une fois dans la même source : à vérifier, puis à réunir dans votre outil.",
        "Structures that stand more than once in one source: check them, then unite them in your tool.",
    );
    shown(lang.say("Doublons dans une même source", "Duplicates inside a source"), text, &columns, rows.collect(), lang)
}

fn what_linked_means(lang: Lang) -> Section {
    Section {
        title: lang.say("Ce que « lié » veut dire", "What “linked” means"),
        text: vec![
            lang.say("Deux structures liées ont quelque chose en commun sans être la même : une mairie et le point France services qu'elle accueille, deux maisons ou deux services d'un même organisme.",
                "Two linked structures have something in common and are not the same: a town hall and the France services point in it, two houses or two services of one body.",
            ),
            lang.say("Elles ne sont pas à fusionner : chacune garde son identifiant et sa fiche.",
                "They are not to be merged: each keeps its identifier and its record.",
            ),
        ],
        ..Section::default()
    }
}

fn complements(comparison: &Comparison, lang: Lang) -> Section {
    let columns = match lang {
        Lang::Fr => ["Champ", "Manque ici", "Plus récent ailleurs"],
        Lang::En => ["Field", "Missing here", "Newer elsewhere"],
    };
    let rows = comparison.complements.iter().map(|column| {
        vec![Cell::Code(column.column.to_owned()), Cell::from(column.missing), Cell::from(column.different)]
    });
    let text = match comparison.complements.is_empty() {
        true => {
            lang.say("Les structures en commun n'apprennent rien de plus.", "Common structures tell nothing more.")
        }
        false => lang.say("Ce que disent d'autres sources de vos structures en commun ; chaque valeur est dans le fichier des compléments.",
            "What other sources tell of your common structures; each value is in the file of complements.",
        ),
    };
    shown(
        lang.say("Ce que les autres savent de plus", "What the others know besides"),
        text,
        &columns,
        rows.collect(),
        lang,
    )
}

fn unknown(comparison: &Comparison, lang: Lang) -> Section {
    let columns = match lang {
        Lang::Fr => ["Département", "Structures"],
        Lang::En => ["Département", "Structures"],
    };
    let rows = comparison
        .unknown
        .departements
        .iter()
        .map(|departement| vec![text(&departement.departement), Cell::from(departement.records)]);
    let text = match comparison.unknown.records {
        0 => lang.say("Aucune, dans les départements de votre fichier.", "None, in the départements of your file."),
        _ => lang.say(
            "Structures des autres sources, dans les départements de votre fichier, qu'il n'a pas.",
            "Structures of other sources, in the départements of your file, that it does not have.",
        ),
    };
    shown(
        lang.say("Structures que vous n'avez pas", "Structures that you do not have"),
        text,
        &columns,
        rows.collect(),
        lang,
    )
}

/// A name of a source, or a code: a cell may hold anything.
fn text(name: &str) -> Cell {
    Cell::Code(mask(name).into_owned())
}

fn shown(title: String, text: String, columns: &[&str], mut rows: Vec<Vec<Cell>>, lang: Lang) -> Section {
    let more = rows.len().saturating_sub(SHOWN_ROWS);
    rows.truncate(SHOWN_ROWS);
    let note = match (more, lang) {
        (0, _) => String::new(),
        (more, Lang::Fr) => format!("et {more} autres lignes, dans le fichier JSON"),
        (more, Lang::En) => format!("and {more} more rows, in the file of JSON"),
    };
    Section {
        title,
        text: vec![text],
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        rows,
        note,
        ..Section::default()
    }
}
