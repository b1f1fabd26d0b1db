//! A socket: its person, its subscriptions, and the last entry sent for each.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use imajin_app::socket::{Message, Socket, Unsaid};
use imajin_app::{Lang, Node, Problem, Right};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::{About, Hub, News, Seat, Tokens, presence};
use crate::queries::Room;
use crate::room_role::find_for;
use crate::sight::Sight;

/// Maximum time for a client to sign in.
const SIGN_IN: Duration = Duration::from_secs(10);
/// Maximum time for a client to receive a message.
const DRAIN: Duration = Duration::from_secs(10);
/// Interval between checks of the session: an ended session closes its sockets within this time.
const LOOK: Duration = Duration::from_secs(1);
/// Interval between pings, and the maximum silence of a client.
const PING: Duration = Duration::from_secs(30);
const SILENCE: Duration = Duration::from_secs(75);
/// Time after which typing ends unless repeated.
const TYPING: Duration = Duration::from_secs(5);
/// Maximum number of entries that are sent one by one; a client that is further behind must resync.
const BEHIND_MAX: u64 = 200;
/// Maximum number of subscriptions of a socket.
const SUBSCRIBED_MAX: usize = 64;

/// Close code: its session ended, or it never had one.
const SIGNED_OUT: u16 = 4401;
/// Close code: too many, or too slow.
const TRY_LATER: u16 = 1013;

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ClientMessage {
    Auth { token: String },
    Ping,
    Subscribe { did: String, after: Option<u64> },
    Unsubscribe { did: String },
    Typing { did: String },
    StopTyping { did: String },
}

/// The reason why a socket closes: close code and text.
struct Over(u16, &'static str);

/// A normal closure.
const GONE: Over = Over(1000, "");
const SESSION_ENDED: Over = Over(SIGNED_OUT, "the session ended");

struct Subscription {
    room: Room,
    /// The last entry that was sent.
    told: u64,
    /// The person's right to see the conversation, and which bodies.
    right: Right<Sight>,
    typing_until: Option<Instant>,
}

struct Talk {
    node: Node,
    lang: Lang,
    /// The session's token.
    token: String,
    /// The right to everything that is only for the owner of the session.
    right: Right,
    seat: Seat,
    /// The subscriptions, by log.
    rooms: HashMap<Did, Subscription>,
    heard_at: Instant,
    pinged_at: Instant,
}

/// Talks with one client until it goes, or must go, and says what is wrong in its language. `session` is its session's token, if its request
/// had one.
pub(crate) async fn talk(node: Node, mut socket: Socket, session: Option<String>, lang: Lang) {
    let token = match session {
        Some(token) => Some(token),
        None => sign_in(&node, &mut socket).await,
    };
    let session = token.and_then(|token| {
        let session = node.session(&token).ok().flatten()?;
        Some((token, session.did))
    });
    let Some((token, did)) = session else {
        return socket.close(SIGNED_OUT, "not signed in").await;
    };
    let Some(seat) = node.state::<Hub>().seat(&did) else {
        return socket.close(TRY_LATER, "too many sockets").await;
    };
    let now = Instant::now();
    let mut talk = Talk {
        lang,
        right: session_right(&node, &token),
        token,
        node,
        seat,
        rooms: HashMap::new(),
        heard_at: now,
        pinged_at: now,
    };
    let (node, client) = (talk.node.clone(), Arc::clone(&talk.seat.client));
    let is_first = talk.seat.is_first;
    let Over(code, reason) =
        match talk.say(&mut socket, &json!({ "type": "connected", "did": did })).await {
            Ok(()) => {
                presence::came(&node, &client, is_first).await;
                talk.run(&mut socket).await
            }
            Err(over) => over,
        };
    drop(talk);
    if node.state::<Hub>().sockets_of(&did) == 0 {
        presence::went(&node, &did).await;
    }
    if code != GONE.0 {
        socket.close(code, reason).await;
    }
}

/// The session's token of a client that says who it is.
async fn sign_in(node: &Node, socket: &mut Socket) -> Option<String> {
    let request = json!({ "type": "auth_required" }).to_string();
    say_text(socket, &request, &mut Right::unending()).await.ok()?.ok()?;
    let first_message = timeout(SIGN_IN, async {
        loop {
            match socket.hear().await? {
                Message::Text(text) => return serde_json::from_str(&text).ok(),
                Message::Binary(_) => return None,
                _ => {}
            }
        }
    });
    match first_message.await {
        Ok(Some(ClientMessage::Auth { token })) => node.state::<Tokens>().take(node, &token),
        _ => None,
    }
}

/// Makes the right to everything that is only for the owner of the session.
fn session_right(node: &Node, token: &str) -> Right {
    let token = token.to_owned();
    Right::new(node, move |node| check_session(node, &token))
}

fn check_session(node: &Node, token: &str) -> Result<(), Problem> {
    match node.session(token) {
        Ok(Some(_)) => Ok(()),
        _ => Err(Problem::unauthorized("Your session has ended.")),
    }
}

/// Sends a text to the holder of a right; the inner error is the reason why the right ended.
async fn say_text<T>(
    socket: &mut Socket,
    text: &str,
    right: &mut Right<T>,
) -> Result<Result<(), Problem>, Over> {
    match timeout(DRAIN, socket.say(Message::text(text), right)).await {
        Ok(Ok(())) => Ok(Ok(())),
        Ok(Err(Unsaid::NoRight(problem))) if problem.status() == StatusCode::UNAUTHORIZED => {
            Err(SESSION_ENDED)
        }
        Ok(Err(Unsaid::NoRight(problem))) => Ok(Err(problem)),
        Ok(Err(Unsaid::Closed)) => Err(GONE),
        Err(_) => Err(Over(TRY_LATER, "too slow")),
    }
}

impl Talk {
    /// Makes the error event for a client.
    fn error(&self, did: &str, problem: &Problem) -> Json {
        let words = self.node.services().words().with_lang(self.lang);
        let sentence = words.sentence(problem.detail());
        json!({ "type": "error", "did": did, "status": problem.status().as_u16(), "message": sentence })
    }

    /// Sends an event that is only for the owner of the session.
    async fn say(&mut self, socket: &mut Socket, event: &Json) -> Result<(), Over> {
        say_text(socket, &event.to_string(), &mut self.right).await?.map_err(|_| SESSION_ENDED)
    }

    /// Makes the right to a conversation, which lasts as long as the person is in it.
    fn right_to(&self, log: &Did) -> Right<Sight> {
        let (token, me, log) = (self.token.clone(), self.seat.client.did.clone(), log.clone());
        Right::new(&self.node, move |node| {
            check_session(node, &token)?;
            let (room, _) = find_for(node, log.as_str(), &me)?;
            Sight::read(node, &room, &me)
        })
    }

    /// Makes the right to hear of a person, which lasts as long as the two are connected.
    fn right_to_hear_of(&self, person: &Did) -> Right {
        let (token, me, person) =
            (self.token.clone(), self.seat.client.did.clone(), person.clone());
        Right::new(&self.node, move |node| {
            check_session(node, &token)?;
            match node.connected(&me, &person)? {
                Some(true) => Ok(()),
                _ => Err(Problem::not_found("You are not connected.")),
            }
        })
    }

    async fn run(&mut self, socket: &mut Socket) -> Over {
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let client = Arc::clone(&self.seat.client);
        loop {
            let done = tokio::select! {
                heard = socket.hear() => match heard {
                    None => Err(GONE),
                    Some(message) => self.hear(socket, message).await,
                },
                () = client.bell.notified() => self.deliver(socket).await,
                _ = look.tick() => self.look(socket).await,
            };
            if let Err(over) = done {
                return over;
            }
        }
    }

    /// Handles timeouts: an ended session, ended typing, a dead connection.
    async fn look(&mut self, socket: &mut Socket) -> Result<(), Over> {
        if check_session(&self.node, &self.token).is_err() {
            return Err(SESSION_ENDED);
        }
        let now = Instant::now();
        for subscription in self.rooms.values_mut() {
            if subscription.typing_until.take_if(|until| *until <= now).is_some() {
                tell_typing(&self.seat, &subscription.room, "user_stop_typing");
            }
        }
        if now.duration_since(self.heard_at) > SILENCE {
            return Err(Over(TRY_LATER, "silent"));
        }
        if now.duration_since(self.pinged_at) >= PING {
            self.pinged_at = now;
            let ping = socket.say(Message::Ping(Vec::new().into()), &mut self.right);
            return match timeout(DRAIN, ping).await {
                Ok(Ok(())) => Ok(()),
                _ => Err(Over(TRY_LATER, "too slow")),
            };
        }
        Ok(())
    }

    async fn hear(&mut self, socket: &mut Socket, message: Message) -> Result<(), Over> {
        self.heard_at = Instant::now();
        let command = match message {
            Message::Text(text) => serde_json::from_str::<ClientMessage>(&text),
            Message::Binary(bytes) => serde_json::from_slice(&bytes),
            _ => return Ok(()),
        };
        match command {
            Ok(ClientMessage::Ping) => self.say(socket, &json!({ "type": "pong" })).await,
            // The client is signed in already.
            Ok(ClientMessage::Auth { .. }) => Ok(()),
            Ok(ClientMessage::Subscribe { did, after }) => {
                self.subscribe(socket, &did, after).await
            }
            Ok(ClientMessage::Unsubscribe { did }) => {
                if let Some(log) = self.log_of(&did) {
                    self.seat.unsubscribe(&log);
                    self.rooms.remove(&log);
                }
                Ok(())
            }
            Ok(ClientMessage::Typing { did }) => {
                self.types(&did, true);
                Ok(())
            }
            Ok(ClientMessage::StopTyping { did }) => {
                self.types(&did, false);
                Ok(())
            }
            Err(wrong) => {
                let text = format!("That is no message of this protocol: {wrong}.");
                let event = json!({ "type": "error", "status": 400, "message": text });
                self.say(socket, &event).await
            }
        }
    }

    /// The log of a conversation that it subscribed to, by its log or its name.
    fn log_of(&self, did: &str) -> Option<Did> {
        let mut rooms = self.rooms.values().map(|one| &one.room);
        let room = rooms.find(|room| *room.log.as_str() == *did || *room.name.as_str() == *did)?;
        Some(room.log.clone())
    }

    fn types(&mut self, did: &str, does: bool) {
        let Some(log) = self.log_of(did) else { return };
        let Some(subscription) = self.rooms.get_mut(&log) else {
            return;
        };
        // Typing needs the right as well. The next delivery tells the client that it ended.
        if subscription.right.now().is_err() {
            return;
        }
        subscription.typing_until = does.then(|| Instant::now() + TYPING);
        let kind = if does { "user_typing" } else { "user_stop_typing" };
        tell_typing(&self.seat, &subscription.room, kind);
    }

    async fn subscribe(
        &mut self,
        socket: &mut Socket,
        did: &str,
        after: Option<u64>,
    ) -> Result<(), Over> {
        let me = self.seat.client.did.clone();
        if self.rooms.len() >= SUBSCRIBED_MAX && self.log_of(did).is_none() {
            let problem = Problem::too_many_of_yours(1, "One socket has at most 64 conversations.");
            return self.say(socket, &self.error(did, &problem)).await;
        }
        let target = find_for(&self.node, did, &me).and_then(|(room, _)| {
            let status = self.node.status(&room.log)?;
            Ok((room, status.map_or(0, |status| status.seq)))
        });
        let (room, head) = match target {
            Ok(found) => found,
            Err(problem) => return self.say(socket, &self.error(did, &problem)).await,
        };
        self.seat.subscribe(&room.log);
        let subscription = Subscription {
            told: after.unwrap_or(head).min(head),
            right: self.right_to(&room.log),
            room,
            typing_until: None,
        };
        self.rooms.insert(subscription.room.log.clone(), subscription);
        self.deliver(socket).await
    }

    /// Tells what is new: in the list, and in each conversation.
    async fn deliver(&mut self, socket: &mut Socket) -> Result<(), Over> {
        for news in self.seat.client.take() {
            self.tell(socket, &news).await?;
        }
        let logs: Vec<Did> = self.rooms.keys().cloned().collect();
        for log in logs {
            self.go_on(socket, &log).await?;
        }
        Ok(())
    }

    /// Delivers news that are in no log, if the person still has the right to them.
    async fn tell(&mut self, socket: &mut Socket, news: &News) -> Result<(), Over> {
        let outcome = match &news.about {
            About::Own => say_text(socket, &news.text, &mut self.right).await?,
            About::Person(person) => {
                let mut right = self.right_to_hear_of(person);
                say_text(socket, &news.text, &mut right).await?
            }
            About::Conversation(log) => {
                let mut once = self.right_to(log);
                let right = match self.rooms.get_mut(log) {
                    Some(subscription) => &mut subscription.right,
                    None => &mut once,
                };
                say_text(socket, &news.text, right).await?
            }
        };
        match (&news.about, outcome) {
            (About::Conversation(log), Err(problem)) => self.lose(socket, log, &problem).await,
            _ => Ok(()),
        }
    }

    async fn go_on(&mut self, socket: &mut Socket, log: &Did) -> Result<(), Over> {
        let hub = self.node.state::<Hub>();
        loop {
            let head = match self.node.status(log) {
                Ok(Some(status)) => status.seq,
                _ => return Ok(()),
            };
            let Some(subscription) = self.rooms.get_mut(log) else {
                return Ok(());
            };
            if head <= subscription.told {
                return Ok(());
            }
            if head - subscription.told > BEHIND_MAX {
                subscription.told = head;
                let resync = json!({ "type": "resync", "did": subscription.room.name, "log": log, "seq": head });
                let right = &mut subscription.right;
                if let Err(problem) = say_text(socket, &resync.to_string(), right).await? {
                    return self.lose(socket, log, &problem).await;
                }
                continue;
            }
            let seq = subscription.told + 1;
            let event = match hub.recent.event(&self.node, &subscription.room, (seq, head)).await {
                Ok(Some(event)) => event,
                // The entry is sent after the next bell.
                Ok(None) => return Ok(()),
                Err(problem) => {
                    return self.say(socket, &self.error(log.as_str(), &problem)).await;
                }
            };
            subscription.told = seq;
            let outcome = match subscription.right.now().map(|sight| sight.has(seq)) {
                Ok(sees) => say_text(socket, event.text(sees), &mut subscription.right).await?,
                Err(problem) => Err(problem),
            };
            if let Err(problem) = outcome {
                return self.lose(socket, log, &problem).await;
            }
        }
    }

    /// Ends the subscription to a conversation that the person lost the right to, and says why.
    async fn lose(
        &mut self,
        socket: &mut Socket,
        log: &Did,
        problem: &Problem,
    ) -> Result<(), Over> {
        match self.rooms.remove(log) {
            Some(_) => {
                self.seat.unsubscribe(log);
                self.say(socket, &self.error(log.as_str(), problem)).await
            }
            None => Ok(()),
        }
    }
}

fn tell_typing(seat: &Seat, room: &Room, kind: &str) {
    let event =
        json!({ "type": kind, "did": room.name, "log": room.log, "fromDid": seat.client.did });
    seat.tell_others(&room.log, &event);
}
