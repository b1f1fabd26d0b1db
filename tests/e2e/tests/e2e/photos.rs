//! People's photos through the real program: a child process makes previews, which are deleted with their picture, and
//! a link shows a stranger its target without location and device.

mod disk;
mod first_import;
mod keeping;
mod kills;
mod sticks;

use data_encoding::BASE64;
use imajin_e2e::prelude::*;
use jpeg_encoder::{ColorType, Encoder};

/// 33° 51′ 24.48″, in Exif's format.
const LATITUDE: &[u8] = b"\x21\0\0\0\x01\0\0\0\x33\0\0\0\x01\0\0\0\x90\x09\0\0\x64\0\0\0";
/// 151° 12′ 55.08″.
const LONGITUDE: &[u8] = b"\x97\0\0\0\x01\0\0\0\x0c\0\0\0\x01\0\0\0\x84\x15\0\0\x64\0\0\0";
const DEVICE: &[u8] = b"canaryPhone\0";

fn has(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

/// Builds a photo of this colour like a phone: with location, device, and a comment.
fn photo(colour: u8, comment: &str) -> Vec<u8> {
    const SIDE: u16 = 480;
    let side = 0..usize::from(SIDE);
    let pixels = side
        .clone()
        .flat_map(|y| side.clone().map(move |x| (x, y)))
        .flat_map(|(x, y)| [colour, (x / 2) as u8, (y / 2) as u8]);
    let pixels: Vec<u8> = pixels.collect();
    let mut jpeg = Vec::new();
    let encoder = Encoder::new(&mut jpeg, 85);
    encoder.encode(&pixels, SIDE, SIDE, ColorType::Rgb).unwrap();
    let segment = |kind: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap();
        [&[0xff, kind], &length.to_be_bytes()[..], content].concat()
    };
    let (start, rest) = jpeg.split_at(2);
    let exif = segment(0xe1, &exif());
    [start, &exif, &segment(0xfe, comment.as_bytes()), rest].concat()
}

/// Builds a directory with the device and one with the location, followed by the values that they point to.
fn exif() -> Vec<u8> {
    const PLACE_AT: u8 = 38;
    const DEVICE_AT: u8 = 92;
    const LATITUDE_AT: u8 = DEVICE_AT + DEVICE.len() as u8;
    const LONGITUDE_AT: u8 = LATITUDE_AT + LATITUDE.len() as u8;
    let field = |tag: u16, kind: u8, count: usize, value: [u8; 2]| {
        let tag = tag.to_le_bytes();
        [tag[0], tag[1], kind, 0, count as u8, 0, 0, 0, value[0], value[1], 0, 0]
    };
    let device =
        [field(0x010f, 2, DEVICE.len(), [DEVICE_AT, 0]), field(0x8825, 4, 1, [PLACE_AT, 0])];
    let place = [
        field(1, 2, 2, *b"S\0"),
        field(2, 5, 3, [LATITUDE_AT, 0]),
        field(3, 2, 2, *b"E\0"),
        field(4, 5, 3, [LONGITUDE_AT, 0]),
    ];
    let directory = |fields: &[[u8; 12]]| {
        let count = [fields.len() as u8, 0];
        [&count[..], fields.as_flattened(), &[0; 4]].concat()
    };
    let begin = b"Exif\0\0II*\0\x08\0\0\0";
    let directories = [directory(&device), directory(&place)].concat();
    [&begin[..], &directories, DEVICE, LATITUDE, LONGITUDE].concat()
}

/// A person's photo on the node.
struct Shot {
    id: String,
    cid: String,
    bytes: Vec<u8>,
    /// The words of its description and of its content.
    words: [String; 4],
}

impl Shot {
    /// Adds a photo with words that begin like this.
    fn added(by: &Uploader, stem: &str, colour: u8) -> Self {
        let word = |part: &str| format!("canary{stem}{part}");
        let bytes = photo(colour, &word("Comment"));
        let name = format!("{}.jpg", word("Name"));
        let about = json!({ "title": word("Title") });
        let (id, told) = by.bring(&name, bytes.clone(), &about).unwrap();
        let words = [BASE64.encode(name.as_bytes()), name, word("Title"), word("Comment")];
        let cid = told.media.expect("a CID");
        assert_eq!(told.facts["kind"], "image/jpeg");
        Self { id, cid, bytes, words }
    }

    fn path(&self) -> String {
        format!("/media/api/assets/{}", self.id)
    }

    /// Requests a preview as its owner.
    fn preview(&self, owner: &Uploader) {
        let (status, preview) = owner.get(&format!("{}?w=200", self.path()));
        assert_eq!(status, 200);
        assert!(preview.starts_with(b"\xff\xd8"), "the preview is no JPEG");
        for told in [LATITUDE, DEVICE, self.words[3].as_bytes()] {
            assert!(!has(&preview, told));
        }
    }

    /// Returns the files of a data folder that are the photo, were derived from it, or contain its upload's name.
    fn files_in(&self, data: &Path) -> Vec<PathBuf> {
        let is_named = |path: &PathBuf| path.to_string_lossy().contains(&self.cid);
        let mut paths = files_with(data, &self.words[0]);
        paths.extend(files(data).into_iter().filter(is_named));
        paths
    }

    /// Returns these, and the files that contain one of its words.
    fn left_in(&self, data: &Path) -> Vec<PathBuf> {
        let words = self.words.each_ref();
        let mut left = words.map(|word| files_with(data, word)).concat();
        left.extend(self.files_in(data));
        left
    }
}

/// Whether a node has a child process for previews.
fn has_child(node: &Node) -> bool {
    let tasks = fs::read_dir(format!("/proc/{}/task", node.pid())).expect("its threads");
    let children = tasks.flatten().flat_map(|task| {
        let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
        let children: Vec<String> = children.split_whitespace().map(str::to_owned).collect();
        children
    });
    children.into_iter().any(|child| {
        let words = fs::read(format!("/proc/{child}/cmdline")).unwrap_or_default();
        words.split(|byte| *byte == 0).nth(1) == Some(&b"preview"[..])
    })
}

#[test]
fn previews_are_made_by_a_child_and_go_with_their_picture() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let ada = Uploader::sign_in(&node.url, &Person::new(&node.url).key).unwrap();
    let beach = Shot::added(&ada, "Beach", 10);
    let lake = Shot::added(&ada, "Lake", 200);
    let user = newest_log(&data, ada.person.did());
    let user = user.parent().unwrap();
    let made = data.join("cache").join(user.file_name().unwrap());
    for shot in [&beach, &lake] {
        shot.preview(&ada);
        assert!(made.join(format!("{}-200", shot.cid)).exists());
        for word in &shot.words {
            assert!(!files_with(&data, word).is_empty(), "{word} is nowhere");
        }
    }
    // An idle child ends after two seconds: each check gives it work.
    until("a child makes previews", || {
        fs::remove_file(made.join(format!("{}-200", lake.cid))).unwrap();
        lake.preview(&ada);
        has_child(&node)
    });

    ada.person.erase_files(&[&beach.id]).unwrap();
    until("the beach's files are gone", || beach.files_in(&data).is_empty());
    lake.preview(&ada);
    // The databases of a running node may hold erased words until their next checkpoint, which a stop triggers.
    node.stop_gracefully();
    assert_eq!(beach.left_in(&data), Vec::<PathBuf>::new());

    let node = Node::start(&data);
    lake.preview(&Uploader::sign_in(&node.url, &ada.person.key).unwrap());
    let key = ada.person.key_file(folder.path());
    let key = key.to_str().unwrap();
    imajin(["delete", "--yes", "--node", &node.url, "--key", key]).ok();
    until("her previews are gone", || !made.exists());
    until("the lake is erased", || lake.left_in(&data).is_empty());
    node.stop_gracefully();
    for shot in [&beach, &lake] {
        assert_eq!(shot.left_in(&data), Vec::<PathBuf>::new());
    }
}

/// Returns the metadata that exiftool reads in a file.
fn exiftool(folder: &Path, bytes: &[u8]) -> Json {
    require_tool("exiftool", "libimage-exiftool-perl");
    let path = folder.join("judged.jpg");
    fs::write(&path, bytes).unwrap();
    let words = ["-j", "-G1", "-a"];
    let output = Command::new("exiftool").args(words).arg(&path).output();
    let metadata: Json = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    metadata[0].clone()
}

/// Requests a path without a session. Returns the status and bytes.
fn stranger(node: &Node, path: &str) -> (u16, Vec<u8>) {
    let answer = http().get(format!("{}{path}", node.url)).send();
    let answer = answer.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.bytes().expect("a body").to_vec())
}

#[test]
fn a_link_shows_a_stranger_an_album_and_nothing_else() {
    const SECRET: &str = "000102030405060708090a0b0c0d0e0f";
    let (folder, node) = Node::fresh();
    let ada = Uploader::sign_in(&node.url, &Person::new(&node.url).key).unwrap();
    let shown = Shot::added(&ada, "Shown", 10);
    let hidden = Shot::added(&ada, "Hidden", 200);
    let (me, album) = (ada.person.did(), Person::ALBUM);
    let about = json!({ "title": "A week at the lake" });
    ada.person.make_album(&about, &[&shown.id]).unwrap();
    ada.person.link_with(album, SECRET, "for Eve").unwrap();
    let page = format!("/media/l/{me}/{SECRET}");
    let list = format!("/media/api/albums/{album}?owner={me}&link={SECRET}");
    let of = |shot: &Shot, more: &str| format!("{}{more}?of={me}&link={SECRET}", shot.path());

    let (status, seen) = stranger(&node, &page);
    assert_eq!(status, 200);
    assert!(has(&seen, b"A week at the lake") && has(&seen, shown.id.as_bytes()));
    assert!(!has(&seen, hidden.id.as_bytes()));
    let (status, seen) = stranger(&node, &list);
    let seen: Json = serde_json::from_slice(&seen).unwrap();
    assert_eq!((status, &seen["count"]), (200, &json!(1)), "{seen}");
    assert_eq!(seen["assets"][0]["id"], *shown.id);

    // The file is the owner's without location, device and comment.
    let (status, copy) = stranger(&node, &of(&shown, ""));
    assert_eq!(status, 200);
    for told in [LATITUDE, LONGITUDE, DEVICE, shown.words[3].as_bytes()] {
        assert!(has(&shown.bytes, told) && !has(&copy, told));
    }
    let coded = |jpeg: &[u8]| jpeg.windows(2).position(|mark| mark == b"\xff\xda").unwrap();
    assert_eq!(copy[coded(&copy)..], shown.bytes[coded(&shown.bytes)..]);
    assert_eq!(ada.get(&shown.path()), (200, shown.bytes.clone()));
    let [theirs, hers] = [&copy, &shown.bytes].map(|bytes| exiftool(folder.path(), bytes));
    assert_eq!(hers["IFD0:Make"], "canaryPhone", "{hers}");
    assert!(hers.get("GPS:GPSLatitude").is_some(), "{hers}");
    let names = theirs.as_object().unwrap().keys();
    let mut leaks = names.filter(|name| name.starts_with("GPS") || name.starts_with("IFD"));
    assert_eq!(leaks.next(), None, "{theirs}");
    let place = |(status, meta): (u16, Vec<u8>)| {
        assert_eq!(status, 200);
        let meta: Json = serde_json::from_slice(&meta).unwrap();
        meta["place"].clone()
    };
    let owns = place(ada.get(&format!("{}/meta", shown.path())));
    assert_eq!(owns["lat"], json!(-338_568_000), "{owns}");
    assert_eq!(place(stranger(&node, &of(&shown, "/meta"))), Json::Null);

    // Nothing else is accessible, by this link or without it; and after its end nothing.
    let wrong = SECRET.replace('0', "1");
    for path in [
        of(&hidden, ""),
        of(&hidden, "/meta"),
        format!("{}&w=200", of(&hidden, "")),
        format!("{page}/{}", hidden.id),
        shown.path(),
        format!("{}?of={me}&link={wrong}", shown.path()),
        format!("/media/l/{me}/{wrong}"),
        format!("/media/api/albums/{album}?owner={me}"),
    ] {
        assert_eq!(stranger(&node, &path).0, 404, "{path}");
    }
    let preview = format!("{}&w=200", of(&shown, ""));
    assert_eq!(stranger(&node, &preview).0, 200);
    ada.person.end_link().unwrap();
    for path in [page, list, of(&shown, ""), of(&shown, "/meta"), preview] {
        assert_eq!(stranger(&node, &path).0, 404, "{path}");
    }
}
