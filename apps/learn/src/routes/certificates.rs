//! Certificate files.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Path, Visitor};
use imajin_app::{Answer, Authority, Node, Problem, args};
use imajin_protocol::{Did, certificate};
use serde::Serialize;
use utoipa::ToSchema;

use crate::manifest::TEXTS;
use crate::queries::{self, Certificate};

/// A certificate, with everything that verifies it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CertificateFile {
    /// 1
    v: u8,
    /// The attestation, as its issuer signed it.
    attestation: String,
    /// The signature over that text: 128 hexadecimal digits.
    signature: String,
    /// The DID of its issuer.
    issuer: String,
    /// The operations of the issuer's identity, oldest first; none of a bare key.
    chain: Vec<String>,
}

/// Returns a certificate that the viewer may see: their own, one of a student of theirs, or a public one.
pub(crate) fn visible_certificate(
    node: &Node,
    viewer: Option<&Did>,
    cid: &str,
) -> Answer<Option<Certificate>> {
    let certificate = queries::read(node, |db| queries::certificate(db, cid))?;
    let viewer = viewer.map(Did::as_str);
    let is_for = |one: &Certificate| {
        one.public || viewer == Some(&*one.student) || viewer == Some(&*one.teacher)
    };
    Ok(certificate.filter(is_for))
}

/// A certificate as a file, which verifies without this node: for the person it is about, the course's teacher, and where its
/// owner said so, for everybody.
#[utoipa::path(get, path = "/api/certificates/{cid}", tag = "learn", params(("cid" = String, Path, description = "The CID of the attestation")),
    responses((status = 200, body = CertificateFile), (status = 404, description = "There is no such certificate, or it is not for you")))]
pub(crate) async fn file(
    Visitor(node, caller): Visitor,
    Path(cid): Path<String>,
) -> Answer<Response> {
    let none = || Problem::not_found(TEXTS.say("no-certificate", args![]));
    let certificate = visible_certificate(&node, caller.did(), &cid)?.ok_or_else(none)?;
    let issuer = Did::parse(&certificate.issuer).map_err(Problem::internal)?;
    let chain = match node.get::<dyn Authority>() {
        Some(authority) => authority.chain(&node, &issuer)?,
        None => Vec::new(),
    };
    let statement = (&*certificate.text, &*certificate.signature);
    let file = certificate::Certificate::write(&issuer, statement, &chain);
    let kept = "attachment; filename=\"certificate.json\"";
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, kept),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    Ok((headers, file.to_string()).into_response())
}
