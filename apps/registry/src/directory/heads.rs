//! The heads of a node's own log in its heartbeats. They let two boxes with one key notice each other, and an old copy
//! of the data notice that it is old.
//!
//! Always: the registry does not judge. It stores the newest head and a few recent ones, and answers with those that
//! differ from the one in the request. The node verifies their signatures and compares them with its log. A head of a
//! later epoch replaces all earlier ones.

use imajin_protocol::{Did, Head};
use serde_json::Value;

use super::refusal::{Refusal, field};

/// Maximum number of heads kept of a node.
const KEPT: usize = 4;

/// Reads the member `head` of a heartbeat.
pub(super) fn read(value: Option<&Value>, id: &Did) -> Result<Option<Head>, Refusal> {
    const FORM: &str = "head must be a head of the node's own record, as a compact JWS";
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let head = value.as_str().and_then(|text| Head::parse(text).ok());
    let head = head.filter(|head| head.payload.did == *id && head.node() == id);
    head.map(Some).ok_or_else(|| field("head", FORM))
}

/// Returns the kept heads with a newly reported one added, as compact JWS.
pub(super) fn add_head(kept: &[String], heard: &Head) -> Vec<String> {
    let mut heads: Vec<Head> = kept.iter().filter_map(|jws| Head::parse(jws).ok()).collect();
    heads.retain(|head| !is_same(head, heard));
    heads.push(heard.clone());
    let newest = heads.iter().map(|head| head.payload.epoch).max();
    heads.retain(|head| Some(head.payload.epoch) == newest);
    while heads.len() > KEPT {
        let furthest = heads.iter().map(|head| head.payload.seq).max();
        // The newest stays, however long ago it came.
        let oldest = heads.iter().position(|head| Some(head.payload.seq) != furthest);
        heads.remove(oldest.unwrap_or(0));
    }
    heads.iter().map(Head::to_compact).collect()
}

/// Returns the kept heads that differ from the one in the heartbeat; none if it had no head.
pub(super) fn others(kept: &[String], named: Option<&Head>) -> Vec<String> {
    let Some(named) = named else {
        return Vec::new();
    };
    let differs = |jws: &&String| Head::parse(jws).is_ok_and(|head| !is_same(&head, named));
    kept.iter().filter(differs).cloned().collect()
}

fn is_same(one: &Head, other: &Head) -> bool {
    (one.payload.epoch, one.payload.seq, one.payload.cid)
        == (other.payload.epoch, other.payload.seq, other.payload.cid)
}

#[cfg(test)]
mod tests {
    use imajin_dfos::cid::dag_cbor_cid;
    use imajin_dfos::{SigningKey, Timestamp};
    use imajin_protocol::{HeadPayload, Kid};

    use super::*;

    fn head(epoch: u64, seq: u64, branch: &str) -> Head {
        let key = SigningKey::from_bytes(&[1; 32]);
        let did = Did::from_key(key.verifying_key().as_bytes());
        let payload = HeadPayload {
            at: Timestamp::from_millis(1_800_000_000_000).unwrap(),
            cid: dag_cbor_cid(branch.as_bytes()),
            did: did.clone(),
            epoch,
            seq,
        };
        Head::sign(&key, Kid::of_bare_key(&did).unwrap(), payload).unwrap()
    }

    #[test]
    fn the_newest_and_the_last_that_came_are_kept() {
        let all =
            [head(1, 9, "a"), head(1, 2, "b"), head(1, 3, "b"), head(1, 4, "b"), head(1, 5, "b")];
        let kept = all.iter().fold(Vec::new(), |kept, head| add_head(&kept, head));
        assert_eq!(kept.len(), KEPT);
        assert!(kept.contains(&all[0].to_compact()) && !kept.contains(&all[1].to_compact()));
        assert_eq!(others(&kept, Some(&all[0])).len(), KEPT - 1);
        assert_eq!(add_head(&kept, &all[0]).len(), KEPT);
        assert!(others(&kept, None).is_empty());
    }

    #[test]
    fn a_later_epoch_gives_up_what_came_before() {
        let (old, new) = (head(1, 9, "a"), head(2, 3, "b"));
        let kept = add_head(&add_head(&[], &old), &new);
        assert_eq!(kept, [new.to_compact()]);
        // A node that is behind gets the newer head, and changes nothing here.
        assert_eq!(add_head(&kept, &old), [new.to_compact()]);
        assert_eq!(others(&kept, Some(&old)), [new.to_compact()]);
    }

    #[test]
    fn a_head_is_of_the_node_that_sends_it() {
        let own = head(1, 9, "a");
        let text = Value::from(own.to_compact());
        assert!(read(Some(&text), &own.payload.did).unwrap().is_some());
        assert!(read(None, &own.payload.did).unwrap().is_none());
        assert!(read(Some(&text), &Did::from_key(&[7; 32])).is_err());
        assert!(read(Some(&Value::from("head")), &own.payload.did).is_err());
    }
}
