//! The sandbox, and the disk, as tests want them.

use sandbox::{BlockingServer, Options, ReferenceOptions};

/// A folder in which nobody can write, not even root, whom permissions do not stop.
pub const READ_ONLY: &str = "/sys/donnees_brutes";

/// A sandbox that answers as fast as it is asked; the other options are the test's own. It ends when it is dropped.
pub fn start_sandbox(options: Options) -> BlockingServer {
    let references = ReferenceOptions { ign_rate: 0.0, ..options.references };
    let options = Options { rate: 0.0, rome_rate: 0.0, references, ..options };
    BlockingServer::start(options).expect("the sandbox finds a free port")
}
