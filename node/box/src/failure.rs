//! Exit codes of commands: 0 done, 1 refused or not valid, 2 could not try, 3 valid except for unknown parts. Every failure
//! has one text for the person at the terminal; nothing else decides about exit codes.

use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;

/// The exit code that asks the service manager to start the program again (`RestartForceExitStatus=` in
/// systemd/imajin.service).
pub const EXIT_RESTART: u8 = 75;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// The result is negative: refused, not valid, different, something is wrong.
    No(String),
    /// No rule is broken, but a part can't be judged.
    Unknown(String),
    /// The command could not try: wrong use, nothing there, not reachable, no permission.
    Unusable(String),
    /// The program ended well and asks the service manager for a restart ([`EXIT_RESTART`]).
    Again,
    /// The reader of our output went away (`imajin log … | head`): no failure at all.
    ClosedPipe,
}

/// The result of a command.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// Exit code 1.
    pub fn no(message: impl Display) -> Self {
        Self::No(message.to_string())
    }

    /// Exit code 3.
    pub fn unknown(message: impl Display) -> Self {
        Self::Unknown(message.to_string())
    }

    /// Exit code 2.
    pub fn unusable(message: impl Display) -> Self {
        Self::Unusable(message.to_string())
    }

    /// The message.
    pub fn text(&self) -> String {
        match self {
            Self::No(message) | Self::Unknown(message) | Self::Unusable(message) => message.clone(),
            Self::Again | Self::ClosedPipe => String::new(),
        }
    }

    /// Prints the message on standard error and returns the exit code.
    pub fn report(&self) -> ExitCode {
        use std::io::Write;
        let (code, message) = match self {
            Self::ClosedPipe => return ExitCode::SUCCESS,
            Self::Again => return ExitCode::from(EXIT_RESTART),
            Self::No(message) => (1, message),
            Self::Unknown(message) => (3, message),
            Self::Unusable(message) => (2, message),
        };
        // If standard error is closed, the exit code is the only report.
        let _ = writeln!(std::io::stderr(), "imajin: {message}");
        ExitCode::from(code)
    }
}

/// An error with what it came from: an HTTP client's own text only says that there was an error.
pub(crate) fn because(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

/// Turns any error into a failure, with the action that failed.
pub trait OrFail<T> {
    /// Exit code 1, with what was being done.
    fn or_no(self, doing: impl Display) -> Outcome<T>;
    /// Exit code 2, with what was being done.
    fn or_unusable(self, doing: impl Display) -> Outcome<T>;
}

impl<T, E: Display> OrFail<T> for Result<T, E> {
    fn or_no(self, doing: impl Display) -> Outcome<T> {
        self.map_err(|error| Failure::No(format!("{doing}: {error}")))
    }

    fn or_unusable(self, doing: impl Display) -> Outcome<T> {
        self.map_err(|error| Failure::Unusable(format!("{doing}: {error}")))
    }
}
