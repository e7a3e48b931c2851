//! What a run takes, as its parent sees it.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use trial::peak_memory_mib;

/// In `/proc`, times are told in these; Linux has never shown others.
const TICKS_PER_S: f64 = 100.0;

/// What one run took.
pub(crate) struct Cost {
    pub(crate) cpu_s: f64,
    /// Of the processor time, what the system took to move bytes.
    system_s: f64,
    pub(crate) wall_s: f64,
    peak_mib: f64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cpu_s, system_s, wall_s, peak_mib } = self;
        write!(f, "CPU {cpu_s:.2} s ({system_s:.2} in the kernel), wall {wall_s:.2} s, peak {peak_mib:.0} MiB")
    }
}

impl Cost {
    /// Runs a command, which writes below `to`; what it wrote is removed.
    pub(crate) fn of(mut command: Command, to: &Path) -> Self {
        let (user_s, system_s) = children_s();
        let start = Instant::now();
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the step and its rival start");
        let mut peak_mib = 0.0_f64;
        let status = loop {
            peak_mib = peak_mib.max(peak_memory_mib(child.id()).unwrap_or_default());
            match child.try_wait().expect("a child can be waited for") {
                Some(status) => break status,
                None => sleep(Duration::from_millis(5)),
            }
        };
        let wall_s = start.elapsed().as_secs_f64();
        let (user_s, system_s) = (children_s().0 - user_s, children_s().1 - system_s);
        let cost = Self { cpu_s: user_s + system_s, system_s, wall_s, peak_mib };
        assert!(status.success(), "{command:?}: {status}");
        fs::remove_dir_all(to).expect("what was written can be removed");
        cost
    }
}

/// The middle of some ratios.
pub(crate) fn median(mut ratios: Vec<f64>) -> f64 {
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

/// Processor time of the children that ended so far, their own and the kernel's for them.
fn children_s() -> (f64, f64) {
    let stat = fs::read_to_string("/proc/self/stat").expect("this is Linux");
    let fields: Vec<f64> =
        stat.rsplit(')').next().into_iter().flat_map(str::split_whitespace).filter_map(|f| f.parse().ok()).collect();
    // After the state, which is no number: of utime, stime, cutime and cstime the last two.
    (fields[12] / TICKS_PER_S, fields[13] / TICKS_PER_S)
}
