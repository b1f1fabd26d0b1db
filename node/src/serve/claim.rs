//! The claim code: whoever uses it first owns the node. It is made at the first start, stands in a file for this user
//! alone as long as the node has no owner (so that it can be printed again), and goes with the claim.

use crate::failure::{OrFail, Outcome};
use crate::open::NODE_FOLDER;
use imajin_service::node::Node;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

const FILE_NAME: &str = "claim.code";
/// Without letters that look like others.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 80 bits: beyond guessing, short enough to type from a terminal into a phone.
const LENGTH: usize = 16;
const GROUP: usize = 4;

/// The code of a data folder, made if there is none.
pub fn read_or_make(data: &Path) -> Outcome<String> {
    let path = path(data);
    match std::fs::read_to_string(&path) {
        Ok(code) if !code.trim().is_empty() => return Ok(code.trim().to_owned()),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).or_unusable(format!("cannot read {}", path.display()));
        }
        _ => {}
    }
    let code = make()?;
    let doing = || format!("cannot write {}", path.display());
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .or_unusable(doing())?;
    writeln!(file, "{code}").or_unusable(doing())?;
    file.sync_all().or_unusable(doing())?;
    Ok(code)
}

/// Gives a node without an owner its code; one that has an owner needs none any more. To be asked once the services
/// have begun: they know whether there is an owner.
pub fn code(node: &Node) -> Outcome<Option<String>> {
    if node.is_claimed() {
        forget_if_claimed(node)?;
        return Ok(None);
    }
    let code = read_or_make(node.data())?;
    node.set_claim_code(code.clone());
    Ok(Some(code))
}

/// Removes the code of a node that got an owner.
pub fn forget_if_claimed(node: &Node) -> Outcome {
    let path = path(node.data());
    if node.is_claimed() && path.exists() {
        std::fs::remove_file(&path).or_unusable(format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

fn path(data: &Path) -> PathBuf {
    data.join(NODE_FOLDER).join(FILE_NAME)
}

fn make() -> Outcome<String> {
    let mut random = [0; LENGTH];
    getrandom::fill(&mut random).or_unusable("this machine gives no random numbers")?;
    // 32 letters divide 256 evenly, so each is as likely as the others.
    let letters: Vec<char> = random
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte & 31)]))
        .collect();
    let groups: Vec<String> = letters
        .chunks(GROUP)
        .map(|group| group.iter().collect())
        .collect();
    Ok(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_can_be_typed_and_stays_until_it_is_used() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(NODE_FOLDER)).unwrap();
        let code = read_or_make(folder.path()).unwrap();
        assert_eq!(code.len(), LENGTH + LENGTH / GROUP - 1);
        assert_eq!(read_or_make(folder.path()).unwrap(), code);
    }
}
