//! What nobody has measured is a switch, and each position of it is seen.

use std::collections::HashSet;

use crate::client::{Client, day, total};
use sandbox::{Bound, Milliseconds, Options, SortWithin, TieOrder};

/// The day has offers at 00:00:00.000, 00:00:00.371, 23:59:59.000 and 23:59:59.999.
fn found(options: Options, min: &str, max: &str) -> Vec<String> {
    let client = Client::new(options.with(|options| options.france_travail.offers = 4));
    let mut stamps =
        client.search(&format!("minCreationDate=2025-08-{min}Z&maxCreationDate=2025-08-{max}Z&sort=1")).stamps();
    stamps.reverse();
    stamps
}

#[test]
fn the_lower_bound_is_included_or_not() {
    let first = ["2025-08-21T00:00:00.000Z", "2025-08-21T00:00:00.371Z"];
    let with = |min_bound, milliseconds| {
        found(
            day("2025-08-21", 4).with(|options| {
                options.france_travail.min_bound = min_bound;
                options.france_travail.milliseconds = milliseconds;
            }),
            "21T00:00:00",
            "21T12:00:00",
        )
    };
    assert_eq!(with(Bound::Inclusive, Milliseconds::Compared), first);
    assert_eq!(with(Bound::Exclusive, Milliseconds::Compared), first[1..]);
    assert_eq!(with(Bound::Inclusive, Milliseconds::Truncated), first);
    assert_eq!(with(Bound::Exclusive, Milliseconds::Truncated), first[2..]);
}

#[test]
fn the_upper_bound_is_included_or_not() {
    let last = ["2025-08-21T23:59:59.000Z", "2025-08-21T23:59:59.999Z"];
    let with = |max_bound, milliseconds| {
        found(
            day("2025-08-21", 4).with(|options| {
                options.france_travail.max_bound = max_bound;
                options.france_travail.milliseconds = milliseconds;
            }),
            "21T12:00:00",
            "21T23:59:59",
        )
    };
    assert_eq!(with(Bound::Inclusive, Milliseconds::Compared), last[..1]);
    assert_eq!(with(Bound::Exclusive, Milliseconds::Compared), last[..0]);
    assert_eq!(with(Bound::Inclusive, Milliseconds::Truncated), last);
    assert_eq!(with(Bound::Exclusive, Milliseconds::Truncated), last[..0]);
}

const SECOND: &str = "minCreationDate=2025-08-21T10:00:00Z&maxCreationDate=2025-08-21T10:00:01Z&sort=1&range=0-149";

fn tied(options: Options) -> Client {
    Client::new(options.with(|options| {
        options.france_travail.ties = Some("120@10:00:00".parse().unwrap());
        options.france_travail.offers = 140;
    }))
}

#[test]
fn the_order_inside_a_second_follows_milliseconds_or_nothing() {
    let stamps = tied(day("2025-08-21", 0)).search(SECOND).stamps();
    assert!(stamps.is_sorted_by(|a, b| a >= b));
    let stamps = tied(day("2025-08-21", 0).with(|options| options.france_travail.sort_within = SortWithin::Second))
        .search(SECOND)
        .stamps();
    assert!(!stamps.is_sorted_by(|a, b| a >= b));
    assert!(stamps.is_sorted_by(|a, b| a[..19] >= b[..19]));
}

#[test]
fn ties_keep_their_order_or_are_shuffled_for_each_request() {
    let stable = tied(day("2025-08-21", 0));
    assert_eq!(stable.search(SECOND).ids(), stable.search(SECOND).ids());
    let unstable = tied(day("2025-08-21", 0).with(|options| options.france_travail.tie_order = TieOrder::Unstable));
    let (first, second) = (unstable.search(SECOND), unstable.search(SECOND));
    assert_ne!(first.ids(), second.ids());
    assert_eq!(first.ids().into_iter().collect::<HashSet<_>>(), second.ids().into_iter().collect());
    assert!(first.stamps().is_sorted_by(|a, b| a >= b));
}

#[test]
fn a_search_without_origin_finds_all_or_falls_into_the_trap() {
    let query = "minCreationDate=2025-08-21T00:00:00Z&maxCreationDate=2025-08-22T00:00:00Z";
    let totals = |client: &Client| {
        ["", "&origineOffre=1", "&origineOffre=2"]
            .map(|origin| total(client.search(&format!("{query}{origin}")).range()))
    };
    let [all, own, partners] = totals(&Client::new(day("2025-08-21", 300)));
    assert_eq!(all, own + partners);
    let [all, own, partners] =
        totals(&Client::new(day("2025-08-21", 300).with(|options| options.france_travail.origin_trap = true)));
    assert_eq!(all, own);
    assert!(partners > 0);
}
