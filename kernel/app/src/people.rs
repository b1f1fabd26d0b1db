//! Questions about people to the services that know them: names, relations, roles and rights. Each answer comes from
//! the service that knows, or is a default where no service does.

use std::collections::{BTreeMap, BTreeSet};

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::order;
use imajin_dfos::{Cid, PublicKey, VerifyingKey};
use imajin_log::entry::Header;
use imajin_protocol::identity::Tier;
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, DidKind};

use crate::blocking;
use crate::capabilities::{
    Authority, Card, Contact, DelegationRecord, Existence, HandleState, InRoom, Invitation,
    JoinedRoom, News, Owner, PeopleDirectory, PictureSize, RoomAbout, RoomRole, Rooms, SendsLinks,
    SocialGraph,
};
use crate::manifest::PagePlacement;
use crate::node::Node;
use crate::page::{NavLink, Viewer};
use crate::problem::{Answer, Problem};
use crate::role::Role;
use crate::search::SearchWords;
use crate::session::Session;

/// Entries of a log that are read at once.
const PAGE: usize = 500;
/// Places of apps in the bar, beside *Home* and *More*.
const BAR_MAX: usize = 3;

fn bar(mut places: Vec<NavLink>) -> Vec<NavLink> {
    places.truncate(BAR_MAX);
    places
}

impl Node {
    /// The card of this node itself: its only name is the one on its pages.
    fn own_card(&self) -> Card {
        Card { display_name: Some(self.name()), ..Card::unnamed(self.did().clone()) }
    }

    /// How a DID is called in public.
    pub fn card(&self, did: &Did) -> Answer<Option<Card>> {
        if did == self.did() {
            return Ok(Some(self.own_card()));
        }
        self.ask::<dyn PeopleDirectory, _>(|directory| directory.card(self, did))
    }

    /// How a person is shown to strangers; `None` if they hide their profile, or have none.
    pub fn card_for_strangers(&self, did: &Did) -> Answer<Option<Card>> {
        let is_hidden =
            self.ask::<dyn PeopleDirectory, _>(|directory| directory.is_hidden(self, did))?;
        if is_hidden { Ok(None) } else { self.card(did) }
    }

    /// How these are called in public, by DID, with the pictures that `viewer` sees. One query, however many they are.
    pub fn cards<'d>(
        &self,
        dids: impl IntoIterator<Item = &'d Did>,
        viewer: Option<&Did>,
    ) -> Answer<BTreeMap<Did, Card>> {
        let dids: BTreeSet<&Did> = dids.into_iter().collect();
        let cards = match self.get::<dyn PeopleDirectory>() {
            Some(directory) if !dids.is_empty() => directory.cards(self, &dids, viewer)?,
            _ => Vec::new(),
        };
        let own = dids.contains(self.did()).then(|| self.own_card());
        let named = cards.into_iter().chain(own);
        Ok(order::map(named.map(|card| (card.did.clone(), card))))
    }

    /// The public name of a person or of this node, or else the handle.
    pub fn called(&self, did: &Did) -> Answer<Option<String>> {
        let card = self.card(did)?;
        Ok(card.and_then(|card| card.display_name.or(card.handle)))
    }

    /// The person of a session, as the header of a page shows them.
    pub fn viewer(&self, session: &Session) -> Answer<Viewer> {
        let did = &session.did;
        let card = self.cards([did], Some(did))?.remove(did);
        let picture = card.as_ref().and_then(|card| self.face_of(card));
        let (handle, name) = card.map_or((None, None), |card| (card.handle, card.display_name));
        let mut navigation = bar(self.services().navigation(&[PagePlacement::Bar]));
        let mut more = self.services().navigation(&[PagePlacement::Bar, PagePlacement::Tile]);
        more.retain(|place| navigation.iter().all(|other| other.href != place.href));
        let unseen = self.unseen(did);
        for (app, number) in &unseen {
            let mut places = navigation.iter_mut();
            if let Some(place) = places.find(|place| place.app == *app) {
                place.badge = *number;
            }
        }
        Ok(Viewer {
            href: self.page_of(handle.as_deref().unwrap_or(did.as_str())),
            name: name.or(handle),
            did: did.to_string(),
            picture,
            navigation,
            more,
            unseen: unseen.iter().map(|(_, number)| number).sum(),
            recipients_page: self.recipients_page(did)?,
        })
    }

    /// The page on which a person chooses the recipients of a link; `None` for strangers, who may open no conversation.
    fn recipients_page(&self, did: &Did) -> Answer<Option<&'static str>> {
        if !self.is_at_least(did, Role::Guest)? {
            return Ok(None);
        }
        let app = self.get::<dyn SendsLinks>();
        Ok(app.map(SendsLinks::recipients_page))
    }

    /// A person's unseen notifications, by app. An error only goes to the log, since a page works without its badges.
    pub fn unseen(&self, did: &Did) -> Vec<(&'static str, usize)> {
        let mut counts: Vec<(&'static str, usize)> = Vec::new();
        for (_, news) in self.services().offers().all::<dyn News>() {
            let unseen = news
                .unseen(self, did)
                .inspect_err(|problem| tracing::error!("what is new cannot be read: {problem}"));
            for (app, number) in unseen.unwrap_or_default() {
                match counts.iter_mut().find(|(of, _)| *of == app) {
                    Some((_, sum)) => *sum += number,
                    None => counts.push((app, number)),
                }
            }
        }
        counts
    }

    /// The viewer who holds a session; `None` without one.
    pub fn viewer_of(&self, session: Option<&Session>) -> Answer<Option<Viewer>> {
        session.map(|session| self.viewer(session)).transpose()
    }

    /// The path of a person's page, by handle or DID; the first page where no app shows people.
    pub fn page_of(&self, who: &str) -> String {
        let directory = self.get::<dyn PeopleDirectory>();
        directory.map_or_else(|| "/".to_owned(), |directory| directory.page_of(who))
    }

    /// The path of the small picture next to the name on a card; `None` where the card has none, or no app shows people.
    pub fn face_of(&self, card: &Card) -> Option<String> {
        self.picture_of(card, PictureSize::Face)
    }

    /// The path of the picture on a card; `None` where the card has none, or no app shows people.
    pub fn picture_of(&self, card: &Card, size: PictureSize) -> Option<String> {
        let cid = card.avatar.as_deref()?;
        let directory = self.get::<dyn PeopleDirectory>()?;
        Some(directory.picture_of(&card.did, cid, size))
    }

    /// Whether a handle can be had; `None` where no service knows handles.
    pub fn handle(&self, handle: &str) -> Answer<Option<HandleState>> {
        let directory = self.get::<dyn PeopleDirectory>();
        directory.map(|directory| directory.handle(self, handle)).transpose()
    }

    /// Public cards that match words.
    pub fn search(&self, words: &SearchWords, limit: usize, offset: usize) -> Answer<Vec<Card>> {
        self.ask::<dyn PeopleDirectory, _>(|directory| directory.search(self, words, limit, offset))
    }

    /// The DID that a text names: a DID in any form, or an alias of one. `None` for an alias that no one here has, and
    /// for every e-mail address, which is not even looked up: callers cannot find out whose it is, or whether anyone
    /// has it.
    pub fn resolve(&self, text: &str) -> Answer<Option<Did>> {
        let did = Did::parse(text).map_err(|error| Problem::field("did", format!("{error}.")))?;
        match did.kind() {
            DidKind::Email => Ok(None),
            DidKind::Dfos => self.resolve_alias(&did),
            _ => Ok(Some(did)),
        }
    }

    /// The person whom a DID in any form or a handle names, whether or not they have a log here.
    pub fn find_person(&self, text: &str) -> Answer<Option<Did>> {
        if text.starts_with("did:") {
            return self.resolve(text);
        }
        match self.handle(text)? {
            Some(HandleState::Taken(did)) => Ok(Some(did)),
            _ => Ok(None),
        }
    }

    /// The person whom a DID in any form or a handle names, if they have a log here.
    ///
    /// # Errors
    /// 404 if no one here has this name, 410 if they deleted their data.
    pub fn person(&self, text: &str) -> Answer<Did> {
        let nobody = || Problem::not_found(format!("Nobody on this box goes by {text:?}."));
        let did = self.find_person(text)?.ok_or_else(nobody)?;
        let status = self.status(&did)?.ok_or_else(nobody)?;
        if self.existence(&did)? == Existence::Private {
            return Err(nobody());
        }
        if status.deleted {
            Err(Problem::gone("This person deleted their data here."))
        } else {
            Ok(did)
        }
    }

    /// The bodies that a person's log still has, of the entries that fit: what an operation erases.
    ///
    /// # Errors
    /// Where the log cannot be read; 503 (`disk-missing`) if one of the entries names files, and their disk is not there.
    pub fn bodies(&self, did: &Did, fits: impl Fn(&Header) -> bool) -> Answer<Vec<Cid>> {
        blocking::in_place(|| self.find_bodies(did, &fits))
    }

    fn find_bodies(&self, did: &Did, fits: &dyn Fn(&Header) -> bool) -> Answer<Vec<Cid>> {
        let (mut bodies, mut after) = (Vec::new(), None);
        loop {
            let entries = self.ledger().entries(did, after, PAGE)?;
            for entry in &entries {
                let header = &entry.decoded;
                after = Some(header.seq);
                let body = entry.body.as_deref().filter(|_| fits(header));
                let fact = header.fact.as_ref().filter(|_| body.is_some());
                if fact.is_some_and(|fact| fact.get("media").is_some()) {
                    self.ledger().media().check_disk()?;
                }
                bodies.extend(body.map(dag_cbor_cid));
            }
            if entries.len() < PAGE {
                return Ok(bodies);
            }
        }
    }

    /// [`Node::resolve`] for a caller, if they are signed in. An e-mail address resolves for the person whose it is and for the node's owner, who
    /// reads the letters that wait here; for all others it is unknown.
    pub fn resolve_for(&self, text: &str, caller: Option<&Did>) -> Answer<Option<Did>> {
        let alias = Did::parse(text).ok();
        let Some(alias) = alias.filter(|did| did.kind() == DidKind::Email) else {
            return self.resolve(text);
        };
        let Some(caller) = caller else {
            return Ok(None);
        };
        // Compared with their own alone: for others than the owner nothing else is looked up.
        let own = self.address(caller)?.and_then(|address| Did::from_email(&address).ok());
        if own.as_ref() == Some(&alias) {
            return Ok(Some(caller.clone()));
        }
        if self.is_at_least(caller, Role::Owner)? { self.resolve_alias(&alias) } else { Ok(None) }
    }

    /// [`Node::find_person`] for a caller, if they are signed in: see [`Node::resolve_for`].
    pub fn named_for(&self, text: &str, caller: Option<&Did>) -> Answer<Option<Did>> {
        if text.starts_with("did:") {
            self.resolve_for(text, caller)
        } else {
            self.find_person(text)
        }
    }

    /// The DID behind an alias of any kind. For callers who proved that the address is theirs; never disclosed to
    /// anyone else.
    pub fn resolve_alias(&self, alias: &Did) -> Answer<Option<Did>> {
        self.ask::<dyn Authority, _>(|authority| authority.resolve(self, alias))
    }

    /// Whether `delegate` may do `op` for `owner`, under a delegation that is in force.
    pub fn may_act(&self, delegate: &Did, owner: &Did, op: &str) -> Answer<bool> {
        self.ask::<dyn Authority, _>(|authority| authority.may_act(self, delegate, owner, op))
    }

    /// The delegations that `owner` gave, or those to one key; empty where no service knows them.
    pub fn delegations(
        &self,
        owner: &Did,
        key: Option<&PublicKey>,
    ) -> Answer<Vec<DelegationRecord>> {
        self.ask::<dyn Authority, _>(|authority| authority.delegations(self, owner, key))
    }

    /// A person's tier on this node: soft, where no service knows identities.
    pub fn tier(&self, did: &Did) -> Answer<Tier> {
        match self.get::<dyn Authority>() {
            Some(authority) => authority.tier(self, did),
            None => Ok(Tier::Soft),
        }
    }

    /// The e-mail address that a person gave this node, if any. For letters to them only: never shown to anyone else.
    pub fn address(&self, did: &Did) -> Answer<Option<String>> {
        self.ask::<dyn Authority, _>(|authority| authority.address(self, did))
    }

    /// The CID of the record that a person and this node have met, if there is one. Later attestations name it as
    /// `root` in their payload.
    pub fn root_record(&self, did: &Did) -> Answer<Option<String>> {
        self.ask::<dyn Authority, _>(|authority| authority.root_record(self, did))
    }

    /// Refuses (403) a person whose tier does not allow this, and says what they lack. The only place that checks tiers.
    pub fn require(&self, did: &Did, capability: Capability) -> Answer<()> {
        match self.get::<dyn Authority>() {
            Some(authority) => authority.require(self, did, capability),
            None => Err(Problem::unavailable(
                "This node does not know identities: it runs without auth.",
            )),
        }
    }

    /// This node's owner with their encryption keys, if it has one.
    pub fn owner(&self) -> Answer<Option<Owner>> {
        self.ask::<dyn Authority, _>(|authority| authority.owner(self))
    }

    /// Whether this person owns this node.
    pub fn is_owner(&self, did: &Did) -> Answer<bool> {
        self.ask::<dyn Authority, _>(|authority| authority.is_owner(self, did))
    }

    /// A person's keys that are in force; empty for a person whom this node does not know.
    pub fn keys(&self, did: &Did) -> Answer<Vec<VerifyingKey>> {
        self.ask::<dyn Authority, _>(|authority| authority.keys(self, did))
    }

    /// Whether two are connected; `None` where no service knows.
    pub fn connected(&self, one: &Did, other: &Did) -> Answer<Option<bool>> {
        self.ask::<dyn SocialGraph, _>(|graph| graph.connected(self, one, other).map(Some))
    }

    /// The number of connections between two people, at most 6; `None` beyond, and where no service knows.
    pub fn distance(&self, from: &Did, to: &Did) -> Answer<Option<u8>> {
        self.ask::<dyn SocialGraph, _>(|graph| graph.distance(self, from, to))
    }

    /// The invitation to connect that has this code, if it can be accepted now.
    pub fn invitation(&self, code: &str) -> Answer<Option<Invitation>> {
        self.ask::<dyn SocialGraph, _>(|graph| graph.invitation(self, code))
    }

    /// A member's role in a conversation, by the first service that knows it.
    pub fn in_room(&self, conversation: &Did, who: &Did) -> Answer<InRoom> {
        let answer = self.ask_each::<dyn Rooms, _>(|rooms| {
            let role = rooms.role(self, conversation, who)?;
            Ok(Some(role).filter(|role| *role != InRoom::Unknown))
        });
        Ok(answer?.unwrap_or(InRoom::Unknown))
    }

    /// Whether a person may have the file `cid` that its owner shared with a conversation: both are members, and where the
    /// conversation's messages are known, the person sees one that brings it.
    pub fn room_shows(&self, room: &Did, who: &Did, file: (&Did, &str)) -> Answer<bool> {
        if !self.both_in_room(room, (who, file.0))? {
            return Ok(false);
        }
        let shown = self.ask_each::<dyn Rooms, _>(|rooms| rooms.shows_file(self, room, who, file));
        Ok(shown?.unwrap_or(true))
    }

    /// Whether both people are members of a conversation.
    pub fn both_in_room(&self, room: &Did, (one, other): (&Did, &Did)) -> Answer<bool> {
        Ok(self.in_room(room, one)?.role().is_some() && self.in_room(room, other)?.role().is_some())
    }

    /// The subject of a conversation, by the first service that knows it.
    pub fn room_about(&self, conversation: &Did) -> Answer<Option<RoomAbout>> {
        self.ask_each::<dyn Rooms, _>(|rooms| rooms.describe(self, conversation))
    }

    /// The subjects that a person leads and may open a conversation for; at most `limit` of each service.
    pub fn rooms_led_by(&self, who: &Did, limit: usize) -> Answer<Vec<RoomAbout>> {
        self.ask_all::<dyn Rooms, _>(|rooms| rooms.led_by(self, who, limit))
    }

    /// The people who belong to a conversation's subject and may therefore be admitted, by the first service that
    /// records them.
    pub fn eligible(&self, conversation: &Did, limit: usize) -> Answer<Vec<(Did, RoomRole)>> {
        let eligible = self.ask_each::<dyn Rooms, _>(|rooms| {
            let members = rooms.eligible(self, conversation, limit)?;
            Ok(Some(members).filter(|members| !members.is_empty()))
        });
        Ok(eligible?.unwrap_or_default())
    }

    /// All members of a conversation, by the first service that discloses them; empty where none does.
    pub fn members_of_room(&self, conversation: &Did) -> Answer<Vec<(Did, RoomRole)>> {
        let members = self.ask_each::<dyn Rooms, _>(|rooms| rooms.members(self, conversation));
        Ok(members?.unwrap_or_default())
    }

    /// A person's contacts, at most `limit`.
    pub fn contacts(&self, of: &Did, limit: usize) -> Answer<Vec<Contact>> {
        self.ask::<dyn SocialGraph, _>(|graph| graph.contacts(self, of, limit))
    }

    /// The conversations that a person is a member of, by all services that disclose them.
    pub fn rooms_of(&self, who: &Did) -> Answer<Vec<JoinedRoom>> {
        self.ask_all::<dyn Rooms, _>(|rooms| rooms.rooms_of(self, who))
    }

    /// A member's role in a group: `owner`, `admin`, `member`.
    pub fn group_role(&self, group: &Did, member: &Did) -> Answer<Option<&'static str>> {
        self.ask::<dyn SocialGraph, _>(|graph| graph.role(self, group, member))
    }
}
