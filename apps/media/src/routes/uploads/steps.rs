//! The steps of an upload: it begins, receives parts, and becomes an asset or is cancelled.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use imajin_app::pieces::Pieces;
use imajin_app::{Answer, Problem, blocking, refuse_if};
use imajin_dfos::order::Order as _;
use imajin_ledger::media::{MediaError, MediaObject, MediaStore, Upload, UploadError, UploadId};
use imajin_protocol::Did;

use super::{Sender, TusResponse, open};
use crate::bytes::tus::{self, Checksum};
use crate::bytes::{self, Incoming, Transfer};

/// Uploads of one person that wait for bytes: a page sends three at a time.
const OPEN_MAX: usize = 16;
/// Complete uploads whose result the person can still ask for. Beginning another removes the oldest, so that a person
/// with fifty thousand photos has no longer list to read.
const COMPLETE_MAX: usize = 64;
/// Seconds after which a person with that many may try again.
const RETRY_S: u32 = 60;

/// Begins an upload, with its first part if the request brings one.
pub(super) async fn create(sender: &Sender, request: Request) -> Answer<TusResponse> {
    bytes::check_record(&sender.node, &sender.owner)?;
    let headers = request.headers();
    let length = tus::number(headers, tus::LENGTH, "Upload-Length")?;
    let metadata = tus::metadata(headers)?;
    tus::file_metadata(&metadata)?.check(&sender.node, &sender.owner)?;
    let brings_part = tus::is_part(headers);
    refuse_if!(!brings_part && tus::body_length(headers).is_some_and(|bytes| bytes > 0), no_part());
    let upload = begin(sender, length, metadata).await?;
    // The id is secret until the answer names it, so no request can continue the upload before.
    let mut unnamed = Unnamed(Some((sender.clone(), upload.id.clone())));
    let response = if brings_part || length == 0 {
        write(sender, &upload, 0, request).await
    } else {
        Ok(TusResponse::new(StatusCode::NO_CONTENT).expiring(&upload))
    };
    let response = match response {
        Ok(told) => told,
        Err(problem) => {
            unnamed.end().await;
            return Err(problem);
        }
    };
    unnamed.0 = None;
    let at = format!("/media/api/uploads/{}", upload.id);
    let at = HeaderValue::try_from(at).map_err(Problem::internal)?;
    Ok(TusResponse { status: StatusCode::CREATED, ..response }.with_header(header::LOCATION, at))
}

/// Makes the upload, and with it reserves its room.
async fn begin(sender: &Sender, length: u64, metadata: tus::Metadata) -> Answer<Upload> {
    let sender = sender.clone();
    blocking::run(move || {
        let (node, owner) = (&sender.node, &sender.owner);
        let store = node.ledger().media();
        forget_complete(store, owner)?;
        let begun = bytes::reserve(node, owner, length, || {
            let now = node.now();
            let mut uploads = store.uploads(owner).map_err(bytes::problem)?;
            uploads.retain(|upload| upload.is_open() && upload.expires() > now);
            if uploads.len() >= OPEN_MAX && !open::end_forgotten(store, owner, (&uploads, now))? {
                let message = format!(
                    "{OPEN_MAX} of your uploads are not complete: continue them, or end some (GET /media/api/uploads lists them)."
                );
                return Err(Problem::too_many_of_yours(RETRY_S, message));
            }
            let made = store.create_upload(owner, length, metadata);
            made.map_err(bytes::problem)
        });
        begun.map(|(_, upload)| upload)
    })
    .await?
}

/// Ends the oldest complete uploads beyond those that their owner may still ask for. Their files stay.
fn forget_complete(store: &MediaStore, owner: &Did) -> Answer<()> {
    let mut complete = store.uploads(owner).map_err(bytes::problem)?;
    complete.retain(|upload| !upload.is_open());
    let over = complete.len().saturating_sub(COMPLETE_MAX);
    complete.order_by_key(|upload| upload.changed);
    for upload in complete.iter().take(over) {
        store.end_upload(owner, &upload.id).map_err(bytes::problem)?;
    }
    Ok(())
}

/// An upload of which the client doesn't know yet: it ends with its request.
struct Unnamed(Option<(Sender, UploadId)>);

impl Unnamed {
    async fn end(mut self) {
        if let Some((sender, id)) = self.0.take() {
            // The answer says already what went wrong.
            let _ = blocking::run(move || end_unnamed(&sender, &id)).await;
        }
    }
}

impl Drop for Unnamed {
    fn drop(&mut self) {
        let Some((sender, id)) = self.0.take() else {
            return;
        };
        // Without a runtime the program ends, and the sweep ends the upload.
        if tokio::runtime::Handle::try_current().is_ok() {
            blocking::detach(move || end_unnamed(&sender, &id));
        }
    }
}

fn end_unnamed(sender: &Sender, id: &UploadId) {
    let store = sender.node.ledger().media();
    if let Err(error) = store.end_upload(&sender.owner, id) {
        tracing::debug!(%error, "an upload that nobody knows of stays until it expires");
    }
}

/// Says how far an upload came. One that has all its bytes becomes what it is to become, if that was interrupted.
pub(super) async fn look(sender: &Sender, id: &UploadId) -> Answer<TusResponse> {
    let upload = sender.upload(id).await?;
    let response = TusResponse::new(StatusCode::OK)
        .with_header(tus::OFFSET, HeaderValue::from(upload.offset))
        .with_header(tus::LENGTH, HeaderValue::from(upload.length))
        .with_header(tus::METADATA, tus::metadata_header(&upload.meta))
        .expiring(&upload);
    if upload.offset == upload.length {
        complete(sender, &upload, response).await
    } else {
        Ok(response)
    }
}

/// Takes in the next part.
pub(super) async fn receive(sender: &Sender, id: &UploadId, part: Request) -> Answer<TusResponse> {
    refuse_if!(!tus::is_part(part.headers()), no_part());
    let offset = tus::number(part.headers(), tus::OFFSET, "Upload-Offset")?;
    let upload = sender.upload(id).await?;
    write(sender, &upload, offset, part).await
}

fn no_part() -> Problem {
    Problem::unsupported_media(format!(
        "A part of an upload has the header Content-Type: {}.",
        tus::PART
    ))
}

/// Writes the body of a request from an offset on; then names and enters the file if it is whole.
async fn write(sender: &Sender, upload: &Upload, at: u64, request: Request) -> Answer<TusResponse> {
    if at != upload.offset {
        return Err(bytes::upload_problem(UploadError::Offset { offset: upload.offset }));
    }
    let left = upload.length - at;
    let announced = tus::body_length(request.headers());
    let length = upload.length;
    if announced.is_some_and(|bytes| bytes > left) {
        return Err(bytes::upload_problem(UploadError::TooLong { length }));
    }
    let checksum = tus::checksum(request.headers())?;
    if upload.is_open() {
        let count = announced.unwrap_or(left);
        bytes::need_room(&sender.node, count)?;
        if let Some(offset) = take_in(sender, upload, checksum, request).await? {
            return Ok(TusResponse::new(StatusCode::NO_CONTENT)
                .with_header(tus::OFFSET, HeaderValue::from(offset))
                .expiring(&sender.upload(&upload.id).await?));
        }
    }
    let upload = sender.upload(&upload.id).await?;
    let response = TusResponse::new(StatusCode::NO_CONTENT)
        .with_header(tus::OFFSET, HeaderValue::from(length))
        .expiring(&upload);
    complete(sender, &upload, response).await
}

/// Takes in a part, and names the file if it was the last; else returns where the next one begins.
async fn take_in(
    sender: &Sender,
    upload: &Upload,
    checksum: Option<Checksum>,
    request: Request,
) -> Answer<Option<u64>> {
    let Sender { node, owner, client, .. } = sender;
    let _place = Transfer::begin(node, client)?;
    let mut incoming = Incoming::begin(node, owner, &upload.id, upload.offset).await?;
    if let Some(checksum) = checksum {
        incoming.expect(checksum);
    }
    if let Err(problem) = all(&mut incoming, request).await {
        // Earlier bytes stay, and the next request finds them recorded. A full disk is reported by the first error.
        let _ = incoming.pause().await;
        return Err(problem);
    }
    if incoming.offset() < upload.length {
        return incoming.pause().await.map(Some);
    }
    name(sender, incoming).await?;
    Ok(None)
}

/// Writes all of a body: each piece while the next one comes.
async fn all(incoming: &mut Incoming, request: Request) -> Answer<()> {
    let broken = |error| {
        let message = "The connection broke before all bytes came: ask how far the upload came, and continue from there.";
        Problem::bad_request(message).with_log(error)
    };
    let mut pieces = Pieces::new(request);
    let mut next = pieces.next().await;
    while let Some(piece) = next.map_err(broken)? {
        let written;
        (written, next) = tokio::join!(incoming.write(piece), pieces.next());
        written?;
    }
    Ok(())
}

/// Gives the whole file its name.
async fn name(sender: &Sender, incoming: Incoming) -> Answer<MediaObject> {
    Ok(bytes::counted(&sender.node, &sender.owner, incoming.finish().await?))
}

/// Makes of a complete upload what it is to become. Asked again, it says the same.
async fn complete(sender: &Sender, upload: &Upload, response: TusResponse) -> Answer<TusResponse> {
    let text = |text: &str| HeaderValue::try_from(text).map_err(Problem::internal);
    if let Some(asset) = &upload.outcome {
        return Ok(response.with_header(tus::ASSET, text(asset)?));
    }
    let stored = stored(sender, upload).await?;
    if tus::signs(&upload.meta) {
        let looking = bytes::look(&sender.node, &sender.client, &sender.owner, &stored.cid);
        let (kind, about) = looking.await?;
        let facts = HeaderValue::try_from(tus::facts(kind, &about).to_string()).ok();
        let response = response.with_header(tus::MEDIA, text(&stored.cid.to_string())?);
        return Ok(response.with_header(tus::FACTS, facts));
    }
    let Sender { node, session, owner, client } = sender;
    let metadata = tus::file_metadata(&upload.meta)?;
    let entered = bytes::enter(node, (session, client), owner, stored, metadata).await?;
    let store = node.ledger().media().clone();
    let (whose, id, asset) = (owner.clone(), upload.id.clone(), entered.asset.id.clone());
    let noted = blocking::run(move || store.note_outcome(&whose, &id, &asset)).await?;
    match noted {
        // The upload was cancelled, or another request records the same outcome.
        Ok(()) | Err(UploadError::Unknown | UploadError::Busy) => {}
        Err(error) => return Err(bytes::upload_problem(error)),
    }
    Ok(response.with_header(tus::ASSET, text(&entered.asset.id)?))
}

/// The file of a complete upload, with its name.
async fn stored(sender: &Sender, upload: &Upload) -> Answer<MediaObject> {
    let Sender { node, owner, .. } = sender;
    if upload.is_open() {
        let incoming = Incoming::begin(node, owner, &upload.id, upload.length).await?;
        return name(sender, incoming).await;
    }
    let store = node.ledger().media().clone();
    let (owner, id) = (owner.clone(), upload.id.clone());
    let outcome = blocking::run(move || store.finish_upload(&owner, &id)).await?;
    outcome.map_err(|error| match error {
        UploadError::Media(MediaError::NotFound { .. }) => Problem::gone(
            "This file arrived, and is not here any more: begin a new upload to have it again.",
        ),
        other => bytes::upload_problem(other),
    })
}

pub(super) async fn end(sender: &Sender, id: &UploadId) -> Answer<TusResponse> {
    sender.upload(id).await?;
    let store = sender.node.ledger().media().clone();
    let (owner, id) = (sender.owner.clone(), id.clone());
    let ended = blocking::run(move || store.end_upload(&owner, &id)).await?;
    if ended.map_err(bytes::problem)? {
        Ok(TusResponse::new(StatusCode::NO_CONTENT))
    } else {
        Err(bytes::upload_problem(UploadError::Unknown))
    }
}
