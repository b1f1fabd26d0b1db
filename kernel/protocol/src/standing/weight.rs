//! The weight of one attestation: its type, its age, and how often the same was said before; and the diversity of many.
//!
//! Always: whole numbers, rounded down, so that nothing ever exceeds the rule.

use super::{AttestationRecord, Edge, Flag, ONE_PPM, Part};
use crate::Did;
use crate::attestation::kind::{FLAG_CLEARED, FLAG_YELLOW};
use imajin_dfos::Timestamp;
use imajin_dfos::order::Order as _;

/// Days after which an attestation counts half.
pub const HALF_LIFE_DAYS: i64 = 365;
const DAY_MS: i64 = 24 * 3_600_000;
/// Number of half-lives after which nothing is left of a million.
const HALVINGS_MAX: i64 = 20;

/// Returns the factor for an age in milliseconds, in parts per million: halves every [`HALF_LIFE_DAYS`], linear in
/// between.
pub fn decay_ppm(age_ms: i64) -> u64 {
    let half_life_ms = HALF_LIFE_DAYS * DAY_MS;
    let age_ms = age_ms.max(0);
    let halvings = age_ms / half_life_ms;
    if halvings >= HALVINGS_MAX {
        return 0;
    }
    let at_start = ONE_PPM >> halvings;
    let into = (age_ms % half_life_ms).unsigned_abs();
    let lost =
        u128::from(at_start) * u128::from(into) / u128::from(2 * half_life_ms.unsigned_abs());
    at_start - u64::try_from(lost).unwrap_or(at_start)
}

/// Returns the number of equal amounts that would be as diverse as these, in parts per million: (Σa)² ÷ Σa². Many small
/// ones next to a large one hardly count, so no one becomes diverse through a crowd that has nothing to give.
pub fn effective_number_ppm(amounts: impl IntoIterator<Item = u64>) -> u64 {
    let (mut sum, mut squares) = (0_u128, 0_u128);
    for amount in amounts {
        // Nine decimal places are enough, and keep the numbers within 128 bits for a million amounts.
        let amount = u128::from(amount) / 1_000;
        sum += amount;
        squares += amount * amount;
    }
    if squares == 0 {
        return 0;
    }
    let number = sum.saturating_mul(sum).saturating_mul(u128::from(ONE_PPM)) / squares;
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Returns the factor for diversity, in parts per million: a half for mere repetition, up to one with four types from
/// ten counterparties.
pub fn diversity_ppm(counterparties_ppm: u64, kinds_ppm: u64) -> u64 {
    let counterparties = 30_000 * counterparties_ppm.min(10 * ONE_PPM) / ONE_PPM;
    let kinds = 50_000 * kinds_ppm.min(4 * ONE_PPM) / ONE_PPM;
    500_000 + counterparties + kinds
}

/// Returns everything with a weight, by issuer and subject.
pub(super) fn edges(
    given: &[AttestationRecord],
    now: Timestamp,
    number: &impl Fn(&Did) -> usize,
) -> Vec<Edge> {
    let mut parts: Vec<(usize, usize, Part)> = given
        .iter()
        .filter(|one| has_weight(one))
        .filter_map(|one| Some((number(&one.subject), number(&one.issuer), part(one, now)?)))
        .collect();
    // The strongest of a type first: repetitions count less.
    parts.order_by(|a, b| {
        let key = |x: &(usize, usize, Part)| (x.0, x.1, x.2.kind.clone());
        let strength = (b.2.weight_ppm, &a.2.cid).cmp(&(a.2.weight_ppm, &b.2.cid));
        key(a).cmp(&key(b)).then(strength)
    });
    let mut edges: Vec<Edge> = Vec::new();
    for (to, from, mut part) in parts {
        match edges.last_mut() {
            Some(edge) if (edge.to, edge.from) == (to, from) => {
                if let Some(last) = edge.parts.last().filter(|last| last.kind == part.kind) {
                    part.repeat = last.repeat + 1;
                    part.weight_ppm = part.weight_ppm.checked_shr(part.repeat).unwrap_or(0);
                }
                edge.parts.push(part);
            }
            _ => edges.push(Edge { from, to, weight_ppm: 0, parts: vec![part] }),
        }
    }
    for edge in &mut edges {
        let sum: u64 = edge.parts.iter().map(|part| part.weight_ppm).sum();
        edge.weight_ppm = sum.min(ONE_PPM);
        if sum > ONE_PPM {
            for part in &mut edge.parts {
                part.weight_ppm = part.weight_ppm * ONE_PPM / sum;
            }
        }
    }
    edges
}

fn has_weight(one: &AttestationRecord) -> bool {
    let rule = one.kind.rule();
    rule.is_some_and(|rule| rule.weight_ppm > 0 && (one.bilateral || !rule.bilateral))
}

fn part(one: &AttestationRecord, now: Timestamp) -> Option<Part> {
    let type_ppm = one.kind.rule()?.weight_ppm.unsigned_abs();
    let decay_ppm = decay_ppm(now.as_millis() - one.issued_at.as_millis());
    Some(Part {
        cid: one.cid.clone(),
        kind: one.kind.clone(),
        public: one.public,
        type_ppm,
        decay_ppm,
        repeat: 0,
        weight_ppm: type_ppm * decay_ppm / ONE_PPM,
    })
}

/// Returns open warnings: withdrawn neither by their issuer nor by a root.
pub(super) fn open_flags(
    given: &[AttestationRecord],
    roots: &[Did],
    now: Timestamp,
    number: &impl Fn(&Did) -> usize,
) -> Vec<Flag> {
    let cleared = |flag: &AttestationRecord| {
        given.iter().any(|one| {
            one.kind.as_str() == FLAG_CLEARED
                && one.context_id.as_deref() == Some(&flag.cid)
                && (one.issuer == flag.issuer || roots.contains(&one.issuer))
        })
    };
    given
        .iter()
        .filter(|one| one.kind.as_str() == FLAG_YELLOW && !cleared(one))
        .filter_map(|one| {
            let (from, to) = (number(&one.issuer), number(&one.subject));
            Some(Flag { from, to, part: part(one, now)? })
        })
        .collect()
}
