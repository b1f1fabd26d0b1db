//! Makes an asset of a stored file, on the word of its owner's session.
//!
//! Always: the first bytes say what a file is, never its sender. Known bytes make no second asset; those of
//! the trash come back.

use imajin_app::operation::{Change, Field, Int, Invalid, Line, List, MediaFile};
use imajin_app::{Answer, CommandRequest, Node, Problem, Session, Zone, blocking};
use imajin_dfos::{Cid, Timestamp, Value, cbor};
use imajin_host::jobs::Client;
use imajin_host::prelude::*;
use imajin_ledger::media::MediaObject;
use imajin_pictures::{Facts, Kind};
use imajin_protocol::Did;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::decoding;
use crate::fields::{
    About, Access, Audience, Coordinates, FIRST_YEAR, LocalTime, Name, TakenFrom, UsedFor,
};
use crate::ids::{AssetId, FolderId};
use crate::operations::Add;
use crate::queries::{self, Asset, State};

/// A file without a name.
const NAMELESS: &str = "file";

/// The facts that the sender states about a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileMetadata {
    /// Its name on their device.
    pub(crate) name: Option<String>,
    /// When it was changed there.
    pub(crate) last_modified: Option<Timestamp>,
    /// The purpose of the file.
    pub(crate) context: Context,
}

/// The purpose of a file: its audience, its folder, and the service that uses it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    used_for: Option<UsedFor>,
    audience: Option<Audience>,
    folder: Option<FolderId>,
}

/// A context as clients send it. What else they say of it is theirs.
#[derive(Deserialize)]
struct RawContext {
    app: Option<Json>,
    feature: Option<Json>,
    #[serde(alias = "entityId")]
    entity: Option<Json>,
    access: Option<Json>,
    to: Option<Json>,
    folder: Option<Json>,
}

impl Context {
    /// Reads the JSON of `context`.
    /// Errors: 400 if it is none, or a member has another form.
    pub(crate) fn parse(text: &str) -> Answer<Self> {
        let raw: RawContext =
            serde_json::from_str(text).map_err(|error| wrong(&error.to_string()))?;
        let used_for = match member("app", raw.app)? {
            None => None,
            Some(app) => Some(UsedFor {
                app,
                feature: member("feature", raw.feature)?.unwrap_or_default(),
                entity: member("entity", raw.entity)?.unwrap_or_default(),
            }),
        };
        let access: Option<Access> = member("access", raw.access)?;
        let audience = Audience { access, to: member("to", raw.to)? };
        audience.check().map_err(|error| wrong(&error.into_inner().message))?;
        Ok(Self { used_for, audience: Some(audience), folder: member("folder", raw.folder)? })
    }
}

fn wrong(what: &str) -> Problem {
    Problem::field("context", format!("context: {}.", what.trim_end_matches('.')))
}

/// Reads a member of a context.
fn member<F: Field>(name: &str, json: Option<Json>) -> Answer<Option<F>> {
    let read = |json: Json| {
        let value = cbor::from_dag_json(&json).map_err(|error| Invalid::new(error.to_string()))?;
        F::read(&value)
    };
    json.map(read).transpose().map_err(|invalid| wrong(&format!("{name} {invalid}")))
}

impl FileMetadata {
    /// Refuses a folder that its owner does not have.
    /// Errors: 400 with the field.
    pub(crate) fn check(&self, node: &Node, owner: &Did) -> Answer<()> {
        match &self.context.folder {
            Some(folder) if !has_folder(node, owner, folder)? => {
                Err(Problem::field("context", "context: you have no folder with this id."))
            }
            _ => Ok(()),
        }
    }
}

fn has_folder(node: &Node, owner: &Did, folder: &FolderId) -> Answer<bool> {
    queries::read(node, |db| queries::has_folder(db, owner.as_str(), folder.as_str()))
}

/// An asset of a file that was sent.
#[derive(Debug)]
pub(crate) struct AddOutcome {
    /// The asset after the addition.
    pub(crate) asset: Asset,
    /// Whether it was there before.
    pub(crate) is_known: bool,
}

/// Enters a stored file as an asset of its owner.
/// Errors: those of `media.add` and of the writer.
pub(crate) async fn enter(
    node: &Node,
    (session, client): (&Session, &Client),
    owner: &Did,
    stored: MediaObject,
    said: FileMetadata,
) -> Answer<AddOutcome> {
    let id = AssetId::derive(owner, &stored.cid.to_string(), 0);
    if let Some(asset) = kept(node, owner, &id)? {
        return Ok(AddOutcome { asset, is_known: true });
    }
    let state = queries::read(node, |db| queries::state(db, owner.as_str(), &id))?;
    let was_known = state == Some(State::Trash);
    let looked = look(node, client, owner, &stored.cid).await?;
    let (reader, whose) = (node.clone(), owner.clone());
    let add = blocking::run(move || addition(&reader, &whose, (stored, looked), said)).await??;
    let request = CommandRequest::from_operation(owner.clone(), &add)?;
    let submitted = node.submit_custodial(session, request).await;
    match kept(node, owner, &id)? {
        Some(asset) => Ok(AddOutcome {
            asset,
            // Another request added the same bytes first.
            is_known: was_known || submitted.is_err(),
        }),
        None => Err(submitted.err().unwrap_or_else(|| {
            Problem::conflict("This file was erased as soon as it was entered.")
        })),
    }
}

pub(crate) fn kept(node: &Node, owner: &Did, id: &AssetId) -> Answer<Option<Asset>> {
    let asset = queries::read(node, |db| queries::asset(db, owner.as_str(), id))?;
    Ok(asset.filter(|asset| asset.state == State::Kept))
}

/// Kind of a file, and the facts that the file contains.
pub(crate) type Looked = (Kind, About);

/// Looks at a file when it is this client's turn.
/// Errors: the file can't be read, or too many requests already wait for the decoder.
pub(crate) async fn look(node: &Node, client: &Client, owner: &Did, cid: &Cid) -> Answer<Looked> {
    let (kind, facts) = decoding::look(node, client, (owner, *cid)).await?;
    let mut about = About::default();
    if let Some(facts) = facts {
        let made = facts.made;
        say_facts(&mut about, facts);
        let made = made.and_then(|made| Timestamp::from_millis(made.checked_mul(1_000)?).ok());
        if let Some(at) = made.filter(|at| about.taken.is_keep() && is_plausible(node, *at)) {
            say_moment(&mut about, at, TakenFrom::Exif, zone_of(node, owner)?);
        }
    }
    Ok((kind, about))
}

/// Builds the entry that adds a stored file, by the facts in the file, or else by what its sender said.
pub(crate) fn addition(
    node: &Node,
    owner: &Did,
    (stored, (kind, mut about)): (MediaObject, Looked),
    said: FileMetadata,
) -> Answer<Add> {
    if about.taken.is_keep() {
        let (at, from) = match said.last_modified.filter(|at| is_plausible(node, *at)) {
            Some(at) => (at, TakenFrom::File),
            // The day on the owner's calendar, which isn't always that of UTC.
            None => (node.now(), TakenFrom::Upload),
        };
        say_moment(&mut about, at, from, zone_of(node, owner)?);
    }
    // The folder may have been deleted during the upload. The file is stored all the same.
    let folder = match said.context.folder {
        Some(folder) if has_folder(node, owner, &folder)? => Some(folder),
        _ => None,
    };
    let cid = stored.cid.to_string();
    let file = MediaFile::read(&Value::from(cid.as_str()));
    Ok(Add {
        asset: AssetId::derive(owner, &cid, 0),
        name: Name::closest(said.name.as_deref().unwrap_or_default(), NAMELESS),
        kind: Line(kind.mime().to_owned()),
        bytes: Int(i64::try_from(stored.bytes).unwrap_or(i64::MAX)),
        about,
        context: said.context.used_for,
        media: List(vec![file.map_err(Problem::internal)?]),
        n: Int(0),
        folder,
        audience: said.context.audience.unwrap_or(Audience { access: None, to: None }),
        replaces: None,
        sealed: None,
    })
}

/// The time zone of the owner's clocks: the one that they chose, else the box's.
pub(crate) fn zone_of(node: &Node, owner: &Did) -> Answer<Zone> {
    Ok(node.zone_of(owner)?.unwrap_or_else(Zone::home))
}

/// Reads the day and time from a file's last change on the computer that it came from. Empty if that clock was wrong.
pub(crate) fn of_file(node: &Node, owner: &Did, at: Timestamp) -> Answer<About> {
    let mut about = About::default();
    if is_plausible(node, at) {
        say_moment(&mut about, at, TakenFrom::File, zone_of(node, owner)?);
    }
    Ok(about)
}

/// Says when something was taken, by a clock in a zone.
fn say_moment(about: &mut About, at: Timestamp, from: TakenFrom, zone: Zone) {
    let Some(taken) = LocalTime::by_clock(zone, at) else {
        return;
    };
    about.taken = Change::Set(taken);
    about.taken_from = Change::Set(from);
    about.zone = Change::set_or_keep(within(zone.minutes(at)));
}

/// Takes over what fits: a picture may say anything of itself.
fn say_facts(about: &mut About, facts: Facts) {
    let pixels = |pixels: Option<u32>| {
        Change::set_or_keep(pixels.and_then(|pixels| within(i64::from(pixels))))
    };
    about.width = pixels(facts.width);
    about.height = pixels(facts.height);
    about.ms = Change::set_or_keep(facts.ms.and_then(|ms| within(i64::try_from(ms).ok()?)));
    if let Some(taken) = facts.taken.as_deref().and_then(LocalTime::parse) {
        about.taken = Change::Set(taken);
        about.taken_from = Change::Set(TakenFrom::Exif);
        about.zone = Change::set_or_keep(facts.zone.and_then(|zone| within(i64::from(zone))));
    }
    let place = |(lat, lon)| Some(Coordinates { lat: within(lat)?, lon: within(lon)? });
    about.place = Change::set_or_keep(facts.place.and_then(place));
}

/// A number, if it is within the bounds of its field.
pub(crate) fn within<const MIN: i64, const MAX: i64>(number: i64) -> Option<Int<MIN, MAX>> {
    (MIN..=MAX).contains(&number).then_some(Int(number))
}

/// A device whose clock was never set, or runs ahead, says nothing of a file.
fn is_plausible(node: &Node, at: Timestamp) -> bool {
    at <= node.now() && *FIRST_YEAR <= *at.to_string() && at.as_millis() > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_says_who_sees_a_file_and_who_uses_it() {
        let context = Context::parse(
            r#"{"app": "events", "feature": "poster", "entityId": "evt_1", "access": "public", "more": 1}"#,
        );
        let context = context.unwrap();
        let used = context.used_for.unwrap();
        let used = (&*used.app, &*used.feature, &*used.entity);
        assert_eq!(used, ("events", "poster", "evt_1"));
        assert_eq!(context.audience.unwrap().access, Some(Access::Public));
        assert!(Context::parse("{}").unwrap().used_for.is_none());
    }

    #[test]
    fn what_is_wrong_in_a_context_is_named() {
        for (text, name) in [
            ("", "context"),
            ("[]", "context"),
            (r#"{"access": "friends"}"#, "access"),
            (r#"{"access": "conversation"}"#, "to is missing"),
            (r#"{"folder": "mine"}"#, "folder"),
            (r#"{"app": 7}"#, "app"),
        ] {
            let problem = Context::parse(text).unwrap_err();
            assert_eq!(problem.status().as_u16(), 400);
            assert!(problem.detail().contains(name), "{}", problem.detail());
        }
    }
}
