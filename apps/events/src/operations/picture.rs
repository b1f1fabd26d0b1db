//! The picture of an event: an image file of the organiser, named in their own log.
//!
//! Always: the node makes previews of the file, so pages show a picture of known size. The newest entry counts.

use imajin_app::capabilities::Files;
use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Line, List, MediaFile, Operation, Reasons, Refused,
    Request,
};
use imajin_app::{Answer, Problem};
use imajin_dfos::cid::parse_cid;
use imajin_protocol::Did;

use super::shared::{OrganiserRefusal, own_event};

/// Says by which picture an event is shown. The newest one counts; without a file the event has none any more.
#[derive(Debug, Operation)]
#[operation(
    name = "events.picture",
    authority = OwnKey,
    erasable_by = Author,
    refusal = PictureRefusal,
    prepared = IsPicture
)]
pub(crate) struct ShowPicture {
    /// The event.
    #[reference]
    event: Did,
    /// A description of the picture, in at most 500 characters, for people who don't see it. Empty where there is nothing to say.
    alt: Line<500>,
    /// The picture, which must be uploaded first; none where the event has no picture any more.
    #[fact]
    media: List<MediaFile, 0, 1>,
}

/// Proof that the file is an image with previews, or that no file was named.
pub(crate) struct IsPicture;

#[derive(Debug, Reasons)]
pub(crate) enum PictureRefusal {
    #[refused(all)]
    Organiser(OrganiserRefusal),
}

impl BeforeSubmit for ShowPicture {
    fn before_submit(&self, request: &Request<'_>) -> Answer<IsPicture> {
        let Some(file) = self.media.0.first() else {
            return Ok(IsPicture);
        };
        let files = request.node.get::<dyn Files>();
        let about = files
            .zip(parse_cid(file.as_str()).ok())
            .and_then(|(files, cid)| files.describe(request.node, request.owner, &cid));
        if about.is_some_and(|about| about.has_previews) {
            Ok(IsPicture)
        } else {
            let text = "media must name a picture that you uploaded: a JPEG, PNG, WebP or GIF.";
            Err(Problem::field("media", text))
        }
    }
}

impl Decide for ShowPicture {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PictureRefusal> {
        own_event(ctx, &self.event).map_err(Refused::widen)?;
        Ok(())
    }
}
