//! The way in over plain HTTP, and how a phone comes to trust the box: the certificate of the box's own authority, its purpose, its
//! installation, and the fingerprint to compare. Also served without TLS, because a device that does not trust the box yet has no other way.

mod way_in;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use imajin_app::browser::policy_with_images_of;
use imajin_app::routing::get;
use imajin_app::{Lang, Node, Page, Peer, Problem, Texts, Time, args};
use imajin_host::network::{Network, NetworkState, OwnAuthority};
use imajin_host::prelude::*;
use maud::{Markup, PreEscaped, html};
use qrcode::QrCode;
use qrcode::render::svg::Color;
use serde::Deserialize;

use crate::manifest::TEXTS;
use way_in::Ways;

const CERTIFICATE: &str = "application/x-x509-ca-cert";
const PROFILE: &str = "application/x-apple-aspen-config";

/// The page that the visitor wanted.
#[derive(Deserialize)]
pub(crate) struct Next {
    next: Option<String>,
}

/// The state that the page needs; a locked box has it, too.
#[derive(Clone)]
pub(crate) struct CertificateState {
    pub(crate) network: Arc<Network>,
    pub(crate) clock: Arc<dyn Time>,
}

impl FromRef<Node> for CertificateState {
    fn from_ref(node: &Node) -> Self {
        Self { network: Arc::clone(node.network()), clock: Arc::clone(node.clock()) }
    }
}

/// The page and its files.
pub(crate) fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    CertificateState: FromRef<S>,
{
    Router::new()
        .route("/certificate", get(page))
        .route("/certificate/imajin-box.crt", get(file))
        .route("/certificate/imajin-box.mobileconfig", get(profile))
}

async fn page(
    State(shown): State<CertificateState>,
    axum::Extension(peer): axum::Extension<Peer>,
    Query(asked): Query<Next>,
    headers: HeaderMap,
) -> Response {
    let t = TEXTS.for_reader(Lang::from_headers(&headers));
    let place = shown.network.now();
    let (Some(own), Some(port)) = (&place.own, place.https) else {
        return without(peer, t).into_response();
    };
    let used = host(&headers, &place);
    // Only a path on this site, never another site.
    let next = asked
        .next
        .filter(|next| next.starts_with('/') && !next.starts_with("//") && !next.contains('\\'));
    let ways = Ways::new(&place, &used, port, shown.clock.now());
    let content = html! {
        @if peer.secure { (way_in::inside(&used, t)) } @else { (way_in::drawn(&ways, next.as_deref(), own, t)) }
        section #install {
            h2 { (t.text("certificate-trust")) }
            p { (t.text("certificate-trust-why")) }
            section.card {
                h3 { (t.text("certificate-get")) }
                div.actions {
                    a.button href="/certificate/imajin-box.mobileconfig" { (t.text("certificate-apple")) }
                    a.button href="/certificate/imajin-box.crt" download="imajin-box.crt" { (t.text("certificate-others")) }
                }
            }
            section.card { h3 { (t.text("certificate-install")) } (steps(own, t)) }
            section.card {
                h3 { (t.text("certificate-compare")) }
                p { (t.text("certificate-compare-how")) }
                p { (t.text("certificate-this-page")) }
                (fingerprint(own))
            }
            (other_device(&used, place.http, t))
            details {
                summary { (t.text("certificate-can")) }
                p { (t.markup("certificate-can-names", args![], |_, _| html! { code { ".local" } })) }
                p { (t.format("certificate-can-now", args![names = own.names.join(", "), date = t.date(own.expires)])) }
                p { (t.format("certificate-can-lost", args![name = own.title.as_str()])) }
            }
        }
    };
    let page = t
        .page("help-certificate", t.text("certificate-title"), content)
        .script("/assets/www/certificate.js");
    // The page tries to load an image by each way: only the browser can tell which of them work here.
    let policy = policy_with_images_of(&ways.origins());
    ([(header::CONTENT_SECURITY_POLICY, policy)], page).into_response()
}

fn fingerprint(own: &OwnAuthority) -> Markup {
    html! { p.mono.fingerprint { @for (n, pair) in own.fingerprint.split(':').enumerate() { @if n > 0 { ":" wbr; } (pair) } } }
}

fn without(peer: Peer, t: Texts) -> Page {
    let why = if peer.secure { "certificate-none-secure" } else { "certificate-none-plain" };
    let content = html! {
        h1 { (t.text("certificate-none")) }
        p { (t.text(why)) }
        p { a href="/" { (t.text("certificate-back")) } }
    };
    t.page("help-certificate", t.text("certificate-none"), content)
}

/// The installation steps of the certificate, by system.
fn steps(own: &OwnAuthority, t: Texts) -> Markup {
    let systems = [
        (
            t.text("certificate-steps-ios"),
            ["certificate-ios-1", "certificate-ios-2", "certificate-ios-3"].as_slice(),
        ),
        (
            "Android".into(),
            &["certificate-android-1", "certificate-android-2", "certificate-android-3"],
        ),
        ("Mac".into(), &["certificate-mac-1", "certificate-mac-2"]),
        ("Windows".into(), &["certificate-windows-1", "certificate-windows-2"]),
        (
            t.text("certificate-steps-linux"),
            &[
                "certificate-linux-firefox",
                "certificate-linux-chromium",
                "certificate-linux-system",
            ],
        ),
    ];
    let step = |id: &str| t.markup(id, args![], |_, _| html! { strong { (own.title) } });
    html! {
        @for (system, steps) in &systems {
            details {
                summary { (system) }
                ol { @for id in *steps { li { (step(id)) } } }
            }
        }
    }
}

/// This page on a phone, by a QR code.
fn other_device(host: &str, port: u16, t: Texts) -> Markup {
    let link = match port {
        80 => format!("http://{host}/certificate"),
        port => format!("http://{host}:{port}/certificate"),
    };
    let svg =
        QrCode::new(&link).map(|code| code.render::<Color<'_>>().min_dimensions(200, 200).build());
    html! {
        @if let Ok(svg) = svg {
            section.card {
                h2 { (t.text("certificate-other-device")) }
                p { (t.text("certificate-other-device-how")) }
                // Without the XML declaration, which belongs in a separate file only.
                div.qrs role="img" aria-label=(t.format("certificate-code", args![link = link.as_str()])) { (PreEscaped(svg.split_once("?>").map_or(svg.as_str(), |(_, svg)| svg))) }
                p.mono { (link) }
            }
        }
    }
}

/// The name at which this visitor's device can reach the box: the name in the request, unless that means the device
/// itself.
fn host(headers: &HeaderMap, place: &NetworkState) -> String {
    let used = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
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

/// The certificate in the form that most devices accept.
async fn file(State(shown): State<CertificateState>) -> Result<Response, Problem> {
    let place = shown.network.now();
    let own = place.own.as_ref().ok_or_else(none)?;
    Ok(download(own.pem.clone(), CERTIFICATE, "attachment; filename=\"imajin-box.crt\""))
}

/// The certificate as a profile, which iPhones install.
async fn profile(State(shown): State<CertificateState>, lang: Lang) -> Result<Response, Problem> {
    let place = shown.network.now();
    let own = place.own.as_ref().ok_or_else(none)?;
    let hex = own.fingerprint.replace(':', "");
    let id = |from: usize| {
        let part =
            |at: usize, length: usize| hex.get(from + at..from + at + length).unwrap_or_default();
        format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 4), part(12, 4), part(16, 4), part(20, 12))
    };
    let data: String = own.pem.lines().filter(|line| !line.starts_with('-')).collect();
    let (title, inner, outer) = (&own.title, id(0), id(32));
    let what = TEXTS.for_reader(lang).text("certificate-profile");
    let text = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PayloadType</key><string>Configuration</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>imajin.box.{outer}</string>
<key>PayloadUUID</key><string>{outer}</string>
<key>PayloadDisplayName</key><string>{title}</string>
<key>PayloadDescription</key><string>{what}</string>
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
    Ok(download(text, PROFILE, "attachment; filename=\"imajin-box.mobileconfig\""))
}

fn none() -> Problem {
    Problem::not_found(TEXTS.say("certificate-none-yet", args![]))
}

fn download(text: String, kind: &'static str, name: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    (headers, text).into_response()
}
