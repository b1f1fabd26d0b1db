//! The owner's API for the box, at `/www/api/box`: its alarms, its backups, and its power.
//!
//! Always: for the owner alone, but for a restore, which a box without one begins with (`restore.rs`). A storage's key can be set, and is never shown.

use std::sync::Arc;

use axum::http::StatusCode;
use imajin_app::extract::{Json, Person};
use imajin_app::routing::{OpenApiRouter, routes};
use imajin_app::{Answer, Lang, Node, Peer, Problem, Session, blocking};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{BackupWish, Power, SetBy, Upkeep};

use crate::prelude::*;

/// The routes, relative to the service that mounts them.
pub fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(alarms))
        .routes(routes!(backups, choose, forget))
        .routes(routes!(try_place))
        .routes(routes!(pause))
        .routes(routes!(run))
        .routes(routes!(power))
        .merge(super::restore::routes())
        .with_state(node)
}

fn upkeep_for(node: &Node, session: &Session) -> Result<Arc<dyn Upkeep>, Problem> {
    if !node.is_owner(&session.did)? {
        return Err(Problem::forbidden("Only the owner of this box may do this."));
    }
    let upkeep = node.upkeep().cloned();
    upkeep.ok_or_else(|| Problem::unavailable("Nobody looks after this node."))
}

/// Runs work that may block for long on a separate thread.
async fn on_own_thread<T: Send + 'static>(
    upkeep: Arc<dyn Upkeep>,
    work: impl FnOnce(&dyn Upkeep) -> T + Send + 'static,
) -> Result<T, Problem> {
    blocking::long(move || work(upkeep.as_ref())).await
}

/// The alarms that need the owner.
#[derive(Debug, Serialize, ToSchema)]
struct AlarmsAnswer {
    /// One of each kind at most.
    alarms: Vec<AlarmAnswer>,
}

/// One alarm.
#[derive(Debug, Serialize, ToSchema)]
struct AlarmAnswer {
    /// `disk`, `damage`, `backup`, `card`, `certificate`, `update` or `twin`.
    #[schema(example = "backup")]
    kind: &'static str,
    /// The title.
    title: String,
    /// Whether nothing is broken yet.
    warning: bool,
    /// The findings; lines.
    says: String,
    /// The work to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    todo: Option<String>,
    /// The page for it.
    href: &'static str,
}

/// Lists the alarms that need the owner now, as the box saw them when it last looked.
#[utoipa::path(
    get, path = "/api/box/alarms", tag = "your box",
    responses((status = 200, body = AlarmsAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Not the owner"), (status = 503, description = "Nobody looks after this node")),
)]
async fn alarms(Person(node, session): Person, lang: Lang) -> Answer<axum::Json<AlarmsAnswer>> {
    upkeep_for(&node, &session)?;
    let words = &node.services().words().with_lang(lang);
    let alarms = node.alarms().now().into_iter().map(|alarm| AlarmAnswer {
        kind: alarm.kind.word(),
        title: alarm.title(words),
        warning: alarm.is_warning,
        says: alarm.says(words),
        todo: alarm.todo(words),
        href: alarm.kind.href(),
    });
    Ok(axum::Json(AlarmsAnswer { alarms: alarms.collect() }))
}

/// The state of backups.
#[derive(Debug, Serialize, ToSchema)]
struct BackupsAnswer {
    /// Where they go.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// Whether the settings or the page set that.
    set_by: SetBy,
    /// Whether none are made by the clock at the moment.
    paused: bool,
    /// Hours between two; 0 for none but on request.
    every_h: u64,
    /// The storage's address.
    #[serde(skip_serializing_if = "String::is_empty")]
    s3_url: String,
    /// Its region.
    #[serde(skip_serializing_if = "String::is_empty")]
    s3_region: String,
    /// When the newest one was made, in milliseconds of the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest_ms: Option<i64>,
    /// Why the last attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// The number of bytes that were read for the one that is being made.
    #[serde(skip_serializing_if = "Option::is_none")]
    done: Option<u64>,
    /// And bytes in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
}

/// The state of backups, and the progress of one that is being made.
#[utoipa::path(
    get, path = "/api/box/backups", tag = "your box",
    responses((status = 200, body = BackupsAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Not the owner"), (status = 503, description = "Nobody looks after this node")),
)]
async fn backups(Person(node, session): Person) -> Answer<axum::Json<BackupsAnswer>> {
    let upkeep = upkeep_for(&node, &session)?;
    let standing = on_own_thread(upkeep, |upkeep| upkeep.backups()).await?;
    let plan = standing.plan;
    Ok(axum::Json(BackupsAnswer {
        to: standing.to,
        set_by: plan.set_by,
        paused: plan.is_paused,
        every_h: plan.every_h,
        s3_url: plan.s3_url,
        s3_region: plan.s3_region,
        newest_ms: standing.last.map(|last| last.at_ms),
        failure: standing.failure.map(|(_, why)| why),
        done: standing.running.map(|(done, _)| done),
        total: standing.running.map(|(_, total)| total),
    }))
}

/// A key is not taken where others can read it along.
fn in_private(peer: Peer, wish: &BackupWish) -> Result<(), Problem> {
    let is_private = peer.secure || peer.address.is_loopback();
    if wish.s3_secret.is_empty() || is_private {
        Ok(())
    } else {
        Err(Problem::forbidden(
            "The storage's key is not taken over plain HTTP, where others can read it along: open this box by its https:// address.",
        )
        .slug("plain-http"))
    }
}

/// Set where backups go. What the settings name (`imajin.toml`, the environment) wins over it: then this is refused.
#[utoipa::path(
    put, path = "/api/box/backups", tag = "your box", request_body = BackupWish,
    responses(
        (status = 204, description = "Set"), (status = 400, description = "The place cannot be used"), (status = 401, description = "Not signed in"),
        (status = 403, description = "Not the owner, or a key over plain HTTP"), (status = 409, description = "The settings name a place"), (status = 503, description = "Nobody looks after this node"),
    ),
)]
async fn choose(
    Person(node, session): Person,
    peer: Peer,
    Json(wish): Json<BackupWish>,
) -> Answer<StatusCode> {
    let upkeep = upkeep_for(&node, &session)?;
    in_private(peer, &wish)?;
    on_own_thread(upkeep, |upkeep| upkeep.choose_backups(wish)).await??;
    node.alarms().look_again();
    Ok(StatusCode::NO_CONTENT)
}

/// Forget what was set here, including the storage's key. Existing backups stay.
#[utoipa::path(
    delete, path = "/api/box/backups", tag = "your box",
    responses((status = 204, description = "Forgotten"), (status = 401, description = "Not signed in"), (status = 403, description = "Not the owner"), (status = 409, description = "The settings name a place"), (status = 503, description = "Nobody looks after this node")),
)]
async fn forget(Person(node, session): Person) -> Answer<StatusCode> {
    let upkeep = upkeep_for(&node, &session)?;
    on_own_thread(upkeep, |upkeep| upkeep.forget_backups()).await??;
    node.alarms().look_again();
    Ok(StatusCode::NO_CONTENT)
}

/// The place to try.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Try {
    /// A place that is not set yet; none for the one that is.
    #[serde(default)]
    wish: Option<BackupWish>,
}

/// Try a place: write a small file, read it back, remove it.
#[utoipa::path(
    post, path = "/api/box/backups/try", tag = "your box", request_body = Try,
    responses(
        (status = 204, description = "It works"), (status = 400, description = "The place cannot be used"), (status = 401, description = "Not signed in"),
        (status = 403, description = "Not the owner, or a key over plain HTTP"), (status = 409, description = "No place is set, or the place refuses"), (status = 503, description = "Nobody looks after this node"),
    ),
)]
async fn try_place(
    Person(node, session): Person,
    peer: Peer,
    Json(wanted): Json<Try>,
) -> Answer<StatusCode> {
    let upkeep = upkeep_for(&node, &session)?;
    if let Some(wish) = &wanted.wish {
        in_private(peer, wish)?;
    }
    on_own_thread(upkeep, |upkeep| upkeep.try_backups(wanted.wish)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether backups rest.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Pause {
    /// Whether none are to be made by the clock.
    paused: bool,
}

/// Make no backups by the clock for now, or make them again.
#[utoipa::path(
    post, path = "/api/box/backups/pause", tag = "your box", request_body = Pause,
    responses((status = 204, description = "So it is"), (status = 400, description = "Not such a body"), (status = 401, description = "Not signed in"), (status = 403, description = "Not the owner"), (status = 409, description = "The settings name a place, or none is set"), (status = 503, description = "Nobody looks after this node")),
)]
async fn pause(Person(node, session): Person, Json(wanted): Json<Pause>) -> Answer<StatusCode> {
    let upkeep = upkeep_for(&node, &session)?;
    on_own_thread(upkeep, move |upkeep| upkeep.pause_backups(wanted.paused)).await??;
    node.alarms().look_again();
    Ok(StatusCode::NO_CONTENT)
}

/// Begin a backup now, unless one is being made.
#[utoipa::path(
    post, path = "/api/box/backups/run", tag = "your box",
    responses((status = 202, description = "Begun"), (status = 401, description = "Not signed in"), (status = 403, description = "Not the owner"), (status = 409, description = "No place is set"), (status = 503, description = "Nobody looks after this node")),
)]
async fn run(Person(node, session): Person) -> Answer<StatusCode> {
    upkeep_for(&node, &session)?.begin_backup()?;
    Ok(StatusCode::ACCEPTED)
}

/// The action for the box.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PowerWish {
    /// What.
    what: Power,
    /// The words that the page asks its owner to type for it.
    typed: String,
}

/// Restart, stop or erase the box. The words of the page are typed for each.
#[utoipa::path(
    post, path = "/api/box/power", tag = "your box", request_body = PowerWish,
    responses(
        (status = 202, description = "Begun"), (status = 400, description = "Other words were typed"), (status = 401, description = "Not signed in"),
        (status = 403, description = "Not the owner"), (status = 409, description = "That does not work here"), (status = 503, description = "Nobody looks after this node"),
    ),
)]
async fn power(Person(node, session): Person, Json(wish): Json<PowerWish>) -> Answer<StatusCode> {
    let upkeep = upkeep_for(&node, &session)?;
    let words = wish.what.typed();
    if wish.typed.trim() != words {
        let message = format!("Type {words:?}, so that this is no slip. Nothing was done.");
        return Err(Problem::field("typed", message));
    }
    if !upkeep.powers().has(wish.what) {
        return Err(Problem::conflict(
            "This does not work here: the node runs as a program that cannot do it.",
        ));
    }
    on_own_thread(upkeep, move |upkeep| upkeep.use_power(wish.what)).await??;
    Ok(StatusCode::ACCEPTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_storage_is_not_taken_over_plain_http_from_another_machine() {
        let peer = |address: &str, secure| Peer { address: address.parse().unwrap(), secure };
        let wish =
            |secret: &str| BackupWish { s3_secret: secret.to_owned(), ..BackupWish::default() };
        assert!(in_private(peer("192.168.1.9", true), &wish("key")).is_ok());
        assert!(in_private(peer("127.0.0.1", false), &wish("key")).is_ok());
        assert!(in_private(peer("192.168.1.9", false), &wish("")).is_ok());
        assert!(in_private(peer("192.168.1.9", false), &wish("key")).is_err());
    }
}
