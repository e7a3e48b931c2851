//! What processes take, as their parent sees it.

use std::fs;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

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
