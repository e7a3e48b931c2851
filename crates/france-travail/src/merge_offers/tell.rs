//! What is told of the elements and of the table.

use std::collections::BTreeMap;

use anyhow::Result;
use report::{Finding, Findings, Lang, Level, Part as FilePart, PartId, Rule, Rules};

use crate::joins::Counts;
use crate::merge_offers::part::Part;
use crate::merge_offers::sheet::Rejected;

/// The name of a source, and its rejected elements.
pub(crate) type Told = (String, Vec<Rejected>);

/// An element set aside: file, record, rule, message, identifier.
pub(crate) type SetAside = (String, u64, String, String, String);

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

/// Tells of each file in order: its rejected elements, and what is told of its rows. Adds up what was counted.
pub(crate) fn remarks<'p>(
    findings: &mut Findings,
    sources: &[Told],
    parts: impl IntoIterator<Item = &'p Part>,
    sum: &mut Part,
) -> Result<Vec<SetAside>> {
    // Findings that name no file stand first.
    findings.part(FilePart::default());
    let mut files: BTreeMap<&str, PartId> = BTreeMap::new();
    for (name, _) in sources {
        files.insert(name, findings.part(FilePart { file: Some(name.clone()), list: None }));
    }
    let mut set_aside = Vec::new();
    for (name, rejects) in sources {
        for reject in rejects {
            let rule = findings.rule(&reject.rule);
            let finding = Finding::new(rule).part(files[name.as_str()]).record(reject.record);
            findings.add(if reject.id.is_empty() { finding } else { finding.id(&reject.id) })?;
            let message = findings.rules().get(rule).message.to_string();
            set_aside.push((name.clone(), reject.record, reject.rule.clone(), message, reject.id.clone()));
        }
    }
    for part in parts {
        sum.merge(part);
        for remark in &part.remarks {
            let Some(file) = files.get(remark.file.as_str()) else { continue };
            let finding = Finding::new(findings.rule(&remark.rule))
                .part(*file)
                .record(remark.record)
                .column(&remark.column)
                .path(&remark.path)
                .id(&remark.id);
            findings.add(if remark.value.is_empty() { finding } else { finding.value(&remark.value) })?;
        }
    }
    Ok(set_aside)
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
