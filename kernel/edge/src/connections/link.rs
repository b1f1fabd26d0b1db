//! The state of one connection: its phase, since when, and when its last byte moved.
//!
//! Always: every phase that waits for the client has a deadline, either here or, for a request's body, in `bodies`. A
//! connection that was cut moves no byte any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

use imajin_host::Limits;
use imajin_host::prefix::Prefix;

/// How long a client may take for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadlines {
    pub(super) header: Duration,
    idle: Duration,
    pub(super) write: Duration,
}

impl Deadlines {
    pub(super) fn new(limits: &Limits) -> Self {
        let seconds = |s: u64| Duration::from_secs(s.max(1));
        Self {
            header: seconds(limits.header_timeout_s),
            idle: seconds(limits.idle_timeout_s),
            write: seconds(limits.write_timeout_s),
        }
    }

    /// No deadline that begins after a look is over before the next.
    fn look(&self) -> Duration {
        self.header.min(self.idle).min(self.write)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// A handshake or the head of a request is coming.
    Head,
    /// Between requests.
    Idle,
    /// The body of a request is coming.
    Body,
    /// The request is here; the node works on it.
    Working,
    /// The answer is going out.
    Answer,
    /// HTTP handed it over to a WebSocket: either side may be silent for as long as it likes.
    Talk,
    /// The connection is closed.
    Ended,
}

/// The side that waits for a socket.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side {
    Reader,
    Writer,
}

/// A connection's state. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Link(Arc<Inner>);

struct Inner {
    prefix: Prefix,
    deadlines: Deadlines,
    state: Mutex<State>,
    cut: AtomicBool,
    cutting: Notify,
}

struct State {
    phase: Phase,
    since: Instant,
    moved: Instant,
    /// The time since which the client has read none of the bytes that wait for it; `None` while it reads.
    blocked: Option<Instant>,
    /// The wakers of the tasks that wait for a WebSocket's bytes, and would otherwise not hear of a cut: nothing polls
    /// a WebSocket from outside.
    waiting: [Option<Waker>; 2],
}

impl Link {
    pub(super) fn new(prefix: Prefix, deadlines: Deadlines) -> Self {
        let now = Instant::now();
        Self(Arc::new(Inner {
            prefix,
            deadlines,
            state: Mutex::new(State {
                phase: Phase::Head,
                since: now,
                moved: now,
                blocked: None,
                waiting: [None, None],
            }),
            cut: AtomicBool::new(false),
            cutting: Notify::new(),
        }))
    }

    fn enter(&self, phase: Phase) {
        let mut state = self.0.state.lock();
        state.phase = phase;
        state.since = Instant::now();
        state.moved = state.since;
    }

    pub(super) fn prefix(&self) -> Prefix {
        self.0.prefix
    }

    /// Bytes came.
    pub(super) fn read(&self) {
        let mut state = self.0.state.lock();
        state.moved = Instant::now();
        if state.phase == Phase::Idle {
            state.phase = Phase::Head;
            state.since = state.moved;
        }
    }

    /// Bytes went out, or the client takes none.
    pub(super) fn wrote(&self, any: bool) {
        let mut state = self.0.state.lock();
        let now = Instant::now();
        if any {
            state.moved = now;
            state.blocked = None;
        } else {
            let begins = state.blocked.is_none();
            state.blocked.get_or_insert(now);
            if begins && state.phase == Phase::Talk {
                // Now it has a deadline.
                self.0.cutting.notify_one();
            }
        }
    }

    /// Remembers who waits for a WebSocket's bytes.
    pub(super) fn waits(&self, side: Side, context: &Context<'_>) {
        let mut state = self.0.state.lock();
        if state.phase != Phase::Talk {
            return;
        }
        if self.is_cut() {
            context.waker().wake_by_ref();
        }
        match &mut state.waiting[side as usize] {
            Some(waker) => waker.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
    }

    /// The system has taken everything that was to be sent.
    pub(super) fn flushed(&self) {
        let mut state = self.0.state.lock();
        if state.blocked.take().is_some() {
            state.moved = Instant::now();
        }
    }

    /// TLS is set up: the first request may come.
    pub(super) fn opened(&self) {
        self.enter(Phase::Head);
    }

    /// The head of a request has arrived.
    pub(super) fn request_began(&self, has_body: bool) {
        if has_body {
            self.enter(Phase::Body)
        } else {
            // No deadline looks at when the node began to work.
            self.0.state.lock().phase = Phase::Working
        }
    }

    /// All of a request has arrived.
    pub(crate) fn received(&self) {
        if self.0.state.lock().phase == Phase::Body {
            self.enter(Phase::Working);
        }
    }

    pub(super) fn answering(&self) {
        self.enter(Phase::Answer);
    }

    /// The next request may come, unless the answer was that the connection is a WebSocket from now on.
    pub(super) fn answered(&self) {
        if !self.is_talking() {
            self.enter(Phase::Idle);
        }
    }

    /// Notes that the connection is a WebSocket from now on.
    pub(super) fn talks(&self) {
        self.enter(Phase::Talk);
    }

    pub(super) fn is_talking(&self) -> bool {
        self.0.state.lock().phase == Phase::Talk
    }

    /// Notes that the connection is closed.
    pub(super) fn ended(&self) {
        self.enter(Phase::Ended);
        self.0.cutting.notify_one();
    }

    /// The time since the last byte moved; `None` while the node owes an answer.
    pub(super) fn idle_for(&self, now: Instant) -> Option<Duration> {
        let state = self.0.state.lock();
        (state.phase != Phase::Working).then(|| now.saturating_duration_since(state.moved))
    }

    /// Whether a handler is running that must hear of the end.
    pub(super) fn has_request(&self) -> bool {
        !matches!(self.0.state.lock().phase, Phase::Head | Phase::Idle | Phase::Ended)
    }

    pub(super) fn cut(&self) {
        self.0.cut.store(true, Ordering::Release);
        self.0.cutting.notify_one();
        let waiting = std::mem::take(&mut self.0.state.lock().waiting);
        waiting.into_iter().flatten().for_each(Waker::wake);
    }

    pub(super) fn is_cut(&self) -> bool {
        self.0.cut.load(Ordering::Acquire)
    }

    fn deadline(&self) -> Option<Instant> {
        let state = self.0.state.lock();
        let of_phase = match state.phase {
            Phase::Head => Some(state.since + self.0.deadlines.header),
            Phase::Idle => Some(state.since + self.0.deadlines.idle),
            Phase::Body | Phase::Working | Phase::Answer | Phase::Talk | Phase::Ended => None,
        };
        let of_write = state.blocked.map(|since| since + self.0.deadlines.write);
        of_phase.into_iter().chain(of_write).min()
    }

    /// Resolves when the client was too slow, or the connection was cut or is closed.
    pub(super) async fn over(&self) {
        while !self.is_cut() && self.0.state.lock().phase != Phase::Ended {
            let now = Instant::now();
            let deadline = self.deadline();
            if deadline.is_some_and(|deadline| deadline <= now) {
                return;
            }
            // The only deadline of a WebSocket begins with a write that waits, which wakes this.
            let look = (!self.is_talking()).then(|| now + self.0.deadlines.look());
            let Some(next) = deadline.into_iter().chain(look).min() else {
                self.0.cutting.notified().await;
                continue;
            };
            tokio::select! {
                () = tokio::time::sleep_until(next) => {}
                () = self.0.cutting.notified() => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
