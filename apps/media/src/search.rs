//! What words find in a person's library: pictures, videos and files by name and by what is said of them, and albums.

use imajin_protocol::Did;
use imajin_service::{Hit, Icon, Lang, Node, Problem, Searchable};

use crate::Media;
use crate::manifest::MANIFEST;
use crate::queries::{self, Album, Asset};

impl Searchable for Media {
    fn search(
        &self,
        node: &Node,
        person: &Did,
        words: &str,
        limit: usize,
        _: Lang,
    ) -> Result<Vec<Hit>, Problem> {
        let me = person.as_str();
        let (albums, assets) = node.read(MANIFEST.name, |db| {
            let assets = queries::having(db, me, words, limit)?;
            Ok((queries::albums(db, me)?, assets))
        })?;
        let words = words.to_lowercase();
        let is_found = |album: &Album| {
            let text = album.text.iter().chain([&album.title]);
            text.into_iter()
                .any(|text| text.to_lowercase().contains(&words))
        };
        let albums = albums.into_iter().filter(is_found).map(of_album);
        Ok(albums
            .chain(assets.into_iter().map(of_asset))
            .take(limit)
            .collect())
    }
}

fn of_album(album: Album) -> Hit {
    Hit {
        href: format!("/media/albums/{}/{}", album.owner, album.id),
        title: album.title,
        detail: String::new(),
        icon: Icon::Picture,
    }
}

fn of_asset(asset: Asset) -> Hit {
    let day = asset.day.get(..10).unwrap_or_default().to_owned();
    Hit {
        href: format!("/media/a/{}", asset.id),
        title: asset.title.unwrap_or(asset.name),
        detail: day,
        icon: Icon::Picture,
    }
}
