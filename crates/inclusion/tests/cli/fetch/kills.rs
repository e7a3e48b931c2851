//! SIGKILL at any moment, and again: the files, and the changes, of a run that nobody disturbed.

use std::collections::BTreeMap;
use std::time::Instant;

use sandbox::{Inclusion, InclusionOptions, Reload, Server, Spot};
use trial::{Finished, Run};

use super::{fetch, list_requests, number, server};

fn small(options: &mut InclusionOptions) {
    options.structures = 120;
    options.reload_rows = 20;
}

/// All data files, by name.
fn data(finished: &Finished) -> BTreeMap<String, String> {
    let names = finished.list("inclusion").into_iter().filter(|name| name.ends_with(".json"));
    names.map(|name| (name.clone(), finished.read(format!("inclusion/{name}")))).collect()
}

fn runs(server: &Server) -> Run {
    fetch(server, &["--since-last", "--exclude-source", "sandbox"])
}

#[test]
fn a_run_that_is_killed_at_any_moment_leaves_what_an_undisturbed_one_does() {
    let server = server(small);
    let (undisturbed, killed) = (runs(&server), runs(&server));
    undisturbed.run().expect_code(0);
    killed.run().expect_code(0);
    let kills = number("KILLS", 15);
    let (mut in_time, mut more) = (0, 0);
    for nth in 0..kills {
        server
            .service::<Inclusion>()
            .reload([Reload::Swap, Reload::Change, Reload::Insert][nth as usize % 3], Spot::Anywhere);
        let begun = Instant::now();
        let (since, calm) = (list_requests(&server, 0), undisturbed.run().expect_code(0));
        // Of this round alone: a machine that was busy once would make all later kills late.
        let took = begun.elapsed();
        let requests = list_requests(&server, 0) - since;
        let since = list_requests(&server, 0);
        let was_killed = killed.kill_after(took.mul_f64((nth as f64 + 0.5) / kills as f64));
        in_time += u64::from(was_killed.code == 137);
        for name in was_killed.list("inclusion").iter().filter(|name| !name.starts_with('.')) {
            let text = was_killed.read(format!("inclusion/{name}"));
            assert!(text.ends_with("]\n") || text.ends_with("}\n"), "`{name}` is not whole");
        }
        if was_killed.code == 0 {
            assert_eq!(data(&was_killed), data(&calm));
            continue;
        }
        let again = killed.run().expect_code(0);
        let sent = list_requests(&server, 0) - since;
        more = more.max(sent.saturating_sub(requests));
        if again.receipt()["requests"] == 0 || sent <= requests + 2 {
            assert_eq!(data(&again), data(&calm), "kill {nth}\n{again}");
        } else {
            // All was there but its receipt: this was a run of its own, which found the same changes, or no more of them.
            for (name, text) in data(&again) {
                let is_told_before = name.ends_with("-changes.json") && text == "[]\n";
                assert!(is_told_before || text == data(&calm)[&name], "kill {nth}: `{name}`\n{again}");
            }
            assert_eq!(sent, 2 * requests);
        }
        assert_eq!(again.list("inclusion").iter().filter(|name| name.starts_with('.')).count(), 0, "{again}");
    }
    println!("{in_time} of {kills} kills came in time; at most {more} more requests");
    assert!(in_time * 5 > kills, "{in_time} of {kills} kills came in time");
}
