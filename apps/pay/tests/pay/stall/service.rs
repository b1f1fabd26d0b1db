//! The stall's operations, each declared as a type, and its tables.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::prelude::*;
use axum::extract::{Request, State};
use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Declaration, Never, Operation, Reasons,
    Request as Submitted,
};
use imajin_app::routing::OpenApiRouter;
use imajin_app::{CommandRequest, HoldsNothing, Node, Offers, Ports, Problem, extract};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_ledger::{ProjectionSpec, Reader, SubmitError};
use imajin_log::{Applied, Derivation, TargetLog};
use imajin_protocol::fair::Digest;
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{
    self as sale, Counter, Fulfilled, Fulfilment, Later, Paid, Rail, Release, Sale, Terms,
};
use rusqlite::{Connection, params};

/// The stall's goods, which a real service has in its tables.
pub(crate) struct Stall {
    manifest: Manifest,
    seats: i64,
    is_shut: AtomicBool,
}

impl Stall {
    pub(crate) fn new(manifest: &Manifest, seats: i64) -> Self {
        Self { manifest: manifest.clone(), seats, is_shut: AtomicBool::new(false) }
    }

    /// Closes or opens the stall: while it is shut, it hands over no goods.
    pub(crate) fn shut(&self, is_shut: bool) {
        self.is_shut.store(is_shut, Ordering::Relaxed);
    }
}

/// Buys a seat.
#[derive(Debug, Operation)]
#[operation(
    name = "stall.buy",
    authority = OwnKey,
    derives = [
        Derivation::new(Ticket::NAME, TargetLog::Parties),
        sale::RECEIPT,
        sale::CREDIT,
        sale::POSTED,
        sale::ATTESTED,
        sale::PENDING,
        sale::EXPECTED,
        sale::HELD
    ],
    refusal = SeatRefusal,
    prepared = Prepared
)]
pub(crate) struct Buy {
    #[fact]
    amount: Minor,
    #[fact]
    currency: Currency,
    #[fact]
    seller: Did,
    #[fact]
    service: IdText,
    #[fact]
    kind: IdText,
    #[fact]
    fair: Digest,
    #[fact]
    follows: Digest,
    #[fact]
    rail: Option<IdText>,
    #[fact]
    quoted: Option<Timestamp>,
    #[fact]
    free_at: Option<Timestamp>,
    #[fact]
    about: Option<IdText>,
}

/// A sale as prepared by the stall and the cashier.
pub(crate) struct Prepared {
    sale: Sale,
    args: Json,
    seats: i64,
}

/// Hands over a seat that was paid later.
#[derive(Debug, Clone, Operation)]
#[operation(
    name = "stall.hand",
    authority = Node,
    derives = [Derivation::new(Ticket::NAME, TargetLog::Parties)],
    refusal = SeatRefusal,
    prepared = i64
)]
pub(crate) struct Hand {
    #[reference]
    pub(crate) payment: IdText,
    #[fact]
    pub(crate) buyer: Did,
}

/// Makes a seat void.
#[derive(Debug, Operation)]
#[operation(
    name = "stall.back",
    authority = OwnKey,
    derives = [sale::REFUNDED, sale::CREDIT, sale::POSTED, sale::OWED]
)]
pub(crate) struct StallReturn {
    #[reference]
    payment: IdText,
    #[fact]
    amount: Minor,
}

/// Says that what was sold ends later.
#[derive(Debug, Operation)]
#[operation(name = "stall.later", authority = OwnKey, derives = [sale::LATER])]
pub(crate) struct EndsLater {
    #[reference]
    about: IdText,
    #[fact]
    free_at: Timestamp,
}

/// A seat.
#[derive(Debug, Operation)]
#[operation(name = "stall.ticket", authority = Derived)]
pub(crate) struct Ticket {
    #[reference]
    payment: IdText,
}

/// Reasons that a seat is refused.
#[derive(Debug, Reasons)]
pub(crate) enum SeatRefusal {
    /// sold out
    #[refused(Conflict, reason = "sold-out")]
    SoldOut,
    /// done
    #[refused(Conflict, reason = "done")]
    Done,
}

static OPERATIONS: [Declaration; 5] = [
    Buy::DECLARATION,
    Hand::DECLARATION,
    StallReturn::DECLARATION,
    EndsLater::DECLARATION,
    Ticket::DECLARATION,
];

impl Buy {
    fn sale(&self, payer: &Did, manifest: &Manifest) -> Sale {
        let rail = self.rail.as_ref().and_then(|rail| Rail::parse(rail.as_str()));
        assert_eq!(self.fair, manifest.digest());
        Sale {
            payer: payer.clone(),
            terms: Terms {
                amount: self.amount,
                currency: self.currency,
                seller: self.seller.clone(),
                service: self.service.clone(),
                kind: self.kind.clone(),
                follows: self.follows,
                manifest: manifest.clone(),
                agreed: None,
                rail: rail.unwrap_or(Rail::Ledger),
                release: Release { free_at: self.free_at, about: self.about.clone() },
                quoted: self.quoted,
            },
        }
    }
}

impl BeforeSubmit for Buy {
    fn before_submit(&self, request: &Submitted<'_>) -> Result<Prepared, Problem> {
        let node = request.node;
        let stall = node.get::<Stall>().unwrap();
        let sale = self.sale(request.owner, &stall.manifest);
        Ok(Prepared { args: sale::cashier(node)?.prepare(node, &sale)?, sale, seats: stall.seats })
    }
}

impl Decide for Buy {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<SeatRefusal> {
        if count(ctx.reader())? >= ctx.prepared().seats {
            return Err(SeatRefusal::SoldOut.into());
        }
        let (sale, args) = (ctx.prepared().sale.clone(), ctx.prepared().args.clone());
        let begun = sale.ask(ctx, args)?;
        assert_eq!(begun.paid, begun.until.is_none());
        if begun.paid {
            let payment = begun.payment.clone();
            ctx.derive(ctx.owner().clone(), &Ticket { payment })?;
        }
        ctx.reply(json!({ "payment": begun.payment.as_str(), "paid": begun.paid }));
        Ok(())
    }
}

impl Decide for Hand {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<SeatRefusal> {
        let sql = "SELECT 1 FROM tickets WHERE payment = ?1";
        if ctx.reader().exists(sql, [self.payment.as_str()])? {
            return Err(SeatRefusal::Done.into());
        }
        if count(ctx.reader())? >= *ctx.prepared() {
            return Err(SeatRefusal::SoldOut.into());
        }
        let payment = self.payment.clone();
        ctx.derive(self.buyer.clone(), &Ticket { payment })?;
        Ok(())
    }
}

impl Decide for StallReturn {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<Never> {
        let (seller, chf) = (ctx.owner().clone(), Currency::parse("CHF").unwrap());
        sale::give_back(ctx, &seller, &self.payment, self.amount, chf, sale::Teller::Cashier)?;
        Ok(())
    }
}

impl Decide for EndsLater {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<Never> {
        let seller = ctx.owner().clone();
        sale::hold_longer(ctx, &seller, &self.about, self.free_at)?;
        Ok(())
    }
}

/// Counts the sold seats.
pub(crate) fn count<'a>(db: impl Into<Reader<'a>>) -> rusqlite::Result<i64> {
    let sold = db.into().row("SELECT count(*) FROM tickets", [], |row| row.get(0))?;
    Ok(sold.unwrap_or(0))
}

const MANIFEST: imajin_app::Manifest = imajin_app::Manifest::new("stall", Ports::new(3999, 7999));

impl Service for Stall {
    fn manifest(&self) -> &'static imajin_app::Manifest {
        &MANIFEST
    }

    fn operations(&self) -> &'static [Declaration] {
        &OPERATIONS
    }

    fn projection(&self) -> ProjectionSpec {
        ProjectionSpec {
            name: "stall",
            version: 1,
            page_bytes: imajin_ledger::machine::SMALL_PAGES,
            schema: "CREATE TABLE tickets (owner_did TEXT NOT NULL, payment TEXT NOT NULL, PRIMARY KEY (owner_did, payment)) STRICT;",
        }
    }

    fn apply(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        if entry.op == Ticket::NAME {
            db.execute(
                "INSERT INTO tickets VALUES (?1, ?2)",
                params![entry.did.as_str(), entry.reference],
            )?;
        }
        Ok(())
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        OpenApiRouter::new().route("/api/buy", axum::routing::post(buy)).with_state(node)
    }

    fn offers(self: Arc<Self>, offers: &mut Offers) {
        offers.offer::<Stall>(Arc::clone(&self));
        offers.offer::<dyn Fulfilment>(self);
    }
}

async fn buy(
    State(node): State<Node>,
    authed: extract::Authed,
    request: Request,
) -> Result<axum::Json<Json>, Problem> {
    let (parts, body) = request.into_parts();
    let fact: Json = extract::parse_json(&extract::read_body(body, &node).await?)?;
    let command = CommandRequest::new(authed.0.did.clone(), Buy::NAME);
    let command = command.fact(imajin_protocol::Fact::from_json(&fact).unwrap());
    let receipt = node.submit(&parts, Some(&authed.0), command).await?;
    let value = receipt.value.unwrap();
    if value["paid"] == true || fact["rail"] != "stripe" {
        return Ok(axum::Json(value));
    }
    let payment = IdText::parse(value["payment"].as_str().unwrap()).unwrap();
    let counter = Counter {
        title: "A seat".to_owned(),
        success_url: "https://stall.example/".to_owned(),
        cancel_url: "https://stall.example/".to_owned(),
        email: None,
    };
    let cashier = sale::cashier(&node)?;
    let opened = cashier.open(&node, &payment, &counter).await?;
    let again = cashier.open(&node, &payment, &counter).await?;
    assert_eq!(opened, again);
    let body = json!({"payment": payment.as_str(), "session": opened.session, "url": opened.url});
    Ok(axum::Json(body))
}

impl HoldsNothing for Stall {}

impl Fulfilment for Stall {
    fn fulfil<'a>(
        &'a self,
        node: &'a Node,
        paid: &'a Paid,
    ) -> Later<'a, Result<Fulfilled, Problem>> {
        Box::pin(async move {
            if self.is_shut.load(Ordering::Relaxed) {
                return Err(Problem::unavailable("The stall is shut."));
            }
            let hand = Hand { payment: paid.payment.clone(), buyer: paid.payer.clone() };
            let entered = node.record_prepared(node.did().clone(), &hand, self.seats);
            match entered.await {
                Ok(_) => Ok(Fulfilled::Done),
                Err(SubmitError::Refused(refusal)) if SeatRefusal::Done.explains(&refusal) => {
                    Ok(Fulfilled::Done)
                }
                Err(SubmitError::Refused(refusal)) if SeatRefusal::SoldOut.explains(&refusal) => {
                    Ok(Fulfilled::Impossible)
                }
                Err(error) => Err(Problem::from(error)),
            }
        })
    }
}
