//! How a command ends: 0 done, 1 refused or not valid, 2 could not even try, 3 valid but for what is not known. Every failure carries one text for the
//! person at the terminal; nothing else in this crate decides about exit codes.

use std::fmt::Display;
use std::process::ExitCode;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// The answer is no: refused, not valid, different, something is wrong.
    No(String),
    /// No rule is broken, but a part of it cannot be judged.
    Unknown(String),
    /// It could not be tried: wrong use, nothing there, not reachable, no permission.
    Unusable(String),
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

    /// What it says.
    pub fn text(&self) -> String {
        match self {
            Self::No(message) | Self::Unknown(message) | Self::Unusable(message) => message.clone(),
            Self::ClosedPipe => String::new(),
        }
    }

    /// Says on standard error what happened and gives the exit code.
    pub fn report(&self) -> ExitCode {
        use std::io::Write;
        let (code, message) = match self {
            Self::ClosedPipe => return ExitCode::SUCCESS,
            Self::No(message) => (1, message),
            Self::Unknown(message) => (3, message),
            Self::Unusable(message) => (2, message),
        };
        // Where standard error is closed, the exit code alone has to say it.
        let _ = writeln!(std::io::stderr(), "imajin: {message}");
        ExitCode::from(code)
    }
}

/// Puts a failure's kind and what was being done onto any error.
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
