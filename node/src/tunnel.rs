//! Tunnels: the box keeps a connection to a registry, which carries connections from anywhere to it (docs/registry.md, "Tunnels").
//!
//! Always: TLS ends here, with the box's own certificates; what comes through a tunnel has the limits and deadlines of every other
//! connection. The registry is not trusted: it may name only the visitors of the names that were planned, and no address that
//! would have rights here; what it says that it carries is only shown. A broken tunnel is dialled again with growing pauses, and nothing else of the node waits for it.

mod visitor;

use imajin_app::Node;
use imajin_app::task::boxed;
use imajin_box::registry::{RegistryError, Wire, sign};
use imajin_dfos::Timestamp;
use imajin_edge::Site;
use imajin_edge::server::Intake;
use imajin_edge::tunnel::{
    self, ADDRESSES_HEADER, DAY_HEADER, Meter, NAMES_HEADER, PING_EVERY, read_list,
};
use imajin_host::backoff::Backoff;
use imajin_host::network::TunnelState;
use imajin_host::outgoing::Allowed;
use imajin_host::prelude::*;
use imajin_host::stop::{Stop, Stopper};
use reqwest::header::HeaderMap;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;

/// Pauses after a tunnel broke.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(300));
/// A tunnel that lasted this long did not fail: the next pause is the shortest again.
const STEADY: Duration = Duration::from_secs(60);
/// How long the registry may take to begin with HTTP/2.
const OPEN: Duration = Duration::from_secs(10);
/// How long visitors may take once the tunnel is no longer wanted.
const FAREWELL: Duration = Duration::from_secs(1);
/// Interval between two updates of the bytes that are shown.
const COUNT: Duration = Duration::from_secs(5);
const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// A tunnel that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The registry's address.
    pub registry: String,
    /// The host name that the registry keeps for the node, and the box's own names.
    pub names: Vec<String>,
}

/// Keeps the tunnels that are planned, until the node stops. A change of the plan opens and closes tunnels at once. Sends the
/// address of each registry that begins to refuse its tunnel as `refusing`.
pub async fn run(
    site: Site,
    tls: Option<TlsAcceptor>,
    mut plans: watch::Receiver<Vec<Plan>>,
    refusing: mpsc::Sender<String>,
    stop: Stop,
) {
    let node = site.node().clone();
    let is_secure = tls.is_some();
    let intake = Arc::new(Intake::new(site, tls));
    let mut open: Vec<(Plan, Stopper, JoinHandle<()>)> = Vec::new();
    loop {
        let planned = plans.borrow_and_update().clone();
        let (kept, unwanted) =
            open.into_iter().partition::<Vec<_>, _>(|(plan, ..)| planned.contains(plan));
        open = kept;
        close(unwanted).await;
        node.network().change(|place| {
            let is_wanted = |state: &TunnelState| {
                planned
                    .iter()
                    .any(|plan| plan.registry == state.registry && plan.names == state.names)
            };
            place.tunnels.retain(is_wanted);
        });
        for plan in planned {
            if open.iter().any(|(other, ..)| *other == plan) {
                continue;
            }
            let stopper = Stopper::default();
            let tunnel = Tunnel {
                node: node.clone(),
                intake: Arc::clone(&intake),
                plan: plan.clone(),
                meter: Meter::default(),
                refusing: refusing.clone(),
            };
            if !is_secure {
                tunnel.note(|state, now| {
                    state.last_break = Some((now, "HTTPS is off: set `tls.listen`".to_owned()));
                });
                continue;
            }
            let task = tokio::spawn(boxed(tunnel.keep(stopper.signal())));
            open.push((plan, stopper, task));
        }
        // The sender is gone once the node stops.
        match stop.or(plans.changed()).await {
            Some(Ok(())) => {}
            _ => break,
        }
    }
    // Answers under way still need their tunnel.
    intake.end().await;
    close(open).await;
}

async fn close(tunnels: Vec<(Plan, Stopper, JoinHandle<()>)>) {
    for (_, stopper, _) in &tunnels {
        stopper.stop();
    }
    for (.., task) in tunnels {
        if task.await.is_err() {
            tracing::error!("a tunnel ended with a panic");
        }
    }
}

/// One tunnel, whether it is open or not.
struct Tunnel {
    node: Node,
    intake: Arc<Intake<Site>>,
    plan: Plan,
    meter: Meter,
    refusing: mpsc::Sender<String>,
}

impl Tunnel {
    /// Dials until told to stop.
    async fn keep(self, stop: Stop) {
        let registry = &self.plan.registry;
        self.note(|_, _| {});
        let mut failures = 0_u32;
        let mut was_refused = false;
        loop {
            let begun = Instant::now();
            let Err(broken) = self.carry(&stop).await else {
                break;
            };
            let is_steady = begun.elapsed() >= STEADY;
            failures = if is_steady { 1 } else { failures.saturating_add(1) };
            // A line for each attempt would fill the log of a box that is away for a week.
            if failures == 1 {
                tracing::info!(registry, "the tunnel is not open: {broken}; the node dials again");
            }
            // Without room, others wait to be heard, and this one is sent after its next refusal.
            was_refused = broken.is_refusal()
                && (was_refused || self.refusing.try_send(registry.clone()).is_ok());
            let pause = pause(failures, broken.after());
            self.note(|state, now| {
                (state.since, state.carried) = (None, Vec::new());
                state.last_break = Some((now, broken.to_string()));
            });
            if !stop.rest(pause).await {
                break;
            }
        }
        self.note(|state, _| (state.since, state.carried) = (None, Vec::new()));
    }

    /// Opens the tunnel, and carries visitors until it breaks; `Ok` once told to stop.
    async fn carry(&self, stop: &Stop) -> Result<(), TunnelBreak> {
        let Some(opened) = stop.or(self.open()).await else {
            return Ok(());
        };
        let (mut connection, headers) = opened?;
        let mut day = Day::new(&headers, self.node.now(), &self.meter);
        let pings = connection.ping_pong().ok_or(TunnelBreak::Closed)?;
        tracing::info!(registry = self.plan.registry, "the tunnel is open");
        self.note(|state, now| {
            state.since = Some(now);
            state.bytes_a_day = day.most;
            state.addresses = read_list(&headers, ADDRESSES_HEADER);
        });
        let mut silence = std::pin::pin!(tunnel::silence(pings, PING_EVERY));
        let mut counting = tokio::time::interval(COUNT);
        loop {
            tokio::select! {
                () = stop.given() => break,
                () = &mut silence => return Err(TunnelBreak::Silent),
                _ = counting.tick() => self.count(&mut day),
                accepted = connection.accept() => match accepted {
                    Some(Ok((request, answer))) if visitor::is_message(&request) => {
                        self.hear(request.headers());
                        visitor::confirm(answer);
                    }
                    Some(Ok(visitor)) => visitor::take(visitor, &self.plan.names, &self.meter, &self.intake),
                    Some(Err(error)) => return Err(TunnelBreak::from(error)),
                    None => return Err(TunnelBreak::Closed),
                },
            }
        }
        connection.graceful_shutdown();
        // Visitors that come now are sent away by the dropped stream.
        let ending = async { while let Some(Ok(_)) = connection.accept().await {} };
        let _ = timeout(FAREWELL, ending).await;
        Ok(())
    }

    /// Dials the registry.
    async fn open(&self) -> Result<(visitor::Connection, HeaderMap), TunnelBreak> {
        let Plan { registry, names } = &self.plan;
        let document = json!({ "nodeId": self.node.did().as_str(), "names": names });
        let document = sign(&self.node.key().key, document, self.node.now().as_millis());
        let wire = Wire::new(Allowed::from_node(&self.node), registry)?;
        let (headers, socket) = wire.tunnel(&document).await?;
        let connection = timeout(OPEN, tunnel::box_side(socket)).await;
        Ok((connection.map_err(|_| TunnelBreak::Silent)??, headers))
    }

    /// Notes which of the planned names the registry says it carries.
    fn hear(&self, headers: &HeaderMap) {
        let mut carried: Vec<String> = read_list(headers, NAMES_HEADER);
        carried.retain(|name| self.plan.names.contains(name));
        self.note(|state, _| state.carried = carried);
    }

    fn count(&self, day: &mut Day) {
        let bytes = day.bytes(self.node.now(), &self.meter);
        let place = self.node.network().now();
        let shown = place.tunnels.iter().find(|state| self.is_own(state));
        if shown.is_some_and(|state| state.bytes_today != bytes) {
            self.note(|state, _| state.bytes_today = bytes);
        }
    }

    fn is_own(&self, state: &TunnelState) -> bool {
        state.registry == self.plan.registry && state.names == self.plan.names
    }

    /// Changes the state that the owner sees.
    fn note(&self, change: impl FnOnce(&mut TunnelState, Timestamp)) {
        let now = self.node.now();
        self.node.network().change(|place| {
            let index = match place.tunnels.iter().position(|state| self.is_own(state)) {
                Some(index) => index,
                None => {
                    place.tunnels.push(TunnelState {
                        registry: self.plan.registry.clone(),
                        names: self.plan.names.clone(),
                        ..TunnelState::default()
                    });
                    place.tunnels.len() - 1
                }
            };
            if let Some(state) = place.tunnels.get_mut(index) {
                change(state, now);
            }
        });
    }
}

/// Bytes of today: those that the registry had counted before, and those since.
struct Day {
    number: i64,
    before: u64,
    begun: u64,
    most: Option<u64>,
}

impl Day {
    /// Reads the registry's answer, which may have any form.
    fn new(headers: &HeaderMap, now: Timestamp, meter: &Meter) -> Self {
        let numbers = headers.get(DAY_HEADER).and_then(|value| {
            let (before, most) = value.to_str().ok()?.split_once('/')?;
            Some((before.parse().ok()?, most.parse().ok()?))
        });
        let (before, most): (u64, u64) = numbers.unwrap_or_default();
        Self {
            number: now.as_millis().div_euclid(DAY_MS),
            before,
            begun: meter.bytes(),
            most: (most > 0).then_some(most),
        }
    }

    fn bytes(&mut self, now: Timestamp, meter: &Meter) -> u64 {
        let (number, total) = (now.as_millis().div_euclid(DAY_MS), meter.bytes());
        if number > self.number {
            (self.number, self.before, self.begun) = (number, 0, total);
        }
        self.before.saturating_add(total.saturating_sub(self.begun))
    }
}

/// Why a tunnel is not open.
#[derive(Debug, thiserror::Error)]
enum TunnelBreak {
    #[error("the registry closed it")]
    Closed,
    #[error("the registry does not answer")]
    Silent,
    #[error("the connection was interrupted")]
    Interrupted(#[source] h2::Error),
    #[error("{0}")]
    Registry(#[from] RegistryError),
}

impl From<h2::Error> for TunnelBreak {
    fn from(error: h2::Error) -> Self {
        // An error from the other end that names no reason is its goodbye.
        if error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR) {
            Self::Closed
        } else {
            tracing::debug!(?error, "a tunnel");
            Self::Interrupted(error)
        }
    }
}

impl TunnelBreak {
    /// Whether the registry answered, and opens no tunnel.
    fn is_refusal(&self) -> bool {
        matches!(self, Self::Registry(RegistryError::Refused { .. }))
    }

    /// How long the registry asks to wait.
    fn after(&self) -> Duration {
        match self {
            Self::Registry(RegistryError::Refused { after_s: Some(after_s), .. }) => {
                Duration::from_secs(*after_s).min(BACKOFF.longest)
            }
            _ => Duration::ZERO,
        }
    }
}

/// The pause after so many failures in a row: up to half as long again by chance, so that boxes don't all dial at once.
fn pause(failures: u32, asked: Duration) -> Duration {
    let chance = getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX));
    BACKOFF.pause(failures).max(asked).mul_f64(1.0 + 0.5 * chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_a_day_begin_with_those_that_the_registry_counted() {
        let at = |ms| Timestamp::from_millis(ms).unwrap();
        let day = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(DAY_HEADER, text.parse().unwrap());
            Day::new(&headers, at(5 * DAY_MS), &Meter::default())
        };
        let mut today = day("70/1000");
        assert_eq!(today.most, Some(1_000));
        assert_eq!(today.bytes(at(5 * DAY_MS), &Meter::default()), 70);
        assert_eq!(today.bytes(at(6 * DAY_MS), &Meter::default()), 0);
        for odd in ["", "70", "a/b", "-1/2", "1/99999999999999999999999", "1/2/3"] {
            assert_eq!((day(odd).before, day(odd).most), (0, None), "{odd}");
        }
    }

    #[test]
    fn pauses_grow_to_five_minutes_and_are_never_all_the_same() {
        let seconds = |failures| pause(failures, Duration::ZERO).as_secs_f64();
        assert!((1.0..=1.5).contains(&seconds(1)) && (4.0..=6.0).contains(&seconds(3)));
        assert!((300.0..=450.0).contains(&seconds(40)));
        let asked_pause = pause(1, Duration::from_secs(60));
        assert!(asked_pause >= Duration::from_secs(60));
        let pauses: Vec<Duration> = (0..16).map(|_| pause(5, Duration::ZERO)).collect();
        assert!(pauses.iter().any(|other| *other != pauses[0]));
    }
}
