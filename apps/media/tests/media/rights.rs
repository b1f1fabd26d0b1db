//! Each way in which a right to a file ends, while each kind of answer that has it is under way.

use imajin_protocol::Did;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::fair::studio::sound;
use crate::prelude::*;
use crate::sale::shop::{PRICE, shop_of};

/// More than both ends of a connection hold on its way.
const FILE_BYTES: usize = 16 << 20;
const LINK_MS: i64 = 3_600_000;

/// Ways to get the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    File,
    Range,
    Zip,
    AlbumZip,
    Drive,
}

/// The reason of its reader's right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Access,
    Link,
    AlbumLink,
    Album,
    Ownership,
    AppPassword,
    Group,
    GroupAlbum,
    Connection,
    Purchase,
}

impl By {
    fn is_group(self) -> bool {
        matches!(self, Self::Group | Self::GroupAlbum)
    }
}

/// A way in which a right ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Session,
    Unshared,
    LinkEnded,
    LinkOver,
    AlbumUnshared,
    AlbumRemoved,
    OutOfAlbum,
    Trash,
    Erased,
    PasswordEnded,
    GroupLeft,
    PutOut,
    GroupDissolved,
    Disconnected,
    Blocked,
}

const TABLE: &[(By, &[Stream], &[End])] = {
    use {End::*, Stream::*};
    &[
        (By::Access, &[File, Range, Zip], &[Session, Unshared, Trash, Erased]),
        (By::Link, &[File, Range, Zip], &[LinkEnded, LinkOver, Trash]),
        (By::AlbumLink, &[File, Zip, AlbumZip], &[LinkEnded, OutOfAlbum, AlbumRemoved, Erased]),
        (By::Album, &[File, Zip, AlbumZip], &[AlbumUnshared, AlbumRemoved, OutOfAlbum]),
        (By::Ownership, &[File, Zip], &[Session, Erased]),
        (By::AppPassword, &[Drive], &[PasswordEnded, Erased]),
        (By::Group, &[File, Range, Zip], &[GroupLeft, PutOut, GroupDissolved, Unshared]),
        (By::GroupAlbum, &[File, Zip, AlbumZip], &[GroupLeft, PutOut, AlbumUnshared]),
        // A block is the last row: those who are blocked can't be connected again.
        (By::Connection, &[File, Range, Zip], &[Disconnected, Unshared, Blocked]),
    ]
};

/// One row: the file, who reads it, and what names of it are told apart by.
struct Case<'a> {
    world: &'a World,
    put: Put,
    viewer: &'a Somebody,
    number: usize,
    by: By,
    /// A computer of the owner's, with a password for the drive.
    drive: Option<crate::dav::Computer>,
    /// The group with which it is shared.
    group: Option<Did>,
}

impl Case<'_> {
    fn album(&self) -> String {
        format!("alb_{:024x}", self.number)
    }

    fn link_id(&self) -> String {
        format!("lnk_{:024x}", self.number)
    }

    fn secret(&self) -> String {
        format!("{:032x}", self.number)
    }

    async fn says(&self, op: &'static str, reference: Option<&str>, fact: Json) {
        let body = match op {
            "media.album" => json!({ "title": "Lake" }),
            "media.link" => json!({}),
            _ => Json::Null,
        };
        self.world.says(&self.world.bea, op, reference, (body, fact)).await;
    }

    /// Gives the viewer the right.
    async fn give(&self) {
        let asset = &self.put.id;
        match self.by {
            By::Access => {
                let fact = json!({ "assets": [asset], "access": "public" });
                self.says("media.access", None, fact).await;
            }
            By::Link | By::AlbumLink => {
                let of = match self.by {
                    By::Link => asset.clone(),
                    _ => self.album(),
                };
                if of != *asset {
                    self.make_album(json!({})).await;
                }
                let until = self.world.node.node.now().as_millis() + LINK_MS;
                let digest = hex::encode(&sha256(self.secret().as_bytes()));
                let fact = json!({ "of": of, "digest": digest, "until": until });
                self.says("media.link", Some(&self.link_id()), fact).await;
            }
            By::Album => self.make_album(json!({ "access": "public" })).await,
            By::Group => {
                let fact = json!({ "assets": [asset], "access": "conversation", "to": self.group });
                self.says("media.access", None, fact).await;
            }
            By::GroupAlbum => {
                self.make_album(json!({ "access": "conversation", "to": self.group })).await;
            }
            By::Connection => {
                let fact = json!({ "assets": [asset], "access": "trust-graph" });
                self.says("media.access", None, fact).await;
            }
            By::Ownership | By::AppPassword | By::Purchase => {}
        }
    }

    async fn make_album(&self, fact: Json) {
        self.says("media.album", Some(&self.album()), fact).await;
        self.says("media.album.put", Some(&self.album()), json!({ "assets": [self.put.id] })).await;
    }

    async fn end(&self, end: End) {
        let assets = json!({ "assets": [self.put.id] });
        let bea = &self.world.bea;
        match end {
            End::Session => {
                let ask = Ask::post("/auth/api/logout", &json!({})).bearer(&self.viewer.token);
                assert!(self.world.node.send(ask).await.status < 300);
            }
            End::Unshared => {
                let fact = json!({ "assets": [self.put.id], "access": "private" });
                self.says("media.access", None, fact).await;
            }
            End::LinkEnded => {
                self.says("media.link.end", Some(&self.link_id()), Json::Null).await;
            }
            End::LinkOver => {
                let rest = Duration::from_millis(LINK_MS.unsigned_abs());
                self.world.node.clock.pass(rest);
            }
            End::AlbumUnshared => {
                self.says("media.album", Some(&self.album()), json!({ "access": "private" })).await;
            }
            End::AlbumRemoved => {
                self.says("media.album.remove", Some(&self.album()), Json::Null).await;
            }
            End::OutOfAlbum => {
                let fact = json!({ "assets": [self.put.id], "out": 1 });
                self.says("media.album.put", Some(&self.album()), fact).await;
            }
            End::Trash => self.says("media.remove", None, assets).await,
            End::Erased => {
                self.says("media.remove", None, assets.clone()).await;
                self.says("media.erase", None, assets).await;
            }
            End::PasswordEnded => {
                let delegation = self.computer().delegation.clone();
                self.says("auth.delegation.end", Some(&delegation), Json::Null).await;
            }
            End::GroupLeft => {
                let leave = self.about_group(self.viewer, "connections.group.leave", &[]);
                self.world.writes(self.viewer, &leave).await;
            }
            End::PutOut => {
                let out = [self.viewer.did()];
                let remove = self.about_group(bea, "connections.group.remove", &out);
                let remove = remove.fact(json!({ "dids": out }));
                self.world.writes(bea, &remove).await;
            }
            End::GroupDissolved => {
                let dissolve = self.about_group(bea, "connections.group.dissolve", &[]);
                self.world.writes(bea, &dissolve).await;
            }
            End::Disconnected => {
                let other = self.viewer.did();
                let write = Write::new(bea.did(), "connections.disconnect")
                    .fact(json!({ "dids": [other] }))
                    .to(&[other]);
                self.world.writes(bea, &write).await;
            }
            End::Blocked => {
                let other = self.viewer.did().to_string();
                self.says("connections.block", Some(&other), Json::Null).await;
            }
        }
    }

    /// A write about the group, which names these people besides.
    fn about_group(&self, by: &Somebody, op: &'static str, more: &[&Did]) -> Write {
        let group = self.group.as_ref().unwrap();
        let to: Vec<&Did> = [group].into_iter().chain(more.iter().copied()).collect();
        Write::new(by.did(), op).reference(group.as_str()).to(&to)
    }

    /// The path and the headers of a request.
    async fn request(&self, stream: Stream) -> (String, String) {
        let bea = self.world.bea.did();
        let bearer = format!("authorization: Bearer {}\r\n", self.viewer.token);
        let link = match self.by {
            By::Link | By::AlbumLink => Some(self.secret()),
            _ => None,
        };
        let query = link.as_ref().map(|secret| format!("of={bea}&link={secret}"));
        let query = query.unwrap_or_default();
        match stream {
            Stream::File => (format!("/media/api/assets/{}?{query}", self.put.id), bearer),
            Stream::Range => (
                format!("/media/api/assets/{}?{query}", self.put.id),
                format!("{bearer}range: bytes=100-\r\n"),
            ),
            Stream::Zip => {
                let mut body = json!({ "ids": [self.put.id] });
                if let Some(secret) = link {
                    body["link"] = secret.into();
                    body["of"] = bea.as_str().into();
                }
                let ask = Ask::post("/media/api/zip", &body).bearer(&self.viewer.token);
                let reply = self.world.node.send(ask).await.check(200);
                (reply.json()["url"].as_str().unwrap().to_owned(), bearer)
            }
            Stream::AlbumZip => {
                let link = link.map(|secret| format!("&link={secret}"));
                let link = link.unwrap_or_default();
                let album = self.album();
                let path = format!("/media/api/albums/{album}/zip?owner={bea}{link}");
                (path, bearer)
            }
            Stream::Drive => (
                format!("/media/dav/{}", self.name()),
                format!("authorization: {}\r\n", self.computer().authorization),
            ),
        }
    }

    fn computer(&self) -> &crate::dav::Computer {
        self.drive.as_ref().unwrap()
    }

    fn name(&self) -> String {
        format!("{}.bin", self.number)
    }

    /// Begins an answer, and reads no more than its first line.
    async fn open(&self, stream: Stream) -> TcpStream {
        let (path, headers) = self.request(stream).await;
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut open = socket.connect(self.world.node.address).await.unwrap();
        let head =
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
        open.write_all(head.as_bytes()).await.unwrap();
        let mut first = [0; 11];
        open.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 20", "{path}");
        open
    }
}

#[tokio::test]
async fn whatever_ends_a_right_to_a_file_ends_its_downloads() {
    let mut world = world().await;
    let mut number = 0;
    for (by, streams, ends) in TABLE {
        for end in *ends {
            number += 1;
            let bytes = [&vec![1; FILE_BYTES][..], &[u8::try_from(number).unwrap()]].concat();
            let put = world.stores(&world.bea, &bytes);
            let body = json!({ "name": format!("{number}.bin"), "kind": "application/octet-stream", "bytes": put.bytes });
            world.enters(&world.bea, &put, body, json!({ "media": [put.cid], "n": 0 })).await;
            let viewer = match by {
                By::Ownership | By::AppPassword => &world.bea,
                _ => &world.owner,
            };
            let group =
                if by.is_group() { Some(world.group(&world.bea, viewer).await) } else { None };
            let is_connected = world.node.node.connected(world.bea.did(), viewer.did());
            if *by == By::Connection && is_connected.unwrap() != Some(true) {
                world.connect(&world.bea, viewer).await;
            }
            let drive = match by {
                By::AppPassword => {
                    let seed = u8::try_from(number).unwrap();
                    Some(world.connects(&world.bea, seed).await)
                }
                _ => None,
            };
            let case = Case { group, drive, world: &world, put, viewer, number, by: *by };
            case.give().await;
            let mut open = Vec::new();
            for stream in *streams {
                open.push((stream, case.open(*stream).await));
            }
            case.end(*end).await;
            for (stream, mut open) in open {
                let mut rest = Vec::new();
                let _ = open.read_to_end(&mut rest).await;
                assert!(rest.len() < FILE_BYTES, "{stream:?} by {by:?}: {end:?}");
            }
            if matches!(end, End::Session) {
                world.bea.token = world.bea.person.sign_in(&world.node).await;
                world.owner.token = world.owner.person.sign_in(&world.node).await;
            }
        }
    }
    world.close().await;
}

#[tokio::test]
async fn a_download_goes_on_through_changes_that_do_not_end_its_right() {
    let world = world().await;
    let put = world.stores(&world.bea, &vec![1; FILE_BYTES]);
    let body = json!({ "name": "1.bin", "kind": "application/octet-stream", "bytes": put.bytes });
    world.enters(&world.bea, &put, body, json!({ "media": [put.cid], "n": 0 })).await;
    let drive = world.connects(&world.bea, 1).await;
    let case = Case {
        world: &world,
        put,
        viewer: &world.owner,
        number: 1,
        by: By::Access,
        drive: Some(drive),
        group: None,
    };
    case.give().await;
    let mut open = Vec::new();
    for stream in [Stream::File, Stream::Zip, Stream::Drive] {
        open.push(case.open(stream).await);
    }
    world.writes_body(&world.bea, "media.change", &case.put.id, json!({ "title": "Lake" })).await;
    world.node.clock.pass(Duration::from_secs(5));
    for mut open in open {
        let mut rest = Vec::new();
        open.read_to_end(&mut rest).await.unwrap();
        assert!(rest.len() > FILE_BYTES);
    }
    world.close().await;
}

#[tokio::test]
async fn a_refund_ends_the_downloads_of_what_was_bought() {
    let frames = FILE_BYTES / sound(1).len() + 2;
    let shop = shop_of(&sound(frames)).await;
    let (world, cem) = (&shop.studio.world, &shop.cem);
    shop.funds(PRICE).await;
    let bought = shop.buys(cem, "keep", "ledger").await.check(201);
    let song = &shop.studio.song;
    let case = Case {
        world,
        put: Put { id: song.id.clone(), cid: song.cid.clone(), bytes: song.bytes },
        viewer: cem,
        number: 1,
        by: By::Purchase,
        drive: None,
        group: None,
    };
    let mut open = Vec::new();
    for stream in [Stream::File, Stream::Range, Stream::Zip] {
        open.push((stream, case.open(stream).await));
    }
    let payment = bought.json()["payment"].as_str().unwrap().to_owned();
    shop.funds_of(&world.bea, PRICE).await;
    shop.refunds(&payment, PRICE).await.check(201);
    shop.licence_becomes("returned").await;
    for (stream, mut open) in open {
        let mut rest = Vec::new();
        let _ = open.read_to_end(&mut rest).await;
        assert!(rest.len() < FILE_BYTES, "{stream:?}");
    }
    shop.studio.world.close().await;
}
