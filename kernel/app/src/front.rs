//! The owner's public description of the box: its name, a sentence and a picture. The front page, the titles of pages and the installed app
//! show them.
//!
//! Always: `node/front.json` and `node/front.picture` are each replaced as a whole, and a backup contains both. Neither
//! is secret.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use imajin_dfos::cid::sha256;
use imajin_dfos::hex;
use imajin_ledger::durable;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use crate::choices;
use crate::node::Node;
use crate::problem::Problem;
use crate::words::Zone;

/// The longest name of a box, in characters: it is a title on a phone.
pub const NAME_MAX: usize = 60;
/// The longest sentence, in characters.
pub const SENTENCE_MAX: usize = 200;
/// Maximum size of the picture in bytes. The page that sends one makes it much smaller.
pub const PICTURE_BYTES_MAX: usize = 512 << 10;
/// Bytes of the picture's hash that name its version.
const TAG_BYTES: usize = 8;

/// The owner's description of the box.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Front {
    /// The box's name; if empty, the name in the settings, else its first host name.
    pub name: String,
    /// A sentence for strangers; may be empty.
    pub sentence: String,
    /// Whether strangers see on the front page who has a profile here.
    pub shows_people: bool,
    /// The box's time zone; empty: that of the settings, else of the machine.
    pub timezone: String,
    /// A picture of it.
    #[serde(skip)]
    pub picture: Option<Picture>,
}

/// The picture of the box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The picture's bytes.
    pub bytes: Bytes,
    /// The media type, by the first bytes.
    pub kind: &'static str,
    /// Names this version of it.
    pub tag: String,
}

impl Picture {
    /// A PNG, JPEG or WebP by its first bytes; `None` for everything else.
    pub fn read(bytes: Bytes) -> Option<Self> {
        let kind = match bytes.as_ref() {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => "image/png",
            [0xff, 0xd8, 0xff, ..] => "image/jpeg",
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
            _ => return None,
        };
        let hash = sha256(&bytes);
        let tag = hex::encode(&hash[..TAG_BYTES]);
        Some(Self { bytes, kind, tag })
    }

    /// The path at which the picture is served; another picture has another path.
    pub fn path(&self) -> String {
        format!("/front/picture?{}", self.tag)
    }
}

/// The front of this node, with the default name if its owner set none.
pub struct Fronts {
    folder: PathBuf,
    otherwise: String,
    now: RwLock<Arc<Front>>,
}

impl Fronts {
    /// Opens the description in a data folder.
    pub fn open(data: &Path, otherwise: &str) -> Self {
        let folder = data.join("node");
        let mut front: Front = choices::read(&folder.join("front.json")).unwrap_or_default();
        let picture = choices::bytes(&folder.join("front.picture"));
        front.picture = picture.and_then(|bytes| Picture::read(Bytes::from(bytes)));
        Zone::choose_home(Zone::find(&front.timezone));
        Self { folder, otherwise: otherwise.to_owned(), now: RwLock::new(Arc::new(front)) }
    }

    fn now(&self) -> Arc<Front> {
        Arc::clone(&self.now.read())
    }

    fn say(&self, said: Front) -> Result<(), Problem> {
        let mut now = self.now.write();
        let front = Front { picture: now.picture.clone(), ..said };
        choices::write(&self.folder.join("front.json"), &front)?;
        Zone::choose_home(Zone::find(&front.timezone));
        *now = Arc::new(front);
        Ok(())
    }

    fn show(&self, picture: Option<Picture>) -> Result<(), Problem> {
        let mut now = self.now.write();
        let file = self.folder.join("front.picture");
        match &picture {
            Some(picture) => durable::replace(&file, &picture.bytes)?,
            None => choices::forget(&file)?,
        }
        *now = Arc::new(Front { picture, ..Front::clone(&now) });
        Ok(())
    }
}

/// A line that people wrote: trimmed, no control characters, at most so long.
fn line(field: &'static str, text: &str, max: usize) -> Result<String, Problem> {
    let text = text.trim();
    if text.chars().count() > max {
        return Err(Problem::field(
            field,
            format!("This is too long: use at most {max} characters."),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::field(field, "Write it in one line."));
    }
    Ok(text.to_owned())
}

/// The name of a zone of the table, or nothing.
fn zone_name(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    match Zone::find(text) {
        Some(zone) => Ok(zone.name().to_owned()),
        None if text.is_empty() => Ok(String::new()),
        None => Err(Problem::field(
            "zone",
            "The box doesn’t know this time zone. Write one such as Europe/Zurich.",
        )),
    }
}

impl Node {
    /// The node's name: from its owner's page, else from the settings, else its first host name.
    pub fn name(&self) -> String {
        let fronts = self.part::<Fronts>();
        let front = fronts.now();
        if front.name.is_empty() { fronts.otherwise.clone() } else { front.name.clone() }
    }

    /// The owner's description of the box.
    pub fn front(&self) -> Arc<Front> {
        self.part::<Fronts>().now()
    }

    /// Shows this from now on, and keeps the picture. An empty name is that of the settings again. Waits for the disk on
    /// this thread.
    ///
    /// # Errors
    /// A line that is too long, or that is not one line; the disk.
    pub fn set_front(&self, said: Front) -> Result<(), Problem> {
        self.part::<Fronts>().say(Front {
            name: line("name", &said.name, NAME_MAX)?,
            sentence: line("sentence", &said.sentence, SENTENCE_MAX)?,
            timezone: zone_name(&said.timezone)?,
            ..said
        })
    }

    /// Makes the zone of the owner's browser the box's, unless the box knows one. Waits for the disk on this thread.
    pub fn suggest_zone(&self, name: &str) -> Result<(), Problem> {
        let front = Front::clone(&self.front());
        match Zone::find(name) {
            Some(zone) if Zone::home().is_utc() && front.timezone.is_empty() => {
                self.set_front(Front { timezone: zone.name().to_owned(), ..front })
            }
            _ => Ok(()),
        }
    }

    /// Shows this picture from now on, or none. Waits for the disk on this thread.
    ///
    /// # Errors
    /// Bytes that are no PNG, JPEG or WebP, or too many; the disk.
    pub fn set_front_picture(&self, bytes: Option<Bytes>) -> Result<(), Problem> {
        let picture = match bytes {
            Some(bytes) if bytes.len() > PICTURE_BYTES_MAX => {
                return Err(Problem::too_large(
                    "This picture has too many bytes. Choose a smaller one.",
                ));
            }
            Some(bytes) => {
                let picture = Picture::read(bytes);
                Some(picture.ok_or_else(|| {
                    Problem::bad_request(
                        "This file is no PNG, JPEG or WebP picture. Choose another one.",
                    )
                })?)
            }
            None => None,
        };
        let fronts = self.part::<Fronts>();
        fronts.show(picture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

    #[test]
    fn what_was_said_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("node")).unwrap();
        let fronts = Fronts::open(folder.path(), "ada.local");
        assert_eq!(*fronts.now(), Front::default());
        let front = Front {
            name: "Ada’s box".to_owned(),
            sentence: "Tea on Sundays.".to_owned(),
            shows_people: true,
            timezone: "Europe/Zurich".to_owned(),
            picture: None,
        };
        fronts.say(front.clone()).unwrap();
        let picture = Picture::read(Bytes::from_static(PNG)).unwrap();
        fronts.show(Some(picture.clone())).unwrap();
        let again = Fronts::open(folder.path(), "ada.local").now();
        let picture = Some(picture);
        assert_eq!(*again, Front { picture, ..front });
        fronts.show(None).unwrap();
        fronts.show(None).unwrap();
        assert_eq!(Fronts::open(folder.path(), "").now().picture, None);
        std::fs::write(folder.path().join("node/front.json"), "{").unwrap();
        assert_eq!(*Fronts::open(folder.path(), "").now(), Front::default());
        assert_eq!(zone_name(" europe/zurich ").unwrap(), "Europe/Zurich");
        assert_eq!(zone_name("").unwrap(), "");
        assert!(zone_name("Europe/Atlantis").is_err());
    }

    #[test]
    fn only_pictures_are_pictures_and_only_lines_are_lines() {
        for bytes in [&b"<svg xmlns"[..], b"GIF89a", b"", b"RIFF____WAVE"] {
            assert_eq!(Picture::read(Bytes::copy_from_slice(bytes)), None);
        }
        let webp = Picture::read(Bytes::from_static(b"RIFF____WEBPVP8 ")).unwrap();
        assert_eq!(webp.kind, "image/webp");
        assert_eq!(line("name", "  Ada’s box ", 9).unwrap(), "Ada’s box");
        assert!(line("name", "Ada’s boxes", 9).is_err());
        assert!(line("name", "Ada\nbox", 9).is_err());
    }
}
