//! What the interface fixes of classes and of evidence, whatever the method.

use std::collections::BTreeMap;

use super::Row;
use super::draw::Drawn;
use super::figures::{Record, Records};

/// Names of [`super::draw`] that are a town hall's, a CCAS's or a post office's, and those of the France services point.
const HOSTS: [usize; 3] = [0, 1, 2];
const HOSTED: [usize; 2] = [3, 4];

/// SIRET numbers that are evidence.
const GOOD: [&str; 5] = ["73282932000074", "21350238800019", "13003013300016", "35600000068539", "35600000000048"];

/// Checks each two records.
pub(super) fn check(links: &[Row], records: &Records<'_>) {
    let links: BTreeMap<[&str; 2], &Row> = links.iter().map(|row| (sorted(&row["id_1"], &row["id_2"]), row)).collect();
    for (one, first) in records {
        for (two, second) in records.range::<&str, _>((std::ops::Bound::Excluded(*one), std::ops::Bound::Unbounded)) {
            check_pair(links.get(&sorted(one, two)).copied(), first, second);
        }
    }
}

fn sorted<'t>(one: &'t str, two: &'t str) -> [&'t str; 2] {
    [one.min(two), one.max(two)]
}

fn check_pair(link: Option<&Row>, one: &Record<'_>, two: &Record<'_>) {
    let (one, two) = (one.drawn, two.drawn);
    let class = link.map(|row| row["class"].as_str());
    let context = || format!("{one:?}\n{two:?}\n{link:?}");
    let is_siret = GOOD.contains(&one.cell("siret")) && one.cell("siret") == two.cell("siret");
    let is_telephone = same(one, two, "telephone", last_nine);
    let is_email = same(one, two, "courriel", |cell| cell.to_lowercase());
    let is_town = one.cell("code_insee") == two.cell("code_insee") && !one.cell("code_insee").is_empty();
    let is_address = one.address.is_some() && one.address == two.address && is_town;
    let has_reach = |drawn: &Drawn| {
        GOOD.contains(&drawn.cell("siret"))
            || ["telephone", "courriel", "adresse"].iter().any(|column| !drawn.cell(column).is_empty())
    };
    if one.content() == two.content() && has_reach(one) {
        assert_eq!(class, Some("match"), "alike in all that is compared: {}", context());
    }
    if is_siret && one.name == two.name && (one.address.is_none() || two.address.is_none() || is_address) {
        assert_eq!(class, Some("match"), "one SIRET and one name: {}", context());
    }
    let is_hosting = |host: &Drawn, hosted: &Drawn| HOSTS.contains(&host.name) && HOSTED.contains(&hosted.name);
    if is_hosting(one, two) || is_hosting(two, one) {
        assert_ne!(class, Some("match"), "a host and what it hosts: {}", context());
        if is_siret || is_telephone || is_email || is_address {
            assert_eq!(class, Some("lie"), "a host and what it hosts: {}", context());
        }
    }
    if let Some(row) = link {
        check_evidence(&evidence(row), one, two, [is_siret, is_telephone, is_email], &context());
    }
}

fn last_nine(cell: &str) -> String {
    let digits: Vec<char> = cell.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len() - 9..].iter().collect()
}

fn same(one: &Drawn, two: &Drawn, column: &str, fold: impl Fn(&str) -> String) -> bool {
    let [one, two] = [one, two].map(|drawn| drawn.cell(column));
    !one.is_empty() && !two.is_empty() && fold(one) == fold(two)
}

fn evidence(row: &Row) -> BTreeMap<&str, &str> {
    row["evidence"].split(';').map(|pair| pair.split_once('=').expect("a key and a value")).collect()
}

fn check_evidence(
    told: &BTreeMap<&str, &str>,
    one: &Drawn,
    two: &Drawn,
    [siret, telephone, email]: [bool; 3],
    context: &str,
) {
    let both = |has: &dyn Fn(&Drawn) -> bool| has(one) && has(two);
    let filled = |column: &'static str| move |drawn: &Drawn| !drawn.cell(column).is_empty();
    let is_unit = one.cell("siret").get(..9) == two.cell("siret").get(..9);
    let siret = match (siret, is_unit) {
        (true, _) => "same",
        (false, true) => "siren",
        (false, false) => "different",
    };
    let expected = both(&|drawn| GOOD.contains(&drawn.cell("siret"))).then_some(siret);
    assert_eq!(told.get("siret").copied(), expected, "{context}");
    let telephone = if telephone { "same" } else { "different" };
    assert_eq!(told.get("telephone").copied(), both(&filled("telephone")).then_some(telephone), "{context}");
    let domain = |drawn: &Drawn| drawn.cell("courriel").rsplit('@').next().unwrap_or_default().to_owned();
    let is_domain = domain(one) == domain(two) && domain(one) != "orange.fr";
    let email = if email {
        "same"
    } else if is_domain {
        "domain"
    } else {
        "different"
    };
    assert_eq!(told.get("courriel").copied(), both(&filled("courriel")).then_some(email), "{context}");
    let is_located = |drawn: &Drawn| !matches!(drawn.cell("latitude"), "" | "0");
    assert_eq!(told.contains_key("distance_m"), both(&is_located), "{context}");
    assert_eq!(told.contains_key("adresse"), both(&|drawn| drawn.address.is_some()), "{context}");
    let far: u32 = told.get("distance_m").map_or(0, |metres| metres.parse().expect("metres are a number"));
    let is_reached = ["siret", "telephone", "courriel"].iter().any(|key| told.get(key) == Some(&"same"));
    assert!(is_reached || far <= 20_000 || told.get("commune") != Some(&"different"), "{context}");
    let likeness: f64 = told["nom"].parse().expect("a likeness is a number");
    assert!((0.0..=1.0).contains(&likeness) && (one.name != two.name || likeness == 1.0), "{context}");
}
