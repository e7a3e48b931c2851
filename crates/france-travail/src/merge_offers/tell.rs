//! What is told of the elements and of the table.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use report::{Finding, Findings, Lang, Level, Part as FilePart, PartId, Rule, Rules};

use crate::joins::Counts;
use crate::merge_offers::lines::Noted;
use crate::merge_offers::part::{Part, Remark};
use crate::merge_offers::sheet::Rejected;
use crate::merge_offers::source::Source;

/// A source, as far as something is told of its elements.
#[derive(Debug, Clone)]
pub(crate) struct SourceTold {
    name: String,
    rejects: Noted,
    /// Where they stand.
    path: PathBuf,
}

impl SourceTold {
    pub(crate) fn of(source: &Source) -> Self {
        Self { name: source.name().to_owned(), rejects: source.known.rejects.clone(), path: source.rejects() }
    }
}

/// The rules in a language: those of the normalised offer, and two of the table.
pub(crate) fn rules(lang: Lang) -> Rules {
    let word = |french: &'static str, english: &'static str| if lang == Lang::Fr { french } else { english };
    let mut rules = crate::collect_history::rules::rules(lang);
    rules.extend([
        Rule::new(
            "join.unmatched",
            Level::Warning,
            word("le code n'est pas dans le référentiel", "the code is not in the reference"),
            word(
                "ses libellés sont vides ; mettre le référentiel à jour, ou vérifier sa version",
                "its labels are empty; bring the reference up to date, or check its version",
            ),
        ),
        Rule::new(
            "day.other",
            Level::Info,
            word(
                "l'offre est datée d'un autre jour que son fichier",
                "the offer is dated to another day than its file's",
            ),
            word("elle est dans le fichier de son propre jour", "it is in the file of its own day"),
        ),
    ]);
    rules
}

/// Tells of each file in order: its rejected elements, which `set_aside` gets as cells, and what is told of its rows, which
/// stands beside what was counted of them. Adds up what was counted.
pub(crate) fn remarks<'p>(
    findings: &mut Findings,
    sources: &[SourceTold],
    parts: impl IntoIterator<Item = (&'p Part, PathBuf)>,
    sum: &mut Part,
    mut set_aside: impl FnMut([&str; 5]) -> Result<()>,
) -> Result<()> {
    // Findings that name no file stand first.
    findings.part(FilePart::default());
    let mut files: BTreeMap<&str, PartId> = BTreeMap::new();
    for SourceTold { name, .. } in sources {
        files.insert(name, findings.part(FilePart { file: Some(name.clone()), list: None }));
    }
    for SourceTold { name, rejects, path } in sources {
        rejects.read(path, |Rejected { record, rule, id }| {
            let named = findings.rule(&rule);
            let finding = Finding::new(named).part(files[name.as_str()]).record(record);
            findings.add(if id.is_empty() { finding } else { finding.id(&id) })?;
            set_aside([name, &record.to_string(), &rule, &findings.rules().get(named).message, &id])
        })?;
    }
    for (part, path) in parts {
        sum.merge(part);
        part.remarks.read(&path, |remark: Remark| {
            let Some(file) = files.get(remark.file.as_str()) else { return Ok(()) };
            let finding = Finding::new(findings.rule(&remark.rule))
                .part(*file)
                .record(remark.record)
                .column(&remark.column)
                .path(&remark.path)
                .id(&remark.id);
            findings.add(if remark.value.is_empty() { finding } else { finding.value(&remark.value) })
        })?;
    }
    Ok(())
}

/// Tells of each code that no reference has.
pub(crate) fn join_findings(findings: &mut Findings, joins: &Counts) -> Result<()> {
    let rule = findings.rule("join.unmatched");
    for (name, join) in joins.named() {
        let column = match name {
            "rome" => "code_rome",
            "naf" => "code_naf",
            other => other,
        };
        let path = format!("/{column}");
        for (code, _) in join.unmatched_by_offers() {
            findings.add(Finding::new(rule).column(column).path(&path).value(code))?;
        }
    }
    Ok(())
}
