//! Rate limits in one number that survives a restart: the time at which an evenly draining bucket would be empty (the
//! generic cell rate algorithm, ITU-T I.371).

/// A limit per hour, which is also the size of a burst.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    an_hour: u32,
}

const HOUR_MS: i64 = 3_600_000;

impl Rate {
    /// Limits to this many per hour; 0 refuses everything.
    pub(super) fn an_hour(an_hour: u32) -> Self {
        Self { an_hour }
    }

    /// Counts a request: returns the new number, or the seconds to wait. `stored_ms` is the number so far.
    pub(super) fn take(self, stored_ms: Option<i64>, now_ms: i64) -> Result<i64, u32> {
        if self.an_hour == 0 {
            return Err(u32::try_from(HOUR_MS / 1000).unwrap_or(u32::MAX));
        }
        let each_ms = (HOUR_MS / i64::from(self.an_hour)).max(1);
        // A number from further away than a full bucket is from a clock that went wrong.
        let from = stored_ms.unwrap_or(now_ms).clamp(now_ms, now_ms.saturating_add(HOUR_MS));
        let next = from.saturating_add(each_ms);
        let over_ms = next - now_ms - HOUR_MS;
        if over_ms > 0 {
            return Err(u32::try_from((over_ms + 999) / 1000).unwrap_or(u32::MAX));
        }
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_at_once_and_then_evenly() {
        let rate = Rate::an_hour(4);
        let mut stored = None;
        for _ in 0..4 {
            stored = Some(rate.take(stored, 0).unwrap());
        }
        assert_eq!(rate.take(stored, 0), Err(900));
        assert_eq!(rate.take(stored, 899_001), Err(1));
        stored = Some(rate.take(stored, 900_000).unwrap());
        assert_eq!(rate.take(stored, 900_000), Err(900));
        // Everything is there again after an hour, and not more.
        let later = 100 * HOUR_MS;
        for _ in 0..4 {
            stored = Some(rate.take(stored, later).unwrap());
        }
        assert!(rate.take(stored, later).is_err());
        // A clock that goes back locks a client out for an hour at most.
        assert!(rate.take(stored, 0).unwrap_err() <= 900);
        assert!(Rate::an_hour(0).take(None, 0).is_err());
    }
}
