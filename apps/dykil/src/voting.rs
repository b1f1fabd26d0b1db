//! Answering without a name: the voter, and where the answer is stored.
//!
//! Always: an answer with a receipt is durable before it is acknowledged, and no record says who gave it.

use std::net::IpAddr;

use imajin_app::operation::{Int, ItemId, List};
use imajin_app::{Answer, Node, Problem, args};
use imajin_form::{Answers, AnswersText, Totals as FormTotals};
use imajin_host::prefix::Prefix;
use imajin_host::prelude::*;
use imajin_host::rate::Buckets;
use imajin_items::ItemPages;
use imajin_ledger::{RefusalKind, SubmitError};
use imajin_protocol::Did;
use serde_json::Value as Json;

use crate::Dykil;
use crate::asking::{self, check_time, seat_of};
use crate::ballots::{BallotBox, Cast, NotCast, Receipt, VoteContent, Voter};
use crate::boxes::{self, Boxes};
use crate::forms::SurveyForm;
use crate::manifest::TEXTS;
use crate::operations::{Ballot, ReceiptText, Received};
use crate::queries::{self, Survey};
use crate::release;
use crate::sums::Sums;
use crate::survey::{Each, Mode};

/// Maximum number of answers per address, survey and day, for surveys that anyone may answer.
const A_DAY: f64 = 5.0;
/// Maximum number of answers per address and hour by people who aren't signed in.
const AN_HOUR: f64 = 60.0;
/// Maximum number of addresses remembered.
const REMEMBERED_MAX: usize = 10_000;

/// Counts answers by address; kept in memory only.
struct Addresses {
    a_survey: Buckets<(Prefix, String)>,
    in_all: Buckets<Prefix>,
}

impl Default for Addresses {
    fn default() -> Self {
        Self {
            a_survey: Buckets::new(A_DAY / 86_400.0, A_DAY, REMEMBERED_MAX),
            in_all: Buckets::new(AN_HOUR / 3_600.0, AN_HOUR, REMEMBERED_MAX),
        }
    }
}

/// An answer without a name.
pub(crate) struct Vote {
    pub(crate) owner: Did,
    pub(crate) survey: Survey,
    /// The person, if they are signed in.
    pub(crate) person: Option<Did>,
    /// The client's IP address.
    pub(crate) from: Option<IpAddr>,
    /// The paper code.
    pub(crate) slip: Option<String>,
    pub(crate) receipt: Receipt,
    pub(crate) answers: Json,
}

/// Stores an answer; durable on return.
/// Errors: 400 with the question; 403, 409, 410, 413, 429 and 507 as documented at the route.
pub(crate) async fn vote(node: &Node, vote: Vote) -> Answer<Cast> {
    if vote.survey.item.own.mode == Mode::Named {
        return Err(Problem::forbidden(TEXTS.say("with-name", args![])));
    }
    check_time(node, &vote.survey)?;
    let form = vote.survey.form()?;
    let answers = read(&form, &vote.answers)?;
    let voter = voter(node, &vote)?;
    match vote.survey.item.own.mode {
        Mode::Open => open(node, &vote, &answers).await,
        _ => boxed(node, vote, voter, (form, answers)).await,
    }
}

fn read(form: &SurveyForm, answers: &Json) -> Answer<Answers> {
    if answers.to_string().len() > imajin_form::ANSWERS_BYTES_MAX {
        return Err(Problem::too_large(TEXTS.say("too-large", args![])));
    }
    form.check(answers).map_err(|(question, text)| {
        Problem::field("answers", text).with_member("question", question)
    })
}

fn voter(node: &Node, vote: &Vote) -> Answer<Voter> {
    let own = &vote.survey.item.own;
    let person = || {
        let did = vote.person.clone();
        did.ok_or_else(|| Problem::unauthorized(TEXTS.say("sign-in-first", args![])))
    };
    Ok(match own.each {
        Each::Any => Voter::Anyone,
        Each::Member | Each::Guest | Each::Person => {
            let person = person()?;
            asking::check_audience(node, own.each, &person)?;
            if own.roll { Voter::Listed(person) } else { Voter::Person(person) }
        }
        Each::Ticket => Voter::Seat(seat_of(node, &vote.survey, &person()?)?),
        Each::Slip => {
            let code = vote.slip.as_deref().map(plain_code);
            let code = code.filter(|code| !code.is_empty());
            Voter::Slip(
                code.ok_or_else(|| Problem::field("slip", TEXTS.say("slip-missing", args![])))?,
            )
        }
    })
}

/// Normalises a paper code: people enter it in groups and in lower case.
fn plain_code(text: &str) -> String {
    let letters = text.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_uppercase()).take(64).collect()
}

/// Refuses (429) too many answers from one address.
fn check_address(node: &Node, vote: &Vote) -> Answer<()> {
    let Some(from) = vote.from.map(Prefix::from_address) else {
        return Ok(());
    };
    let (addresses, now) = (node.state::<Addresses>(), node.monotonic());
    let too_many = |seconds| Problem::too_many_of_yours(seconds, TEXTS.say("too-often", args![]));
    if vote.person.is_none() {
        addresses.in_all.take(&from, now).map_err(too_many)?;
    }
    if vote.survey.item.own.each == Each::Any {
        let key = (from, format!("{}/{}", vote.owner, vote.survey.item.id));
        addresses.a_survey.take(&key, now).map_err(too_many)?;
    }
    Ok(())
}

/// Enters an answer at once, without naming its sender.
async fn open(node: &Node, vote: &Vote, answers: &Answers) -> Answer<Cast> {
    let id = &vote.survey.item.id;
    let receipt = imajin_dfos::hex::encode(&vote.receipt);
    let words = answers.to_json().to_string();
    let before =
        queries::read(node, |db| queries::ballot(db, vote.owner.as_str(), (id, &receipt)))?;
    match before {
        Some(before) if before == words => return Ok(Cast::Again),
        Some(_) => return Err(not_cast(NotCast::Receipt)),
        None => check_address(node, vote)?,
    }
    let ballot = Ballot { receipt: ReceiptText(receipt), answers: AnswersText::known(words) };
    let received = Received {
        survey: ItemId::parse(id).ok_or_else(Dykil::not_found)?,
        part: Int(0),
        n: Int(1),
        end: None,
        answers: List(vec![ballot]),
    };
    match node.record(vote.owner.clone(), &received).await {
        Ok(_) => Ok(Cast::Counted),
        // The same answer arrived twice at the same time.
        Err(SubmitError::Refused(refusal)) if is_done(&refusal) => Ok(Cast::Again),
        Err(error) => Err(error.into()),
    }
}

fn is_done(refusal: &imajin_ledger::Refusal) -> bool {
    let reason = refusal.extra.as_ref().map(|extra| &extra["reason"]);
    refusal.kind == RefusalKind::Conflict && reason.and_then(Json::as_str) == Some("done")
}

async fn boxed(
    node: &Node,
    vote: Vote,
    voter: Voter,
    (form, answers): (SurveyForm, Answers),
) -> Answer<Cast> {
    let (owner, survey) = (vote.owner.clone(), vote.survey.clone());
    let inside = node.clone();
    let cast = boxes::with_box(node, (&owner, &survey.item.id), move |open| {
        // A retry of a counted answer doesn't count against its address.
        if !open.knows(&vote.receipt)? {
            check_address(&inside, &vote)?;
        }
        put(open, &vote, &voter, (&form, &answers))
    });
    let cast = cast.await?.unwrap_or_else(|| Err(not_cast(NotCast::Sealed)))?;
    if survey.item.own.mode == Mode::Totals {
        // The answer counts even if publishing fails: the next answer or the close publishes the totals.
        if let Err(problem) = release::publish(node, &owner, &survey).await {
            tracing::warn!("totals of a survey: {problem:?}");
        }
    }
    Ok(cast)
}

fn put(
    open: &mut BallotBox,
    vote: &Vote,
    voter: &Voter,
    (form, answers): (&SurveyForm, &Answers),
) -> Answer<Cast> {
    let add = |before: Option<&str>| {
        let before = before.and_then(|sums| serde_json::from_str(sums).ok());
        let mut sums: Sums = before.unwrap_or_default();
        sums.add(form, answers);
        // Can't fail: maps of texts and numbers have a JSON form.
        serde_json::to_string(&sums).unwrap_or_default()
    };
    let words = answers.to_json().to_string();
    let content = match vote.survey.item.own.mode {
        Mode::Totals => VoteContent::Sums(&add),
        _ => VoteContent::Ballot(&words),
    };
    open.cast(voter, &vote.receipt, &content).map_err(not_cast)
}

fn not_cast(why: NotCast) -> Problem {
    let conflict = |id, slug| Problem::conflict(TEXTS.say(id, args![])).slug(slug);
    match why {
        NotCast::Voted => conflict("voted", "voted"),
        NotCast::Receipt => conflict("receipt-taken", "receipt"),
        NotCast::Full => conflict("box-full", "full"),
        NotCast::Slip => Problem::forbidden(TEXTS.say("slip-unknown", args![])).slug("slip"),
        NotCast::Sealed => Problem::gone(TEXTS.say("is-closed", args![])).slug("closed"),
        NotCast::Stored(error) => error.into(),
    }
}

/// Whether a viewer has answered, according to their named answer or their receipt.
pub(crate) fn has_answered(
    node: &Node,
    (owner, survey): (&Did, &Survey),
    viewer: Option<&Did>,
    receipt: Option<&Receipt>,
) -> Answer<bool> {
    let id = survey.item.id.as_str();
    let by_name = match viewer {
        Some(viewer) => queries::read(node, |db| {
            queries::has_answered(db, viewer.as_str(), (owner.as_str(), id))
        })?,
        None => false,
    };
    let Some(receipt) = receipt.filter(|_| !by_name) else {
        return Ok(by_name);
    };
    let text = imajin_dfos::hex::encode(receipt);
    let is_entered = queries::read(node, |db| queries::ballot(db, owner.as_str(), (id, &text)))?;
    let knows = |open: &mut BallotBox| open.knows(receipt);
    Ok(is_entered.is_some()
        || node.state::<Boxes>().with_box(node, (owner, id), knows)?.transpose()?.unwrap_or(false))
}

/// Totals all answers that are stored individually.
pub(crate) fn totals_of<'a>(form: &SurveyForm, told: impl Iterator<Item = &'a str>) -> FormTotals {
    let mut totals = FormTotals::new(&form.form);
    for answers in told {
        let json = serde_json::from_str(answers).unwrap_or_default();
        if let Ok(answers) = form.form.recall(&json) {
            totals.add(&form.form, &answers);
        }
    }
    totals
}
