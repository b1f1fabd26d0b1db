//! Search in a person's library: pictures, videos and files by name and description, and albums.

use imajin_app::{Hit, Icon, Lang, Node, Problem, SearchWords, Searchable};
use imajin_protocol::Did;

use crate::queries::{self, Album, Asset};
use crate::{Media, pages};

impl Searchable for Media {
    fn search(
        &self,
        node: &Node,
        person: &Did,
        words: &SearchWords,
        limit: usize,
        lang: Lang,
    ) -> Result<Vec<Hit>, Problem> {
        let (albums, assets) = find(node, person, words, limit, lang)?;
        let albums = albums.into_iter().map(of_album);
        Ok(albums.chain(assets.into_iter().map(of_asset)).take(limit).collect())
    }
}

/// Finds albums and files of a person by their names, their texts, their days and the albums that they are in: at most `limit` files, the newest first.
pub(crate) fn find(
    node: &Node,
    person: &Did,
    words: &SearchWords,
    limit: usize,
    lang: Lang,
) -> Result<(Vec<Album>, Vec<Asset>), Problem> {
    let me = person.as_str();
    let (mut albums, assets) = queries::read(node, |db| {
        let has = |texts: &queries::AssetTexts<'_>| {
            let day = pages::date(texts.day, lang);
            let about = [texts.name, texts.title, texts.alt, texts.text];
            words.are_in(about.into_iter().chain([texts.day, &*day, texts.albums]))
        };
        let assets = queries::having(db, me, has, limit)?;
        Ok((queries::albums(db, me)?, assets))
    })?;
    albums.retain(|album| {
        let texts = album.text.iter().chain([&album.title]);
        words.are_in(texts.map(String::as_str))
    });
    Ok((albums, assets))
}

pub(crate) fn of_album(album: Album) -> Hit {
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
        title: asset.words.title.unwrap_or(asset.name),
        detail: day,
        icon: Icon::Picture,
    }
}
