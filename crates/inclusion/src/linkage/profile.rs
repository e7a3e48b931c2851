//! Records made ready to be compared: what is compared often is a number.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::num::{NonZeroU32, NonZeroU64};
use std::ops::Range;

use anyhow::Result;
use foldhash::fast::FixedState;
use rayon::prelude::*;
use tables::fold;

use super::address::Address;
use super::nature::Kinds;
use super::place::{Position, commune, departement, insee, position};
use super::vocabulary::Vocabulary;
use super::word::{Word, is_before};
use super::words::words_of_folded;
use super::{Given, LOT, identifier};

/// One record.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    pub(super) siret: Option<NonZeroU64>,
    pub(super) telephone: Option<NonZeroU32>,
    /// Of the address as it is compared.
    pub(super) email: Option<NonZeroU64>,
    /// 0 where there is none, or it is a mail provider's.
    pub(super) domain: u32,
    /// Of the folded name; 0 where there is none.
    pub(super) folded: u64,
    pub(super) kinds: Kinds,
    text: (u32, u16),
    name: (u32, u16),
    street: (u32, u16),
    /// Of number and suffix; 0 where there is none.
    pub(super) number: u32,
    pub(super) position: Option<Position>,
    /// Of the words of the name of the commune; 0 where there is none.
    pub(super) commune: u32,
    pub(super) insee: u32,
    pub(super) code_postal: u32,
    pub(super) departement: u32,
    pub(super) alike: u32,
}

/// All records, and the words that they have.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    profiles: Vec<Profile>,
    words: Vec<Word>,
    street_words: Vec<u32>,
    texts: String,
    pub(super) vocabulary: Vocabulary,
    /// Numbers, codes, domains and communes.
    codes: Vocabulary,
    /// Words of a commune, by its number in `codes`.
    commune_words: Vec<Box<[u32]>>,
}

/// Numbers of communes as they are written: each way is read once.
type Communes<'a> = HashMap<&'a str, u32, FixedState>;

/// A record whose texts were read, before its words have numbers.
struct Read<'a> {
    given: Given<'a>,
    folded: u64,
    name: Vec<String>,
    tells: Vec<bool>,
    kinds: Kinds,
    address: Address,
    email: Option<String>,
}

impl Profiles {
    /// Reads `count` records.
    ///
    /// # Errors
    /// What `go_on` says.
    pub(super) fn read<'a>(
        count: usize,
        given: impl Fn(usize) -> Given<'a> + Sync,
        go_on: &impl Fn() -> Result<()>,
    ) -> Result<Self> {
        let mut profiles = Self { profiles: Vec::with_capacity(count), ..Self::default() };
        let mut communes = Communes::default();
        for from in (0..count).step_by(LOT) {
            go_on()?;
            let lot = from..count.min(from + LOT);
            let read: Vec<Read<'a>> = lot.into_par_iter().map(|nth| Read::of(given(nth))).collect();
            read.iter().for_each(|read| profiles.push(read, &mut communes));
        }
        Ok(profiles)
    }

    fn push<'a>(&mut self, read: &Read<'a>, communes: &mut Communes<'a>) {
        let given = &read.given;
        let code = if given.code_insee.is_empty() { given.code_postal } else { given.code_insee };
        let profile = Profile {
            siret: identifier::siret(given.siret).and_then(NonZeroU64::new),
            telephone: identifier::telephone(given.telephone).and_then(NonZeroU32::new),
            email: read.email.as_deref().and_then(|email| NonZeroU64::new(hash(email))),
            domain: read.email.as_deref().and_then(identifier::domain).map_or(0, |domain| self.codes.number(domain)),
            folded: read.folded,
            kinds: read.kinds,
            text: self.push_text(&read.name),
            name: self.push_name(read),
            street: self.push_street(&read.address.street),
            number: self.codes.number(&read.address.number),
            position: position(given.latitude, given.longitude),
            commune: *communes.entry(given.commune).or_insert_with(|| self.push_commune(given.commune)),
            insee: self.codes.number(insee(given.code_insee)),
            code_postal: self.codes.number(given.code_postal),
            departement: self.codes.number(departement(code).unwrap_or_default()),
            alike: given.alike,
        };
        self.profiles.push(profile);
    }

    fn push_text(&mut self, name: &[String]) -> (u32, u16) {
        let start = self.texts.len();
        for word in name.iter().filter(|word| !is_before(word)) {
            if self.texts.len() + word.len() - start <= usize::from(u16::MAX) {
                self.texts.push_str(word);
            }
        }
        (start as u32, (self.texts.len() - start) as u16)
    }

    fn push_name(&mut self, read: &Read<'_>) -> (u32, u16) {
        let start = self.words.len();
        for (text, tells) in read.name.iter().zip(&read.tells).take(usize::from(u16::MAX)) {
            self.words.push(Word::new(self.vocabulary.number(text), text, *tells));
        }
        (start as u32, (self.words.len() - start) as u16)
    }

    fn push_street(&mut self, street: &[String]) -> (u32, u16) {
        let start = self.street_words.len();
        for word in street.iter().take(usize::from(u16::MAX)) {
            let word = self.vocabulary.number(word);
            self.street_words.push(word);
        }
        (start as u32, (self.street_words.len() - start) as u16)
    }

    fn push_commune(&mut self, cell: &str) -> u32 {
        let commune = commune(cell);
        let number = self.codes.number(&commune.concat());
        if self.commune_words.len() <= number as usize {
            self.commune_words.resize(number as usize + 1, Box::default());
        }
        if self.commune_words[number as usize].is_empty() {
            self.commune_words[number as usize] = commune.iter().map(|word| self.vocabulary.number(word)).collect();
        }
        number
    }

    pub(super) fn len(&self) -> usize {
        self.profiles.len()
    }

    pub(super) fn get(&self, nth: u32) -> &Profile {
        &self.profiles[nth as usize]
    }

    /// The words of its name.
    pub(super) fn name(&self, profile: &Profile) -> &[Word] {
        &self.words[range(profile.name)]
    }

    /// Its name as one word, without what one writes before it and another leaves out.
    pub(super) fn text(&self, profile: &Profile) -> &str {
        &self.texts[range(profile.text)]
    }

    /// The words of its street.
    pub(super) fn street(&self, profile: &Profile) -> &[u32] {
        &self.street_words[range(profile.street)]
    }

    /// The name of its commune as one word.
    pub(super) fn commune(&self, profile: &Profile) -> &str {
        self.codes.text(profile.commune)
    }

    /// The words of the name of its commune.
    pub(super) fn commune_words(&self, profile: &Profile) -> &[u32] {
        self.commune_words.get(profile.commune as usize).map_or(&[], |words| words)
    }

    /// A number of a house as it is written.
    pub(super) fn code(&self, number: u32) -> &str {
        self.codes.text(number)
    }
}

impl<'a> Read<'a> {
    fn of(given: Given<'a>) -> Self {
        let text = fold(given.nom);
        let name = words_of_folded(&text);
        let (kinds, tells) = Kinds::of(&name);
        let folded = if given.nom.is_empty() { 0 } else { hash(&text) };
        let address = Address::read(given.adresse);
        Self { given, folded, name, tells, kinds, address, email: identifier::email(given.courriel) }
    }
}

fn hash(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

fn range((start, length): (u32, u16)) -> Range<usize> {
    start as usize..start as usize + usize::from(length)
}
