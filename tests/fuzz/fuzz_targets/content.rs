//! Content chains: one token a line; a log without forks and its extension step by step agree, and the set of
//! all branches accepts whatever the log does.
#![no_main]
use imajin_dfos::Verifier;
use imajin_dfos::content::{self, Chain, State};
use imajin_dfos::resolve::MemoryResolver;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    // Lines that are identities make the known ones; the rest is the log.
    let (mut known, mut tokens) = (MemoryResolver::new(), Vec::new());
    for line in text.lines() {
        match imajin_dfos::identity::Verified::genesis(line) {
            Ok(chain) => known.insert(chain),
            Err(_) => tokens.push(line),
        }
    }
    let verifier = Verifier::of_history(&known);
    let whole = content::verify_log(&tokens, &verifier);
    let mut steps: Option<State> = None;
    for token in &tokens {
        let next = match &steps {
            Some(state) => state.extend(token, &verifier),
            None => State::genesis(token, &verifier),
        };
        match next {
            Ok(state) => steps = Some(state),
            Err(_) => {
                assert!(whole.is_err(), "extension agrees with the whole");
                return;
            }
        }
    }
    assert_eq!(whole.as_ref().ok(), steps.as_ref());
    if let Ok(state) = whole {
        let chain = Chain::verify_log(&tokens, &verifier);
        assert_eq!(chain.ok().as_ref().map(Chain::head), Some(&state));
    }
});
