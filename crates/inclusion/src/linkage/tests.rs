//! Pairs judged, whatever file they come from.

use super::evidence::Evidence;
use super::*;

/// Of one commune, with nothing else.
fn in_commune<'a>(nom: &'a str) -> Given<'a> {
    Given { nom, code_postal: "35000", commune: "Rennes", ..Given::default() }
}

fn links(records: &[Given<'_>]) -> Vec<Link> {
    link(records.len(), |nth| records[nth], || Ok(())).unwrap()
}

fn class(one: Given<'_>, two: Given<'_>) -> Option<Class> {
    let found = links(&[one, two]);
    assert_eq!(
        found.iter().map(|link| link.class).collect::<Vec<_>>(),
        links(&[two, one]).iter().map(|link| link.class).collect::<Vec<_>>()
    );
    found.first().map(|link| link.class)
}

const SIRET: &str = "21350238800019";
const OTHER_SIRET: &str = "73282932000074";

/// What each kind of evidence gives two records in common.
const COMMON: [fn(&mut Given<'_>); 4] = [
    |given| given.siret = SIRET,
    |given| given.telephone = "02 99 00 00 01",
    |given| given.courriel = "accueil@exemple-commune.fr",
    |given| given.adresse = "1 place de l'Hôtel de Ville",
];

#[test]
fn a_host_and_what_it_hosts_are_linked_whatever_they_have_in_common() {
    let hosts = [
        "Mairie de Rennes",
        "Commune de Rennes",
        "Ville de Rennes",
        "CCAS de Rennes",
        "Centre intercommunal d'action sociale",
        "Communauté de communes du Pays",
        "Rennes Métropole",
        "Département d'Ille-et-Vilaine",
        "Conseil départemental",
        "La Poste",
    ];
    let hosted = [
        "France services de Rennes",
        "Maison de services au public",
        "France services Rennes (La Poste)",
        "Bus France services Rennes",
        "Médiathèque de Rennes",
        "Bibliothèque municipale",
        "CHRS Le Relais",
        "Résidence sociale Les Lilas",
        "ALT CCAS de Rennes",
    ];
    for (host, hosted) in hosts.iter().flat_map(|host| hosted.iter().map(move |hosted| (host, hosted))) {
        for many in 1_usize..16 {
            let [mut one, mut two] = [host, hosted].map(|nom| in_commune(nom));
            for (nth, give) in COMMON.iter().enumerate().filter(|(nth, _)| many >> nth & 1 == 1) {
                let _ = nth;
                give(&mut one);
                give(&mut two);
            }
            assert_eq!(class(one, two), Some(Class::Lie), "{host}, {hosted}, {many:b}");
        }
    }
}

#[test]
fn one_address_is_found_by_the_code_of_the_commune_alone() {
    let host = Given { nom: "Mairie de Rennes", adresse: "2 rue Haute", code_insee: "35238", ..Given::default() };
    let point = Given { nom: "France services de Rennes", commune: "Rennes", code_postal: "35200", ..host };
    assert_eq!(class(Given { code_postal: "35000", ..host }, point), Some(Class::Lie));
}

#[test]
fn alike_in_all_or_of_one_siret_and_name_is_a_match() {
    for give in COMMON {
        let mut given = Given { nom: "Le Relais", alike: 1, ..Given::default() };
        give(&mut given);
        assert_eq!(class(given, given), Some(Class::Match));
    }
    let one = Given { siret: SIRET, adresse: "1 rue Haute", ..in_commune("L'Éscale") };
    let far = Given { nom: "L'ESCALE", siret: SIRET, commune: "Brest", code_postal: "29200", ..Given::default() };
    assert_eq!(class(one, far), Some(Class::Match));
}

#[test]
fn houses_of_a_town_and_a_switchboard_make_no_match() {
    let streets =
        ["1 rue Haute", "2 avenue Basse", "3 quai Saint-Cyr", "4 place Hoche", "5 cours Kléber", "6 mail Mitterrand"];
    let names = [
        "Maison de quartier Villejean",
        "Maison de quartier Maurepas",
        "Ludothèque",
        "Emmaüs",
        "Espace Kennedy",
        "Croix-Rouge",
    ];
    for give in &COMMON[..2] {
        let houses: Vec<Given<'_>> = names
            .iter()
            .zip(streets)
            .map(|(nom, adresse)| {
                let mut given = Given { adresse, ..in_commune(nom) };
                give(&mut given);
                given
            })
            .collect();
        assert!(links(&houses).iter().all(|link| link.class == Class::Lie));
    }
}

#[test]
fn an_address_for_ten_associations_makes_no_match() {
    let names = [
        "Emmaüs",
        "Secours populaire",
        "Cimade",
        "Croix-Rouge",
        "Unicité",
        "Aurore",
        "Coallia",
        "Le Relais",
        "Prisme",
        "Ligue des droits",
    ];
    let all: Vec<Given<'_>> =
        names.iter().map(|nom| Given { adresse: "10 rue des Associations", ..in_commune(nom) }).collect();
    assert!(links(&all).iter().all(|link| link.class == Class::Lie));
}

#[test]
fn namesakes_in_two_towns_are_nothing_to_each_other() {
    let one = Given { adresse: "3 place de la Mairie", latitude: "48.1", longitude: "-1.6", ..in_commune("Emmaüs") };
    let two = Given { code_postal: "29200", commune: "Brest", latitude: "48.39", longitude: "-4.48", ..one };
    assert_eq!(class(one, two), None);
    let reached = |given: Given<'static>| Given { telephone: "0299000001", ..given };
    assert_ne!(class(reached(one), reached(two)), Some(Class::Match));
}

#[test]
fn numbers_that_fill_a_cell_link_nothing() {
    for siret in ["11111111111111", "00000000000000", "21350238800018"] {
        let [one, two] = ["Emmaüs", "Cimade"].map(|nom| Given { siret, ..in_commune(nom) });
        assert_eq!(class(one, two), None, "{siret}");
    }
    let [one, two] = ["Emmaüs", "Cimade"].map(|nom| Given { latitude: "0", longitude: "0", ..in_commune(nom) });
    assert_eq!(
        links(&[Given { telephone: "0299000001", ..one }, Given { telephone: "+33 2 99 00 00 01", ..two }])[0]
            .evidence
            .distance_m,
        None
    );
}

#[test]
fn evidence_is_written_in_its_order() {
    let one = Given {
        siret: SIRET,
        telephone: "0299000001",
        courriel: "a@ville.fr",
        adresse: "1 r. Haute",
        latitude: "48.1",
        longitude: "-1.6",
        ..in_commune("Mairie de Rennes")
    };
    let two = Given {
        siret: OTHER_SIRET,
        courriel: "b@ville.fr",
        adresse: "1 rue Haute BP 3",
        nom: "France services",
        ..one
    };
    let found = links(&[one, two]);
    let mut text = String::new();
    found[0].evidence.write(&mut text);
    let likeness = hundredths(found[0].evidence.nom);
    assert_eq!(
        text,
        format!(
            "siret=different;telephone=same;courriel=domain;nom={likeness};adresse=same;distance_m=0;commune=same;nature=mairie/france-services"
        )
    );
    let mut none = String::new();
    Evidence::default().write(&mut none);
    assert_eq!(none, "nom=0.00");
}

#[test]
fn a_thing_that_half_of_all_share_does_not_stop_it() {
    let names: Vec<String> = (0..3_000).map(|nth| format!("Association {}", nth * 7_919)).collect();
    for give in &COMMON[1..3] {
        let mut all: Vec<Given<'_>> = names.iter().map(|nom| in_commune(nom)).collect();
        all.iter_mut().for_each(give);
        let found = links(&all);
        assert!(found.len() < 3_000 * 60, "{}", found.len());
    }
    // Of a name, half of six thousand in one town.
    let telephones: Vec<String> = (0..6_000).map(|nth| format!("0{}", 200_000_000 + nth * 7)).collect();
    let named = |nth: usize| if nth.is_multiple_of(2) { "Antenne locale" } else { &names[nth / 2] };
    let all: Vec<Given<'_>> =
        telephones.iter().enumerate().map(|(nth, telephone)| Given { telephone, ..in_commune(named(nth)) }).collect();
    let found = links(&all);
    assert!(found.len() < 6_000 * 60, "{}", found.len());
}

#[test]
fn the_order_of_records_and_the_threads_make_no_difference() {
    let records: Vec<(String, String, String)> = (0..400)
        .map(|nth: u32| {
            let house = nth % 57;
            (
                format!("Association {} Lumière", house),
                format!("{} rue Haute", house % 19),
                format!("02990000{:02}", nth % 31),
            )
        })
        .collect();
    let given = |nth: usize| {
        let (nom, adresse, telephone) = &records[nth];
        Given { adresse, telephone, ..in_commune(nom) }
    };
    let pairs = |count: usize, order: &[usize], threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| link(count, |nth| given(order[nth]), || Ok(()))).unwrap();
        let mut pairs: Vec<(usize, usize, Class, u8)> = found
            .iter()
            .map(|link| {
                let [one, two] = [order[link.left as usize], order[link.right as usize]];
                (one.min(two), one.max(two), link.class, link.score)
            })
            .collect();
        pairs.sort_unstable();
        pairs
    };
    let straight: Vec<usize> = (0..400).collect();
    let mixed: Vec<usize> = (0..400).map(|nth| nth * 171 % 400).rev().collect();
    let expected = pairs(400, &straight, 1);
    assert!(!expected.is_empty());
    assert_eq!(pairs(400, &straight, 2), expected);
    assert_eq!(pairs(400, &mixed, 2), expected);
}
