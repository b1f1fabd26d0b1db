//! Enrolments: the student's signed operation, and the resulting entries in both logs.
//!
//! Always: a student is in a course at most once. The student's own operation enters a free or prepaid place. A place
//! paid later is promised first and becomes a place when its payment arrives, once per payment.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, ItemId, List, Operation, Reasons, Request,
};
use imajin_app::words::Money;
use imajin_app::{Answer, Node, refuse_if};
use imajin_dfos::Timestamp;
use imajin_log::{Equal, MemberSource, Source};
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{
    self as selling, Agreed, BackRefusal, Offered, PaidRefusal, PreparedSale, Release, Sells,
    parties,
};

use crate::Learn;
use crate::courses;
use crate::manifest::MANIFEST;
use crate::queries::{self, CoursePayment, CourseSeat, Enrolment, Seat, State};

impl Sells for Learn {
    const SERVICE: &'static str = MANIFEST.name;
    const KIND: &'static str = "course";
    type Paid = Paid;
    type RefundOperation = Withdrawn;

    fn title(node: &Node, payment: &str, seller: &Did) -> Answer<Option<String>> {
        let sql = "SELECT title FROM items JOIN enrolments USING (owner_did) WHERE owner_did = ?1 AND payment = ?2 AND id = course";
        queries::read(node, |db| db.row(sql, [seller.as_str(), payment], |row| row.get(0)))
    }

    fn paid(payment: IdText) -> Paid {
        Paid { payment }
    }

    fn back(payment: IdText) -> Withdrawn {
        Withdrawn { payment }
    }
}

/// The rule for entries about an enrolment: the course is the one that the student's operation names.
const SAME_COURSE: &[Equal] = &[Equal::RefIsIntentRef];
const OF_STUDENT: &[MemberSource] =
    &[MemberSource::new("student", Source::Author), MemberSource::new("teacher", Source::OnlyDid)];
/// The fields of a paid place that the home node chooses.
const BOUGHT: &[&str] = &["amount", "currency", "payment"];
/// The fields that the home node chooses if the student signed nothing: all of them.
const SEAT: &[&str] = &["ref", "student", "teacher", "amount", "currency", "payment"];

/// Enrols in a course. Where it costs something, the fact also has what the student agreed to, as `POST /learn/api/quote` says it.
#[derive(Debug, Operation)]
#[operation(
    name = "learn.enroll",
    authority = OwnKey,
    undo = By(&["learn.leave"]),
    derives = selling::sale(
        parties(Enrolled::NAME).equal(SAME_COURSE).members(OF_STUDENT).own(BOUGHT),
        parties(Promised::NAME).equal(SAME_COURSE).members(OF_STUDENT).own(&["amount", "currency", "payment", "until"])
    ),
    refusal = EnrollRefusal,
    prepared = Option<PreparedSale>
)]
pub(crate) struct Enroll {
    /// The course.
    #[reference]
    pub(crate) course: ItemId,
    /// The teacher.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
    #[group]
    pub(crate) agreed: Option<Agreed>,
}

#[derive(Debug, Reasons)]
pub(crate) enum EnrollRefusal {
    /// There is no such course here, or it isn’t shown to you.
    #[refused(NotFound, field = "ref")]
    NoCourse,
    /// This is your own course.
    #[refused(BadRequest, field = "dids")]
    Own,
    /// You are enrolled in this course already.
    #[refused(Conflict, reason = "enrolled")]
    Enrolled,
    /// The price or its shares have changed since you looked: look again and agree to the new ones.
    #[refused(Conflict, reason = "changed", field = "fair")]
    Changed,
    /// The teacher’s record isn’t kept on this box any more.
    #[refused(Conflict, reason = "away", field = "dids")]
    Away,
}

impl BeforeSubmit for Enroll {
    fn before_submit(&self, request: &Request<'_>) -> Answer<Option<PreparedSale>> {
        let Some(teacher) = self.dids.0.first() else {
            return Ok(None);
        };
        let (node, course) = (request.node, self.course.as_str());
        courses::open(node, teacher, Some(request.owner), course)?;
        match &self.agreed {
            Some(agreed) => agreed.prepare::<Learn>(request, teacher, Release::default()),
            None => Ok(None),
        }
    }
}

impl Decide for Enroll {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<EnrollRefusal> {
        let student = ctx.owner().clone();
        let teacher = self.dids.0.first().ok_or(EnrollRefusal::NoCourse)?.clone();
        refuse_if!(student == teacher, EnrollRefusal::Own);
        refuse_if!(!ctx.takes_entries(&teacher), EnrollRefusal::Away);
        let (db, id) = (ctx.reader(), self.course.as_str());
        let seat = CourseSeat { teacher: teacher.as_str(), course: id, student: student.as_str() };
        refuse_if!(queries::is_in(db, student.as_str(), seat)?, EnrollRefusal::Enrolled);
        let offer = Offered::find(db, teacher.as_str(), id)?;
        let priced_offer = offer.filter(|offer| offer.price > 0);
        let expected = priced_offer.map(|offer| (offer.price, offer.currency, offer.digest()));
        let agreed = self.agreed.as_ref();
        let terms = |agreed: &Agreed| (agreed.amount.get(), agreed.currency, Some(agreed.fair));
        refuse_if!(agreed.map(terms) != expected, EnrollRefusal::Changed);
        let mut seat = Seat { student, teacher, bought: None };
        let course = self.course.clone();
        let Some(agreed) = agreed else {
            return Ok(ctx.derive_in(&seat.parties(), &Enrolled { course, seat })?);
        };
        let sale = ctx.prepared().clone().ok_or(EnrollRefusal::Changed)?;
        let begun = sale.ask(ctx)?;
        ctx.reply(begun.reply());
        seat.bought = Some(CoursePayment {
            amount: agreed.amount,
            currency: agreed.currency,
            payment: begun.payment,
        });
        let parties = seat.parties();
        match begun.until {
            None => Ok(ctx.derive_in(&parties, &Enrolled { course, seat })?),
            Some(until) => {
                let promised = Promised { course, seat, until };
                Ok(ctx.derive_in(&parties, &promised)?)
            }
        }
    }
}

/// Somebody is enrolled in a course.
#[derive(Debug, Operation)]
#[operation(name = "learn.enrolled", authority = Derived)]
pub(crate) struct Enrolled {
    /// The course.
    #[reference]
    pub(crate) course: ItemId,
    #[group]
    pub(crate) seat: Seat,
}

/// Somebody agreed to a course whose payment is on its way.
#[derive(Debug, Operation)]
#[operation(name = "learn.promised", authority = Derived, facts)]
pub(crate) struct Promised {
    /// The course.
    #[reference]
    pub(crate) course: ItemId,
    #[group]
    pub(crate) seat: Seat,
    /// Until when the payment can come, in milliseconds.
    pub(crate) until: Timestamp,
}

/// Somebody is not enrolled in a course any more.
#[derive(Debug, Operation)]
#[operation(name = "learn.dropped", authority = Derived)]
pub(crate) struct Dropped {
    /// The course.
    #[reference]
    pub(crate) course: ItemId,
    #[group]
    pub(crate) seat: Seat,
}

/// The payment of a promised place has come: the node's word, in the teacher's log.
#[derive(Debug, Operation)]
#[operation(
    name = "learn.paid",
    authority = Node,
    undo = Money,
    derives = [parties(Enrolled::NAME).own(SEAT)],
    refusal = PaidRefusal
)]
pub struct Paid {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

impl Decide for Paid {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PaidRefusal> {
        let teacher = ctx.owner().as_str();
        let enrolment = queries::by_payment(ctx.reader(), teacher, self.payment.as_str())?;
        let enrolment = enrolment.ok_or(PaidRefusal::Unknown)?;
        refuse_if!(enrolment.state != State::Promised, PaidRefusal::Done);
        // A student who has left takes no place, so that their money goes back.
        refuse_if!(!ctx.takes_entries(&enrolment.seat.student), PaidRefusal::Unknown);
        let seat = CourseSeat {
            teacher,
            course: enrolment.course.as_str(),
            student: enrolment.seat.student.as_str(),
        };
        refuse_if!(queries::is_in(ctx.reader(), teacher, seat)?, PaidRefusal::Unknown);
        let Enrolment { course, seat, .. } = enrolment;
        Ok(ctx.derive_in(&seat.parties(), &Enrolled { course, seat })?)
    }
}

/// All that was paid for a place went back, and not by its teacher's own refund here: the node's word, in the teacher's log.
#[derive(Debug, Operation)]
#[operation(
    name = "learn.withdrawn",
    authority = Node,
    undo = Ends,
    derives = [parties(Dropped::NAME).own(SEAT)],
    refusal = BackRefusal
)]
pub struct Withdrawn {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

impl Decide for Withdrawn {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<BackRefusal> {
        let teacher = ctx.owner().as_str();
        let enrolment = queries::by_payment(ctx.reader(), teacher, self.payment.as_str())?;
        enrolment.filter(|found| found.state == State::In).ok_or(BackRefusal::Done)?.drop(ctx)
    }
}

/// Leaves a course. What was paid stays paid.
#[derive(Debug, Operation)]
#[operation(
    name = "learn.leave",
    authority = Any,
    undo = Ends,
    derives = [parties(Dropped::NAME).equal(SAME_COURSE).members(OF_STUDENT).own(BOUGHT)],
    refusal = LeaveRefusal
)]
pub(crate) struct Leave {
    /// The course.
    #[reference]
    pub(crate) course: ItemId,
    /// The teacher.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
}

#[derive(Debug, Reasons)]
pub(crate) enum LeaveRefusal {
    /// You aren’t enrolled in this course.
    #[refused(NotFound, field = "ref")]
    Unknown,
}

impl Decide for Leave {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<LeaveRefusal> {
        let teacher = self.dids.0.first().ok_or(LeaveRefusal::Unknown)?;
        let student = ctx.owner().as_str();
        let seat = CourseSeat { teacher: teacher.as_str(), course: self.course.as_str(), student };
        queries::enrolment(ctx.reader(), student, seat)?.ok_or(LeaveRefusal::Unknown)?.drop(ctx)
    }
}

/// Refunds what a student paid, or a part of it. Either way their place ends.
#[derive(Debug, Operation)]
#[operation(
    name = "learn.refund",
    authority = OwnKey,
    facts,
    undo = Ends,
    derives = selling::refund(parties(Dropped::NAME).own(SEAT)),
    refusal = RefundRefusal
)]
pub(crate) struct RefundPlace {
    /// The course.
    #[reference]
    pub(crate) course: ItemId,
    /// The student.
    pub(crate) student: Did,
    /// How much, in minor units.
    pub(crate) amount: Minor,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The payment.
    pub(crate) payment: IdText,
}

#[derive(Debug, Reasons)]
pub(crate) enum RefundRefusal {
    /// This payment bought no place in this course of yours.
    #[refused(NotFound, field = "payment")]
    Unknown,
    /// This place cost {}: refund that, or less.
    #[refused(BadRequest, field = "amount")]
    TooMuch(Money),
    /// This place was paid in {}.
    #[refused(BadRequest, field = "currency")]
    Currency(Currency),
}

impl Decide for RefundPlace {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RefundRefusal> {
        let teacher = ctx.owner().clone();
        let enrolment = queries::by_payment(ctx.reader(), teacher.as_str(), self.payment.as_str())?;
        let is_this = |found: &Enrolment| {
            found.state == State::In
                && found.seat.teacher == teacher
                && found.seat.student == self.student
                && found.course == self.course
        };
        let enrolment = enrolment.filter(is_this).ok_or(RefundRefusal::Unknown)?;
        let bought = enrolment.seat.bought.as_ref().ok_or(RefundRefusal::Unknown)?;
        let amount = bought.amount.get();
        let fits = (1..=amount).contains(&self.amount.get());
        refuse_if!(!fits, RefundRefusal::TooMuch(Money::new(amount, bought.currency)));
        refuse_if!(bought.currency != self.currency, RefundRefusal::Currency(bought.currency));
        let (amount, currency, by) = (self.amount, self.currency, selling::Teller::Cashier);
        selling::give_back(ctx, &teacher, &self.payment, amount, currency, by)?;
        enrolment.drop(ctx)
    }
}

impl Enrolment {
    /// Ends the place, in both logs.
    fn drop<O: Operation, R: Reasons>(self, ctx: &mut Context<'_, O>) -> Decision<R> {
        let Self { course, seat, .. } = self;
        Ok(ctx.derive_in(&seat.parties(), &Dropped { course, seat })?)
    }
}
