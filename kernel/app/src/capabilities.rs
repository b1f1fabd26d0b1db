//! Services that apps offer each other. An app offers a capability by its type, other apps find it by that type, and
//! neither knows the other:
//!
//! ```ignore
//! imajin_app::offers! { SocialGraph }              // in `impl Service`
//! let graph = node.get::<dyn SocialGraph>();      // in any other app
//! ```
//!
//! A capability is any trait. Those that the kernel itself asks for are here; every other one belongs into a crate that the app which offers it
//! and the apps that ask for it share, so that a new question between apps changes neither this crate nor the node.

mod answers;
mod authority;
mod backups;
mod chains;
mod consents;
mod directory;
mod entries;
mod existence;
mod files;
mod graph;
mod home;
mod homes;
mod inherits;
mod letters;
mod notice;
mod quotas;
mod robots;
mod rooms;
mod sticks;
mod zones;

use std::any::{Any, TypeId};
use std::sync::Arc;

use crate::by_type::ByType;

pub use answers::{Answers, Question};
pub use authority::{Authority, DelegationRecord, Owner, PublicIdentity};
pub use backups::KeepsBackups;
pub use chains::FindsChains;
pub use consents::{DeclaredUse, KeepsConsents};
pub use directory::{Card, HandleState, PeopleDirectory, PictureSize};
pub use entries::HearsEntries;
pub use existence::{Existence, RecordOwner};
pub use files::{FileAbout, FileAnswer, FileAsked, FileUse, Files};
pub use graph::{Admittance, Contact, Invitation, SocialGraph};
pub use home::{
    FirstStep, FirstSteps, Fresh, Hit, HomeCard, HomeCards, HomeSection, News, NewsEntry, NewsItem,
    NewsLine, OpenPages, SaysNews, Searchable, Seeing, SendsLinks,
};
pub use homes::ProvenHomes;
pub use inherits::{Inherited, Inherits};
pub use letters::{LetterState, Letters};
pub use notice::{Notice, OwnerChecks, OwnerNotice};
pub use quotas::{Quota, Quotas};
pub use robots::{RobotRules, Robots};
pub use rooms::{InRoom, JoinedRoom, RoomAbout, RoomRole, Rooms};
pub use sticks::{ReadsSticks, StickReading};
pub use zones::Zones;

struct Offer {
    app: &'static str,
    /// An `Arc<C>`, under the `TypeId` of `C`.
    capability: Box<dyn Any + Send + Sync>,
}

/// The capabilities that the apps of a node offer, by type and in the order of the apps.
#[derive(Default)]
pub struct Offers {
    app: &'static str,
    by_type: ByType<Vec<Offer>>,
}

impl Offers {
    /// Sets the app whose offers follow.
    pub(crate) fn set_app(&mut self, app: &'static str) -> &mut Self {
        self.app = app;
        self
    }

    /// Offers a capability. Where several apps offer the same, [`Offers::get`] finds the first that is mounted.
    pub fn offer<C: ?Sized + Send + Sync + 'static>(&mut self, capability: Arc<C>) {
        let app = self.app;
        let capability = Box::new(capability);
        let offers = self.by_type.entry(TypeId::of::<C>()).or_default();
        offers.push(Offer { app, capability });
    }

    /// The capability of this type, if an app offers it.
    pub fn get<C: ?Sized + 'static>(&self) -> Option<&C> {
        self.all::<C>().next().map(|(_, capability)| capability)
    }

    /// Every app that offers it, by its name.
    pub fn all<C: ?Sized + 'static>(&self) -> impl Iterator<Item = (&'static str, &C)> {
        let offers = self.by_type.get(&TypeId::of::<C>());
        offers.into_iter().flatten().filter_map(|offer| {
            let capability = offer.capability.downcast_ref::<Arc<C>>()?;
            Some((offer.app, &**capability))
        })
    }
}

/// The method `offers` of a [`Service`](crate::Service) that offers these capabilities, all its own:
/// `offers! { HomeCards, Searchable }`.
#[macro_export]
macro_rules! offers {
    ($($capability:path),+) => {
        fn offers(self: std::sync::Arc<Self>, offers: &mut $crate::Offers) {
            $(offers.offer::<dyn $capability>(self.clone());)+
        }
    };
}
