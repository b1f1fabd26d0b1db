//! Looks up in the file what the rules need beyond an entry (docs/format.md §7, §9, §10).
//!
//! Always: every answer was decoded strictly and has the requested CID. Remembers which rows were used, so that unused
//! rows can be found at the end. Memory is bounded, except for what the file refers to.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use imajin_dfos::cid::{CODEC_DAG_CBOR, dag_cbor_cid};
use imajin_dfos::{Cid, Value, cbor};
use imajin_protocol::did::DidKind;
use imajin_protocol::{Did, Head};
use rusqlite::{Connection, OptionalExtension, params};

use super::rows;
use crate::entry::{Header, decode_body};
use crate::rules::{Cause, Chain, Code, Evidence, EvidenceError, Fault, NamedBody, Opening, fail};

/// CIDs of the newest entries, which `seen` nearly always names.
const RECENT_MAX: usize = 8_192;
/// Maximum number of chains and causes kept in parsed form.
const PARSED_MAX: usize = 1_024;
/// Maximum number of openings of one operation.
const LIST_MAX: usize = 100_000;

/// The evidence in one log file.
pub struct FileEvidence<'c> {
    conn: &'c Connection,
    recent: VecDeque<Cid>,
    next_seq: u64,
    chains: RefCell<HashMap<Did, Option<Arc<Chain>>>>,
    causes: RefCell<HashMap<Cid, Arc<Cause>>>,
    /// The entries that name each body that an erasure names.
    named: HashMap<Cid, Vec<NamedBody>>,
    /// The number of the last erasure of each body.
    erasures: Rc<HashMap<Cid, u64>>,
    pub(crate) used: RefCell<Used>,
}

/// The rows that entries refer to.
#[derive(Debug, Default)]
pub(crate) struct Used {
    pub(crate) chains: HashSet<Did>,
    pub(crate) causes: HashSet<Cid>,
    pub(crate) txns: HashSet<Cid>,
    pub(crate) openings: HashSet<Cid>,
    /// Causes whose bodies are withheld from this owner.
    pub(crate) withheld: u64,
}

impl<'c> FileEvidence<'c> {
    pub(crate) fn new(conn: &'c Connection, erasures: Rc<HashMap<Cid, u64>>) -> Self {
        Self {
            conn,
            recent: VecDeque::with_capacity(RECENT_MAX),
            next_seq: 0,
            chains: RefCell::default(),
            causes: RefCell::default(),
            named: HashMap::new(),
            erasures,
            used: RefCell::default(),
        }
    }

    /// Returns the evidence for the entry that would come next, with the chain of a node that the file may lack.
    pub fn at_end(conn: &'c Connection, next_seq: u64, (node, chain): (&Did, &Arc<Chain>)) -> Self {
        Self {
            next_seq,
            chains: RefCell::new(HashMap::from([(node.clone(), Some(chain.clone()))])),
            ..Self::new(conn, Rc::default())
        }
    }

    /// Records an entry that the rules admitted.
    pub(crate) fn advance(&mut self, cid: Cid, header: &Header) {
        if self.recent.len() == RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(cid);
        self.next_seq = header.seq + 1;
        let used = self.used.get_mut();
        if !used.chains.contains(&header.author) {
            used.chains.insert(header.author.clone());
        }
        if let Some(txn) = header.txn {
            used.txns.insert(txn);
        }
        if let Some(body) = header.body.filter(|body| self.erasures.contains_key(body)) {
            let named = self.named.entry(body).or_default();
            named.push(NamedBody::new(body, header));
        }
    }

    fn read_chain(&self, did: &Did) -> Result<Option<Arc<Chain>>, Fault> {
        let tokens = chain_tokens(self.conn, did)?;
        if tokens.is_empty() {
            return Ok(None);
        }
        let chain = Chain::verify(did, &tokens).map_err(|error| {
            Fault::new(Code::Identity, format!("the identity chain of {did}: {error}"))
        })?;
        Ok(Some(Arc::new(chain)))
    }

    fn read_cause(&self, cid: &Cid) -> Result<Option<Cause>, Fault> {
        let sql = "SELECT header, body FROM causes WHERE cid = ?1";
        let row = |row: &rusqlite::Row<'_>| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<Vec<u8>>>(1)?))
        };
        let mut statement = self.conn.prepare_cached(sql)?;
        let columns = statement.query_row([cid.to_bytes()], row).optional()?;
        let Some((header, body)) = columns else {
            return Ok(None);
        };
        let fault = |message: String| Fault::new(Code::Cause, format!("cause {cid}: {message}"));
        if dag_cbor_cid(&header) != *cid {
            return Err(fault("the header is another".into()));
        }
        let header = Header::decode(&header).map_err(|error| fault(error.to_string()))?;
        if header.prev.is_none() != (header.seq == 0) {
            return Err(fault("prev is absent exactly at seq 0".into()));
        }
        let body = match (header.body, body) {
            (None, None) => None,
            (Some(_), None) => {
                self.used.borrow_mut().withheld += 1;
                None
            }
            (Some(body_cid), Some(bytes)) if dag_cbor_cid(&bytes) == body_cid => {
                Some(Arc::new(decode_body(&bytes).map_err(|error| fault(error.to_string()))?))
            }
            _ => {
                return Err(fault("its body is not the one that the header names".into()));
            }
        };
        Ok(Some(Cause { cid: *cid, header: Arc::new(header), body }))
    }

    fn read_blob(&self, sql: &str, cid: &Cid) -> Result<Option<Value>, Fault> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let bytes: Option<Vec<u8>> =
            statement.query_row([cid.to_bytes()], |row| row.get(0)).optional()?;
        let Some(bytes) = bytes else { return Ok(None) };
        let fault = |message: String| Fault::new(Code::Txn, message);
        if dag_cbor_cid(&bytes) != *cid {
            return Err(fault(format!("the row of {cid} has another content")));
        }
        let value =
            cbor::decode(&bytes).map_err(|error| fault(format!("the row of {cid}: {error}")))?;
        Ok(Some(value))
    }

    fn read_txn(&self, cid: &Cid) -> Result<Option<Arc<[Cid]>>, Fault> {
        let Some(value) = self.read_blob("SELECT list FROM txns WHERE cid = ?1", cid)? else {
            return Ok(None);
        };
        let links: Option<Vec<Cid>> = value
            .as_list()
            .filter(|list| (1..=LIST_MAX).contains(&list.len()))
            .and_then(|list| list.iter().map(dag_cbor_link).collect());
        let links =
            links.ok_or_else(|| Fault::new(Code::Txn, format!("{cid} is not a list of links")))?;
        self.used.borrow_mut().openings.extend(&links);
        Ok(Some(links.into()))
    }

    fn read_opening(&self, cid: &Cid) -> Result<Option<Arc<Opening>>, Fault> {
        let Some(value) = self.read_blob("SELECT opening FROM openings WHERE cid = ?1", cid)?
        else {
            return Ok(None);
        };
        let opening = opening_of(&value);
        let opening =
            opening.ok_or_else(|| Fault::new(Code::Txn, format!("{cid} is not an opening")))?;
        Ok(Some(Arc::new(opening)))
    }
}

/// Returns a link to dag-cbor, which openings and bodies always are.
fn dag_cbor_link(value: &Value) -> Option<Cid> {
    value.as_link().copied().filter(|cid| cid.codec() == CODEC_DAG_CBOR)
}

/// Reads an opening (docs/format.md §7) of a log, whose body, if it has one, is dag-cbor.
pub(crate) fn opening_of(value: &Value) -> Option<Opening> {
    let is_dag_cbor = |body: Cid| body.codec() == CODEC_DAG_CBOR;
    Opening::from_value(value).filter(|opening| {
        opening.did.kind() == DidKind::Key && opening.body.is_none_or(is_dag_cbor)
    })
}

/// Returns the operations of a chain, in order and without a gap.
pub(crate) fn chain_tokens(conn: &Connection, did: &Did) -> Result<Vec<String>, Fault> {
    let mut statement =
        conn.prepare_cached("SELECT n, jws FROM chains WHERE did = ?1 ORDER BY n")?;
    let rows = statement
        .query_map([did.as_str()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let mut tokens = Vec::new();
    for row in rows {
        let (n, token) = row?;
        if usize::try_from(n) != Ok(tokens.len()) {
            let message = format!("the identity chain of {did} has no operation {}", tokens.len());
            return fail(Code::Identity, message);
        }
        tokens.push(token);
    }
    Ok(tokens)
}

/// Parses a head of the table, whose columns must agree with it.
pub(crate) fn parse_head(did: &Did, epoch: i64, node: &str, jws: &str) -> Result<Head, Fault> {
    let fault =
        |message: String| Fault::new(Code::Head, format!("the head of epoch {epoch}: {message}"));
    let head = Head::parse(jws).map_err(|error| fault(error.to_string()))?;
    let fits = head.payload.did == *did
        && i64::try_from(head.payload.epoch) == Ok(epoch)
        && *head.node() == *node
        && head.to_compact() == jws;
    if !fits {
        return Err(fault("it is not of this log, this epoch and this node".into()));
    }
    Ok(head)
}

fn boxed(fault: Fault) -> EvidenceError {
    EvidenceError(Box::new(fault))
}

impl Evidence for FileEvidence<'_> {
    fn entry_cid(&self, seq: u64) -> Result<Option<Cid>, EvidenceError> {
        if seq >= self.next_seq {
            return Ok(None);
        }
        let back = usize::try_from(self.next_seq - seq).unwrap_or(usize::MAX);
        if let Some(at) = self.recent.len().checked_sub(back) {
            return Ok(self.recent.get(at).copied());
        }
        let header = rows::header(self.conn, seq).map_err(|error| boxed(error.into()))?;
        Ok(header.map(|header| dag_cbor_cid(&header)))
    }

    fn chain(&self, did: &Did) -> Result<Option<Arc<Chain>>, EvidenceError> {
        if let Some(chain) = self.chains.borrow().get(did) {
            return Ok(chain.clone());
        }
        self.used.borrow_mut().chains.insert(did.clone());
        let chain = self.read_chain(did).map_err(boxed)?;
        let mut chains = self.chains.borrow_mut();
        if chains.len() >= PARSED_MAX {
            chains.clear();
        }
        chains.insert(did.clone(), chain.clone());
        Ok(chain)
    }

    fn cause(&self, cid: &Cid) -> Result<Option<Arc<Cause>>, EvidenceError> {
        if let Some(cause) = self.causes.borrow().get(cid) {
            return Ok(Some(cause.clone()));
        }
        let was_counted = self.used.borrow().causes.contains(cid);
        let withheld = self.used.borrow().withheld;
        let Some(cause) = self.read_cause(cid).map_err(boxed)? else {
            return Ok(None);
        };
        let mut used = self.used.borrow_mut();
        if was_counted {
            // Read again after the cache was emptied: it was counted before.
            used.withheld = withheld;
        }
        used.causes.insert(*cid);
        used.chains.insert(cause.header.author.clone());
        let cause = Arc::new(cause);
        let mut causes = self.causes.borrow_mut();
        if causes.len() >= PARSED_MAX {
            causes.clear();
        }
        causes.insert(*cid, cause.clone());
        Ok(Some(cause))
    }

    fn txn(&self, cid: &Cid) -> Result<Option<Arc<[Cid]>>, EvidenceError> {
        self.read_txn(cid).map_err(boxed)
    }

    fn opening(&self, cid: &Cid) -> Result<Option<Arc<Opening>>, EvidenceError> {
        self.read_opening(cid).map_err(boxed)
    }

    fn head(&self, epoch: u64, node: &Did) -> Result<Option<Head>, EvidenceError> {
        let Ok(epoch) = i64::try_from(epoch) else {
            return Ok(None);
        };
        let mut statement = self
            .conn
            .prepare_cached("SELECT jws FROM heads WHERE epoch = ?1 AND node = ?2")
            .map_err(|error| boxed(error.into()))?;
        let jws: Option<String> = statement
            .query_row(params![epoch, node.as_str()], |row| row.get(0))
            .optional()
            .map_err(|error| boxed(error.into()))?;
        // Malformed heads are reported with all others at the end; here they count as absent.
        Ok(jws.and_then(|jws| Head::parse(&jws).ok()))
    }

    fn named_bodies(&self, bodies: &[Cid], before: u64) -> Result<Vec<NamedBody>, EvidenceError> {
        let named = bodies.iter().filter_map(|body| self.named.get(body)).flatten();
        Ok(named.filter(|named| named.seq < before).cloned().collect())
    }

    fn erased_later(&self, body: &Cid, seq: u64) -> Result<bool, EvidenceError> {
        Ok(self.erasures.get(body).is_some_and(|erasure| *erasure > seq))
    }
}

/// Returns the fault of a failed look-up. Evidence that breaks a rule arrives as a look-up error.
pub(crate) fn evidence_fault(error: EvidenceError) -> Fault {
    match error.0.downcast::<Fault>() {
        Ok(fault) => *fault,
        Err(error) => Fault::new(Code::File, error.to_string()),
    }
}
