//! The release keys that this machine trusts: in a file of root's, one a line.

use crate::failure::{Failure, OrFail, Outcome};
use imajin_ledger::durable;
use imajin_protocol::Did;
use imajin_registry::release::parse_key;
use std::path::Path;

/// The file. The image has it built in.
pub const KEYS: &str = "/etc/imajin/release-keys";

/// The keys in `file`, and those that were named besides it. None at all is a refusal.
pub fn trusted(file: &Path, named: &[String]) -> Outcome<Vec<Did>> {
    let mut keys = Vec::new();
    let text = durable::if_there(std::fs::read_to_string(file)).or_unusable(file.display())?;
    let text = text.unwrap_or_default();
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or(line).trim());
    for line in lines.filter(|line| !line.is_empty()) {
        keys.push(parse_key(line).or_unusable(file.display())?);
    }
    for text in named {
        keys.push(parse_key(text).or_unusable("--release-key")?);
    }
    if keys.is_empty() {
        Err(Failure::no(format!(
            "no release key is known on this machine, so no release is trusted: put the public key of the maker of your releases \
             into {}, or name it with --release-key",
            file.display()
        )))
    } else {
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_none_is_a_refusal() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("release-keys");
        let refused = |named: &[String]| trusted(&file, named).unwrap_err().text();
        assert!(refused(&[]).contains("--release-key"));
        let key = "ab".repeat(32);
        assert_eq!(trusted(&file, std::slice::from_ref(&key)).unwrap().len(), 1);
        std::fs::write(&file, format!("# ours\n\n{key}  # since 2026\n")).unwrap();
        assert_eq!(trusted(&file, &[]).unwrap()[0], parse_key(&key).unwrap());
        std::fs::write(&file, "key").unwrap();
        assert!(refused(&[]).contains("release-keys"));
        assert!(refused(&["x".to_owned()]).contains("not a release key"));
    }
}
