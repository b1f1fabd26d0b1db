//! Who can forge what: one test for each row of docs/threats.md, in a file by the target of the attack. Each shows an
//! honest log, then attacks it as far as the keys of the party that the row names go. Both verifiers must report the
//! same fault at the same place.

mod across;
mod alike;
mod anchored;
mod bound;
mod changes;
pub(crate) mod codes;
mod copies;
mod entries;
mod erasures;
mod holes;
mod keys;
mod prelude;
mod rows;
mod time;
mod twice;
mod unknown;

use crate::support::{Log, Make, Party};
use crate::tools::acts::*;
use crate::tools::forge::*;

fn ann() -> Party {
    Party::new(1)
}

fn bob() -> Party {
    Party::new(2)
}

fn first_box() -> Party {
    Party::new(3)
}

fn second_box() -> Party {
    Party::new(4)
}

/// Moves to the second box as this signer; both homes comply.
fn moved_by(log: &Log, hand: &Hand) -> Log {
    let mut out = log.clone();
    let second = second_box();
    out.chains.insert(second.did.to_string(), vec![second.genesis.token.clone()]);
    let hand = Hand { aud: second.did.clone(), ..hand.clone() };
    will_by(&mut out, moving(&second, 2), &hand);
    out
}

/// Makes a custodial row: a session has no proof that anyone else can check.
fn custodial_row(log: &Log, make: Make) -> Row {
    let mut scratch = log.clone();
    scratch.custodial(make);
    rows(&scratch).pop().unwrap()
}

/// Makes Ann follow Bob and Carol. Returns the three logs, and the operation.
fn friends() -> (Log, Log, Log, Operation) {
    let carol = Party::new(5);
    let mut ann = begin(&ann(), &first_box());
    let mut bob = begin(&bob(), &first_box());
    let mut carol = begin(&carol, &first_box());
    let both = [bob.owner.did.clone(), carol.owner.did.clone()];
    let follow = follow(&mut ann, &both, "profile.follow", true);
    be_followed(&mut bob, &follow);
    be_followed(&mut carol, &follow);
    for log in [&mut ann, &mut bob, &mut carol] {
        log.head();
    }
    (ann, bob, carol, follow)
}
