//! Identity chains: one token a line; a whole log and its extension step by step agree.
#![no_main]
use imajin_dfos::identity;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let tokens: Vec<&str> = text.lines().collect();
    let whole = identity::verify_log(&tokens);
    let mut steps =
        tokens.split_first().map(|(first, rest)| (identity::Verified::genesis(first), rest));
    if let Some((state, rest)) = &mut steps {
        for token in rest.iter() {
            if let Ok(chain) = state {
                *state = identity::extend(chain, token);
            }
        }
    }
    let by_steps = steps.is_some_and(|(state, _)| state.is_ok());
    assert_eq!(whole.is_ok(), by_steps, "extension agrees with the whole");
});
