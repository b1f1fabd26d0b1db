//! Waits with timeouts.

use std::time::{Duration, Instant};

/// Upper bound for any event on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// The first pause between two checks, which grows with time.
const PAUSE: Duration = Duration::from_millis(2);
const PAUSE_MAX: Duration = Duration::from_millis(200);

/// Waits until `is_so`; panics with `what` after a minute.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    until_some(what, || is_so().then_some(()));
}

/// Waits until there is a value; panics after a minute.
pub fn until_some<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(PATIENCE, what, look)
}

/// [`until_some`] with a custom timeout.
pub fn within<T>(patience: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + patience;
    let mut pause = PAUSE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        let seconds = patience.as_secs();
        assert!(Instant::now() < end, "waited {seconds} s in vain for {what}");
        std::thread::sleep(pause);
        pause = (2 * pause).min(PAUSE_MAX);
    }
}
