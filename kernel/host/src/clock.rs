//! The machine's clocks: the wall clock, which the node does not believe in everything, and the monotonic one.
//!
//! Always: the wall clock that the ledger sees never jumps ahead by more than a day unless a second source confirms it:
//! a Pi has no battery clock, and a date in the far future would stay in signed entries for ever. A jump back is
//! harmless (`at` increases within a log) and is followed.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, header};
use imajin_dfos::Timestamp;
use imajin_ledger::durable;
use parking_lot::Mutex;

use imajin_app::Time;
use imajin_app::time::{Clock, instant};

/// The largest jump ahead that is accepted without a second source.
const JUMP_MS_MAX: i64 = 24 * 3600 * 1000;

/// How often the time is kept for the next start: well below the largest jump, and seldom for a card.
const KEEP_EVERY_MS: i64 = 6 * 3600 * 1000;

/// How long the date of an answer says what time it is.
const HEARD_FOR: Duration = Duration::from_secs(3600);

/// The machine's clocks.
pub struct SystemClock {
    start: Instant,
    /// The newest time in the node's own records, at the start.
    last_known: Option<Timestamp>,
    /// Whether a second source (NTP) confirms the machine's wall clock.
    confirmed: Box<dyn Fn(Timestamp) -> bool + Send + Sync>,
    /// The file that keeps the last time for the next start.
    kept: Option<PathBuf>,
    state: Mutex<State>,
}

struct State {
    /// The last time told, with its moment on the monotonic clock; `None` before the first.
    last: Option<(Timestamp, Duration)>,
    /// Whether the log has a line about the doubt already.
    said: bool,
    /// The time that was last kept.
    kept: Option<Timestamp>,
}

impl SystemClock {
    /// The machine's clocks. `last_known` is the newest time in the node's own records.
    pub fn new(
        last_known: Option<Timestamp>,
        confirmed: impl Fn(Timestamp) -> bool + Send + Sync + 'static,
    ) -> Self {
        let state =
            State { last: last_known.map(|at| (at, Duration::ZERO)), said: false, kept: None };
        Self {
            start: instant(),
            last_known,
            confirmed: Box::new(confirmed),
            kept: None,
            state: Mutex::new(state),
        }
    }

    /// Saves the clock's time in a file from now on, every few hours. The file's own date comes from the wall clock,
    /// and would let a doubted time through at the next start.
    pub fn keeping(mut self, path: PathBuf) -> Self {
        self.state.get_mut().kept = Self::read_saved(&path);
        self.kept = Some(path);
        self
    }

    /// The time that a clock kept in a file.
    pub fn read_saved(path: &Path) -> Option<Timestamp> {
        let text = std::fs::read_to_string(path).ok()?;
        Timestamp::parse(text.trim()).ok()
    }

    /// The time to keep now, if any. A clock that is behind is followed, and not kept unless a second source confirms
    /// it: else the right time would be a jump ahead at the next start.
    fn to_keep(&self, kept: Option<Timestamp>, told: Timestamp) -> Option<Timestamp> {
        let newest = kept.max(self.last_known);
        let ahead = |of: Timestamp| told.as_millis().saturating_sub(of.as_millis());
        let is_behind = newest.is_some_and(|newest| ahead(newest) <= -KEEP_EVERY_MS);
        if is_behind && !(self.confirmed)(told) {
            return newest.filter(|_| kept < newest);
        }
        let is_due = kept.is_none_or(|kept| ahead(kept).abs() >= KEEP_EVERY_MS);
        is_due.then_some(told)
    }

    /// Whether the machine's clock is not believed at the moment.
    pub fn is_doubted(&self) -> bool {
        self.state.lock().said
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn wall() -> Timestamp {
    let millis = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
    };
    Timestamp::from_millis(millis).unwrap_or(if millis < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let (wall, mono) = (wall(), self.monotonic());
        let mut state = self.state.lock();
        let time = state.tell(wall, mono, &self.confirmed);
        state.last = Some((time, mono));
        if let Some(path) = &self.kept
            && let Some(keep) = self.to_keep(state.kept, time)
        {
            state.kept = Some(keep);
            if let Err(error) = durable::replace_unsynced(path, keep.to_string().as_bytes()) {
                tracing::debug!(%error, "the time could not be kept for the next start");
            }
        }
        time
    }
}

impl Time for SystemClock {
    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn doubted(&self) -> Option<Timestamp> {
        // Looks again, since the clock may be right now.
        let _ = self.now();
        self.is_doubted().then(wall)
    }
}

/// The dates of answers of others, each with when it was heard.
static HEARD: Mutex<Option<(Timestamp, Instant)>> = Mutex::new(None);

/// Notes the `Date` of an answer of a relay or registry that the settings name.
pub fn hear(headers: &HeaderMap) {
    let date = headers.get(header::DATE).and_then(|date| {
        let date = httpdate::parse_http_date(date.to_str().ok()?).ok()?;
        let since = date.duration_since(UNIX_EPOCH).ok()?;
        Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?).ok()
    });
    if let Some(date) = date {
        *HEARD.lock() = Some((date, instant()));
    }
}

/// The time by the newest answer of another server; `None` without an answer in the last hour.
pub fn server_time() -> Option<Timestamp> {
    let (date, then) = (*HEARD.lock())?;
    let passed = then.elapsed();
    let ms = i64::try_from(passed.as_millis()).ok()?;
    date.checked_add_millis(ms).filter(|_| passed < HEARD_FOR)
}

impl State {
    fn tell(
        &mut self,
        wall: Timestamp,
        mono: Duration,
        confirmed: impl Fn(Timestamp) -> bool,
    ) -> Timestamp {
        let Some((last, then)) = self.last else {
            return wall;
        };
        let elapsed = i64::try_from(mono.saturating_sub(then).as_millis()).unwrap_or(i64::MAX);
        let counted = last.checked_add_millis(elapsed).unwrap_or(Timestamp::MAX);
        let jump = wall.as_millis().saturating_sub(counted.as_millis());
        if jump <= JUMP_MS_MAX || confirmed(wall) {
            self.said = false;
            return wall;
        }
        if !self.said {
            self.said = true;
            tracing::warn!(
                "this machine's clock says {wall}, {} days after the node's last record, and no time server confirms it: \
                 counting on from {counted} until one does",
                jump / JUMP_MS_MAX
            );
        }
        counted
    }
}

/// The `Date` header of answers, in the node's time: clients take the time of their proofs from it.
pub(crate) struct DateHeader(Mutex<(i64, axum::http::HeaderValue)>);

impl DateHeader {
    pub(crate) fn new() -> Self {
        Self(Mutex::new((i64::MIN, axum::http::HeaderValue::from_static(""))))
    }

    /// Written once a second.
    pub(crate) fn at(&self, now: Timestamp) -> axum::http::HeaderValue {
        let secs = now.as_secs();
        let mut cached = self.0.lock();
        if cached.0 != secs {
            let since = Duration::from_secs(u64::try_from(secs).unwrap_or(0));
            let text = httpdate::fmt_http_date(UNIX_EPOCH + since);
            if let Ok(value) = axum::http::HeaderValue::try_from(text) {
                *cached = (secs, value);
            }
        }
        cached.1.clone()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_year_ahead_is_not_believed_alone() {
        let mono = Duration::from_secs;
        let mut state = State {
            last: Some((at("2026-11-20T10:00:00.000Z"), mono(0))),
            said: false,
            kept: None,
        };
        assert_eq!(
            state.tell(at("2026-11-20T20:00:00.000Z"), mono(1), |_| false),
            at("2026-11-20T20:00:00.000Z")
        );
        assert_eq!(
            state.tell(at("2027-11-20T10:00:00.000Z"), mono(60), |_| false),
            at("2026-11-20T10:01:00.000Z")
        );
        assert!(state.said);
        assert_eq!(
            state.tell(at("2027-11-20T10:00:00.000Z"), mono(60), |_| true),
            at("2027-11-20T10:00:00.000Z")
        );
        assert!(!state.said);
        assert_eq!(
            state.tell(at("2025-11-20T10:00:00.000Z"), mono(60), |_| false),
            at("2025-11-20T10:00:00.000Z")
        );
    }

    #[test]
    fn a_time_that_was_not_believed_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clock");
        let last = at("2000-01-01T00:00:00.000Z");
        let clock = SystemClock::new(Some(last), |_| false).keeping(path.clone());
        let time = clock.now();
        assert!(clock.is_doubted());
        assert_eq!(SystemClock::read_saved(&path), Some(time));
        assert!(time.as_millis() - last.as_millis() < JUMP_MS_MAX);
    }

    #[test]
    fn a_clock_that_is_behind_leaves_what_was_kept_unless_it_is_confirmed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clock");
        // The machine's clock is decades behind this.
        let ahead = "2096-11-20T10:00:00.000Z";
        std::fs::write(&path, ahead).unwrap();
        let clock = |confirmed| {
            SystemClock::new(SystemClock::read_saved(&path), move |_| confirmed)
                .keeping(path.clone())
        };
        assert!(clock(false).now() < at(ahead), "it is followed");
        assert_eq!(SystemClock::read_saved(&path), Some(at(ahead)));
        let time = clock(true).now();
        assert_eq!(SystemClock::read_saved(&path), Some(time));
        // Without a kept time, the time of the records is kept.
        std::fs::remove_file(&path).unwrap();
        SystemClock::new(Some(at(ahead)), |_| false).keeping(path.clone()).now();
        assert_eq!(SystemClock::read_saved(&path), Some(at(ahead)));
    }

    #[test]
    fn the_date_of_an_answer_says_what_time_it_is() {
        let mut headers = HeaderMap::new();
        let date = HeaderValue::from_static("Fri, 20 Nov 2026 10:00:00 GMT");
        headers.insert(header::DATE, date);
        hear(&headers);
        let passed =
            server_time().unwrap().as_millis() - at("2026-11-20T10:00:00.000Z").as_millis();
        assert!((0..60_000).contains(&passed), "{passed}");
    }

    #[test]
    fn the_date_header() {
        let date = DateHeader::new();
        assert_eq!(date.at(at("2026-11-20T10:00:00.999Z")), "Fri, 20 Nov 2026 10:00:00 GMT");
        assert_eq!(date.at(at("2026-11-20T10:00:01.000Z")), "Fri, 20 Nov 2026 10:00:01 GMT");
    }
}
