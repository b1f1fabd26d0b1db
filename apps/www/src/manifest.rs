use imajin_app::PagePlacement::{BoxSetting, Setting, Tile};
use imajin_app::{Catalogue, Icon, Manifest, Ports};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("www");

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[
        Tile.item("/data", "data", Icon::Record, 80),
        Tile.item("/data/copy", "copy", Icon::Copy, 82),
        Tile.item("/devices", "devices", Icon::Device, 85),
        Tile.item("/trust", "trust", Icon::Shield, 90),
        Setting.item("/apps", "apps", Icon::Apps, 30),
        Setting.item("/devices", "devices", Icon::Device, 20),
        Setting.item("/sheets", "sheets", Icon::Shield, 25),
        Setting.item("/settings/email", "email", Icon::Letter, 27),
        Setting.item("/data/copy", "copy", Icon::Copy, 40),
        Setting.item("/data/move", "move", Icon::Copy, 45),
        Setting.item("/data/delete", "delete", Icon::Record, 90),
        BoxSetting.item("/settings/box", "front", Icon::Box, 5),
        BoxSetting.item("/settings/joining", "joining", Icon::People, 6),
        BoxSetting.item("/settings/mail", "post", Icon::Letter, 7),
        BoxSetting.item("/invite", "invite", Icon::Person, 10),
        BoxSetting.item("/letters", "letters", Icon::Letter, 20),
        BoxSetting.item("/apps/requests", "app-requests", Icon::Apps, 25),
        BoxSetting.item("/health", "health", Icon::Box, 30),
        BoxSetting.item("/backups", "backups", Icon::Copy, 40),
        BoxSetting.item("/network", "network", Icon::Apps, 50),
        BoxSetting.item("/lock", "lock", Icon::Shield, 60),
        BoxSetting.item("/owner", "owner", Icon::Person, 80),
        BoxSetting.item("/power", "power", Icon::Device, 70),
    ],
    texts: Some(&TEXTS),
    ..Manifest::new("www", Ports::new(3000, 7000))
};
