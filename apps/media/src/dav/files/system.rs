//! The drive as the library's file system.

use std::pin::Pin;

use axum::http::StatusCode;
use dav_server::davpath::DavPath;
use dav_server::fs::{
    DavDirEntry, DavFile, DavFileSystem, DavMetaData, DavProp, FsError, FsFuture, FsStream,
    OpenOptions, ReadDirMeta,
};
use imajin_app::Problem;
use imajin_app::operation::Change;

use super::super::tree::Spot;
use super::{Drive, listing};

impl DavFileSystem for Drive {
    fn open<'a>(
        &'a self,
        path: &'a DavPath,
        options: OpenOptions,
    ) -> FsFuture<'a, Box<dyn DavFile>> {
        Box::pin(async move {
            if options.write { self.begin(path, options).await } else { self.read(path).await }
        })
    }

    fn read_dir<'a>(
        &'a self,
        path: &'a DavPath,
        _: ReadDirMeta,
    ) -> FsFuture<'a, FsStream<Box<dyn DavDirEntry>>> {
        Box::pin(async move {
            let location = self.find(path).await;
            let folder = match location.map(|found| found.spot) {
                Ok(Spot::Root) => None,
                Ok(Spot::Folder(folder)) => Some(folder.id),
                Ok(_) => return Err(FsError::Forbidden),
                Err(error) => {
                    // The library would tell an empty folder.
                    self.breaks(&Problem::internal("a folder can't be read"));
                    return Err(error);
                }
            };
            Ok(listing::all(self, path.as_bytes().to_vec(), folder, self.used().await))
        })
    }

    fn metadata<'a>(&'a self, path: &'a DavPath) -> FsFuture<'a, Box<dyn DavMetaData>> {
        Box::pin(async move {
            let meta: Box<dyn DavMetaData> = Box::new(self.meta(path).await?);
            Ok(meta)
        })
    }

    fn create_dir<'a>(&'a self, path: &'a DavPath) -> FsFuture<'a, ()> {
        Box::pin(async move {
            let location = self.find(path).await?;
            match location.spot {
                Spot::Nothing => self.told_by(self.put_folder(None, &location, Change::Keep).await),
                _ => Err(FsError::Exists),
            }
        })
    }

    fn remove_dir<'a>(&'a self, path: &'a DavPath) -> FsFuture<'a, ()> {
        Box::pin(async move {
            match self.find(path).await?.spot {
                Spot::Folder(folder) => self.remove_folder(&folder.id).await,
                _ => Err(FsError::Forbidden),
            }
        })
    }

    fn remove_file<'a>(&'a self, path: &'a DavPath) -> FsFuture<'a, ()> {
        Box::pin(async move {
            let location = self.find(path).await?;
            match &location.spot {
                Spot::File(asset) if self.is_replaced(path, &asset.id).await? => Ok(()),
                Spot::File(_) | Spot::Scratch(_) => self.told_by(self.remove(location).await),
                _ => Err(FsError::Forbidden),
            }
        })
    }

    fn rename<'a>(&'a self, from: &'a DavPath, to: &'a DavPath) -> FsFuture<'a, ()> {
        Box::pin(async move {
            let (from, to) = (self.find(from).await?, self.find(to).await?);
            self.told_by(self.move_to(from, to).await)
        })
    }

    fn copy<'a>(&'a self, from: &'a DavPath, to: &'a DavPath) -> FsFuture<'a, ()> {
        Box::pin(async move {
            let (from, to) = (self.find(from).await?, self.find(to).await?);
            self.told_by(self.copy_to(from, to).await)
        })
    }

    fn have_props<'a>(&'a self, _: &'a DavPath) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        Box::pin(std::future::ready(true))
    }

    fn patch_props<'a>(
        &'a self,
        path: &'a DavPath,
        patch: Vec<(bool, DavProp)>,
    ) -> FsFuture<'a, Vec<(StatusCode, DavProp)>> {
        Box::pin(async move {
            let location = self.find(path).await?;
            self.note(location, patch).await
        })
    }

    fn get_props<'a>(&'a self, path: &'a DavPath, do_content: bool) -> FsFuture<'a, Vec<DavProp>> {
        Box::pin(async move { Ok(self.notes(path).await?.props(do_content)) })
    }

    fn get_prop<'a>(&'a self, path: &'a DavPath, prop: DavProp) -> FsFuture<'a, Vec<u8>> {
        Box::pin(async move {
            let notes = self.notes(path).await?;
            notes.prop(&prop).ok_or(FsError::NotFound)
        })
    }

    fn get_quota(&self) -> FsFuture<'_, (u64, Option<u64>)> {
        Box::pin(async move {
            let room = self.run(Self::room).await;
            room.map_err(|problem| self.fails(problem))
        })
    }
}
