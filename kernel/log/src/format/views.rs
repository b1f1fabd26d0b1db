//! The sections of `bundle.json`: a pure function of a log's entries (docs/sections.md).
//!
//! Always: `identity` and the files of `media` come from the log itself and are made here. Everything else is made by its
//! service through [`Views`], and is present exactly when the log has an entry of that service; [`FAIR`] when a service has a
//! part of it.

mod things;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use imajin_dfos::identity::Role;
use imajin_dfos::{Value, hex};
use imajin_protocol::{Did, EncryptionKey};
use serde_json::{Map, Value as Json, json};

use crate::Applied;
use crate::entry::{Offset, Sealed, Seq};
use crate::ops;
use crate::rules::{Chain, Code, Delegation, Fault, LogState, Owner};
use crate::verify::replay::{Observer, Word};
pub(crate) use things::OwnedThings;
pub use things::{OwnedThing, ThingKind};
pub use words::HomeWords;

/// The section of the `auth.` operations.
pub const IDENTITY: &str = "identity";
/// The service whose member [`ATTESTATIONS`] becomes a part of [`IDENTITY`].
pub const AUTH: &str = ops::SERVICE;
const ATTESTATIONS: &str = "attestations";
/// The section of facts with `media`.
pub const MEDIA: &str = "media";

/// The purposes for which services use files: a member of [`MEDIA`], empty in older bundles.
const CONTEXTS: &str = "contexts";

/// The section that lists the entries resting on the home's word. Older bundles do not have it.
pub const HOME_WORDS: &str = "home_words";

/// The section with the .fair manifests that the log's entries of all services bring. Older bundles do not have it.
pub const FAIR: &str = "fair";

/// Lists of services' sections that repeat entries in a plainer form. Older bundles do not have them.
const REPEATED: [(&str, &[&str]); 2] =
    [("chat", &["messages"]), ("learn", &["enrollments", "progress"])];

/// Makes the services' sections; implemented over the mounted services.
pub trait Views: Send + Sync {
    /// Starts the views of one log.
    fn begin(&self, did: &Did) -> Result<Box<dyn ViewBuilder>, ViewError>;
    /// Returns whether a mounted service makes this section.
    fn knows(&self, _section: &str) -> bool {
        true
    }
}

/// Builds the views of one log.
pub trait ViewBuilder {
    /// Adds the next entry. Its offset is its number in this log.
    fn entry(&mut self, entry: &Applied<'_>) -> Result<(), ViewError>;
    /// Returns the sections by service. The caller omits those of services without an entry in the log.
    fn finish(self: Box<Self>) -> Result<Map<String, Json>, ViewError>;
}

/// A view could not be made: the machine failed, not the log.
#[derive(Debug, thiserror::Error)]
#[error("the view could not be made: {0}")]
pub struct ViewError(pub String);

/// Views without services: only `identity` and `media`.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoViews;

impl Views for NoViews {
    fn begin(&self, _: &Did) -> Result<Box<dyn ViewBuilder>, ViewError> {
        Ok(Box::new(Self))
    }

    fn knows(&self, _: &str) -> bool {
        false
    }
}

impl ViewBuilder for NoViews {
    fn entry(&mut self, _: &Applied<'_>) -> Result<(), ViewError> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Map<String, Json>, ViewError> {
        Ok(Map::new())
    }
}

/// Builds all sections of one log.
pub struct Sections {
    services: Box<dyn ViewBuilder>,
    /// Services with a proved entry in the log.
    pub(crate) present: BTreeSet<String>,
    /// Services with an unproved entry; such an entry appears in no section except [`MEDIA`].
    pub(crate) unknown: BTreeSet<String>,
    beginning: Beginning,
    /// Each media file that a fact names, and whether it must still exist.
    media: BTreeMap<String, bool>,
    things: OwnedThings,
    words: HomeWords,
    /// The entries that earlier versions counted, whose rule was narrower.
    words_before: HomeWords,
}

/// The values in the first identity entries.
#[derive(Default)]
struct Beginning {
    scope: Json,
    subtype: Json,
    encryption_key: Json,
    created_at: Json,
}

impl Sections {
    /// Begins the sections of a log, before its first entry.
    pub fn begin(views: &dyn Views, did: &Did) -> Result<Self, ViewError> {
        Ok(Self {
            services: views.begin(did)?,
            present: BTreeSet::new(),
            unknown: BTreeSet::new(),
            beginning: Beginning::default(),
            media: BTreeMap::new(),
            things: OwnedThings::default(),
            words: HomeWords::default(),
            words_before: HomeWords::default(),
        })
    }

    /// Returns each media file that the log names, by CID text, and whether an entry that has its body (or never had
    /// one) names it.
    pub fn media(&self) -> &BTreeMap<String, bool> {
        &self.media
    }

    /// Returns the things that the log says its owner has.
    pub fn things(&self) -> &OwnedThings {
        &self.things
    }

    /// Returns the section [`HOME_WORDS`] as earlier versions made it.
    pub(crate) fn words_before(&self) -> Json {
        self.words_before.section()
    }

    /// Returns the X25519 key that entry 0 names.
    pub fn encryption_key(&self) -> Option<EncryptionKey> {
        let text = self.beginning.encryption_key.as_str()?;
        EncryptionKey::from_hex(text)
    }

    /// Finishes all sections, given the state after the last entry and the sizes of the existing media files.
    pub fn finish(
        self,
        state: &LogState,
        media_size: &dyn Fn(&str) -> Option<u64>,
    ) -> Result<Map<String, Json>, ViewError> {
        let mut sections = self.services.finish()?;
        sections.retain(|name, _| name == FAIR || self.present.contains(name));
        // The attestations from the identity service become a part of `identity`.
        let mut of_auth = sections.remove(AUTH).unwrap_or_default();
        let attestations = of_auth.get_mut(ATTESTATIONS).map(Json::take);
        let attestations = attestations.unwrap_or_else(|| json!([]));
        let mut identity = identity(state, self.beginning, attestations)?;
        // The rest of that section becomes a part of it too; the log's own statements take precedence.
        if let (Some(identity), Json::Object(more)) = (identity.as_object_mut(), of_auth) {
            for (name, value) in more {
                if name != ATTESTATIONS && !identity.contains_key(&name) {
                    identity.insert(name, value);
                }
            }
        }
        sections.insert(IDENTITY.to_owned(), identity);
        // The files of all services and the statements of the service of media become the section of media.
        let statements = sections.remove(MEDIA);
        if !self.media.is_empty() || statements.is_some() {
            let asset = |cid: &String| json!({ "cid": cid, "size": media_size(cid) });
            let assets: Vec<Json> = self.media.keys().map(asset).collect();
            let mut media = Map::new();
            media.insert("assets".to_owned(), assets.into());
            if let Some(Json::Object(statements)) = statements {
                for (name, value) in statements {
                    media.entry(name).or_insert(value);
                }
            }
            media.entry(CONTEXTS).or_insert_with(|| json!([]));
            sections.insert(MEDIA.to_owned(), media.into());
        }
        sections.insert(HOME_WORDS.to_owned(), self.words.section());
        Ok(sections)
    }

    /// Returns a section as older bundles have it, where it differs.
    pub(crate) fn older(name: &str, section: &Json) -> Option<Json> {
        let mut older = section.clone();
        match name {
            MEDIA => *older.get_mut(CONTEXTS)? = json!([]),
            name => {
                let (_, lists) = REPEATED.iter().find(|(section, _)| *section == name)?;
                let members = older.as_object_mut()?;
                members.retain(|member, _| !lists.contains(&member.as_str()));
            }
        }
        Some(older)
    }

    /// Leaves out what repeats entries where the sections would otherwise be longer than `bytes_max`: verifiers take such a
    /// bundle for an older one.
    pub fn shorten(sections: &mut Map<String, Json>, bytes_max: u64) {
        if json_length(sections) <= bytes_max {
            return;
        }
        sections.remove(FAIR);
        for (name, section) in sections.iter_mut() {
            if name != MEDIA
                && let Some(older) = Self::older(name, section)
            {
                *section = older;
            }
        }
    }

    pub(crate) fn entry(
        &mut self,
        sealed: &Sealed,
        body: Option<&Value>,
        word: Word,
    ) -> Result<(), ViewError> {
        let header = &sealed.header;
        let is_known = word != Word::Unknown;
        self.words.take(header.seq, header.service(), word);
        let before = word.before();
        self.words_before.take(header.seq, header.service(), before);
        let services = if is_known { &mut self.present } else { &mut self.unknown };
        if !services.contains(header.service()) {
            services.insert(header.service().to_owned());
        }
        let begins = header.op == ops::IDENTITY_CREATE || header.op == ops::IDENTITY_REGISTER;
        if let (true, Some(body)) = (begins, body) {
            self.beginning.take(body);
        }
        if header.seq == 0 {
            self.beginning.created_at = header.at.to_string().into();
        }
        let alive = header.body.is_none() || body.is_some();
        for name in header.fact.as_ref().and_then(|fact| fact.ids("media")).unwrap_or_default() {
            *self.media.entry(name.to_string()).or_default() |= alive;
        }
        if !is_known {
            return Ok(());
        }
        self.things.take(header);
        self.services.entry(&Applied {
            offset: Offset(header.seq),
            did: &header.did,
            seq: Seq(header.seq),
            at: header.at,
            service: header.service(),
            op: &header.op,
            reference: header.reference.as_ref().map(|reference| reference.as_str()),
            body,
            fact: header.fact.as_ref(),
            author: &header.author,
            will: header.will_kind(),
        })
    }
}

fn json_length(sections: &Map<String, Json>) -> u64 {
    struct Length(u64);

    impl Write for Length {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.saturating_add(bytes.len() as u64);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut length = Length(0);
    // Neither the values nor the writer can fail.
    let _ = serde_json::to_writer(&mut length, sections);
    length.0
}

/// Lets the replay drive the sections, which the caller keeps.
pub struct Watching<'s>(pub &'s mut Option<Sections>);

impl Observer for Watching<'_> {
    fn entry(&mut self, sealed: &Sealed, body: Option<&Value>, word: Word) -> Result<(), Fault> {
        let Some(sections) = self.0 else {
            return Ok(());
        };
        sections
            .entry(sealed, body, word)
            .map_err(|error| Fault::new(Code::File, error.to_string()))
    }
}

impl Beginning {
    fn take(&mut self, body: &Value) {
        let text = |name| body.get_str(name).map_or(Json::Null, Json::from);
        self.scope = text("scope");
        self.subtype = text("subtype");
        let key = body.get("encryption_key").and_then(Value::as_bytes);
        self.encryption_key = key.map_or(Json::Null, |key| hex::encode(key).into());
    }
}

fn identity(state: &LogState, beginning: Beginning, attestations: Json) -> Result<Json, ViewError> {
    let home = state.home().ok_or_else(|| ViewError("the log has no home".into()))?;
    let chain = state.owner().chain();
    let keys = match (chain, state.owner()) {
        (Some(chain), _) => chain_keys(chain)?,
        (None, Owner::BareKey(key)) => {
            vec![json!({ "id": key.key_id(), "key": key.to_multikey(), "roles": [] })]
        }
        _ => Vec::new(),
    };
    Ok(json!({
        "did": state.did().as_str(),
        "dfos_did": chain.map(|chain| chain.dfos_did()),
        "scope": beginning.scope,
        "subtype": beginning.subtype,
        "tier": if chain.is_some() { "preliminary" } else { "soft" },
        "home": { "node": home.node.as_str(), "url": &*home.url, "epoch": home.epoch },
        "encryption_key": beginning.encryption_key,
        "keys": keys,
        "delegations": state.delegations().iter().map(delegation).collect::<Vec<_>>(),
        "require_signed": state.require_signed(),
        "deleted": state.deleted(),
        "created_at": beginning.created_at,
        "attestations": attestations,
    }))
}

/// Keys in force by id, with their roles in the order auth, assert, controller.
fn chain_keys(chain: &Chain) -> Result<Vec<Json>, ViewError> {
    let name = |role| match role {
        Role::Auth => "auth",
        Role::Assert => "assert",
        Role::Controller => "controller",
    };
    let mut rows: BTreeMap<&str, Json> = BTreeMap::new();
    for key in chain.keys() {
        let public = key
            .public()
            .ok_or_else(|| ViewError(format!("{} is not an Ed25519 public key", key.id())))?;
        let roles: Vec<&str> = key.roles().map(name).collect();
        let row = json!({ "id": key.id(), "key": public.to_multikey(), "roles": roles });
        rows.insert(key.id(), row);
    }
    Ok(rows.into_values().collect())
}

fn delegation(delegation: &Delegation) -> Json {
    json!({
        "cid": delegation.cid.to_string(),
        "key": delegation.key.to_multikey(),
        "scope": &*delegation.scope,
        "until": delegation.until.to_string(),
        "uses": delegation.uses,
        "ended": delegation.ended,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_view_leaves_out_what_repeats_entries() {
        let entries = json!([{ "op": "chat.send" }]);
        let whole = json!({
            "chat": { "entries": entries, "messages": [{ "text": "hello" }] },
            "events": { "entries": [], "tickets": [] },
            "fair": { "manifests": [] },
            "learn": { "entries": [], "enrollments": [], "progress": [] },
            "media": { "assets": [], "contexts": [{}] },
        });
        let whole = whole.as_object().unwrap();
        let length = whole.len();
        let mut sections = whole.clone();
        Sections::shorten(&mut sections, json_length(whole));
        assert_eq!(&sections, whole);
        assert_eq!(json_length(whole), serde_json::to_string(whole).unwrap().len() as u64);
        Sections::shorten(&mut sections, json_length(whole) - 1);
        assert_eq!(sections["chat"], json!({ "entries": entries }));
        assert_eq!(sections["learn"], json!({ "entries": [] }));
        assert_eq!((&sections["media"], &sections["events"]), (&whole["media"], &whole["events"]));
        assert_eq!(sections.len(), length - 1);
    }
}
