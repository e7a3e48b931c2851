//! What the service says that is not so, and what it says of itself.

use std::collections::HashSet;

use sandbox::{FranceTravail, Life, Options};

use crate::client::{Client, OFFERS_SCOPE, ask_token, credentials, day, start, total};

const DAY: &str = "minCreationDate=2025-08-21T00:00:00Z&maxCreationDate=2025-08-21T23:59:59Z&sort=1";

/// What lies in the bounds of a day of 600: one is stamped in the milliseconds after the last second.
const ANNOUNCED: usize = 599;

/// The pages of the day, newest first, asked for by position alone: what a careless client would gather.
fn gathered(client: &Client) -> HashSet<String> {
    let page = |first: usize| {
        let page = client.search(&format!("{DAY}&range={first}-{}", first + 149));
        assert_eq!(total(page.range()), ANNOUNCED, "every total counts all");
        page.ids()
    };
    (0..ANNOUNCED).step_by(150).flat_map(page).collect()
}

/// The offers of the day that are not among those that were met.
fn missed(client: &Client, met: &HashSet<String>) -> Vec<Life> {
    let mut lives = client.server.service::<FranceTravail>().truth("2025-08-21".parse().unwrap());
    lives.retain(|life| life.date_creation != "2025-08-21T23:59:59.999Z" && !met.contains(&life.id));
    lives
}

#[test]
fn an_offer_redated_in_mid_sweep_is_never_met_though_every_total_counts_it() {
    let client = Client::new(day("2025-08-21", 600).with(|options| options.france_travail.redate_at = Some(2)));
    let met = gathered(&client);
    let missed = missed(&client, &met);
    assert_eq!((missed.len(), met.len()), (1, ANNOUNCED - 1));
    assert!(missed[0].lived_throughout && missed[0].versions.len() == 2, "{:?}", missed[0]);
    assert!(missed[0].versions[0].contains("\"dateCreation\":\"2025-08-21T04:"), "{}", missed[0].versions[0]);
    assert!(
        missed[0].versions[1].contains("\"dateCreation\":\"2025-08-21T23:50:00.000Z\""),
        "{}",
        missed[0].versions[1]
    );
    // Asked again, it is there.
    let again = client.search(&format!("{DAY}&range=0-149"));
    assert!(again.text().contains(&missed[0].versions[1]));
}

#[test]
fn an_omitted_offer_is_on_no_page_though_every_total_counts_it() {
    let client = Client::new(day("2025-08-21", 600).with(|options| options.france_travail.omit_one = true));
    for _ in 0..2 {
        let met = gathered(&client);
        let missed = missed(&client, &met);
        assert_eq!((missed.len(), met.len()), (1, ANNOUNCED - 1));
        assert!(missed[0].lived_throughout);
    }
    assert_eq!(client.search(&format!("{DAY}&range=150-299")).ids().len(), 150, "pages stay full");
}

#[test]
fn every_answer_says_that_the_sandbox_gave_it_and_what_time_it_is_there() {
    let server =
        start(day("2025-08-21", 0).with(|options| options.wire.now = Some("2025-08-25T12:00:00".parse().unwrap())));
    let good = ask_token(&server, &credentials(OFFERS_SCOPE), &[]);
    let refused = ask_token(&server, "grant_type=client_credentials", &[]);
    for answer in [&good, &refused] {
        assert_eq!(answer.header("server"), Some("collecte-sandbox"));
        assert_eq!(answer.header("date"), Some("Mon, 25 Aug 2025 10:00:00 GMT"));
    }
    let real = ask_token(&start(Options::default().with(|options| options.france_travail.offers = 0)), "", &[]);
    assert!(real.header("date").is_some_and(|date| !date.contains("2025")), "{:?}", real.header("date"));
}

#[test]
fn the_token_service_can_have_moved() {
    let moved = Some("http://127.0.0.1:9/elsewhere".to_owned());
    let server = start(day("2025-08-21", 0).with(|options| options.france_travail.token_redirect = moved));
    let answer = ask_token(&server, &credentials(OFFERS_SCOPE), &[]);
    assert_eq!((answer.status, answer.header("location")), (307, Some("http://127.0.0.1:9/elsewhere")));
}
