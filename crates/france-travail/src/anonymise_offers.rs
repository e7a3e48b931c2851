//! `anonymise-offers`: what the licence asks of offers that are kept after they were withdrawn (article 7).
//!
//! - **Input**: a folder of days (`offres-{date}.json`) and of journals (`miroir-{date}.jsonl`), each with its log.
//! - **Output**: the same files, in which withdrawn offers lack the fields of [`crate::article7`], their logs, which go on
//!   proving them; and `MODIFICATIONS.md`, what was changed (article 4). Each other byte stays.
//! - **Failures**: 2 a field that may not be kept; 65 days or journals that nothing proves are left alone; 66 no day; 74 the
//!   disk refuses; 75 another run is at it.
//!
//! A log is renamed before its file, and names the one before: a run that was cut in between is finished by the next.

mod account;
mod file;
mod surgery;

use std::collections::HashSet;

use anyhow::Result;
use clap::Parser;
use files::Lock;
use schemars::JsonSchema;
use serde::Serialize;
use step::{ExitCode, Failure, Input, Outcome, RootArgs, Task, list_some};

use crate::anonymise_offers::account::{Account, MODIFICATIONS};
use crate::anonymise_offers::file::{Found, Subject};
use crate::anonymise_offers::surgery::Surgery;
use crate::article7;
use crate::days::journal::Journal;
use crate::days::withdrawn::withdrawn;
use crate::days::{Folder, State};

/// Files that a message names.
const FILES_NAMED: usize = 5;

/// Take out of withdrawn offers what the licence asks to take out, and say what was changed.
#[derive(Debug, Parser)]
#[command(name = "anonymise-offers", version)]
pub struct Args {
    /// Folder of the days, by default `offre_emploi` below the root; a file means its folder, `-` the receipt of the step
    /// before
    #[arg(value_name = "FOLDER|-")]
    folder: Option<Input>,
    /// A field that withdrawn offers keep: `intitule`, `origineOffre.urlOrigine`
    #[arg(long, value_name = "PATH")]
    keep: Vec<String>,
    /// Change nothing, and say what would be changed
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    root: RootArgs,
}

/// What the receipt of `anonymise-offers` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// Offers that this run has changed, each as often as it stands there; with `--dry-run`, that it would change.
    anonymised: u64,
    /// Days and journals that this run wrote.
    files_written: u64,
    /// What was changed of the offers, for who reads them; null with `--dry-run`.
    modifications: Option<String>,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Goes through all days and journals.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let fields = article7::fields_but(&args.keep)?;
    let folder = match &args.folder {
        Some(input) => input.read(&task).await?.path,
        None => args.root.join("offre_emploi"),
    };
    let folder = Folder::list(&folder)?;
    let done = task.blocking(move |task| work(&folder, &fields, args.dry_run, task)).await?;
    done.ensure_whole()?;
    Ok(Outcome::Done(done.receipt()?))
}

/// The folder is there.
pub async fn check(args: Args) -> Result<Vec<String>> {
    args.folder.unwrap_or_else(|| Input::Path(args.root.join("offre_emploi"))).check()
}

/// What was done.
struct Done {
    account: Account,
    withdrawn: u64,
    anonymised: u64,
    files_written: u64,
    /// Whether what tells of it was written too, or is as it was.
    modifications: Option<bool>,
    unproven: Vec<String>,
}

fn work(folder: &Folder, fields: &[&'static str], is_dry: bool, task: &Task) -> Result<Done> {
    // `mirror-offers` writes the same journals.
    let _lock = Lock::claim(&folder.path.join("miroir"))?;
    files::remove_staged(&folder.path.join(MODIFICATIONS))?;
    let mut done = Done {
        account: Account::new(folder, fields),
        withdrawn: 0,
        anonymised: 0,
        files_written: 0,
        modifications: None,
        unproven: Vec::new(),
    };
    let journals = done.proven(folder, task)?;
    let withdrawn: HashSet<String> = withdrawn(&journals, folder, task)?;
    done.withdrawn = withdrawn.len() as u64;
    let surgery = Surgery::of(fields);
    let subjects = folder.days.values().map(Subject::Day).chain(journals.into_iter().map(Subject::Journal));
    let progress = task.progress("anonymising offers", "files");
    progress.set_total((folder.days.len() + folder.journals.len()) as u64);
    for subject in subjects {
        match subject.look(&withdrawn, &surgery, task)? {
            Ok(found) => done.operate(&found, &surgery, fields, is_dry, task)?,
            Err(why) => done.leave(subject, why),
        }
        progress.add(1);
    }
    if !is_dry {
        done.modifications = Some(done.account.write()?);
    }
    Ok(done)
}

impl Done {
    /// The journals that their logs prove; the others are named, and never used.
    fn proven<'f>(&mut self, folder: &'f Folder, task: &Task) -> Result<Vec<&'f Journal>> {
        let mut proven = Vec::new();
        for journal in folder.journals.values() {
            task.go_on()?;
            let judged = journal.judge(&journal.read(|_| Ok(()))?);
            match judged.state {
                State::Complete => proven.push(journal),
                _ => self.leave(Subject::Journal(journal), judged.why.unwrap_or("is not proven")),
            }
        }
        Ok(proven)
    }

    fn leave(&mut self, subject: Subject<'_>, why: &str) {
        tracing::warn!("left alone: `{}` {why}", subject.data().display());
        self.unproven.push(format!("`{}` {why}", subject.name()));
    }

    fn operate(
        &mut self,
        found: &Found<'_>,
        surgery: &Surgery,
        fields: &[&'static str],
        is_dry: bool,
        task: &Task,
    ) -> Result<()> {
        self.anonymised += found.changes();
        if !is_dry && (found.changes() > 0 || found.is_cut) {
            found.write(surgery, fields, task)?;
            self.files_written += 1;
        }
        self.account.add(found);
        Ok(())
    }

    /// # Errors
    /// 65 when something was left alone: nobody knows what is in it.
    fn ensure_whole(&self) -> Result<()> {
        if self.unproven.is_empty() {
            return Ok(());
        }
        let named = list_some(&self.unproven, FILES_NAMED);
        let message = format!("could not anonymise all that is there: {named}");
        let hint = "collect the day again with `collect-offers --date … --force`, or move the file away";
        Err(Failure::new(ExitCode::BadInput, message).hint(hint).into())
    }

    fn receipt(&self) -> Result<step::Receipt<Receipt>> {
        let path = self.account.path();
        let own = Receipt {
            anonymised: self.anonymised,
            files_written: self.files_written,
            modifications: self.modifications.is_some().then(|| step::absolute(path)).transpose()?,
        };
        let is_unchanged = self.files_written == 0 && self.modifications != Some(true);
        Ok(step::Receipt::new(self.account.folder(), own).records(self.withdrawn).unchanged(is_unchanged))
    }
}
