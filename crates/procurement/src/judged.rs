//! Contracts judged as they are written: what is the matter with each, and how many are as they should be.

use anyhow::Result;
use report::{Findings, Lang, Level};

use crate::fault::Fault;
use crate::judge::Judge;
use crate::telling::{self, Place};
use crate::value::Value;

/// How many contracts are as they should be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Verdicts {
    /// The official schema finds nothing.
    pub(crate) conform: u64,
    /// Nothing of level error is found.
    pub(crate) valid: u64,
}

impl Verdicts {
    /// Judges a contract and tells what is the matter, but for what `is_told` says was told of it before.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn judge(
        &mut self,
        judge: &Judge,
        contract: &Value<'_>,
        place: &Place<'_>,
        lang: Lang,
        findings: &mut Findings,
        is_told: &mut dyn FnMut(&Fault<'_>) -> bool,
    ) -> Result<()> {
        let (mut is_conform, mut is_valid) = (true, true);
        let mut told = Ok(());
        judge.contract(contract, place.kind, &mut |fault| {
            is_conform &= !fault.rule.starts_with("schema.");
            is_valid &= findings.rules().get(findings.rule(fault.rule)).level != Level::Error;
            if told.is_ok() && !is_told(&fault) {
                told = telling::tell(findings, lang, place, &fault);
            }
        });
        self.conform += u64::from(is_conform);
        self.valid += u64::from(is_valid);
        told
    }
}
