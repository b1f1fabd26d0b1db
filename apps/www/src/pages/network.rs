//! The box in its network: other boxes nearby, and, for its owner, its certificates, its own name, and a port of the router.

mod own_name_records;
mod tunnels;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::{OwnPage, Person, Query};
use imajin_app::page::short_did;
use imajin_app::{Node, Problem, Reader, Session, Texts, args, blocking};
use imajin_host::mapping::{self, Mapping, OpenPort};
use imajin_host::network::{Lan, NetworkState, PublicNames};
use imajin_host::own_name::{self, OwnName};
use imajin_host::prelude::*;
use imajin_host::registries::{self, TunnelChoiceError};
use maud::{Markup, html};
use serde::Deserialize;
use std::io;
use std::path::Path;

use tunnels::Tunnels;

use crate::manifest::TEXTS;
use crate::parts::{self, After};

/// The node's own folder in the data folder.
const FOLDER: &str = "node";
/// The standard port of HTTPS.
const HTTPS: u16 = 443;

/// The notice about the form that was just sent.
enum FormNotice {
    Nothing,
    Saved,
    /// An invalid name for the box.
    Wrong(String),
    /// An invalid address of a registry.
    WrongRegistry(String),
    /// One tunnel more than a box may have, chosen on a page that was out of date.
    TunnelsFull,
}

pub(crate) async fn page(
    State(node): State<Node>,
    OwnPage(session): OwnPage,
    Query(after): Query<After>,
    reader: Reader,
) -> Result<Response, Problem> {
    let notice = match after.saved {
        Some(_) => FormNotice::Saved,
        None => FormNotice::Nothing,
    };
    draw_page(&node, &session, &notice, reader)
}

fn draw_page(
    node: &Node,
    session: &Session,
    notice: &FormNotice,
    reader: Reader,
) -> Result<Response, Problem> {
    let t = TEXTS.for_reader(reader);
    let folder = node.data().join(FOLDER);
    let is_owner = node.is_owner(&session.did)?;
    if is_owner {
        let now = node.monotonic();
        node.network().change(|place| place.zone_shown = Some(now));
    }
    let place = node.network().now();
    let words = node.services().words().on(t);
    let own = if is_owner { OwnNames::read(node, &place, &folder) } else { OwnNames::None };
    let content = html! {
        h1 { (t.text("network")) }
        (parts::message())
        h2 { (t.text("network-nearby")) }
        (nearby(place.lan.as_ref(), t))
        @if is_owner && node.upkeep().is_some_and(|upkeep| upkeep.wifi().is_some()) {
            h2 { (t.text("network-wifi")) }
            p { a.button href="/wifi" { (t.text("network-wifi-go")) } }
        }
        @if is_owner {
            (Tunnels { wanted: wanted_tunnels(&place, &folder), place: &place, notice, words: &words, t }.draw())
            (certificates(&place, own.name(), t))
            (name_of_its_own(&own, notice, t))
            (own_name_records::records(&place, own.is_known(), t))
            (outside(mapping::is_wanted(&folder), place.mapping.as_ref(), t))
        }
    };
    let viewer = node.viewer_of(Some(session))?;
    let page = t.page("help-network", t.text("network"), content).viewer(viewer);
    let page = parts::with_form(page.script("/assets/www/network.js"));
    Ok((notice.status(), page).into_response())
}

impl FormNotice {
    fn status(&self) -> StatusCode {
        match self {
            Self::Nothing | Self::Saved => StatusCode::OK,
            Self::Wrong(_) | Self::WrongRegistry(_) => StatusCode::BAD_REQUEST,
            Self::TunnelsFull => StatusCode::CONFLICT,
        }
    }

    fn wrong_registry(&self) -> Option<&str> {
        match self {
            Self::WrongRegistry(typed) => Some(typed),
            Self::Nothing | Self::Saved | Self::Wrong(_) | Self::TunnelsFull => None,
        }
    }
}

/// The registries that are to carry connections to the box.
fn wanted_tunnels(place: &NetworkState, folder: &Path) -> io::Result<Vec<String>> {
    let current = place.registries.iter().filter(|one| one.has_tunnel);
    let current: Vec<String> = current.map(|one| one.url.clone()).collect();
    registries::tunnels(folder, &current)
}

/// The box's own names, for its owner.
enum OwnNames {
    /// Without HTTPS it can have none.
    None,
    /// The settings name them.
    Fixed(String),
    /// The owner chooses one, or chose this.
    Chosen(Option<OwnName>),
    /// The choice cannot be read, and why; the owner can choose again.
    Unreadable(String),
}

impl OwnNames {
    fn read(node: &Node, place: &NetworkState, folder: &Path) -> Self {
        match &node.config().certified[..] {
            _ if place.secure_ip.is_none() => Self::None,
            [] => match own_name::chosen(folder) {
                Ok(chosen) => Self::Chosen(chosen),
                Err(error) => Self::Unreadable(error.to_string()),
            },
            fixed => Self::Fixed(fixed.join(", ")),
        }
    }

    /// Whether the owner chose an own name for the box.
    fn is_known(&self) -> bool {
        matches!(self, Self::Fixed(_) | Self::Chosen(Some(_)))
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Chosen(name) => name.as_ref().map(OwnName::as_str),
            Self::None | Self::Fixed(_) | Self::Unreadable(_) => None,
        }
    }
}

/// The fields of the forms.
#[derive(Deserialize)]
struct Choice {
    #[serde(rename = "port-mapping")]
    port_mapping: Option<String>,
    name: Option<String>,
    tunnel: Option<String>,
    url: Option<String>,
}

/// Opens or closes the router's port, or takes on a name or drops it, and shows the page again. The node acts on it a moment later.
pub(crate) async fn choose(
    Person(node, session): Person,
    reader: Reader,
    body: Bytes,
) -> Result<Response, Problem> {
    if !node.is_owner(&session.did)? {
        return Err(Problem::forbidden(TEXTS.say("network-owner-decides", args![])));
    }
    let folder = node.data().join(FOLDER);
    let choice = parts::form_of::<Choice>(&body);
    if let Some(typed) = choice.as_ref().and_then(|choice| choice.name.as_deref()) {
        let name = match typed.trim() {
            "" => None,
            typed => match OwnName::read(typed) {
                Some(name) => Some(name),
                None => {
                    return draw_page(
                        &node,
                        &session,
                        &FormNotice::Wrong(typed.to_owned()),
                        reader,
                    );
                }
            },
        };
        let chosen = blocking::run(move || own_name::choose(&folder, name)).await;
        chosen?.map_err(Problem::internal)?;
        return Ok(Redirect::to("/network?saved#name").into_response());
    }
    if let Some(Choice { tunnel: Some(word), url: Some(url), .. }) = &choice {
        return choose_tunnel(&node, &session, (word, url), reader).await;
    }
    let choice = choice.and_then(|choice| choice.port_mapping);
    let on = match choice.as_deref() {
        Some("on") => true,
        Some("off") => false,
        _ => {
            return Err(Problem::field("port-mapping", TEXTS.say("network-on-or-off", args![])));
        }
    };
    let chosen = blocking::run(move || mapping::choose(&folder, on)).await;
    chosen?.map_err(Problem::internal)?;
    Ok(Redirect::to("/network").into_response())
}

/// Turns the tunnel to a registry on or off. A damaged choice is replaced.
async fn choose_tunnel(
    node: &Node,
    session: &Session,
    (word, typed): (&str, &str),
    reader: Reader,
) -> Result<Response, Problem> {
    let folder = node.data().join(FOLDER);
    let on = word == "on";
    let url = match registries::read_address(typed) {
        Ok(url) => url,
        Err(_) if !on => String::new(),
        Err(_) => {
            let notice = FormNotice::WrongRegistry(typed.to_owned());
            return draw_page(node, session, &notice, reader);
        }
    };
    let tunnels = wanted_tunnels(&node.network().now(), &folder).unwrap_or_default();
    let chosen = blocking::run(move || registries::turn_tunnel(tunnels, &folder, &url, on)).await;
    match chosen? {
        Ok(()) => Ok(Redirect::to("/network#anywhere").into_response()),
        Err(TunnelChoiceError::Full) => draw_page(node, session, &FormNotice::TunnelsFull, reader),
        Err(TunnelChoiceError::Unwritable(error)) => Err(Problem::internal(error)),
    }
}

/// Access from outside, through a port of the router; `is_wanted` is the owner's choice, if it can be read.
fn outside(is_wanted: io::Result<bool>, mapping: Option<&Mapping>, t: Texts) -> Markup {
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
            @if let Err(error) = &is_wanted {
                (unreadable("network-port-unreadable", &error.to_string(), t))
                (turn("off", "network-keep-closed"))
            }
            @if is_wanted.is_ok_and(|is_wanted| is_wanted) {
                h3 { (t.text("network-port-leads")) }
                div #port aria-live="polite" {
                @match mapping {
                    None | Some(Mapping::Asking) => p data-waiting { (t.text("network-asking")) },
                    Some(Mapping::Open(open)) => (of_port(open, t)),
                    Some(Mapping::Failed(why)) => div.notice.bad {
                        p { (t.text("network-failed")) }
                        p.mono { (why) }
                        p { (t.text("network-failed-again")) }
                    },
                }
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

/// A choice whose file is damaged; the owner chooses again.
fn unreadable(id: &str, why: &str, t: Texts) -> Markup {
    html! {
        div.notice.bad {
            p { (t.text(id)) }
            p.mono { (why) }
        }
    }
}

/// Draws the target of an open port, and its faults.
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
                Some(until) => (t.format("network-until", args![by = open.by.as_str(), until = t.date_time(until)])),
                None => (t.format("network-for-good", args![by = open.by.as_str()])),
            }
        }
        @if !open.is_reachable() { div.notice.bad { p { (t.text("network-not-public")) } } }
        @if open.port != HTTPS { p.soft { (t.format("network-other-port", args![port = open.port.to_string()])) } }
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

/// The certificates that the box has, and those that it waits for; `chosen` is the name that its owner chose.
fn certificates(place: &NetworkState, chosen: Option<&str>, t: Texts) -> Markup {
    let own = place.public_of(None);
    // The node looks at the choice a moment later.
    let is_asked_for = chosen.filter(|name| own.is_none_or(|own| own.names != [*name]));
    html! {
        h2 { (t.text("network-certificates")) }
        div #standing aria-live="polite" {
        @if place.own.is_none() && place.public.is_empty() {
            p.soft { (t.text("network-no-https")) }
        }
        @for public in &place.public { (of_names(public, place.is_hidden(public), t)) }
        @if let Some(name) = is_asked_for {
            section.card data-waiting {
                h3 { (name) }
                p { (t.text("network-name-asked")) }
            }
        }
        @if let Some(own) = &place.own {
            section.card {
                h3 { (t.text("network-at-home")) }
                p { (t.format("network-own-names", args![names = own.names.join(", "), date = t.date(own.expires)])) }
                p { a.button href="/certificate" { (t.text("network-trust")) } }
            }
        }
        }
    }
}

/// The form for a name of the box's own.
fn name_of_its_own(own: &OwnNames, notice: &FormNotice, t: Texts) -> Markup {
    let wrong = match notice {
        FormNotice::Wrong(typed) => Some(typed.as_str()),
        FormNotice::Nothing
        | FormNotice::Saved
        | FormNotice::WrongRegistry(_)
        | FormNotice::TunnelsFull => None,
    };
    let (name, why) = match own {
        OwnNames::None => return html! {},
        OwnNames::Fixed(names) => {
            return html! {
                h2 #name { (t.text("network-name")) }
                section.card { p { (t.format("network-name-fixed", args![names = names.as_str()])) } }
            };
        }
        OwnNames::Chosen(_) => (own.name(), None),
        OwnNames::Unreadable(why) => (None, Some(why)),
    };
    html! {
        h2 #name { (t.text("network-name")) }
        @if matches!(notice, FormNotice::Saved) { div.notice.good role="status" { p { (t.text("network-name-saved")) } } }
        section.card {
            @if let Some(why) = why { (unreadable("network-name-unreadable", why, t)) }
            form method="post" action="/network" {
                p { (t.text("network-name-why")) }
                p { (t.text("network-name-how")) }
                (t.field("own-name", "network-name-label", None, html! {
                    @if wrong.is_some() { div.notice.bad id="own-name-error" role="alert" { p { (t.text("network-name-wrong")) } } }
                    input #own-name name="name" type="text" required maxlength="300" placeholder="ada.example" value=[wrong.or(name)] autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby=[wrong.map(|_| "own-name-error")] aria-invalid=[wrong.map(|_| "true")];
                }))
                p.soft { (t.text("network-name-terms")) }
                div.actions { button type="submit" { (t.text("network-name-use")) } }
            }
            @if let Some(name) = name {
                form method="post" action="/network" {
                    p { (t.format("network-name-drop-why", args![name = name])) }
                    div.actions { button.danger type="submit" name="name" value="" { (t.text("network-name-drop")) } }
                }
            } @else if why.is_some() {
                form method="post" action="/network" {
                    div.actions { button.danger type="submit" name="name" value="" { (t.text("network-name-none")) } }
                }
            }
        }
    }
}

fn of_names(public: &PublicNames, is_hidden: bool, t: Texts) -> Markup {
    html! {
        section.card {
            h3 { (public.names.join(", ")) }
            @match public.expires {
                Some(expires) => p { (t.format("network-public", args![date = t.date(expires)])) },
                None => p data-waiting { (t.text("network-public-none")) },
            }
            @if public.expires.is_some() && is_hidden {
                p.soft { (t.text("network-rebind")) }
            }
            @if let Some((at, why)) = &public.problem {
                div.notice.bad {
                    p { (t.format("network-attempt", args![time = t.date_time(*at)])) }
                    p.mono { (why) }
                    @match &public.registry {
                        None => p { (t.text("network-attempt-check")) },
                        Some(registry) => p { (t.format("network-attempt-registry", args![registry = registry.as_str()])) },
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_app::Lang;
    use imajin_dfos::Timestamp;
    use imajin_host::network::Neighbour;

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
        let text = outside(Ok(true), Some(&open("93.184.216.34", 443)), TEXTS.for_reader(Lang::En))
            .into_string();
        assert!(text.contains("93.184.216.34") && text.contains("192.168.1.9"), "{text}");
        assert!(text.contains("value=\"off\"") && !text.contains("isn’t public"));
        let text = outside(Ok(true), Some(&open("100.64.0.9", 7443)), TEXTS.for_reader(Lang::En))
            .into_string();
        assert!(text.contains("isn’t public") && text.contains(":7443"), "{text}");
        let text = outside(
            Ok(true),
            Some(&Mapping::Failed("the <router> refuses".to_owned())),
            TEXTS.for_reader(Lang::En),
        )
        .into_string();
        assert!(text.contains("the &lt;router&gt; refuses"), "{text}");
        let text = outside(Ok(false), None, TEXTS.for_reader(Lang::En)).into_string();
        assert!(text.contains("value=\"on\"") && text.contains("the whole internet"), "{text}");
        let damaged = Err(io::Error::other("EOF <here>"));
        let text = outside(damaged, None, TEXTS.for_reader(Lang::En)).into_string();
        for part in ["EOF &lt;here&gt;", "value=\"on\"", "value=\"off\""] {
            assert!(text.contains(part), "{part} in {text}");
        }
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
        let lan = |neighbours| Lan { name: "imajin.local".to_owned(), neighbours };
        let text =
            nearby(Some(&lan(vec![neighbour("Ada’s <box>", true)])), TEXTS.for_reader(Lang::En))
                .into_string();
        assert!(text.contains("Ada’s &lt;box&gt;") && text.contains("proved its key"), "{text}");
        assert!(text.contains("href=\"http://imajin-2.local/\""));
        assert!(text.contains("https://10.77.0.2"));
        let text = nearby(Some(&lan(vec![neighbour("x", false)])), TEXTS.for_reader(Lang::En))
            .into_string();
        assert!(text.contains("hasn’t proved its key"));
        let alone = nearby(Some(&lan(Vec::new())), TEXTS.for_reader(Lang::En)).into_string();
        assert!(alone.contains("No other box"));
    }

    #[test]
    fn a_name_that_was_chosen_is_waited_for_until_its_certificate_is_there() {
        let own = |expires| PublicNames {
            names: vec!["ada.example".to_owned()],
            expires,
            ..PublicNames::default()
        };
        let drawn = |public: Vec<PublicNames>| {
            let place = NetworkState { public, ..NetworkState::default() };
            certificates(&place, Some("ada.example"), TEXTS.for_reader(Lang::En)).into_string()
        };
        let pending = drawn(Vec::new());
        assert!(pending.contains("Asking for a certificate") && pending.contains("data-waiting"));
        let none = drawn(vec![own(None)]);
        assert!(none.contains("no certificate for it yet") && none.contains("data-waiting"));
        let there = drawn(vec![own(Some(Timestamp::MAX))]);
        assert!(!there.contains("Asking") && !there.contains("data-waiting"), "{there}");
    }

    #[test]
    fn a_name_can_be_chosen_unless_the_settings_name_one_or_there_is_no_https() {
        let drawn = |own: &OwnNames, notice: &FormNotice| {
            name_of_its_own(own, notice, TEXTS.for_reader(Lang::En)).into_string()
        };
        assert_eq!(drawn(&OwnNames::None, &FormNotice::Nothing), "");
        let fixed = drawn(&OwnNames::Fixed("ada.example".to_owned()), &FormNotice::Nothing);
        assert!(fixed.contains("ada.example") && !fixed.contains("<form"), "{fixed}");
        let empty = drawn(&OwnNames::Chosen(None), &FormNotice::Nothing);
        assert!(empty.contains("name=\"name\"") && !empty.contains("Stop using it"));
        let chosen = OwnNames::Chosen(OwnName::read("ada.example"));
        let current = drawn(&chosen, &FormNotice::Saved);
        assert!(current.contains("value=\"ada.example\"") && current.contains("Stop using it"));
        let damaged = drawn(&OwnNames::Unreadable("EOF".to_owned()), &FormNotice::Nothing);
        for part in ["EOF", "id=\"own-name\"", "value=\"\""] {
            assert!(damaged.contains(part), "{part} in {damaged}");
        }
        let wrong = drawn(&chosen, &FormNotice::Wrong("a <b>".to_owned()));
        assert!(wrong.contains("value=\"a &lt;b&gt;\""), "{wrong}");
        assert!(wrong.contains("aria-invalid"), "{wrong}");
    }
}
