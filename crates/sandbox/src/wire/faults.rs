//! When something goes wrong.

use std::str::FromStr;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::log::Request;
use crate::world::dice::Dice;

/// What goes wrong, and how often.
#[derive(Args, Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Probability that an answer is bad, every kind of fault taken together
    #[arg(long = "faults", value_name = "RATE", default_value_t = 0.0, global = true)]
    pub all: f64,
    /// Probability of one kind of fault (repeatable)
    #[arg(long = "fault", value_name = "KIND=RATE", global = true)]
    pub rates: Vec<FaultRate>,
    /// A fault at the N-th search request, or for token faults the N-th request for a token (repeatable)
    #[arg(long = "fault-at", value_name = "KIND@N", global = true)]
    pub at: Vec<FaultAt>,
}

/// A kind of fault and its probability.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
pub struct FaultRate {
    /// The kind.
    pub fault: Fault,
    /// From 0 (never) to 1 (always).
    pub rate: f64,
}

/// A kind of fault and the search it befalls.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
pub struct FaultAt {
    /// The kind.
    pub fault: Fault,
    /// The number of the search request, from 1.
    pub request: u64,
}

impl Faults {
    /// Every kind of fault, with this probability in all.
    pub fn every(rate: f64) -> Self {
        Self { all: rate, ..Self::default() }
    }

    /// One kind of fault, with this probability.
    pub fn of(fault: Fault, rate: f64) -> Self {
        Self::default().and(fault, rate)
    }

    /// One more kind of fault, with this probability.
    pub fn and(mut self, fault: Fault, rate: f64) -> Self {
        self.rates.push(FaultRate { fault, rate });
        self
    }

    /// One more fault, at the N-th search request (from 1), or the N-th request for a token.
    pub fn and_at(mut self, fault: Fault, request: u64) -> Self {
        self.at.push(FaultAt { fault, request });
        self
    }

    /// The fault of this request, if any, among those that fit; it depends on the seed and on the request's number only.
    pub(crate) fn draw(&self, seed: u64, request: &Request, fits: impl Fn(Fault) -> bool) -> Option<Fault> {
        let is_for_tokens = request.token.is_some();
        let ordered = self.at.iter().find(|at| match request.token {
            Some(number) => at.fault.is_for_tokens() && at.request == number,
            None => !at.fault.is_for_tokens() && Some(at.request) == request.search,
        });
        if let Some(at) = ordered {
            return Some(at.fault);
        }
        let can_be = |kind: &Fault| kind.is_for_tokens() == is_for_tokens && fits(*kind);
        let kinds: Vec<Fault> = Fault::value_variants().iter().copied().filter(can_be).collect();
        let share = self.all / kinds.len() as f64;
        let mut left = Dice::of(&[seed, 0xfa, request.number]).unit();
        let of_one_kind = self.rates.iter().filter(|one| one.fault.is_for_tokens() == is_for_tokens);
        for (fault, rate) in of_one_kind.map(|one| (one.fault, one.rate)).chain(kinds.iter().map(|kind| (*kind, share)))
        {
            if left < rate {
                return Some(fault);
            }
            left -= rate;
        }
        None
    }
}

impl FromStr for FaultRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (fault, rate) = text.split_once('=').ok_or("KIND=RATE expected")?;
        let rate = rate.parse().map_err(|why| format!("not a rate: {why}"))?;
        Ok(Self { fault: Fault::named(fault)?, rate })
    }
}

impl FromStr for FaultAt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (fault, request) = text.split_once('@').ok_or("KIND@N expected")?;
        let request = request.parse().map_err(|why| format!("not a number: {why}"))?;
        Ok(Self { fault: Fault::named(fault)?, request })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    use crate::wire::log::{Kind, Log};

    #[test]
    fn every_kind_together_comes_as_often_as_asked() {
        let log = Log::new();
        let faults = Faults::every(0.2);
        let draw = |kind| -> Vec<Fault> {
            (0..4000).filter_map(|_| faults.draw(1, &log.open("a", "GET", "/", kind), |_| true)).collect()
        };
        let (searches, tokens) = (draw(Kind::Search), draw(Kind::Token));
        assert!([&searches, &tokens].iter().all(|drawn| (700..900).contains(&drawn.len())));
        assert!(
            searches.iter().all(|fault| !fault.is_for_tokens()) && tokens.iter().all(|fault| fault.is_for_tokens())
        );
        let kinds: HashSet<Fault> = searches.into_iter().chain(tokens).collect();
        assert_eq!(kinds.len(), Fault::value_variants().len());
    }
}
