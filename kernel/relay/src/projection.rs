//! The public view of documents in the index, and who may see it. Can be verified against the log.
//!
//! Always: a function of the chain's head, the stored documents and the public grants. Computing it once per batch
//! gives the same result as after each operation.
//!
//! Rules: DFOS v1 WEB-RELAY "Index".

use std::collections::BTreeSet;

use imajin_dfos::Did;
use serde_json::Value as Json;

use super::grants::{self, EVERY_CHAIN};
use super::knowledge::{Knowledge, Recent, Side};
use super::store::{
    Answer, BlobKey, Changes, CreditView, DocumentView, GrantRow, Projection, Snapshot,
};

const PROFILE: &str = "https://schemas.dfos.com/profile/v1";
const POST: &str = "https://schemas.dfos.com/post/v1";
/// Bytes of a name or title that the index shows; longer ones it does not.
const TEXT_BYTES_MAX: usize = 16_384;
/// Credits of a post that the index shows, at most.
const CREDITS_MAX: usize = 4_096;

/// Rows of the index to compute again.
#[derive(Debug, Default)]
pub(super) struct StaleRows {
    contents: BTreeSet<String>,
    creators: BTreeSet<String>,
}

impl StaleRows {
    /// A chain has another head, or another document of it is held.
    pub(super) fn content(&mut self, content_id: &str) {
        self.contents.insert(content_id.to_owned());
    }

    /// A grant came or went.
    pub(super) fn grant(&mut self, grant: &GrantRow) {
        for (resource, _) in &grant.scope {
            if resource == EVERY_CHAIN {
                self.creators.insert(grant.root.clone());
            } else if let Some(content_id) = resource.strip_prefix("chain:") {
                self.contents.insert(content_id.to_owned());
            }
        }
    }

    /// Marks every grant that an identity issued or delegated: its validity may have changed.
    pub(super) fn grants_through(&mut self, reads: &Snapshot<'_>, did: &str) -> Answer<()> {
        for grant in reads.grants_through(did)? {
            self.grant(&grant);
        }
        Ok(())
    }

    pub(super) fn flush(&self, tx: Changes<'_>, recent: &Recent, now_secs: i64) -> Answer<()> {
        for creator in &self.creators {
            let until = {
                let knowledge = Knowledge::new(&tx, recent, Side::Writer);
                match Did::parse(creator) {
                    Ok(did) => grants::open_until(&tx, &knowledge, EVERY_CHAIN, &did, now_secs)?,
                    Err(_) => 0,
                }
            };
            tx.put_open_creator(creator, until)?;
        }
        for content_id in &self.contents {
            if let Some(projection) = project(&tx, recent, content_id, now_secs)? {
                tx.put_projection(content_id, &projection)?;
            }
        }
        Ok(())
    }
}

fn project(
    reads: &Snapshot<'_>,
    recent: &Recent,
    content_id: &str,
    now_secs: i64,
) -> Answer<Option<Projection>> {
    let Some(chain) = reads.content(content_id)? else {
        return Ok(None);
    };
    let knowledge = Knowledge::new(reads, recent, Side::Writer);
    let resource = format!("chain:{content_id}");
    let open_until_secs = match Did::parse(&chain.creator) {
        Ok(creator) => grants::open_until(reads, &knowledge, &resource, &creator, now_secs)?,
        Err(_) => 0,
    };
    let view = match chain.head.document {
        None => None,
        Some(document) => reads.document_view(&BlobKey { creator: chain.creator, document })?,
    };
    Ok(Some(Projection { open_until_secs, view: view.unwrap_or_default() }))
}

/// Extracts the members of a document that the index shows.
pub(super) fn view(bytes: &[u8]) -> DocumentView {
    let Ok(Json::Object(document)) = serde_json::from_slice(bytes) else {
        return DocumentView::default();
    };
    let text = |name: &str| {
        let text = document.get(name).and_then(Json::as_str);
        let text = text.filter(|text| !text.is_empty() && text.len() <= TEXT_BYTES_MAX);
        text.map(str::to_owned)
    };
    let schema = document.get("$schema").and_then(Json::as_str);
    let is_post = schema == Some(POST);
    let credits = document.get("credits").and_then(Json::as_array);
    let credits = credits.filter(|_| is_post).into_iter().flatten();
    DocumentView {
        title: text("title").filter(|_| is_post),
        name: text("name").filter(|_| schema == Some(PROFILE)),
        credits: (0..)
            .zip(credits)
            .filter_map(|(position, entry)| credit(position, entry))
            .take(CREDITS_MAX)
            .collect(),
        schema: schema.filter(|schema| schema.len() <= TEXT_BYTES_MAX).map(str::to_owned),
    }
}

fn credit(position: i64, entry: &Json) -> Option<CreditView> {
    let did = entry.get("did").and_then(Json::as_str)?;
    let role = entry.get("role").and_then(Json::as_str);
    Some(CreditView {
        position,
        did: did.to_owned(),
        role: role.map(str::to_owned),
        has_claim: entry.get("claim").is_some_and(Json::is_string),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_titles_of_posts_and_names_of_profiles_only() {
        let of = |text: &str| view(text.as_bytes());
        let post = of(r#"{"$schema":"https://schemas.dfos.com/post/v1","title":"T","name":"N",
            "credits":[{"did":"a","role":"x","claim":"c"},7,{"role":"y"},{"did":"b","role":1}]}"#);
        assert_eq!((post.title.as_deref(), post.name.as_deref()), (Some("T"), None));
        let credits: Vec<_> = post
            .credits
            .iter()
            .map(|credit| {
                (credit.position, credit.did.as_str(), credit.role.as_deref(), credit.has_claim)
            })
            .collect();
        assert_eq!(credits, [(0, "a", Some("x"), true), (3, "b", None, false)]);
        let profile =
            of(r#"{"$schema":"https://schemas.dfos.com/profile/v1","title":"T","name":"N"}"#);
        assert_eq!((profile.title.as_deref(), profile.name.as_deref()), (None, Some("N")));
        assert_eq!(of("[]"), DocumentView::default());
        assert_eq!(of("nonsense"), DocumentView::default());
    }
}
