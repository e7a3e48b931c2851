//! An offer that was collected as of another day after its old one lost it is online: nothing is taken out of it.

use jiff::civil::Date;

use super::*;
use crate::table::world as made;

/// The days and events that the table is tested with.
fn anonymised(days: &[(Date, &str)], events: &[Value]) -> (u64, bool) {
    let world = made::World::new();
    days.iter().for_each(|(day, id)| world.day(*day, &[made::offer(id, *day, 0)]));
    world.journal(NEXT.saturating_add(jiff::ToSpan::days(1)), events);
    let file = world.run.donnees_brutes().join(format!("offre_emploi/offres-{DAY}.json"));
    let before = fs::read(&file).unwrap();
    let run = world.run.beside(ANONYMISE_OFFERS).run().expect_code(0);
    (run.receipt()["records"].as_u64().unwrap(), fs::read(&file).unwrap() != before)
}

#[test]
fn an_offer_that_a_later_collection_holds_is_back() {
    let gone = made::withdrawn("1", DAY, "2024-06-05T20:00:00", "2024-06-05T03:00:00");
    assert_eq!(anonymised(&[(DAY, "1"), (NEXT, "1")], std::slice::from_ref(&gone)), (0, false));
    assert_eq!(anonymised(&[(DAY, "1"), (NEXT, "2")], std::slice::from_ref(&gone)), (1, true));
    // The day was collected at half past one.
    let later = made::unfound("1", DAY, "2024-06-06T01:30:00", "2024-06-05T03:00:00");
    assert_eq!(anonymised(&[(DAY, "1"), (NEXT, "1")], std::slice::from_ref(&later)), (1, true));
    let found = made::event("creee", NEXT, "2024-06-06T04:00:00", &made::offer("1", NEXT, 1));
    assert_eq!(anonymised(&[(DAY, "1"), (NEXT, "2")], &[later, found]), (0, false));
}
