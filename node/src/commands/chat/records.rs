//! The logs in a bundle as the verification of conversations takes them: rows and identity chains, decoded and not judged.

use imajin_dfos::order::Order as _;
use imajin_log::entry::{Header, decode_body};
use imajin_log::format::names::{self, Kind};
use imajin_log::untrusted::{LogForm, UntrustedLog};
use imajin_protocol::Did;
use imajin_protocol::identity::did_of_genesis;
use imajin_room::{RowBytes, conversation_name};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;
use std::path::Path;

const OPENED: &str = "chat.opened";
const EPOCH_MADE: &str = "chat.epoch.made";
const KEYRING: &str = "chat.keyring";
/// The first operation of a chain, and each later one.
const IDENTITY: [&str; 2] = ["auth.identity.create", "auth.identity.update"];

/// The record of a person, and the conversations with it.
pub(super) struct Records {
    pub(super) own: OwnLog,
    /// Conversations by name; the logs of a name in order of their beginning.
    pub(super) conversations: Vec<ConversationLog>,
}

pub(super) struct OwnLog {
    pub(super) did: Did,
    pub(super) rows: Vec<RowBytes>,
    /// The operations of their identity chain.
    pub(super) chain: Vec<String>,
}

/// The log of a conversation, as far as the owner may see it.
pub(super) struct ConversationLog {
    pub(super) log: Did,
    pub(super) name: Did,
    pub(super) rows: Vec<RowBytes>,
    pub(super) chains: BTreeMap<Did, Vec<String>>,
    /// The operation that its identity chain begins with, if it can be read.
    pub(super) genesis: Option<String>,
    /// Whether it says that nothing in it is readable.
    pub(super) is_sealed: bool,
    /// Time of the log's beginning, which decides which of two logs of a name is the first.
    begun: String,
}

impl Records {
    /// Reads the logs of a bundle, each with its name; the error says why it can't be.
    pub(super) fn read<'b>(
        logs: impl Iterator<Item = (&'b str, &'b Path)>,
    ) -> Result<Self, String> {
        let mut own = None;
        let mut conversations = Vec::new();
        for (name, path) in logs {
            let kind = names::kind(name);
            if !matches!(kind, Some(Kind::Log | Kind::Shared(_))) {
                continue;
            }
            let named = |error: &dyn std::fmt::Display| format!("{name}: {error}");
            let log = UntrustedLog::open(path, LogForm::Bundle, None).map_err(|e| named(&e))?;
            let is_own = matches!(kind, Some(Kind::Log));
            let is_needed =
                |header: &Header| !is_own || header.op == KEYRING || is_of_chain(header);
            let entries = entries(log.conn(), is_needed).map_err(|e| named(&e))?;
            if is_own {
                own = Some(OwnLog::from_entries(entries).ok_or("its log is empty")?)
            } else {
                conversations.extend(
                    ConversationLog::from_entries(log.conn(), entries).map_err(|e| named(&e))?,
                )
            }
        }
        conversations
            .order_by(|one, other| (&one.name, &one.begun).cmp(&(&other.name, &other.begun)));
        Ok(Self { own: own.ok_or("there is no log in it")?, conversations })
    }
}

/// An entry with its decoded header.
struct DecodedEntry {
    header: Header,
    row: RowBytes,
}

impl DecodedEntry {
    /// A text of the body.
    fn says(&self, name: &str) -> Option<String> {
        decode_body(self.row.body.as_deref()?).ok()?.get_str(name).map(str::to_owned)
    }
}

fn is_of_chain(header: &Header) -> bool {
    IDENTITY.contains(&&*header.op)
}

/// All entries, with those bodies that are wanted: a person's own log may have many long ones.
fn entries(db: &Connection, wanted: impl Fn(&Header) -> bool) -> Result<Vec<DecodedEntry>, String> {
    let failed = |error: rusqlite::Error| error.to_string();
    let mut rows = db.prepare("SELECT seq, header FROM entries ORDER BY seq").map_err(failed)?;
    let mut rows = rows.query([]).map_err(failed)?;
    let mut bodies = db.prepare("SELECT body FROM bodies WHERE seq = ?1").map_err(failed)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let (seq, bytes) = <(i64, Vec<u8>)>::try_from(row).map_err(failed)?;
        let header = Header::decode(&bytes).map_err(|error| error.to_string())?;
        let body = if wanted(&header) {
            bodies.query_row([seq], |row| row.get(0)).optional()
        } else {
            Ok(None)
        };
        all.push(DecodedEntry {
            header,
            row: RowBytes { header: bytes, cause: None, body: body.map_err(failed)? },
        });
    }
    Ok(all)
}

impl OwnLog {
    fn from_entries(entries: Vec<DecodedEntry>) -> Option<Self> {
        let did = entries.first()?.header.did.clone();
        let of_chain = entries.iter().filter(|entry| is_of_chain(&entry.header));
        let chain = of_chain.filter_map(|entry| entry.says("token")).collect();
        let rows = entries.into_iter().map(|mut entry| {
            if entry.header.op != KEYRING && !is_of_chain(&entry.header) {
                entry.row.body = None;
            }
            entry.row
        });
        Some(Self { did, rows: rows.collect(), chain })
    }
}

impl ConversationLog {
    /// `None` where the log is a conversation's not.
    fn from_entries(
        db: &Connection,
        mut entries: Vec<DecodedEntry>,
    ) -> rusqlite::Result<Option<Self>> {
        let opened = entries.iter().find(|entry| entry.header.service() != "auth");
        let Some(opened) = opened.filter(|entry| entry.header.op == OPENED) else {
            return Ok(None);
        };
        // If the conversation's chain does not name it, the name in the opening entry counts.
        let opening_name = opened.header.reference.as_ref().and_then(|name| name.to_did());
        let Some(first) = entries.first() else {
            return Ok(None);
        };
        let (log, begun) = (first.header.did.clone(), first.header.at.to_string());
        let token = first.says("token");
        let genesis = token.as_ref().and_then(|token| did_of_genesis(token).ok());
        let is_ours = genesis.as_ref().is_some_and(|(did, _)| *did == log);
        let chain_name = genesis.and_then(|(_, chain)| conversation_name(&chain.state().services));
        let fact = opened.header.fact.as_ref();
        let is_sealed = fact.and_then(|fact| fact.int("sealed")) == Some(1)
            || entries.iter().any(|entry| entry.header.op == EPOCH_MADE);
        let name = chain_name.or(opening_name).unwrap_or_else(|| log.clone());
        let mut causes = db.prepare("SELECT header FROM causes WHERE cid = ?1")?;
        for entry in &mut entries {
            if let Some(cause) = entry.header.cause {
                let mut cursor = causes.query([cause.to_bytes()])?;
                entry.row.cause = cursor.next()?.map(|row| row.get(0)).transpose()?;
            }
        }
        Ok(Some(Self {
            log,
            name,
            rows: entries.into_iter().map(|entry| entry.row).collect(),
            chains: chains(db)?,
            genesis: token.filter(|_| is_ours),
            is_sealed,
            begun,
        }))
    }
}

fn chains(db: &Connection) -> rusqlite::Result<BTreeMap<Did, Vec<String>>> {
    let mut rows = db.prepare("SELECT did, jws FROM chains ORDER BY did, n")?;
    let mut rows = rows.query([])?;
    let mut chains: BTreeMap<Did, Vec<String>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        if let Ok(did) = Did::parse(&row.get::<_, String>(0)?) {
            chains.entry(did).or_default().push(row.get(1)?);
        }
    }
    Ok(chains)
}
