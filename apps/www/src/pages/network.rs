//! The box in its network: other boxes nearby, and, for its owner, how its certificates are.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use imajin_service::extract::Caller;
use imajin_service::network::{Lan, Place, PublicNames};
use imajin_service::page::short_did;
use imajin_service::{Node, Page, Problem};
use maud::{Markup, html};

use super::{to_signin, viewer_of};
use crate::words;

/// The page.
pub(crate) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
) -> Result<Response, Problem> {
    let Some(session) = session else {
        return Ok(to_signin("/network"));
    };
    let is_owner = node.is_owner(&session.did)?;
    let place = node.network().now();
    let content = html! {
        h1 { "Network" }
        h2 { "Boxes nearby" }
        (nearby(place.lan.as_ref()))
        @if is_owner { (certificates(&place)) }
    };
    let viewer = viewer_of(&node, Some(&session))?;
    Ok(Page::new("Network", content).viewer(viewer).into_response())
}

fn nearby(lan: Option<&Lan>) -> Markup {
    html! {
        @match lan {
            None => p.soft { "This box is not announced on the local network, so it does not look for others there." },
            Some(lan) => {
                p { "In this network your box is called " strong { (lan.name) } "." }
                @if lan.neighbours.is_empty() { p.soft { "No other box was found here." } }
                @else {
                    ul.rows {
                        @for other in &lan.neighbours {
                            li {
                                a href=(other.url) { (other.name) } " " span.soft { (other.host) } " "
                                @if other.proved { span.tag.good { "proved its key" } }
                                @else { span.tag { "did not prove who it is" } }
                                br; (short_did(&other.did))
                                @if let Some(address) = &other.secure { " " span.mono.soft { (address) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn certificates(place: &Place) -> Markup {
    html! {
        h2 { "Certificates" }
        @if place.own.is_none() && place.public.is_empty() {
            p.soft { "Your box does not speak HTTPS, or does not know yet what time it is." }
        }
        @for public in &place.public { (of_names(public)) }
        @if let Some(own) = &place.own {
            section.card {
                h3 { "At home" }
                p { "Good for " (own.names.join(", ")) ", until " (words::date(own.expires)) "; renewed by itself." }
                p { a.button href="/certificate" { "Let a phone trust this box" } }
            }
        }
    }
}

fn of_names(public: &PublicNames) -> Markup {
    html! {
        section.card {
            h3 { (public.names.join(", ")) }
            @match public.expires {
                Some(expires) => p { "Every browser knows its certificate, until " (words::date(expires)) "; renewed by itself." },
                None => p { "There is no certificate for it yet." },
            }
            @if public.registry.is_some() && public.expires.is_some() && !public.leads_here {
                p.soft { "Seen from here the name does not lead to this box: some routers hide names that lead into the house (“DNS rebind protection”). Allow this one there. Until then people are sent to the name at home." }
            }
            @if let Some((at, why)) = &public.problem {
                div.notice.bad {
                    p { "The last attempt to get one failed (" (words::date_time(*at)) "):" }
                    p.mono { (why) }
                    @match &public.registry {
                        None => p { "Check that the name leads to this box, and that port 443 of your router leads to it too. It is tried again by itself." },
                        Some(registry) => p { "The registry " (registry) " gave the name and has to help. It is tried again by itself." },
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_service::network::Neighbour;

    #[test]
    fn other_boxes_are_named_with_what_they_proved() {
        let neighbour = |name: &str, proved| Neighbour {
            name: name.to_owned(),
            did: "did:imajin:AbCdEfGhIjKlMnOpQrStUvWxYz".to_owned(),
            proved,
            host: "imajin-2.local".to_owned(),
            addresses: Vec::new(),
            url: "http://imajin-2.local/".to_owned(),
            secure: Some("https://10.77.0.2".to_owned()),
        };
        let lan = |neighbours| Lan {
            name: "imajin.local".to_owned(),
            neighbours,
        };
        let text = nearby(Some(&lan(vec![neighbour("Ada’s <box>", true)]))).into_string();
        assert!(
            text.contains("Ada’s &lt;box&gt;") && text.contains("proved its key"),
            "{text}"
        );
        assert!(
            text.contains("href=\"http://imajin-2.local/\"") && text.contains("https://10.77.0.2")
        );
        let text = nearby(Some(&lan(vec![neighbour("x", false)]))).into_string();
        assert!(text.contains("did not prove who it is"));
        assert!(
            nearby(Some(&lan(Vec::new())))
                .into_string()
                .contains("No other box")
        );
    }
}
