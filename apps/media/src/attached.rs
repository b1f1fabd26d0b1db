//! Files that items of other services name: who may have one, that service has decided.
//!
//! Always: others than its owner get what they get of any file, [`download::to_others`].

use std::collections::BTreeSet;

use axum::response::Response;
use imajin_app::capabilities::{FileAbout, FileAnswer, FileAsked, Files};
use imajin_app::{Node, Problem, args};
use imajin_dfos::Cid;
use imajin_host::jobs::Client;
use imajin_host::prelude::*;
use imajin_ledger::media::MediaError;
use imajin_pictures::ForOthers;
use imajin_protocol::Did;

use crate::decoding::with_previews;
use crate::files::Previews;
use crate::manifest::TEXTS;
use crate::routes::download::{self, Download, DownloadOptions};
use crate::{Media, files};

impl Files for Media {
    fn describe(&self, node: &Node, owner: &Did, cid: &Cid) -> Option<FileAbout> {
        files::describe(node, owner, cid)
    }

    fn is_withheld(&self, node: &Node, owner: &Did, cid: &Cid) -> bool {
        let kind = files::kind_of(node, owner, cid);
        kind.is_ok_and(|(kind, _)| kind.for_others() == ForOthers::Withheld)
    }

    fn answer<'a>(&'a self, node: &'a Node, asked: FileAsked) -> FileAnswer<'a> {
        Box::pin(async move {
            let client = node.client(asked.viewer.as_ref(), asked.address)?;
            let (here, whose) = (node.clone(), client.clone());
            let answered = with_previews(node, &whose, move |previews| {
                answer((&here, previews), &asked, &client)
            });
            answered.await
        })
    }

    fn erased(&self, node: &Node, owner: &Did, files: &BTreeSet<Cid>) {
        files::remove(node, owner, files);
    }
}

fn answer(
    (node, previews): (&Node, &Previews),
    asked: &FileAsked,
    client: &Client,
) -> Result<Response, Problem> {
    let size = asked.preview.as_deref().map(download::size).transpose()?;
    let kind = files::kind_of(node, &asked.owner, &asked.cid);
    let (kind, _) = kind.map_err(|error| match error {
        MediaError::NotFound { .. } | MediaError::NotRaw { .. } => {
            Problem::not_found(TEXTS.say("file-is-missing", args![]))
        }
        other => other.into(),
    })?;
    let cid = asked.cid.to_string();
    let sent = Download {
        owner: asked.owner.as_str(),
        cid: &cid,
        shown: &cid,
        name: &name(&asked.name, kind.extension()),
    };
    if let Some(size) = size {
        return download::preview((node, previews), &sent, size, &asked.headers);
    }
    let how = DownloadOptions {
        client,
        is_download: asked.is_download,
        headers: &asked.headers,
        right: asked.right.clone(),
    };
    if asked.viewer.as_ref() == Some(&asked.owner) {
        download::whole(node, &sent, &how)
    } else {
        download::to_others((node, previews), &sent, &how)
    }
}

/// A file's name when it is kept: of the words about it, without what leads into folders.
fn name(words: &str, extension: &str) -> String {
    let plain = |c: char| match c {
        '/' | '\\' | ':' => '-',
        other => other,
    };
    let words: String = words.trim().chars().map(plain).take(80).collect();
    let words = match words.as_str() {
        "" | "." | ".." => "file",
        words => words,
    };
    match extension {
        "" => words.to_owned(),
        _ => format!("{words}.{extension}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere() {
        for (words, extension, named) in [
            ("A recipe", "pdf", "A recipe.pdf"),
            ("../a\\b:c", "", "..-a-b-c"),
            ("", "jpg", "file.jpg"),
            ("..", "", "file"),
        ] {
            assert_eq!(name(words, extension), named);
        }
    }
}
