//! What can go wrong, and when.

use std::str::FromStr;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::dice::Dice;
use crate::log::Request;

/// One way for an answer to be bad.
#[derive(ValueEnum, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// 429 whose `Retry-After` is one second
    #[value(name = "429-seconds")]
    #[serde(rename = "429-seconds")]
    TooManySeconds,
    /// 429 whose `Retry-After` is an HTTP date, one or two seconds ahead
    #[value(name = "429-date")]
    #[serde(rename = "429-date")]
    TooManyDate,
    /// 429 without `Retry-After`
    #[value(name = "429-bare")]
    #[serde(rename = "429-bare")]
    TooManyBare,
    /// 500 with the service's own message
    #[value(name = "500")]
    #[serde(rename = "500")]
    Internal,
    /// 502 with a page of HTML
    #[value(name = "502")]
    #[serde(rename = "502")]
    BadGateway,
    /// 503 with `Retry-After: 1`
    #[value(name = "503")]
    #[serde(rename = "503")]
    Unavailable,
    /// The connection is reset before any byte
    Reset,
    /// The connection closes in the middle of the announced body
    Cut,
    /// Half of the JSON, with the length of the half
    ShortJson,
    /// A gzip body with spoilt bytes
    BadGzip,
    /// A plain body that says it is gzip
    WrongGzip,
    /// No `Content-Range`
    NoContentRange,
    /// A `Content-Range` of other positions, or that is none
    WrongContentRange,
    /// 200 with the page of a login form
    Html,
    /// 200 with the right headers and no body
    Empty,
    /// No answer, until the client leaves
    Hang,
    /// Headers, a few bytes, then silence
    Drip,
    /// The right answer two seconds late
    Slow,
    /// Fewer offers than `Content-Range` announces; of a list, fewer elements
    ShortPage,
    /// One offer, or one element of a list, twice in place of another
    RepeatedPage,
    /// 401 though the token is good, and the token is good no more
    Unauthorised,
    /// The token service answers 500
    #[value(name = "token-500")]
    #[serde(rename = "token-500")]
    TokenInternal,
    /// The token service answers 200 with a page of HTML
    TokenHtml,
    /// The token service's answer is cut
    TokenCut,
    /// The token service refuses good credentials
    TokenRefused,
}

impl Fault {
    fn is_for_tokens(self) -> bool {
        matches!(self, Self::TokenInternal | Self::TokenHtml | Self::TokenCut | Self::TokenRefused)
    }
}

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

    /// The fault of this request, if any; it depends on the seed and on the request's number only.
    pub(crate) fn draw(&self, seed: u64, request: &Request) -> Option<Fault> {
        let is_for_tokens = request.token.is_some();
        let ordered = self.at.iter().find(|at| match request.token {
            Some(number) => at.fault.is_for_tokens() && at.request == number,
            None => !at.fault.is_for_tokens() && Some(at.request) == request.search,
        });
        if let Some(at) = ordered {
            return Some(at.fault);
        }
        let kinds: Vec<Fault> =
            Fault::value_variants().iter().copied().filter(|kind| kind.is_for_tokens() == is_for_tokens).collect();
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
        Ok(Self { fault: kind(fault)?, rate })
    }
}

impl FromStr for FaultAt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (fault, request) = text.split_once('@').ok_or("KIND@N expected")?;
        let request = request.parse().map_err(|why| format!("not a number: {why}"))?;
        Ok(Self { fault: kind(fault)?, request })
    }
}

fn kind(text: &str) -> Result<Fault, String> {
    Fault::from_str(text, false).map_err(|_| {
        let kinds: Vec<String> = Fault::value_variants()
            .iter()
            .filter_map(|kind| kind.to_possible_value().map(|value| value.get_name().to_owned()))
            .collect();
        format!("no such fault, there are: {}", kinds.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Kind, Log};
    use std::collections::HashSet;

    #[test]
    fn every_kind_together_comes_as_often_as_asked() {
        let log = Log::new();
        let faults = Faults::every(0.2);
        let draw =
            |kind| -> Vec<Fault> { (0..4000).filter_map(|_| faults.draw(1, &log.open("GET", "/", kind))).collect() };
        let (searches, tokens) = (draw(Kind::Search), draw(Kind::Token));
        assert!([&searches, &tokens].iter().all(|drawn| (700..900).contains(&drawn.len())));
        assert!(
            searches.iter().all(|fault| !fault.is_for_tokens()) && tokens.iter().all(|fault| fault.is_for_tokens())
        );
        let kinds: HashSet<Fault> = searches.into_iter().chain(tokens).collect();
        assert_eq!(kinds.len(), Fault::value_variants().len());
    }

    #[test]
    fn each_kind_has_one_name_for_the_command_line_and_for_json() {
        for kind in Fault::value_variants() {
            let name = kind.to_possible_value().unwrap().get_name().to_owned();
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{name}\""));
        }
    }
}
