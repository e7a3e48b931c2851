//! One offer: what a search compares. Its text is written when it is served.

use std::sync::Arc;

use serde::Deserialize;

use super::contract::{NATURES, TYPES, is_self_employed};
use super::stamp::read_stamp;
use super::tables::{Tables, code};
use crate::world::clock::Stamp;
use crate::world::dice::Dice;
use crate::world::territory::{DEPARTEMENTS, REGIONS};

/// The attributes of an offer that filters look at, and where its text comes from.
#[derive(Debug, Clone)]
pub(crate) struct Offre {
    pub(crate) id: Box<str>,
    pub(crate) stamp: Stamp,
    /// Settles the order of offers that sort alike, and stands for relevance.
    pub(crate) rank: u32,
    /// `1` France Travail, `2` partner.
    pub(crate) origine: Option<u8>,
    pub(crate) code_rome: Option<[u8; 5]>,
    pub(crate) type_contrat: Option<u8>,
    pub(crate) nature_contrat: Option<u8>,
    pub(crate) region: Option<[u8; 2]>,
    pub(crate) departement: Option<[u8; 3]>,
    pub(crate) commune: Option<[u8; 5]>,
    pub(crate) code_naf: Option<[u8; 6]>,
    /// `D`, `S` or `E`.
    pub(crate) exigence: u8,
    /// `0` to `4`.
    pub(crate) experience: u8,
    /// `0`, `9` or `X`.
    pub(crate) qualification: u8,
    pub(crate) temps_plein: bool,
    pub(crate) source: Source,
    /// How often it changed since it appeared.
    pub(crate) changes: u32,
    /// The change that gave it another stamp, and the stamp until then.
    pub(crate) redated: Option<(u32, Stamp)>,
    /// Counted in totals, and on no page.
    pub(crate) is_omitted: bool,
    /// The search request after which it appeared; 0 if it was there from the start.
    pub(crate) born: u64,
    /// The search request after which it vanished.
    pub(crate) died: Option<u64>,
    /// Whether it was gone, and came back.
    pub(crate) returned: bool,
}

/// Where the text of an offer comes from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// Written by rule from these dice and table positions.
    Drawn { key: u64, metier: u16, commune: Option<u16>, departement: Option<u8>, naf: Option<u16>, years: u8 },
    /// Found in a file, and served as found.
    Loaded(Arc<str>),
}

impl Offre {
    /// An offer by rule; `key` belongs to it alone.
    pub(crate) fn draw(tables: &Tables, key: u64, id: Box<str>, stamp: Stamp, origine: u8, missing: f64) -> Self {
        let mut dice = Dice::of(&[key, 1]);
        let metier = tables.draw_metier(&mut dice);
        let type_contrat = tables.by_type.draw(&mut dice);
        let nature = if is_self_employed(type_contrat) { 8 } else { tables.by_nature.draw(&mut dice) };
        let (exigence, experience, years) = draw_experience(&mut dice, origine);
        let naf = dice.chance(if origine == b'1' { 1.0 } else { 0.35 }).then(|| dice.below(tables.nafs().len()));
        let qualification = dice.chance(if origine == b'1' { 0.98 } else { 0.03 }).then(|| 1 + dice.below(9) as u8);
        let place = dice.unit();
        let departement = (place < 0.99).then(|| tables.by_departement.draw(&mut dice));
        let commune = departement.filter(|_| place < 0.97).map(|departement| {
            let (start, end) = (tables.starts[departement], tables.starts[departement + 1]);
            start + dice.below(end - start)
        });
        let region = match departement {
            Some(departement) => Some(DEPARTEMENTS[departement].2),
            None => dice.chance(0.6).then(|| dice.pick(&REGIONS).0),
        };
        let mut offre = Self {
            id,
            stamp,
            rank: dice.next() as u32,
            origine: Some(origine),
            code_rome: Some(code(&tables.metiers[metier].code)),
            type_contrat: Some(type_contrat as u8),
            nature_contrat: Some(nature as u8),
            region: region.map(code),
            departement: departement.map(|departement| code(DEPARTEMENTS[departement].0)),
            commune: commune.map(|commune| code(&tables.communes[commune].code)),
            code_naf: naf.map(|naf| code(&tables.nafs()[naf])),
            exigence,
            experience,
            qualification: match qualification {
                Some(9) => b'9',
                Some(_) => b'0',
                None => b'X',
            },
            temps_plein: dice.chance(0.87),
            source: Source::Drawn {
                key,
                metier: metier as u16,
                commune: commune.map(|commune| commune as u16),
                departement: departement.map(|departement| departement as u8),
                naf: naf.map(|naf| naf as u16),
                years,
            },
            changes: 0,
            redated: None,
            is_omitted: false,
            born: 0,
            died: None,
            returned: false,
        };
        offre.drop_attributes(&mut dice, missing);
        offre
    }

    /// Its stamp after it changed that often.
    pub(crate) fn stamp_after(&self, changes: u32) -> Stamp {
        self.redated.filter(|(change, _)| changes < *change).map_or(self.stamp, |(_, before)| before)
    }

    /// Real offers always have these three, but nothing promises it.
    fn drop_attributes(&mut self, dice: &mut Dice, rate: f64) {
        if dice.chance(rate) {
            let which = 1 + dice.below(7);
            self.type_contrat = self.type_contrat.filter(|_| which & 1 == 0);
            self.code_rome = self.code_rome.filter(|_| which & 2 == 0);
            self.origine = self.origine.filter(|_| which & 4 == 0);
        }
    }

    /// An offer of a file; `None` if it has no id or no readable date of creation.
    pub(crate) fn load(text: &str) -> Option<Self> {
        let read: Read = serde_json::from_str(text).ok()?;
        let stamp = read_stamp(&read.date_creation)?;
        let place = read.lieu_travail.unwrap_or_default();
        let departement = place
            .libelle
            .as_deref()
            .and_then(|libelle| libelle.split_once(" - "))
            .and_then(|(number, _)| DEPARTEMENTS.iter().find(|(code, ..)| *code == number));
        let exigence = read.experience_exige.as_deref().unwrap_or("D").bytes().next().unwrap_or(b'D');
        let key = read
            .id
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        Some(Self {
            stamp,
            rank: Dice::of(&[key]).next() as u32,
            origine: read.origine_offre.and_then(|origine| origine.origine).and_then(|code| code.bytes().next()),
            code_rome: read.rome_code.as_deref().map(code),
            type_contrat: position(&TYPES, read.type_contrat.as_deref(), |(code, ..)| code),
            nature_contrat: position(&NATURES, read.nature_contrat.as_deref(), |(_, libelle, _)| libelle),
            region: departement.map(|(_, _, region, _)| code(region)),
            departement: departement.map(|(number, ..)| code(number)),
            commune: place.commune.as_deref().map(code),
            code_naf: read.code_naf.as_deref().map(code),
            exigence,
            experience: experience_of(exigence, read.experience_libelle.as_deref().unwrap_or("")),
            qualification: match read.qualification_code.as_deref() {
                Some("9") => b'9',
                Some(_) => b'0',
                None => b'X',
            },
            temps_plein: read.duree.as_deref() != Some("Temps partiel"),
            id: read.id.into(),
            source: Source::Loaded(text.into()),
            changes: 0,
            redated: None,
            is_omitted: false,
            born: 0,
            died: None,
            returned: false,
        })
    }
}

fn draw_experience(dice: &mut Dice, origine: u8) -> (u8, u8, u8) {
    match dice.below(100) {
        0..48 => (b'D', b'4', 0),
        48..50 => (b'S', b'0', 0),
        50..60 if origine == b'2' => (b'E', b'0', 0),
        _ => {
            let years = dice.pick(&[1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 5]);
            (b'E', if years > 3 { b'3' } else { b'2' }, years)
        }
    }
}

fn experience_of(exigence: u8, libelle: &str) -> u8 {
    let years: u32 = libelle.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    match (exigence, years) {
        (b'D', _) => b'4',
        (_, 0) => b'0',
        _ if libelle.contains("Mois") => b'1',
        (_, 1..=3) => b'2',
        _ => b'3',
    }
}

fn position<T: Copy>(table: &[T], wanted: Option<&str>, of: impl Fn(T) -> &'static str) -> Option<u8> {
    let wanted = wanted?;
    table.iter().position(|row| of(*row) == wanted).map(|position| position as u8)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Read {
    id: String,
    date_creation: String,
    lieu_travail: Option<ReadPlace>,
    rome_code: Option<String>,
    type_contrat: Option<String>,
    nature_contrat: Option<String>,
    experience_exige: Option<String>,
    experience_libelle: Option<String>,
    qualification_code: Option<String>,
    #[serde(rename = "codeNAF")]
    code_naf: Option<String>,
    #[serde(rename = "dureeTravailLibelleConverti")]
    duree: Option<String>,
    origine_offre: Option<ReadOrigin>,
}

#[derive(Deserialize, Default)]
struct ReadPlace {
    libelle: Option<String>,
    commune: Option<String>,
}

#[derive(Deserialize)]
struct ReadOrigin {
    origine: Option<String>,
}
