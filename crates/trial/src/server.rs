//! The sandbox, and the disk, as tests want them.

use sandbox::{Options, ReferenceOptions, Server};

/// A folder in which nobody can write, not even root, whom permissions do not stop.
pub const READ_ONLY: &str = "/sys/donnees_brutes";

/// A sandbox that answers as fast as it is asked; the other options are the test's own. It ends when it is dropped.
pub fn start_sandbox(options: Options) -> Server {
    let references = ReferenceOptions { ign_rate: 0.0, ..options.references };
    let options = options.with(|options| {
        options.france_travail.rate = 0.0;
        options.france_travail.rome_rate = 0.0;
        options.references = references;
    });
    Server::start(options).expect("the sandbox finds a free port")
}
