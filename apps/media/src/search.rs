//! Search in a person's library: pictures, videos and files by name and description, and albums.

use imajin_app::{Hit, Icon, Lang, Node, Problem, SearchWords, Searchable, Zone};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;

use crate::Media;
use crate::queries::{self, Album, Asset};

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
            let day = day_of(texts.day, lang);
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

/// The day on which something was taken, as people write it; empty where that isn't known.
fn day_of(day: &str, lang: Lang) -> String {
    let at = day.get(..10).map(|day| format!("{day}T00:00:00.000Z"));
    let at = at.and_then(|at| at.parse::<Timestamp>().ok());
    at.map(|at| lang.date(at, Zone::UTC)).unwrap_or_default()
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
