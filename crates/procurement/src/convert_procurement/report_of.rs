//! What a conversion leaves beside its output, and its receipt.

use std::path::Path;

use anyhow::Result;
use files::{Committed, Output, OutputSet};
use report::{Cell, Findings, Lang, Names, Page, Records, Rejects, Report, Reported, Section};
use serde::Serialize;
use serde_json::Value;
use step::Outcome;
use tables::Found;

use super::Receipt;
use super::options::Options;
use crate::table::Name;

/// The name of the step.
pub(crate) const STEP: &str = "convert-procurement";

/// Names of procedures that a page shows; the report for machines has all.
const SHOWN_NAMES: usize = 50;

/// The keys of the report that are this step's.
#[derive(Debug, Serialize)]
pub(crate) struct Own {
    pub(crate) version: String,
    pub(crate) to: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mapping: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) container: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) procedures: Option<Vec<Name>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) upgrade: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dedupe: Option<Value>,
    pub(crate) contracts: OfContracts,
    pub(crate) options: Value,
}

/// How many contracts there are, and how many are as they should be.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct OfContracts {
    pub(crate) marche: u64,
    #[serde(rename = "contrat-concession")]
    pub(crate) concession: u64,
    pub(crate) conform: u64,
    pub(crate) valid: u64,
}

/// What a run leaves.
pub(crate) struct Left<'a> {
    pub(crate) found: &'a Found,
    pub(crate) records: Records,
    pub(crate) own: Own,
    pub(crate) findings: Findings,
    pub(crate) rejects: Rejects,
    /// None where nothing could be used.
    pub(crate) output: Option<Output>,
    pub(crate) states: Option<Output>,
}

/// The report of an earlier run, if it still tells the truth, as the receipt of this one.
pub(crate) fn earlier(options: &Options, found: &Found, deciding: &Value) -> Option<Outcome<Receipt>> {
    let names = options.names();
    let report = report::earlier(&names, STEP, found, deciding)?;
    let listed = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        report["files"].as_array()?.iter().find(|file| file["name"] == name).cloned()
    };
    // A run that wrote no output has failed, and fails again.
    let output = listed(&options.output)?;
    let (rejects, states) = (listed(&names.rejects).is_some(), listed(&options.states()).is_some());
    let receipt = receipt(options, &names, &report, rejects, states).ok()?;
    let receipt = receipt.bytes(output["bytes"].as_u64()?).sha256(output["sha256"].as_str()?);
    Some(Outcome::Done(receipt.unchanged(true)))
}

/// Writes all files, the report last.
///
/// # Errors
/// 74 when the disk refuses.
pub(crate) fn commit(options: &Options, left: Left<'_>, mut set: OutputSet) -> Result<step::Receipt<Receipt>> {
    let Left { found, records, own, findings, rejects, output, states } = left;
    let (names, lang) = (options.names(), options.args.findings.lang);
    let page = page(found, records, &own, output.is_some(), lang);
    let has_states = states.is_some();
    for output in output.into_iter().chain(states) {
        set.put(output)?;
    }
    let report = Report { step: STEP, input: found.into(), records, own, lists_files: true, page };
    let Reported { rejects, .. } = report.write(&names, findings, Some(rejects), &mut set)?;
    let Committed { files, unchanged, .. } = set.commit()?;
    let report: Value = serde_json::from_slice(&std::fs::read(&names.report)?)?;
    let receipt = receipt(options, &names, &report, rejects.is_some(), has_states)?.unchanged(unchanged);
    Ok(match files.into_iter().find(|file| file.path == options.output) {
        Some(written) => receipt.bytes(written.bytes).sha256(written.sha256),
        None => receipt,
    })
}

/// The receipt, from the report: a run that found everything there says the same.
fn receipt(
    options: &Options,
    names: &Names,
    report: &Value,
    rejects: bool,
    states: bool,
) -> Result<step::Receipt<Receipt>> {
    let (records, contracts) = (&report["records"], &report["contracts"]);
    let path = |path: &Path| step::absolute(path);
    let own = Receipt {
        read: records["read"].as_u64(),
        dropped: records["dropped"].as_u64(),
        rejected: records["rejected"].as_u64(),
        version: report["version"].as_str().map(str::to_owned),
        to: report["to"].as_str().map(str::to_owned),
        marche: contracts["marche"].as_u64(),
        concession: contracts["contrat-concession"].as_u64(),
        conform: contracts["conform"].as_u64(),
        valid: contracts["valid"].as_u64(),
        findings: Some(report["levels"].clone()),
        report: Some(path(&names.report)?),
        rejects: rejects.then(|| path(&names.rejects)).transpose()?,
        states: states.then(|| path(&options.states())).transpose()?,
    };
    Ok(step::Receipt::new(options.output.clone(), own).records(records["written"].as_u64().unwrap_or(0)))
}

fn page(found: &Found, records: Records, own: &Own, has_output: bool, lang: Lang) -> Page {
    let say = |fr: &str, en: &str| if lang == Lang::Fr { fr.to_owned() } else { en.to_owned() };
    let OfContracts { marche, concession, conform, valid } = own.contracts;
    let total = marche + concession;
    let summary = match (has_output, lang) {
        (false, Lang::Fr) => "Aucun enregistrement n'a pu servir : rien n'a été écrit.".to_owned(),
        (false, Lang::En) => "No record could be used: nothing was written.".to_owned(),
        (true, Lang::Fr) => format!(
            "{} enregistrements lus, {total} contrats écrits au format {}, dont {conform} conformes au schéma officiel.",
            records.read, own.version
        ),
        (true, Lang::En) => format!(
            "{} records read, {total} contracts written as {}, {conform} of which conform to the official schema.",
            records.read, own.version
        ),
    };
    let contracts = Section {
        title: say("Contrats", "Contracts"),
        facts: vec![
            (say("Marchés", "Marchés"), Cell::Number(marche)),
            (say("Concessions", "Concessions"), Cell::Number(concession)),
            (say("Conformes au schéma officiel", "Conform to the official schema"), Cell::Number(conform)),
            (say("Sans aucune erreur", "Without any error"), Cell::Number(valid)),
        ],
        ..Section::default()
    };
    let names = own.procedures.as_deref().filter(|names| !names.is_empty()).map(|names| procedures(names, lang));
    Page {
        lang,
        title: say("Conversion de ", "Conversion of ") + &found.name,
        summary,
        is_good: has_output && conform == total && records.rejected == 0,
        sections: std::iter::once(contracts).chain(names).collect(),
        ..Page::default()
    }
}

fn procedures(names: &[Name], lang: Lang) -> Section {
    let say = |fr: &str, en: &str| if lang == Lang::Fr { fr.to_owned() } else { en.to_owned() };
    let row = |name: &Name| {
        let to = match (&name.to, name.rule) {
            (None, _) => say("laissée vide", "left out"),
            (Some(to), "procedure.ambiguous") => format!("{to} {}", say("(douteux)", "(doubtful)")),
            (Some(to), _) => to.clone(),
        };
        vec![Cell::Code(name.value.clone()), Cell::Text(to), Cell::Number(name.count)]
    };
    let hidden = names.len().saturating_sub(SHOWN_NAMES);
    Section {
        title: say("Noms de procédures", "Names of procedures"),
        text: vec![say(
            "L’option --export-procedures écrit la table des noms ; corrigée, l’option --procedures la reprend.",
            "The flag --export-procedures writes the table of names; corrected, the flag --procedures takes it.",
        )],
        columns: vec![say("Nom observé", "Observed"), say("Devient", "Becomes"), say("Nombre", "Count")],
        rows: names.iter().take(SHOWN_NAMES).map(row).collect(),
        note: match hidden {
            0 => String::new(),
            _ => format!("{} {hidden}", say("Noms non montrés :", "Names not shown:")),
        },
        ..Section::default()
    }
}
