//! Enrolling: what a student signs, and what stays of it in both logs.
//!
//! Always: a student is in a course once. A free or paid place is entered by the student's own operation; one that is paid later is
//! promised first, and becomes a place when its payment has come, once for each payment.

use imajin_dfos::Timestamp;
use imajin_ledger::{Derivation, Refusal, RefusalKind, TargetLog};
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{self as selling, LaterRail, Rail, Release, Sale, Terms};
use imajin_service::Problem;
use imajin_service::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Group, ItemId, List, Operation, Reasons,
    Request,
};
use serde_json::{Value as Json, json};

use crate::courses::{self, Course};
use crate::manifest::MANIFEST;
use crate::queries::{self, State};

/// The kind of goods, as the cashier's books and receipts name it.
pub(crate) const KIND: &str = "course";

/// An entry in the logs of student and teacher.
const fn parties(op: &'static str) -> Derivation {
    Derivation::of(op, TargetLog::Parties)
}

/// Enrols in a course. Where it costs something, the fact also has what the student agreed to, as `POST /learn/api/quote` says it.
#[derive(Debug, Operation)]
#[operation(
    name = "learn.enroll",
    authority = OwnKey,
    derives = [
        selling::RECEIPT,
        selling::CREDIT,
        selling::POSTED,
        selling::ATTESTED,
        selling::PENDING,
        selling::EXPECTED,
        selling::HELD,
        parties(Enrolled::NAME),
        parties(Promised::NAME)
    ],
    refusal = EnrollRefusal,
    prepared = PreparedEnrolment,
    check
)]
pub(crate) struct Enroll {
    /// The course.
    #[reference]
    pub(crate) course: ItemId,
    /// The teacher.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
    #[group]
    pub(crate) price: Price,
    /// The digest of the manifest by which the price is shared.
    #[fact]
    pub(crate) fair: Option<Digest>,
    /// The digest of all manifests that the money follows.
    #[fact]
    pub(crate) follows: Option<Digest>,
    /// How it is paid, unless from credit on the node.
    #[fact]
    pub(crate) rail: Option<LaterRail>,
    /// When the student saw the shares, in milliseconds.
    #[fact]
    pub(crate) quoted: Option<Timestamp>,
}

/// What a course costs.
#[derive(Debug, Clone, Default, Group)]
pub(crate) struct Price {
    /// What it costs, in minor units; left out where it is free.
    #[fact]
    pub(crate) amount: Option<Minor>,
    /// In which currency.
    #[fact]
    pub(crate) currency: Option<Currency>,
}

/// What was found out about an enrolment before its decision: the sale, and what the cashier's part needs.
#[derive(Default)]
pub(crate) struct PreparedEnrolment(Option<(Sale, Json)>);

/// Why somebody is not enrolled.
#[derive(Debug, Reasons)]
pub(crate) enum EnrollRefusal {
    /// There is no such course.
    #[refused(
        NotFound,
        field = "ref",
        message = "There is no such course here, or it isn’t shown to you."
    )]
    NoCourse,
    /// It is the student's own.
    #[refused(BadRequest, field = "dids", message = "This is your own course.")]
    Own,
    /// They are enrolled.
    #[refused(
        Conflict,
        reason = "enrolled",
        message = "You are enrolled in this course already."
    )]
    Enrolled,
    /// It costs something else now.
    #[refused(
        Conflict,
        reason = "changed",
        field = "fair",
        message = "The price or its shares have changed since you looked: look again and agree to the new ones."
    )]
    Changed,
    /// The teacher's record takes no entries.
    #[refused(
        Conflict,
        reason = "away",
        field = "dids",
        message = "The teacher’s record isn’t kept on this box any more."
    )]
    Away,
}

impl Enroll {
    fn check(&self) -> Result<(), FieldError> {
        let there = [
            ("amount", self.price.amount.is_some()),
            ("currency", self.price.currency.is_some()),
            ("fair", self.fair.is_some()),
            ("follows", self.follows.is_some()),
        ];
        let is_paid = there.iter().any(|(_, is_there)| *is_there);
        match there.iter().find(|(_, is_there)| is_paid && !is_there) {
            Some((name, _)) => Err(FieldError::new(
                *name,
                format!("{name} is missing: amount, currency, fair and follows go together."),
            )),
            None => Ok(()),
        }
    }

    /// What the student agrees to; `None` where it is free.
    fn sale(&self, student: &Did, course: &Course, manifest: Option<Manifest>) -> Option<Sale> {
        Some(Sale {
            payer: student.clone(),
            terms: Terms {
                amount: self.price.amount?,
                currency: self.price.currency?,
                seller: course.owner.did.clone(),
                service: IdText::parse(MANIFEST.name).ok()?,
                kind: IdText::parse(KIND).ok()?,
                manifest: manifest?,
                follows: self.follows?,
                rail: self.rail.map_or(Rail::Ledger, LaterRail::rail),
                release: Release::default(),
                quoted: self.quoted,
            },
        })
    }
}

impl BeforeSubmit for Enroll {
    fn before_submit(&self, request: &Request<'_>) -> Result<PreparedEnrolment, Problem> {
        let (node, student) = (request.node, request.owner);
        let Some(teacher) = self.dids.0.first() else {
            return Ok(PreparedEnrolment::default());
        };
        let course = courses::open(node, teacher, Some(student), self.course.as_str())?;
        let Some(fair) = &self.fair else {
            return Ok(PreparedEnrolment::default());
        };
        let cashier = selling::cashier(node)?;
        let Some(sale) = self.sale(student, &course, cashier.manifest(node, fair)?) else {
            return Ok(PreparedEnrolment::default());
        };
        let args = cashier.prepare(node, &sale)?;
        Ok(PreparedEnrolment(Some((sale, args))))
    }
}

impl Decide for Enroll {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<EnrollRefusal> {
        let student = ctx.owner().clone();
        let teacher = self.dids.0.first().ok_or(EnrollRefusal::NoCourse)?.clone();
        if student == teacher {
            return Err(EnrollRefusal::Own.into());
        }
        if !ctx.takes_entries(&teacher) {
            return Err(EnrollRefusal::Away.into());
        }
        let (db, id) = (ctx.reader(), self.course.as_str());
        let place = (teacher.as_str(), id, student.as_str());
        if queries::is_in(db, student.as_str(), place)? {
            return Err(EnrollRefusal::Enrolled.into());
        }
        let offer = queries::offer(db, teacher.as_str(), id)?;
        let agreed = (self.price.amount, self.price.currency, self.fair);
        let wanted = match &offer {
            Some(offer) if offer.price > 0 => {
                (offer.minor()?, Some(offer.currency), offer.digest())
            }
            _ => (None, None, None),
        };
        if agreed != wanted {
            return Err(EnrollRefusal::Changed.into());
        }
        let mut seat = Seat {
            student,
            teacher,
            price: self.price.clone(),
            payment: None,
        };
        let Some((sale, args)) = ctx.prepared().0.clone() else {
            return match wanted.0 {
                None => Ok(seat.enter(ctx, &self.course)?),
                Some(_) => Err(EnrollRefusal::Changed.into()),
            };
        };
        let begun = sale.ask(ctx, args)?;
        seat.payment = Some(begun.payment.clone());
        let mut reply = json!({ "payment": begun.payment.as_str(), "paid": begun.paid });
        match begun.until {
            None => seat.enter(ctx, &self.course)?,
            Some(until) => {
                reply["until"] = json!(until.as_millis());
                seat.promise(ctx, &self.course, until)?;
            }
        }
        ctx.reply(reply);
        Ok(())
    }
}

/// A student's place in a course.
#[derive(Debug, Clone, Group)]
pub(crate) struct Seat {
    /// The student.
    #[fact]
    pub(crate) student: Did,
    /// The teacher.
    #[fact]
    pub(crate) teacher: Did,
    #[group]
    pub(crate) price: Price,
    /// The payment, where it cost something.
    #[fact]
    pub(crate) payment: Option<IdText>,
}

impl Seat {
    fn both<O: Operation, D: Operation>(
        &self,
        ctx: &mut Context<'_, O>,
        entry: &D,
    ) -> Result<(), FieldError> {
        for did in [&self.teacher, &self.student] {
            if ctx.takes_entries(did) {
                ctx.derive(did.clone(), entry)?;
            }
        }
        Ok(())
    }

    fn enter<O: Operation>(
        self,
        ctx: &mut Context<'_, O>,
        course: &ItemId,
    ) -> Result<(), FieldError> {
        let (course, seat) = (course.clone(), self.clone());
        self.both(ctx, &Enrolled { course, seat })
    }

    fn promise<O: Operation>(
        self,
        ctx: &mut Context<'_, O>,
        course: &ItemId,
        until: Timestamp,
    ) -> Result<(), FieldError> {
        let (course, seat) = (course.clone(), self.clone());
        self.both(
            ctx,
            &Promised {
                course,
                seat,
                until,
            },
        )
    }

    fn drop<O: Operation>(
        self,
        ctx: &mut Context<'_, O>,
        course: &ItemId,
    ) -> Result<(), FieldError> {
        let (course, seat) = (course.clone(), self.clone());
        self.both(ctx, &Dropped { course, seat })
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
#[operation(name = "learn.promised", authority = Derived)]
pub(crate) struct Promised {
    /// The course.
    #[reference]
    pub(crate) course: ItemId,
    #[group]
    pub(crate) seat: Seat,
    /// Until when the payment can come, in milliseconds.
    #[fact]
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
    derives = [parties(Enrolled::NAME)],
    refusal = PaidRefusal
)]
pub(crate) struct Paid {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

/// Why a payment does not lead to a place.
#[derive(Debug, Reasons)]
pub(crate) enum PaidRefusal {
    /// It did before.
    #[refused(Conflict, reason = "done", message = "This was done before.")]
    Done,
    /// Nobody was promised a place for it, or they have one.
    #[refused(NotFound, message = "No place was promised for this payment.")]
    Unknown,
}

impl Decide for Paid {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PaidRefusal> {
        let teacher = ctx.owner().as_str();
        let found = queries::by_payment(ctx.reader(), teacher, self.payment.as_str())?;
        let found = found.ok_or(PaidRefusal::Unknown)?;
        if found.state != State::Promised {
            return Err(PaidRefusal::Done.into());
        }
        let place = (teacher, found.course.as_str(), found.student.as_str());
        if queries::is_in(ctx.reader(), teacher, place)? {
            return Err(PaidRefusal::Unknown.into());
        }
        let (course, seat) = found.seat()?;
        Ok(seat.enter(ctx, &course)?)
    }
}

/// All that was paid for a place went back, and not by its teacher's own refund here: the node's word, in the teacher's log.
#[derive(Debug, Operation)]
#[operation(
    name = "learn.withdrawn",
    authority = Node,
    derives = [parties(Dropped::NAME)],
    refusal = WithdrawnRefusal
)]
pub(crate) struct Withdrawn {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

/// Why nothing is said of a payment that went back.
#[derive(Debug, Reasons)]
pub(crate) enum WithdrawnRefusal {
    /// It is known, or there is no such place.
    #[refused(Conflict, reason = "done", message = "This is known already.")]
    Done,
}

impl Decide for Withdrawn {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<WithdrawnRefusal> {
        let teacher = ctx.owner().as_str();
        let found = queries::by_payment(ctx.reader(), teacher, self.payment.as_str())?;
        let found = found.filter(|found| found.state == State::In);
        let (course, seat) = found.ok_or(WithdrawnRefusal::Done)?.seat()?;
        Ok(seat.drop(ctx, &course)?)
    }
}

/// Leaves a course. What was paid stays paid.
#[derive(Debug, Operation)]
#[operation(
    name = "learn.leave",
    authority = Any,
    derives = [parties(Dropped::NAME)],
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

/// Why nobody left.
#[derive(Debug, Reasons)]
pub(crate) enum LeaveRefusal {
    /// They are not enrolled.
    #[refused(
        NotFound,
        field = "ref",
        message = "You aren’t enrolled in this course."
    )]
    Unknown,
}

impl Decide for Leave {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<LeaveRefusal> {
        let teacher = self.dids.0.first().ok_or(LeaveRefusal::Unknown)?;
        let student = ctx.owner().as_str();
        let place = (teacher.as_str(), self.course.as_str(), student);
        let found = queries::enrolment(ctx.reader(), student, place)?;
        let (course, seat) = found.ok_or(LeaveRefusal::Unknown)?.seat()?;
        Ok(seat.drop(ctx, &course)?)
    }
}

/// Refunds what a student paid, which ends their place.
#[derive(Debug, Operation)]
#[operation(
    name = "learn.refund",
    authority = OwnKey,
    derives = [
        selling::REFUNDED,
        selling::CREDIT,
        selling::POSTED,
        selling::OWED,
        parties(Dropped::NAME)
    ],
    refusal = RefundRefusal
)]
pub(crate) struct RefundPlace {
    /// The course.
    #[reference]
    pub(crate) course: ItemId,
    /// The student.
    #[fact]
    pub(crate) student: Did,
    /// How much, in minor units.
    #[fact]
    pub(crate) amount: Minor,
    /// In which currency.
    #[fact]
    pub(crate) currency: Currency,
    /// The payment.
    #[fact]
    pub(crate) payment: IdText,
}

/// Why nothing is refunded.
#[derive(Debug, Reasons)]
pub(crate) enum RefundRefusal {
    /// There is no such place.
    #[refused(
        NotFound,
        field = "payment",
        message = "Nobody has a place in this course of yours by this payment."
    )]
    Unknown,
    /// Another amount was paid.
    #[refused(
        BadRequest,
        field = "amount",
        message = "This place cost {} in minor units; refund that, or less."
    )]
    TooMuch(i64),
    /// In another currency.
    #[refused(BadRequest, field = "currency", message = "This place was paid in {}.")]
    Currency(Currency),
}

impl Decide for RefundPlace {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RefundRefusal> {
        let teacher = ctx.owner().clone();
        let found = queries::by_payment(ctx.reader(), teacher.as_str(), self.payment.as_str())?;
        let is_this = |found: &queries::Enrolment| {
            found.state == State::In
                && found.teacher == teacher
                && found.student == self.student
                && found.course == self.course.as_str()
        };
        let found = found.filter(is_this).ok_or(RefundRefusal::Unknown)?;
        if !(1..=found.amount).contains(&self.amount.get()) {
            return Err(RefundRefusal::TooMuch(found.amount).into());
        }
        if let Some(currency) = found.currency.filter(|paid| *paid != self.currency) {
            return Err(RefundRefusal::Currency(currency).into());
        }
        let (course, seat) = found.seat()?;
        selling::give_back(ctx, &teacher, &self.payment, self.amount, self.currency)?;
        Ok(seat.drop(ctx, &course)?)
    }
}

impl queries::Enrolment {
    /// What its entries say, and of which course.
    fn seat(self) -> Result<(ItemId, Seat), Refusal> {
        let stored = |what: &str| {
            Refusal::new(
                RefusalKind::Stored,
                format!("an enrolment has a bad {what}"),
            )
        };
        let amount = match self.payment.is_empty() {
            true => None,
            false => Some(Minor::new(self.amount).map_err(|_| stored("amount"))?),
        };
        let payment = match self.payment.is_empty() {
            true => None,
            false => Some(IdText::parse(&self.payment).map_err(|_| stored("payment"))?),
        };
        let seat = Seat {
            student: self.student,
            teacher: self.teacher,
            price: Price {
                amount,
                currency: self.currency,
            },
            payment,
        };
        let course = ItemId::parse(&self.course).ok_or_else(|| stored("course"))?;
        Ok((course, seat))
    }
}
