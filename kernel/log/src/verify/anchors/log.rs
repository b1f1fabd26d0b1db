//! The valid log that anchors are compared with.

use std::sync::Arc;

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::identity::{Verified, verify_log};
use imajin_dfos::{Cid, Timestamp};
use imajin_protocol::anchor::AnchoredHead;
use imajin_protocol::{Did, Head};
use rusqlite::OptionalExtension;

use super::super::evidence::chain_tokens;
use super::super::report::FaultReport;
use super::super::valid_log::ValidLog;
use crate::entry::{Header, decode_body};
use crate::rules::{Chain, Code, Fault, Owner};

/// Milliseconds: an anchor that was being made while the log was copied may be missing from the copy.
const LATE_MS: i64 = 300_000;

/// A contradiction: a fault's code and sentence.
type Breach = (Code, String);

pub(super) struct Log<'k> {
    known: &'k ValidLog,
}

impl<'k> Log<'k> {
    pub(super) fn new(known: &'k ValidLog) -> Self {
        Self { known }
    }

    /// Returns the homes, oldest first; a node may appear more than once.
    pub(super) fn homes(&self) -> impl Iterator<Item = &'k Did> {
        self.known.state.homes().iter().map(|span| &span.home.node)
    }

    /// Returns the identity chain of a home, as far as the log has it.
    pub(super) fn identity(&self, node: &Did) -> Result<Arc<Chain>, String> {
        if *node == self.known.did
            && let Some(chain) = self.known.state.owner().chain()
        {
            return Ok(chain.clone());
        }
        let tokens =
            chain_tokens(self.known.log.conn(), node).map_err(|fault| fault.to_string())?;
        if tokens.is_empty() {
            return Err(format!("the log has no identity chain of {node}"));
        }
        let chain = Chain::verify(node, &tokens).map_err(|error| format!("{node}: {error}"))?;
        Ok(Arc::new(chain))
    }

    /// Returns the owner's identity; `None` for a bare key.
    pub(super) fn owner(&self) -> Result<Option<Verified>, String> {
        let Owner::Chain(chain) = self.known.state.owner() else {
            return Ok(None);
        };
        let tokens = chain.tokens();
        let verified = verify_log(tokens.iter().map(|token| &**token));
        verified.map(Some).map_err(|error| error.to_string())
    }

    /// Checks that the log still has an anchored head. The outer error is a damaged file.
    pub(super) fn holds(
        &self,
        head: &AnchoredHead,
        node: &Did,
    ) -> Result<Result<(), Breach>, FaultReport> {
        if self.is_abandoned(head)? {
            return Ok(Ok(()));
        }
        let Some(cid) = self.entry(head.seq)?.map(|(cid, _)| cid) else {
            let message = format!(
                "the log ends with entry {}, and entry {} ({}) was anchored",
                self.known.state.next_seq().saturating_sub(1),
                head.seq,
                head.cid
            );
            return Ok(Err((Code::Cut, message)));
        };
        if cid != head.cid {
            let message =
                format!("entry {} is {cid} in the log, and was anchored as {}", head.seq, head.cid);
            return Ok(Err((Code::Anchor, message)));
        }
        let home = self.known.state.home_at(head.seq);
        if home.is_none_or(|home| home.epoch != head.epoch || home.node != *node) {
            let message = format!(
                "entry {} was anchored by {node} in epoch {}, which was not its home",
                head.seq, head.epoch
            );
            return Ok(Err((Code::Anchor, message)));
        }
        Ok(Ok(()))
    }

    /// Returns whether the owner abandoned the anchored branch: a later home entry names a head of that epoch that
    /// reaches it.
    fn is_abandoned(&self, head: &AnchoredHead) -> Result<bool, FaultReport> {
        let spans = self.known.state.homes().iter();
        let later = spans.filter(|span| span.home.epoch > head.epoch && span.from_seq <= head.seq);
        for span in later {
            let body = self.body(span.from_seq)?;
            let abandons = body
                .as_ref()
                .and_then(|body| body.get_str("abandons"))
                .and_then(|jws| Head::parse(jws).ok());
            if abandons.is_some_and(|given_up| {
                given_up.payload.epoch == head.epoch && given_up.payload.seq >= head.seq
            }) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns whether a copy must say what an anchor of this time contains: the anchor was made while the node was
    /// home, and before the newest entry of that time.
    pub(super) fn answers_for(&self, at: Timestamp, node: &Did) -> Result<bool, FaultReport> {
        let spans = self.known.state.homes();
        for (n, span) in spans.iter().enumerate() {
            if span.home.node != *node {
                continue;
            }
            let end = match spans.get(n + 1) {
                Some(next) => next.from_seq.saturating_sub(1),
                None => self.known.state.next_seq().saturating_sub(1),
            };
            let (Some((_, from)), Some((_, to))) = (self.entry(span.from_seq)?, self.entry(end)?)
            else {
                continue;
            };
            let late = to.as_millis() - at.as_millis() < LATE_MS;
            if at > from && !late {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn entry(&self, seq: u64) -> Result<Option<(Cid, Timestamp)>, FaultReport> {
        let Some(bytes) = self.blob("SELECT header FROM entries WHERE seq = ?1", seq)? else {
            return Ok(None);
        };
        let header = Header::decode(&bytes).map_err(|error| {
            FaultReport::from_fault(None, Fault::new(Code::Decode, error.to_string()))
        })?;
        Ok(Some((dag_cbor_cid(&bytes), header.at)))
    }

    fn body(&self, seq: u64) -> Result<Option<imajin_dfos::Value>, FaultReport> {
        let bytes = self.blob("SELECT body FROM bodies WHERE seq = ?1", seq)?;
        Ok(bytes.and_then(|bytes| decode_body(&bytes).ok()))
    }

    fn blob(&self, sql: &str, seq: u64) -> Result<Option<Vec<u8>>, FaultReport> {
        let Ok(seq) = i64::try_from(seq) else {
            return Ok(None);
        };
        let conn = self.known.log.conn();
        conn.query_row(sql, [seq], |row| row.get(0))
            .optional()
            .map_err(|error| FaultReport::from_fault(None, error.into()))
    }
}
