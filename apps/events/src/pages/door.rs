//! The door: scanning tickets without a network, and who is coming.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use imajin_service::extract::{Caller, Path};
use imajin_service::{Node, Page, Problem};
use maud::html;

use super::{message, to_signin, viewer_of};
use crate::routes::find;
use crate::{ops, own};

/// `/events/{id}/door`
pub(super) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (Some(viewer), Some(session)) = (viewer_of(&node, session.as_ref())?, session) else {
        return Ok(to_signin(&format!("/events/{id}/door")));
    };
    let event = find(&node, &id, Some(&session.did))?;
    let is_own = event.organiser == session.did;
    if !is_own && !node.may_act(&session.did, &event.organiser, ops::CHECKIN)? {
        return Err(Problem::forbidden(
            "A door is kept by who organises the event, and by whom they let.",
        ));
    }
    let until = event.over_at.and_then(own::time);
    let title = event.word("title").unwrap_or("Your event").to_owned();
    let content = html! {
        (message())
        h1 { "The door" }
        p.lead { (title) }
        div #door data-id=(event.id) data-event=(event.did) data-organiser=(event.organiser) data-until=[until] {
            p { "Open this page once while you have a network: it takes all tickets along, and goes on without one. Who you let in is signed by you and sent when there is a network again." }
            p #stays.hint {}
            div.field {
                label for="door-number" { "Which door is this" }
                p.hint { "If there are several, give each a number of its own: who comes twice is told where they came in." }
                input #door-number type="text" inputmode="numeric" value="1" maxlength="3";
            }
            p { button #scan.main type="button" hidden { "Scan with the camera" } }
            form #form-code {
                div.field {
                    label for="code" { "Or the text of a ticket’s code, or its number" }
                    input #code type="text" autocapitalize="characters" autocomplete="off" spellcheck="false";
                }
                div.actions { button type="submit" { "Check" } }
            }
            div #verdict role="status" aria-live="assertive" {}
            p #counts.soft {}
            div.actions { button #sync.main type="button" { "Sign and send" } button #reload type="button" { "Take the tickets along anew" } }
        }
        h2 { "Guests" }
        ul #guests.rows {}
        @if is_own {
            details {
                summary { "Let somebody else keep a door" }
                form #form-lend novalidate {
                    p { "They let people in with a key of their own, and can do nothing else of yours. It holds for your events, until the day after this one at most, or until you take it back." }
                    ul #keepers.rows {}
                    div.field {
                        label for="keeper" { "Their address" }
                        p.hint { "It stands on their page." }
                        input #keeper type="text" spellcheck="false" autocapitalize="none";
                    }
                    div.actions { button #lend type="submit" { "Sign it" } }
                }
            }
        }
    };
    Ok(Page::new("The door", content)
        .script("/assets/js/pages/door.js")
        .viewer(Some(viewer))
        .into_response())
}
