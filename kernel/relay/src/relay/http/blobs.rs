//! The content plane: documents, for readers with access.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Did, cbor, json};
use serde_json::json;

use super::answer::{
    Problem, READ_ONLY, Reply, bad, bearer, body, caller, forbidden, gate, not_found, room,
    unauthorized,
};
use super::proof::BODY_BYTES_MAX;
use crate::Relay;
use crate::core::Core;
use crate::grants;
use crate::store::{Answer, BlobKey, ContentRow, Kind, OperationRow, Snapshot, StoreError};

const OFF: &str = "content plane not available";
const MISMATCH: &str = "blob bytes do not match documentCID";
const NO_CHAIN: &str = "content chain not found";
const DOCUMENT_CID: HeaderName = HeaderName::from_static("x-document-cid");
const CREDENTIAL: &str = "x-credential";

pub(super) async fn upload(
    State(relay): State<Relay>,
    Path((id, operation)): Path<(String, String)>,
    headers: HeaderMap,
    bytes: Body,
) -> Reply {
    gate(relay.inner.capabilities.content, OFF)?;
    gate(relay.inner.capabilities.write, READ_ONLY)?;
    let bytes = body(&headers, bytes, BODY_BYTES_MAX, MISMATCH).await?;
    let (did, token) = (relay.inner.did.clone(), bearer(&headers));
    let (wanted, of) = (id.clone(), operation.clone());
    let key = relay
        .read(move |core, reads| {
            let caller = caller(token.as_deref(), &did, core, reads)?;
            may_upload(caller, &wanted, &of, reads)
        })
        .await??;
    let document = key.document.clone();
    room(&relay, bytes.len()).await?;
    relay.keep_blob(key, bytes).await?.ok_or_else(|| bad(MISMATCH))?;
    Ok(Json(json!({
        "status": "stored",
        "contentId": id,
        "documentCID": document,
        "operationCID": operation,
    }))
    .into_response())
}

/// Returns the key under which the caller may store a document, or the problem.
fn may_upload(
    caller: Option<Did>,
    id: &str,
    operation: &str,
    reads: &Snapshot<'_>,
) -> Answer<Result<BlobKey, Problem>> {
    let Some(caller) = caller else {
        return Ok(Err(unauthorized()));
    };
    let Some(chain) = reads.content(id)? else {
        return Ok(Err(not_found(NO_CHAIN)));
    };
    let operation = in_chain(id, operation, reads)?;
    let authored = operation.and_then(|operation| operation.authored);
    let authored = authored.map(|authored| (authored.signer, authored.document));
    let Some((signer, Some(document))) = authored else {
        let error = "operation not found in chain or has no documentCID";
        return Ok(Err(not_found(error)));
    };
    if caller.as_str() != chain.creator && caller.as_str() != signer {
        let error = "not authorized — must be chain creator or operation signer";
        return Ok(Err(forbidden(error)));
    }
    Ok(Ok(BlobKey { creator: chain.creator, document }))
}

/// Returns the key of an operation's document; `None` if the relay lacks the operation, or the operation has no document.
pub(crate) fn document_key(
    id: &str,
    operation: &str,
    reads: &Snapshot<'_>,
) -> Answer<Option<BlobKey>> {
    let Some(chain) = reads.content(id)? else {
        return Ok(None);
    };
    let operation = in_chain(id, operation, reads)?;
    let document = operation.and_then(|operation| operation.authored?.document);
    Ok(document.map(|document| BlobKey { creator: chain.creator, document }))
}

fn in_chain(id: &str, operation: &str, reads: &Snapshot<'_>) -> Answer<Option<OperationRow>> {
    let entry = reads.operation(operation)?;
    Ok(entry.filter(|row| row.kind == Kind::Content && row.chain_id == id))
}

/// Whether bytes are the document of a CID: as JSON, whatever its spaces and the order of its members.
pub(crate) fn is_document(bytes: &[u8], document: &str) -> bool {
    let value = json::parse(bytes);
    value.is_ok_and(|value| dag_cbor_cid(&cbor::encode(&value)).to_string() == document)
}

impl Relay {
    /// Stores a document if its content matches its name; `None` if not.
    pub(crate) async fn keep_blob(&self, key: BlobKey, bytes: Vec<u8>) -> Answer<Option<()>> {
        self.work(move |core| {
            if !is_document(&bytes, &key.document) {
                return Ok(None);
            }
            core.put_blob(&key, &bytes).map(Some)
        })
        .await
    }
}

pub(super) async fn head(
    State(relay): State<Relay>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Reply {
    read(relay, id, "head".to_owned(), &headers).await
}

pub(super) async fn at(
    State(relay): State<Relay>,
    Path((id, reference)): Path<(String, String)>,
    headers: HeaderMap,
) -> Reply {
    read(relay, id, reference, &headers).await
}

async fn read(relay: Relay, id: String, reference: String, headers: &HeaderMap) -> Reply {
    gate(relay.inner.capabilities.content, OFF)?;
    let credential = headers.get(CREDENTIAL).and_then(|text| text.to_str().ok());
    let request = DocumentRequest {
        id,
        reference,
        relay_did: relay.inner.did.clone(),
        token: bearer(headers),
        credential: credential.filter(|text| !text.is_empty()).map(str::to_owned),
    };
    relay.answer(move |core, reads| request.read(core, reads)).await
}

struct DocumentRequest {
    id: String,
    reference: String,
    relay_did: String,
    token: Option<String>,
    credential: Option<String>,
}

impl DocumentRequest {
    fn read(&self, core: &Core, reads: &Snapshot<'_>) -> Answer<Reply> {
        let Some(chain) = reads.content(&self.id)? else {
            return Ok(Err(not_found(NO_CHAIN)));
        };
        let document = if self.reference == "head" {
            chain.head.document.clone()
        } else {
            match in_chain(&self.id, &self.reference, reads)? {
                None => return Ok(Err(not_found("operation not found in chain"))),
                Some(row) => row.authored.and_then(|authored| authored.document),
            }
        };
        let Some(document) = document else {
            return Ok(Err(not_found("no document at this ref")));
        };
        // Public access covers the head's document, not earlier ones.
        let is_head = chain.head.document.as_deref() == Some(document.as_str());
        if let Err(problem) = self.check(&chain, is_head, core, reads)? {
            return Ok(Err(problem));
        }
        let key = BlobKey { creator: chain.creator, document };
        match reads.blob(&key)? {
            None => Ok(Err(not_found("blob not found"))),
            Some(bytes) => serve(bytes, &key.document).map(Ok),
        }
    }

    fn check(
        &self,
        chain: &ContentRow,
        is_head: bool,
        core: &Core,
        reads: &Snapshot<'_>,
    ) -> Answer<Result<(), Problem>> {
        let creator = Did::parse(&chain.creator);
        let creator =
            creator.map_err(|error| StoreError::Failed(format!("{}: {error}", chain.creator)))?;
        let knowledge = core.knowledge(reads);
        let now_secs = core.clock.now().as_secs();
        if is_head && grants::is_open(reads, &knowledge, &self.id, &creator, now_secs)? {
            return Ok(Ok(()));
        }
        let Some(caller) = caller(self.token.as_deref(), &self.relay_did, core, reads)? else {
            return Ok(Err(unauthorized()));
        };
        if caller == creator {
            return Ok(Ok(()));
        }
        let may = match &self.credential {
            None => false,
            Some(token) => {
                grants::may_read(token, &self.id, &creator, &caller, is_head, &knowledge, now_secs)?
            }
        };
        Ok(if may { Ok(()) } else { Err(forbidden("read credential required")) })
    }
}

fn serve(bytes: Vec<u8>, document: &str) -> Answer<Response> {
    // The CID has matched a document's, so it is plain ASCII.
    let cid = HeaderValue::from_str(document);
    let cid = cid.map_err(|error| StoreError::Failed(error.to_string()))?;
    let kind = HeaderValue::from_static("application/octet-stream");
    Ok(([(header::CONTENT_TYPE, kind), (DOCUMENT_CID, cid)], bytes).into_response())
}
