//! Requests for a name that is not the box's: what looks like its name is led on to the right one, everything else gets a page or a problem.
//!
//! Always: neither tells one of the box's other names to a stranger's page, since a script of that page could read the answer; a redirect to
//! another host is the one thing that it cannot follow.

use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use maud::html;

use imajin_app::words::FRAME;
use imajin_app::{Lang, Problem, args};
use imajin_host::network::NetworkState;

/// The right address for a person that typed the box's name at home without `.local`, or with their router's suffix.
pub(crate) fn led_on(parts: &Parts, name: &str, place: &NetworkState) -> Option<Problem> {
    let lan = place.lan.as_ref()?.name.as_str();
    let first = |name: &str| name.split('.').next().map(str::to_owned);
    if first(name)? != first(lan)? {
        return None;
    }
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let location = match place.http {
        80 => format!("http://{lan}{path}"),
        port => format!("http://{lan}:{port}{path}"),
    };
    Some(Problem::secure(location, false))
}

/// The refusal.
pub(crate) fn refused() -> Problem {
    Problem::misdirected(FRAME.say("wrong-host", args![])).slug("wrong-host")
}

/// The answer as a page, without links: there is nothing to lead to under this name.
pub(crate) fn page(lang: Lang) -> Response {
    let t = FRAME.for_reader(lang);
    let content = html! {
        h1 { (t.text("wrong-host-title")) }
        p.lead { (t.text("wrong-host")) }
        p { (t.text("wrong-host-home")) }
    };
    t.notice_page(t.text("wrong-host-title"), content)
        .status(StatusCode::MISDIRECTED_REQUEST)
        .bare()
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_host::network::Lan;

    fn led(host: &str, http: u16) -> Option<String> {
        let place = NetworkState {
            http,
            lan: Some(Lan { name: "imajin.local".to_owned(), neighbours: Vec::new() }),
            ..NetworkState::default()
        };
        let request = axum::http::Request::builder().uri("/claim?a=b");
        let parts = request.body(()).unwrap().into_parts().0;
        let answer = led_on(&parts, host, &place)?.into_response();
        Some(answer.headers()["location"].to_str().unwrap().to_owned())
    }

    #[test]
    fn the_name_at_home_without_its_end_or_with_the_routers_leads_to_the_right_one() {
        let right = Some("http://imajin.local/claim?a=b".to_owned());
        assert_eq!(led("imajin", 80), right);
        assert_eq!(led("imajin.fritz.box", 80), right);
        assert_eq!(led("imajin", 7000), Some("http://imajin.local:7000/claim?a=b".to_owned()));
        assert_eq!(led("evil.example", 80), None);
        assert_eq!(led("imajin-2.local", 80), None);
    }

    #[test]
    fn the_page_is_the_boxs_own_and_speaks_of_no_setting() {
        for lang in Lang::ALL {
            assert!(!FRAME.for_reader(lang).text("wrong-host").contains("hosts"));
            assert_eq!(page(lang).status(), StatusCode::MISDIRECTED_REQUEST);
        }
    }
}
