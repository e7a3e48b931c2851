//! What a run takes, as its parent sees it.

use std::fmt;
use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// In `/proc`, times are told in these; Linux has never shown others.
const TICKS_PER_S: f64 = 100.0;

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
    /// Runs a command to its end. Invalid contracts are part of the files, so 65 is an end as good as any.
    pub(crate) fn of(mut command: Command) -> Self {
        let (before, start) = (children_s(), Instant::now());
        let mut child = command.stdout(Stdio::null()).spawn().expect("the step and its rival start");
        let mut peak_mib = 0.0_f64;
        let status = loop {
            peak_mib = peak_mib.max(peak_of(child.id()));
            match child.try_wait().expect("a child can be waited for") {
                Some(status) => break status,
                None => sleep(Duration::from_millis(5)),
            }
        };
        assert!(matches!(status.code(), Some(0 | 65)), "{command:?}: {status}");
        Self { cpu_s: children_s() - before, wall_s: start.elapsed().as_secs_f64(), peak_mib }
    }
}

/// Processor time of the children that ended so far, their own and the kernel's for them.
fn children_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("this is Linux");
    let fields: Vec<f64> =
        stat.rsplit(')').next().into_iter().flat_map(str::split_whitespace).filter_map(|f| f.parse().ok()).collect();
    // After the state, which is no number: of utime, stime, cutime and cstime the last two.
    (fields[12] + fields[13]) / TICKS_PER_S
}

/// Most memory that a process has had, in MiB; nothing once it has ended.
fn peak_of(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kib =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1_024.0
}
