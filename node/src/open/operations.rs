//! The reviewed table of operations: whose will each needs, and who may request it from this program. It is made from
//! the data that the program decides by; a new operation without a row fails.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use imajin_app::operation::{Part, Undo};
use imajin_app::{Access, Role, Services};
use imajin_dfos::Value;
use imajin_edge::testing::{Ask, Person, TestNode, Write};
use imajin_host::Config;
use imajin_host::prelude::*;
use imajin_log::ops::{self, Writers};
use imajin_log::{
    Derivation, EntryField, ErasableBy, ErasureScope, OpSpec, RequiredAuthority, Source, TargetLog,
};
use imajin_protocol::delegation::is_never_delegated;

use super::services::{all_services, op_table};

const HEADER: &str = "\
# Who may do what, operation by operation: made from the rows that the program decides by, and reviewed by hand.
# In the author's own log: owner (of the node), member, guest (by e-mail), stranger (a key without an invite), each + or -; N/M: N a day
#   each and M of all strangers together, where it costs nothing, and with ! also where it costs something; t: not in their tier; r: only by a separate route, which proves
#   what it takes; i: with an invite, or while the node takes everybody in; o: only as its organiser.
# For its owner: delegate, an app among them (+ where a delegation may cover it).
# In the log of another: others (a stranger, a friend, an organiser, another node): bodies: erases what they wrote there; -: nothing.
# will: whose word it may be. reach: entries in the logs of others that an author may leave in a day, in all and in each; own: none there;
#   node: by the node's word alone, after an operation that was counted.
# block: what a block of the person whom it names does: refused; passes (it returns, revokes or ends something); -: it reaches no one.
# undo: by which operations (a+b: both) its author takes back what it left with others; -: it leaves nothing there. Else why there is none:
#   ends: it revokes, returns or ends something itself; money: the recipient of the payment or order returns it, or
#   ends with its time; given: a thing that a person took from its author is theirs, and they may return it; happened: others rely on it;
#   signed: a signature under another's words, which their author alone revokes; told: the one who was asked keeps what it was for.
# operation  owner member guest stranger delegate others will reach block undo
# With IMAJIN_WRITE_OPERATIONS=1 the test writes it: read the difference before you keep it.
";

/// Cells that say more than the rows of access do: the services decide it. The end-to-end test of the table tries each.
const MORE: &[(&str, &[&str], &str)] = &[
    ("auth.email.set", &["owner", "member", "guest", "stranger", "delegate"], "r"),
    ("auth.identity.register", &["owner", "member", "guest", "stranger"], "r"),
    ("auth.identity.create", &["guest", "stranger"], "i"),
    ("connections.group.create", &["guest"], "t"),
    ("connections.group.invite", &["guest"], "t"),
    ("connections.invite", &["guest"], "t"),
    ("events.create", &["guest"], "t"),
    ("events.cancel", &["member", "guest"], "o"),
];

/// Returns the part of a role's or the delegates' cell that the rows of access do not express.
fn more(op: &str, column: &str) -> Option<&'static str> {
    let row = MORE.iter().find(|(of, columns, _)| *of == op && columns.contains(&column));
    row.map(|(_, _, cell)| *cell)
}

/// Returns how the author of an operation undoes its entries in others' logs, as the operation's type declares.
fn undo(services: &Services, op: &str) -> Option<Undo> {
    let mut all = services.iter().flat_map(|service| service.operations());
    all.find(|one| one.spec.op == op)?.undo
}

fn row(services: &Services, spec: &OpSpec, rows: &[Access]) -> String {
    let row = rows.iter().find(|row| row.what == spec.op);
    let access = row.copied().unwrap_or(Access::new(spec.op, imajin_app::access::LEAST));
    let willed = !matches!(spec.by, RequiredAuthority::Node | RequiredAuthority::Derived);
    let cell = |role: Role| {
        let allowed = match access.strangers {
            _ if !willed => "-".to_owned(),
            _ if role >= access.least => "+".to_owned(),
            Some(some) if role == Role::Stranger => {
                let any = if some.free.is_none() { "!" } else { "" };
                format!("{}/{}{any}", some.each, some.all)
            }
            _ => "-".to_owned(),
        };
        more(spec.op, role.as_str()).map_or(allowed, str::to_owned)
    };
    let delegated = spec.by == RequiredAuthority::Any && !is_never_delegated(spec.op);
    let others = match ops::writers(spec.op) {
        Writers::Owner => "-",
        Writers::AuthorsOfBodies => "bodies",
    };
    let will = match spec.by {
        RequiredAuthority::Controller => "controller",
        RequiredAuthority::OwnKey => "key",
        RequiredAuthority::Any => "any",
        RequiredAuthority::CustodialAtStart => "start",
        RequiredAuthority::Node => "node",
        RequiredAuthority::Derived => "derived",
    };
    let reach = match access.reach {
        Some(reach) => format!("{}/{}", reach.author, reach.target),
        None if imajin_app::reaches_others(spec) => "node".to_owned(),
        None => "own".to_owned(),
    };
    let block = match (access.reach, access.despite_block) {
        (None, _) => "-",
        (Some(_), true) => "passes",
        (Some(_), false) => "refused",
    };
    let roles = [Role::Owner, Role::Member, Role::Guest, Role::Stranger].map(cell);
    let delegate = if delegated { "+" } else { "-" };
    let delegate = more(spec.op, "delegate").unwrap_or(delegate);
    format!(
        "{:<38} {} {delegate} {others} {will} {reach} {block} {}\n",
        spec.op,
        roles.join(" "),
        undo(services, spec.op).map_or("-".to_owned(), |undo| undo.to_string())
    )
}

/// The `ref` and the members of the fact that entries of an operation may have.
fn fields(services: &Services, op: &str) -> BTreeSet<&'static str> {
    let mut all = services.iter().flat_map(|service| service.operations());
    let declaration = all.find(|one| one.spec.op == op);
    let declaration = declaration.unwrap_or_else(|| panic!("{op} is declared nowhere"));
    let members = declaration.members.iter();
    let fields = members.filter(|member| member.part != Part::Body);
    fields
        .map(|member| match member.part {
            Part::Reference => "ref",
            _ => member.name,
        })
        .collect()
}

#[test]
fn each_field_of_a_consequence_is_the_intents_or_the_homes_own() {
    let services = Services::new(all_services());
    let table = op_table(&services);
    let mut rows = 0;
    for spec in table.iter() {
        for derivation in spec.derives {
            let name = format!("{} of {}", derivation.op, spec.op);
            let (of_intent, of_entry) =
                (fields(&services, spec.op), fields(&services, derivation.op));
            let bound = table.get(derivation.op).expect("a row").bound;
            for field in &of_entry {
                let is_tied = match *field {
                    "ref" => derivation.ties_the_ref(),
                    field => derivation.ties_the_fact() || derivation.source(field).is_some(),
                };
                let is_tied = is_tied || bound.signed_fields().contains(field);
                let is_own = derivation.own.contains(field);
                assert!(is_tied != is_own, "{name}: {field} is tied: {is_tied}, own: {is_own}");
            }
            for own in derivation.own {
                assert!(of_entry.contains(own), "{name} has no {own}");
            }
            for row in derivation.members {
                assert!(of_entry.contains(row.member), "{name} has no {}", row.member);
                if let Source::Fact(from) = row.from {
                    assert!(of_intent.contains(from), "{name}: the intent has no {from}");
                }
            }
            let facts = of_entry.iter().filter(|field| **field != "ref");
            if derivation.ties_the_fact() {
                let mut more = facts.filter(|field| !of_intent.contains(*field));
                assert_eq!(more.next(), None, "{name}");
            }
            rows += 1;
        }
    }
    assert!(rows > 180, "{rows}");
}

/// Each intent from which an erasure follows names the bodies that it is about; only `auth.delete` is about a whole log.
#[test]
fn each_erasure_that_follows_is_limited_to_what_its_intent_is_about() {
    let services = Services::new(all_services());
    let table = op_table(&services);
    let has_field = |op: &str, field: EntryField| match field {
        EntryField::Did | EntryField::Author => true,
        EntryField::Ref => fields(&services, op).contains("ref"),
        EntryField::Fact(member) => fields(&services, op).contains(member),
    };
    let mut erasing = Vec::new();
    for spec in table.iter() {
        for derivation in spec.derives {
            let is_erasure = derivation.op == ops::BODY_ERASED;
            assert_eq!(derivation.erases.is_empty(), !is_erasure, "{}", spec.op);
        }
        let Some(derivation) = spec.derivation(ops::BODY_ERASED) else {
            continue;
        };
        erasing.push(spec.op);
        if spec.op == ops::DELETE {
            assert_eq!(derivation.erases, [ErasureScope::WHOLE_LOG]);
            continue;
        }
        for scope in derivation.erases {
            assert!(!scope.ops.is_empty(), "{}: name the operations", spec.op);
            let is_about_it = |(_, of_intent): &(EntryField, EntryField)| {
                matches!(of_intent, EntryField::Ref | EntryField::Fact(_))
            };
            assert!(scope.equal.iter().any(is_about_it), "{}", spec.op);
            // The home may make up an intent that needs no signature.
            let is_of_author = scope.equal.contains(&(EntryField::Author, EntryField::Author));
            let needs_key = spec.by == RequiredAuthority::OwnKey;
            assert!(needs_key || is_of_author, "{}: only its author's", spec.op);
            for op in scope.ops.iter().chain(&scope.below) {
                let row = table.get(op);
                let row = row.unwrap_or_else(|| panic!("{}: there is no {op}", spec.op));
                let is_erasable = row.body && row.erasable_by != ErasableBy::Nobody;
                assert!(is_erasable, "{}: {op} has nothing to erase", spec.op);
                for (field, of_intent) in scope.equal {
                    assert!(has_field(op, *field), "{}: {op} lacks {field:?}", spec.op);
                    assert!(has_field(spec.op, *of_intent), "{}: {of_intent:?}", spec.op);
                }
            }
            if let Some(op) = scope.below {
                assert!(fields(&services, op).contains("in"), "{}: {op}", spec.op);
            }
        }
    }
    assert!(erasing.len() >= 12, "{erasing:?}");
}

#[test]
fn every_operation_is_in_the_reviewed_table() {
    let services = Services::new(all_services());
    let rows: Vec<Access> =
        services.iter().flat_map(|service| service.access().iter().copied()).collect();
    let table = op_table(&services);
    let mut specs: Vec<&OpSpec> = table.iter().collect();
    specs.sort_by_key(|spec| spec.op);
    for row in rows.iter().filter(|row| !row.what.contains(' ')) {
        assert!(table.get(row.what).is_some(), "{}: no such operation", row.what);
    }
    for spec in specs
        .iter()
        .filter(|spec| !matches!(spec.by, RequiredAuthority::Node | RequiredAuthority::Derived))
    {
        let row = rows.iter().find(|row| row.what == spec.op);
        let is_bounded = row.is_some_and(|row| row.reach.is_some());
        assert!(
            is_bounded == imajin_app::reaches_others(spec),
            "{}: what leaves entries in the logs of others has a budget in its service's access.rs, and nothing else has",
            spec.op
        );
    }
    let lines: String = specs.iter().map(|spec| row(&services, spec, &rows)).collect();
    let text = format!("{HEADER}{lines}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/e2e/operations.txt");
    if std::env::var_os("IMAJIN_WRITE_OPERATIONS").is_some() {
        fs::write(&path, text).unwrap();
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let (kept, now): (Vec<&str>, Vec<&str>) = (kept.lines().collect(), text.lines().collect());
    for line in &now {
        assert!(kept.contains(line), "not in {}: {line}", path.display());
    }
    for line in &kept {
        assert!(now.contains(line), "in {} and not so: {line}", path.display());
    }
}

/// Every operation that leaves entries in others' logs can be undone by its author with operations that no block stops, or
/// the table gives the reason why not.
#[test]
fn what_is_left_with_others_can_be_undone_or_the_table_says_why_not() {
    let services = Services::new(all_services());
    let rows: Vec<Access> =
        services.iter().flat_map(|service| service.access().iter().copied()).collect();
    let table = op_table(&services);
    for spec in table.iter() {
        let how = undo(&services, spec.op);
        // Entries that the node makes in the record of a person who was asked are caused by another person, too, and
        // have a budget.
        let row = rows.iter().find(|row| row.what == spec.op);
        let is_left =
            imajin_app::reaches_others(spec) || row.is_some_and(|row| row.reach.is_some());
        assert!(
            how.is_some() == is_left,
            "{}: `undo` is for what leaves entries in the logs of others, and for nothing else",
            spec.op
        );
        let Some(Undo::By(all)) = how else {
            continue;
        };
        for undo in all {
            let undo_spec = table.get(undo);
            let willed = undo_spec.is_some_and(|undo| {
                !matches!(undo.by, RequiredAuthority::Node | RequiredAuthority::Derived)
            });
            assert!(willed, "{}: {undo} is nothing to ask for", spec.op);
            let row = rows.iter().find(|row| row.what == *undo);
            assert!(
                *undo == spec.op || row.is_none_or(|row| row.reach.is_none() || row.despite_block),
                "{}: a block would keep its author from {undo}",
                spec.op
            );
        }
    }
}

/// Words that their author puts into the log of another are taken back by an operation that the table names, or it is said here
/// why not. Besides, their author may always erase them there (`auth.body.erased`).
#[test]
fn words_told_to_others_need_an_operation_that_takes_them_back() {
    const STAY: [(&str, &str); 2] = [
        ("connections.ask", "what was asked about somebody, which that person was paid for"),
        ("connections.group.take", "the words of a group, which are its next owner's to change"),
    ];
    let services = Services::new(all_services());
    let table = op_table(&services);
    let are_words = |one: &Derivation| {
        let reaches_others = matches!(one.target, TargetLog::FactDids | TargetLog::Parties);
        let spec = table.get(one.op).filter(|spec| spec.body);
        reaches_others && spec.is_some_and(|spec| spec.erasable_by == ErasableBy::Author)
    };
    let telling: Vec<&str> = table
        .iter()
        .filter(|spec| spec.derives.iter().any(are_words))
        .map(|spec| spec.op)
        .collect();
    for op in &telling {
        let stay = STAY.iter().any(|(of, _)| of == op);
        assert!(
            undo(&services, op).is_some_and(|undo| !matches!(undo, Undo::By(_))) == stay,
            "{op}: say in its `undo` what takes its words back, or in STAY why they stay"
        );
    }
    for (op, _) in STAY {
        assert!(telling.contains(&op), "{op} tells nobody words");
    }
}

/// An author that tries to write into Sue's log.
struct Actor {
    name: &'static str,
    person: Person,
    session: Option<String>,
}

async fn actors(node: &TestNode) -> Vec<Actor> {
    imajin_identity::begin_node_identity(&node.node).await.unwrap();
    node.node.set_claim_code("TEST-CLAI-MC0D".to_owned());
    let mut actors = Vec::new();
    // The owner last of those with a chain: then the node takes people in by invite.
    for (name, seed) in [("member", 2), ("owner", 3), ("stranger", 4), ("elsewhere", 5)] {
        let mut person = Person::new(seed);
        let claim = (name == "owner").then_some("TEST-CLAI-MC0D");
        match name {
            "stranger" => drop(person.register(node).await),
            "elsewhere" => drop(person.begin_chain(node.node.now()).unwrap()),
            _ => assert_eq!(person.create(node, claim).await.status, 201),
        }
        let session = match name {
            "elsewhere" => None,
            _ => Some(person.sign_in(node).await),
        };
        actors.push(Actor { name, person, session });
    }
    actors
}

/// Every operation × every other author × a session and a signature: none of them gets into another person's log.
#[tokio::test]
async fn nobody_writes_an_operation_into_the_log_of_another() {
    let services = all_services();
    let table = op_table(&Services::new(all_services()));
    let node = TestNode::start(services, Config::default(), 9).await.unwrap();
    let mut sue = Person::new(1);
    assert_eq!(sue.create(&node, None).await.status, 201);
    let actors = actors(&node).await;
    let seq = || node.node.status(&sue.did).unwrap().unwrap().seq;
    let before = seq();
    for spec in table.iter() {
        let service = imajin_protocol::naming::service_of(spec.op);
        for actor in &actors {
            let what = format!("{} by {}", spec.op, actor.name);
            let is_refused = |status: u16| match ops::writers(spec.op) {
                Writers::Owner => matches!(status, 401 | 403),
                // They may, with what they wrote there: here they name nothing.
                Writers::AuthorsOfBodies => (400..500).contains(&status),
            };
            if let Some(session) = &actor.session {
                let path = format!("/{service}/api/commands/{}?did={}", spec.op, sue.did);
                let mut ask = Ask::new("POST", path).bearer(session);
                if spec.body {
                    ask = ask.body("{}");
                }
                let reply = node.send(ask).await;
                assert!(is_refused(reply.status), "{what}: {}", reply.text());
            }
            let mut write = Write::new(&sue.did, spec.op);
            if spec.body {
                write = write.body(Value::map::<String>([]));
            }
            let reply = actor.person.write(&node, &write).await;
            assert!(is_refused(reply.status), "{what}: {}", reply.text());
        }
    }
    assert_eq!(seq(), before);
}
