//! Uploads: by the tus protocol, in one form, and skipped if the file exists already.

mod films;
pub(crate) mod form;
mod limits;
mod parts;
mod protocol;

use data_encoding::BASE64;
use imajin_dfos::cid::{raw_cid, sha256};
use imajin_edge::testing::{Ask, Reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Somebody, World, jpeg};

const PART: &str = "application/offset+octet-stream";
const UPLOADS: &str = "/media/api/uploads";

/// A JPEG of this many bytes.
fn photo(bytes: usize) -> Vec<u8> {
    let mut photo = jpeg("");
    photo.extend((photo.len()..bytes).map(|n| (n * n / 7 % 251) as u8));
    photo
}

fn cid(bytes: &[u8]) -> String {
    raw_cid(bytes).to_string()
}

fn metadata(pairs: &[(&str, &str)]) -> String {
    let pair = |(key, value): &(&str, &str)| format!("{key} {}", BASE64.encode(value.as_bytes()));
    pairs.iter().map(pair).collect::<Vec<_>>().join(",")
}

fn checksum(bytes: &[u8]) -> String {
    format!("sha256 {}", BASE64.encode(&sha256(bytes)))
}

/// A request of the protocol.
fn tus(who: &Somebody, method: &'static str, path: &str) -> Ask {
    Ask::new(method, path).bearer(&who.token).header("tus-resumable", "1.0.0")
}

fn creation(who: &Somebody, length: usize, pairs: &[(&str, &str)]) -> Ask {
    let ask = tus(who, "POST", UPLOADS).header("upload-length", length.to_string());
    if pairs.is_empty() { ask } else { ask.header("upload-metadata", metadata(pairs)) }
}

fn part(who: &Somebody, path: &str, offset: usize, bytes: &[u8]) -> Ask {
    tus(who, "PATCH", path)
        .header("content-type", PART)
        .header("upload-offset", offset.to_string())
        .body(bytes)
}

impl World {
    async fn send(&self, ask: Ask) -> Reply {
        self.node.send(ask).await
    }

    /// Begins an upload; where it is.
    async fn begins(&self, who: &Somebody, length: usize, pairs: &[(&str, &str)]) -> String {
        let reply = self.send(creation(who, length, pairs)).await.check(201);
        reply.header("location").unwrap().to_owned()
    }

    /// The offset of an upload; `None` if it does not exist.
    async fn offset(&self, who: &Somebody, path: &str) -> Option<usize> {
        let reply = self.send(tus(who, "HEAD", path)).await;
        reply.header("upload-offset")?.parse().ok()
    }

    /// Sends the head of a PATCH and some of its bytes.
    async fn sends_some(
        &self,
        who: &Somebody,
        path: &str,
        (offset, announced): (usize, usize),
        bytes: &[u8],
    ) -> TcpStream {
        let mut stream = TcpStream::connect(self.node.address).await.unwrap();
        let head = format!(
            "PATCH {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntus-resumable: 1.0.0\r\ncontent-type: {PART}\r\nupload-offset: {offset}\r\ncontent-length: {announced}\r\nauthorization: Bearer {}\r\n\r\n",
            who.token
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }

    /// Sends this many bytes of a part of `whole`, and waits until the first of them are in the file: the request has the
    /// upload for itself then. More than a piece has to be sent.
    async fn holds(&self, who: &Somebody, path: &str, whole: &[u8], bytes: usize) -> TcpStream {
        let stream = self.sends_some(who, path, (0, whole.len()), &whole[..bytes]).await;
        let folder = self.node.node.ledger().media().folder(who.did());
        let id = path.rsplit('/').next().unwrap();
        let file = folder.join(format!(".upload-{id}"));
        while std::fs::metadata(&file).unwrap().len() == 0 {
            tokio::task::yield_now().await;
        }
        stream
    }

    /// Asks until the upload came this far, and its last request let it go: that is a moment later.
    async fn came_to(&self, who: &Somebody, path: &str, offset: usize) {
        while self.offset(who, path).await != Some(offset) {
            tokio::task::yield_now().await;
        }
        while self.send(part(who, path, offset, b"")).await.status == 423 {
            tokio::task::yield_now().await;
        }
    }
}

/// The rest of a request that was sent in part; its status.
async fn sends_rest(mut stream: TcpStream, bytes: &[u8]) -> u16 {
    // The node may answer before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer[9..12].parse().unwrap()
}
