//! The typed way to a command, for REST routes and for what the node itself signs.

use axum::http::request::Parts;
use imajin_dfos::Value;
use imajin_ledger::{Command, CommandWill, Receipt, RefusalKind, SubmitError};
use imajin_protocol::Proof;
use serde_json::Value as Json;

use super::{Wish, custodial, read, run, signed, spec};
use crate::node::Node;
use crate::problem::Problem;
use crate::random;
use crate::sessions::Session;

impl Node {
    /// Enters what the owner of a session asks for, from a REST route: signed where the request carries a proof of
    /// exactly this wish, else custodial.
    pub async fn perform(
        &self,
        parts: &Parts,
        session: Option<&Session>,
        wish: Wish,
    ) -> Result<Receipt, Problem> {
        let _in_flight = self.ledger().in_flight();
        let spec = spec(self, wish.op)?;
        let command = match (read::proof(&parts.headers)?, session) {
            (Some(proof), _) => {
                read::same(&proof, &wish)?;
                let mut command = signed(self, parts, spec, proof, wish.body)?;
                command.args = wish.args;
                command
            }
            (None, Some(session)) => custodial(self, session, spec, wish)?,
            (None, None) => return Err(read::needs_signature(spec.op)),
        };
        run(self, parts, command).await
    }

    /// Enters what a session asks for, where there is no request at hand that could carry a proof.
    pub async fn perform_custodial(
        &self,
        session: &Session,
        wish: Wish,
    ) -> Result<Receipt, Problem> {
        let _in_flight = self.ledger().in_flight();
        let spec = spec(self, wish.op)?;
        let command = custodial(self, session, spec, wish)?;
        let (parts, ()) = axum::http::Request::new(()).into_parts();
        run(self, &parts, command).await
    }

    /// Enters a proof that the node itself made, or that another node sent.
    pub async fn perform_signed(
        &self,
        proof: Proof,
        body: Option<Value>,
        args: Json,
    ) -> Result<Receipt, SubmitError> {
        let _in_flight = self.ledger().in_flight();
        let payload = &proof.payload;
        let command = Command {
            did: payload.did.clone(),
            service: payload.service.clone(),
            op: payload.op.clone(),
            reference: payload.reference.clone(),
            fact: payload.fact.clone(),
            body,
            now: self.now(),
            fresh: random::bytes().map_err(|error| {
                SubmitError::Refused(imajin_ledger::Refusal::new(
                    RefusalKind::Stored,
                    error.to_string(),
                ))
            })?,
            args,
            will: CommandWill::Signed(Box::new(proof)),
        };
        self.ledger().submit(command).await
    }
}
