//! What is known of one connection: what it is doing, since when, and when its last byte moved.
//!
//! Always: every phase that waits for the client has a deadline, either here or, for a request's body, in `bodies`. A
//! connection that was cut moves no byte any more.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::host::limits::Limits;
use crate::host::prefix::Prefix;

/// How long a client may take for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadlines {
    header: Duration,
    idle: Duration,
    write: Duration,
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

    pub(super) fn write(&self) -> Duration {
        self.write
    }

    pub(super) fn header(&self) -> Duration {
        self.header
    }
}

/// What a connection is doing.
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
}

/// One connection. Cheap to clone.
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
    /// Since when the client has read nothing of what waits for it; none while it reads.
    blocked: Option<Instant>,
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
            }),
            cut: AtomicBool::new(false),
            cutting: Notify::new(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, phase: Phase) {
        let mut state = self.state();
        state.phase = phase;
        state.since = Instant::now();
        state.moved = state.since;
    }

    pub(super) fn prefix(&self) -> Prefix {
        self.0.prefix
    }

    /// Bytes came.
    pub(super) fn read(&self) {
        let mut state = self.state();
        state.moved = Instant::now();
        if state.phase == Phase::Idle {
            state.phase = Phase::Head;
            state.since = state.moved;
        }
    }

    /// Bytes went out, or the client takes none.
    pub(super) fn wrote(&self, any: bool) {
        let mut state = self.state();
        let now = Instant::now();
        match any {
            true => {
                state.moved = now;
                state.blocked = None;
            }
            false => {
                state.blocked.get_or_insert(now);
            }
        }
    }

    /// The system has taken everything that was to be sent.
    pub(super) fn flushed(&self) {
        let mut state = self.state();
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
        self.enter(if has_body {
            Phase::Body
        } else {
            Phase::Working
        });
    }

    /// All of a request has arrived.
    pub(crate) fn received(&self) {
        if self.state().phase == Phase::Body {
            self.enter(Phase::Working);
        }
    }

    pub(super) fn answering(&self) {
        self.enter(Phase::Answer);
    }

    /// The next request may come.
    pub(super) fn answered(&self) {
        self.enter(Phase::Idle);
    }

    /// For how long nothing has moved; none while the node owes an answer.
    pub(super) fn idle_for(&self, now: Instant) -> Option<Duration> {
        let state = self.state();
        (state.phase != Phase::Working).then(|| now.saturating_duration_since(state.moved))
    }

    /// Whether a handler is at work that shall hear of the end.
    pub(super) fn has_request(&self) -> bool {
        !matches!(self.state().phase, Phase::Head | Phase::Idle)
    }

    pub(super) fn cut(&self) {
        self.0.cut.store(true, Ordering::Release);
        self.0.cutting.notify_one();
    }

    pub(super) fn is_cut(&self) -> bool {
        self.0.cut.load(Ordering::Acquire)
    }

    fn deadline(&self) -> Option<Instant> {
        let state = self.state();
        let of_phase = match state.phase {
            Phase::Head => Some(state.since + self.0.deadlines.header),
            Phase::Idle => Some(state.since + self.0.deadlines.idle),
            Phase::Body | Phase::Working | Phase::Answer => None,
        };
        let of_write = state.blocked.map(|since| since + self.0.deadlines.write);
        of_phase.into_iter().chain(of_write).min()
    }

    /// Resolves when the client was too slow, or the connection was cut.
    pub(super) async fn over(&self) {
        while !self.is_cut() {
            let now = Instant::now();
            let deadline = self.deadline();
            if deadline.is_some_and(|deadline| deadline <= now) {
                return;
            }
            let look = now + self.0.deadlines.look();
            let next = deadline.map_or(look, |deadline| deadline.min(look));
            tokio::select! {
                () = tokio::time::sleep_until(next) => {}
                () = self.0.cutting.notified() => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link {
        let deadlines = Deadlines {
            header: Duration::from_millis(200),
            idle: Duration::from_millis(1500),
            write: Duration::from_millis(600),
        };
        Link::new(Prefix::of([192, 0, 2, 1].into()), deadlines)
    }

    /// Milliseconds until it is over, in hundreds: this machine may be busy.
    async fn until_over(link: &Link) -> u128 {
        let begun = Instant::now();
        link.over().await;
        begun.elapsed().as_millis() / 100
    }

    #[tokio::test]
    async fn a_head_has_its_own_deadline_however_long_a_connection_may_idle() {
        let silent = link();
        let took = until_over(&silent).await;
        assert!((2..6).contains(&took), "{took}");
        let slow = link();
        slow.answered();
        let drip = slow.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(100)).await;
                drip.read();
            }
        });
        let took = until_over(&slow).await;
        assert!(
            (3..9).contains(&took),
            "a byte now and then is no head: {took}"
        );
        let idle = link();
        idle.answered();
        let took = until_over(&idle).await;
        assert!(took >= 15, "{took}");
    }

    #[tokio::test]
    async fn a_client_that_takes_no_byte_has_a_deadline() {
        let link = link();
        link.request_began(false);
        link.answering();
        link.wrote(false);
        link.wrote(false);
        let took = until_over(&link).await;
        assert!((6..12).contains(&took), "{took}");
        link.wrote(true);
        assert_eq!(link.deadline(), None, "it goes on");
    }

    #[tokio::test]
    async fn work_of_the_node_is_never_too_slow_for_itself() {
        let link = link();
        link.request_began(false);
        let over = tokio::time::timeout(Duration::from_secs(2), link.over()).await;
        assert!(over.is_err());
        assert_eq!(link.idle_for(Instant::now()), None);
        link.cut();
        link.over().await;
    }
}
