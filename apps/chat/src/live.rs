//! The sockets of a node, by person and by conversation.
//!
//! Always: the log is the queue. A socket remembers the last entry sent for each conversation, and continues from
//! there; one that is too far behind must resync. Events outside the logs (typing, presence) wait in a short list that
//! drops the oldest. The right to an event is checked when it is delivered, and not when it is queued.
//!
//! | room | what it has |
//! |---|---|
//! | here | the sockets of a node |
//! | `events` | an entry as an event |
//! | `presence` | people who are online |
//! | `talk` | one socket |
//! | `tokens` | signing in on a socket without a cookie |

mod events;
mod presence;
mod talk;
mod tokens;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use imajin_app::capabilities::Fresh;
use imajin_app::{Node, Problem, blocking};
use imajin_ledger::Receipt;
use imajin_protocol::Did;
use parking_lot::Mutex;
use serde_json::json;
use tokio::sync::Notify;

use crate::queries;
use crate::room_role::role_in;

pub(crate) use talk::talk;
pub(crate) use tokens::{LASTS as TOKEN_LASTS, Tokens};

/// Sockets of one person.
const OF_A_PERSON_MAX: usize = 8;
/// Sockets of a node.
const OF_A_NODE_MAX: usize = 1_024;
/// Maximum number of queued news for a socket.
const WAITING_MAX: usize = 64;

/// Something that is in no log, for one socket.
#[derive(Debug, Clone)]
pub(crate) struct News {
    pub(crate) text: Arc<str>,
    pub(crate) about: About,
}

/// The subject of news, which decides who may hear them.
#[derive(Debug, Clone)]
pub(crate) enum About {
    /// The conversation of this log: for those who are in it.
    Conversation(Did),
    /// A person: for their connections.
    Person(Did),
    /// The one who hears them.
    Own,
}

impl News {
    fn new(event: &serde_json::Value, about: About) -> Self {
        Self { text: event.to_string().into(), about }
    }
}

/// A socket, as others see it.
pub(crate) struct Client {
    pub(crate) did: Did,
    pub(crate) bell: Notify,
    waiting: Mutex<VecDeque<News>>,
}

impl Client {
    /// Tells it something that is in no log.
    fn tell(&self, news: &News) {
        let mut waiting = self.waiting.lock();
        if waiting.len() >= WAITING_MAX {
            waiting.pop_front();
        }
        waiting.push_back(news.clone());
        drop(waiting);
        self.bell.notify_one();
    }

    pub(crate) fn take(&self) -> VecDeque<News> {
        let mut waiting = self.waiting.lock();
        std::mem::take(&mut *waiting)
    }
}

#[derive(Default)]
struct Sockets {
    all: HashMap<u64, Arc<Client>>,
    /// The subscribers, by the conversation's log.
    rooms: HashMap<Did, BTreeSet<u64>>,
    next: u64,
}

/// The sockets of a node.
#[derive(Default)]
pub(crate) struct Hub {
    sockets: Mutex<Sockets>,
    pub(crate) recent: events::Recent,
}

/// A socket's place among the others. Dropping it takes the socket out.
pub(crate) struct Seat {
    hub: Arc<Hub>,
    id: u64,
    /// Whether its owner had no other socket when it opened.
    is_first: bool,
    pub(crate) client: Arc<Client>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut sockets = self.hub.sockets.lock();
        sockets.all.remove(&self.id);
        sockets.rooms.retain(|_, subscribers| {
            subscribers.remove(&self.id);
            !subscribers.is_empty()
        });
    }
}

impl Seat {
    pub(crate) fn subscribe(&self, log: &Did) {
        let mut sockets = self.hub.sockets.lock();
        sockets.rooms.entry(log.clone()).or_default().insert(self.id);
    }

    pub(crate) fn unsubscribe(&self, log: &Did) {
        let mut sockets = self.hub.sockets.lock();
        if let Some(subscribers) = sockets.rooms.get_mut(log) {
            subscribers.remove(&self.id);
            if subscribers.is_empty() {
                sockets.rooms.remove(log);
            }
        }
    }

    /// Tells the others in a conversation something that is in no log.
    pub(crate) fn tell_others(&self, log: &Did, event: &serde_json::Value) {
        self.hub.tell(log, &self.client.did, event);
    }
}

impl Hub {
    /// Registers a socket of a person; `None` if the person or the node has the maximum number.
    pub(crate) fn seat(self: &Arc<Self>, did: &Did) -> Option<Seat> {
        let mut sockets = self.sockets.lock();
        let theirs = sockets.all.values().filter(|client| client.did == *did).count();
        if theirs >= OF_A_PERSON_MAX || sockets.all.len() >= OF_A_NODE_MAX {
            return None;
        }
        let id = sockets.next;
        sockets.next += 1;
        let client =
            Arc::new(Client { did: did.clone(), bell: Notify::new(), waiting: Mutex::default() });
        sockets.all.insert(id, Arc::clone(&client));
        Some(Seat { hub: Arc::clone(self), id, is_first: theirs == 0, client })
    }

    /// Tells everybody in a conversation but one person something that is in no log.
    pub(crate) fn tell(&self, log: &Did, but: &Did, event: &serde_json::Value) {
        let news = News::new(event, About::Conversation(log.clone()));
        let sockets = self.sockets.lock();
        let subscribers = sockets.rooms.get(log).into_iter().flatten();
        for client in subscribers.filter_map(|id| sockets.all.get(id)) {
            if client.did != *but {
                client.tell(&news);
            }
        }
    }

    /// Tells all sockets of some people.
    pub(crate) fn tell_people(&self, people: &BTreeSet<Did>, news: &News) {
        let sockets = self.sockets.lock();
        for client in sockets.all.values().filter(|client| people.contains(&client.did)) {
            client.tell(news);
        }
    }

    /// Returns the number of a person's sockets.
    fn sockets_of(&self, did: &Did) -> usize {
        let sockets = self.sockets.lock();
        sockets.all.values().filter(|client| client.did == *did).count()
    }

    /// Returns all people with a socket.
    pub(crate) fn people(&self) -> BTreeSet<Did> {
        self.sockets.lock().all.values().map(|client| client.did.clone()).collect()
    }

    /// Something was entered in these logs.
    pub(crate) fn entered(&self, node: &Node, receipt: &Receipt) {
        let (mut woken, mut others) = (Vec::new(), false);
        {
            let sockets = self.sockets.lock();
            if sockets.all.is_empty() {
                return;
            }
            for entry in &receipt.entries {
                let subscribers = sockets.rooms.get(&entry.did).into_iter().flatten();
                woken.extend(subscribers.filter_map(|id| sockets.all.get(id)).cloned());
                others |= entry.did != receipt.did;
            }
        }
        for client in woken {
            client.bell.notify_one();
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        if others {
            let (node, logs) = (node.clone(), receipt.entries.clone());
            runtime.spawn(async move {
                for entry in logs {
                    let node = node.clone();
                    let task = blocking::run(move || tell_members(&node, &entry.did, entry.seq));
                    if let Ok(Err(problem)) | Err(problem) = task.await {
                        tracing::error!("members could not be told of a conversation: {problem}");
                    }
                }
            });
        }
    }
}

/// Tells those who are in a conversation and don't look at it that there is something new.
fn tell_members(node: &Node, log: &Did, seq: u64) -> Result<(), Problem> {
    let hub = node.state::<Hub>();
    let Some(room) = queries::read(node, |db| queries::room(db, log.as_str()))? else {
        return Ok(());
    };
    for did in hub.people() {
        // The log of an event's room lists no members.
        if role_in(node, &room, &did)?.is_none() {
            continue;
        }
        let unread = queries::read(node, |db| queries::unread(db, log, &did))?;
        let event = json!({ "type": "conversation", "did": room.name, "log": log, "seq": seq, "unread": unread });
        let news = News::new(&event, About::Conversation(log.clone()));
        hub.tell_people(&[did].into(), &news);
    }
    Ok(())
}

/// Tells a person's sockets of one more notification, about a conversation while they are in it.
pub(crate) fn tell_fresh(node: &Node, person: &Did, fresh: Fresh<'_>) {
    let event = json!({ "type": "notification", "kind": fresh.about.as_str(), "service": fresh.app, "log": fresh.log, "seq": fresh.seq });
    let about = match queries::read(node, |db| queries::room(db, fresh.log.as_str())) {
        Ok(Some(_)) => About::Conversation(fresh.log.clone()),
        Ok(None) => About::Own,
        Err(problem) => {
            tracing::error!("a notification could not be told: {problem}");
            return;
        }
    };
    let hub = node.state::<Hub>();
    hub.tell_people(&[person.clone()].into(), &News::new(&event, about));
}

/// Tells the subscribers of a conversation that a person read it, unless that person hides it. `place` is that of the
/// mark in their own log.
pub(crate) fn tell_read(node: &Node, who: &Did, place: u64) {
    match queries::read(node, |db| queries::mark_at(db, who, place)) {
        Ok(Some((log, seq))) => {
            let event = json!({ "type": "message_read", "log": log, "fromDid": who, "seq": seq });
            node.state::<Hub>().tell(&log, who, &event);
        }
        Ok(None) => {}
        Err(problem) => tracing::error!("a mark of reading could not be told: {problem}"),
    }
}

/// Tells a person's sockets that one of their devices handed over secrets, which may open what their other pages can't.
pub(crate) fn tell_keyring(node: &Node, person: &Did) {
    let news = News::new(&json!({ "type": "keyring" }), About::Own);
    node.state::<Hub>().tell_people(&[person.clone()].into(), &news);
}
