//! The policy of this node: who may enter, what each tier may do, the prices, and the limits.
//!
//! Always: read from the values in force (configuration, the table of tiers, pay's fees), so that it cannot differ from
//! them.

use imajin_app::extract::{Caller, Visitor};
use imajin_app::{Lang, Page, Problem, Reader, Texts, args};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_host::{Limits, Registration};
use imajin_protocol::Ppm;
use imajin_protocol::identity::Tier;
use imajin_protocol::tier::{
    CAPABILITIES, Capability, MEMBER_INVITATIONS, Thresholds, invite_quota,
};
use imajin_selling::{Cashier, Fees};
use maud::{Markup, html};

use crate::manifest::TEXTS;

const TIERS: [(Tier, &str); 3] = [
    (Tier::Soft, "policy-soft"),
    (Tier::Preliminary, "policy-preliminary"),
    (Tier::Established, "policy-established-can"),
];

/// The fees now, and those that were announced with the time from which they hold.
type FeesNow = (Fees, Option<(Fees, Timestamp)>);

pub(crate) async fn policy(
    Visitor(node, Caller(session)): Visitor,
    reader: Reader,
) -> Result<Page, Problem> {
    let t = TEXTS.for_reader(reader);
    let config = node.config();
    let cashier = node.get::<dyn Cashier>();
    let fees = cashier.map(|cashier| cashier.fees(&node)).transpose()?;
    let content = html! {
        h1 { (t.text("policy")) }
        p.lead { (t.format("policy-lead", args![site = node.name()])) }
        h2 { (t.text("policy-in")) }
        p { (t.text(coming_in(node.registration()))) }
        h2 { (t.text("policy-what")) }
        p { (t.text("policy-no-rank")) " " (established(&config.tiers, t)) }
        @for (tier, id) in TIERS {
            h3 { (t.text(id)) }
            ul {
                @for (capability, from) in CAPABILITIES { @if *from == tier { li { (t.text(message_key(*capability))) } } }
                @if tier == Tier::Preliminary && node.members_invite() { li { (t.format("policy-can-bring", args![count = MEMBER_INVITATIONS])) } }
                @if invite_quota(tier) > 0 { li { (t.format("policy-can-quota", args![count = invite_quota(tier)])) } }
            }
        }
        p.hint { (t.text("policy-invitations")) }
        h2 { (t.text("policy-costs")) }
        (costs(fees.as_ref(), t))
        h2 { (t.text("policy-limits")) }
        (limits(&config.limits, t))
        p { @if config.private_addresses { (t.text("policy-private-too")) } @else { (t.text("policy-public-only")) } }
        @match config.anchor_hours {
            0 => p { (t.text("policy-anchors-asked")) },
            hours => p { (t.format("policy-anchors", args![hours = hours])) },
        }
    };
    Ok(t.page("help-policy", t.text("policy"), content)
        .current("/trust")
        .viewer(node.viewer_of(session.as_ref())?))
}

fn message_key(capability: Capability) -> &'static str {
    match capability {
        Capability::Read => "policy-can-read",
        Capability::Chat => "policy-can-chat",
        Capability::Ticket => "policy-can-ticket",
        Capability::Course => "policy-can-course",
        Capability::CreateEvent => "policy-can-event",
        Capability::Connect => "policy-can-connect",
        Capability::Vouch => "policy-can-vouch",
        Capability::Attest => "policy-can-attest",
        Capability::Warn => "policy-can-warn",
        Capability::Invite => "policy-can-invite",
    }
}

fn coming_in(registration: Registration) -> &'static str {
    match registration {
        Registration::Open => "policy-in-open",
        Registration::Invite => "policy-in-invite",
        Registration::Closed => "policy-in-closed",
    }
}

fn established(tiers: &Thresholds, t: Texts) -> String {
    let connections = t.format("policy-connections", args![count = tiers.connections]);
    let occasions = t.format("policy-occasions", args![count = tiers.occasions]);
    let days = t.format("policy-days", args![count = tiers.history_days]);
    let warnings = t.format("policy-warnings", args![count = tiers.warnings]);
    let parts =
        args![connections = connections, occasions = occasions, days = days, warnings = warnings];
    t.format("policy-established", parts)
}

/// A share in percent, exactly.
fn percent(share: Ppm, lang: Lang) -> String {
    let (whole, rest) = (share.get() / 10_000, share.get() % 10_000);
    let digits = format!("{whole}.{rest:04}");
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    match lang {
        Lang::En => format!("{digits}%"),
        Lang::De => format!("{}\u{a0}%", digits.replace('.', ",")),
    }
}

fn costs(fees: Option<&FeesNow>, t: Texts) -> Markup {
    let Some((now, announced)) = fees else {
        return html! { p { (t.text("policy-nothing-sold")) } };
    };
    let is_free =
        |fees: &Fees| fees.network.is_zero() && fees.node.is_zero() && fees.buyer_credit.is_zero();
    let percent = |share| percent(share, t.lang);
    let shares = |fees: &Fees| {
        args![
            network = percent(fees.network),
            node = percent(fees.node),
            credit = percent(fees.buyer_credit)
        ]
    };
    html! {
        p {
            @if is_free(now) { (t.text("policy-free")) }
            @else { (t.format("policy-fees", shares(now))) }
            " " (t.text("policy-card-fee"))
        }
        @if let Some((fees, from)) = announced {
            p { (t.markup("policy-fees-next", shares(fees), |_, _| t.moment(*from))) }
        }
        p.hint { (t.text("policy-fees-change")) }
    }
}

fn limits(limits: &Limits, t: Texts) -> Markup {
    let rows = [
        ("policy-limit-body", t.lang.size(limits.body_bytes as u64)),
        ("policy-limit-upload", t.lang.size(limits.upload_bytes)),
        ("policy-limit-session", t.format("policy-hours", args![count = limits.session_h])),
        ("policy-limit-sessions", limits.sessions_per_did.to_string()),
        ("policy-limit-writes", limits.did_rate.to_string()),
        ("policy-limit-requests", limits.address_rate.to_string()),
        ("policy-limit-attempts", limits.attempt_rate.to_string()),
    ];
    html! {
        table { tbody { @for (what, how_much) in rows { tr { th scope="row" { (t.text(what)) } td { (how_much) } } } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_are_exact() {
        let text = |millionths| percent(Ppm::new(millionths).unwrap(), Lang::En);
        let shown = [0, 5_000, 2_500, 10_000, 12_345, 1_000_000].map(text);
        assert_eq!(shown, ["0%", "0.5%", "0.25%", "1%", "1.2345%", "100%"]);
        assert_eq!(percent(Ppm::new(12_345).unwrap(), Lang::De), "1,2345\u{a0}%");
    }

    #[test]
    fn what_it_takes_is_said() {
        let text = established(&Thresholds::default(), TEXTS.for_reader(Lang::En));
        assert!(text.contains("5 confirmed connections") && text.contains("28 days"), "{text}");
        assert!(text.ends_with("no open warnings."), "{text}");
    }
}
