//! Every exchange that was recorded on the real service, and that one address can answer.

use crate::client::{Client, OFFERS_SCOPE, ROME_SCOPE, SEARCH, ask_token, credentials, day, get, send, start, token};

#[test]
fn a_token_lasts_1499_seconds_and_names_its_scopes() {
    let server = start(day("2025-08-21", 0));
    let answer = ask_token(&server, &credentials(OFFERS_SCOPE), &[]);
    assert_eq!(answer.status, 200);
    assert!(answer.text().starts_with(
        r#"{"scope":"api_offresdemploiv2 o2dsoffre","expires_in":1499,"token_type":"Bearer","access_token":""#
    ));
}

#[test]
fn wrong_credentials_are_400_invalid_client() {
    let server = start(day("2025-08-21", 0));
    let wrong = "grant_type=client_credentials&client_id=x&client_secret=y&scope=api_offresdemploiv2";
    let answer = ask_token(&server, wrong, &[]);
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"], "invalid_client");
    assert_eq!(answer.json()["error_description"], "Client authentication failed");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[test]
fn an_unknown_scope_is_400_and_named() {
    let server = start(day("2025-08-21", 0));
    let answer = ask_token(&server, &credentials("api_offresdemploiv2+api_quinexistepasv0"), &[]);
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"], "invalid_scope");
    assert_eq!(answer.json()["error_description"], "Unknown/invalid scope(s): [api_quinexistepasv0]");
}

#[test]
fn credentials_in_the_header_are_409_with_a_page() {
    let server = start(day("2025-08-21", 0));
    let answer = ask_token(&server, "grant_type=client_credentials", &[("Authorization", "Basic eDp5")]);
    assert_eq!(answer.status, 409);
    assert!(answer.header("content-type").expect("a type").starts_with("text/html"));
}

#[test]
fn the_token_service_takes_nothing_but_a_posted_form() {
    let server = start(day("2025-08-21", 0));
    let path = "/connexion/oauth2/access_token?realm=%2Fpartenaire";
    assert_eq!(get(&server, path, &[]).expect("an answer").status, 405);
    let json = send(&server, "POST", path, &[("Content-Type", "application/json")], "{}").expect("an answer");
    assert_eq!((json.status, json.json()["error"].as_str()), (400, Some("invalid_request")));
    let other = ask_token(&server, "grant_type=implicit_grant", &[]);
    assert_eq!(other.json()["error_description"], "Grant type is not supported: implicit_grant");
}

#[test]
fn without_a_good_token_every_path_is_an_empty_401() {
    let server = start(day("2025-08-21", 0));
    for path in [SEARCH, "/partenaire/quinexistepas", "/partenaire/rome-metiers/v1/metiers/metier"] {
        for headers in [&[][..], &[("Authorization", "Bearer faux")]] {
            let answer = get(&server, path, headers).expect("an answer");
            assert_eq!((answer.status, answer.body.len()), (401, 0), "{path}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
}

#[test]
fn a_token_ends_with_its_life() {
    let client = Client::new(day("2025-08-21", 0).with(|options| options.france_travail.token_life_s = 0));
    assert_eq!(client.search("").status, 401);
    assert!(!client.server.requests()[1].authorised);
}

#[test]
fn the_token_of_one_api_is_refused_by_the_other() {
    let server = start(day("2025-08-21", 0));
    let rome = Client { token: token(&server, ROME_SCOPE), server };
    assert_eq!(rome.search("").status, 403);
    assert_eq!(rome.get("/partenaire/rome-metiers/v1/metiers/version").status, 200);
    let both = Client { token: token(&rome.server, &format!("{OFFERS_SCOPE}+{ROME_SCOPE}")), server: rome.server };
    assert_eq!(both.search("").status, 204);
}

#[test]
fn ranges_are_refused_in_the_services_words() {
    let client = Client::new(day("2025-08-21", 400));
    for (range, message) in [
        ("0-150", "La plage de résultats demandée est trop importante."),
        ("150-300", "La plage de résultats demandée est trop importante."),
        ("3150-3299", "La position de début doit être inférieure ou égale à 3000."),
        ("3001-3149", "La position de début doit être inférieure ou égale à 3000."),
        ("3000-3150", "La plage de résultats demandée est trop importante."),
        ("abc", "Format du paramètre « range » incorrect. <entier>-<entier> attendu."),
    ] {
        let answer = client.search(&format!("range={range}"));
        assert_eq!((answer.status, answer.message()), (400, message.to_owned()), "{range}");
        assert_eq!(answer.json()["codeHttp"], 400);
        assert!(answer.json()["codeErreur"].as_str().expect("a code").len() == 13);
    }
    assert_eq!(client.search("range=3000-3149").status, 204);
}

#[test]
fn parameters_are_refused_in_the_services_words() {
    let client = Client::new(day("2025-08-21", 40));
    let together = "les paramètres sont dépendants et doivent être renseignés ensemble";
    for (query, message) in [
        ("minCreationDate=2025-08-21T00:00:00Z", together),
        ("maxCreationDate=2025-08-21T00:00:00Z", together),
        ("departement=75,77,78,91,92,93", "Le nombre de départements maximum autorisé pour la recherche est de 5"),
        ("departement=ZZ", "Valeur du paramètre « departement » incorrecte."),
        ("commune=Paris", "Valeur du paramètre « commune » incorrecte."),
        ("region=99", "Valeur du paramètre « region » incorrecte."),
        ("typeContrat=XXX", "Valeur du paramètre « typeContrat » incorrecte."),
        ("natureContrat=ZZ", "Valeur du paramètre « natureContrat » incorrecte."),
        ("codeROME=Z9999", "Valeur du paramètre « codeROME » incorrecte."),
        ("domaine=M", "Valeur du paramètre « domaine » incorrecte."),
        ("domaine=M18,C15", "Valeur du paramètre « domaine » incorrecte."),
        ("theme=13,17", "Valeur du paramètre « theme » incorrecte."),
        (
            "grandDomaine=Z",
            "A, B, C, C15, D, E, F, G, H, I, J, K, L, L14, M15, M18, M, M16, M17, M13, M14 ou N attendu.",
        ),
        ("secteurActivite=62,68,86", "2 chaînes de caractères séparées par des virgules maximum."),
        ("motsCles=aa,bb,cc,dd,ee,ff,gg,hh", "7 mots-clé au maximum séparés par des virgules"),
        ("tempsPlein=oui", "Format du paramètre « tempsPlein » incorrect. Booléen attendu."),
        ("experienceExigence=Z", "Format du paramètre « experienceExigence » incorrect. D, E ou S attendu."),
        ("publieeDepuis=2", "publieeDepuis"),
        ("minCreationDate=2025-08-21&maxCreationDate=2025-08-22", "Format du paramètre « minCreationDate » incorrect."),
    ] {
        let answer = client.search(query);
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.message().contains(message), "{query}: {}", answer.message());
    }
    let codes: Vec<String> = (0..201).map(|_| "K1302".to_owned()).collect();
    assert_eq!(client.search(&format!("codeROME={}", codes.join(","))).status, 400);
    assert_ne!(client.search(&format!("codeROME={}", codes[..200].join(","))).status, 400);
}

#[test]
fn page_and_size_are_ignored_and_an_unknown_parameter_is_not() {
    let client = Client::new(day("2025-08-21", 353));
    let answer = client.search("page=1&size=50");
    assert_eq!((answer.status, answer.ids().len()), (206, 150));
    let misspelt = client.search("codeRome=K1302");
    assert_eq!((misspelt.status, misspelt.message()), (400, "Le paramètre « codeRome » n'existe pas.".to_owned()));
}

#[test]
fn a_detail_is_the_same_text_as_in_the_list_204_if_unknown_400_if_malformed() {
    let client = Client::new(day("2025-08-21", 20));
    let list = client.search("sort=1");
    let detail = |id: &str| client.get(&format!("/partenaire/offresdemploi/v2/offres/{id}"));
    for id in list.ids() {
        let one = detail(&id);
        assert_eq!(one.status, 200);
        assert!(list.text().contains(one.text()));
    }
    assert_eq!((detail("0000000").status, detail("0000000").body.len()), (204, 0));
    let malformed = detail("abc-12");
    assert_eq!(malformed.message(), "Le format de l'id de l'offre recherchée est incorrect.");
}
