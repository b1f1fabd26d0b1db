//! Numbers, times and operations in plain words. Pure.

use imajin_dfos::Timestamp;
use maud::{Markup, html};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// "3.4 GB": decimal, as cards and disks are sold.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    let mut unit = 0;
    let mut tenths = u128::from(bytes) * 10;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 || tenths >= 1000 {
        format!("{} {name}", tenths / 10)
    } else {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    }
}

/// "2 days", "5 minutes", "a moment".
pub(crate) fn duration(seconds: u64) -> String {
    let units = [("day", 86_400), ("hour", 3_600), ("minute", 60)];
    let fitting = units.iter().find(|(_, length)| seconds >= *length);
    fitting.map_or_else(
        || "a moment".to_owned(),
        |(name, length)| counted(seconds / length, name),
    )
}

/// "1 entry", "2 entries".
pub(crate) fn counted(number: u64, one: &str) -> String {
    let word = match one.strip_suffix('y') {
        _ if number == 1 => one.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{one}s"),
    };
    format!("{} {word}", thousands(number))
}

/// "12 345", with narrow spaces.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + 6);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// "20 November 2026".
pub(crate) fn date(at: Timestamp) -> String {
    let text = at.to_string();
    let part = |range: std::ops::Range<usize>| {
        text.get(range)
            .and_then(|digits| digits.parse::<usize>().ok())
            .unwrap_or(0)
    };
    let month = MONTHS
        .get(part(5..7).wrapping_sub(1))
        .copied()
        .unwrap_or_default();
    format!("{} {month} {}", part(8..10), part(0..4))
}

/// "20 November 2026, 10:02 UTC".
pub(crate) fn date_time(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{}, {} UTC", date(at), text.get(11..16).unwrap_or_default())
}

/// A time: readable without scripts, and made relative and local by them.
pub(crate) fn time(at: Timestamp) -> Markup {
    html! { time datetime=(at.to_string()) data-ago title=(date_time(at)) { (date_time(at)) } }
}

/// What a service is to the person whose data it holds.
pub(crate) fn service(name: &str) -> &str {
    match name {
        "auth" => "Identity",
        "profile" => "Profile",
        "connections" => "People",
        "pay" => "Money",
        "events" => "Events",
        other => other,
    }
}

/// What an operation did, said to whose record it stands in.
pub(crate) fn operation(op: &str) -> &str {
    match op {
        "auth.identity.create" => "You began: your key was made known",
        "auth.identity.register" => "You began, with your box keeping the record for you",
        "auth.identity.update" => "Your keys changed",
        "auth.email.set" => "Your e-mail address was proved, and entered",
        "auth.readmitted" => "A link that the owner of the box handed on let somebody in as you",
        "auth.app.describe" => "You said what your app is, and what it asks for",
        "auth.home" => "Your record moved to a box",
        "auth.delegation.create" => "You allowed a helper to act for you",
        "auth.delegation.end" => "You ended what a helper may do",
        "auth.settings.update" => "You changed a setting",
        "auth.body.erased" => "Words were erased",
        "auth.delete" => "You deleted your data",
        "auth.side.adopt" => "You took over entries from another branch",
        "auth.node.claim" => "The box got its owner",
        "auth.anchor" => "The box published how far its records are",
        "auth.identity.chain" => "Your key's own history was added",
        "auth.attestation.issue" => "You vouched for something about somebody",
        "auth.attestation.received" => "Somebody vouched for something about you",
        "auth.attestation.countersign" => "You confirmed what somebody says about you",
        "auth.attestation.countersigned" => "Somebody confirmed what you say about them",
        "auth.attestation.decline" => "You declined what somebody says about you",
        "auth.attestation.declined" => "Somebody declined what you say about them",
        "auth.attestation.revoke" => "You took back what you said about somebody",
        "auth.attestation.revoked" => "Somebody took back what they said about you",
        "connections.invite" => "You invited somebody to connect",
        "connections.invite.withdraw" => "You took an invitation back",
        "connections.accept" => "You accepted an invitation: you are connected",
        "connections.accepted" => "Somebody accepted your invitation: you are connected",
        "connections.confirm" => "You signed that you know somebody who accepted",
        "connections.disconnect" => "You parted from somebody",
        "connections.disconnected" => "Somebody parted from you",
        "connections.block" => "You blocked somebody",
        "connections.block.end" => "You no longer block somebody",
        "connections.nickname" => "You gave somebody a name that only you see",
        "connections.policy" => "You chose whom you answer",
        "connections.queried" => "Somebody asked about you, and said what for",
        "connections.ask" => "You asked about somebody, and paid for the answer",
        "connections.asked" => "Somebody asked about you, said what for, and paid",
        "connections.group.create" => "You made a group",
        "connections.group.update" => "You changed a group",
        "connections.group.invite" => "You invited somebody into a group",
        "connections.group.invite.withdraw" => "You took an invitation into a group back",
        "connections.group.join" => "You came into a group",
        "connections.group.leave" => "You left a group",
        "connections.group.role" => "You gave somebody another role in a group",
        "connections.group.remove" => "You put somebody out of a group",
        "connections.group.offer" => "You offered a group to somebody in it",
        "connections.group.take" => "You took a group over",
        "connections.group.dissolve" => "You dissolved a group",
        "connections.group.opened" => "The group was made",
        "connections.group.changed" => "The group was changed",
        "connections.group.invited" => "Somebody was invited into the group",
        "connections.group.invite.ended" => "An invitation into the group was taken back",
        "connections.group.joined" => "Somebody came into the group",
        "connections.group.left" => "Somebody left the group",
        "connections.group.role.changed" => "Somebody has another role in the group",
        "connections.group.removed" => "Somebody was put out of the group",
        "connections.group.offered" => "The group was offered to somebody in it",
        "connections.group.handed" => "The group has another owner",
        "connections.group.dissolved" => "The group was dissolved",
        "events.create" => "You made an event",
        "events.update" => "You changed an event",
        "events.status" => "You opened, paused or ended an event",
        "events.cancel" => "You cancelled an event on your box",
        "events.erase" => "You took your words out of an event",
        "events.hold" => "You kept places at an event",
        "events.release" => "You gave kept places up",
        "events.buy" => "You ordered tickets",
        "events.transfer" => "You handed a ticket on",
        "events.refund" => "You took a ticket back and gave its money back",
        "events.checkin" => "You let people in",
        "events.paid" => "Places that were kept were paid",
        "events.withdrawn" => "What was paid for tickets was given back",
        "events.opened" => "The event was made",
        "events.changed" => "The event was changed",
        "events.status.changed" => "The event was opened, paused or ended",
        "events.held" => "Places were kept for somebody",
        "events.released" => "Kept places were given up",
        "events.ticket" => "The event signed a ticket",
        "events.voided" => "A ticket was given back and counts no more",
        "events.used" => "A ticket was used at the door",
        "pay.fair.publish" => "You said who shares in a work of yours",
        "pay.settle" => "You paid",
        "pay.checkout" => "You ordered, to be paid from outside",
        "pay.topup" => "You asked for credit, to be paid from outside",
        "pay.callback" => "You said where you are told of payments",
        "pay.called" => "A seller was told of a payment, or could not be",
        "pay.opened" => "A page to pay at was opened",
        "pay.paid" => "A payment arrived",
        "pay.failed" => "A payment will not come",
        "pay.fulfilled" => "What was paid for was done, or could not be",
        "pay.return" => "The box gave money back",
        "pay.returned" => "Money went back, or could not",
        "pay.disputed" => "A bank asked for money back",
        "pay.stray" => "Something was paid that this record knows nothing of",
        "pay.transfer" => "Your part of a sale goes to your account",
        "pay.transferred" => "Your part of a sale went to your account, or could not",
        "pay.account" => "Your account for payouts changed",
        "pay.pending" => "A payment of yours is awaited",
        "pay.expected" => "A payment to you is awaited",
        "pay.emt.confirm" => "You confirmed that a payment arrived",
        "pay.receipt" => "A payment was made, with its receipt",
        "pay.credit" => "Your credit on a box changed",
        "pay.refund" => "You gave money back",
        "pay.refunded" => "Money was given back",
        "pay.fees.change" => "You changed what the box takes of payments",
        "pay.fees.changed" => "What the box takes of payments changed",
        "pay.held" => "The box waits for a payment",
        "pay.posted" => "The box wrote a payment into its books",
        "pay.debt.pay" => "You paid what you owed",
        "pay.debt.forgive" => "You said that a debt to you is settled",
        "pay.owed" => "What is owed for an e-transfer changed",
        "pay.payout.ask" => "You asked for credit in money",
        "pay.payout.close" => "You paid or refused a payout",
        "pay.paid.out" => "A payout of yours was paid or refused",
        "pay.limit" => "You let an account spend more than it has",
        "pay.limited" => "How much more than it has an account may spend changed",
        "pay.topup.reversed" => "You said that a bank took a top-up back",
        "pay.freed" => "The money of a payment is free",
        "pay.later" => "What was sold ends later",
        "profile.update" => "You changed your profile",
        "profile.handle.claim" => "You took a short name",
        "profile.handle.release" => "You gave your short name back",
        "profile.follow" => "You followed somebody",
        "profile.unfollow" => "You stopped following somebody",
        "profile.follower" => "Somebody followed you",
        "profile.follower.end" => "Somebody stopped following you",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(size(0), "0 bytes");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(3_400_000_000), "3.4 GB");
        assert_eq!(size(64_000_000_000), "64.0 GB");
        assert_eq!(size(512_000_000_000), "512 GB");
        assert_eq!(size(u64::MAX), "18446744 TB");
        assert_eq!(counted(1, "entry"), "1 entry");
        assert_eq!(counted(2, "entry"), "2 entries");
        assert_eq!(counted(2, "day"), "2 days");
        assert_eq!(counted(1_234_567, "file"), "1\u{202f}234\u{202f}567 files");
        assert_eq!(duration(59), "a moment");
        assert_eq!(duration(7_300), "2 hours");
    }

    #[test]
    fn times() {
        let at = Timestamp::parse("2026-11-20T10:02:03.004Z").unwrap();
        assert_eq!(date_time(at), "20 November 2026, 10:02 UTC");
    }

    #[test]
    fn every_operation_has_words() {
        let table: serde_json::Value =
            serde_json::from_str(include_str!("../../../docs/operations.json")).unwrap();
        let operations = table["operations"].as_array().unwrap();
        assert!(operations.len() > 100);
        for op in operations.iter().map(|spec| spec["op"].as_str().unwrap()) {
            assert_ne!(
                operation(op),
                op,
                "a record would show the name of this operation"
            );
        }
    }
}
