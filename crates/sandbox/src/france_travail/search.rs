//! A search over some days: which offers match, in which order, and how many of each kind.

use std::cmp::Reverse;

use super::contract::{NATURES, TYPES};
use super::day::{Day, sort_key};
use super::offre::{Offre, Source};
use super::options::{Bound, Milliseconds, Setup, TieOrder};
use super::query::{APART, Query};
use super::tables::Tables;
use super::turnover::is_hidden;
use super::{body, metier};
use crate::world::clock::{DAY_MS, Stamp};
use crate::world::dice::Dice;

/// The page that was asked for, and what is said about the whole.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) total: usize,
    pub(crate) page: Vec<Offre>,
    pub(crate) counts: Counts,
}

/// How many offers have each value of the four filters that the service counts.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    types: [usize; TYPES.len()],
    natures: [usize; NATURES.len()],
    experiences: [usize; 5],
    qualifications: [usize; 3],
}

/// Searches `days`, which come newest first.
pub(crate) fn search(tables: &Tables, setup: &Setup, days: &[&Day], query: &Query, now: Stamp, number: u64) -> Found {
    let filter = Filter { tables, setup, query, oldest: query.publiee_depuis.map(|days| now - days * DAY_MS) };
    let mut matches: Vec<&Offre> = Vec::new();
    for day in days {
        matches.extend(day.order.iter().map(|index| &day.offres[*index as usize]).filter(|offre| filter.keeps(offre)));
    }
    if query.sort != 1 {
        // Relevance and distance are not modelled: any order that does not follow time will do.
        matches.sort_unstable_by_key(|offre| Reverse((offre.rank, offre.stamp)));
    } else if setup.options.tie_order == TieOrder::Unstable {
        let mut dice = Dice::of(&[setup.seed, 0x71e, number]);
        for ties in matches.chunk_by_mut(|a, b| sort_key(setup, a.stamp) == sort_key(setup, b.stamp)) {
            for last in (1..ties.len()).rev() {
                ties.swap(last, dice.below(last + 1));
            }
        }
    }
    let mut counts = Counts::default();
    matches.iter().for_each(|offre| counts.add(offre));
    let total = matches.len();
    matches.retain(|offre| !offre.is_omitted);
    // A page that one is left out of stays full, the last one too: it begins with what the one before ended with.
    let length = (query.range.last + 1).min(total).saturating_sub(query.range.first);
    let first = query.range.first.min(matches.len().saturating_sub(length));
    let page = matches.iter().skip(first).take(length);
    Found { total, page: page.map(|offre| (*offre).clone()).collect(), counts }
}

/// Whether an offer has what a query asks for, whenever it was created and whatever is not measured of the service.
pub(crate) fn has_attributes(tables: &Tables, setup: &Setup, query: &Query, offre: &Offre) -> bool {
    let filter = Filter { tables, setup, query, oldest: None };
    query.origine.is_none_or(|origine| offre.origine == Some(origine)) && filter.has_attributes(offre)
}

struct Filter<'a> {
    tables: &'a Tables,
    setup: &'a Setup,
    query: &'a Query,
    oldest: Option<Stamp>,
}

impl Filter<'_> {
    fn keeps(&self, offre: &Offre) -> bool {
        let is_hidden = is_hidden(self.setup.seed, self.setup.options.hide, offre.rank);
        !is_hidden && self.is_in_time(offre.stamp) && self.has_origin(offre) && self.has_attributes(offre)
    }

    fn has_attributes(&self, offre: &Offre) -> bool {
        let query = self.query;
        any(&query.departement, offre.departement)
            && any(&query.commune, offre.commune)
            && any(&query.region, offre.region)
            && any(&query.code_naf, offre.code_naf)
            && any(&query.secteur, offre.code_naf.map(|naf| [naf[0], naf[1]]))
            && any(&query.experience, Some(offre.experience))
            && any(&query.qualification, Some(offre.qualification))
            && query.exigence.is_none_or(|exigence| exigence == offre.exigence)
            && query.temps_plein.is_none_or(|temps_plein| temps_plein == offre.temps_plein)
            && self.has_contract(offre)
            && self.has_metier(offre)
            && self.has_words(offre)
    }

    /// Bounds have whole seconds, stamps have milliseconds; nobody has measured how they compare.
    fn is_in_time(&self, stamp: Stamp) -> bool {
        if self.oldest.is_some_and(|oldest| stamp < oldest) {
            return false;
        }
        let Some((min, max)) = self.query.bounds else { return true };
        let stamp = match self.setup.options.milliseconds {
            Milliseconds::Compared => stamp,
            Milliseconds::Truncated => stamp - stamp.rem_euclid(1000),
        };
        let after = match self.setup.options.min_bound {
            Bound::Inclusive => stamp >= min,
            Bound::Exclusive => stamp > min,
        };
        let before = match self.setup.options.max_bound {
            Bound::Inclusive => stamp <= max,
            Bound::Exclusive => stamp < max,
        };
        after && before
    }

    fn has_origin(&self, offre: &Offre) -> bool {
        match self.query.origine {
            Some(origine) => offre.origine == Some(origine),
            None => !self.setup.options.origin_trap || offre.origine == Some(b'1'),
        }
    }

    /// Contract type and contract nature are joined by OR, alone among the filters.
    fn has_contract(&self, offre: &Offre) -> bool {
        let (types, natures) = (&self.query.type_contrat, &self.query.nature_contrat);
        match (types.is_some(), natures.is_some()) {
            (true, true) => any(types, offre.type_contrat) || any(natures, offre.nature_contrat),
            _ => any(types, offre.type_contrat) && any(natures, offre.nature_contrat),
        }
    }

    fn has_metier(&self, offre: &Offre) -> bool {
        let query = self.query;
        let rome = offre.code_rome;
        query.code_rome.as_ref().is_none_or(|codes| rome.is_some_and(|rome| codes.contains(&rome)))
            && query.domaine.is_none_or(|domaine| rome.is_some_and(|rome| rome[..3] == domaine))
            && query.grand_domaine.as_ref().is_none_or(|values| rome.is_some_and(|rome| is_in_one(values, rome)))
            && query.theme.as_ref().is_none_or(|theme| rome.is_some_and(|rome| metier::theme_of(&rome) == *theme))
            && query.appellation.as_ref().is_none_or(|wanted| self.has_appellation(offre, wanted))
    }

    fn has_appellation(&self, offre: &Offre, wanted: &str) -> bool {
        let Source::Drawn { metier: of_offre, .. } = offre.source else { return false };
        metier::metier_of_appellation(&self.tables.metiers, wanted) == Some(usize::from(of_offre))
    }

    fn has_words(&self, offre: &Offre) -> bool {
        self.query.mots_cles.as_ref().is_none_or(|words| {
            let title = body::intitule(self.tables, offre);
            let (code, label) = body::metier(self.tables, offre);
            let text = format!("{title}\n{code}\n{label}").to_lowercase();
            words.iter().all(|word| text.contains(word.as_str()))
        })
    }
}

fn any<T: PartialEq>(wanted: &Option<Vec<T>>, value: Option<T>) -> bool {
    wanted.as_ref().is_none_or(|wanted| value.is_some_and(|value| wanted.contains(&value)))
}

/// A letter leaves out the domaines that have a value of their own.
fn is_in_one(values: &[String], rome: [u8; 5]) -> bool {
    let apart = APART.iter().any(|domaine| domaine.as_bytes() == &rome[..3]);
    values.iter().any(|value| match value.len() {
        1 => !apart && value.as_bytes()[0] == rome[0],
        _ => value.as_bytes() == &rome[..3],
    })
}

impl Counts {
    fn add(&mut self, offre: &Offre) {
        if let Some(type_contrat) = offre.type_contrat {
            self.types[usize::from(type_contrat)] += 1;
        }
        if let Some(nature) = offre.nature_contrat {
            self.natures[usize::from(nature)] += 1;
        }
        self.experiences[usize::from(offre.experience - b'0')] += 1;
        self.qualifications[match offre.qualification {
            b'0' => 0,
            b'9' => 1,
            _ => 2,
        }] += 1;
    }

    /// The member `filtresPossibles` of an answer.
    pub(crate) fn json(&self) -> String {
        let mut types: Vec<(&str, usize)> = TYPES.iter().map(|(code, ..)| *code).zip(self.types).collect();
        types.sort_unstable();
        let mut natures: Vec<(&str, usize)> = NATURES.iter().map(|(code, ..)| *code).zip(self.natures).collect();
        natures.sort_unstable();
        // The order of these values is the service's own (observed 2026-05).
        let experiences = [0, 4, 1, 2, 3].map(|level| (["0", "1", "2", "3", "4"][level], self.experiences[level]));
        let qualifications = ["0", "9", "X"].into_iter().zip(self.qualifications);
        let filters = [
            filter_json("typeContrat", types),
            filter_json("experience", experiences),
            filter_json("qualification", qualifications),
            filter_json("natureContrat", natures),
        ];
        format!("[{}]", filters.join(","))
    }
}

fn filter_json(name: &str, counts: impl IntoIterator<Item = (&'static str, usize)>) -> String {
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(value, count)| format!(r#"{{"valeurPossible":"{value}","nbResultats":{count}}}"#))
        .collect();
    format!(r#"{{"filtre":"{name}","agregation":[{}]}}"#, counts.join(","))
}
