//! Months of offers: of each age, the share that the service has online.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::world::clock::day_number;
use crate::world::dice::Dice;

/// Offers by age: the first day past it, their share in ten thousandths, and the days of it that are empty, per cent.
///
/// Observed of 11,080 offers in 566 windows of a day each, département 74, June 2025: what is withdrawn is gone, so that
/// 79 % are younger than 30 days.
const AGES: [(u32, f64, f64); 8] = [
    (7, 3354.0, 0.0),
    (30, 4545.0, 0.0),
    (60, 1275.0, 0.0),
    (90, 458.0, 0.0),
    (120, 213.0, 0.0),
    (180, 100.0, 0.37),
    (365, 48.0, 0.83),
    (566, 7.0, 0.98),
];

/// Numbers that a day keeps free for offers that appear late.
const SPARE: u64 = 1_000;

/// How many offers each day has, and the numbers that their identifiers are made of.
#[derive(Debug)]
pub(crate) struct History {
    days: BTreeMap<Date, HistoryDay>,
    /// The last whole day: what befalls one day befalls this one.
    pub(crate) main: Date,
}

/// What a day of the history has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HistoryDay {
    pub(crate) count: usize,
    pub(crate) first_number: u64,
}

impl History {
    /// So many offers over so many days, today included.
    pub(crate) fn new(seed: u64, today: Date, days: u32, offers: usize) -> Self {
        let dates: Vec<Date> = (0..days).map_while(|back| today.checked_sub(i64::from(back).days()).ok()).collect();
        let counts = apportion(&weights(seed, &dates), offers);
        let mut number = 0;
        let day = |(date, count): (&Date, usize)| {
            let first_number = number;
            number += count as u64 * 2 + SPARE;
            (*date, HistoryDay { count, first_number })
        };
        let days = dates.iter().zip(counts).map(day).collect();
        Self { days, main: today.yesterday().unwrap_or(today) }
    }

    pub(crate) fn day(&self, date: Date) -> Option<HistoryDay> {
        self.days.get(&date).copied()
    }

    /// The days that have offers, oldest first.
    pub(crate) fn dates(&self) -> impl Iterator<Item = Date> {
        self.days.iter().filter(|(_, day)| day.count > 0).map(|(date, _)| *date)
    }
}

/// What each day weighs, the latest first.
fn weights(seed: u64, dates: &[Date]) -> Vec<f64> {
    let mut weights = Vec::with_capacity(dates.len());
    let mut first = 0;
    for (end, share, empty) in AGES {
        let of_age = dates.get(first as usize..dates.len().min(end as usize)).unwrap_or_default();
        let draw = |date: &Date| {
            let mut dice = Dice::of(&[seed, 0xa6e, day_number(*date) as u64]);
            if dice.chance(empty) { 0.0 } else { 0.2 + dice.unit() * 1.6 }
        };
        let mut drawn: Vec<f64> = of_age.iter().map(draw).collect();
        if let Some(one) = drawn.first_mut().filter(|_| of_age.len() > 1 || empty == 0.0) {
            // Some day has what the age has.
            *one = one.max(0.2);
        }
        let whole: f64 = drawn.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let part = share * of_age.len() as f64 / f64::from(end - first);
        weights.extend(drawn.iter().map(|weight| part * weight / whole));
        first = end;
    }
    weights.resize(dates.len(), 0.0);
    weights
}

/// `total` dealt out by weight, the greatest remainders first.
fn apportion(weights: &[f64], total: usize) -> Vec<usize> {
    let sum = weights.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let exact: Vec<f64> = weights.iter().map(|weight| weight / sum * total as f64).collect();
    let mut counts: Vec<usize> = exact.iter().map(|share| share.floor() as usize).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).filter(|nth| weights[*nth] > 0.0).collect();
    by_remainder.sort_by(|a, b| exact[*b].fract().total_cmp(&exact[*a].fract()).then(a.cmp(b)));
    let dealt: usize = counts.iter().sum();
    for nth in by_remainder.iter().cycle().take(total.saturating_sub(dealt)) {
        counts[*nth] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_ages_are_those_observed_and_all_offers_are_dealt_out() {
        let today = date(2025, 6, 22);
        for seed in 0..20 {
            let history = History::new(seed, today, 566, 100_000);
            let of = |from: i64, to: i64| -> usize {
                (from..to).filter_map(|back| history.day(today - back.days())).map(|day| day.count).sum()
            };
            assert_eq!(of(0, 566), 100_000);
            assert!((78_500..79_500).contains(&of(0, 30)), "{}", of(0, 30));
            assert!((300..700).contains(&of(180, 566)), "{}", of(180, 566));
            let empty = (0..566).filter(|back| history.day(today - back.days()).unwrap().count == 0).count();
            assert!((300..450).contains(&empty), "{empty} days are empty, of 373 observed");
        }
    }

    #[test]
    fn few_offers_and_few_days_are_dealt_out_too() {
        for (days, offers) in [(1, 10), (40, 7), (3_650, 1_000), (120, 0)] {
            let history = History::new(1, date(2025, 6, 22), days, offers);
            assert_eq!(history.days.values().map(|day| day.count).sum::<usize>(), offers);
            assert_eq!(history.days.len(), days as usize);
        }
    }

    #[test]
    fn no_two_offers_have_one_number() {
        let history = History::new(1, date(2025, 6, 22), 400, 30_000);
        let mut days: Vec<HistoryDay> = history.days.values().copied().collect();
        days.sort_unstable_by_key(|day| day.first_number);
        assert!(days.windows(2).all(|two| two[0].first_number + two[0].count as u64 + SPARE <= two[1].first_number));
    }
}
