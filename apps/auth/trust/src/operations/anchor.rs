//! Publishing how far the logs are (docs/format.md §14).

use imajin_app::operation::{Context, Decide, Decision, FieldError, Operation, Reasons};
use imajin_app::{impl_field, text_type};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::content;
use imajin_dfos::{Value, hex, statement};
use imajin_identity::operations::Text;
use imajin_log::anchors::AnchorBody;
use imajin_protocol::IdText;
use imajin_protocol::anchor::{AnchoredHead, Document, Leaf, NONCE_BYTES, Tree};
use serde_json::json;

use crate::anchors::newest_anchor;

/// Publishes a digest of every log of the node, in the node's own log.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.anchor",
    authority = Node,
    erasable_by = Nobody,
    refusal = AnchorRefusal,
    check,
    kernel
)]
pub struct PublishAnchor {
    /// The root of the tree of heads, as 64 hexadecimal digits.
    #[fact]
    root: IdText,
    /// The operation of the node's content chain, a compact JWS.
    token: Text,
    /// The document that the operation commits to.
    document: Published,
    /// The leaves of the tree: a salted log, its epoch, its newest entry's number and CID.
    heads: Heads,
    /// The credential that lets everybody read the chain's newest document at a relay, where one was due.
    grant: Option<Text>,
}

/// The leaves, as the ledger reads them.
#[derive(Debug)]
struct Heads(Value);

/// Why an anchor is not entered.
#[derive(Debug, Reasons)]
pub enum AnchorRefusal {
    /// The token is not an operation of a content chain.
    #[refused(BadRequest, field = "token", message = "{}.")]
    NoOperation(String),
    // The anchor does not follow the newest one: this node creates no branches in its content chain.
    /// Another anchor came between.
    #[refused(Conflict, reason = "between")]
    Between,
}

impl PublishAnchor {
    /// Returns the entry of an anchor; `None` if its root is not a valid ID, which cannot happen.
    pub fn from_body(body: &AnchorBody) -> Option<Self> {
        let heads = body.to_value().get("heads").cloned();
        Some(Self {
            root: IdText::parse(&hex::encode(&body.document.root)).ok()?,
            token: Text(body.token.clone()),
            document: Published(body.document.text()),
            heads: Heads(heads?),
            grant: body.grant.clone().map(Text),
        })
    }

    fn check(&self) -> Result<(), FieldError> {
        let mut members = vec![
            ("token", Value::from(self.token.0.as_str())),
            ("document", Value::from(self.document.0.as_str())),
            ("heads", self.heads.0.clone()),
        ];
        let grant = self.grant.as_ref();
        members.extend(grant.map(|grant| ("grant", Value::from(grant.0.as_str()))));
        match AnchorBody::read(&Value::map(members)) {
            Ok(_) => Ok(()),
            Err(member) => {
                Err(FieldError::new(member, format!("The anchor has no well-formed {member}.")))
            }
        }
    }
}

impl Decide for PublishAnchor {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AnchorRefusal> {
        let operation = statement::read::<content::Operation>(&self.token.0);
        let operation = operation.map_err(|e| AnchorRefusal::NoOperation(e.to_string()))?;
        let newest = newest_anchor(ctx.reader(), ctx.owner())?;
        if operation.statement().action.previous() == newest.as_deref() {
            Ok(())
        } else {
            Err(AnchorRefusal::Between.into())
        }
    }
}

fn sample() -> Option<AnchorBody> {
    let head = AnchoredHead { epoch: 1, seq: 0, cid: dag_cbor_cid(b"a head") };
    let subject = [7; 32];
    let tree = Tree::new(vec![Leaf { subject, head }]).ok()?;
    Some(AnchorBody {
        token: String::new(),
        document: Document { nonce: [7; NONCE_BYTES], root: tree.root() },
        tree,
        grant: None,
    })
}

text_type!(
    /// The text of an anchor's document.
    Published,
    |_| true,
    "must be a text",
    json!({ "type": "string" }),
    |_| sample().map_or(Value::Null, |body| body.document.text().into())
);

impl_field!(
    Heads,
    |value| value.as_list().map(|_| Self(value.clone())),
    "must be a list",
    |field| field.0.clone(),
    json!({ "type": "array", "items": { "type": "array", "minItems": 4, "maxItems": 4 }, "maxItems": AnchorBody::LEAVES_MAX }),
    |_| {
        let heads = sample().and_then(|body| body.to_value().get("heads").cloned());
        heads.unwrap_or(Value::Null)
    }
);
