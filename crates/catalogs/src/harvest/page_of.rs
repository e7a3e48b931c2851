//! The report of a harvest, for the person who runs the portal.

use anyhow::Result;
use report::{Cell, Fold, Lang, Page, Section};

use crate::changes::{NAMED, Named};

use super::account::{Account, Status};

/// Words in French and in English.
type Words = (&'static str, &'static str);

impl Account<'_> {
    /// The page.
    pub(super) fn page(&self) -> Result<String> {
        let mut sections = vec![self.job(), self.numbers()];
        let names = &self.gathering.names;
        let changes = &self.gathering.changes;
        let tables = [
            (("Nouveaux", "New"), &names.new, changes.new, false),
            (("Modifiés", "Changed"), &names.changed, changes.changed, true),
            (
                ("Absents du catalogue, pas encore archivés", "Gone from the catalogue, not archived yet"),
                &names.missing,
                changes.missing,
                false,
            ),
            (("Archivés", "Archived"), &names.archived, changes.archived, false),
            (("De retour", "Back"), &names.restored, changes.restored, true),
        ];
        sections.extend(
            tables.into_iter().map(|(title, named, count, has_fields)| self.named(title, named, count, has_fields)),
        );
        sections.push(self.coverage());
        sections.push(self.advice());
        let page = Page {
            lang: self.lang(),
            title: format!("{} {}", self.say(("Moissonnage de", "Harvest of")), self.settings.domain),
            summary: self.summary().to_owned(),
            is_good: self.status == Status::Done,
            facts: self.facts(),
            sections: sections.into_iter().filter(|section| !section.is_empty()).collect(),
            folds_examples: true,
            ..Page::default()
        };
        page.write("harvest", self.levels, self.rules)
    }

    fn say(&self, (fr, en): Words) -> &'static str {
        match self.lang() {
            Lang::Fr => fr,
            Lang::En => en,
        }
    }

    fn summary(&self) -> &'static str {
        self.say(match (self.status, self.settings.is_preview, self.decision.is_limited) {
            (Status::Failed, ..) => (
                "Le moissonnage a échoué : les données moissonnées auparavant restent telles quelles.",
                "The harvest has failed: the data harvested before stay as they were.",
            ),
            (_, true, _) => (
                "Aperçu : seuls les premiers éléments ont été lus, et rien d'autre n'a changé.",
                "Preview: only the first items were read, and nothing else has changed.",
            ),
            (Status::Done, _, true) => (
                "Le moissonnage s'est arrêté au nombre d'éléments demandé.",
                "The harvest has stopped at the number of items that was asked for.",
            ),
            (Status::Done, ..) => (
                "Le catalogue a été moissonné en entier, sans erreur.",
                "The whole catalogue was harvested, without an error.",
            ),
            (Status::DoneErrors, ..) if self.decision.is_complete && !self.decision.is_refused => (
                "Le catalogue a été lu en entier, mais certains éléments sont inutilisables.",
                "The whole catalogue was read, but some items cannot be used.",
            ),
            (Status::DoneErrors, ..) if self.decision.is_complete => (
                "Le catalogue a été lu en entier, mais l'archivage a été refusé.",
                "The whole catalogue was read, but archiving was refused.",
            ),
            (Status::DoneErrors, ..) => (
                "Le moissonnage est incomplet : ce qui est arrivé est écrit, et rien n'est archivé.",
                "The harvest is incomplete: what came is written, and nothing is archived.",
            ),
        })
    }

    fn facts(&self) -> Vec<(String, Cell)> {
        let settings = self.settings;
        let mut facts = vec![
            (self.say(("Source", "Source")), Cell::Link(settings.url.to_string())),
            (self.say(("Type de portail", "Kind of portal")), settings.backend.name().into()),
        ];
        if let Some(format) = &self.gathering.format {
            facts.push((self.say(("Format", "Format")), format.as_str().into()));
        }
        for (words, filters) in
            [(("Filtres", "Filters"), &settings.include), (("Exclusions", "Exclusions"), &settings.exclude)]
        {
            if !filters.is_empty() {
                facts.push((self.say(words), Cell::Text(Self::filters(filters).join(", "))));
            }
        }
        let now = self.gathering.now.replace('T', " ").replace('Z', " UTC");
        facts.push((self.say(("Moissonné le", "Harvested at")), Cell::Text(now)));
        facts.push((self.say(("Statut", "Status")), Cell::Code(self.status.name().to_owned())));
        facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn job(&self) -> Section {
        let folds = self.errors().into_iter().map(|error| Fold {
            text: [Some(error.message), error.hint].into_iter().flatten().collect(),
            word: self.say(("Détails techniques", "Technical details")).to_owned(),
            lines: error.details,
        });
        let title = self.say(("Ce qui s'est passé", "What happened"));
        Section { title: title.to_owned(), folds: folds.collect(), ..Section::default() }
    }

    fn numbers(&self) -> Section {
        let (items, changes, totals) = (&self.gathering.counts, &self.gathering.changes, &self.totals);
        let facts = [
            (("Éléments moissonnés", "Items harvested"), items.done),
            (("Éléments en échec", "Items that failed"), items.failed),
            (("Éléments laissés de côté", "Items left out"), items.skipped),
            (("Archivés à ce moissonnage", "Archived by this harvest"), items.archived),
            (("Nouveaux", "New"), changes.new),
            (("Modifiés", "Changed"), changes.changed),
            (("Inchangés", "Unchanged"), changes.unchanged),
            (("Absents, pas encore archivés", "Missing, not archived yet"), changes.missing),
            (("De retour", "Back"), changes.restored),
            (("Jeux de données actifs", "Active datasets"), totals.datasets.active),
            (("Jeux de données archivés", "Archived datasets"), totals.datasets.archived),
            (("Ressources des jeux actifs", "Resources of active datasets"), totals.datasets.resources),
            (("Services de données actifs", "Active data services"), totals.dataservices.active),
            (("Services de données archivés", "Archived data services"), totals.dataservices.archived),
        ];
        let title = self.say(("En chiffres", "In numbers")).to_owned();
        let facts = facts.into_iter().map(|(name, number)| (self.say(name).to_owned(), number.into())).collect();
        Section { title, facts, ..Section::default() }
    }

    fn named(&self, title: Words, named: &[Named], count: u64, has_fields: bool) -> Section {
        let mut columns = vec![self.say(("Titre", "Title")), self.say(("Identifiant", "Identifier"))];
        columns.extend(has_fields.then(|| self.say(("Champs modifiés", "Changed fields"))));
        let rows = named.iter().map(|named| {
            let mut row = vec![Cell::Text(shown(&named.title)), Cell::Code(shown(&named.remote_id))];
            row.extend(has_fields.then(|| Cell::Text(named.fields.join(", "))));
            row
        });
        let more = count.saturating_sub(NAMED as u64);
        let note = match (more, self.lang()) {
            (0, _) => String::new(),
            (more, Lang::Fr) => format!("et {more} de plus"),
            (more, Lang::En) => format!("and {more} more"),
        };
        Section {
            title: self.say(title).to_owned(),
            columns: columns.into_iter().map(str::to_owned).collect(),
            rows: rows.collect(),
            note,
            ..Section::default()
        }
    }

    fn coverage(&self) -> Section {
        let columns = [
            ("Champ", "Field"),
            ("Remplis", "Filled"),
            ("Part", "Share"),
            ("Donnés mais illisibles", "Given but unreadable"),
            ("Total", "Total"),
        ];
        let fields = self.gathering.coverage.fields();
        let rows = fields.iter().filter(|field| field.total > 0).map(|field| {
            let of = match field.of {
                "datasets" => self.say(("jeux de données", "datasets")),
                _ => self.say(("ressources", "resources")),
            };
            let share = field.filled as f64 / field.total as f64;
            vec![
                Cell::Text(format!("{of} : {}", self.named_field(field.field))),
                field.filled.into(),
                Cell::Share(share),
                field.lost.into(),
                field.total.into(),
            ]
        });
        Section {
            title: self.say(("Ce que le catalogue renseigne", "What the catalogue tells")).to_owned(),
            text: vec![
                self.say((
                    "Pour chaque champ, le nombre de jeux actifs ou de ressources où il est rempli, et combien de fois le \
                     portail a donné une valeur qui n'a pas pu être reprise.",
                    "Of each field, in how many active datasets or resources it is filled, and how often the portal gave \
                     a value that could not be taken.",
                ))
                .to_owned(),
            ],
            columns: columns.into_iter().map(|words| self.say(words).to_owned()).collect(),
            rows: rows.collect(),
            ..Section::default()
        }
    }

    /// A field in words, and as the model calls it.
    fn named_field(&self, field: &str) -> String {
        let french = match field {
            "tags" => "mots-clés",
            "license" => "licence",
            "frequency" => "fréquence de mise à jour",
            "temporal_coverage" => "période couverte",
            "spatial" => "étendue géographique",
            "contact_points" => "contacts",
            "schema" => "schéma de données",
            "harvest.remote_url" => "page sur le portail",
            "harvest.created_at" => "date de création ou de publication",
            "harvest.modified_at" => "date de modification",
            "resources" => "ressources",
            "mime" => "type MIME",
            "filesize" => "taille",
            "checksum" => "empreinte",
            _ => return field.to_owned(),
        };
        match self.lang() {
            Lang::Fr => format!("{french} ({field})"),
            Lang::En => field.to_owned(),
        }
    }

    /// The limits that whoever runs a portal has to know.
    fn advice(&self) -> Section {
        let text = match self.lang() {
            Lang::Fr => format!(
                "Un jeu de données est reconnu à son identifiant : s'il change, un doublon est créé, et l'ancien est \
                 archivé {} jours après sa dernière mise à jour. Supprimer puis recréer un jeu de données sur le portail \
                 a le même effet. Un jeu archivé n'apparaît plus dans les recherches, mais reste accessible par son lien.",
                self.args.archive_after
            ),
            Lang::En => format!(
                "A dataset is known by its identifier: if that changes, a duplicate is made, and the old one is archived \
                 {} days after its last update. To delete and make again a dataset has the same effect. What is archived \
                 is out of search, but can still be reached by its link.",
                self.args.archive_after
            ),
        };
        Section { title: self.say(("À savoir", "Good to know")).to_owned(), text: vec![text], ..Section::default() }
    }
}

/// A text of the portal, as a page may show it.
fn shown(text: &str) -> String {
    report::mask(text).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
