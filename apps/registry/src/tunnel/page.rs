//! The page that says to people whether a box can be reached, since a browser at the box's own name can only fail.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use imajin_app::extract::Path;
use imajin_app::routing::get;
use imajin_app::{Lang, Problem, args};
use maud::{DOCTYPE, html};

use super::Tunnels;
use crate::manifest::TEXTS;

pub(crate) fn router(tunnels: Tunnels) -> Router {
    Router::new().route("/reach/{name}", get(page)).with_state(tunnels)
}

/// Shows whether a node can be reached.
async fn page(
    State(tunnels): State<Tunnels>,
    lang: Lang,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let t = TEXTS.for_reader(lang);
    Ok(match tunnels.reach(name).await.map_err(Problem::from) {
        Ok(reach) => {
            let message = if reach.is_connected { "reach-connected" } else { "reach-gone" };
            let at = t.date_time(reach.since());
            let sentence = t.format(message, args![at = at]);
            document(lang, &reach.name, &sentence).into_response()
        }
        Err(problem) if problem.status() == StatusCode::NOT_FOUND => {
            let content = document(lang, &t.text("reach-title"), &t.text("reach-unknown"));
            (StatusCode::NOT_FOUND, content).into_response()
        }
        Err(problem) => return Err(problem),
    })
}

/// A page without style sheets or scripts, which this program does not have.
fn document(lang: Lang, title: &str, sentence: &str) -> Html<String> {
    let document = html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
            }
            body { main { h1 { (title) } p { (sentence) } } }
        }
    };
    Html(document.into_string())
}
