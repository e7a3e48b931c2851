//! The work that waiting for an answer makes: next to none, unless something keeps coming that is no answer.
//!
//! HTTP reads interim answers (`100 Continue`, RFC 9110, 15.2) without end, and tells neither them nor their bytes: a
//! service that sends nothing else is neither silent nor too long. What can be seen of it is what it costs.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::time::sleep;

/// What the wait for a head may cost; a handshake and the longest head take some hundredths of it.
const MOST_WORK: Duration = Duration::from_millis(500);

/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Ends once this thread has worked for so long since now; of a thread that does nothing else meanwhile.
pub(crate) async fn too_much() {
    let begun = worked();
    while worked().saturating_sub(begun) < MOST_WORK {
        sleep(LOOK_EVERY).await;
    }
}

/// The processor time of this thread, the kernel's for it among it.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn waiting_is_no_work_and_working_is() {
        timeout(Duration::from_millis(300), too_much()).await.unwrap_err();
        let busy = async {
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_secs(60) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = busy => panic!("it was not noticed"),
            () = too_much() => {}
        }
    }
}
