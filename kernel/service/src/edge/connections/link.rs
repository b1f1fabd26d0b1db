//! What is known of one connection: what it is doing, since when, and when its last byte moved.
//!
//! Always: every phase that waits for the client has a deadline, either here or, for a request's body, in `bodies`. A
//! connection that was cut moves no byte any more.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};
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
    /// HTTP handed it over to a WebSocket: either side may be silent for as long as it likes.
    Talk,
    /// It is closed.
    Ended,
}

/// Who waits for a socket.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side {
    Reader,
    Writer,
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
    /// Who waits for a WebSocket's bytes, and would not hear otherwise that it was cut: nothing polls it from outside.
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
                let begins = state.blocked.is_none();
                state.blocked.get_or_insert(now);
                if begins && state.phase == Phase::Talk {
                    // Now it has a deadline.
                    self.0.cutting.notify_one();
                }
            }
        }
    }

    /// Remembers who waits for a WebSocket's bytes.
    pub(super) fn waits(&self, side: Side, context: &Context<'_>) {
        let mut state = self.state();
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
        match has_body {
            true => self.enter(Phase::Body),
            // No deadline looks at when the node began to work.
            false => self.state().phase = Phase::Working,
        }
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

    /// The next request may come, unless the answer was that the connection is a WebSocket from now on.
    pub(super) fn answered(&self) {
        if !self.is_talking() {
            self.enter(Phase::Idle);
        }
    }

    /// From now on it is a WebSocket.
    pub(super) fn talks(&self) {
        self.enter(Phase::Talk);
    }

    pub(super) fn is_talking(&self) -> bool {
        self.state().phase == Phase::Talk
    }

    /// It is closed.
    pub(super) fn ended(&self) {
        self.enter(Phase::Ended);
        self.0.cutting.notify_one();
    }

    /// For how long nothing has moved; none while the node owes an answer.
    pub(super) fn idle_for(&self, now: Instant) -> Option<Duration> {
        let state = self.state();
        (state.phase != Phase::Working).then(|| now.saturating_duration_since(state.moved))
    }

    /// Whether a handler is at work that shall hear of the end.
    pub(super) fn has_request(&self) -> bool {
        !matches!(self.state().phase, Phase::Head | Phase::Idle | Phase::Ended)
    }

    pub(super) fn cut(&self) {
        self.0.cut.store(true, Ordering::Release);
        self.0.cutting.notify_one();
        let waiting = std::mem::take(&mut self.state().waiting);
        waiting.into_iter().flatten().for_each(Waker::wake);
    }

    pub(super) fn is_cut(&self) -> bool {
        self.0.cut.load(Ordering::Acquire)
    }

    fn deadline(&self) -> Option<Instant> {
        let state = self.state();
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
        while !self.is_cut() && self.state().phase != Phase::Ended {
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
mod tests {
    use super::*;

    /// A deadline that a test waits for, and one that it does not live to see.
    const SOON: Duration = Duration::from_millis(50);
    const NEVER: Duration = Duration::from_secs(3600);

    fn link(header: Duration, idle: Duration, write: Duration) -> Link {
        let deadlines = Deadlines {
            header,
            idle,
            write,
        };
        Link::new(Prefix::of([192, 0, 2, 1].into()), deadlines)
    }

    /// It ends by the deadline that comes soon, and not before it.
    async fn is_over(link: &Link) {
        let deadline = link.deadline().unwrap();
        let over = tokio::time::timeout(NEVER / 60, link.over()).await;
        assert!(over.is_ok(), "it waits for another deadline");
        assert!(Instant::now() >= deadline);
    }

    #[tokio::test]
    async fn a_head_has_its_own_deadline_however_long_a_connection_may_idle() {
        is_over(&link(SOON, NEVER, NEVER)).await;
        let slow = link(SOON, NEVER, NEVER);
        slow.answered();
        let begins = async {
            tokio::task::yield_now().await;
            slow.read();
            let deadline = slow.deadline();
            assert_eq!(deadline, Some(slow.state().since + SOON));
            tokio::time::sleep(Duration::from_millis(2)).await;
            slow.read();
            assert_eq!(slow.deadline(), deadline, "a byte now and then is no head");
        };
        let over = async { tokio::time::timeout(NEVER / 60, slow.over()).await };
        let (over, ()) = tokio::join!(over, begins);
        assert!(over.is_ok(), "it has begun to wait when it idled");
        let idle = link(SOON, SOON * 3, NEVER);
        idle.answered();
        assert_eq!(idle.deadline(), Some(idle.state().since + SOON * 3));
        is_over(&idle).await;
    }

    #[tokio::test]
    async fn a_client_that_takes_no_byte_has_a_deadline() {
        let link = link(NEVER, NEVER, SOON);
        link.request_began(false);
        link.answering();
        link.wrote(false);
        let deadline = link.deadline();
        tokio::time::sleep(Duration::from_millis(2)).await;
        link.wrote(false);
        assert_eq!(link.deadline(), deadline, "the first counts");
        is_over(&link).await;
        link.wrote(true);
        assert_eq!(link.deadline(), None, "it goes on");
    }

    #[tokio::test]
    async fn a_socket_may_be_silent_and_must_take_what_is_sent() {
        let link = link(SOON, SOON, SOON);
        link.request_began(false);
        link.talks();
        link.answered();
        link.read();
        assert_eq!(link.deadline(), None);
        assert!(link.is_talking());
        let silent = tokio::time::timeout(SOON * 10, link.over()).await;
        assert!(silent.is_err());
        let blocks = async {
            tokio::task::yield_now().await;
            link.wrote(false);
        };
        let over = async { tokio::time::timeout(NEVER / 60, link.over()).await };
        let (over, ()) = tokio::join!(over, blocks);
        assert!(over.is_ok(), "it waits for a client that takes nothing");
        assert!(
            link.idle_for(Instant::now()).is_some(),
            "it can make room for others"
        );
    }

    #[tokio::test]
    async fn who_waits_for_a_socket_hears_that_it_was_cut_and_its_keeper_that_it_ended() {
        let cut = link(NEVER, NEVER, NEVER);
        cut.talks();
        let waits = std::future::poll_fn(|context| {
            cut.waits(Side::Reader, context);
            match cut.is_cut() {
                true => std::task::Poll::Ready(()),
                false => std::task::Poll::Pending,
            }
        });
        let cuts = async {
            tokio::task::yield_now().await;
            cut.cut();
        };
        let waited = async { tokio::time::timeout(NEVER / 60, waits).await };
        let (waited, ()) = tokio::join!(waited, cuts);
        assert!(waited.is_ok());
        let ended = link(NEVER, NEVER, NEVER);
        ended.talks();
        let ends = async {
            tokio::task::yield_now().await;
            ended.ended();
        };
        let over = async { tokio::time::timeout(NEVER / 60, ended.over()).await };
        let (over, ()) = tokio::join!(over, ends);
        assert!(over.is_ok() && !ended.has_request());
    }

    #[tokio::test]
    async fn work_of_the_node_is_never_too_slow_for_itself() {
        let link = link(SOON, SOON, SOON);
        link.request_began(false);
        assert_eq!(link.deadline(), None);
        let over = tokio::time::timeout(SOON * 10, link.over()).await;
        assert!(over.is_err());
        assert_eq!(link.idle_for(Instant::now()), None);
        link.cut();
        link.over().await;
    }
}
