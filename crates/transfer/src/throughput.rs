//! The least that a body must bring: a server that sends a byte now and then is as good as silent.

use std::collections::VecDeque;
use std::time::Duration;

/// The time over which the mean is taken: long enough for a line that stutters.
const WINDOW: Duration = Duration::from_secs(60);

/// What a body has brought in the last minute that was spent waiting for it. The time that we take to use what came does
/// not count: a slow disk is not the server's doing.
#[derive(Debug)]
pub(crate) struct Throughput {
    least_kbps: f64,
    /// All the time that was spent waiting.
    waited: Duration,
    /// When so many bytes came, oldest first; one entry a second at most.
    arrivals: VecDeque<(Duration, u64)>,
    bytes: u64,
}

impl Throughput {
    /// None is too little if `least_kbps` is 0.
    pub(crate) fn of_at_least(least_kbps: f64) -> Self {
        Self { least_kbps, waited: Duration::ZERO, arrivals: VecDeque::new(), bytes: 0 }
    }

    /// Notes what came after a wait; gives back the rate, in kilobits per second, if that is too little.
    pub(crate) fn note(&mut self, wait: Duration, bytes: usize) -> Option<f64> {
        self.waited += wait;
        self.bytes += bytes as u64;
        match self.arrivals.back_mut().filter(|(at, _)| at.as_secs() == self.waited.as_secs()) {
            Some((at, in_second)) => (*at, *in_second) = (self.waited, *in_second + bytes as u64),
            None => self.arrivals.push_back((self.waited, bytes as u64)),
        }
        let begin = self.waited.checked_sub(WINDOW)?;
        while let Some((_, old)) = self.arrivals.pop_front_if(|(at, _)| *at <= begin) {
            self.bytes -= old;
        }
        let kbps = self.bytes as f64 * 8.0 / 1_000.0 / WINDOW.as_secs_f64();
        (kbps < self.least_kbps).then_some(kbps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Seconds until it is too little, of at most an hour, if each brings so many bytes.
    fn seconds_until_refused(least_kbps: f64, bytes: impl Fn(u32) -> usize) -> Option<u32> {
        let mut throughput = Throughput::of_at_least(least_kbps);
        (1..=3_600).find(|second| throughput.note(SECOND, bytes(*second)).is_some())
    }

    #[test]
    fn a_byte_a_second_is_too_little_after_a_minute() {
        assert_eq!(seconds_until_refused(1.0, |_| 1), Some(60));
        assert_eq!(seconds_until_refused(0.0, |_| 0), None, "turned off");
    }

    #[test]
    fn the_mean_counts_and_not_each_second() {
        assert_eq!(seconds_until_refused(1.0, |_| 125), None);
        assert_eq!(seconds_until_refused(1.0, |_| 124), Some(60));
        assert_eq!(seconds_until_refused(1.0, |second| if second % 30 == 0 { 3_750 } else { 0 }), None);
        assert_eq!(seconds_until_refused(8.0, |second| if second < 300 { 10_000 } else { 0 }), Some(354));
    }

    #[test]
    fn what_came_in_small_pieces_is_kept_by_the_second() {
        let mut throughput = Throughput::of_at_least(1.0);
        for _ in 0..1_000_000 {
            assert_eq!(throughput.note(Duration::from_millis(1), 1), None);
        }
        assert!(throughput.arrivals.len() <= 62, "{}", throughput.arrivals.len());
    }
}
