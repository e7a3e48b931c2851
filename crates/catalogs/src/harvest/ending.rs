//! The end of a harvest: its files, its memory, and how it is told to whoever started it.

use anyhow::{Error, Result};
use files::{Access, OutputSet};
use report::{Findings, RuleEntry};
use step::{ExitCode, Failure, Outcome};

use crate::gathering::Gathering;
use crate::memory::Head;
use crate::portal::{Portal, failing};
use crate::settings::Settings;
use crate::verdict::Listing;

use super::account::{Account, Status, Totals};
use super::archiving::{self, Decision};
use super::folder::{Folder, Kept};
use super::written::{self, Data};
use super::{Args, Levels, Receipt, source};

const ITEMS: &str = "items.jsonl";
const FINDINGS: &str = "findings.jsonl";
const PAGE: &str = "report.html";
const REPORT: &str = "report.json";

/// All that there is at the end.
pub(super) struct Ending<'a> {
    pub(super) args: &'a Args,
    pub(super) settings: &'a Settings,
    pub(super) folder: Folder,
    pub(super) portal: Portal,
    pub(super) gathering: Gathering,
}

impl Ending<'_> {
    pub(super) fn end(self, listing: Result<Listing>) -> Result<Outcome<Receipt>> {
        match listing {
            Ok(listing) => self.finish(listing),
            Err(error) => Err(self.fail(error)),
        }
    }

    /// Data, memory and archive marks stay; the report tells why.
    fn fail(mut self, error: Error) -> Error {
        let code = code_of(&error);
        let is_told = !matches!(code, ExitCode::Usage | ExitCode::DiskRefused);
        let reported = if is_told { self.report_failure(&error) } else { Ok(()) };
        let keeps_journal = !matches!(code, ExitCode::Usage | ExitCode::BadInput | ExitCode::AccessRefused);
        // What a run that goes on is compared with stays too.
        let left = if keeps_journal { Ok(()) } else { self.folder.forget_before() };
        let left = left.and(self.leave(keeps_journal));
        // The disk's refusal is the greater trouble.
        match reported.and(left) {
            Ok(()) => without_contacts(error, code),
            Err(refused) => refused,
        }
    }

    fn report_failure(&mut self, error: &Error) -> Result<()> {
        self.gathering.begin_again()?;
        let totals = written::survey(&mut self.gathering)?;
        let findings = self.gathering.take_findings();
        let levels = findings.levels();
        let rules = findings.finish(std::io::sink())?;
        let better = source::better_address(self.settings);
        let error = failing::told(error);
        let error = match better {
            Some((fr, en)) => error.hint(fr, en),
            None => error,
        };
        let mut set = OutputSet::claim(&self.folder.output, [PAGE, REPORT], Access::Everyone)?;
        let decision = Decision { errors: vec![error], ..Decision::default() };
        self.write_account(&mut set, &decision, Status::Failed, totals, levels, &rules)?;
        set.commit()?;
        Ok(())
    }

    fn finish(mut self, listing: Listing) -> Result<Outcome<Receipt>> {
        let decision = archiving::decide(self.args, self.settings.now, listing, &mut self.gathering)?;
        written::tell_archived(&mut self.gathering, &decision)?;
        let mut data = written::write_data(&mut self.gathering, &self.folder, self.settings, &decision)?;
        let status = self.status(&decision);
        let (reports, levels) = self.write_reports(&decision, status, data.totals)?;
        let own = self.receipt(&decision, status, &data, levels)?;
        let unchanged = self.gathering.changes.is_nothing();
        let kept = Kept::new(&data.datasets, data.totals.datasets.lines(), unchanged, own);
        let refusal = self.refusal(&decision);
        data.set.take().expect("the data were written").commit()?;
        reports.commit()?;
        self.remember(data, &decision, refusal.is_none().then_some(&kept))?;
        let keeps_journal = refusal.as_ref().is_some_and(|refusal| code_of(refusal) == ExitCode::Incomplete);
        let skips = unchanged && self.args.skip_unchanged;
        self.folder.forget_before()?;
        self.leave(keeps_journal)?;
        match refusal {
            Some(refusal) => Err(refusal),
            None if skips => Ok(Outcome::NothingNew("the portal has what was harvested before".to_owned())),
            None => Ok(Outcome::Done(kept.receipt())),
        }
    }

    fn write_reports(
        &mut self,
        decision: &Decision,
        status: Status,
        totals: Totals,
    ) -> Result<(OutputSet, report::Levels)> {
        let names = [ITEMS, FINDINGS, PAGE, REPORT];
        let mut set = OutputSet::claim(&self.folder.output, names, Access::Everyone)?;
        let mut items = set.create(ITEMS)?;
        self.gathering.copy_items(&mut items)?;
        set.put(items)?;
        let findings: Findings = self.gathering.take_findings();
        let levels = findings.levels();
        let mut rules = Vec::new();
        if !findings.is_empty() {
            let mut output = set.create(FINDINGS)?;
            rules = findings.finish(&mut output)?;
            set.put(output)?;
        }
        self.write_account(&mut set, decision, status, totals, levels, &rules)?;
        Ok((set, levels))
    }

    fn write_account(
        &self,
        set: &mut OutputSet,
        decision: &Decision,
        status: Status,
        totals: Totals,
        levels: report::Levels,
        rules: &[RuleEntry],
    ) -> Result<()> {
        let account = Account {
            args: self.args,
            settings: self.settings,
            gathering: &self.gathering,
            status,
            decision,
            totals,
            levels,
            rules,
            requests: self.portal.client().metrics().counts(),
        };
        set.write(PAGE, account.page()?.as_bytes())?;
        set.write(REPORT, &account.report()?)?;
        Ok(())
    }

    fn receipt(&self, decision: &Decision, status: Status, data: &Data, levels: report::Levels) -> Result<Receipt> {
        let counts = self.portal.client().metrics().counts();
        Ok(Receipt {
            backend: self.settings.dialect.to_owned(),
            url: self.settings.url.to_string(),
            domain: self.settings.domain.clone(),
            status: status.name().to_owned(),
            complete: decision.is_complete,
            preview: self.settings.is_preview,
            items: self.gathering.counts,
            changes: self.gathering.changes,
            dataservices: data.totals.dataservices.lines(),
            findings: Levels { error: levels.error, warning: levels.warning, info: levels.info },
            requests: counts.requests.values().sum(),
            retries: counts.retries,
            report: step::absolute(&self.folder.output.join(REPORT))?,
        })
    }

    fn remember(&mut self, data: Data, decision: &Decision, accepted: Option<&Kept>) -> Result<()> {
        let Some(mut remembering) = data.remembering else { return Ok(()) };
        let gathering = &mut self.gathering;
        // What was not gone through is remembered as it was.
        if let Some(memory) = self.portal.memory().filter(|_| !decision.is_complete) {
            let new = &gathering.unit_keys;
            remembering.old_units(memory, |key| new.contains(&key))?;
        }
        remembering.units(gathering.units.reader()?)?;
        let run = self.portal.journal.as_ref().map(|journal| journal.run.clone());
        remembering.end(Head {
            source: self.settings.source(),
            settings: self.settings.fingerprint(),
            run: run.unwrap_or_default(),
            datasets: data.datasets.sha256,
            dataservices: data.dataservices.map(|written| written.sha256),
            receipt: accepted.map(serde_json::to_value).transpose()?,
        })
    }

    fn status(&self, decision: &Decision) -> Status {
        let is_incomplete = !decision.is_complete && !decision.is_limited;
        match is_incomplete || decision.is_refused || self.gathering.counts.failed > 0 {
            true => Status::DoneErrors,
            false => Status::Done,
        }
    }

    /// Why the harvest does not end with 0, though its files are there.
    fn refusal(&self, decision: &Decision) -> Option<Error> {
        let (args, gathering, source) = (self.args, &self.gathering, self.settings.shown_url());
        let is_whole = decision.is_listed || decision.is_limited;
        let fail = |code, message: String, hint: &str| Some(Error::from(Failure::new(code, message).hint(hint)));
        if !args.accept_incomplete && (!is_whole || decision.is_refused) {
            let why = decision.errors.first().map(|error| report::mask(&error.message.en).into_owned());
            let message = format!("could not complete the harvest of `{source}`: {}", why.unwrap_or_default());
            return fail(ExitCode::BadInput, message, "the files hold what came; see `report.html` for what to do");
        }
        if !args.accept_incomplete && gathering.unanswered > 0 {
            let message =
                format!("could not complete the harvest of `{source}`: {} items did not come", gathering.unanswered);
            return fail(ExitCode::Incomplete, message, "run again: only these are asked for");
        }
        if args.strict && gathering.counts.failed > 0 {
            let message = format!("could not use {} items of `{source}`", gathering.counts.failed);
            return fail(ExitCode::BadInput, message, "see `report.html`, or leave out `--strict`");
        }
        None
    }

    /// Leaves the folder: what is of no more use goes.
    fn leave(self, keeps_journal: bool) -> Result<()> {
        let Self { folder, portal, gathering, .. } = self;
        drop(gathering);
        if let Some(journal) = portal.journal.filter(|_| !keeps_journal) {
            journal.remove()?;
        }
        folder.leave();
        Ok(())
    }
}

/// How the process ends because of an error.
fn code_of(error: &Error) -> ExitCode {
    let failure = error.chain().find_map(|cause| cause.downcast_ref::<Failure>());
    failure.map_or(ExitCode::Unexpected, Failure::code)
}

/// Notes go where contacts may not, and a portal may say what it likes.
fn without_contacts(error: Error, code: ExitCode) -> Error {
    let text = format!("{error:#}");
    match report::has_contact(&text) {
        true => Failure::new(code, report::mask(&text)).into(),
        false => error,
    }
}
