//! The claim code: its first user becomes the node's owner. The first start makes it; it is in a file for this user
//! alone while the node has no owner (so that it can be printed again), and is removed with the claim. A node that its owner
//! releases while it runs gets a new one at once, and prints it.

use crate::output::Out;
use imajin_app::Node;
use imajin_box::failure::{OrFail, Outcome};
use imajin_box::folder::NODE_FOLDER;
use imajin_host::prelude::*;
use imajin_host::stop::Stop;
use imajin_ledger::durable;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

const FILE_NAME: &str = "claim.code";
/// Pause after a failure to write or remove the file.
const PAUSE: Duration = Duration::from_secs(1);
/// Letters of a code, without those that look like others.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 80 bits: beyond guessing, short enough to type from a terminal into a phone.
const LENGTH: usize = 16;
const GROUP: usize = 4;

/// Reads the claim code of a data folder; makes a new one if there is none, or the file's code is older than the node's last
/// release. An older code has already been used: a power cut at that moment leaves its file behind.
pub fn read_or_make(data: &Path, released_at: u64) -> Outcome<String> {
    let path = path(data);
    let text = durable::if_there(std::fs::read_to_string(&path))
        .or_unusable(format!("cannot read {}", path.display()))?;
    if let Some(code) = text.and_then(|text| kept(&text, released_at)) {
        return Ok(code);
    }
    let code = make()?;
    let text = match released_at {
        0 => format!("{code}\n"),
        number => format!("{code} {number}\n"),
    };
    durable::replace(&path, text.as_bytes())
        .or_unusable(format!("cannot write {}", path.display()))?;
    Ok(code)
}

/// The code in a file, if it was made after this release: `CODE`, or `CODE NUMBER` where the node was released before.
fn kept(text: &str, released_at: u64) -> Option<String> {
    let mut words = text.split_whitespace();
    let (code, number) = (words.next()?, words.next());
    (number.map_or(Ok(0), str::parse::<u64>) == Ok(released_at)).then(|| code.to_owned())
}

/// Sets the claim code of a node without an owner: the one in its settings, else a generated one. Removes the code of a
/// node that has an owner. Must be called after the services have started, because they know whether there is an owner.
pub fn code(node: &Node, chosen: Option<&str>) -> Outcome<Option<String>> {
    if node.is_claimed() {
        forget_if_claimed(node)?;
        return Ok(None);
    }
    let code = match chosen {
        Some(code) if !node.was_released() => code.to_owned(),
        // The previous owner, who released the node, knows the chosen code.
        _ => read_or_make(node.data(), node.released_at())?,
    };
    node.set_claim_code(code.clone());
    Ok(Some(code))
}

/// Removes the file once the node has an owner, and gives the node a new code whenever it has none any more.
pub(super) async fn follow(node: Node, door: String, stop: Stop) {
    let mut changes = node.claim_changes();
    loop {
        let is_over = match look(&node, &door) {
            Ok(()) => stop.or(changes.changed()).await.is_none(),
            Err(error) => {
                tracing::error!("the claim code: {}", error.text());
                !stop.rest(PAUSE).await
            }
        };
        if is_over {
            return;
        }
    }
}

fn look(node: &Node, door: &str) -> Outcome {
    if node.is_claimed() {
        return forget_if_claimed(node);
    }
    if node.claim_code().is_some() {
        return Ok(());
    }
    // The node was released just now.
    let code = read_or_make(node.data(), node.released_at())?;
    node.set_claim_code(code.clone());
    let mut out = Out::new();
    out.line("")?;
    print(&mut out, door, &code, "This node was released.")?;
    out.done()
}

/// Prints how to become the owner.
pub(super) fn print(out: &mut Out, door: &str, code: &str, why: &str) -> Outcome {
    let link = format!("{door}/claim#{code}");
    out.line(format_args!("{why} The first person to open this link owns it:"))?;
    out.line(format_args!("  claim     {link}"))?;
    out.line(format_args!("  code      {code}"))?;
    if std::io::stdout().is_terminal()
        && let Ok(qr) = QrCode::new(&link)
    {
        out.line("")?;
        out.line(qr.render::<Dense1x2>().quiet_zone(true).build())?;
    }
    Ok(())
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
    let letters: Vec<char> =
        random.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect();
    let groups: Vec<String> = letters.chunks(GROUP).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_can_be_typed_and_stays_until_it_is_used() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(NODE_FOLDER)).unwrap();
        let read_or_make = |released_at| read_or_make(folder.path(), released_at).unwrap();
        let code = read_or_make(0);
        assert_eq!(code.len(), LENGTH + LENGTH / GROUP - 1);
        assert_eq!(read_or_make(0), code);
        let next = read_or_make(2);
        assert_ne!(next, code, "the code that was used is good again");
        assert_eq!(read_or_make(2), next);
        assert_ne!(read_or_make(4), next);
    }
}
