//! What a run takes, as its parent sees it.

use std::fmt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use trial::{children_cpu_s, peak_memory_mib};

/// What one run took.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) cpu_s: f64,
    pub(crate) wall_s: f64,
    pub(crate) peak_mib: f64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CPU {:.3} s, wall {:.3} s, peak {:.1} MiB", self.cpu_s, self.wall_s, self.peak_mib)
    }
}

impl Cost {
    /// More than any run takes.
    pub(crate) fn most() -> Self {
        Self { cpu_s: f64::MAX, wall_s: f64::MAX, peak_mib: f64::MAX }
    }

    /// The less disturbed of two runs.
    pub(crate) fn min(self, other: Self) -> Self {
        if other.cpu_s < self.cpu_s { other } else { self }
    }

    /// Runs a command to its end.
    pub(crate) fn of(mut command: Command) -> Self {
        let (before, start) = (children_cpu_s(), Instant::now());
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the step and its peer start");
        let mut peak_mib = 0.0_f64;
        let status = loop {
            peak_mib = peak_mib.max(peak_memory_mib(child.id()).unwrap_or_default());
            match child.try_wait().expect("a child can be waited for") {
                Some(status) => break status,
                None => sleep(Duration::from_millis(2)),
            }
        };
        assert!(status.success(), "{command:?}: {status}");
        Self { cpu_s: children_cpu_s() - before, wall_s: start.elapsed().as_secs_f64(), peak_mib }
    }
}
