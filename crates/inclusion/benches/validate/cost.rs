//! What a run takes, as its parent sees it.

use std::fmt;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use trial::{children_cpu_s, peak_memory_mib};

/// What one run took.
pub(crate) struct Cost {
    pub(crate) cpu_s: f64,
    wall_s: f64,
    peak_mib: f64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CPU {:.2} s, wall {:.2} s, peak {:.0} MiB", self.cpu_s, self.wall_s, self.peak_mib)
    }
}

impl Cost {
    /// Runs a command to its end, and reads the seconds that it says. Invalid records are part of the files, so 65 is an end
    /// as good as any.
    pub(crate) fn of(mut command: Command) -> (Self, Option<f64>) {
        let (before, start) = (children_cpu_s(), Instant::now());
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the step and its rival start");
        let mut peak_mib = 0.0_f64;
        let status = loop {
            peak_mib = peak_mib.max(peak_memory_mib(child.id()).unwrap_or_default());
            match child.try_wait().expect("a child can be waited for") {
                Some(status) => break status,
                None => sleep(Duration::from_millis(5)),
            }
        };
        assert!(matches!(status.code(), Some(0 | 65)), "{command:?}: {status}");
        let cost = Self { cpu_s: children_cpu_s() - before, wall_s: start.elapsed().as_secs_f64(), peak_mib };
        let mut said = String::new();
        let read = child.stdout.take().expect("it was asked for").read_to_string(&mut said);
        (cost, read.ok().and_then(|_| said.trim().parse().ok()))
    }
}
