//! What the operator of this node allows, plainly: who may come in, what each may do, what it costs, and its limits.
//!
//! Always: read from what is in force (configuration, the table of tiers, pay's fees), so that it cannot say anything else.

use axum::extract::State;
use imajin_protocol::Ppm;
use imajin_protocol::identity::Tier;
use imajin_protocol::tier::{CAPABILITIES, Capability, Thresholds, invite_quota};
use imajin_service::extract::Caller;
use imajin_service::limits::Limits;
use imajin_service::sale::Fees;
use imajin_service::{Node, Page, Problem, Registration};
use maud::{Markup, html};

const TIERS: [(Tier, &str); 3] = [
    (Tier::Soft, "With an e-mail address, one may"),
    (Tier::Preliminary, "With a key of one's own, also"),
    (Tier::Established, "Who is established, also"),
];

/// `/policy`
pub(crate) async fn policy(
    State(node): State<Node>,
    Caller(session): Caller,
) -> Result<Page, Problem> {
    let config = node.config();
    let fees = match node.cashier() {
        Ok(cashier) => Some(cashier.fees(&node)?),
        Err(_) => None,
    };
    let content = html! {
        h1 { "What this box allows" }
        p.lead { "Whoever runs " (node.name()) " decided this. It is what is in force now." }
        h2 { "Who may come in" }
        p { (coming_in(node.registration())) }
        h2 { "Who may do what" }
        p { "Nobody is given a rank: what you may do follows from how you came and what you have done here. " (established(&config.tiers)) }
        @for (tier, name) in TIERS {
            h3 { (name) }
            ul {
                @for (capability, from) in CAPABILITIES { @if *from == tier { li { (said(*capability)) } } }
                @if invite_quota(tier) > 0 { li { "have " (invite_quota(tier)) " people invited at a time" } }
            }
        }
        p.hint { "Whoever owns the box may invite as many as they like. An invitation lasts a week." }
        h2 { "What it costs" }
        (costs(fees.as_ref()))
        h2 { "Limits" }
        (limits(&config.limits))
        p {
            @if config.private_addresses { "Shops are told what they were paid at any address that they name, also in this box's own house." }
            @else { "Shops are told what they were paid only at addresses on the open internet." }
        }
        @match config.anchor_hours {
            0 => p { "It publishes how far its records are when somebody asks for it." },
            hours => p { "Every " (hours) " hours it publishes how far its records are, so that it cannot rewrite them unseen." },
        }
    };
    Ok(Page::new("What this box allows", content)
        .current("/trust")
        .viewer(super::viewer_of(&node, session.as_ref())?))
}

fn said(capability: Capability) -> &'static str {
    match capability {
        Capability::Read => "read what is for the people of this box",
        other => other.words(),
    }
}

fn coming_in(registration: Registration) -> &'static str {
    match registration {
        Registration::Open => "Everybody may begin here.",
        Registration::Invite => {
            "Who was invited may begin here. Others may come in with an e-mail address, for tickets and to read."
        }
        Registration::Closed => "Nobody new may begin here at present.",
    }
}

fn established(tiers: &Thresholds) -> String {
    let warnings = match tiers.warnings {
        0 => "no open warning".to_owned(),
        some => format!("at most {some} open warnings"),
    };
    format!(
        "Established is who has {} signed connections, {} attended event or settled payment, {} days of history here and {warnings}.",
        tiers.connections, tiers.occasions, tiers.history_days
    )
}

/// A share in percent, exactly.
fn percent(share: Ppm) -> String {
    let (whole, rest) = (share.get() / 10_000, share.get() % 10_000);
    let digits = format!("{whole}.{rest:04}");
    format!("{} %", digits.trim_end_matches('0').trim_end_matches('.'))
}

fn costs(fees: Option<&(Fees, Option<(Fees, imajin_dfos::Timestamp)>)>) -> Markup {
    let Some((now, announced)) = fees else {
        return html! { p { "Nothing is sold on this box." } };
    };
    let is_free =
        |fees: &Fees| fees.network.is_zero() && fees.node.is_zero() && fees.buyer_credit.is_zero();
    let said = |fees: &Fees| {
        format!(
            "{} for the network, {} for this box, and {} that goes back to the buyer as credit",
            percent(fees.network),
            percent(fees.node),
            percent(fees.buyer_credit)
        )
    };
    html! {
        p {
            @if is_free(now) { "This box takes nothing of what is sold on it." }
            @else { "Of what is sold on this box it takes " (said(now)) "." }
            " A card's provider takes its own fee. Every receipt shows every part."
        }
        @if let Some((fees, from)) = announced {
            p { "From " time datetime=(from) { (from.to_string().get(..16).unwrap_or_default().replace('T', " ")) } " (UTC) on it takes " (said(fees)) "." }
        }
        p.hint { "A fee goes down at once and up after a day's notice." }
    }
}

fn limits(limits: &Limits) -> Markup {
    let rows = [
        (
            "the longest thing written at once",
            format!("{} MB", limits.body_bytes >> 20),
        ),
        (
            "the largest copy that can be brought here",
            format!("{} GB", limits.upload_bytes >> 30),
        ),
        (
            "how long one stays signed in",
            format!("{} hours", limits.session_h),
        ),
        (
            "devices signed in at a time",
            limits.sessions_per_did.to_string(),
        ),
        (
            "writes a second of one person, for long",
            limits.did_rate.to_string(),
        ),
        (
            "requests a second from one address, for long",
            limits.address_rate.to_string(),
        ),
        (
            "tries a second to sign in or begin, from one address, for long",
            limits.attempt_rate.to_string(),
        ),
    ];
    html! {
        table { tbody { @for (what, how_much) in rows { tr { th scope="row" { (what) } td { (how_much) } } } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_are_exact() {
        let said = |millionths| percent(Ppm::new(millionths).unwrap());
        assert_eq!(
            [0, 5_000, 2_500, 10_000, 12_345, 1_000_000].map(said),
            ["0 %", "0.5 %", "0.25 %", "1 %", "1.2345 %", "100 %"]
        );
    }

    #[test]
    fn what_it_takes_is_said() {
        let said = established(&Thresholds::default());
        assert!(
            said.contains("5 signed connections")
                && said.contains("28 days")
                && said.ends_with("no open warning."),
            "{said}"
        );
    }
}
