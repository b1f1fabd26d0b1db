//! Sizes for people.

/// Bytes for people: `1.4 MB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (count as f64, 0);
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    match unit {
        0 => format!("{count} B"),
        _ => format!("{value:.1} {}", UNITS[unit]),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_have_units() {
        assert_eq!(super::bytes(999), "999 B");
        assert_eq!(super::bytes(1_400_000), "1.4 MB");
        assert_eq!(super::bytes(u64::MAX), "18446744.1 TB");
    }
}
