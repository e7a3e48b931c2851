//! Two names: what they have in common besides places and kinds.

use rapidfuzz::distance::indel;

use super::profile::{Profile, Profiles};
use super::word::{Word, is_before};
use super::words::is_misspelt;

/// Two whole names that are so alike are one, misspelt.
const ALIKE_NAMES: f64 = 0.88;

/// Shorter words are no other's misspelling.
const SHORTEST_MISSPELT: usize = 5;

/// Shorter names are not compared letter by letter.
const SHORTEST_NAME: usize = 7;

/// What the names of two records say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NameSays {
    /// Each has a name of its own, and it is another.
    Other,
    /// One has no name of its own, but a kind or a place: `France services` in a commune.
    Bare,
    /// Neither has a name of its own.
    BothBare,
    /// The name of one is part of the other's.
    Part,
    /// One name, maybe misspelt.
    Same,
}

/// Two names compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    pub(super) says: NameSays,
    /// Whether the whole names are one, kind and place included, but for misspellings.
    pub(super) is_whole: bool,
    /// Whether they share a name of their own.
    pub(super) shares_own: bool,
    /// In hundredths.
    pub(super) likeness: u8,
}

/// Weights of words that two names have and share; in tenths of a word.
#[derive(Debug, Default)]
struct Shares {
    one: u32,
    two: u32,
    shared: u32,
}

impl Shares {
    fn of_less(&self) -> u32 {
        self.shared * 100 / self.one.min(self.two).max(1)
    }

    fn of_both(&self) -> u32 {
        self.shared * 200 / (self.one + self.two).max(1)
    }
}

/// Compares the names of two records; which of them is `one` makes no difference.
pub(super) fn compare(all: &Profiles, one: &Profile, two: &Profile) -> Names {
    let (text_1, text_2) = (all.text(one), all.text(two));
    // Words are paired off from one side: always from the same.
    let (one, two) = if text_1 <= text_2 { (one, two) } else { (two, one) };
    let is_equal = text_1 == text_2;
    let letters = if is_equal { 1.0 } else { indel::normalized_similarity(text_1.chars(), text_2.chars()) };
    let places = [all.commune_words(one), all.commune_words(two)];
    let is_own = |word: &&Word| word.is_own() && places.iter().all(|place| !place.contains(&word.number()));
    if one.folded == two.folded {
        // Word by word, so that nothing is left to pair off.
        let shares_own = all.name(one).iter().any(|word| is_own(&word));
        return Names { says: NameSays::Same, is_whole: true, shares_own, likeness: 100 };
    }
    let [own_1, own_2] = [one, two].map(|profile| all.name(profile).iter().filter(is_own).copied().collect::<Vec<_>>());
    let own = pair_off(all, &own_1, &own_2);
    let whole = pair_off(all, all.name(one), all.name(two));
    let is_contrary = are_other_numbers(&own_1, &own_2);
    let is_whole = is_equal || (!is_contrary && is_one_spelling(all, one, two, &places, letters));
    let says = match (own_1.is_empty(), own_2.is_empty()) {
        _ if is_whole => NameSays::Same,
        (true, true) => NameSays::BothBare,
        (true, false) | (false, true) => NameSays::Bare,
        _ if is_contrary || own.of_less() < 75 => NameSays::Other,
        _ if own.of_both() >= 75 => NameSays::Same,
        _ => NameSays::Part,
    };
    let likeness = ((letters * 100.0) as u32).max((whole.of_less() + whole.of_both()) / 2);
    let likeness = if is_equal { 100 } else { likeness.min(99) as u8 };
    Names { says, is_whole, shares_own: own.shared >= 8 && !is_contrary, likeness }
}

/// Whether two whole names are one, misspelt; one of them may name the commune besides.
fn is_one_spelling(all: &Profiles, one: &Profile, two: &Profile, places: &[&[u32]; 2], letters: f64) -> bool {
    if all.text(one).len().min(all.text(two).len()) < SHORTEST_NAME {
        return false;
    }
    if letters >= ALIKE_NAMES {
        return true;
    }
    let is_place = |word: &Word| places.iter().any(|place| place.contains(&word.number()));
    let [one, two] = [one, two].map(|profile| {
        let words =
            all.name(profile).iter().filter(|word| !is_place(word)).map(|word| all.vocabulary.text(word.number()));
        words.filter(|word| !is_before(word)).collect::<String>()
    });
    one.len().min(two.len()) >= SHORTEST_NAME && indel::normalized_similarity(one.chars(), two.chars()) >= ALIKE_NAMES
}

/// Two numbered houses of one name are two: `accueil 1`, `accueil 2`.
fn are_other_numbers(one: &[Word], two: &[Word]) -> bool {
    let numbers =
        |words: &[Word]| words.iter().filter(|word| word.is_number()).map(|word| word.number()).collect::<Vec<_>>();
    let [one, two] = [numbers(one), numbers(two)];
    !one.is_empty() && !two.is_empty() && !one.iter().any(|number| two.contains(number))
}

/// Pairs words off, equal ones first, then such as are misspelt.
fn pair_off(all: &Profiles, one: &[Word], two: &[Word]) -> Shares {
    let mut shares = Shares { one: weight(one), two: weight(two), shared: 0 };
    let mut left = two.to_vec();
    let mut alone = vec![];
    for word in one {
        match left.iter().position(|other| other.number() == word.number()) {
            Some(at) => {
                left.swap_remove(at);
                shares.shared += weight(&[*word]);
            }
            None => alone.push(*word),
        }
    }
    if left.is_empty() {
        return shares;
    }
    for word in alone {
        let text = all.vocabulary.text(word.number());
        let is_it = |other: &Word| is_misspelt(text, all.vocabulary.text(other.number()), SHORTEST_MISSPELT);
        if let Some(at) = left.iter().position(is_it) {
            let other = left.swap_remove(at);
            shares.shared += (weight(&[word]).min(weight(&[other])) * 9).div_ceil(10);
        }
    }
    shares
}

fn weight(words: &[Word]) -> u32 {
    words.iter().map(|word| if word.is_own() { 10 } else { 4 }).sum()
}
