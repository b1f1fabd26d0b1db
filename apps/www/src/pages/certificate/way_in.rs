//! From plain HTTP to an address where a key may live, the shortest honest way first: a name that every browser knows, the box's own
//! certificate with one warning, the authority later.
//!
//! Always: a visitor is sent to another address only after their own browser reached it. An address where this device has been before comes
//! first, since a key may be there. The page explains a warning, and the risk of dismissing it, before the warning appears.

use std::net::IpAddr;

use imajin_app::{Texts, args};
use imajin_dfos::Timestamp;
use imajin_host::network::{NetworkState, OwnAuthority};
use maud::{Markup, html};

use super::fingerprint;
use crate::pages::addresses::origin;

/// The addresses at which this device may continue.
pub(super) struct Ways {
    /// A name whose certificate every browser knows.
    known: Option<String>,
    /// The box's own certificate, at its name at home, else at what the visitor used.
    own: String,
    /// The way in at the address that the visitor used, where that is a number and the box has a name.
    number: Option<String>,
    /// The name at home without TLS: whether this device finds it at all.
    plain: Option<String>,
}

impl Ways {
    pub(super) fn new(place: &NetworkState, used: &str, port: u16, now: Timestamp) -> Self {
        let home_origin = place.home_name(now).map(|name| origin(name, port));
        let is_number = used.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        let lan = place.lan.as_ref().filter(|_| is_number);
        let Some(lan) = lan.map(|lan| lan.name.as_str()) else {
            return Self { known: home_origin, own: origin(used, port), number: None, plain: None };
        };
        let plain = match place.http {
            80 => format!("http://{lan}"),
            http => format!("http://{lan}:{http}"),
        };
        Self {
            known: home_origin,
            own: origin(lan, port),
            number: Some(origin(used, port)),
            plain: Some(plain),
        }
    }

    /// All of them, for the policy of the page that looks.
    pub(super) fn origins(&self) -> String {
        let own = [&self.own];
        let others = [&self.known, &self.number, &self.plain];
        let all = own.into_iter().chain(others.into_iter().flatten());
        all.map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// For a device that is inside already.
pub(super) fn inside(host: &str, t: Texts) -> Markup {
    html! {
        h1 { (t.text("wayin-inside")) }
        div.notice.good { p { (t.markup("wayin-inside-why", args![], |_, _| html! { strong { (host) } })) } }
        p { a.button.main href="/" { (t.text("wayin-continue")) } }
    }
}

/// The screens of the way; `certificate.js` shows the one that fits.
pub(super) fn drawn(ways: &Ways, next: Option<&str>, own: &OwnAuthority, t: Texts) -> Markup {
    let path = next.unwrap_or("/");
    let host = ways.own.trim_start_matches("https://");
    html! {
        section #way data-known=[&ways.known] data-own=(ways.own) data-number=[&ways.number] data-plain=[&ways.plain] data-next=[next.map(|_| "yes")] {
            h1 { (t.text("wayin-here")) }
            p #looking.busy role="status" hidden { (t.text("wayin-looking")) }
            div #known hidden {
                p.lead { (t.text("wayin-known")) }
                div.actions { a #on.button.main href=(path) { (t.text("wayin-continue")) } }
            }
            div #unknown {
                p.lead { (t.text("wayin-unknown")) }
                @for (browser, id) in BROWSERS {
                    p data-browser=(browser) { (t.text(id)) }
                }
                p { (t.markup("wayin-only-here", args![], |_, _| html! { strong #host { (host) } })) }
                p data-browser="safari" { (t.text("wayin-safari-week")) }
                div.actions {
                    a #secure.button.main href={ (ways.own) (path) } { (t.text("wayin-continue")) }
                    a.button href="#install" { (t.text("wayin-install")) }
                }
                details {
                    summary { (t.text("wayin-warning")) }
                    p { (t.text("wayin-warning-why")) }
                    p { (t.text("wayin-warning-compare")) }
                    (fingerprint(own))
                }
            }
            noscript { p.hint { (t.text("wayin-scripts-off")) } }
        }
    }
}

/// Instructions for the certificate warning, by browser.
const BROWSERS: [(&str, &str); 3] =
    [("chromium", "wayin-chromium"), ("firefox", "wayin-firefox"), ("safari", "wayin-safari")];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::TEXTS;
    use imajin_app::Lang;
    use imajin_host::network::{Lan, PublicNames};

    fn place() -> NetworkState {
        NetworkState {
            http: 80,
            lan: Some(Lan { name: "imajin.local".to_owned(), neighbours: Vec::new() }),
            ..NetworkState::default()
        }
    }

    fn own() -> OwnAuthority {
        OwnAuthority {
            pem: String::new(),
            title: "Imajin".to_owned(),
            fingerprint: "AB:CD".to_owned(),
            names: Vec::new(),
            expires: Timestamp::MIN,
        }
    }

    #[test]
    fn a_visitor_by_number_is_led_to_the_name_and_keeps_the_number_where_the_name_is_not_found() {
        let ways = Ways::new(&place(), "192.168.1.4", 443, Timestamp::MIN);
        assert_eq!(ways.own, "https://imajin.local");
        assert_eq!(ways.number.as_deref(), Some("https://192.168.1.4"));
        assert_eq!(ways.origins(), "https://imajin.local https://192.168.1.4 http://imajin.local");
        let by_name = Ways::new(&place(), "ada.local", 7443, Timestamp::MIN);
        assert_eq!((by_name.own.as_str(), by_name.number), ("https://ada.local:7443", None));
    }

    #[test]
    fn a_name_that_browsers_know_is_tried_and_nobody_is_sent_there_unasked() {
        let mut place = place();
        place.public = vec![PublicNames {
            names: vec!["ada.example".to_owned()],
            leads_here: true,
            expires: Timestamp::from_millis(1_000).ok(),
            ..PublicNames::default()
        }];
        let ways = Ways::new(&place, "imajin.local", 443, Timestamp::MIN);
        let text = drawn(&ways, Some("/claim"), &own(), TEXTS.for_reader(Lang::En)).into_string();
        assert!(text.contains("data-known=\"https://ada.example\""), "{text}");
        // Without a script, and before it has looked, the way is the one that the visitor came by.
        assert!(text.contains("href=\"https://imajin.local/claim\""));
        assert!(text.contains("AB:<wbr>CD"));
    }
}
