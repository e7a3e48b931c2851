//! What a table covers: counted while it is written.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde::Serialize;

use crate::collect_history::period::Period;
use crate::collect_history::referentials::Referentials;
use crate::offre::{Cell, Flaw, Row, at, time};

const MS_A_DAY: i64 = 86_400_000;

/// Ages in whole days: the name of each class, and the first day past it.
const AGES: [(&str, i64); 6] =
    [("0-6", 7), ("7-29", 30), ("30-89", 90), ("90-179", 180), ("180-364", 365), ("365+", i64::MAX)];

/// Counts of the rows written so far.
#[derive(Debug)]
pub(crate) struct Coverage {
    /// The day of the start, counted from 1970.
    today: i64,
    pub(crate) offers: u64,
    ages: [u64; AGES.len()],
    months: BTreeMap<(i64, i64), u64>,
    departements: Counts,
    romes: Counts,
    pub(crate) salaries: Salaries,
}

/// Offers by code.
#[derive(Debug, Default)]
struct Counts {
    by_code: HashMap<String, u64>,
    without: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Salaries {
    pub(crate) read: u64,
    pub(crate) unread: u64,
    pub(crate) absent: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Age {
    pub(crate) days: &'static str,
    pub(crate) offers: u64,
    pub(crate) share: f64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Month {
    pub(crate) month: String,
    pub(crate) offers: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Labelled {
    pub(crate) code: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) offers: u64,
}

/// What the report says of the rows.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Told {
    pub(crate) ages: Vec<Age>,
    pub(crate) months: Vec<Month>,
    pub(crate) departements: Vec<Labelled>,
    pub(crate) romes: Vec<Labelled>,
    pub(crate) salaries: Salaries,
}

impl Coverage {
    /// Nothing yet; ages are counted back from the day of the start.
    pub(crate) fn of(period: &Period, started: Date) -> Self {
        let mut months = BTreeMap::new();
        let (mut month, last) = (period.since().first_of_month(), period.until());
        while month <= last {
            months.insert((i64::from(month.year()), i64::from(month.month())), 0);
            let Ok(next) = month.last_of_month().tomorrow() else { break };
            month = next;
        }
        Self {
            today: time::of(started.at(0, 0, 0, 0)) / MS_A_DAY,
            offers: 0,
            ages: [0; AGES.len()],
            months,
            departements: Counts::default(),
            romes: Counts::default(),
            salaries: Salaries::default(),
        }
    }

    /// Counts a row.
    pub(crate) fn add(&mut self, row: &Row<'_>) {
        self.offers += 1;
        let age = self.today - row.created().div_euclid(MS_A_DAY);
        let class = AGES.iter().position(|(_, end)| age < *end).unwrap_or(AGES.len() - 1);
        self.ages[class] += 1;
        if let Some(count) = self.months.get_mut(&time::month_of(row.created())) {
            *count += 1;
        }
        self.departements.add(row.cells[at::DEPARTEMENT].text());
        self.romes.add(row.cells[at::CODE_ROME].text());
        match row.cells[at::SALARY_MIN] {
            Cell::Absent if row.has(Flaw::SalaryUnread) => self.salaries.unread += 1,
            Cell::Absent => self.salaries.absent += 1,
            _ => self.salaries.read += 1,
        }
    }

    /// What is reported.
    pub(crate) fn tell(&self, referentials: &Referentials) -> Told {
        let share = |offers: u64| (offers as f64 / self.offers.max(1) as f64 * 10_000.0).round() / 10_000.0;
        let age =
            |((days, _), offers): (&(&'static str, i64), &u64)| Age { days, offers: *offers, share: share(*offers) };
        let month = |((year, month), offers): (&(i64, i64), &u64)| Month {
            month: format!("{year:04}-{month:02}"),
            offers: *offers,
        };
        Told {
            ages: AGES.iter().zip(&self.ages).map(age).collect(),
            months: self.months.iter().map(month).collect(),
            departements: self.departements.labelled(&referentials.departements),
            romes: self.romes.labelled(&referentials.metiers),
            salaries: self.salaries,
        }
    }
}

impl Counts {
    fn add(&mut self, code: Option<&str>) {
        match code {
            None => self.without += 1,
            Some(code) => match self.by_code.get_mut(code) {
                Some(count) => *count += 1,
                None => {
                    self.by_code.insert(code.to_owned(), 1);
                }
            },
        }
    }

    /// By offers, then code; those without a code under null.
    fn labelled(&self, labels: &BTreeMap<String, String>) -> Vec<Labelled> {
        let without = (self.without > 0).then_some(Labelled { code: None, label: None, offers: self.without });
        let with = self.by_code.iter().map(|(code, offers)| Labelled {
            code: Some(code.clone()),
            label: labels.get(code).cloned(),
            offers: *offers,
        });
        let mut all: Vec<Labelled> = with.chain(without).collect();
        all.sort_by(|a, b| b.offers.cmp(&a.offers).then_with(|| a.code.cmp(&b.code)));
        all
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn ages_are_whole_days_back_and_empty_months_are_there() {
        let now = date(2026, 1, 10).at(12, 0, 0, 0);
        let period = Period::choose(None, Some(date(2025, 10, 31)), None, now).unwrap();
        let mut coverage = Coverage::of(&period, now.date());
        for created in ["2026-01-10T11:00:00", "2026-01-04T00:00:00", "2026-01-03T23:59:59", "2025-10-31T00:00:00"] {
            let mut row = Row::default();
            row.cells[at::DATE_CREATED] = Cell::Time(time::read(created).unwrap());
            coverage.add(&row);
        }
        let told = coverage.tell(&Referentials { metiers: BTreeMap::new(), departements: BTreeMap::new() });
        let ages: Vec<_> = told.ages.iter().map(|age| (age.days, age.offers, age.share)).collect();
        assert_eq!(ages[..3], [("0-6", 2, 0.5), ("7-29", 1, 0.25), ("30-89", 1, 0.25)]);
        let months: Vec<_> = told.months.iter().map(|month| (month.month.as_str(), month.offers)).collect();
        assert_eq!(months, [("2025-10", 1), ("2025-11", 0), ("2025-12", 0), ("2026-01", 3)]);
        assert_eq!(told.romes, [Labelled { code: None, label: None, offers: 4 }]);
        assert_eq!(told.salaries, Salaries { read: 0, unread: 0, absent: 4 });
    }
}
