//! Access from anywhere, through registries that carry connections to the box.

use std::io;

use imajin_app::{Texts, Words, args};
use imajin_host::network::{NetworkState, PublicNames, RegistryState, TunnelState};
use imajin_host::registries::TUNNELS_MAX;
use maud::{Markup, html};

use super::{FormNotice, unreadable};

/// The section's state.
pub(super) struct Tunnels<'a> {
    /// The registries with a tunnel, if the owner's choice can be read.
    pub wanted: io::Result<Vec<String>>,
    pub place: &'a NetworkState,
    pub notice: &'a FormNotice,
    /// The words for what the box found out.
    pub words: &'a Words,
    pub t: Texts,
}

impl Tunnels<'_> {
    pub(super) fn draw(&self) -> Markup {
        let t = self.t;
        html! {
            h2 #anywhere { (t.text("network-anywhere")) }
            section.card {
                @if let FormNotice::TunnelsFull = self.notice { div.notice.bad role="alert" { p { (t.text("network-anywhere-full")) } } }
                @match &self.wanted {
                    _ if self.place.secure_ip.is_none() => p { (t.text("network-anywhere-no-https")) },
                    Err(error) => {
                        (unreadable("network-anywhere-unreadable", &error.to_string(), t))
                        form method="post" action="/network" {
                            input type="hidden" name="url" value="";
                            div.actions { button type="submit" name="tunnel" value="off" { (t.text("network-anywhere-none")) } }
                        }
                    }
                    Ok(wanted) if wanted.is_empty() => (self.offer()),
                    Ok(wanted) => {
                        div #tunnels aria-live="polite" {
                            @for registry in wanted { (self.wanted(registry)) }
                        }
                        @for registry in wanted {
                            form method="post" action="/network" {
                                input type="hidden" name="url" value=(registry);
                                div.actions { button.breaks type="submit" name="tunnel" value="off" { (t.format("network-anywhere-stop", args![registry = registry_host(registry)])) } }
                            }
                        }
                        @if wanted.len() < TUNNELS_MAX { (self.second(wanted)) }
                    }
                }
            }
        }
    }

    fn offer(&self) -> Markup {
        let t = self.t;
        let mut registries = self.place.registries.iter().peekable();
        html! {
            h3 { (t.text("network-anywhere-title")) }
            p { (t.text("network-anywhere-why")) }
            @if registries.peek().is_none() { (self.address()) }
            @else {
                @for registry in registries { (self.button(registry)) }
                details open[self.notice.wrong_registry().is_some()] {
                    summary { (t.text("network-anywhere-other")) }
                    (self.address())
                }
            }
            (self.keeper())
        }
    }

    /// A second registry, so that a name of the box's own survives either.
    fn second(&self, wanted: &[String]) -> Markup {
        let t = self.t;
        let others = self.place.registries.iter();
        let others = others.filter(|registry| !wanted.contains(&registry.url));
        html! {
            details open[self.notice.wrong_registry().is_some()] {
                summary { (t.text("network-anywhere-second")) }
                p { (t.text("network-anywhere-second-why")) }
                @for registry in others { (self.button(registry)) }
                (self.address())
            }
        }
    }

    /// The button for a registry that knows the box.
    fn button(&self, registry: &RegistryState) -> Markup {
        let t = self.t;
        let host = registry_host(&registry.url);
        html! {
            form method="post" action="/network" {
                input type="hidden" name="url" value=(registry.url);
                p { (t.format("network-anywhere-carries", args![registry = host])) }
                div.actions {
                    button.main.breaks type="submit" name="tunnel" value="on" {
                        @match &registry.name {
                            Some(name) => (t.format("network-anywhere-as", args![name = name.as_str()])),
                            None => (t.format("network-anywhere-by", args![registry = host])),
                        }
                    }
                }
            }
        }
    }

    /// The form for a registry by its address.
    fn address(&self) -> Markup {
        let t = self.t;
        let wrong = self.notice.wrong_registry();
        html! {
            form method="post" action="/network" {
                (t.field("tunnel-url", "network-anywhere-registry", Some("network-anywhere-registry-hint"), html! {
                    @if wrong.is_some() { div.notice.bad id="tunnel-url-error" role="alert" { p { (t.text("network-anywhere-wrong")) } } }
                    input #tunnel-url name="url" type="text" inputmode="url" required maxlength="200" placeholder=(t.text("network-anywhere-example")) value=[wrong] autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby=(if wrong.is_some() { "tunnel-url-hint tunnel-url-error" } else { "tunnel-url-hint" }) aria-invalid=[wrong.map(|_| "true")];
                }))
                div.actions { button.main type="submit" name="tunnel" value="on" { (t.text("network-anywhere-go")) } }
            }
        }
    }

    /// The powers of the registry's keeper, and the terms of the certificate.
    fn keeper(&self) -> Markup {
        let t = self.t;
        html! {
            p.soft { (t.text("network-anywhere-keeper")) }
            p.soft { (t.text("network-anywhere-terms")) }
        }
    }

    /// A tunnel that is wanted, whether it is open or not.
    fn wanted(&self, url: &str) -> Markup {
        let t = self.t;
        let mut registries = self.place.registries.iter();
        let registry = registries.find(|registry| registry.url == url);
        let name = registry.and_then(|registry| registry.name.as_deref());
        let mut tunnels = self.place.tunnels.iter();
        let tunnel = tunnels.find(|tunnel| tunnel.registry == url);
        html! {
            h3.breaks {
                @match name {
                    Some(name) => a href=(format!("https://{name}/")) { (name) },
                    None => (registry_host(url)),
                }
            }
            @match (tunnel, registry.and_then(|registry| registry.failure.as_deref())) {
                (Some(tunnel), _) => (self.state(tunnel)),
                (None, Some(why)) => (self.failure(t.format("network-anywhere-no-name", args![registry = registry_host(url)]), why)),
                (None, None) => p data-waiting { (t.format("network-anywhere-asking", args![registry = registry_host(url)])) },
            }
            @if let Some(name) = name { (self.certificate(name)) }
        }
    }

    fn state(&self, tunnel: &TunnelState) -> Markup {
        let t = self.t;
        let host = registry_host(&tunnel.registry);
        let size = |bytes| t.lang.size(bytes);
        html! {
            @match (tunnel.since, &tunnel.last_break) {
                (Some(since), _) => p { (t.format("network-anywhere-since", args![time = t.date_time(since), registry = host])) },
                (None, Some((_, why))) => (self.failure(t.text("network-anywhere-closed").into_owned(), why)),
                (None, None) => p data-waiting { (t.format("network-anywhere-opening", args![registry = host])) },
            }
            p.soft {
                @match tunnel.bytes_a_day {
                    Some(most) => (t.format("network-anywhere-today-of", args![bytes = size(tunnel.bytes_today), most = size(most)])),
                    None => (t.format("network-anywhere-today", args![bytes = size(tunnel.bytes_today)])),
                }
            }
            @if let (Some(_), Some((at, why))) = (tunnel.since, &tunnel.last_break) {
                p.soft { (t.format("network-anywhere-break", args![time = t.date_time(*at), why = self.words.sentence(why)])) }
            }
        }
    }

    /// Why a name or a connection is missing; the box tries again.
    fn failure(&self, what: String, why: &str) -> Markup {
        html! {
            div.notice.bad data-waiting {
                p { (what) }
                p.mono { (self.words.sentence(why)) }
                p { (self.t.text("network-anywhere-again")) }
            }
        }
    }

    /// Until a certificate is there, browsers warn of the name. A box gets one for a single registry's name.
    fn certificate(&self, name: &str) -> Markup {
        let t = self.t;
        let is_for_name = |public: &&PublicNames| public.names.iter().any(|other| other == name);
        let public = self.place.public.iter().find(is_for_name);
        let mut others = self.place.public.iter();
        let other = others.find(|other| other.registry.is_some());
        match (public, other) {
            (Some(public), _) if public.expires.is_some() => html! {},
            (None, Some(other)) => html! {
                p.soft { (t.format("network-anywhere-other-name", args![name = other.names.join(", ")])) }
            },
            _ => html! { p data-waiting { (t.text("network-anywhere-certificate")) } },
        }
    }
}

/// A registry's address without the scheme that all have.
pub(super) fn registry_host(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::TEXTS;
    use imajin_app::{Lang, Services};
    use imajin_dfos::Timestamp;

    const URL: &str = "https://registry.example";

    fn drawn(wanted: io::Result<Vec<String>>, place: &NetworkState) -> String {
        drawn_with(wanted, place, &FormNotice::Nothing)
    }

    fn drawn_with(
        wanted: io::Result<Vec<String>>,
        place: &NetworkState,
        notice: &FormNotice,
    ) -> String {
        let t = TEXTS.for_reader(Lang::En);
        let words = Services::new(Vec::new()).words().on(t);
        let tunnels = Tunnels { wanted, place, notice, words: &words, t };
        tunnels.draw().into_string()
    }

    fn place(name: Option<&str>, failure: Option<&str>) -> NetworkState {
        NetworkState {
            secure_ip: "0.0.0.0".parse().ok(),
            registries: vec![RegistryState {
                url: URL.to_owned(),
                name: name.map(str::to_owned),
                failure: failure.map(str::to_owned),
                has_tunnel: true,
            }],
            ..NetworkState::default()
        }
    }

    #[test]
    fn a_box_that_is_in_no_registry_is_asked_for_an_address() {
        let mut empty = place(None, None);
        empty.registries.clear();
        let offer = drawn(Ok(Vec::new()), &empty);
        assert!(offer.contains("id=\"tunnel-url\"") && !offer.contains("<details"), "{offer}");
        let wrong =
            drawn_with(Ok(Vec::new()), &empty, &FormNotice::WrongRegistry("a <b>".to_owned()));
        assert!(wrong.contains("value=\"a &lt;b&gt;\""), "{wrong}");
        assert!(wrong.contains("aria-invalid"), "{wrong}");
        empty.secure_ip = None;
        assert!(!drawn(Ok(Vec::new()), &empty).contains("<form"));
    }

    #[test]
    fn a_registry_that_gave_a_name_has_a_button() {
        let offer = drawn(Ok(Vec::new()), &place(Some("a.nodes.example"), None));
        assert!(offer.contains("Reach it as a.nodes.example"), "{offer}");
        assert!(offer.contains("<details"), "{offer}");
        let damaged = Err(io::Error::other("EOF <here>"));
        let text = drawn(damaged, &place(None, None));
        assert!(text.contains("EOF &lt;here&gt;") && text.contains("value=\"off\""), "{text}");
    }

    #[test]
    fn a_tunnel_is_waited_for_until_it_is_open() {
        let on = || Ok(vec![URL.to_owned()]);
        let asking = drawn(on(), &place(None, None));
        assert!(asking.contains("Asking registry.example"), "{asking}");
        assert!(asking.contains("data-waiting"), "{asking}");
        let refused = drawn(on(), &place(None, Some("it has <no> tunnels")));
        assert!(refused.contains("it has &lt;no&gt; tunnels"), "{refused}");
        let mut place = place(Some("a.nodes.example"), None);
        let mut tunnel = TunnelState {
            registry: URL.to_owned(),
            names: vec!["a.nodes.example".to_owned()],
            ..TunnelState::default()
        };
        let state = |place: &mut NetworkState, tunnel: &TunnelState| {
            place.tunnels = vec![tunnel.clone()];
            drawn(on(), place)
        };
        assert!(state(&mut place, &tunnel).contains("Connecting to registry.example"));
        tunnel.last_break = Some((Timestamp::MAX, "the registry closed it".to_owned()));
        let broken = state(&mut place, &tunnel);
        assert!(broken.contains("the registry closed it"), "{broken}");
        assert!(broken.contains("data-waiting"), "{broken}");
        tunnel.since = Some(Timestamp::MAX);
        tunnel.bytes_a_day = Some(5_000_000_000);
        place.public = vec![PublicNames {
            names: tunnel.names.clone(),
            expires: Some(Timestamp::MAX),
            ..PublicNames::default()
        }];
        let open = state(&mut place, &tunnel);
        assert!(open.contains("Reachable since") && open.contains("of 5.0\u{a0}GB"), "{open}");
        assert!(open.contains("https://a.nodes.example/") && !open.contains("data-waiting"));
    }

    #[test]
    fn a_name_beside_the_one_with_a_certificate_is_not_waited_for() {
        let mut place = place(Some("a.nodes.example"), None);
        place.tunnels = vec![TunnelState {
            registry: URL.to_owned(),
            since: Some(Timestamp::MAX),
            ..TunnelState::default()
        }];
        place.public = vec![PublicNames {
            names: vec!["b.nodes.example".to_owned()],
            registry: Some("https://other.example".to_owned()),
            ..PublicNames::default()
        }];
        let open = drawn(Ok(vec![URL.to_owned()]), &place);
        assert!(open.contains("certificate for b.nodes.example"), "{open}");
        assert!(!open.contains("data-waiting"), "{open}");
    }
}
