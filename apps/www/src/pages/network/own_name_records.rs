//! The records that the zone of the box's own name needs, so that registries carry the name: lines to copy, each ticked once the
//! DNS has it.

use imajin_app::page::copies;
use imajin_app::{Texts, args};
use imajin_host::network::{NetworkState, RecordKind, TunnelState, ZoneRecord};
use maud::{Markup, html};

use super::tunnels::registry_host;

/// Draws the records below the form of the name. The part is there without a tunnel or a name as well, so that the page's script
/// finds it.
pub(super) fn records(place: &NetworkState, has_name: bool, t: Texts) -> Markup {
    html! {
        div #records aria-live="polite" {
            @if has_name && !place.tunnels.is_empty() { (card(place, t)) }
        }
    }
}

fn card(place: &NetworkState, t: Texts) -> Markup {
    let is_carried = |record: &ZoneRecord| {
        let mut tunnels = place.tunnels.iter();
        tunnels.all(|tunnel| record.kind == RecordKind::Caa || carries(tunnel, record))
    };
    let is_complete = |record: &ZoneRecord| record.is_set && is_carried(record);
    let is_waiting = place.zone.is_empty() || !place.zone.iter().all(is_complete);
    let has_caa = place.zone.iter().any(|record| record.kind == RecordKind::Caa);
    html! {
        section.card data-waiting[is_waiting] {
            h3 { (t.text("network-records")) }
            p { (t.text("network-records-why")) }
            @if place.zone.is_empty() { p.soft { (t.text("network-records-asking")) } }
            ul.rows { @for record in &place.zone { (line(record, t)) } }
            @if has_caa { p.soft { (t.text("network-records-caa")) } }
            @for tunnel in &place.tunnels { (carried(tunnel, t)) }
        }
    }
}

/// Whether the name that a record is for goes through a tunnel.
fn carries(tunnel: &TunnelState, record: &ZoneRecord) -> bool {
    let mut names = tunnel.carried.iter();
    names.any(|name| {
        let labels = record.name.strip_suffix(name.as_str());
        labels.is_some_and(|labels| labels.is_empty() || labels.ends_with('.'))
    })
}

fn line(record: &ZoneRecord, t: Texts) -> Markup {
    let kind = record.kind.as_str();
    let what = format!("{kind} {}", record.name);
    html! {
        li {
            span.grow {
                strong { (kind) } " " span.mono { (record.name) }
                br; span.mono { (record.value) } " " (copies(&record.value, Some(&what)))
            }
            @if record.is_set { span.tag.good { "✓ " (t.text("network-record-set")) } }
            @else { span.tag { (t.text("network-record-missing")) } }
        }
    }
}

/// The names that a registry carries.
fn carried(tunnel: &TunnelState, t: Texts) -> Markup {
    let registry = registry_host(&tunnel.registry);
    html! {
        @if tunnel.carried.is_empty() {
            p { (t.format("network-records-not-carried", args![registry = registry])) }
        } @else {
            p { (t.format("network-records-carried", args![registry = registry, names = tunnel.carried.join(", ")])) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::TEXTS;
    use imajin_app::Lang;

    fn place(is_set: bool, carried: &[&str]) -> NetworkState {
        let record = |name: &str, kind, value: &str| ZoneRecord {
            name: name.to_owned(),
            kind,
            value: value.to_owned(),
            is_set,
        };
        NetworkState {
            tunnels: vec![TunnelState {
                registry: "https://registry.example".to_owned(),
                carried: carried.iter().map(|name| (*name).to_owned()).collect(),
                ..TunnelState::default()
            }],
            zone: vec![
                record("ada.example", RecordKind::A, "192.0.2.1"),
                record("_imajin.ada.example", RecordKind::Txt, "did=did:imajin:<ada>"),
            ],
            ..NetworkState::default()
        }
    }

    fn drawn(place: &NetworkState, has_name: bool) -> String {
        records(place, has_name, TEXTS.for_reader(Lang::En)).into_string()
    }

    #[test]
    fn each_record_is_to_be_copied_and_waited_for_until_the_name_is_carried() {
        let missing = drawn(&place(false, &[]), true);
        for part in [
            "data-copy=\"192.0.2.1\"",
            "_imajin.ada.example",
            "did:imajin:&lt;ada&gt;",
            "data-waiting",
            "not there yet",
        ] {
            assert!(missing.contains(part), "{part} in {missing}");
        }
        assert!(!missing.contains('✓'), "{missing}");
        let set = drawn(&place(true, &[]), true);
        assert!(set.contains('✓') && set.contains("data-waiting"), "{set}");
        let complete = drawn(&place(true, &["ada.example"]), true);
        assert!(!complete.contains("data-waiting"), "{complete}");
        assert!(complete.contains("registry.example carries ada.example"));
    }

    #[test]
    fn without_a_name_or_a_tunnel_nothing_is_shown() {
        let empty = drawn(&NetworkState::default(), true);
        assert_eq!(empty, drawn(&place(false, &[]), false));
        assert!(!empty.contains("<section"), "{empty}");
    }
}
