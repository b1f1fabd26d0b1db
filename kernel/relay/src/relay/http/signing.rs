//! The signing mailbox: passes requests to sign from one person to another, and the answers back.
//!
//! Always: what has expired is neither shown nor kept. The relay never signs and never looks into what is to be
//! signed.
//!
//! Rules: DFOS v1 SIGNING.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use imajin_dfos::credential::{Request, authorize};
use imajin_dfos::identity::{self, Unverified, Verified};
use imajin_dfos::resolve::{KeyScope, MemoryResolver, ResolveError, Resolver, Verifier};
use imajin_dfos::sign_request::{self, SignRequest};
use imajin_dfos::statement::{self, Attested};
use imajin_dfos::{Cid, Did, Timestamp, VerifyingKey, base64};
use serde::Deserialize;
use serde_json::{Value as Json_, json};

use super::answer::{
    Params, Problem, Reply, bad, bearer, body, caller, conflict, forbidden, gate, not_found, room,
    too_many, unauthorized,
};
use crate::Relay;
use crate::core::Core;
use crate::knowledge::Knowledge;
use crate::page;
use crate::store::{Answer, MailRow, Snapshot, StoreError};

const OFF: &str = "signing mailbox not available";
const NO_REQUEST: &str = "sign request not found";
const DEPOSIT_BYTES_MAX: usize = 524_288;
const RESPONSE_BYTES_MAX: usize = 8_704;
const DECLINE_BYTES_MAX: usize = 512;

#[derive(Deserialize)]
struct Deposit {
    request: String,
    credential: String,
    #[serde(default)]
    chain: Vec<String>,
}

fn parse<'a, T: Deserialize<'a>>(text: &'a [u8], wrong: &str) -> Result<T, Problem> {
    serde_json::from_slice(text)
        .map_err(|error| if error.is_data() { bad(wrong) } else { bad("invalid JSON body") })
}

pub(super) async fn deposit(State(relay): State<Relay>, headers: HeaderMap, text: Body) -> Reply {
    gate(relay.inner.capabilities.signing, OFF)?;
    let text = body(&headers, text, DEPOSIT_BYTES_MAX, "invalid JSON body").await?;
    let deposit: Deposit = parse(&text, "invalid request")?;
    let row = relay.read(move |core, reads| examine(&deposit, core, reads)).await??;
    let (cid, expires_at) = (row.cid.clone(), row.expires_at.clone());
    room(&relay, row.token.len()).await?;
    let status = relay.work(move |core| put(core, &row)).await??;
    Ok((status, Json(json!({ "cid": cid, "expiresAt": expires_at }))).into_response())
}

/// The request, if its author may make it.
fn examine(
    deposit: &Deposit,
    core: &Core,
    reads: &Snapshot<'_>,
) -> Answer<Result<MailRow, Problem>> {
    let Some(bundle) = verify_bundle(&deposit.chain) else {
        return Ok(Err(bad("invalid identity chain bundle")));
    };
    let now = core.clock.now();
    let local = core.knowledge(reads);
    let resolver = WithBundle { local: &local, bundle: &bundle };
    let verifier = Verifier::of_new(&resolver);
    let request = sign_request::verify(&deposit.request, now, &verifier);
    local.check()?;
    let Ok(request) = request else {
        return Ok(Err(bad("invalid sign request")));
    };
    let subject = request.subject.as_str();
    if !local.is_held(subject)? || local.is_deleted(subject)? {
        return Ok(Err(not_found("subject identity not found")));
    }
    let allowed = authorize(
        &deposit.credential,
        &Request {
            root: &request.subject,
            audience: Some(&request.did),
            resource: &format!("mailbox:{}", request.subject.id()),
            action: "deposit",
            now_secs: now.as_secs(),
        },
        &verifier,
    );
    local.check()?;
    Ok(match allowed {
        Err(_) => Err(forbidden("deposit credential rejected")),
        Ok(_) => Ok(mail(&request, &deposit.request, now)),
    })
}

fn mail(request: &Attested<SignRequest>, token: &str, now: Timestamp) -> MailRow {
    MailRow {
        cid: request.cid().to_string(),
        token: token.to_owned(),
        subject: request.subject.as_str().to_owned(),
        expires_at: request.expires_at.to_string(),
        deposited_at: now.to_string(),
        declined: false,
        response: None,
    }
}

fn put(core: &Core, row: &MailRow) -> Answer<Result<StatusCode, Problem>> {
    let now = core.clock.now().to_string();
    core.store.write(1, |tx| {
        tx.prune_mail(&now)?;
        match tx.mail(&row.cid, &now)? {
            Some(stored) if stored.token == row.token => return Ok(Ok(StatusCode::OK)),
            Some(_) => return Ok(Err(conflict("request CID conflict"))),
            None => {}
        }
        if tx.mail_count(&row.subject, &now)? >= core.limits.mailbox_max {
            return Ok(Err(too_many("signing mailbox pending limit reached")));
        }
        tx.put_mail(row)?;
        Ok(Ok(StatusCode::CREATED))
    })
}

/// The identities whose chains are in a request; `None` if any chain is not valid.
fn verify_bundle(tokens: &[String]) -> Option<MemoryResolver> {
    let mut logs: BTreeMap<Did, Vec<&str>> = BTreeMap::new();
    for token in tokens {
        let did = Unverified::read(token).ok()?.did().ok()?;
        logs.entry(did).or_default().push(token);
    }
    let verified = |log: Vec<&str>| identity::verify_log(log).ok();
    logs.into_values()
        .map(verified)
        .collect::<Option<Vec<Verified>>>()
        .map(MemoryResolver::from_iter)
}

/// Stored identities first, and those in the request only for unknown ones.
struct WithBundle<'a> {
    local: &'a Knowledge<'a>,
    bundle: &'a MemoryResolver,
}

impl WithBundle<'_> {
    fn resolver_for(&self, did: &Did) -> &dyn Resolver {
        match self.local.is_held(did.as_str()) {
            Ok(false) => self.bundle,
            // A failing store is found out by the question that follows.
            Ok(true) | Err(_) => self.local,
        }
    }
}

impl Resolver for WithBundle<'_> {
    fn key(&self, did: &Did, key_id: &str, scope: KeyScope) -> Result<VerifyingKey, ResolveError> {
        self.resolver_for(did).key(did, key_id, scope)
    }

    fn is_deleted(&self, did: &Did) -> Result<bool, ResolveError> {
        self.resolver_for(did).is_deleted(did)
    }

    fn revoked_at(
        &self,
        issuer: &Did,
        credential: &Cid,
    ) -> Result<Option<Timestamp>, ResolveError> {
        self.local.revoked_at(issuer, credential)
    }
}

pub(super) async fn list(State(relay): State<Relay>, headers: HeaderMap, params: Params) -> Reply {
    gate(relay.inner.capabilities.signing, OFF)?;
    let (did, token) = (relay.inner.did.clone(), bearer(&headers));
    let (after, limit) = (params.after(), params.limit());
    let (subject, rows) = relay
        .read(move |core, reads| {
            let Some(caller) = caller(token.as_deref(), &did, core, reads)? else {
                return Ok(Err(unauthorized()));
            };
            let after = match &after {
                None => None,
                Some(after) => match parse_cursor(after, &caller) {
                    None => return Ok(Err(bad("invalid cursor"))),
                    found => found,
                },
            };
            let after = after.as_ref().map(|(at, cid)| (at.as_str(), cid.as_str()));
            let now = core.clock.now().to_string();
            let rows = reads.mailbox(caller.as_str(), after, &now, limit)?;
            Ok(Ok((caller, rows)))
        })
        .await??;
    let next = page::next(&rows, limit, |row| cursor(&subject, row));
    let rows: Vec<Json_> = rows
        .iter()
        .map(|row| {
            json!({
                "cid": row.cid,
                "request": row.token,
                "depositedAt": row.deposited_at,
                "declined": row.declined,
            })
        })
        .collect();
    Ok(Json(json!({ "requests": rows, "next": next })).into_response())
}

fn cursor(subject: &Did, row: &MailRow) -> String {
    base64::encode_url(format!("{subject}~{}~{}", row.deposited_at, row.cid).as_bytes())
}

fn parse_cursor(raw: &str, subject: &Did) -> Option<(String, String)> {
    let text = String::from_utf8(base64::decode_url(raw).ok()?).ok()?;
    let (of, rest) = text.split_once('~')?;
    let (at, cid) = rest.split_once('~')?;
    (of == subject.as_str()).then(|| (at.to_owned(), cid.to_owned()))
}

impl Relay {
    async fn mail(&self, cid: &str) -> Result<MailRow, Problem> {
        let (cid, now) = (cid.to_owned(), self.now().to_string());
        let row = self.read(move |_, reads| reads.mail(&cid, &now)).await?;
        row.ok_or_else(|| not_found(NO_REQUEST))
    }
}

#[derive(Deserialize)]
struct AnswerBody {
    response: String,
}

pub(super) async fn respond(
    State(relay): State<Relay>,
    Path(cid): Path<String>,
    headers: HeaderMap,
    text: Body,
) -> Reply {
    gate(relay.inner.capabilities.signing, OFF)?;
    let row = relay.mail(&cid).await?;
    let text = body(&headers, text, RESPONSE_BYTES_MAX, "invalid JSON body").await?;
    let AnswerBody { response } = parse(&text, "invalid response")?;
    let checked = response.clone();
    let is_good = relay
        .read(move |core, reads| {
            let request = statement::read::<SignRequest>(&row.token);
            let request = request.map_err(|error| StoreError::Failed(error.to_string()))?;
            let knowledge = core.knowledge(reads);
            let verifier = Verifier::of_history(&knowledge);
            let verified = sign_request::verify_response(&checked, request.statement(), &verifier);
            knowledge.check()?;
            Ok(verified.is_ok())
        })
        .await?;
    if !is_good {
        return Err(bad("invalid response"));
    }
    let status = relay.work(move |core| put_response(core, &cid, &response)).await??;
    Ok((status, Json(json!({ "status": "stored" }))).into_response())
}

fn put_response(core: &Core, cid: &str, response: &str) -> Answer<Result<StatusCode, Problem>> {
    let now = core.clock.now().to_string();
    core.store.write(1, |tx| {
        tx.prune_mail(&now)?;
        let Some(row) = tx.mail(cid, &now)? else {
            return Ok(Err(not_found(NO_REQUEST)));
        };
        match row.response {
            Some(stored) if stored == response => Ok(Ok(StatusCode::OK)),
            Some(_) => Ok(Err(conflict("response already exists"))),
            None => {
                tx.put_response(cid, response)?;
                Ok(Ok(StatusCode::CREATED))
            }
        }
    })
}

pub(super) async fn response(State(relay): State<Relay>, Path(cid): Path<String>) -> Reply {
    gate(relay.inner.capabilities.signing, OFF)?;
    let row = relay.mail(&cid).await?;
    let body = match (row.response, row.declined) {
        (Some(response), _) => json!({ "status": "responded", "response": response }),
        (None, true) => json!({ "status": "declined" }),
        (None, false) => json!({ "status": "pending" }),
    };
    Ok(Json(body).into_response())
}

pub(super) async fn decline(
    State(relay): State<Relay>,
    Path(cid): Path<String>,
    headers: HeaderMap,
    text: Body,
) -> Reply {
    gate(relay.inner.capabilities.signing, OFF)?;
    let broken = "request body must be empty";
    let text = body(&headers, text, DECLINE_BYTES_MAX, broken).await?;
    if text.iter().any(|byte| !matches!(byte, b'\t' | b'\n' | b'\r' | b' ')) {
        return Err(bad(broken));
    }
    relay.work(move |core| put_declined(core, &cid)).await??;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn put_declined(core: &Core, cid: &str) -> Answer<Result<(), Problem>> {
    let now = core.clock.now().to_string();
    core.store.write(1, |tx| {
        tx.prune_mail(&now)?;
        match tx.mail(cid, &now)? {
            None => Ok(Err(not_found(NO_REQUEST))),
            Some(row) if row.response.is_some() => Ok(Err(conflict("response already exists"))),
            Some(_) => tx.put_declined(cid).map(Ok),
        }
    })
}
