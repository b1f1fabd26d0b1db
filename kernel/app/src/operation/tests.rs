use imajin_dfos::cbor::from_dag_json;
use imajin_dfos::{Timestamp, Value};
use imajin_ledger::{Refusal, RefusalKind};
use imajin_log::{ErasableBy, RequiredAuthority};
use imajin_protocol::fair::Digest;
use imajin_protocol::{Currency, Fact, IdText, Minor};
use serde_json::{Value as Json, json};

use super::*;
use crate::routing::DESCRIBED;
use crate::words::Money;

/// Writes a note.
#[derive(Debug, PartialEq, Operation)]
#[operation(
    name = "notes.write",
    authority = Any,
    erasable_by = Author,
    refusal = NoteRefusal
)]
struct WriteNote {
    /// The note.
    #[reference]
    note: IdText,
    /// How it is shown.
    #[fact]
    color: Option<Color>,
    /// The words.
    text: Line<8>,
    /// The things that hang on it.
    #[field(name = "hangsOn")]
    hangs_on: Option<List<Pin, 1, 2>>,
}

#[derive(Debug, PartialEq, Choice)]
enum Color {
    Red,
    #[field(name = "dark-blue")]
    Blue,
}

#[derive(Debug, PartialEq, Record)]
struct Pin {
    /// How long.
    length: Int<1, 9>,
}

#[derive(Debug, Reasons)]
enum NoteRefusal {
    #[refused(Conflict, reason = "full", field = "note", message = "{} notes are {}.")]
    Full(u8, &'static str),
    #[refused(Forbidden, message = "Not here.")]
    NotHere,
    #[refused(all)]
    Paid(PaidRefusal),
    /// Too late.
    #[refused(Gone)]
    Late,
}

#[derive(Debug, Reasons)]
enum PaidRefusal {
    #[refused(PaymentRequired, members, message = "You have {}, and it takes {}.")]
    Short(Missing, Money, Money),
    #[refused(Conflict, reason = "paid", message = "It is paid.")]
    CommandOutcome,
}

#[derive(Debug, serde::Serialize)]
struct Missing {
    needed: i64,
}

impl Decide for WriteNote {
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<NoteRefusal> {
        Ok(())
    }
}

fn read(reference: Option<&str>, fact: Json, body: Json) -> Result<WriteNote, FieldError> {
    let reference = reference.map(|id| IdText::parse(id).unwrap());
    let fact = (!fact.is_null()).then(|| Fact::from_json(&fact).unwrap());
    let body: Option<Value> = (!body.is_null()).then(|| from_dag_json(&body).unwrap());
    WriteNote::read(&Parts::new(reference.as_ref(), fact.as_ref(), body.as_ref()))
}

/// Operations that are refused: the reference, the fact, the body, and the field and the message of the refusal.
const WRONG_FIELDS: &str = r#"
- | null | {"text": "a"} | ref | ref is missing.
n | null | null | body | notes.write needs a body.
n | null | {} | text | text is missing.
n | null | { "text": 1 } | text | text must be a text.
n | null | { "text": "abcdefghi" } | text | text has at most 8 characters.
n | null | { "text": "a", "x": 1 } | x | The body of notes.write has no member "x"; it has text, hangsOn.
n | { "size": 1 } | {"text": "a"} | size | The fact of notes.write has no member "size"; it has color.
n | { "color": "blue" } | {"text": "a"} | color | color must be one of red, dark-blue.
n | null | { "text": "a", "hangsOn": [{ "length": 1 }, { "length": 10 }] } | hangsOn | hangsOn[1].length must be an integer from 1 to 9.
n | null | { "text": "a", "hangsOn": [{ "length": 1, "x": 1 }] } | hangsOn | hangsOn[0] must be {length} and nothing else.
"#;

#[test]
fn a_wrong_field_is_named_with_what_is_wrong_inside_it() {
    for row in WRONG_FIELDS.trim().lines() {
        let [reference, fact, body, field, message] = row.split(" | ").collect::<Vec<_>>()[..]
        else {
            panic!("a row has five cells: {row}");
        };
        let reference = Some(reference).filter(|cell| *cell != "-");
        let json = |text: &str| serde_json::from_str(text).unwrap();
        let error = read(reference, json(fact), json(body)).unwrap_err();
        assert_eq!(error, FieldError::new(field, message));
    }
}

#[test]
fn an_operation_reads_what_it_wrote() {
    let body =
        json!({ "text": "a", "hangsOn": [{ "length": 2 }], "salt": { "/": { "bytes": "AQ" } } });
    let note = read(Some("n"), json!({ "color": "dark-blue" }), body).unwrap();
    assert_eq!(note.color, Some(Color::Blue));
    let content = content(&note).unwrap();
    assert_eq!(content.body.as_ref().and_then(|body| body.get("salt")), None);
    let Content { reference, fact, body } = content;
    let parts = Parts::new(reference.as_ref(), fact.as_ref(), body.as_ref());
    assert_eq!(WriteNote::read(&parts), Ok(note));
    assert_eq!(WriteNote::DECLARATION.reads_its_sample(), Ok(()));
}

#[test]
fn a_reason_becomes_a_refusal_with_its_status_and_its_field() {
    let refusal = Refusal::from(Refused::from(NoteRefusal::Full(7, "enough")));
    assert_eq!(refusal.kind, RefusalKind::Conflict);
    assert_eq!(refusal.message, "7 notes are enough.");
    assert_eq!(refusal.field.as_deref(), Some("note"));
    assert_eq!(refusal.extra, Some(json!({ "reason": "full" })));
    let refusal = Refusal::from(Refused::from(NoteRefusal::NotHere));
    assert_eq!((refusal.kind, refusal.extra.as_ref()), (RefusalKind::Forbidden, None));
}

fn euros(cents: i64) -> Money {
    Money::new(cents, Currency::parse("EUR").unwrap())
}

#[test]
fn an_operation_takes_over_reasons_with_the_members_that_they_have() {
    let reasons = NoteRefusal::ALL.iter().map(|row| row.message);
    let all = [
        "{} notes are {}.",
        "Not here.",
        "You have {}, and it takes {}.",
        "It is paid.",
        "Too late.",
    ];
    assert_eq!(reasons.collect::<Vec<_>>(), all);
    let short: Refused<PaidRefusal> =
        PaidRefusal::Short(Missing { needed: 7 }, euros(5), euros(7)).into();
    let refusal = Refusal::from(short.widen::<NoteRefusal>());
    assert_eq!(refusal.kind, RefusalKind::PaymentRequired);
    assert_eq!(refusal.message, "You have €0.05, and it takes €0.07.");
    assert_eq!(refusal.extra, Some(json!({ "needed": 7 })));
    let refusal = Refusal::from(Refused::from(NoteRefusal::from(PaidRefusal::CommandOutcome)));
    assert!(PaidRefusal::CommandOutcome.explains(&refusal));
    assert!(!NoteRefusal::Full(1, "").explains(&refusal));
    assert_eq!(Refusal::from(Refused::from(NoteRefusal::Late)).message, "Too late.");
}

/// Counts money.
#[derive(Debug, PartialEq, Operation)]
#[operation(name = "notes.priced", authority = Derived)]
struct Priced {
    /// How much.
    #[fact]
    amount: Minor,
    /// In what.
    #[fact]
    currency: Currency,
    /// The manifest.
    #[fact]
    follows: Option<Digest>,
    /// Until when.
    #[fact]
    until: Timestamp,
}

#[test]
fn money_is_read_in_its_one_form() {
    let read = |fact: Json| {
        let fact = Fact::from_json(&fact).unwrap();
        Priced::read(&Parts::new(None, Some(&fact), None))
    };
    let good = json!({ "amount": -5, "currency": "CHF", "until": 1 });
    let priced = read(good.clone()).unwrap();
    assert_eq!(content(&priced).unwrap().fact.unwrap().to_json(), good);
    assert_eq!(Priced::DECLARATION.reads_its_sample(), Ok(()));
    let lower = read(json!({ "amount": 5, "currency": "chf", "until": 1 })).unwrap_err();
    assert_eq!(lower.into_inner().message, "currency must be written as CHF.");
    let late = read(json!({ "amount": 5, "currency": "CHF", "until": i64::MAX >> 11 }));
    assert_eq!(late.unwrap_err().into_inner().field, "until");
}

#[test]
fn a_did_is_read_in_its_one_form() {
    let did = imajin_protocol::Did::from_key(&[7; 32]);
    let read = |text: &str| <imajin_protocol::Did as Field>::read(&Value::from(text));
    assert_eq!(read(did.as_str()), Ok(did.clone()));
    let other = did.as_str().replacen("did:imajin:", "did:mjn:", 1);
    assert!(read(&other).is_err() && read("").is_err());
}

#[test]
fn all_that_is_known_of_an_operation_is_in_its_declaration() {
    let declaration = WriteNote::DECLARATION;
    let spec = declaration.spec;
    assert_eq!((spec.op, spec.body), (WriteNote::NAME, true));
    assert_eq!(spec.by, RequiredAuthority::Any);
    assert_eq!(spec.erasable_by, ErasableBy::Author);
    assert_eq!(declaration.about, "Writes a note.");
    let page = page("notes", &[declaration], &Default::default());
    for line in [
        "## `notes.write`",
        "| body | `hangsOn` | optional | The things that hang on it. |",
        "| 409 | full | note | {} notes are {}. |",
        "imajin put notes notes.write '{\"text\":\"wordx1\"}' --ref id_000000000000000000000001",
    ] {
        assert!(page.contains(line), "{line} is not in:\n{page}");
    }
    let mut document = json!({ "components": { "schemas": {} }, "paths": {} });
    openapi(&mut document, &[declaration]);
    let schema = &document["components"]["schemas"]["notes.write"];
    assert_eq!(schema["required"], json!(["text"]));
    let longest = if DESCRIBED { json!(8) } else { json!(null) };
    assert_eq!(schema["properties"]["text"]["maxLength"], longest);
}

/// The members that two operations share.
#[derive(Debug, PartialEq, Group)]
#[group(check)]
struct Remark {
    /// In words.
    text: Line<8>,
    /// In bytes.
    #[fact]
    bytes: Int<0, 8>,
}

impl Remark {
    fn check(&self) -> Result<(), FieldError> {
        if usize::try_from(self.bytes.0) == Ok(self.text.len()) {
            Ok(())
        } else {
            Err(FieldError::new("bytes", "bytes must be those of text."))
        }
    }
}

/// Says something.
#[derive(Debug, PartialEq, Operation)]
#[operation(name = "notes.said", authority = Derived, erasable_by = Author)]
struct SaidNote {
    /// The note.
    #[reference]
    note: IdText,
    #[group]
    said: Remark,
    /// Whether aloud.
    #[fact]
    aloud: Option<Int<0, 1>>,
}

#[test]
fn a_group_gives_its_fields_to_an_operation() {
    let declaration = SaidNote::DECLARATION;
    let names: Vec<_> = declaration.members.iter().map(|one| one.name).collect();
    assert_eq!(names, ["ref", "text", "bytes", "aloud"]);
    assert!(declaration.spec.body);
    let read = |bytes: i64| {
        let (note, fact) = (IdText::parse("n").unwrap(), json!({ "bytes": bytes }));
        let fact = Fact::from_json(&fact).unwrap();
        let body = Value::map([("text", Value::from("abc"))]);
        SaidNote::read(&Parts::new(Some(&note), Some(&fact), Some(&body)))
    };
    let note = read(3).unwrap();
    let content = content(&note).unwrap();
    assert_eq!(content.fact.unwrap().int("bytes"), Some(3));
    assert_eq!(content.body.unwrap().get_str("text"), Some("abc"));
    let error = FieldError::new("bytes", "bytes must be those of text.");
    assert_eq!(read(4), Err(error));
}

/// The price of a note.
#[derive(Debug, PartialEq, Group)]
struct Price {
    /// How much.
    #[fact]
    amount: Int<1, 9>,
    /// In which currency.
    #[fact]
    currency: Currency,
}

/// Gives a note away, or sells it.
#[derive(Debug, PartialEq, Operation)]
#[operation(name = "notes.given", authority = Derived)]
struct GivenNote {
    #[group]
    price: Option<Price>,
}

#[test]
fn an_optional_group_is_there_whole_or_not_at_all() {
    let members = GivenNote::DECLARATION.members;
    let rows: Vec<_> = members.iter().map(|m| (m.name, m.is_optional)).collect();
    assert_eq!(rows, [("amount", true), ("currency", true)]);
    let read = |fact: Json| {
        let fact = Fact::from_json(&fact).unwrap();
        GivenNote::read(&Parts::new(None, Some(&fact), None))
    };
    let (amount, currency) = (Int(3), Currency::parse("CHF").unwrap());
    let sold = GivenNote { price: Some(Price { amount, currency }) };
    let fact = content(&sold).unwrap().fact.unwrap();
    assert_eq!(read(fact.to_json()), Ok(sold));
    let free = GivenNote { price: None };
    assert_eq!(content(&free).unwrap().fact, None);
    assert_eq!(GivenNote::read(&Parts::new(None, None, None)), Ok(free));
    let error = FieldError::new("currency", "currency is missing.");
    assert_eq!(read(json!({ "amount": 3 })), Err(error));
}

/// Counts notes, by what the node found out.
#[derive(Debug, Clone, Operation)]
#[operation(name = "notes.counted", authority = Node, prepared = Vec<u8>)]
struct CountNotes {}

impl Decide for CountNotes {}

#[test]
fn the_nodes_own_word_needs_no_step_before_it() {
    let declaration = CountNotes::DECLARATION;
    assert!(declaration.handler.is_some() && !declaration.is_willed());
}

/// Moves to another home, as the ledger declares it.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.home",
    authority = Controller,
    erasable_by = Nobody,
    refusal = NoteRefusal,
    prepared = bool,
    after_submit,
    kernel
)]
struct MoveHome {
    /// The node.
    node: Line<100>,
}

impl Decide for MoveHome {
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<NoteRefusal> {
        Ok(())
    }
}

impl BeforeSubmit for MoveHome {
    fn before_submit(&self, _: &Request<'_>) -> Result<bool, crate::Problem> {
        Ok(false)
    }
}

impl AfterSubmit for MoveHome {
    fn after_submit(&self, _: &Submitted<'_, Self>) {}
}

#[test]
fn an_operation_of_the_ledger_has_the_ledgers_row() {
    let spec = MoveHome::DECLARATION.spec;
    assert_eq!(spec, imajin_log::ops::kernel_row(imajin_log::ops::HOME));
    assert!(MoveHome::DECLARATION.handler.is_some());
}
