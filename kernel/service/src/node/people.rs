//! What services know of people: how they are called, who they are to each other, what they may do. Each answer is the
//! service's that knows, or what holds where none does.

use imajin_dfos::VerifyingKey;
use imajin_protocol::identity::Tier;
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, DidKind};

use super::Node;
use crate::problem::Problem;
use crate::service::{Card, Graph, HandleState, Invitation, Owner};

impl Node {
    /// How a DID is called in public.
    pub fn card(&self, did: &Did) -> Result<Option<Card>, Problem> {
        match self.0.services.directory() {
            Some((service, directory)) => self.read(service, |db| directory.card(db, did)),
            None => Ok(None),
        }
    }

    /// Whether a handle can be had; `None` where no service knows handles.
    pub fn handle(&self, handle: &str) -> Result<Option<HandleState>, Problem> {
        match self.0.services.directory() {
            Some((service, directory)) => self
                .read(service, |db| directory.handle(db, handle))
                .map(Some),
            None => Ok(None),
        }
    }

    /// Public cards that match words.
    pub fn search(&self, words: &str, limit: usize, offset: usize) -> Result<Vec<Card>, Problem> {
        match self.0.services.directory() {
            Some((service, directory)) => {
                self.read(service, |db| directory.search(db, words, limit, offset))
            }
            None => Ok(Vec::new()),
        }
    }

    /// The DID that a text names: a DID in any form, or an alias of one. `None` for an alias that nobody here has, and for
    /// every e-mail address, which is not even looked up: nobody finds out whose it is, or whether somebody has it.
    pub fn resolve(&self, text: &str) -> Result<Option<Did>, Problem> {
        let did = Did::parse(text).map_err(|error| Problem::field("did", format!("{error}.")))?;
        match did.kind() {
            DidKind::Email => Ok(None),
            DidKind::Dfos => self.resolve_alias(&did),
            _ => Ok(Some(did)),
        }
    }

    /// [`Node::resolve`] for somebody with a session, who may name themselves by their e-mail address.
    pub fn resolve_for(&self, text: &str, who: &Did) -> Result<Option<Did>, Problem> {
        let alias = Did::parse(text).ok();
        let Some(alias) = alias.filter(|did| did.kind() == DidKind::Email) else {
            return self.resolve(text);
        };
        // Compared with their own alone: nothing else is looked up.
        let own = self.address(who)?;
        let own = own.and_then(|address| Did::from_email(&address).ok());
        Ok((own == Some(alias)).then(|| who.clone()))
    }

    /// The DID behind an alias of any kind. For whom it was proved that the address is theirs, and for nobody else's eyes.
    pub fn resolve_alias(&self, alias: &Did) -> Result<Option<Did>, Problem> {
        match self.0.services.authority() {
            Some((service, authority)) => {
                self.read(service, |db| authority.resolve(db, self.did(), alias))
            }
            None => Ok(None),
        }
    }

    /// Whether `delegate` may do `op` for `owner`, under a delegation that is in force.
    pub fn may_act(&self, delegate: &Did, owner: &Did, op: &str) -> Result<bool, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.may_act(self, delegate, owner, op),
            None => Ok(false),
        }
    }

    /// How far somebody is known here: soft, where no service knows identities.
    pub fn tier(&self, did: &Did) -> Result<Tier, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.tier(self, did),
            None => Ok(Tier::Soft),
        }
    }

    /// The e-mail address that somebody gave this node, if any: for letters to them, and for nobody else's eyes.
    pub fn address(&self, did: &Did) -> Result<Option<String>, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.address(self, did),
            None => Ok(None),
        }
    }

    /// The CID of the record that somebody and this node have met, if there is one: what is attested later
    /// names it as `root` in its payload.
    pub fn root_record(&self, did: &Did) -> Result<Option<String>, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.root_record(self, did),
            None => Ok(None),
        }
    }

    /// Refuses (403) who may not do this with their tier, and says what is missing. What gates is asked here and nowhere else.
    pub fn require(&self, did: &Did, capability: Capability) -> Result<(), Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.require(self, did, capability),
            None => Err(Problem::unavailable(
                "This node does not know identities: it runs without auth.",
            )),
        }
    }

    /// Who owns this node, and the key that is encrypted to for them; none as long as nobody does.
    pub fn owner(&self) -> Result<Option<Owner>, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.owner(self),
            None => Ok(None),
        }
    }

    /// Whether somebody owns this node.
    pub fn is_owner(&self, did: &Did) -> Result<bool, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.is_owner(self, did),
            None => Ok(false),
        }
    }

    /// The keys of somebody that are in force; none for who is not known here.
    pub fn keys(&self, did: &Did) -> Result<Vec<VerifyingKey>, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.keys(self, did),
            None => Ok(Vec::new()),
        }
    }

    /// Whether two are connected; `None` where no service knows.
    pub fn connected(&self, one: &Did, other: &Did) -> Result<Option<bool>, Problem> {
        self.ask_graph(|graph, db| graph.connected(db, one, other))
    }

    /// How many connections lie between two, at most 6; `None` beyond, and where no service knows.
    pub fn distance(&self, from: &Did, to: &Did) -> Result<Option<u8>, Problem> {
        let found = self.ask_graph(|graph, db| graph.distance(db, from, to))?;
        Ok(found.flatten())
    }

    /// The invitation to connect that a code stands for, if it can be accepted now.
    pub fn invitation(&self, code: &str) -> Result<Option<Invitation>, Problem> {
        let found = self.ask_graph(|graph, db| graph.invitation(db, code, self.now()))?;
        Ok(found.flatten())
    }

    /// As what somebody belongs to a group: `owner`, `admin`, `member`.
    pub fn group_role(&self, group: &Did, member: &Did) -> Result<Option<&'static str>, Problem> {
        let found = self.ask_graph(|graph, db| graph.role(db, group, member))?;
        Ok(found.flatten())
    }

    pub(crate) fn ask_graph<T>(
        &self,
        f: impl FnOnce(&dyn Graph, &rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Problem> {
        match self.0.services.graph() {
            Some((service, graph)) => self.read(service, |db| f(graph, db)).map(Some),
            None => Ok(None),
        }
    }
}
