//! The caller of a route that gives files, and their right to them while these are sent.

use imajin_app::{Answer, Node, Right, Session};
use imajin_protocol::Did;

use crate::ids::AssetId;
use crate::queries::Asset;
use crate::sight::{self, Sight, Viewer};

/// The caller of a request, as it says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asker {
    did: Option<Did>,
    /// The session that says who they are; none of strangers and of those who signed the request itself.
    session: Option<Session>,
    /// The owner and the secret of a link that they have.
    link: Option<(String, String)>,
}

impl Asker {
    /// Makes the caller of a session, or a stranger without one.
    pub(crate) fn from_session(session: Option<Session>) -> Self {
        Self { did: session.as_ref().map(|session| session.did.clone()), session, link: None }
    }

    /// Takes the signer of the request for the caller, unless it has a session.
    pub(crate) fn or_signer(mut self, signer: Option<Did>) -> Self {
        self.did = self.did.or(signer);
        self
    }

    /// Adds a link by its owner and its secret, if both are there.
    pub(crate) fn with_link(self, of: Option<String>, secret: Option<String>) -> Self {
        Self { link: of.zip(secret), ..self }
    }

    /// The caller's DID, if the node knows it.
    pub(crate) fn did(&self) -> Option<&Did> {
        self.did.as_ref()
    }

    /// The viewer that they are now.
    /// Errors: 401 once their session has ended; 404 if the link's owner is unknown.
    pub(crate) fn viewer(&self, node: &Node) -> Answer<Viewer> {
        if let Some(session) = &self.session {
            session.check(node)?;
        }
        let viewer = Viewer::new(self.did.clone());
        match &self.link {
            Some((of, secret)) => {
                let owner = node.person(of)?;
                viewer.with_link(node, &owner, secret)
            }
            None => Ok(viewer),
        }
    }

    /// Refuses an asset of which the caller gets less than before.
    /// Errors: those of [`Asker::viewer`] and [`sight::seen`].
    pub(super) fn check(&self, node: &Node, (id, got): (&AssetId, Sight)) -> Answer<()> {
        let (_, sight) = sight::seen(node, &self.viewer(node)?, id)?;
        if sight >= got { Ok(()) } else { Err(sight::none()) }
    }

    /// Makes the right to an asset at the sight that the caller has of it.
    /// Errors: the asset's id is none.
    pub(super) fn right(&self, node: &Node, asset: &Asset, sight: Sight) -> Answer<Right> {
        let id = AssetId::parse(&asset.id).ok_or_else(sight::none)?;
        let asker = self.clone();
        Ok(Right::new(node, move |node| asker.check(node, (&id, sight))))
    }
}
