//! Years of a node in seconds: the whole ledger, with the real SQLite, on a disk that drops, tears and reorders
//! unsynced writes, fails syncs and fills up, while the power may fail at any moment.
//!
//! Every history is determined by its seed. `IMAJIN_SEED=n` repeats one; `IMAJIN_SEEDS=n` sets the number of histories.

#[path = "../../../kernel/ledger/tests/ledger/world.rs"]
mod world;

#[path = "ledger/checks.rs"]
mod checks;
#[path = "ledger/history.rs"]
mod history;
#[path = "ledger/lying.rs"]
mod lying;

use history::History;

/// Number of histories in an ordinary run; `scripts/test --all` and `scripts/torture` run many more.
const SEEDS: u64 = 80;

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text:?}")))
}

// One test per file: the simulated disk is global to the process.
#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_half_done() {
    let seeds = match number("IMAJIN_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("IMAJIN_SEEDS").unwrap_or(SEEDS),
    };
    let mut totals = history::Totals::default();
    for seed in seeds.clone() {
        let played = std::panic::catch_unwind(|| History::play(seed));
        match played {
            Ok(found) => totals.add(&found),
            Err(_) => panic!(
                "the history of seed {seed} went wrong; play it again with IMAJIN_SEED={seed}"
            ),
        }
    }
    println!("{totals:?}");
    if seeds.end - seeds.start >= SEEDS {
        totals.assert_that_faults_were_met();
    }
    // The same seed gives the same history, down to every acknowledged CID.
    for seed in seeds.take(5) {
        assert_eq!(History::play(seed), History::play(seed), "seed {seed} is not deterministic");
    }
}
