//! The operations of this service, each declared once, as a type. Related operations share a file.

mod follow;
mod handle;
mod update;

pub(crate) use follow::{Follow, Follower, FollowerEnd, Unfollow};
pub(crate) use handle::{ClaimHandle, ReleaseHandle};
pub(crate) use update::{CONNECTIONS, HIDEABLE, UpdateProfile};

use imajin_app::operation::{Declaration, Operation};

pub(crate) static ALL: [Declaration; 7] = [
    UpdateProfile::DECLARATION,
    ClaimHandle::DECLARATION,
    ReleaseHandle::DECLARATION,
    Follow::DECLARATION,
    Unfollow::DECLARATION,
    Follower::DECLARATION,
    FollowerEnd::DECLARATION,
];
