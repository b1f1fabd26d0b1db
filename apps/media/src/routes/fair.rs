//! Routes of .fair manifests: reading them, entering them, and agreeing to them.

use axum::http::{HeaderValue, Request, header};
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Path, Person, Query, Visitor, parse_json, read_body};
use imajin_app::operation::{Field, List, Operation};
use imajin_app::{Answer, CommandRequest, Node, Problem, Session, blocking};
use imajin_dfos::{Value, cbor};
use imajin_fair::sidecar_name;
use imajin_host::prelude::*;
use imajin_protocol::Did;
use imajin_protocol::fair::{Digest, Manifest};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::asker::Asker;
use super::assets::own;
use super::download::set_disposition;
use super::embed;
use crate::fair;
use crate::ids::AssetId;
use crate::operations::{AgreeToFair, PutFair};
use crate::queries::FairMark;
use crate::sight::{self, Viewer};

#[derive(Debug, Deserialize)]
pub(crate) struct FairQuery {
    download: Option<String>,
    /// The secret of a link to the file, or to an album that it is in.
    link: Option<String>,
    /// The owner of the link.
    of: Option<String>,
}

/// Returns the .fair of a file: its manifest, with the signatures of those who agreed. An unsigned manifest says that the
/// file is its owner's.
///
/// For everybody who may see the file, and for those whom the manifest names.
#[utoipa::path(
    get, path = "/api/assets/{id}/fair", tag = "fair",
    params(
        ("id" = String, Path),
        ("download" = Option<String>, Query, description = "With any value: as a file to keep, next to the one that it is about"),
        ("link" = Option<String>, Query, description = "The secret of a link"),
        ("of" = Option<String>, Query, description = "Whose link: a DID or a short name"),
    ),
    responses((status = 200, body = Object, description = "`manifest`, and `agreed` if somebody agreed"), (status = 404, description = "Not there for you"), (status = 410, description = "In the trash, or erased")),
)]
pub(crate) async fn get(
    Visitor(node, Caller(session)): Visitor,
    Path(id): Path<String>,
    Query(query): Query<FairQuery>,
) -> Answer<Response> {
    let id = AssetId::parse(&id).ok_or_else(sight::none)?;
    let asker = Asker::from_session(session).with_link(query.of, query.link);
    // A file that came with a .fair may have to be hashed.
    blocking::run(move || {
        let viewer = asker.viewer(&node)?;
        let (asset, sight) = sight::concerned(&node, &viewer, &id)?;
        let is_own = viewer.is(&asset.owner);
        fair::work(&node, &asset)?;
        let attribution = fair::read_attribution(&node, &asset)?;
        let mark = attribution.as_ref().map(|said| FairMark {
            digest: said.fair.manifest.digest().to_string(),
            is_free: said.fair.manifest.is_free_to_train(),
        });
        let document = match attribution {
            Some(said) => said.fair,
            None if sight.is_none() => return Err(sight::none()),
            None => fair::unsigned(&node, &asset, is_own)?,
        };
        let mut response = document.to_json().into_response();
        let out = response.headers_mut();
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        embed::mark(&node, (&asset, is_own), (mark.as_ref(), out))?;
        if query.download.is_some() {
            // A maker without access to the file does not learn its name.
            let name = sight.map_or(asset.id.as_str(), |_| asset.name.as_str());
            set_disposition(response.headers_mut(), &sidecar_name(name), true)?;
        }
        Ok(response)
    })
    .await?
}

/// Who made a file, as its owner says it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FairAsk {
    /// The signed manifest: the document, or its text.
    #[schema(value_type = Object)]
    manifest: Json,
    /// Signatures of people who agreed to it already: `[{did, signature}]`.
    #[schema(value_type = Option<Object>)]
    agreed: Option<Json>,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

/// The manifest that is in force now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FairAnswer {
    /// The manifest's digest.
    #[schema(example = "sha256:9f86…")]
    digest: String,
}

/// Says who made a file of yours.
#[utoipa::path(
    put, path = "/api/assets/{id}/fair", tag = "fair",
    params(("id" = String, Path)), request_body = FairAsk,
    responses((status = 200, body = FairAnswer), (status = 400, description = "It is about another file, nobody whom it names signed it, or it is no manifest"), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "You have no such file"), (status = 409, description = "Ask for the file’s own .fair first")),
)]
pub(crate) async fn put(
    Person(node, session): Person,
    Path(id): Path<String>,
    request: Request<axum::body::Body>,
) -> Answer<axum::Json<FairAnswer>> {
    let asset = own(&node, &session.did, &id)?;
    let (parts, body) = request.into_parts();
    let payload: FairAsk = parse_json(&read_body(body, &node).await?)?;
    let manifest = match payload.manifest {
        Json::String(text) => Manifest::parse(&text),
        document => Manifest::from_value(document),
    };
    let manifest = manifest.map_err(|error| Problem::field("manifest", format!("{error}.")))?;
    let put = PutFair {
        asset,
        fair: manifest.digest(),
        manifest,
        agreed: payload.agreed.map(|all| field("agreed", &all)).transpose()?,
    };
    enter(&node, (&parts, &session), (&put, put.fair, payload.salt), &[]).await
}

/// A person's agreement to the manifest of another person's file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgreeAsk {
    /// Over the same bytes as the manifest's own signature, in hex.
    signature: String,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

/// Agrees to the manifest of a file, as one of those whom it names.
#[utoipa::path(
    post, path = "/api/assets/{id}/fair/agreed", tag = "fair",
    params(("id" = String, Path)), request_body = AgreeAsk,
    responses((status = 200, body = FairAnswer), (status = 400, description = "The signature is not over the current manifest"), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "Not there for you, or nobody signed a manifest"), (status = 409, description = "Agreed to already")),
)]
pub(crate) async fn agree(
    Person(node, session): Person,
    Path(id): Path<String>,
    request: Request<axum::body::Body>,
) -> Answer<axum::Json<FairAnswer>> {
    let id = AssetId::parse(&id).ok_or_else(sight::none)?;
    let (parts, body) = request.into_parts();
    let payload: AgreeAsk = parse_json(&read_body(body, &node).await?)?;
    let (here, did) = (node.clone(), session.did.clone());
    let lookup = blocking::run(move || {
        let (asset, _) = sight::concerned(&here, &Viewer::new(Some(did)), &id)?;
        fair::work(&here, &asset)?;
        let attribution = fair::read_attribution(&here, &asset)?.ok_or_else(sight::none)?;
        let owner = Did::parse(&asset.owner).map_err(Problem::internal)?;
        Ok::<_, Problem>((owner, attribution.fair.manifest))
    });
    let (owner, manifest) = lookup.await??;
    let agree = AgreeToFair {
        fair: manifest.digest(),
        dids: List(vec![owner.clone()]),
        manifest,
        signature: field("signature", &Json::String(payload.signature))?,
    };
    let entry = (&agree, agree.fair, payload.salt);
    enter(&node, (&parts, &session), entry, &[&owner]).await
}

async fn enter<O: Operation>(
    node: &Node,
    (parts, session): (&axum::http::request::Parts, &Session),
    (operation, digest, salt): (&O, Digest, Option<Json>),
    to: &[&Did],
) -> Answer<axum::Json<FairAnswer>> {
    let request = CommandRequest::from_operation(session.did.clone(), operation)?;
    let request = request.salted(salt.as_ref())?;
    node.submit_or_request_signature(parts, session, request, to).await?;
    Ok(axum::Json(FairAnswer { digest: digest.to_string() }))
}

/// A field of an operation, of JSON.
fn field<T: Field>(name: &'static str, json: &Json) -> Answer<T> {
    let value: Value = cbor::from_dag_json(json)
        .map_err(|error| Problem::field(name, format!("{name}: {error}.")))?;
    T::read(&value).map_err(|wrong| Problem::field(name, format!("{name}{wrong}.")))
}
