//! The addresses of the box, and their effect on keys: each address has separate keys, and a visitor is never redirected to another address
//! unasked.

use imajin_app::{Node, Texts};
use imajin_dfos::Timestamp;
use imajin_host::network::NetworkState;
use imajin_host::prelude::*;
use maud::{Markup, html};

/// The origin at a name and a port of HTTPS.
pub(super) fn origin(name: &str, port: u16) -> String {
    match port {
        443 => format!("https://{name}"),
        port => format!("https://{name}:{port}"),
    }
}

fn name_of(host: &str) -> String {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// The address with a certificate that every browser knows, for a browser that came by the box's own name at home.
pub(super) fn newer(place: &NetworkState, now: Timestamp, host: &str) -> Option<String> {
    if !place.is_lan_name(&name_of(host)) {
        return None;
    }
    Some(origin(place.home_name(now)?, place.https?))
}

/// All addresses under which a browser may hold a key, the best first.
fn all(place: &NetworkState, now: Timestamp) -> Vec<String> {
    let Some(port) = place.https else {
        return Vec::new();
    };
    let valid = place.public.iter().filter(|public| public.is_valid(now));
    let public = valid.flat_map(|public| &public.names);
    let lan = place.lan.iter().map(|lan| &lan.name);
    let mut all: Vec<_> = public.chain(lan).map(|name| origin(name, port)).collect();
    all.dedup();
    all
}

/// The question for a visitor without a key here, before they make another identity. The script shows addresses other
/// than the current one.
pub(super) fn been_here_before(node: &Node, t: Texts) -> Markup {
    let all = all(&node.network().now(), node.now());
    html! {
        @if !all.is_empty() {
            div #elsewhere.notice hidden {
                p { (t.text("elsewhere")) }
                ul.plain { @for origin in &all { li { a.button href={ (origin) "/signin" } data-origin=(origin) { (origin.trim_start_matches("https://")) } } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_host::network::{Lan, PublicNames};

    #[test]
    fn a_new_name_is_offered_to_visitors_of_the_old_one_and_to_nobody_else() {
        let mut place = NetworkState {
            https: Some(443),
            lan: Some(Lan { name: "imajin.local".to_owned(), neighbours: Vec::new() }),
            ..NetworkState::default()
        };
        let now = Timestamp::from_millis(1_000).unwrap();
        assert_eq!(newer(&place, now, "imajin.local"), None);
        assert_eq!(all(&place, now), ["https://imajin.local"]);
        place.public = vec![PublicNames {
            names: vec!["ada.example".to_owned()],
            leads_here: true,
            expires: Timestamp::from_millis(2_000).ok(),
            ..PublicNames::default()
        }];
        assert_eq!(newer(&place, now, "Imajin.local"), Some("https://ada.example".to_owned()));
        assert_eq!(newer(&place, now, "ada.example"), None);
        assert_eq!(newer(&place, now, "localhost:7000"), None);
        assert_eq!(all(&place, now), ["https://ada.example", "https://imajin.local"]);
        let later = Timestamp::from_millis(3_000).unwrap();
        assert_eq!(newer(&place, later, "imajin.local"), None);
    }
}
