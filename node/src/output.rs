//! Standard output and progress. Output is for pipes as much as for people: a reader that goes away ends the command
//! quietly. Progress goes to standard error, as a bar on a terminal and as plain lines elsewhere.

use imajin_box::failure::{Failure, Outcome};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::fmt::Display;
use std::io::{BufWriter, ErrorKind, IsTerminal, StdoutLock, Write};
use std::time::{Duration, Instant};

/// Buffered standard output.
pub struct Out(BufWriter<StdoutLock<'static>>);

impl Out {
    /// Takes standard output for this command.
    pub fn new() -> Self {
        Self(BufWriter::new(std::io::stdout().lock()))
    }

    /// Writes what a command has to say, for programs or for people, as its last words.
    pub fn answer(
        as_json: bool,
        json: &impl Serialize,
        text: impl FnOnce(&mut Self) -> Outcome,
    ) -> Outcome {
        let mut out = Self::new();
        if as_json {
            out.json(json)?;
        } else {
            text(&mut out)?;
        }
        out.done()
    }

    /// Writes a line.
    pub fn line(&mut self, text: impl Display) -> Outcome {
        writeln!(self.0, "{text}").map_err(failure)
    }

    /// Writes a JSON object on one line.
    pub fn json_line(&mut self, value: &impl Serialize) -> Outcome {
        self.line(serde_json::to_string(value).map_err(Failure::no)?)
    }

    /// JSON laid out for reading.
    pub fn json(&mut self, value: &impl Serialize) -> Outcome {
        self.line(serde_json::to_string_pretty(value).map_err(Failure::no)?)
    }

    /// Writes out what is buffered.
    pub fn flush(&mut self) -> Outcome {
        self.0.flush().map_err(failure)
    }

    /// The last thing that a command does with it: what is buffered is written, or the failure is known.
    pub fn done(mut self) -> Outcome {
        self.flush()
    }
}

impl Default for Out {
    fn default() -> Self {
        Self::new()
    }
}

fn failure(error: std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::BrokenPipe => Failure::ClosedPipe,
        _ => Failure::unusable(format!("cannot write to standard output: {error}")),
    }
}

/// Progress of a long task.
pub struct Progress {
    bar: Option<ProgressBar>,
    what: &'static str,
    told: u64,
    begun: Instant,
}

/// Number of lines for a task without a terminal: one for each tenth, and none for a short task.
const PLAIN_STEPS: u64 = 10;
const AT_ONCE: Duration = Duration::from_secs(1);

impl Progress {
    /// Begins to show work of unknown length.
    pub fn new(what: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} {eta}") {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_message(what);
            bar
        });
        Self { bar, what, told: 0, begun: now() }
    }

    /// Shows the work of a task until the task is done.
    pub fn over<T>(what: &'static str, task: impl FnOnce(&mut dyn FnMut(u64, u64)) -> T) -> T {
        let mut progress = Self::new(what);
        let outcome = task(&mut |done, total| progress.set(done, total));
        progress.finish();
        outcome
    }

    /// `done` of `total`; a total of 0 is not known yet.
    pub fn set(&mut self, done: u64, total: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
            return;
        }
        let step = (done * PLAIN_STEPS).checked_div(total).unwrap_or(0);
        if step > self.told && self.begun.elapsed() > AT_ONCE {
            self.told = step;
            let _ = writeln!(std::io::stderr(), "{}: {done} of {total}", self.what);
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a person has been waiting")]
fn now() -> Instant {
    Instant::now()
}

/// Asks for a word that is not typed by accident; without it the command ends.
pub fn need_word(word: &str, question: &str, otherwise: &str) -> Outcome {
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(Failure::unusable(format!(
            "{otherwise}: there is no terminal to ask at; add --yes"
        )));
    }
    eprint!("{question}");
    std::io::stderr().flush().map_err(Failure::unusable)?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(Failure::unusable)?;
    if answer.trim() == word { Ok(()) } else { Err(Failure::no(otherwise)) }
}
