//! Tables to the regulatory format.

mod expected;
mod flags;
mod hostile;
mod mapped;
mod order;

use std::path::{Path, PathBuf};

use serde_json::Value;
use trial::{Finished, Run};

/// The step, in a folder of its own.
pub(super) fn convert() -> Convert {
    Convert(Run::new(env!("CARGO_BIN_EXE_convert-procurement")))
}

/// A run whose files are named as they stand in its folder.
pub(super) struct Convert(Run);

impl Convert {
    pub(super) fn write(&self, name: &str, content: &[u8]) {
        self.0.write(name, content);
    }

    /// Where its files are.
    pub(super) fn folder(&self) -> PathBuf {
        self.0.donnees_brutes()
    }

    /// Gives it more arguments; those that are names of files are paths in its folder.
    pub(super) fn args<'a>(self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        let folder = self.folder();
        let is_name = |argument: &str| {
            argument == "." || argument.starts_with(|first: char| first.is_ascii_lowercase()) && argument.contains('.')
        };
        let paths = arguments.into_iter().map(|argument| match is_name(argument) {
            true => folder.join(argument).into_os_string(),
            false => argument.into(),
        });
        let paths: Vec<std::ffi::OsString> = paths.collect();
        Self(self.0.args(paths))
    }

    #[track_caller]
    pub(super) fn run(&self) -> Finished {
        self.0.run()
    }
}

/// Some records as Breton authorities have them: only the columns that matter here.
pub(super) const BRETON: &str = "Nmarché;LibelleEntiteMandataire;Objet;Procedure;Montant attribue HT;DateNotification;SIRETContractant;DenominationSociale;Role\n\
    2015-001;Ville d'essai;Sel;MAPA - art 28;1 000,50 €;12/03/2015;300599123;A;Titulaire\n\
    2015-002;Ville d'essai;Toit;Procédure adaptée;2000;2015-04-01;82455681900590;B;Co-traitant\n\
    2015-003;Ville d'essai;Mur;UGAP;;2015-04-01;;;Titulaire\n\
    2015-002;Ville d'essai;TOIT ;Procédure adaptée;2000;2015-04-01;FR40303265045;C;Titulaire\n\
    2015-002;Ville d'essai;Toit;Procédure adaptée;2000;2015-04-01;999;D;Sous-traitant\n";

/// The contracts of a file of 1.x.
pub(super) fn contracts(finished: &Finished, name: impl AsRef<Path>) -> Vec<Value> {
    let whole: Value = serde_json::from_str(&finished.read(name)).unwrap();
    whole["marches"].as_array().unwrap().clone()
}

/// The findings, a line each; the file is absent where there are none.
pub(super) fn findings(finished: &Finished, name: impl AsRef<Path>) -> Vec<Value> {
    let text = if finished.path(&name).exists() { finished.read(name) } else { String::new() };
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Rule and path of those findings that are no schema's.
pub(super) fn told(findings: &[Value]) -> Vec<(u64, String, String)> {
    let of = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        (finding["record"].as_u64().unwrap_or(0), text("rule"), text("path"))
    };
    findings.iter().map(of).filter(|(_, rule, _)| !rule.starts_with("schema.")).collect()
}
