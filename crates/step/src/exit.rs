//! Every way in which a step can end.

/// How a step ended. The numbers are a public interface: schedulers decide by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ExitCode {
    /// Done, complete.
    Done = 0,
    /// An unexpected failure.
    Unexpected = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// The input breaks a rule: a bad archive, a checksum, HTML in place of data, a missing layer.
    BadInput = 65,
    /// An input file is missing or unreadable.
    NoInput = 66,
    /// A remote is unavailable, or says 404 or 410, after the step's own retries.
    Unavailable = 69,
    /// The disk refused: full, too little free space, read-only.
    DiskRefused = 74,
    /// Incomplete: what was gathered is kept in a journal, run again to resume.
    Incomplete = 75,
    /// Credentials or access refused.
    AccessRefused = 77,
    /// Nothing new; stdout stays empty.
    NothingNew = 99,
    /// A panic: a mistake in the step itself.
    Panicked = 101,
    /// Stopped by SIGINT, journal flushed.
    Interrupted = 130,
    /// Stopped by SIGTERM, journal flushed.
    Terminated = 143,
}

/// What a scheduler does well to do after an exit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It is done: nothing.
    Needless,
    /// Running the step again can help.
    Yes,
    /// Running it again gives the same failure.
    No,
    /// Mark the task, and those that depend on it, as skipped.
    Skip,
}

impl ExitCode {
    /// All of them, by number.
    pub const ALL: [Self; 13] = [
        Self::Done,
        Self::Unexpected,
        Self::Usage,
        Self::BadInput,
        Self::NoInput,
        Self::Unavailable,
        Self::DiskRefused,
        Self::Incomplete,
        Self::AccessRefused,
        Self::NothingNew,
        Self::Panicked,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// The number that the scheduler sees.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done, complete",
            Self::Unexpected => "unexpected failure",
            Self::Usage => "wrong usage or configuration",
            Self::BadInput => "the input breaks a rule",
            Self::NoInput => "an input file is missing or unreadable",
            Self::Unavailable => "a remote is unavailable after the step's own retries",
            Self::DiskRefused => "the disk refused: full, too little free space, read-only",
            Self::Incomplete => "incomplete: what was gathered is kept in a journal, run again to resume",
            Self::AccessRefused => "credentials or access refused",
            Self::NothingNew => "nothing new",
            Self::Panicked => "panic: a mistake in the step itself",
            Self::Interrupted => "stopped by SIGINT, journal flushed",
            Self::Terminated => "stopped by SIGTERM, journal flushed",
        }
    }

    /// Whether running again can help.
    pub fn retry(self) -> Retry {
        match self {
            Self::Done => Retry::Needless,
            Self::NothingNew => Retry::Skip,
            Self::Usage | Self::BadInput | Self::NoInput | Self::AccessRefused => Retry::No,
            Self::Unexpected
            | Self::Unavailable
            | Self::DiskRefused
            | Self::Incomplete
            | Self::Panicked
            | Self::Interrupted
            | Self::Terminated => Retry::Yes,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}
