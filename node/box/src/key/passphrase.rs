//! Sources of a passphrase: the environment for programs, the terminal (without echo) for people.

use crate::failure::{Failure, OrFail, Outcome};

/// Environment variable with the passphrase, for programs. People are asked for it.
const VARIABLE: &str = "IMAJIN_PASSPHRASE";
/// The variable for a passphrase that replaces another.
const NEXT_VARIABLE: &str = "IMAJIN_NEW_PASSPHRASE";

/// A passphrase that is known already.
pub fn ask(prompt: &str) -> Outcome<String> {
    known()?.map_or_else(|| read(prompt), Ok)
}

/// A passphrase that is chosen now: asked for twice.
pub fn choose(prompt: &str) -> Outcome<String> {
    choose_by(VARIABLE, prompt)
}

/// Asks for a passphrase that replaces another.
pub fn choose_next(prompt: &str) -> Outcome<String> {
    choose_by(NEXT_VARIABLE, prompt)
}

fn choose_by(variable: &str, prompt: &str) -> Outcome<String> {
    if let Some(given) = from_variable(variable)? {
        return Ok(given);
    }
    let first = read(prompt)?;
    if read("The same once more: ")? != first {
        return Err(Failure::unusable("the two are not the same; nothing was done"));
    }
    Ok(first)
}

/// The passphrase from the environment, without asking.
pub fn known() -> Outcome<Option<String>> {
    from_variable(VARIABLE)
}

fn from_variable(variable: &str) -> Outcome<Option<String>> {
    match std::env::var(variable) {
        Ok(text) if text.is_empty() => Err(Failure::unusable(format!("{variable} is empty"))),
        Ok(text) => Ok(Some(text)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(error) => Err(Failure::unusable(format!("{variable}: {error}"))),
    }
}

fn read(prompt: &str) -> Outcome<String> {
    let text = rpassword::prompt_password(prompt)
        .or_unusable(format!("cannot ask for a passphrase here (give it in {VARIABLE})"))?;
    if text.is_empty() {
        Err(Failure::unusable("an empty passphrase protects nothing"))
    } else {
        Ok(text)
    }
}
