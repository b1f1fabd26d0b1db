//! The box in its network: other boxes nearby, and, for its owner, the state of its certificates.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_service::extract::{Authed, Caller};
use imajin_service::mapping::{self, Mapping, OpenPort};
use imajin_service::network::{Lan, NetworkState, PublicNames};
use imajin_service::page::short_did;
use imajin_service::{Lang, Node, Problem, Texts, args, blocking};
use maud::{Markup, html};
use serde::Deserialize;

use super::to_signin;
use crate::manifest::TEXTS;
use crate::parts;

/// The node's own folder in the data folder.
const FOLDER: &str = "node";
/// The standard port of HTTPS.
const HTTPS: u16 = 443;

/// The page.
pub(crate) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
    lang: Lang,
) -> Result<Response, Problem> {
    let t = TEXTS.of(lang);
    let Some(session) = session else {
        return Ok(to_signin("/network"));
    };
    let is_owner = node.is_owner(&session.did)?;
    let place = node.network().now();
    let is_wanted =
        is_owner && mapping::is_wanted(&node.data().join(FOLDER)).map_err(Problem::internal)?;
    let content = html! {
        h1 { (t.text("network")) }
        h2 { (t.text("network-nearby")) }
        (nearby(place.lan.as_ref(), t))
        @if is_owner && node.upkeep().is_some_and(|upkeep| upkeep.wifi().is_some()) {
            h2 { (t.text("network-wifi")) }
            p { a.button href="/wifi" { (t.text("network-wifi-go")) } }
        }
        @if is_owner {
            (certificates(&place, t))
            (outside(is_wanted, place.mapping.as_ref(), t))
        }
    };
    let viewer = node.viewer_of(Some(&session))?;
    Ok(parts::with_form(
        t.page(t.text("network"), content).viewer(viewer),
    ))
}

/// The fields of the form.
#[derive(Deserialize)]
struct Choice {
    #[serde(rename = "port-mapping")]
    port_mapping: String,
}

/// Opens or closes the router's port, and shows the page again. The node acts on it a moment later.
pub(crate) async fn choose(
    State(node): State<Node>,
    Authed(session): Authed,
    body: Bytes,
) -> Result<Response, Problem> {
    if !node.is_owner(&session.did)? {
        return Err(Problem::forbidden(
            TEXTS.say("network-owner-decides", args![]),
        ));
    }
    let choice = parts::form_of::<Choice>(&body).map(|choice| choice.port_mapping);
    let on = match choice.as_deref() {
        Some("on") => true,
        Some("off") => false,
        _ => {
            return Err(Problem::field(
                "port-mapping",
                TEXTS.say("network-on-or-off", args![]),
            ));
        }
    };
    let folder = node.data().join(FOLDER);
    let chosen = blocking::run(move || mapping::choose(&folder, on)).await;
    chosen?.map_err(Problem::internal)?;
    Ok(Redirect::to("/network").into_response())
}

/// Access from outside, through a port of the router.
fn outside(is_wanted: bool, mapping: Option<&Mapping>, t: Texts) -> Markup {
    let turn = |word: &str, id: &str| {
        html! {
            form method="post" action="/network" {
                div.actions { button type="submit" name="port-mapping" value=(word) { (t.text(id)) } }
            }
        }
    };
    html! {
        h2 { (t.text("network-outside")) }
        section.card {
            @if is_wanted {
                h3 { (t.text("network-port-leads")) }
                @match mapping {
                    None | Some(Mapping::Asking) => p { (t.text("network-asking")) },
                    Some(Mapping::Open(open)) => (of_port(open, t)),
                    Some(Mapping::Failed(why)) => div.notice.bad {
                        p { (t.text("network-failed")) }
                        p.mono { (why) }
                        p { (t.text("network-failed-again")) }
                    },
                }
                p { (t.text("network-everybody")) }
                (turn("off", "network-close"))
            } @else {
                h3 { (t.text("network-open-title")) }
                p { (t.text("network-open-why")) }
                p { (t.text("network-open-how")) }
                (turn("on", "network-open-go"))
            }
        }
    }
}

/// Where an open port leads, and what is wrong with it.
fn of_port(open: &OpenPort, t: Texts) -> Markup {
    let id = match open.address {
        Some(_) => "network-open-at",
        None => "network-open",
    };
    let place = |name: &str, _| match (name, open.address) {
        ("port", _) => html! { strong { (open.port) } },
        ("address", Some(address)) => html! { span.mono { (address) } },
        _ => html! { span.mono { (open.inside) ":" (open.inside_port) } },
    };
    html! {
        p { (t.markup(id, args![], place)) }
        p.soft {
            @match open.until {
                Some(until) => (t.with("network-until", args![by = open.by.as_str(), until = t.lang.date_time(until)])),
                None => (t.with("network-for-good", args![by = open.by.as_str()])),
            }
        }
        @if !open.is_reachable() { div.notice.bad { p { (t.text("network-not-public")) } } }
        @if open.port != HTTPS { p.soft { (t.with("network-other-port", args![port = open.port.to_string()])) } }
    }
}

fn nearby(lan: Option<&Lan>, t: Texts) -> Markup {
    html! {
        @match lan {
            None => p.soft { (t.text("network-not-announced")) },
            Some(lan) => {
                p { (t.markup("network-own-name", args![], |_, _| html! { strong { (lan.name) } })) }
                @if lan.neighbours.is_empty() { p.soft { (t.text("network-no-other")) } }
                @else {
                    ul.rows {
                        @for other in &lan.neighbours {
                            li {
                                a href=(other.url) { (other.name) } " " span.soft { (other.host) } " "
                                @if other.proved { span.tag.good { (t.text("network-proved")) } }
                                @else { span.tag { (t.text("network-not-proved")) } }
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

fn certificates(place: &NetworkState, t: Texts) -> Markup {
    html! {
        h2 { (t.text("network-certificates")) }
        @if place.own.is_none() && place.public.is_empty() {
            p.soft { (t.text("network-no-https")) }
        }
        @for public in &place.public { (of_names(public, t)) }
        @if let Some(own) = &place.own {
            section.card {
                h3 { (t.text("network-at-home")) }
                p { (t.with("network-own-names", args![names = own.names.join(", "), date = t.lang.date(own.expires)])) }
                p { a.button href="/certificate" { (t.text("network-trust")) } }
            }
        }
    }
}

fn of_names(public: &PublicNames, t: Texts) -> Markup {
    html! {
        section.card {
            h3 { (public.names.join(", ")) }
            @match public.expires {
                Some(expires) => p { (t.with("network-public", args![date = t.lang.date(expires)])) },
                None => p { (t.text("network-public-none")) },
            }
            @if public.registry.is_some() && public.expires.is_some() && !public.leads_here {
                p.soft { (t.text("network-rebind")) }
            }
            @if let Some((at, why)) = &public.problem {
                div.notice.bad {
                    p { (t.with("network-attempt", args![time = t.lang.date_time(*at)])) }
                    p.mono { (why) }
                    @match &public.registry {
                        None => p { (t.text("network-attempt-check")) },
                        Some(registry) => p { (t.with("network-attempt-registry", args![registry = registry.as_str()])) },
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
    fn an_open_port_is_shown_with_where_it_leads() {
        let open = |address: &str, port| {
            Mapping::Open(OpenPort {
                by: "PCP".to_owned(),
                address: address.parse().ok(),
                port,
                inside: "192.168.1.9".parse().unwrap(),
                inside_port: 7443,
                until: None,
            })
        };
        let text =
            outside(true, Some(&open("93.184.216.34", 443)), TEXTS.of(Lang::En)).into_string();
        assert!(
            text.contains("93.184.216.34") && text.contains("192.168.1.9"),
            "{text}"
        );
        assert!(text.contains("value=\"off\"") && !text.contains("isn’t public"));
        let text = outside(true, Some(&open("100.64.0.9", 7443)), TEXTS.of(Lang::En)).into_string();
        assert!(
            text.contains("isn’t public") && text.contains(":7443"),
            "{text}"
        );
        let text = outside(
            true,
            Some(&Mapping::Failed("the <router> refuses".to_owned())),
            TEXTS.of(Lang::En),
        )
        .into_string();
        assert!(text.contains("the &lt;router&gt; refuses"), "{text}");
        let text = outside(false, None, TEXTS.of(Lang::En)).into_string();
        assert!(
            text.contains("value=\"on\"") && text.contains("the whole internet"),
            "{text}"
        );
    }

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
        let text = nearby(
            Some(&lan(vec![neighbour("Ada’s <box>", true)])),
            TEXTS.of(Lang::En),
        )
        .into_string();
        assert!(
            text.contains("Ada’s &lt;box&gt;") && text.contains("proved its key"),
            "{text}"
        );
        assert!(
            text.contains("href=\"http://imajin-2.local/\"") && text.contains("https://10.77.0.2")
        );
        let text =
            nearby(Some(&lan(vec![neighbour("x", false)])), TEXTS.of(Lang::En)).into_string();
        assert!(text.contains("hasn’t proved its key"));
        assert!(
            nearby(Some(&lan(Vec::new())), TEXTS.of(Lang::En))
                .into_string()
                .contains("No other box")
        );
    }
}
