//! The days that exist, made when first asked for.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::Path;

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use serde_json::value::RawValue;

use super::body::write_offre;
use super::day::{Day, Order};
use super::history::{History, HistoryDay};
use super::metier;
use super::offre::Offre;
use super::options::Setup;
use super::query::{Codes, Query};
use super::search::{Found, search};
use super::stamp::text_of;
use super::tables::Tables;
use super::turnover::Turnover;
use crate::world::clock::{Stamp, date_of, midnight, now_in_paris, stamp_of};
use crate::world::territory::{DEPARTEMENTS, REGIONS};

/// Days kept in memory; a day that churn has touched is kept besides, since it could not be made again.
const KEPT: usize = 8;

/// All offers, and what becomes of them.
#[derive(Debug)]
pub(crate) struct Offers {
    setup: Setup,
    days: BTreeMap<Date, Day>,
    /// The days in the order of their last use, the latest at the end.
    used: Vec<Date>,
    loaded: BTreeMap<Date, Vec<Offre>>,
    history: Option<History>,
    codes: KnownCodes,
    searches: u64,
}

impl Offers {
    pub(crate) fn new(tables: &Tables, setup: &Setup) -> io::Result<Self> {
        let mut loaded: BTreeMap<Date, Vec<Offre>> = BTreeMap::new();
        for offre in setup.options.load.as_deref().map(load).transpose()?.unwrap_or_default() {
            loaded.entry(date_of(offre.stamp)).or_default().push(offre);
        }
        let codes = KnownCodes::new(tables, loaded.values().flatten());
        let options = &setup.options;
        let today = date_of(setup.now.map_or_else(now_in_paris, stamp_of));
        let history = options.history_days.map(|days| History::new(setup.seed, today, days, options.offers));
        let setup = setup.clone();
        Ok(Self { setup, days: BTreeMap::new(), used: Vec::new(), loaded, history, codes, searches: 0 })
    }

    pub(crate) fn codes(&self) -> &KnownCodes {
        &self.codes
    }

    /// Makes the days of a search without bounds, which take the longest of all first requests.
    pub(crate) fn warm(&mut self, tables: &Tables) {
        for date in self.dates(None) {
            self.day(tables, date);
        }
    }

    fn now(&self) -> Stamp {
        self.setup.now.map_or_else(now_in_paris, stamp_of)
    }

    /// Answers the search request of that number: first what happened since the one before, then the search.
    pub(crate) fn search(&mut self, tables: &Tables, query: &Query, number: u64) -> Found {
        self.searches = self.searches.max(number);
        let now = self.now();
        let dates = self.dates(query.bounds);
        for date in &dates {
            self.day(tables, *date);
            let is_living = self.setup.options.date.is_none_or(|main| main == *date);
            let setup = &self.setup;
            if let Some(day) = self.days.get_mut(date) {
                day.let_in(now, number.saturating_sub(1));
                day.age(tables, setup, date_of(now), number.saturating_sub(1), now);
                if is_living {
                    day.play(tables, setup, number, now);
                }
            }
        }
        let days: Vec<&Day> = dates.iter().rev().filter_map(|date| self.days.get(date)).collect();
        search(tables, &self.setup, &days, query, now, number)
    }

    /// Time goes by for a day, or for all that are in memory: they are kept from then on.
    pub(crate) fn turn_over(&mut self, tables: &Tables, date: Option<Date>, turnover: Turnover) {
        let (now, searches, setup) = (self.now(), self.searches, self.setup.clone());
        let dates: Vec<Date> = date.map_or_else(|| self.days.keys().copied().collect(), |date| vec![date]);
        for date in dates {
            if let Some(day) = self.day(tables, date) {
                day.let_in(now, searches);
                day.turn(tables, &setup, turnover, (searches, now));
            }
        }
    }

    /// From now on no search finds that share of the offers.
    pub(crate) fn hide(&mut self, share: f64) {
        self.setup.options.hide = share;
    }

    /// The share of the offers that no search finds.
    pub(crate) fn hidden(&self) -> f64 {
        self.setup.options.hide
    }

    /// The living offer of that id, among the days in memory.
    pub(crate) fn find(&self, id: &str) -> Option<Offre> {
        self.days
            .values()
            .flat_map(|day| day.order.iter().map(|index| &day.offres[*index as usize]))
            .find(|offre| *offre.id == *id)
            .cloned()
    }

    /// Every offer of these days, both included, that ever lived, day by day in the order of making.
    pub(crate) fn lived(&mut self, tables: &Tables, since: Date, until: Date) -> Vec<Offre> {
        let (now, searches, setup) = (self.now(), self.searches, self.setup.clone());
        let dates = if since == until { vec![since] } else { self.dates(None) };
        let mut lived = Vec::new();
        for date in dates.into_iter().filter(|date| (since..=until).contains(date)) {
            if let Some(day) = self.day(tables, date) {
                day.let_in(now, searches);
                day.age(tables, &setup, date_of(now), searches, now);
                lived.extend(day.lived());
            }
        }
        lived
    }

    /// The days that hold what lies between two bounds, oldest first; without bounds, the latest ones.
    fn dates(&self, bounds: Option<(Stamp, Stamp)>) -> Vec<Date> {
        let mut dates: Vec<Date> = match self.setup.options.date {
            _ if self.history.is_some() => self.history.iter().flat_map(History::dates).collect(),
            Some(date) => [date.yesterday(), Ok(date), date.tomorrow()].into_iter().flatten().collect(),
            None if self.setup.options.offers == 0 => Vec::new(),
            None => {
                // A search over years would make thousands of days: the latest few stand for all of them.
                let (span, latest) = match bounds {
                    Some((_, max)) => (KEPT, max.min(self.now())),
                    None => (3, self.now()),
                };
                (0..span as i64).filter_map(|back| date_of(latest).checked_sub(back.days()).ok()).collect()
            }
        };
        dates.extend(self.loaded.keys());
        dates.sort_unstable();
        dates.dedup();
        if let Some((min, max)) = bounds {
            dates.retain(|date| {
                midnight(*date) <= max && midnight(*date) + SignedDuration::from_hours(24).as_millis() as Stamp > min
            });
        }
        dates
    }

    /// How many offers are drawn for a day.
    fn count(&self, date: Date) -> usize {
        let offers = self.setup.options.offers;
        match self.setup.options.date {
            _ if offers == 0 => 0,
            _ if self.history.is_some() => self.day_of_history(date).map_or(0, |day| day.count),
            None => offers,
            Some(main) if main == date => offers,
            Some(main) if main.yesterday().ok() == Some(date) || main.tomorrow().ok() == Some(date) => {
                (offers / 50).max(4)
            }
            Some(_) => 0,
        }
    }

    fn day_of_history(&self, date: Date) -> Option<HistoryDay> {
        self.history.as_ref().and_then(|history| history.day(date))
    }

    fn order(&self, date: Date) -> Order {
        let main = self.history.as_ref().map(|history| history.main).or(self.setup.options.date);
        Order {
            date,
            count: self.count(date),
            is_main: main.is_none_or(|main| main == date),
            first_number: self.day_of_history(date).map(|day| day.first_number),
            requests: self.history.as_ref().map(|_| self.setup.options.offers.div_ceil(150)),
        }
    }

    fn day(&mut self, tables: &Tables, date: Date) -> Option<&mut Day> {
        self.used.retain(|used| *used != date);
        self.used.push(date);
        if !self.days.contains_key(&date) {
            let none = Vec::new();
            let loaded = self.loaded.get(&date).unwrap_or(&none);
            let played = if self.setup.options.date.is_some() || self.history.is_some() {
                0
            } else {
                self.searches.saturating_sub(1)
            };
            let mut day = Day::new(tables, &self.setup, self.order(date), loaded, played);
            day.let_in(self.now(), 0);
            self.days.insert(date, day);
            self.forget();
        }
        self.days.get_mut(&date)
    }

    fn forget(&mut self) {
        let setup = &self.setup;
        let is_churned = self.history.is_some()
            || setup.options.redate_at.is_some()
            || setup.options.appear + setup.options.vanish + setup.options.change > 0.0;
        // The one that was just made is the last.
        let mut at = 0;
        while self.days.len() > KEPT + self.loaded.len() && !is_churned && at + 1 < self.used.len() {
            match self.days.get(&self.used[at]).is_some_and(|day| day.turns > 0) {
                true => at += 1,
                false => drop(self.days.remove(&self.used.remove(at))),
            }
        }
    }
}

/// The text of every version of an offer, oldest first.
pub(crate) fn versions(tables: &Tables, offre: &Offre) -> Vec<String> {
    (0..=offre.changes)
        .map(|changes| {
            let mut text = String::new();
            write_offre(&mut text, tables, offre, changes);
            text
        })
        .collect()
}

/// The stamp of an offer as text.
pub(crate) fn date_creation(offre: &Offre) -> String {
    text_of(offre.stamp)
}

/// The offers of a file, each with its text as it stands there, less the white space between its values: the service
/// sends none, files that people read have it.
fn load(path: &Path) -> io::Result<Vec<Offre>> {
    let invalid =
        |why: String| io::Error::new(io::ErrorKind::InvalidData, format!("could not load `{}`: {why}", path.display()));
    let text = std::fs::read_to_string(path)
        .map_err(|why| io::Error::new(why.kind(), format!("could not load `{}`: {why}", path.display())))?;
    let texts: Vec<String> = texts(&text).map_err(|why| invalid(why.to_string()))?.into_iter().map(compact).collect();
    let read = |(nth, text): (usize, &String)| {
        Offre::load(text).ok_or_else(|| {
            invalid(format!("offer {} has no `id` or no `dateCreation` as the service writes it", nth + 1))
        })
    };
    texts.iter().enumerate().map(read).collect()
}

/// JSON without the white space between its values; strings and numbers stay as they are written.
fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let keep = |c: &char| {
        let kept = in_string || !c.is_ascii_whitespace();
        match *c {
            '"' if !escaped => in_string = !in_string,
            _ => {}
        }
        escaped = in_string && *c == '\\' && !escaped;
        kept
    };
    json.chars().filter(keep).collect()
}

fn texts(text: &str) -> serde_json::Result<Vec<&str>> {
    #[derive(serde::Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        resultats: Vec<&'a RawValue>,
    }
    let raw = match serde_json::from_str::<Answer<'_>>(text) {
        Ok(answer) => answer.resultats,
        Err(_) if text.trim_start().starts_with('[') => serde_json::from_str(text)?,
        Err(_) => text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(serde_json::from_str)
            .collect::<serde_json::Result<Vec<&RawValue>>>()?,
    };
    Ok(raw.into_iter().map(RawValue::get).collect())
}

/// The codes a search may name.
#[derive(Debug)]
pub(crate) struct KnownCodes {
    romes: HashSet<String>,
    domaines: HashSet<String>,
    communes: HashSet<String>,
}

impl KnownCodes {
    fn new<'a>(tables: &Tables, loaded: impl Iterator<Item = &'a Offre> + Clone) -> Self {
        let text = |code: &[u8]| String::from_utf8_lossy(code).trim_end_matches('\0').to_owned();
        let of_loaded = loaded.clone().filter_map(|offre| offre.code_rome).map(|code| text(&code));
        let romes = tables.living_metiers().map(|metier| metier.code.clone()).chain(of_loaded).collect();
        let of_loaded = loaded.filter_map(|offre| offre.commune).map(|code| text(&code));
        let communes = tables.communes.iter().map(|commune| commune.code.clone()).chain(of_loaded).collect();
        Self { romes, communes, domaines: metier::domaines().into_iter().map(|(code, _)| code).collect() }
    }
}

impl Codes for KnownCodes {
    fn has_rome(&self, code: &str) -> bool {
        self.romes.contains(code)
    }

    fn has_domaine(&self, code: &str) -> bool {
        self.domaines.contains(code)
    }

    fn has_commune(&self, code: &str) -> bool {
        self.communes.contains(code)
    }

    fn has_departement(&self, code: &str) -> bool {
        DEPARTEMENTS.iter().any(|(known, ..)| *known == code)
    }

    fn has_region(&self, code: &str) -> bool {
        REGIONS.iter().any(|(known, _)| *known == code)
    }

    fn has_theme(&self, code: &str) -> bool {
        metier::has_theme(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_white_space_between_values_goes() {
        let pretty = "{\n  \"a b\" : [ 1.50, \"x \\\" , y\\\\\" , \"é \\n\" ]\n}";
        assert_eq!(compact(pretty), r#"{"a b":[1.50,"x \" , y\\","é \n"]}"#);
    }
}
