//! How a phone comes to trust the box: the certificate of the box's own authority, what it is good for, how it is
//! installed, and the fingerprint to compare. Answered without TLS too, since before it is trusted there is no other way.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use imajin_service::browser::policy_with_images_of;
use imajin_service::clock::Time;
use imajin_service::network::{Network, OwnAuthority, Place};
use imajin_service::routing::get;
use imajin_service::site::Peer;
use imajin_service::{Node, Page, Problem};
use maud::{Markup, PreEscaped, html};
use qrcode::QrCode;
use qrcode::render::svg::Color;
use serde::Deserialize;

use crate::words;

const CERTIFICATE: &str = "application/x-x509-ca-cert";
const PROFILE: &str = "application/x-apple-aspen-config";

/// Where somebody wanted to go.
#[derive(Deserialize)]
pub(crate) struct Next {
    next: Option<String>,
}

/// What the guide rests on; a box that is locked has it, too.
#[derive(Clone)]
pub(crate) struct Shown {
    pub(crate) network: Arc<Network>,
    pub(crate) clock: Arc<dyn Time>,
}

impl FromRef<Node> for Shown {
    fn from_ref(node: &Node) -> Self {
        Self {
            network: Arc::clone(node.network()),
            clock: Arc::clone(node.clock()),
        }
    }
}

/// The page and its files.
pub(crate) fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Shown: FromRef<S>,
{
    Router::new()
        .route("/certificate", get(page))
        .route("/certificate/imajin-box.crt", get(file))
        .route("/certificate/imajin-box.mobileconfig", get(profile))
}

/// The page.
async fn page(
    State(shown): State<Shown>,
    axum::Extension(peer): axum::Extension<Peer>,
    Query(asked): Query<Next>,
    headers: HeaderMap,
) -> Response {
    let place = shown.network.now();
    let (Some(own), Some(port)) = (&place.own, place.https) else {
        return without(peer).into_response();
    };
    let host = host(&headers, &place);
    let origin = origin_of(&host, port);
    // Never to another site: a path of this one.
    let next = asked
        .next
        .filter(|next| next.starts_with('/') && !next.starts_with("//") && !next.contains('\\'));
    let secure = format!("{origin}{}", next.as_deref().unwrap_or("/"));
    let content = html! {
        h1 { "Let this device trust your box" }
        @if peer.secure {
            div.notice.good { p { "You are here by the private way already. If your browser showed no warning, there is nothing left to do on this device." } }
        } @else if let Some(name) = place.home_name(shown.clock.now()) {
            @let known = format!("{}{}", origin_of(name, port), next.as_deref().unwrap_or("/"));
            div.notice.good {
                p { "Your box has a name at home that every device knows already. There is nothing to install." }
                p { a.button.main href=(known) { "Go to " (name) } }
            }
        } @else {
            p.lead { "Your box speaks privately with your phone, so that nobody in between can read along. For that, your phone has to know your box. You show it once." }
        }
        div #trusted.notice.good hidden { p { "This device knows your box." } p { a.button.main href=(secure) { "Go on" } } }
        section.card {
            h2 { "1. Get the certificate" }
            div.actions {
                a.button.main href="/certificate/imajin-box.mobileconfig" { "For iPhone, iPad, Mac" }
                a.button.main href="/certificate/imajin-box.crt" download="imajin-box.crt" { "For all others" }
            }
        }
        section.card { h2 { "2. Install it" } (steps(own)) }
        section.card {
            h2 { "3. Compare" }
            p { "Under its details your phone shows a “SHA-256 fingerprint” of the certificate. Your box showed one too, when it was started (“sha256”). These two must be equal. If they are not, somebody stands between you and your box: remove the certificate again." }
            p { "This page has:" }
            p.mono #fingerprint { @for (n, pair) in own.fingerprint.split(':').enumerate() { @if n > 0 { ":" wbr; } (pair) } }
        }
        p { a #secure.button.main data-next=[next.as_deref().map(|_| "yes")] href=(secure) { "Go on privately" } }
        p.hint { "A warning there means that this device does not know the box yet: come back and look at step 2." }
        (other_device(&host, place.http))
        (what_it_may(own))
    };
    let page = Page::new("Trust this box", content).script("/assets/js/pages/certificate.js");
    let mut response = page.into_response();
    // The page looks whether an image comes by the private way: if so, this device trusts the box.
    let policy = policy_with_images_of(&origin);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn origin_of(host: &str, port: u16) -> String {
    match port {
        443 => format!("https://{host}"),
        port => format!("https://{host}:{port}"),
    }
}

fn without(peer: Peer) -> Page {
    let content = html! {
        h1 { "No certificate of its own" }
        @if peer.secure {
            p { "This box is reached by the private way already, and needs nothing installed on your phone." }
        } @else {
            p { "This box does not speak HTTPS at the moment. Its owner switches it on with “tls.listen” in its settings. If it was just started, it may not know yet what time it is: wait a minute." }
        }
        p { a href="/" { "Back to the beginning" } }
    };
    Page::new("Trust this box", content)
}

fn steps(own: &OwnAuthority) -> Markup {
    html! {
        details {
            summary { "iPhone and iPad" }
            ol {
                li { "Tap “For iPhone, iPad, Mac” above in Safari, and allow it." }
                li { "Open Settings. At the top stands “Profile Downloaded”: tap it, then “Install”." }
                li { "Then Settings › General › About › Certificate Trust Settings, and switch on " strong { (own.title) } "." }
            }
        }
        details {
            summary { "Android" }
            ol {
                li { "Tap “For all others” above. The file imajin-box.crt is saved." }
                li { "Open Settings and search for “CA certificate” (Security › More › Install a certificate)." }
                li { "Tap “Install anyway” and choose the file." }
            }
        }
        details {
            summary { "Mac" }
            ol {
                li { "Open the downloaded profile, then System Settings › General › Device Management, and install it." }
                li { "In Keychain Access find " strong { (own.title) } ", open it, and set Trust to “Always”." }
            }
        }
        details {
            summary { "Windows" }
            ol {
                li { "Open the file imajin-box.crt and choose “Install Certificate”, “Current User”." }
                li { "Choose “Place all certificates in the following store”: “Trusted Root Certification Authorities”." }
            }
        }
        details {
            summary { "Linux, and Firefox anywhere" }
            ol {
                li { "Firefox: Settings › Privacy & Security › View Certificates › Authorities › Import, and tick “identify websites”." }
                li { "Chromium: Settings › Privacy and security › Security › Manage certificates › Custom › Import." }
                li { "The whole machine (Debian): put it into /usr/local/share/ca-certificates and run update-ca-certificates." }
            }
        }
    }
}

/// The same page on a phone.
fn other_device(host: &str, port: u16) -> Markup {
    let link = match port {
        80 => format!("http://{host}/certificate"),
        port => format!("http://{host}:{port}/certificate"),
    };
    let svg =
        QrCode::new(&link).map(|code| code.render::<Color<'_>>().min_dimensions(200, 200).build());
    html! {
        @if let Ok(svg) = svg {
            section.card {
                h2 { "Another device" }
                p { "Scan this with its camera, in the same network, to open this page there." }
                // Without the line that only a file of its own begins with.
                div.qrs role="img" aria-label={ "A code that leads to " (link) } { (PreEscaped(svg.split_once("?>").map_or(svg.as_str(), |(_, svg)| svg))) }
                p.mono { (link) }
            }
        }
    }
}

fn what_it_may(own: &OwnAuthority) -> Markup {
    html! {
        details {
            summary { "What this certificate can and cannot do" }
            p { "It was made on your box, and its key never leaves it. It is good for names at home (" code { ".local" } "), this box's own name and private addresses, and for nothing else: nobody can pose as your bank with it, even who stole your box." }
            p { "At the moment your box goes by these names: " (own.names.join(", ")) ". What it shows for them is valid until " (words::date(own.expires)) " and renewed by itself." }
            p { "Should your box be lost, remove “" (own.title) "” from your phone." }
        }
    }
}

/// The name that this visitor's device can reach the box at: the one that they used, but not one that means their own
/// device.
fn host(headers: &HeaderMap, place: &Place) -> String {
    let used = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let used = match used.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => used,
    };
    let is_own_device = matches!(used, "" | "localhost" | "[::1]") || used.starts_with("127.");
    let home = place.lan.as_ref().map(|lan| lan.name.clone());
    match home {
        Some(home) if is_own_device => home,
        _ => used.to_owned(),
    }
}

/// The certificate as most devices take it.
async fn file(State(shown): State<Shown>) -> Result<Response, Problem> {
    let place = shown.network.now();
    let own = place.own.as_ref().ok_or_else(none)?;
    Ok(download(
        own.pem.clone(),
        CERTIFICATE,
        "attachment; filename=\"imajin-box.crt\"",
    ))
}

/// The same as a profile, which iPhones install.
async fn profile(State(shown): State<Shown>) -> Result<Response, Problem> {
    let place = shown.network.now();
    let own = place.own.as_ref().ok_or_else(none)?;
    let hex = own.fingerprint.replace(':', "");
    let id = |from: usize| {
        let part =
            |at: usize, length: usize| hex.get(from + at..from + at + length).unwrap_or_default();
        format!(
            "{}-{}-{}-{}-{}",
            part(0, 8),
            part(8, 4),
            part(12, 4),
            part(16, 4),
            part(20, 12)
        )
    };
    let data: String = own
        .pem
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let (title, inner, outer) = (&own.title, id(0), id(32));
    let text = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PayloadType</key><string>Configuration</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>imajin.box.{outer}</string>
<key>PayloadUUID</key><string>{outer}</string>
<key>PayloadDisplayName</key><string>{title}</string>
<key>PayloadDescription</key><string>Lets this device trust your own box, at home only.</string>
<key>PayloadContent</key><array><dict>
<key>PayloadType</key><string>com.apple.security.root</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>imajin.box.{inner}</string>
<key>PayloadUUID</key><string>{inner}</string>
<key>PayloadDisplayName</key><string>{title}</string>
<key>PayloadContent</key><data>{data}</data>
</dict></array>
</dict></plist>
"#
    );
    Ok(download(
        text,
        PROFILE,
        "attachment; filename=\"imajin-box.mobileconfig\"",
    ))
}

fn none() -> Problem {
    Problem::not_found(
        "This box has no certificate of its own: it does not speak HTTPS, or does not know yet what time it is.",
    )
}

fn download(text: String, kind: &'static str, name: &'static str) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    response
}
