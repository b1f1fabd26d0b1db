//! Every operation by every role, in the role's own log and in Sue's, compared with the reviewed table
//! `operations.txt`.
//!
//! No command succeeds. A role that may use the operation sends invalid content and gets an error about the content. A
//! role that may not is refused at admission, before the content is read, or by the operation's own decision
//! afterwards, so that this content has to be well formed.

use imajin_app::Services;
use imajin_app::operation::Words;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Value, cbor};
use imajin_e2e::prelude::*;
use imajin_protocol::proof::ProofPayload;
use imajin_protocol::{Fact, IdText, Kid, Proof};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use crate::routes::table::{Row, rows};
use crate::routes::world::{APP_SCOPE, World};

/// Roles that try to write into Sue's log. The other node's key is unknown to this node.
const OTHERS: [&str; 7] =
    ["owner", "member", "guest", "stranger", "friend", "organiser", "another node"];

struct CommandAnswer {
    status: u16,
    /// The last part of the problem's type.
    slug: String,
    field: String,
    text: String,
}

/// The expected answer.
#[derive(Debug, PartialEq)]
enum Expectation {
    /// Admitted: another error, or the command was entered.
    Passes,
    /// 403 with this slug.
    Forbidden(&'static str),
    /// 403: not covered by a delegation.
    NotCovered,
    /// 403: only by another route, which the answer names.
    OwnRoute,
    /// 403: only with an invite.
    Invite,
    /// 403: the object belongs to another person.
    NotTheirs,
    /// 401: this key may not sign here.
    NoKey,
    /// 404: the author's chain is unknown.
    NoChain,
    /// 400: the command names no body that its author may erase.
    NoBody,
}

impl Expectation {
    fn is(&self, answer: &CommandAnswer) -> bool {
        match self {
            Self::Passes => {
                answer.status < 500
                    && ![401, 403, 429].contains(&answer.status)
                    && answer.slug != "tier"
            }
            Self::Forbidden(slug) => answer.status == 403 && answer.slug == *slug,
            Self::NotCovered => answer.status == 403 && answer.field == "via",
            Self::OwnRoute => {
                let names = ["POST /auth/api/onboard", "ask for a challenge"];
                answer.status == 403 && names.iter().any(|name| answer.text.contains(name))
            }
            Self::Invite => answer.status == 403 && answer.text.contains("by invite"),
            Self::NotTheirs => answer.status == 403 && answer.text.contains("Only the organiser"),
            Self::NoKey => answer.status == 401 && answer.text.contains("not in force"),
            Self::NoChain => answer.status == 404 && answer.text.contains("no identity chain"),
            Self::NoBody => answer.status == 400 && answer.field == "body",
        }
    }
}

impl fmt::Display for CommandAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.text)
    }
}

fn parse_answer(answer: reqwest::blocking::Response) -> CommandAnswer {
    let status = answer.status().as_u16();
    let text = answer.text().unwrap_or_default();
    let problem: Json = serde_json::from_str(&text).unwrap_or_default();
    let kind = problem["type"].as_str();
    let slug = kind.and_then(|kind| kind.strip_prefix("urn:imajin:problem:"));
    let field = problem["field"].as_str();
    CommandAnswer {
        status,
        slug: slug.unwrap_or_default().to_owned(),
        field: field.unwrap_or_default().to_owned(),
        text,
    }
}

struct Content {
    reference: Option<String>,
    fact: Option<Json>,
    body: Option<Value>,
}

impl Content {
    /// Builds content that no operation accepts, except that the amount may be valid.
    fn wrong(row: &Row, amount: u32) -> Self {
        Self {
            reference: None,
            fact: Some(json!({ "amount": amount })),
            body: row.has_body.then(|| Value::map([("nothing", Value::from("x"))])),
        }
    }

    /// Builds the example of the operation's own declaration.
    fn well_formed(services: &Services, row: &Row) -> Self {
        let declaration = services.declaration(&row.op).expect("a declaration");
        let sample = declaration.sample(&mut Words::new("sample".to_owned()));
        Self {
            reference: sample.reference.as_ref().map(ToString::to_string),
            fact: sample.fact,
            body: sample.body.map(|body| cbor::from_dag_json(&body).expect("a body")),
        }
    }

    /// Builds the content that leads to the expected answer.
    fn to_be_told(services: &Services, row: &Row, expected: &Expectation) -> Self {
        let by_decision = [
            Expectation::OwnRoute,
            Expectation::Invite,
            Expectation::NotTheirs,
            Expectation::NoBody,
        ];
        if by_decision.contains(expected) || *expected == Expectation::Forbidden("tier") {
            Self::well_formed(services, row)
        } else {
            Self::wrong(row, 1)
        }
    }
}

/// A walk over the table.
struct Walk<'a> {
    world: &'a World,
    services: Services,
    /// A key that is unknown to this node.
    elsewhere: Person,
    /// The chains of those who signed, which no command of the walk changes.
    chains: RefCell<HashMap<Did, Option<Cid>>>,
    faults: Vec<String>,
}

impl Walk<'_> {
    fn address(&self, row: &Row) -> String {
        let url = self.world.url();
        format!("{url}/{}/api/commands/{}", row.service(), row.op)
    }

    /// Sends a command with a session, for its own log or for that of `did`.
    fn ask(
        &self,
        who: &'static str,
        row: &Row,
        did: Option<&str>,
        content: &Content,
    ) -> CommandAnswer {
        let mut query = Vec::new();
        query.extend(content.fact.as_ref().map(|fact| ("fact", fact.to_string())));
        query.extend(content.reference.clone().map(|about| ("ref", about)));
        query.extend(did.map(|did| ("did", did.to_owned())));
        let url = reqwest::Url::parse_with_params(&self.address(row), query).expect("a URL");
        let token = self.world.token(who).expect("a session");
        let mut request = imajin_e2e::http().post(url).bearer_auth(token);
        if let Some(body) = &content.body {
            request = request.json(&cbor::to_dag_json(body).expect("JSON"));
        }
        parse_answer(request.send().expect("an answer"))
    }

    /// Returns the newest operation of a person's chain, if the node has one.
    fn chain(&self, person: &Person) -> Option<Cid> {
        let mut chains = self.chains.borrow_mut();
        *chains.entry(person.key.did().clone()).or_insert_with(|| {
            let own = person.client.place(&person.signer);
            own.ok().and_then(|place| place.chain)
        })
    }

    /// Sends a command signed by a key, for this log: as its owner, as another author, or (`acts`) as a delegate.
    fn sign(
        &self,
        person: &Person,
        row: &Row,
        log: &Did,
        acts: bool,
        content: &Content,
    ) -> CommandAnswer {
        let chain = if acts { None } else { self.chain(person) };
        // The person from elsewhere refers to a chain that this node does not have.
        let made_up = || dag_cbor_cid(&cbor::encode(&Value::from("elsewhere")));
        let chain =
            if std::ptr::eq(person, &raw const self.elsewhere) { Some(made_up()) } else { chain };
        let kid = match &chain {
            Some(_) => Kid::parse(&person.key.kid()).expect("a kid"),
            None => Kid::of_bare_key(person.key.did()).expect("a kid"),
        };
        let place = person.client.place_in(log, &person.signer);
        let place = place.expect("a place");
        let body = content.body.clone().map(|mut body| {
            let members = body.as_map_mut().expect("a map");
            members.insert("salt".to_owned(), Value::Bytes(vec![7; 16]));
            body
        });
        let payload = ProofPayload {
            aud: place.node,
            did: log.clone(),
            service: row.service().to_owned(),
            op: row.op.clone(),
            reference: content.reference.as_deref().map(|text| IdText::parse(text).expect("an id")),
            body: body.as_ref().map(|body| dag_cbor_cid(&cbor::encode(body))),
            fact: content.fact.as_ref().map(|fact| Fact::from_json(fact).expect("a fact")),
            to: Vec::new(),
            seen: place.seen,
            after: place.after,
            chain,
            iat: place.time.as_secs(),
            via: self.world.delegation_to(person).filter(|_| acts),
        };
        let proof = Proof::sign(&person.key.signing_key(), kid, payload).expect("a proof");
        let mut request =
            imajin_e2e::http().post(self.address(row)).header("MJN-Proof", proof.to_compact());
        if let Some(body) = &body {
            request = request.json(&cbor::to_dag_json(body).expect("JSON"));
        }
        parse_answer(request.send().expect("an answer"))
    }

    fn expect(&mut self, what: &str, row: &Row, expected: &Expectation, answer: &CommandAnswer) {
        if !expected.is(answer) {
            let fault = format!("{} {what}: wanted {expected:?}, and is {answer}", row.op);
            self.faults.push(fault);
        }
    }

    /// Sends a command for the role's own log: guests and strangers with their session, the node's people with a
    /// signature.
    fn own(&self, role: &'static str, row: &Row, content: &Content) -> CommandAnswer {
        let signs = ["owner", "member"].contains(&role);
        match self.world.person(role).filter(|_| signs) {
            Some(person) => self.sign(person, row, person.key.did(), false, content),
            None => self.ask(role, row, None, content),
        }
    }

    fn in_ones_own_log(&mut self, row: &Row) {
        for role in ["owner", "member", "guest", "stranger"] {
            let expected = match row.cell(role) {
                _ if !row.is_willed => Expectation::Forbidden("not-willed"),
                _ if !row.is_admitted(role) => Expectation::Forbidden("admission"),
                cell => expectation_of(cell),
            };
            let content = Content::to_be_told(&self.services, row, &expected);
            let answer = self.own(role, row, &content);
            self.expect(role, row, &expected, &answer);
            // Free operations with a daily limit.
            if row.cell(role).contains('/') {
                let answer = self.own(role, row, &Content::wrong(row, 0));
                self.expect(role, row, &Expectation::Passes, &answer);
            }
        }
    }

    fn in_the_log_of_another(&mut self, row: &Row) {
        let (sue, before) = (self.world.sue(), self.entries());
        for who in OTHERS {
            if who != "another node" {
                let answer = self.ask(who, row, Some(sue.did()), &Content::wrong(row, 1));
                let expected = match row.others.as_str() {
                    _ if !row.is_willed => Expectation::Forbidden("not-willed"),
                    "bodies" => Expectation::Forbidden("signature-required"),
                    _ => Expectation::Forbidden("not-owner"),
                };
                self.expect(&format!("by {who}'s session for Sue"), row, &expected, &answer);
            }
            let person = match who {
                "another node" => Some(&self.elsewhere),
                _ => self.world.person(who),
            };
            if let Some(person) = person {
                let expected = expectation_of_another(row, who);
                let content = Content::to_be_told(&self.services, row, &expected);
                let answer = self.sign(person, row, sue.key.did(), false, &content);
                self.expect(&format!("signed by {who} for Sue"), row, &expected, &answer);
            }
        }
        if self.entries() != before {
            let fault = format!("{}: somebody else's entry is in Sue's log", row.op);
            self.faults.push(fault);
        }
    }

    /// Checks a delegate, who may do everything that can be delegated, and an app, which may do what its scope names.
    fn on_behalf(&mut self, row: &Row) {
        let before = self.entries();
        let mut may = false;
        for role in ["delegate", "app"] {
            let person = self.world.person(role).expect("a person");
            let is_covered = role == "delegate" || row.service() == APP_SCOPE;
            let expected = if !row.is_willed {
                Expectation::Forbidden("not-willed")
            } else if !row.is_admitted("self") {
                Expectation::Forbidden("admission")
            } else if !row.is_delegable() {
                Expectation::Forbidden("own-key")
            } else if is_covered {
                expectation_of(&row.delegate)
            } else {
                Expectation::NotCovered
            };
            may |= expected == Expectation::Passes;
            let content = Content::to_be_told(&self.services, row, &expected);
            let answer = self.sign(person, row, self.world.sue().key.did(), true, &content);
            self.expect(role, row, &expected, &answer);
        }
        if !may && self.entries() != before {
            let fault = format!("{}: a delegate's entry is in Sue's log", row.op);
            self.faults.push(fault);
        }
    }

    /// Returns the number of entries of Sue's log.
    fn entries(&self) -> u64 {
        let sue = self.world.sue();
        let place = sue.client.place(&sue.signer);
        place.expect("a place").seen.map_or(0, |seen| seen.seq)
    }
}

/// Returns the expected answer for a cell of an admitted role.
fn expectation_of(cell: &str) -> Expectation {
    match cell {
        "+" => Expectation::Passes,
        // Daily limit that also applies to paid operations.
        some if some.ends_with('!') => Expectation::Passes,
        "t" => Expectation::Forbidden("tier"),
        "r" => Expectation::OwnRoute,
        "i" => Expectation::Invite,
        "o" => Expectation::NotTheirs,
        other => panic!("{other} is no cell of the table"),
    }
}

/// Returns the expected answer to another person's signature for Sue's log. A stranger's bare key has no chain, so it
/// signs as a delegate.
fn expectation_of_another(row: &Row, who: &str) -> Expectation {
    let asks_as = if who == "stranger" { "self" } else { who };
    match row.others.as_str() {
        _ if !row.is_willed => Expectation::Forbidden("not-willed"),
        _ if !row.is_admitted(asks_as) => Expectation::Forbidden("admission"),
        _ if who == "stranger" && row.is_delegable() => Expectation::NoKey,
        _ if who == "stranger" => Expectation::Forbidden("own-key"),
        "bodies" if who == "another node" => Expectation::NoChain,
        "bodies" => Expectation::NoBody,
        _ => Expectation::Forbidden("not-owner"),
    }
}

/// Asserts that each role may do in each log what these rows say.
pub fn assert_as_in_table(world: &World, rows: &[Row]) {
    let mut walk = Walk {
        world,
        services: Services::new(imajin_node::open::all_services()),
        elsewhere: Person::stranger(world.url()),
        chains: RefCell::default(),
        faults: Vec::new(),
    };
    for row in rows {
        assert!(["-", "bodies"].contains(&row.others.as_str()), "{}", row.op);
        walk.in_ones_own_log(row);
        walk.in_the_log_of_another(row);
        walk.on_behalf(row);
    }
    assert!(walk.faults.is_empty(), "{}", walk.faults.join("\n"));
}

#[test]
fn every_operation_by_every_role_comes_to_what_the_table_says() {
    let (folder, node) = Node::fresh();
    assert_as_in_table(&World::new(&node, folder.path()), &rows());
}
