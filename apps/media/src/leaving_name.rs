//! The names under which files leave the box: in archives, and in what a browser saves.
//!
//! Always: such a name is one of a file on every computer, and reads from left to right as it is. On the box a file keeps the
//! name that its owner gave it. The names in copies of a record are made by the program (`imajin_log::format::names`).

use imajin_app::operation::turns_direction;

/// Names that Windows takes for a device, whatever ending follows.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
/// Devices of which there are several: a digit follows, which may be written high.
const PORTS: [&str; 2] = ["com", "lpt"];

/// A name for a file that leaves the box.
pub(crate) fn leaving_name(name: &str) -> String {
    let plain = name.replace(is_odd, "_");
    match plain.trim_end_matches(['.', ' ']) {
        "" => "_".to_owned(),
        plain if is_device(plain) => format!("_{plain}"),
        plain => plain.to_owned(),
    }
}

/// Whether a character has no place in a name: it controls something, turns the direction of what follows, or leads elsewhere.
fn is_odd(c: char) -> bool {
    let ends_line = matches!(c, '\u{2028}' | '\u{2029}');
    turns_direction(c) || ends_line || c.is_control() || "/\\:*?\"<>|".contains(c)
}

fn is_device(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let is_port = |port: &str| {
        let number = first.strip_prefix(port);
        number.is_some_and(|number| {
            let mut digits = number.chars();
            let is_digit = |c: char| c.is_ascii_digit() || "¹²³".contains(c);
            digits.next().is_some_and(is_digit) && digits.next().is_none()
        })
    };
    DEVICES.contains(&first.as_str()) || PORTS.into_iter().any(is_port)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn devices_turned_text_and_ends_that_vanish_do_not_leave() {
        for (name, expected) in [
            ("holiday.jpg", "holiday.jpg"),
            ("NUL", "_NUL"),
            ("nul.tar.gz", "_nul.tar.gz"),
            ("CON.txt", "_CON.txt"),
            ("con .txt", "_con .txt"),
            ("COM1.jpg", "_COM1.jpg"),
            ("lpt³.jpg", "_lpt³.jpg"),
            ("CONIN$", "_CONIN$"),
            ("COM.jpg", "COM.jpg"),
            ("COM10.jpg", "COM10.jpg"),
            ("console.jpg", "console.jpg"),
            ("photo\u{202e}gpj.exe", "photo_gpj.exe"),
            ("\u{2066}a\u{2069}\u{200f}", "_a__"),
            ("a\r\nb\0", "a__b_"),
            ("a. . ", "a"),
            ("NUL. ", "_NUL"),
            ("...", "_"),
            ("../c:\\d", ".._c__d"),
        ] {
            assert_eq!(leaving_name(name), expected, "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn every_name_that_leaves_is_one_of_a_file_everywhere(
            name in "(nul|CON|com[0-9¹]|lpt1|a)?[ .]{0,2}(\\PC|[\u{0}-\u{1f}\u{202a}-\u{202e}\u{2066}-\u{2069}./:]){0,12}[ .]{0,2}"
        ) {
            let leaving = leaving_name(&name);
            prop_assert!(!leaving.is_empty() && !leaving.ends_with(['.', ' ']));
            prop_assert!(!leaving.contains(is_odd) && !is_device(&leaving), "{leaving:?}");
            prop_assert_eq!(leaving_name(&leaving), leaving.clone(), "once is enough");
        }
    }
}
