//! What processes take, as their parent sees it.

use std::fmt;
use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use tempfile::NamedTempFile;

/// How often a process is asked how much memory it has had.
const LOOKED_EVERY: Duration = Duration::from_millis(2);

/// What one run of a program took.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Processor time in seconds, its own and the kernel's for it.
    pub cpu_s: f64,
    /// Seconds from its start to its end.
    pub wall_s: f64,
    /// Most memory in MiB that it had.
    pub peak_mib: f64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CPU {:.3} s, wall {:.3} s, peak {:.1} MiB", self.cpu_s, self.wall_s, self.peak_mib)
    }
}

impl Cost {
    /// More than any run takes.
    pub const MOST: Self = Self { cpu_s: f64::MAX, wall_s: f64::MAX, peak_mib: f64::MAX };

    /// The less disturbed of two runs.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        if other.cpu_s < self.cpu_s { other } else { self }
    }

    /// Runs a command to its end, which has to be with one of `codes`.
    ///
    /// # Panics
    /// Where it cannot be started, or ends otherwise.
    pub fn of(command: Command, codes: &[i32]) -> Self {
        Self::and_said(command, codes).0
    }

    /// The same, with what it said on its standard output.
    ///
    /// # Panics
    /// Where it cannot be started, or ends otherwise.
    pub fn and_said(mut command: Command, codes: &[i32]) -> (Self, String) {
        // Files take any length while nobody reads.
        let [said, told] = [(); 2].map(|()| NamedTempFile::new().expect("a temporary file can be made"));
        let open = |file: &NamedTempFile| file.reopen().expect("a temporary file can be opened");
        command.stdout(open(&said)).stderr(open(&told));
        let read = |file: &NamedTempFile| fs::read_to_string(file.path()).unwrap_or_default();
        let (before, begun) = (children_cpu_s(), Instant::now());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("could not start {command:?}: {error}"));
        let mut peak_mib = 0.0_f64;
        let status = loop {
            // Asked of this process alone: a peak of all children only ever grows.
            peak_mib = peak_mib.max(peak_memory_mib(child.id()).unwrap_or_default());
            match child.try_wait().expect("a child can be waited for") {
                None => sleep(LOOKED_EVERY),
                Some(status) => break status,
            }
        };
        let cost = Self { cpu_s: children_cpu_s() - before, wall_s: begun.elapsed().as_secs_f64(), peak_mib };
        let is_wanted = status.code().is_some_and(|code| codes.contains(&code));
        assert!(is_wanted, "{command:?}: {status}\n{}", read(&told));
        (cost, read(&said))
    }
}

/// Processor time in seconds of the children that ended so far, their own and the kernel's for them.
pub fn children_cpu_s() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the kernel counts");
    (usage.user_time() + usage.system_time()).num_microseconds() as f64 / 1e6
}

/// Most memory in MiB that a process has had; none of one that has ended.
pub fn peak_memory_mib(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kib =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok())?;
    Some(kib / 1_024.0)
}
