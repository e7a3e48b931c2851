//! As fast as the service allows, never faster.

use sandbox::{Faults, Options, RetryAfter};

use super::*;

/// A sandbox that enforces its rate.
fn strict(options: Options) -> Server {
    Server::start(options).expect("the sandbox finds a free port")
}

#[test]
fn the_allowed_rate_is_reached_and_never_exceeded() {
    let server = strict(day_of(15_000).with(|options| {
        options.france_travail.rate = 40.0;
        options.france_travail.burst = 4.0;
    }));
    let run = collect(&server, DAY).env("FRANCE_TRAVAIL_RATE", "36").run().expect_code(0);
    assert_truth(&run, &server, DAY);
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.status != Some(429)), "{run}");
}

#[test]
fn a_service_that_allows_less_than_was_asked_is_obeyed() {
    for retry_after in [RetryAfter::Seconds, RetryAfter::Date, RetryAfter::None] {
        let server = strict(day_of(3_000).with(|options| {
            options.france_travail.rate = 12.0;
            options.france_travail.burst = 12.0;
            options.wire.retry_after = retry_after;
        }));
        let run = collect(&server, DAY).env("FRANCE_TRAVAIL_RATE", "500").args(["--retry-wait-s", "0.3"]).run();
        assert_truth(&run.expect_code(0), &server, DAY);
        let refused = server.requests().iter().filter(|request| request.status == Some(429)).count();
        assert!(refused <= 12, "{refused} of {} requests were one too many", searches(&server));
    }
}

/// Ten a second at two seconds an answer: twenty must be under way.
#[test]
fn slow_answers_are_waited_for_in_parallel() {
    let server = start_sandbox(day_of(21_000).with(|options| options.wire.latency_ms = 2_000));
    let run = collect(&server, DAY).env("FRANCE_TRAVAIL_RATE", "10").args(["--stall-s", "10"]).run().expect_code(0);
    assert_truth(&run, &server, DAY);
    let requests = server.requests();
    let most = requests
        .iter()
        .map(|now| {
            let under_way = |other: &&sandbox::Request| {
                other.milliseconds <= now.milliseconds
                    && other.answered_milliseconds.is_none_or(|answered| answered > now.milliseconds)
            };
            requests.iter().filter(under_way).count()
        })
        .max();
    assert!(most >= Some(16), "{most:?} requests were under way at once");
}

#[test]
fn a_silent_wait_of_over_a_minute_is_left_to_the_scheduler() {
    let server = start_sandbox(day_of(500));
    server.set_faults(Faults::of(sandbox::Fault::TooManySeconds, 1.0));
    let run = collect(&server, DAY).args(["--tries", "2"]).run().expect_code(69);
    assert!(run.failure().contains("HTTP 429"));
}
