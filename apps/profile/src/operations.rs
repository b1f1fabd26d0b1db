//! The operations of this service, each declared once, as a type. Related operations share a file.

mod follow;
mod handle;
mod update;

pub(crate) use follow::{Follow, Follower, FollowerEnd, Unfollow};
pub(crate) use handle::{ClaimHandle, ReleaseHandle};
pub(crate) use update::{CONNECTIONS, HIDEABLE, UpdateProfile};

imajin_app::declarations! {
    UpdateProfile, ClaimHandle, ReleaseHandle, Follow, Unfollow, Follower, FollowerEnd,
}
