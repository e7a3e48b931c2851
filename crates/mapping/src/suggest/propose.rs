//! Which column fits which field.

use tables::fold;

use super::column::{Column, is_unique, words};
use super::coordinates::{Pair, pair};
use crate::hours::day;
use crate::lambert::number;
use crate::target::{Field, Kind, Target};

/// A name at least so alike is evidence.
const LIKE: f64 = 0.85;

/// So many values must have the shape where the name says nothing.
const SHAPED: f64 = 0.9;

/// Of a closed list so many must be known where the name says nothing.
const KNOWN: f64 = 0.6;

/// So many values must be readable where the name is right.
const READABLE: f64 = 0.5;

/// Of a field whose values are all different, so many must be where the name is right.
const DIFFERENT: f64 = 0.8;

/// So alike is a name that begins with a telling name of the field.
const BEGINS: f64 = 0.87;

/// How long a single word is that tells by itself what a column holds.
const TELLING_LETTERS: usize = 7;

/// What counts of a name without the prefix that a producer puts before each.
const WITHOUT_PREFIX: f64 = 0.97;

/// A prefix has so few letters, and stands before so many columns.
const PREFIX_LETTERS: usize = 4;
const PREFIX_COLUMNS: usize = 4;

/// Of columns called alike, the fuller one goes first.
const FULLER: f64 = 0.02;

/// What could cut a cell that holds several values.
const SEPARATORS: [&str; 4] = [";", "|", ",", "\n"];

/// What is proposed for one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The field's place in the target.
    pub field: usize,
    pub proposed: Proposed,
    /// Why: `nom` or `contenu`, and the share of values that fit.
    pub by_name: bool,
    pub by_content: bool,
    pub fits: f64,
}

/// The form that is proposed; columns by their place in the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Proposed {
    Column {
        column: usize,
        split: Option<&'static str>,
    },
    Lambert {
        east: usize,
        north: usize,
        gives_longitude: bool,
    },
    /// The columns of each day, Monday first.
    Hours(Vec<(usize, Vec<usize>)>),
}

/// A whole suggestion.
#[derive(Debug, Clone)]
pub struct Suggestion<'a> {
    pub(super) target: &'a Target,
    pub(super) columns: &'a [Column],
    pub(super) records: u64,
    /// By the order of the fields.
    pub proposals: Vec<Proposal>,
    /// Columns without a place, in the order of the file.
    pub unplaced: Vec<usize>,
}

pub(super) fn propose<'a>(target: &'a Target, columns: &'a [Column], records: u64) -> Suggestion<'a> {
    let mut scored = Vec::new();
    let prefixes = prefixes(columns);
    for (nth, field) in target.fields.iter().enumerate() {
        for (column, held) in columns.iter().enumerate().filter(|(_, held)| !held.words.is_empty()) {
            if let Some((score, proposal)) = score(nth, field, column, held, records, &prefixes) {
                scored.push((score, nth, column, proposal));
            }
        }
    }
    // The best first; of equals the first field, then the first column.
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
    let (mut proposals, mut taken) = (Vec::<Proposal>::new(), vec![false; columns.len()]);
    propose_hours(target, columns, &mut proposals, &mut taken);
    for (_, field, column, proposal) in scored {
        if !taken[column] && proposals.iter().all(|other| other.field != field) {
            taken[column] = true;
            proposals.push(proposal);
        }
    }
    propose_coordinates(target, columns, &mut proposals);
    drop_what_is_no_degree(target, columns, &mut proposals, &mut taken);
    proposals.sort_by_key(|proposal| proposal.field);
    let unplaced = (0..columns.len()).filter(|column| !taken[*column]).collect();
    Suggestion { target, columns, records, proposals, unplaced }
}

/// How well a column fits a field; none where it does not.
fn score(
    nth: usize,
    field: &Field,
    column: usize,
    held: &Column,
    records: u64,
    prefixes: &[String],
) -> Option<(f64, Proposal)> {
    let is_avoided = field.avoid.iter().any(|word| held.words.contains(&fold(word)));
    if is_avoided {
        return None;
    }
    let name = name_score(field, held, prefixes);
    if name < LIKE && !may_fit(field, held) {
        return None;
    }
    let split = field.is_list.then(|| separator(field, held)).flatten();
    let fits = |accepts: &dyn Fn(&str) -> bool| {
        held.share(|value| match split {
            Some(split) => value.split(split).map(str::trim).filter(|part| !part.is_empty()).all(accepts),
            None => accepts(value),
        })
    };
    let (readable, content) = match (&field.kind, field.shape) {
        (Kind::Choice(choices), _) => {
            let known = fits(&|value| choices.find(value).is_some());
            // Words of one's own are mapped by a table.
            (1.0, if known >= KNOWN { known } else { 0.0 })
        }
        (_, Some(shape)) => {
            let shaped = fits(&shape);
            (fits(&field.readable), if shaped >= SHAPED { shaped } else { 0.0 })
        }
        // Metres and degrees are told apart once both columns are known.
        (Kind::Longitude | Kind::Latitude, None) => (fits(&|value| number(value).is_some()), 0.0),
        _ => (fits(&field.readable), 0.0),
    };
    let is_empty = held.filled == 0;
    let different = held.values.len() as f64 / held.filled.max(1) as f64;
    let is_different = !field.is_unique || held.is_open || different >= DIFFERENT;
    let by_name = name >= LIKE && (is_empty || readable >= READABLE && is_different);
    let is_whole = !field.is_unique || records > 1 && is_unique(held) && held.filled == records;
    let by_content = !is_empty && content > 0.0 && is_whole;
    if !by_name && !by_content {
        return None;
    }
    let fits =
        if let Kind::Choice(choices) = &field.kind { fits(&|value| choices.find(value).is_some()) } else { readable };
    let proposed = Proposed::Column { column, split };
    let full = held.records as f64 / records.max(1) as f64;
    let score = if by_name { name } else { 0.0 } + 0.5 * content + 0.1 * readable + FULLER * full;
    Some((score, Proposal { field: nth, proposed, by_name, by_content, fits }))
}

/// Whether a look at the first values leaves it open that they are the field's, where the name does not say so. Most columns
/// are none of most fields, and should cost no more.
fn may_fit(field: &Field, held: &Column) -> bool {
    let accepts = |accepts: &dyn Fn(&str) -> bool| held.share_at_first(|value| accepts(value)) > 0.0;
    match (&field.kind, field.shape) {
        (Kind::Choice(choices), _) => {
            let knows = |value: &str| choices.find(value).is_some();
            accepts(&|value| {
                let mut parts = value.split([';', '|', ',', '\n']).map(str::trim);
                knows(value) || parts.any(knows)
            })
        }
        (_, Some(shape)) => accepts(&shape),
        _ => false,
    }
}

/// How alike a column's name is to the names of a field, from 0 to 1.
fn name_score(field: &Field, held: &Column, prefixes: &[String]) -> f64 {
    let last = field.path.rsplit('.').next().unwrap_or(&field.path);
    let names = [field.path.as_str(), last].into_iter().chain(field.names.iter().map(String::as_str));
    let bare = held.words.split_first().filter(|(first, rest)| !rest.is_empty() && prefixes.contains(first));
    let score = |name: &str| {
        let name = words(name);
        let bare = bare.map_or(0.0, |(_, rest)| WITHOUT_PREFIX * alike(&name, rest));
        alike(&name, &held.words).max(bare)
    };
    names.map(score).fold(0.0, f64::max)
}

/// How alike two names are.
fn alike(name: &[String], other: &[String]) -> f64 {
    if name == other {
        return 1.0;
    }
    let is_telling = name.len() > 1 || name.first().is_some_and(|word| word.len() >= TELLING_LETTERS);
    let begins = if is_telling && other.starts_with(name) { BEGINS } else { 0.0 };
    begins.max(strsim::normalized_damerau_levenshtein(&name.join(" "), &other.join(" ")) * 0.99)
}

/// What a producer puts before the name of most columns, such as `c_`.
fn prefixes(columns: &[Column]) -> Vec<String> {
    let mut counts: Vec<(&String, usize)> = Vec::new();
    for column in columns {
        let Some(first) = column.words.first().filter(|word| word.len() <= PREFIX_LETTERS) else { continue };
        match counts.iter_mut().find(|(word, _)| *word == first) {
            Some((_, count)) => *count += 1,
            None => counts.push((first, 1)),
        }
    }
    counts.into_iter().filter(|(_, count)| *count >= PREFIX_COLUMNS).map(|(word, _)| word.clone()).collect()
}

/// What cuts the cells of a list, if they hold several values.
fn separator(field: &Field, held: &Column) -> Option<&'static str> {
    let known = |split: &str| {
        held.share(|value| {
            let mut parts = value.split(split).map(str::trim).filter(|part| !part.is_empty());
            field.choices().is_some_and(|choices| parts.any(|part| choices.find(part).is_some()))
        })
    };
    let whole = held.share(|value| field.choices().is_some_and(|choices| choices.find(value).is_some()));
    let has = |split: &&str| held.values.iter().any(|(value, _)| value.contains(split));
    let there: Vec<&'static str> = SEPARATORS.into_iter().filter(has).collect();
    let best = there.iter().copied().max_by(|one, other| known(one).total_cmp(&known(other)));
    // A comma may stand within a value: it must bring something.
    best.filter(|split| known(split) > whole || (*split == ";" || *split == "|") && known(split) >= whole)
}

/// Columns with a day in their name are the hours of that day.
fn propose_hours(target: &Target, columns: &[Column], proposals: &mut Vec<Proposal>, taken: &mut [bool]) {
    let Some(field) = target.fields.iter().position(|field| matches!(field.kind, Kind::Hours)) else { return };
    let of_column =
        |column: &Column| column.words.iter().find_map(|word| (word.len() > 3).then(|| day(word)).flatten());
    let mut days: Vec<(usize, Vec<usize>)> = (0..7).map(|day| (day, Vec::new())).collect();
    for (nth, column) in columns.iter().enumerate() {
        if let Some(day) = of_column(column) {
            days[day].1.push(nth);
        }
    }
    days.retain(|(_, columns)| !columns.is_empty());
    if days.len() < 5 {
        return;
    }
    days.iter().flat_map(|(_, columns)| columns).for_each(|column| taken[*column] = true);
    let readable = |column: usize| columns[column].share(|value| crate::hours::of_days([(0, value)]).is_readable);
    let shares: Vec<f64> = days
        .iter()
        .flat_map(|(_, of_day)| of_day)
        .filter(|column| columns[**column].filled > 0)
        .map(|column| readable(*column))
        .collect();
    let fits = if shares.is_empty() { 1.0 } else { shares.iter().sum::<f64>() / shares.len() as f64 };
    proposals.push(Proposal { field, proposed: Proposed::Hours(days), by_name: true, by_content: false, fits });
}

/// Exchanges columns of longitude and latitude that hold each other's values, and makes metres degrees.
fn propose_coordinates(target: &Target, columns: &[Column], proposals: &mut [Proposal]) {
    let of = |proposals: &[Proposal], is_it: fn(&Kind) -> bool| {
        let nth = proposals.iter().position(|proposal| is_it(&target.fields[proposal.field].kind))?;
        match proposals[nth].proposed {
            Proposed::Column { column, .. } => Some((nth, column)),
            _ => None,
        }
    };
    let longitude = of(proposals, |kind| matches!(kind, Kind::Longitude));
    let Some(((x, east), (y, north))) = longitude.zip(of(proposals, |kind| matches!(kind, Kind::Latitude))) else {
        return;
    };
    match pair(&columns[east], &columns[north]) {
        Pair::Degrees | Pair::Neither => {}
        Pair::Exchanged => {
            for (nth, column) in [(x, north), (y, east)] {
                proposals[nth].proposed = Proposed::Column { column, split: None };
                (proposals[nth].by_name, proposals[nth].by_content) = (false, true);
            }
        }
        Pair::Lambert => {
            for (nth, gives_longitude) in [(x, true), (y, false)] {
                proposals[nth].proposed = Proposed::Lambert { east, north, gives_longitude };
                proposals[nth].by_content = true;
                proposals[nth].fits = 1.0;
            }
        }
    }
}

/// Numbers that are neither degrees nor metres are no coordinates.
fn drop_what_is_no_degree(target: &Target, columns: &[Column], proposals: &mut Vec<Proposal>, taken: &mut [bool]) {
    proposals.retain(|proposal| {
        let field = &target.fields[proposal.field];
        let (Kind::Longitude | Kind::Latitude, Proposed::Column { column, .. }) = (&field.kind, &proposal.proposed)
        else {
            return true;
        };
        let is_kept = columns[*column].filled == 0 || columns[*column].share(field.readable) >= READABLE;
        taken[*column] = is_kept;
        is_kept
    });
}

impl Proposal {
    /// The columns of the file that it names, by place.
    #[must_use]
    pub fn columns(&self) -> Vec<usize> {
        match &self.proposed {
            Proposed::Column { column, .. } => vec![*column],
            Proposed::Lambert { east, north, .. } => vec![*east, *north],
            Proposed::Hours(days) => days.iter().flat_map(|(_, columns)| columns.iter().copied()).collect(),
        }
    }
}

impl Suggestion<'_> {
    /// What it leads to.
    #[must_use]
    pub fn target(&self) -> &Target {
        self.target
    }

    /// The share of a column's values that a test accepts, counted as often as they stand there.
    #[must_use]
    pub fn share(&self, column: usize, accepts: impl FnMut(&str) -> bool) -> f64 {
        self.columns[column].share(accepts)
    }

    /// How many values a column holds.
    #[must_use]
    pub fn filled(&self, column: usize) -> u64 {
        self.columns[column].filled
    }

    /// Takes back what is proposed for a field.
    pub fn withdraw(&mut self, field: usize) {
        let Some(nth) = self.proposals.iter().position(|proposal| proposal.field == field) else { return };
        self.unplaced.extend(self.proposals.remove(nth).columns());
        self.unplaced.sort_unstable();
    }

    /// The fields that the schema wants and for which nothing was found.
    pub fn missing(&self) -> impl Iterator<Item = usize> {
        let is_missing = |nth: &usize| self.proposals.iter().all(|proposal| proposal.field != *nth);
        self.target
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.is_required)
            .map(|(nth, _)| nth)
            .filter(is_missing)
    }
}
