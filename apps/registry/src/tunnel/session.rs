//! One node's tunnel, from its 101 to its end, and what it carries for each visitor.
//!
//! Always: a visitor holds the tunnel open no longer than the registry wants it; at its end every visitor's connection ends, and
//! the box hears GOAWAY. A visitor, and a box, that takes nothing for a minute is cut off.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Request, header};
use bytes::Bytes;
use h2::client::SendRequest;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use imajin_edge::tunnel::{
    self, NAMES_HEADER, NAMES_PATH, PIECE_BYTES_MAX, PING_EVERY, PORT, Receiver, Sender,
};
use imajin_host::stop::Stopper;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Tunnels;
use super::hello::Hello;
use super::limits::{Account, Limit};
use super::visitors::Visitor;
use crate::directory::{Refusal, TunnelHolder};

/// How long a box may take to speak HTTP/2, and to answer for a visitor.
const OPEN: Duration = Duration::from_secs(10);
/// How long a box may take to hear of the end.
const FAREWELL: Duration = Duration::from_millis(900);
/// How long either end may take none of the bytes that wait for it.
const STALL: Duration = Duration::from_secs(60);
/// How long a visitor may stay after the box has said everything.
const LINGER: Duration = Duration::from_secs(10);
/// Interval between two checks whether the node may keep its tunnel, besides those after each verdict.
const LOOK: Duration = Duration::from_secs(60);

/// A tunnel that is open.
pub(super) struct Session {
    pub(super) holder: TunnelHolder,
    /// When it was opened, in milliseconds since 1970.
    pub(super) since_ms: i64,
    requests: SendRequest<Bytes>,
    pub(super) account: Arc<Account>,
    /// The tunnel's end.
    pub(super) stopper: Stopper,
}

/// Why a tunnel ends.
#[derive(Debug)]
#[expect(dead_code, reason = "the log shows what is in it")]
enum SessionEnd {
    /// The box closed it.
    Closed,
    Broken(h2::Error),
    /// The box answers no PING.
    Silent,
    /// The node opened another one.
    Replaced,
    /// The registry stops.
    Stopping,
    Refused(Refusal),
}

/// Runs a tunnel on the connection that the box upgrades.
pub(super) async fn run(tunnels: Tunnels, upgrade: OnUpgrade, holder: TunnelHolder) {
    let mut stopping = tunnels.stopping();
    let opening = async {
        let socket = TokioIo::new(upgrade.await.ok()?);
        tunnel::registry_side(socket).await.ok()
    };
    let Ok(Some((requests, mut connection))) = timeout(OPEN, opening).await else {
        return;
    };
    let Some(pings) = connection.ping_pong() else {
        return;
    };
    let account = tunnels.account(&holder);
    let stopper = Stopper::default();
    let replaced = stopper.signal();
    let session = Arc::new(Session {
        holder: holder.clone(),
        since_ms: tunnels.now_ms(),
        requests,
        account,
        stopper,
    });
    tunnels.install(&session);
    tracing::info!(node = holder.id, "a tunnel is open");
    let mut connection = pin!(connection);
    let end = tokio::select! {
        ended = &mut connection => match ended {
            Ok(()) => SessionEnd::Closed,
            Err(error) => SessionEnd::Broken(error),
        },
        () = tunnel::silence(pings, PING_EVERY) => SessionEnd::Silent,
        () = replaced.given() => SessionEnd::Replaced,
        _ = stopping.wait_for(|stops| *stops) => SessionEnd::Stopping,
        refusal = refused(&tunnels, &holder) => SessionEnd::Refused(refusal),
        never = carry_claimed(&tunnels, &session) => match never {},
    };
    tracing::info!(node = holder.id, "a tunnel ends: {end:?}");
    tunnels.remove(&session);
    session.stopper.stop();
    // With the last request and the last stream gone, the connection says GOAWAY.
    drop(session);
    let _ = timeout(FAREWELL, &mut connection).await;
}

/// Resolves when the node may no longer keep its tunnel.
async fn refused(tunnels: &Tunnels, holder: &TunnelHolder) -> Refusal {
    let directory = &tunnels.0.directory;
    let mut verdicts = directory.verdicts();
    loop {
        // The directory outlives every tunnel, so the only other outcome is that a verdict was sent.
        let _ = timeout(LOOK, verdicts.changed()).await;
        match directory.check_tunnel(holder).await {
            // A database that doesn't answer decides nothing.
            Ok(()) | Err(Refusal::Store(_)) => {}
            Err(refusal) => return refusal,
        }
    }
}

/// Keeps the node's own names in step with their zones, and tells the box which names are carried, each time that they change.
async fn carry_claimed(tunnels: &Tunnels, session: &Arc<Session>) -> Infallible {
    let mut announced = Vec::new();
    loop {
        let is_any_missing = tunnels.carry_claimed(session).await;
        let names = tunnels.names_of(session);
        if announced != names {
            let telling = timeout(OPEN, tell(session.requests.clone(), &names));
            // A box that has no room for another stream is told next time.
            if matches!(telling.await, Ok(Ok(()))) {
                announced.clone_from(&names);
            }
        }
        let interval = tunnels.0.owned_names.interval(is_any_missing || announced != names);
        tokio::time::sleep(interval).await;
    }
}

/// Tells a box which of its names are carried. Boxes that know no such message refuse it.
async fn tell(requests: SendRequest<Bytes>, names: &[String]) -> Result<(), CarryError> {
    let host = names.first().map_or("", String::as_str);
    let request = Request::put(format!("https://{host}{NAMES_PATH}"))
        .header(NAMES_HEADER, tunnel::list(names))
        .body(())?;
    let mut requests = requests.ready().await?;
    let (answer, _) = requests.send_request(request, true)?;
    drop(requests);
    answer.await?;
    Ok(())
}

impl Session {
    /// Carries a visitor's connection until either end, the tunnel or a limit ends it.
    pub(super) async fn carry(self: Arc<Self>, visitor: TcpStream, address: IpAddr, hello: Hello) {
        let account = Arc::clone(&self.account);
        let stop = self.stopper.signal();
        let admitted = match stop.or(account.admit(address)).await {
            None => return,
            Some(Ok(admitted)) => admitted,
            Some(Err(limit)) => return note(&self.holder, limit),
        };
        let (requests, holder) = (self.requests.clone(), self.holder.clone());
        // The tunnel ends once its session is dropped everywhere.
        drop(self);
        let carrying = async {
            let opening = open(requests, &hello.name, address, &account);
            let (receiver, sender) = timeout(OPEN, opening).await??;
            let far = (receiver, sender);
            copy(visitor, far, hello.bytes, (&account, &admitted)).await
        };
        let lost = admitted.lost();
        match stop.or(lost.or(carrying)).await.flatten() {
            None | Some(Ok(())) => {}
            Some(Err(CarryError::Limit(limit))) => note(&holder, limit),
            Some(Err(error)) => tracing::debug!(node = holder.id, "a visitor: {error}"),
        }
    }
}

fn note(holder: &TunnelHolder, limit: Limit) {
    tracing::debug!(node = holder.id, "a limit closed a connection: {limit:?}");
}

/// Why a visitor's connection ends early.
#[derive(Debug, thiserror::Error)]
enum CarryError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Http(#[from] h2::Error),
    #[error("{0}")]
    Request(#[from] axum::http::Error),
    #[error("refused: {0}")]
    Refused(u16),
    #[error("stalled: {0}")]
    Stalled(#[from] tokio::time::error::Elapsed),
    #[error("{0:?}")]
    Limit(Limit),
}

impl From<Limit> for CarryError {
    fn from(limit: Limit) -> Self {
        Self::Limit(limit)
    }
}

/// Asks the box to take a visitor.
async fn open(
    requests: SendRequest<Bytes>,
    name: &str,
    address: IpAddr,
    account: &Account,
) -> Result<(Receiver, Sender), CarryError> {
    let request = Request::connect(format!("{name}:{PORT}"))
        .header(header::FORWARDED, tunnel::forwarded(address))
        .body(())?;
    let mut requests = requests.ready().await?;
    let (answer, stream) = requests.send_request(request, false)?;
    drop(requests);
    let answer = answer.await?;
    if !answer.status().is_success() {
        return Err(CarryError::Refused(answer.status().as_u16()));
    }
    let receiver = Receiver::new(answer.into_body(), account.meter.clone());
    Ok((receiver, Sender::new(stream, account.meter.clone())))
}

/// Moves bytes both ways, as fast as the slower end and the node's rate allow.
async fn copy(
    mut visitor: TcpStream,
    (mut receiver, mut sender): (Receiver, Sender),
    hello: Bytes,
    (account, admitted): (&Account, &Visitor),
) -> Result<(), CarryError> {
    let (reader, mut writer) = visitor.split();
    let up = async {
        account.pace(hello.len()).await?;
        timeout(STALL, sender.send(hello)).await??;
        loop {
            // A silent visitor has no buffer.
            reader.readable().await?;
            let mut piece = Vec::with_capacity(PIECE_BYTES_MAX);
            match reader.try_read_buf(&mut piece) {
                Ok(0) => return Ok(sender.end()?),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Err(error) => return Err(error.into()),
            }
            admitted.note_bytes();
            account.pace(piece.len()).await?;
            timeout(STALL, sender.send(piece.into())).await??;
        }
    };
    let down = async {
        while let Some(piece) = receiver.next().await {
            let piece = piece?;
            admitted.note_bytes();
            account.pace(piece.len()).await?;
            timeout(STALL, writer.write_all(&piece)).await??;
            receiver.release(piece.len())?;
        }
        Ok(writer.shutdown().await?)
    };
    let (mut up, mut down) = (pin!(up), pin!(down));
    tokio::select! {
        ended = &mut up => {
            ended?;
            down.await
        }
        ended = &mut down => {
            ended?;
            timeout(LINGER, up).await?
        }
    }
}
