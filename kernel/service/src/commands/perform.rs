//! The typed way to a command, for REST routes and for what the node itself signs.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::request::Parts;
use imajin_dfos::{Value, cbor};
use imajin_ledger::{Command, CommandWill, Receipt, SubmitError};
use imajin_protocol::{Did, Proof};
use serde_json::{Value as Json, json};

use super::{Wish, custodial, enter, read, run, signed, spec};
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

    /// Enters what somebody wills with their own key: signed where the request carries a proof of exactly it. Whoever has
    /// a key of their own and sent no proof is told what to sign; `to` are those in whose logs it has consequences.
    pub async fn enter(
        &self,
        parts: &Parts,
        session: &Session,
        wish: Wish,
        to: &[&Did],
    ) -> Result<Receipt, Problem> {
        let status = self.status(&wish.did)?;
        let has_chain = status.is_some_and(|status| status.chain.is_some());
        if !has_chain || parts.headers.contains_key(super::PROOF) {
            return self.perform(parts, Some(session), wish).await;
        }
        let body = wish.body.as_ref().map(cbor::to_dag_json).transpose();
        let to: BTreeSet<&&Did> = to.iter().filter(|did| ***did != wish.did).collect();
        let sign = json!({
            "op": wish.op,
            "did": wish.did,
            "ref": wish.reference,
            "fact": wish.fact.as_ref().map(|fact| fact.to_json()),
            "body": body.map_err(Problem::internal)?,
            "to": to,
        });
        Err(Problem::forbidden(
            "This is done with your signature: sign what stands under \"sign\" and send it with an MJN-Proof.",
        )
        .slug("signature-required")
        .with("sign", sign))
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

    /// Enters a proof that the node itself made, or that another node sent. Its service looks at it like at any other
    /// (`Err` is what that refused); the writer's answer stands within.
    pub async fn perform_signed(
        &self,
        proof: Proof,
        body: Option<Value>,
        args: Json,
    ) -> Result<Result<Receipt, SubmitError>, Problem> {
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
            fresh: random::bytes()?,
            args,
            will: CommandWill::Signed(Arc::new(proof)),
        };
        enter(self, &HeaderMap::new(), command).await
    }
}
