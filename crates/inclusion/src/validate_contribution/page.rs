//! What the page for people says besides counts and rules.

use report::{Cell, Lang, Levels, Page, Section};

use super::own::{Held, Own, Tally};
use super::reason::Status;
use super::scores::Summary;

/// The page of a contribution.
pub(super) fn page(lang: Lang, name: &str, own: &Own, levels: Levels) -> Page {
    let words = Words::of(lang);
    let mut sections: Vec<Section> = own.lists.iter().map(|(list, tally)| of_list(words, list, tally)).collect();
    sections.extend(own.publication.as_ref().map(|held| of_publication(words, held)));
    sections.extend(own.score.as_ref().map(|score| of_score(words, score)));
    Page {
        lang,
        title: format!("{} {name}", words.heading),
        summary: summary(lang, own, levels),
        is_good: own.valid,
        sections,
        ..Page::default()
    }
}

fn summary(lang: Lang, own: &Own, levels: Levels) -> String {
    let sum = |count: fn(&Tally) -> u64| own.lists.values().map(count).sum::<u64>();
    let (records, invalid) = (sum(|tally| tally.records), sum(|tally| tally.invalid));
    let version = own.schema_version;
    let verdict = match (lang, own.valid) {
        (Lang::Fr, true) if levels.warning > 0 => {
            format!("Contribution valide au schéma {version} ; des points à vérifier")
        }
        (Lang::Fr, true) => format!("Contribution valide au schéma {version}"),
        (Lang::Fr, false) => {
            format!(
                "{} sur {records} à corriger pour le schéma {version}",
                number(invalid, "enregistrement", "enregistrements")
            )
        }
        (Lang::En, true) if levels.warning > 0 => {
            format!("The contribution is valid by schema {version}; some points to check")
        }
        (Lang::En, true) => format!("The contribution is valid by schema {version}"),
        (Lang::En, false) => {
            format!("{invalid} of {} to correct for schema {version}", number(records, "record", "records"))
        }
    };
    let published = own.lists.values().filter_map(|tally| tally.publication).map(|one| one.yes).sum::<u64>();
    match (lang, own.publication.is_some()) {
        (_, false) => format!("{verdict}."),
        (Lang::Fr, true) => {
            let will = if published < 2 { "sera publié tel quel" } else { "seront publiés tels quels" };
            format!("{verdict}. {published} sur {records} {will}.")
        }
        (Lang::En, true) => format!("{verdict}. {published} of {records} will be published as they are."),
    }
}

fn number(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count < 2 { one } else { many })
}

fn of_list(words: &Words, list: &str, tally: &Tally) -> Section {
    let mut facts = vec![
        (words.records, tally.records),
        (words.valid, tally.valid),
        (words.invalid, tally.invalid),
        (words.warned, tally.warned),
    ];
    if let Some(publication) = tally.publication {
        facts.extend([(words.yes, publication.yes), (words.depends, publication.depends), (words.no, publication.no)]);
    }
    let title = if list == "structures" { words.structures } else { words.services };
    Section {
        title: title.to_owned(),
        facts: facts.into_iter().map(|(name, count)| (name.to_owned(), Cell::from(count))).collect(),
        ..Section::default()
    }
}

fn of_publication(words: &Words, held: &[Held]) -> Section {
    let row = |held: &Held| {
        let list = if held.list == "structures" { words.structures } else { words.services };
        let status = if held.status == Status::No { words.no } else { words.depends };
        vec![list.into(), words.reason(held.reason).into(), status.into(), held.records.into()]
    };
    Section {
        title: words.publication.to_owned(),
        text: vec![words.publication_explained.to_owned()],
        columns: words.publication_columns.map(str::to_owned).to_vec(),
        rows: held.iter().map(row).collect(),
        ..Section::default()
    }
}

fn of_score(words: &Words, score: &Summary) -> Section {
    let share = |mean: Option<f64>| mean.map_or_else(|| Cell::from("–"), Cell::Share);
    let mut facts = vec![(words.scored.to_owned(), Cell::from(score.scored))];
    facts.push((words.of_services.to_owned(), share(score.services)));
    if score.structures.is_some() {
        facts.push((words.of_structures.to_owned(), share(score.structures)));
    }
    let rows = score.criteria.iter().map(|(name, criterion)| {
        vec![words.criterion(name).into(), Cell::from(criterion.applicable), share(criterion.mean)]
    });
    Section {
        title: words.score.to_owned(),
        text: vec![words.score_explained.to_owned()],
        facts,
        columns: words.score_columns.map(str::to_owned).to_vec(),
        rows: if score.scored > 0 { rows.collect() } else { vec![] },
        ..Section::default()
    }
}

/// What is named on the page.
struct Words {
    heading: &'static str,
    structures: &'static str,
    services: &'static str,
    records: &'static str,
    valid: &'static str,
    invalid: &'static str,
    warned: &'static str,
    yes: &'static str,
    depends: &'static str,
    no: &'static str,
    publication: &'static str,
    publication_explained: &'static str,
    publication_columns: [&'static str; 4],
    score: &'static str,
    score_explained: &'static str,
    scored: &'static str,
    of_services: &'static str,
    of_structures: &'static str,
    score_columns: [&'static str; 3],
    /// By name of the report.
    reasons: [(&'static str, &'static str); 8],
    criteria: [(&'static str, &'static str); 10],
}

impl Words {
    fn of(lang: Lang) -> &'static Self {
        if lang == Lang::Fr { &FRENCH } else { &ENGLISH }
    }

    fn reason(&self, name: &str) -> &'static str {
        said(&self.reasons, name)
    }

    fn criterion(&self, name: &str) -> &'static str {
        said(&self.criteria, name)
    }
}

fn said(words: &[(&'static str, &'static str)], name: &str) -> &'static str {
    words.iter().find(|(known, _)| *known == name).map_or("", |(_, said)| said)
}

static FRENCH: Words = Words {
    heading: "Validation de",
    structures: "Structures",
    services: "Services",
    records: "Enregistrements",
    valid: "Valides",
    invalid: "Non valides",
    warned: "Avec un avertissement du schéma",
    yes: "Seront publiés",
    depends: "Publiés selon la suite",
    no: "Ne seront pas publiés",
    publication: "Seront-ils publiés ?",
    publication_explained: "La plateforme écarte sans le dire les enregistrements non valides ou avec avertissement, et ceux \
                            qu'elle ne sait pas situer. Un enregistrement peut avoir plusieurs raisons. Le répertoire Sirene \
                            et la liste des communes ne sont pas consultés ici.",
    publication_columns: ["Liste", "Raison", "Conséquence", "Enregistrements"],
    score: "Score de qualité",
    score_explained: "Le score officiel d'un service est la moyenne des critères qui s'y appliquent ; celui d'une structure, \
                      la moyenne de ses services. Le score de chaque service est dans le fichier `.scores.csv`.",
    scored: "Services notés",
    of_services: "Score moyen des services",
    of_structures: "Score moyen des structures",
    score_columns: ["Critère", "Services concernés", "Moyenne"],
    reasons: [
        ("invalid", "une erreur du schéma"),
        ("warning", "un avertissement du schéma"),
        ("repeated_id", "un identifiant déjà pris"),
        ("structure_unknown", "une structure inconnue"),
        ("structure_held", "une structure qui ne sera pas publiée"),
        ("no_place", "ni code INSEE, ni adresse complète"),
        ("geocoding", "pas de code INSEE : l'adresse doit être retrouvée"),
        ("structure_depends", "une structure dont la publication dépend de la suite"),
    ],
    criteria: [
        ("adresse_bien_definie", "adresse donnée, si l'accueil est en présentiel"),
        ("modes_mobilisation_bien_definis", "modes de mobilisation, et par qui"),
        ("au_moins_un_public", "au moins un public"),
        ("au_moins_une_thematique", "au moins une thématique"),
        ("au_moins_un_moyen_de_contact", "au moins un moyen de contact"),
        ("courriel_bien_defini", "courriel donné, s'il faut en envoyer un"),
        ("date_maj_recente", "mise à jour récente"),
        ("frais_bien_definis", "frais précisés"),
        ("description_bien_definie", "description de bonne longueur"),
        ("telephone_bien_defini", "téléphone donné, s'il faut téléphoner"),
    ],
};

static ENGLISH: Words = Words {
    heading: "Validation of",
    structures: "Structures",
    services: "Services",
    records: "Records",
    valid: "Valid",
    invalid: "Not valid",
    warned: "With a warning of the schema",
    yes: "Will be published",
    depends: "Published depending on what follows",
    no: "Will not be published",
    publication: "Will they be published?",
    publication_explained: "The platform drops without a word records that are invalid or have a warning, and those that it \
                            cannot place. A record may have several reasons. The Sirene register and the list of communes are \
                            not asked here.",
    publication_columns: ["List", "Reason", "What follows", "Records"],
    score: "Quality score",
    score_explained: "The official score of a service is the mean of the criteria that apply to it; that of a structure, the \
                      mean of its services. The file `.scores.csv` has the score of each service.",
    scored: "Services with a score",
    of_services: "Mean of the services",
    of_structures: "Mean of the structures",
    score_columns: ["Criterion", "Services concerned", "Mean"],
    reasons: [
        ("invalid", "an error of the schema"),
        ("warning", "a warning of the schema"),
        ("repeated_id", "an identifier already taken"),
        ("structure_unknown", "a structure that is not known"),
        ("structure_held", "a structure that will not be published"),
        ("no_place", "neither an INSEE code nor a whole address"),
        ("geocoding", "no INSEE code: the address has to be found"),
        ("structure_depends", "a structure that is published depending on what follows"),
    ],
    criteria: [
        ("adresse_bien_definie", "an address, where people are received"),
        ("modes_mobilisation_bien_definis", "how to ask for it, and who may"),
        ("au_moins_un_public", "at least one public"),
        ("au_moins_une_thematique", "at least one thématique"),
        ("au_moins_un_moyen_de_contact", "at least one means of contact"),
        ("courriel_bien_defini", "an e-mail address, where one has to be written to"),
        ("date_maj_recente", "updated lately"),
        ("frais_bien_definis", "cost made clear"),
        ("description_bien_definie", "a description of good length"),
        ("telephone_bien_defini", "a telephone number, where one has to call"),
    ],
};
