//! This app's manifest.

use imajin_app::{Catalogue, Icon, Manifest, NavItem, PagePlacement, Ports};

/// All that this app says to people.
pub(crate) static TEXTS: Catalogue = imajin_app::catalogue!("www");

pub(crate) const MANIFEST: Manifest = Manifest {
    navigation: &[
        NavItem {
            href: "/data",
            message: "data",
            icon: Icon::Record,
            shown: PagePlacement::Tile,
            rank: 80,
        },
        NavItem {
            href: "/data/copy",
            message: "copy",
            icon: Icon::Copy,
            shown: PagePlacement::Tile,
            rank: 82,
        },
        NavItem {
            href: "/devices",
            message: "devices",
            icon: Icon::Device,
            shown: PagePlacement::Tile,
            rank: 85,
        },
        NavItem {
            href: "/trust",
            message: "trust",
            icon: Icon::Shield,
            shown: PagePlacement::Tile,
            rank: 90,
        },
        NavItem {
            href: "/apps",
            message: "apps",
            icon: Icon::Apps,
            shown: PagePlacement::Setting,
            rank: 30,
        },
        NavItem {
            href: "/devices",
            message: "devices",
            icon: Icon::Device,
            shown: PagePlacement::Setting,
            rank: 20,
        },
        NavItem {
            href: "/sheets",
            message: "sheets",
            icon: Icon::Shield,
            shown: PagePlacement::Setting,
            rank: 25,
        },
        NavItem {
            href: "/settings/email",
            message: "email",
            icon: Icon::Letter,
            shown: PagePlacement::Setting,
            rank: 27,
        },
        NavItem {
            href: "/data/copy",
            message: "copy",
            icon: Icon::Copy,
            shown: PagePlacement::Setting,
            rank: 40,
        },
        NavItem {
            href: "/data/move",
            message: "move",
            icon: Icon::Copy,
            shown: PagePlacement::Setting,
            rank: 45,
        },
        NavItem {
            href: "/data/delete",
            message: "delete",
            icon: Icon::Record,
            shown: PagePlacement::Setting,
            rank: 90,
        },
        NavItem {
            href: "/settings/box",
            message: "front",
            icon: Icon::Box,
            shown: PagePlacement::BoxSetting,
            rank: 5,
        },
        NavItem {
            href: "/settings/joining",
            message: "joining",
            icon: Icon::People,
            shown: PagePlacement::BoxSetting,
            rank: 6,
        },
        NavItem {
            href: "/settings/mail",
            message: "post",
            icon: Icon::Letter,
            shown: PagePlacement::BoxSetting,
            rank: 7,
        },
        NavItem {
            href: "/invite",
            message: "invite",
            icon: Icon::Person,
            shown: PagePlacement::BoxSetting,
            rank: 10,
        },
        NavItem {
            href: "/letters",
            message: "letters",
            icon: Icon::Letter,
            shown: PagePlacement::BoxSetting,
            rank: 20,
        },
        NavItem {
            href: "/apps/requests",
            message: "app-requests",
            icon: Icon::Apps,
            shown: PagePlacement::BoxSetting,
            rank: 25,
        },
        NavItem {
            href: "/health",
            message: "health",
            icon: Icon::Box,
            shown: PagePlacement::BoxSetting,
            rank: 30,
        },
        NavItem {
            href: "/backups",
            message: "backups",
            icon: Icon::Copy,
            shown: PagePlacement::BoxSetting,
            rank: 40,
        },
        NavItem {
            href: "/network",
            message: "network",
            icon: Icon::Apps,
            shown: PagePlacement::BoxSetting,
            rank: 50,
        },
        NavItem {
            href: "/lock",
            message: "lock",
            icon: Icon::Shield,
            shown: PagePlacement::BoxSetting,
            rank: 60,
        },
        NavItem {
            href: "/owner",
            message: "owner",
            icon: Icon::Person,
            shown: PagePlacement::BoxSetting,
            rank: 80,
        },
        NavItem {
            href: "/power",
            message: "power",
            icon: Icon::Device,
            shown: PagePlacement::BoxSetting,
            rank: 70,
        },
    ],
    texts: Some(&TEXTS),
    ..Manifest::new("www", Ports::new(3000, 7000))
};
