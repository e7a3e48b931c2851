//! `MODIFICATIONS.md`: what was changed of the offers, as article 4 of the licence asks.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use files::Output;
use step::Provenance;

use crate::anonymise_offers::file::Found;
use crate::article7::{FIELDS, Ground};
use crate::days::Folder;
use crate::service::PROVENANCE;

/// Its name.
pub(crate) const MODIFICATIONS: &str = "MODIFICATIONS.md";

/// More than such a file has.
const LARGEST_BYTES: u64 = 16 << 20;

/// What was changed up to now, by this run and by those before it.
#[derive(Debug)]
pub(crate) struct Account {
    folder: PathBuf,
    path: PathBuf,
    fields: Vec<&'static str>,
    /// Fields that some offers lack.
    taken: Vec<String>,
    /// Files and the withdrawn offers in them.
    files: Vec<(String, u64)>,
    is_invented: bool,
}

impl Account {
    pub(crate) fn new(folder: &Folder, fields: &[&'static str]) -> Self {
        Self {
            folder: folder.path.clone(),
            path: folder.path.join(MODIFICATIONS),
            fields: fields.to_vec(),
            taken: Vec::new(),
            files: Vec::new(),
            is_invented: false,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Takes a file into account.
    pub(crate) fn add(&mut self, found: &Found<'_>) {
        self.is_invented |= found.is_invented;
        if found.withdrawn > 0 {
            self.taken.extend(found.champs(&self.fields));
            self.files.push((found.subject.name(), found.withdrawn));
        }
    }

    /// Writes it, unless it is there; whether it was written.
    ///
    /// # Errors
    /// 74.
    pub(crate) fn write(&self) -> Result<bool> {
        let text = self.text();
        if files::read_left(&self.path, LARGEST_BYTES).is_some_and(|there| there == text.as_bytes()) {
            return Ok(false);
        }
        Output::write(&self.path, text.as_bytes())?;
        Ok(true)
    }

    fn text(&self) -> String {
        let Provenance { source, licence } = if self.is_invented { Provenance::invented() } else { PROVENANCE };
        let (licence, adresse) = licence.split_once(", https://").unwrap_or((&licence, ""));
        let mut text = format!("# Modifications apportées aux offres\n\n- Source : {source}\n- Licence : {licence}\n");
        if !adresse.is_empty() {
            let _ = writeln!(text, "- Adresse de la licence : <https://{adresse}>");
        }
        text.push_str(
            "\nLes offres de ce dossier sont telles que servies, sauf celles qui ont été retirées du service : elles ont perdu, \
             comme l'article 7 de la licence le demande, les champs ci-dessous. Aucun autre octet n'a changé.\n",
        );
        let is_taken = |path: &str| self.taken.iter().any(|taken| taken == path);
        text.push_str("\n## Champs retirés\n\n");
        for (path, ground) in FIELDS.iter().filter(|(path, _)| self.fields.contains(path) || is_taken(path)) {
            let _ = writeln!(text, "- `{path}` ({})", why(*ground));
        }
        text.push_str(
            "\n`contact` et `agence` sont vidés ; de `lieuTravail` seul reste le code du département, sous `libelle`.\n\
             \n## Offres retirées du service, par fichier\n\n",
        );
        if self.files.is_empty() {
            text.push_str("Aucune.\n");
            return text;
        }
        text.push_str("| fichier | offres |\n|---|---|\n");
        for (name, offers) in &self.files {
            let _ = writeln!(text, "| `{name}` | {offers} |");
        }
        text
    }
}

fn why(ground: Ground) -> &'static str {
    match ground {
        Ground::Cited => "cité par l'article 7",
        Ground::Deduced => "déduit de l'article 7",
        Ground::Uncertain => "incertain : retiré par prudence",
    }
}
