//! Offers that a sweep did not find, asked for one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use anyhow::Result;
use futures::future::try_join_all;
use serde_json::value::RawValue;
use transfer::{Client, Request, Response, ResponseError, StatusCode, Url};

use crate::content::{Content, on_one_line};
use crate::survey::day::Day;

/// How many of those that are absent are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sample {
    AtMost(usize),
    All,
}

/// What the service says of an offer that no search of its day finds.
#[derive(Debug, Clone)]
pub(crate) enum Told {
    /// 204: it is withdrawn.
    Gone,
    /// It is online, and of that day: the search hides it.
    Hidden,
    /// It is online, and dated to another day now: as served.
    Elsewhere(Box<RawValue>),
}

/// What it is worth that a sweep did not find an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absence {
    /// All were asked for, or all that were are gone.
    Settled,
    /// Some that were asked for are dated to another day: others may be.
    Open,
    /// Some are online, and of the day: the search hides them.
    Hidden,
}

impl Absence {
    pub(crate) fn of(told: &BTreeMap<&str, Told>, absent: usize) -> Self {
        let has = |is: fn(&Told) -> bool| told.values().any(is);
        if has(|told| matches!(told, Told::Hidden)) {
            Self::Hidden
        } else if has(|told| matches!(told, Told::Elsewhere(_))) && told.len() < absent {
            Self::Open
        } else {
            Self::Settled
        }
    }
}

impl Sample {
    /// How many of so many.
    pub(crate) fn of(self, absent: usize) -> usize {
        match self {
            Self::AtMost(most) => absent.min(most),
            Self::All => absent,
        }
    }

    /// Those to be asked for: evenly spread, the first and the last among them.
    pub(crate) fn draw<'i>(self, absent: &BTreeSet<&'i str>) -> Vec<&'i str> {
        let asked = self.of(absent.len());
        let places: BTreeSet<usize> = match asked {
            0 => BTreeSet::new(),
            1 => BTreeSet::from([0]),
            _ => (0..asked).map(|nth| nth * (absent.len() - 1) / (asked - 1)).collect(),
        };
        absent.iter().enumerate().filter(|(place, _)| places.contains(place)).map(|(_, id)| *id).collect()
    }
}

impl FromStr for Sample {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            // Without any, nothing would ever be withdrawn.
            _ => match text.parse() {
                Ok(most @ 1..) => Ok(Self::AtMost(most)),
                _ => Err("a number from 1 on, or `all`".to_owned()),
            },
        }
    }
}

/// Asks for each of `ids`; `offres` is the address below which they are.
///
/// # Errors
/// As the service has it: what is no answer says nothing of any offer.
pub(crate) async fn ask<'i>(
    client: &Client,
    offres: &Url,
    ids: &[&'i str],
    day: Day,
) -> Result<BTreeMap<&'i str, Told>> {
    let ask = async |id: &'i str| -> Result<(&'i str, Told)> {
        let mut url = offres.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(id);
        }
        let request = Request::new(format!("offer {} of {day}", id.escape_debug()), url);
        Ok((id, client.get(&request, |response| read(id, day, &response)).await?))
    };
    Ok(try_join_all(ids.iter().map(|id| ask(id))).await?.into_iter().collect())
}

/// 204 is "withdrawn" (documented, OpenAPI of the offers, read 2025-11). Anything but that and the offer itself is an answer
/// to another question.
fn read(id: &str, day: Day, response: &Response) -> Result<Told, ResponseError> {
    match response.status {
        StatusCode::NO_CONTENT => Ok(Told::Gone),
        StatusCode::OK => {
            let read: Option<Box<RawValue>> = serde_json::from_slice(&response.body).ok();
            let offre = read.ok_or_else(|| ResponseError::Malformed("it is no offer".to_owned()))?;
            match Content::of(&offre) {
                Some(content) if content.id == id => Ok(match day.clock().stamp(&content.date_creation) {
                    Some(stamp) if !Day::holds(stamp) => Told::Elsewhere(on_one_line(&offre)),
                    _ => Told::Hidden,
                }),
                _ => Err(ResponseError::Inconsistent("it is another offer, or none".to_owned())),
            }
        }
        other => Err(ResponseError::Malformed(format!("HTTP {}", other.as_u16()))),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use transfer::header::HeaderMap;

    use super::*;

    #[test]
    fn a_sample_is_evenly_spread_and_has_both_ends() {
        let ids: Vec<String> = (0..100).map(|number| format!("{number:02}")).collect();
        let drawn = |sample: &str, of: usize| -> Vec<String> {
            let absent = ids[..of].iter().map(String::as_str).collect();
            sample.parse::<Sample>().unwrap().draw(&absent).into_iter().map(str::to_owned).collect()
        };
        assert_eq!(drawn("4", 100), ["00", "33", "66", "99"]);
        assert_eq!(drawn("1", 100), ["00"]);
        assert_eq!(drawn("20", 3), ["00", "01", "02"]);
        assert_eq!(drawn("all", 100).len(), 100);
        assert_eq!(drawn("99", 100).len(), 99);
        assert_eq!(drawn("20", 0), [""; 0]);
        for wrong in ["0", "-1", "some", ""] {
            assert!(wrong.parse::<Sample>().is_err(), "{wrong}");
        }
    }

    fn told(status: u16, body: &str) -> Result<Told, ResponseError> {
        let url = "https://a.fr/".parse().unwrap();
        let status = StatusCode::from_u16(status).unwrap();
        read("1", Day(date(2024, 6, 4)), &Response::new(status, HeaderMap::new(), url, body.to_owned()))
    }

    #[test]
    fn only_204_says_that_an_offer_is_gone() {
        assert!(matches!(told(204, ""), Ok(Told::Gone)));
        let offre = r#"{"id":"1","dateCreation":"2024-06-04T10:00:00.000Z"}"#;
        assert!(matches!(told(200, offre), Ok(Told::Hidden)));
        let elsewhere = offre.replace("06-04", "06-05");
        assert!(matches!(told(200, &elsewhere), Ok(Told::Elsewhere(served)) if served.get() == elsewhere));
        for (status, body) in
            [(200, ""), (200, "{}"), (200, "<html></html>"), (200, &offre.replace("\"1\"", "\"2\"")), (206, offre)]
        {
            assert!(told(status, body).is_err(), "{status} {body}");
        }
    }
}
