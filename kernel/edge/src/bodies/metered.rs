//! A body that counts: its bytes against the budget, its time against its deadlines.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use imajin_host::Limits;
use tokio::time::{Instant, Sleep};

use super::budget::{Lease, Refused};
use crate::connections::Link;

/// How long a body waits for room before it is refused.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(50);

/// How fast a body must come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// The longest silence, and how long a measured stretch is.
    idle: Duration,
    /// Bytes that must come in such a stretch.
    bytes_min: u64,
}

impl Pace {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            idle: Duration::from_secs(limits.body_idle_s.max(1)),
            bytes_min: limits.body_rate_min.saturating_mul(limits.body_idle_s.max(1)),
        }
    }
}

/// The body of a request, as handlers get it.
pub(crate) struct Metered<B> {
    inner: B,
    lease: Lease,
    link: Option<Link>,
    pace: Pace,
    /// When the last byte came.
    last: Instant,
    /// When the measured interval began, and the bytes that came in it.
    stretch: (Instant, u64),
    /// The received bytes that have no room yet, and since when.
    waiting: Option<(Bytes, Instant)>,
    timer: Option<Pin<Box<Sleep>>>,
    ended: bool,
}

impl<B> Metered<B> {
    pub(crate) fn new(inner: B, lease: Lease, pace: Pace, link: Option<Link>) -> Self {
        let now = Instant::now();
        Self {
            inner,
            lease,
            link,
            pace,
            last: now,
            stretch: (now, 0),
            waiting: None,
            timer: None,
            ended: false,
        }
    }

    fn end(&mut self) {
        self.ended = true;
        if let Some(link) = &self.link {
            link.received();
        }
    }

    fn refuse(&mut self, why: Refused) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.end();
        self.lease.refuse(why);
        let error = match why {
            Refused::NoRoom => io::Error::other("no room for the body"),
            Refused::Slow => io::ErrorKind::TimedOut.into(),
        };
        Poll::Ready(Some(Err(error.into())))
    }

    /// Whether the moment has come; else the task is woken then.
    fn is_past(&mut self, moment: Instant, context: &mut Context<'_>) -> bool {
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(moment)));
        if timer.deadline() != moment {
            timer.as_mut().reset(moment);
        }
        timer.as_mut().poll(context).is_ready()
    }

    fn came(&mut self, bytes: usize) {
        self.last = Instant::now();
        self.stretch.1 += bytes as u64;
    }

    /// Whether the client has been too slow, while no more bytes are here.
    fn is_slow(&mut self, context: &mut Context<'_>) -> bool {
        loop {
            let now = Instant::now();
            let stretch_ends = self.stretch.0 + self.pace.idle;
            if now >= stretch_ends {
                if self.stretch.1 < self.pace.bytes_min {
                    return true;
                }
                self.stretch = (now, 0);
                continue;
            }
            let silent = self.last + self.pace.idle;
            if now >= silent {
                return true;
            }
            if !self.is_past(silent.min(stretch_ends), context) {
                return false;
            }
        }
    }
}

impl<B> Body for Metered<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        loop {
            if this.ended {
                return Poll::Ready(None);
            }
            if let Some((bytes, since)) = this.waiting.take() {
                if this.lease.take(bytes.len()) {
                    // A reader that knows the length does not poll again.
                    if this.inner.is_end_stream()
                        && let Some(link) = &this.link
                    {
                        link.received();
                    }
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                let now = Instant::now();
                if now >= since + PATIENCE {
                    return this.refuse(Refused::NoRoom);
                }
                this.waiting = Some((bytes, since));
                if !this.is_past(now + LOOK, context) {
                    return Poll::Pending;
                }
                continue;
            }
            match Pin::new(&mut this.inner).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(bytes) => {
                        this.came(bytes.len());
                        this.waiting = Some((bytes, this.last));
                    }
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                Poll::Ready(Some(Err(error))) => {
                    this.end();
                    return Poll::Ready(Some(Err(error.into())));
                }
                Poll::Ready(None) => {
                    this.end();
                    return Poll::Ready(None);
                }
                Poll::Pending if this.is_slow(context) => return this.refuse(Refused::Slow),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended || (self.waiting.is_none() && self.inner.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        // The bytes that wait for room are no longer in the hint of the inner body; no caller asks in between.
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::budget::{Account, Budget};
    use http_body_util::BodyExt;
    use imajin_host::prefix::Prefix;
    use std::convert::Infallible;
    use std::sync::Arc;
    use tokio::sync::mpsc;

    type Sender = mpsc::UnboundedSender<&'static [u8]>;

    struct ChannelBody(mpsc::UnboundedReceiver<&'static [u8]>);

    impl Body for ChannelBody {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            self.0
                .poll_recv(context)
                .map(|bytes| bytes.map(|bytes| Ok(Frame::data(Bytes::from_static(bytes)))))
        }
    }

    fn lease(budget: &Arc<Budget>) -> Lease {
        budget.lease(Account::Address(Prefix::from_address([192, 0, 2, 1].into())), false)
    }

    fn body(budget: &Arc<Budget>) -> (Sender, Metered<ChannelBody>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let pace = Pace { idle: Duration::from_millis(400), bytes_min: 100 };
        (sender, Metered::new(ChannelBody(receiver), lease(budget), pace, None))
    }

    #[tokio::test]
    async fn a_silent_body_ends_after_its_deadline() {
        let budget = Budget::new(1000);
        let (_sender, body) = body(&budget);
        let lease = body.lease.clone();
        let begun = Instant::now();
        assert!(body.collect().await.is_err());
        assert_eq!(lease.refused(), Some(Refused::Slow));
        assert!(begun.elapsed() >= Duration::from_millis(400));
    }

    #[tokio::test]
    async fn a_body_that_drips_ends_too() {
        let budget = Budget::new(1000);
        let (sender, body) = body(&budget);
        let lease = body.lease.clone();
        tokio::spawn(async move {
            while sender.send(b"x").is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let collected = tokio::time::timeout(Duration::from_secs(60), body.collect()).await;
        assert!(collected.unwrap().is_err());
        assert_eq!(lease.refused(), Some(Refused::Slow));
    }

    #[tokio::test]
    async fn a_body_without_room_is_refused_and_one_with_room_waits_for_it() {
        let budget = Budget::new(100);
        let (sender, full) = body(&budget);
        sender.send(&[0; 120]).unwrap();
        drop(sender);
        let refused = full.lease.clone();
        assert!(full.collect().await.is_err());
        assert_eq!(refused.refused(), Some(Refused::NoRoom));
        drop(refused);

        let held = lease(&budget);
        assert!(held.take(70));
        let (sender, waits) = body(&budget);
        sender.send(&[0; 40]).unwrap();
        drop(sender);
        let mut collected = Box::pin(waits.collect());
        let first = std::future::poll_fn(|context| Poll::Ready(collected.as_mut().poll(context)));
        assert!(first.await.is_pending(), "there is no room yet");
        drop(held);
        assert_eq!(collected.await.unwrap().to_bytes().len(), 40);
        assert_eq!(budget.bytes(), 0);
    }
}
