//! A mapping proposed for a contribution: what `--suggest` writes, and what an assessment says of it.

mod identity;
mod known;
mod slug;

use std::path::{Path, PathBuf};

use anyhow::Result;
use files::{Lock, Output};
use jiff::civil::Date;
use mapping::{Proposed, Suggestion, Survey, Target};
use step::{ExitCode, Failure, Task};
use tables::{Header, Source};

use crate::contact;
use crate::lists::{List, Place, for_each};
use crate::options::{CommonArgs, misuse, refuse_folder};
use crate::repair::day::{self, Form};
use crate::schema::{Kind, Version};
use crate::target;

pub(crate) use slug::is_slug;

/// Between two looks at whether the step was told to stop.
const RECORDS_A_LOOK: u64 = 4_096;

/// Of the values of a column, so many must be dates that are not to come.
const DATED: f64 = 0.5;

/// Where fewer records have such a date, the others fall back on another one.
const WELL_DATED: f64 = 0.95;

/// Words in names of columns that hold other dates than the last change.
const OTHER_DATES: [&str; 12] = [
    "create",
    "created",
    "creation",
    "naissance",
    "debut",
    "fin",
    "expiration",
    "labellisation",
    "inscription",
    "ouverture",
    "fermeture",
    "start",
];

/// Words in names of columns whose identifiers are those of something else.
const OTHER_IDENTIFIERS: [&str; 6] = ["ban", "result", "cle", "osm", "user", "parent"];

/// What became of a suggestion.
#[derive(Debug)]
pub(crate) struct Suggested {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    /// Records that were looked at.
    pub(crate) records: u64,
    /// The target's name.
    pub(crate) target: String,
    /// Fields that have a column.
    pub(crate) proposed: u64,
    /// Columns without a place.
    pub(crate) unplaced: u64,
}

/// Writes a mapping for a file, never over one that is there; `source` prefixes identifiers.
///
/// # Errors
/// 2 when a file is there already or `source` is no slug, 65 when the file breaks a rule or no column looks like a field,
/// 66 when it cannot be read, 74 when the disk refuses, 75 when another run is at the same output.
pub(crate) fn suggest(
    input: &Path,
    common: &CommonArgs,
    source_name: Option<&str>,
    version: Version,
    task: &Task,
) -> Result<Suggested> {
    refuse_folder(input)?;
    let slug = source_of(input, source_name)?;
    let path = common.output.clone().unwrap_or_else(|| input.with_extension("mapping.toml"));
    let _lock = Lock::claim(&path)?;
    if std::fs::symlink_metadata(&path).is_ok() {
        let message = format!("could not write the mapping `{}`: a file is there", path.display());
        return Err(misuse(message, "name another with `--output`, or remove it"));
    }
    let today = common.today()?;
    let targets = Kind::ALL.map(|kind| target(version, kind));
    let reading = common.reading(known(&targets));
    let source = Source::open(input, reading.options.encoding.as_deref())?;
    let (place, mut list) = choose(reading.places(&source)?, common.kind, &source)?;
    let target = &targets[list.kind.index()];
    let header = list.table.header().clone();
    let mut survey = Survey::new(&header, target);
    let records = survey_list(&mut list, &mut survey, &source, task)?;
    let suggestion = propose(&survey, today);
    if suggestion.proposals.is_empty() {
        let message =
            format!("could not propose a mapping for `{}`: none of its columns looks like a field", input.display());
        let hint = "write a mapping by hand: the README of the family shows one";
        return Err(Failure::new(ExitCode::BadInput, message).hint(hint).into());
    }
    let fallbacks = fallbacks(&suggestion, &header, (&place, &source), records, today, &path)?;
    let text = suggestion.text(Some(&slug), &fallbacks, common.findings.lang);
    let written = Output::write(&path, text.as_bytes())?;
    Ok(Suggested {
        bytes: written.bytes,
        sha256: written.sha256,
        path,
        records,
        target: target.name.clone(),
        proposed: suggestion.proposals.len() as u64,
        unplaced: suggestion.unplaced.len() as u64,
    })
}

/// What a suggestion can lead to: the target of a list, with what tells its columns apart.
pub(crate) fn target(version: Version, kind: Kind) -> Target {
    let mut target = target::target(version.schema(), kind);
    known::add_known(&mut target);
    for field in &mut target.fields {
        match field.path.as_str() {
            "id" => {
                field.is_unique = true;
                field.shape = Some(looks_like_identifier);
                field.avoid.extend(OTHER_IDENTIFIERS.map(str::to_owned));
            }
            "date_maj" => {
                field.shape = Some(looks_like_date);
                field.avoid.extend(OTHER_DATES.map(str::to_owned));
            }
            "nom" => field.names.push(kind.name().trim_end_matches('s').to_owned()),
            "source" => field.readable = is_slug,
            "courriel" => show_look(field, looks_like_email),
            "telephone" => show_look(field, looks_like_telephone),
            "site_web" => show_look(field, looks_like_link),
            "lien_source" | "accessibilite_lieu" | "lien_mobilisation" => field.readable = looks_like_link,
            _ => {}
        }
    }
    target
}

/// What values of a field look like, whatever its column is called.
fn show_look(field: &mut mapping::Field, look: fn(&str) -> bool) {
    field.readable = look;
    field.shape = Some(look);
}

/// The names by which a header below titles is found.
pub(crate) fn known(targets: &[Target]) -> Vec<String> {
    let fields = targets.iter().flat_map(|target| &target.fields);
    fields.flat_map(|field| std::iter::once(&field.path).chain(&field.names)).cloned().collect()
}

/// What the columns of a file could be.
pub(crate) fn propose<'s>(survey: &'s Survey<'_>, today: Date) -> Suggestion<'s> {
    let mut suggestion = survey.propose();
    withdraw_unless(&mut suggestion, "date_maj", DATED, |text| is_past(text, today));
    // A source that is no slug cannot prefix identifiers: then the mapping says which it is.
    withdraw_unless(&mut suggestion, "source", 1.0, is_slug);
    suggestion
}

fn withdraw_unless(suggestion: &mut Suggestion<'_>, field: &str, least: f64, accepts: impl Fn(&str) -> bool) {
    let Some(field) = suggestion.target().find(field) else { return };
    let proposal = suggestion.proposals.iter().find(|proposal| proposal.field == field);
    let Some(Proposed::Column { column, .. }) = proposal.map(|proposal| &proposal.proposed) else { return };
    if suggestion.filled(*column) == 0 || suggestion.share(*column, accepts) < least {
        suggestion.withdraw(field);
    }
}

fn is_past(text: &str, today: Date) -> bool {
    day::read(text).is_some_and(|(day, _)| (day::FIRST..=today).contains(&day))
}

/// Whether a column for the date is proposed that leaves too many records without one.
fn is_badly_dated(suggestion: &Suggestion<'_>, field: usize, records: u64, today: Date) -> bool {
    let proposal = suggestion.proposals.iter().find(|proposal| proposal.field == field);
    let Some(Proposed::Column { column, .. }) = proposal.map(|proposal| &proposal.proposed) else { return false };
    let good = suggestion.share(*column, |text| is_past(text, today)) * suggestion.filled(*column) as f64;
    good < WELL_DATED * records as f64
}

/// What stands in the mapping where no column was found: it works, and a person looks at it.
fn fallbacks(
    suggestion: &Suggestion<'_>,
    header: &Header,
    (place, source): (&Place, &Source),
    records: u64,
    today: Date,
    mapping: &Path,
) -> Result<Vec<(usize, String)>> {
    let mut missing: Vec<usize> = suggestion.missing().collect();
    let date = suggestion.target().find("date_maj");
    missing.extend(date.filter(|date| is_badly_dated(suggestion, *date, records, today)));
    let mut fallbacks = vec![];
    for field in missing {
        match suggestion.target().fields[field].path.as_str() {
            "date_maj" => fallbacks.push((field, format!("{{ const = {today} }}"))),
            "id" => {
                let columns = identity::columns(suggestion, place, source, mapping.parent().unwrap_or(Path::new("")))?;
                fallbacks.extend(identity::template(&columns, header).map(|template| (field, template)));
            }
            _ => {}
        }
    }
    Ok(fallbacks)
}

/// The list that is asked for, else the first.
fn choose(places: Vec<Place>, kind: Option<Kind>, source: &Source) -> Result<(Place, List)> {
    let wanted = places.iter().position(|place| kind.is_some() && place.kind == kind).unwrap_or(0);
    let place = places.into_iter().nth(wanted).expect("a file has a list");
    let list = place.clone().open(source)?;
    Ok((place, list))
}

fn survey_list(list: &mut List, survey: &mut Survey<'_>, source: &Source, task: &Task) -> Result<u64> {
    let progress = task.progress(format!("looking through `{}`", source.found().name), "records");
    let mut records = 0;
    for_each(&mut list.table, |record| {
        survey.add(record);
        records += 1;
        if record.number().is_multiple_of(RECORDS_A_LOOK) {
            task.go_on()?;
            progress.set(record.number());
        }
        Ok(())
    })?;
    Ok(records)
}

/// The source: what the user says, else the name of the file.
fn source_of(input: &Path, said: Option<&str>) -> Result<String> {
    match said {
        Some(said) if is_slug(said) => Ok(said.to_owned()),
        Some(said) => Err(misuse(
            format!("could not take `{said}` as a source"),
            "write it in lower-case letters, digits and hyphens, such as `ma-commune`",
        )),
        None => Ok(slug::slug(&input.file_stem().unwrap_or_default().to_string_lossy())),
    }
}

/// A code or number that could be nobody else's: no text, no contact, no date, no measure.
fn looks_like_identifier(text: &str) -> bool {
    let is_code = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | ':' | '{' | '}');
    let is_plain = text.len() <= 64 && text.bytes().any(|byte| byte.is_ascii_digit()) && text.chars().all(is_code);
    is_plain && !contact::has_any(text) && !looks_like_date(text)
}

/// An address with something on both sides of its sign.
fn looks_like_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

/// So many digits as a telephone number has, and little else; or a short number.
fn looks_like_telephone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_between = |letter: char| letter.is_whitespace() || "+.-/()0123456789".contains(letter);
    let is_short = digits == 4 && text.trim().starts_with('3') && text.trim().len() <= 5;
    is_short || digits >= 9 && text.chars().filter(|letter| !is_between(*letter)).count() * 3 <= digits
}

/// A web address, with or without what it begins with.
fn looks_like_link(text: &str) -> bool {
    let text = text.trim();
    let has_scheme = ["http://", "https://", "www."].iter().any(|scheme| text.starts_with(scheme));
    let is_host = !text.contains([' ', '@'])
        && text.split_once('.').is_some_and(|(name, rest)| !name.is_empty() && rest.len() > 1);
    has_scheme || is_host && text.chars().any(char::is_alphabetic)
}

/// A date that could be nothing else: digits alone are none.
fn looks_like_date(text: &str) -> bool {
    day::read(text).is_some_and(|(_, form)| !matches!(form, Form::Compact | Form::Excel | Form::Epoch))
}

#[cfg(test)]
mod tests;
