use imajin_app::PagePlacement::{self, BoxSetting, Setting, Tile};
use imajin_app::{Catalogue, Icon, Manifest, NavItem, Ports};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("www");

const fn item(
    href: &'static str,
    message: &'static str,
    icon: Icon,
    shown: PagePlacement,
    rank: u8,
) -> NavItem {
    NavItem {
        href,
        message,
        icon,
        shown,
        rank,
    }
}

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[
        item("/data", "data", Icon::Record, Tile, 80),
        item("/data/copy", "copy", Icon::Copy, Tile, 82),
        item("/devices", "devices", Icon::Device, Tile, 85),
        item("/trust", "trust", Icon::Shield, Tile, 90),
        item("/apps", "apps", Icon::Apps, Setting, 30),
        item("/devices", "devices", Icon::Device, Setting, 20),
        item("/sheets", "sheets", Icon::Shield, Setting, 25),
        item("/settings/email", "email", Icon::Letter, Setting, 27),
        item("/data/copy", "copy", Icon::Copy, Setting, 40),
        item("/data/move", "move", Icon::Copy, Setting, 45),
        item("/data/delete", "delete", Icon::Record, Setting, 90),
        item("/settings/box", "front", Icon::Box, BoxSetting, 5),
        item("/settings/joining", "joining", Icon::People, BoxSetting, 6),
        item("/settings/mail", "post", Icon::Letter, BoxSetting, 7),
        item("/invite", "invite", Icon::Person, BoxSetting, 10),
        item("/letters", "letters", Icon::Letter, BoxSetting, 20),
        item("/apps/requests", "app-requests", Icon::Apps, BoxSetting, 25),
        item("/health", "health", Icon::Box, BoxSetting, 30),
        item("/backups", "backups", Icon::Copy, BoxSetting, 40),
        item("/network", "network", Icon::Apps, BoxSetting, 50),
        item("/lock", "lock", Icon::Shield, BoxSetting, 60),
        item("/owner", "owner", Icon::Person, BoxSetting, 80),
        item("/power", "power", Icon::Device, BoxSetting, 70),
    ],
    texts: Some(&TEXTS),
    ..Manifest::new("www", Ports::new(3000, 7000))
};
