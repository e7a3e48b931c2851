//! From the journal to the day's file and its log.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use files::{Access, Output, Written};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use step::{Provenance, Task, paris};

use crate::collect_offers::ledger::Ledger;
use crate::collect_offers::part::Part;
use crate::collect_offers::plan::Plan;
use crate::service::PROVENANCE;
use crate::survey::day::Day;
use crate::survey::moment::{Clock, Second};
use crate::survey::origins::Surveyed;
use crate::survey::page::Page;
use crate::survey::proof::{Order, Window};
use crate::survey::query::{Filter, Query};
use crate::survey::served::Served;
use crate::survey::sweep::Swept;

/// The log: the six keys of the daily collector that it succeeds, in its order, then the proof.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Log {
    pub(crate) dt_deb_collecte: String,
    pub(crate) date_creation: String,
    pub(crate) dt_fin_collecte: String,
    /// Announced by the service for the bounds asked, at the beginning.
    pub(crate) total_offres: u32,
    pub(crate) total_offres_collecte: u64,
    /// `HH:MM`
    pub(crate) duree_totale: String,
    pub(crate) preuve: Preuve,
}

/// Why the file is complete.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Preuve {
    pub(crate) fichier: String,
    pub(crate) octets: u64,
    pub(crate) sha256: String,
    /// Written by `anonymise-offers` alone.
    #[serde(default, skip_serializing)]
    pub(crate) anonymisation: Option<Anonymisation>,
    /// The service asked, by its host.
    pub(crate) service: String,
    pub(crate) fuseau: String,
    /// Bounds asked; the offers of the day itself were kept.
    pub(crate) borne_min: String,
    pub(crate) borne_max: String,
    /// False when the day was not over, by the service's clock.
    pub(crate) jour_entier: bool,
    /// How far the clock of the machine was ahead of the service's, in seconds; null where no answer told.
    #[serde(default)]
    pub(crate) avance_horloge_s: Option<i64>,
    /// Announced at the end for the same bounds.
    #[serde(default)]
    pub(crate) total_final: u32,
    /// Offers that only reading again has brought, after the sums disagreed, and what was read again.
    #[serde(default)]
    pub(crate) offres_retrouvees: u64,
    #[serde(default)]
    pub(crate) tranches_relues: Vec<String>,
    /// Offers gathered beyond `total_final`, since the service withdrew them meanwhile; below zero, it has more, which
    /// appeared after their second was read.
    #[serde(default)]
    pub(crate) ecart_mouvement: i64,
    /// Totals of both origins; together they must not exceed `total_offres`, or each was collected apart.
    pub(crate) total_par_origine: [u32; 2],
    pub(crate) origines_collectees_a_part: bool,
    /// Whether offers of one second were seen to keep their order: only then does a shared offer prove a border.
    pub(crate) ordre_stable: Option<bool>,
    /// Borders between pages that a shared offer proves.
    pub(crate) liens: usize,
    /// Borders that were asked for by themselves.
    pub(crate) liens_raccommodes: usize,
    /// Seconds with more offers than one search reaches.
    pub(crate) secondes_decoupees: Vec<String>,
    /// Offers served that are not of this day.
    pub(crate) voisines_ecartees: u64,
    /// PageEntry to appear, change or vanish between two pages that show the same second.
    pub(crate) apparues: u64,
    pub(crate) modifiees: u64,
    pub(crate) disparues: u64,
    pub(crate) executions: u32,
    /// Of all runs, by HTTP status or by what went wrong before one came.
    pub(crate) requetes: BTreeMap<String, u64>,
    pub(crate) nouvelles_tentatives: u64,
    pub(crate) octets_recus: u64,
    /// Each run by itself.
    #[serde(default)]
    pub(crate) parties: Vec<Part>,
    #[serde(flatten)]
    pub(crate) provenance: Provenance,
    pub(crate) fenetres: Vec<Fenetre>,
}

/// What `anonymise-offers` says of the file that it has changed, or was about to change when it was cut short.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Anonymisation {
    sha256_avant: String,
}

impl Preuve {
    /// Whether it proves a file with that hash.
    pub(crate) fn is_of(&self, sha256: &str) -> bool {
        let before = self.anonymisation.as_ref().map(|anonymised| &*anonymised.sha256_avant);
        self.sha256 == sha256 || before == Some(sha256)
    }
}

/// One search of the walk.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Fenetre {
    min: String,
    max: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origine: Option<char>,
    total: u32,
    pages: usize,
    liens: usize,
    raccommode: bool,
}

/// Writes the offers of the day, oldest first, one a line inside one JSON array. They hold contacts, so
/// not everybody may read them.
///
/// A disk may take its time: whether to go on is asked at each offer.
pub(crate) fn write_offres(ledger: &Ledger, served: &Served, destination: &Path, task: &Task) -> Result<Written> {
    let mut in_day: Vec<_> = served.offres().filter(|(_, held)| Day::holds(held.stamp)).collect();
    in_day.sort_unstable_by_key(|(id, held)| (held.stamp, *id));
    let mut output = Output::create_with(destination, Access::OwnerAndGroup)?;
    let mut buffer = Vec::new();
    let mut write = || -> Result<()> {
        output.write_all(b"[")?;
        for (n, (_, held)) in in_day.iter().enumerate() {
            task.go_on()?;
            output.write_all(if n == 0 { b"\n" } else { b",\n" })?;
            ledger.read_back(held.place, &mut buffer)?;
            keep_to_one_line(&mut buffer);
            output.write_all(&buffer)?;
        }
        output.write_all(b"\n]\n")?;
        Ok(())
    };
    write().with_context(|| format!("could not write `{}`", destination.display()))?;
    output.commit()
}

/// A line break in JSON text is never inside a value; the service sends none, a proxy that prettifies might.
fn keep_to_one_line(offre: &mut [u8]) {
    offre.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
}

/// Writes the log.
pub(crate) fn write_log(log: &Log, destination: &Path) -> Result<Written> {
    let mut text = serde_json::to_vec_pretty(log).context("could not write the log as JSON")?;
    text.push(b'\n');
    Output::write(destination, &text)
}

/// What the answers of the last run said besides offers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances {
    /// Whether the day was over by the service's clock.
    pub(crate) is_over: bool,
    pub(crate) ahead_s: Option<i64>,
    pub(crate) is_invented: bool,
}

/// The day's log, from what was asked and answered.
pub(crate) fn log(
    ledger: &Ledger,
    served: &Served,
    surveyed: &Surveyed,
    circumstances: Circumstances,
    written: &Written,
    now: DateTime,
) -> Log {
    let Part { requetes, nouvelles_tentatives, octets_recus, .. } = Part::sum(&ledger.parts());
    let (day, clock) = (ledger.day, ledger.day.clock());
    let bounds = Query::over(&Filter::default(), ledger.span());
    let windows = || surveyed.sweeps.iter().flat_map(|swept| &swept.windows);
    let stable = surveyed.sweeps.iter().all(|swept| swept.order == Some(Order::Stable));
    let Changes { appeared, vanished } = changes(served);
    Log {
        dt_deb_collecte: ledger.plan.begun.clone(),
        date_creation: day.to_string(),
        dt_fin_collecte: Plan::moment(now),
        total_offres: surveyed.total,
        total_offres_collecte: served.inside(),
        duree_totale: Plan::elapsed(&ledger.plan.begun, now),
        preuve: Preuve {
            fichier: written.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            octets: written.bytes,
            sha256: written.sha256.clone(),
            anonymisation: None,
            service: ledger.plan.service.clone(),
            fuseau: paris::ZONE.to_owned(),
            borne_min: clock.bound(bounds.min),
            borne_max: clock.bound(bounds.max),
            jour_entier: ledger.is_whole_day() && circumstances.is_over,
            avance_horloge_s: circumstances.ahead_s,
            total_final: surveyed.balance.total,
            offres_retrouvees: surveyed.balance.recovered,
            tranches_relues: surveyed.balance.reread.iter().map(|span| clock.name(*span)).collect(),
            ecart_mouvement: surveyed.balance.churn,
            total_par_origine: surveyed.origins.by_origin,
            origines_collectees_a_part: surveyed.origins.trap,
            ordre_stable: known(served.order()),
            liens: if stable { windows().map(Window::links).sum() } else { 0 },
            liens_raccommodes: windows().filter(|window| window.mends).count(),
            secondes_decoupees: seconds_split(&surveyed.sweeps, clock),
            voisines_ecartees: served.offres().count() as u64 - served.inside(),
            apparues: appeared,
            modifiees: served.offres().filter(|(_, held)| held.changed).count() as u64,
            disparues: vanished,
            executions: ledger.runs(),
            requetes,
            nouvelles_tentatives,
            octets_recus,
            parties: ledger.parts(),
            provenance: if circumstances.is_invented { Provenance::invented() } else { PROVENANCE },
            fenetres: windows().map(|window| Fenetre::of(window, clock)).collect(),
        },
    }
}

fn known(order: Order) -> Option<bool> {
    match order {
        Order::Stable => Some(true),
        Order::Unstable => Some(false),
        Order::Unknown => None,
    }
}

fn seconds_split(sweeps: &[Swept], clock: Clock) -> Vec<String> {
    sweeps.iter().flat_map(|swept| &swept.settled).map(|span| clock.name(*span)).collect()
}

impl Fenetre {
    fn of(window: &Window, clock: Clock) -> Self {
        Self {
            min: clock.bound(window.query.min),
            max: clock.bound(window.query.max),
            origine: window.query.filter.origine,
            total: window.pages.first().map_or(0, |page| page.total),
            pages: window.pages.len(),
            liens: window.links(),
            raccommode: window.mends,
        }
    }
}

/// What was seen to change while the day was collected.
#[derive(Debug, Default, PartialEq, Eq)]
struct Changes {
    appeared: u64,
    vanished: u64,
}

/// Compares pages that show the same second, in the order in which they came.
fn changes(served: &Served) -> Changes {
    let mut pages: Vec<_> = served.asked().filter(|(ask, _)| ask.query.filter == Filter::default()).collect();
    pages.sort_by_key(|(_, page)| page.number);
    let seconds = |page: &Page| -> Vec<Second> {
        let mut seconds: Vec<_> = page.offres.iter().map(|seen| seen.stamp.second()).collect();
        seconds.dedup();
        seconds
    };
    // Most seconds are on one page only, and need no room here.
    let mut shown: HashMap<Second, u32> = HashMap::new();
    for second in pages.iter().flat_map(|(_, page)| seconds(page)) {
        *shown.entry(second).or_default() += 1;
    }
    let mut seen: HashMap<Second, Vec<(HashSet<u32>, bool)>> = HashMap::new();
    for (_, page) in pages {
        for second in page.offres.chunk_by(|a, b| a.stamp.second() == b.stamp.second()) {
            let at = second[0].stamp.second();
            if shown[&at] > 1 {
                let is_inside = page.newest() > Some(at) && page.oldest() < Some(at);
                seen.entry(at).or_default().push((second.iter().map(|seen| seen.offre).collect(), is_inside));
            }
        }
    }
    let mut changes = Changes::default();
    for views in seen.into_values() {
        for pair in views.windows(2) {
            let [(before, was_whole), (after, is_whole)] = [&pair[0], &pair[1]];
            changes.appeared += if *was_whole { after.difference(before).count() as u64 } else { 0 };
            changes.vanished += if *is_whole { before.difference(after).count() as u64 } else { 0 };
        }
    }
    changes
}
