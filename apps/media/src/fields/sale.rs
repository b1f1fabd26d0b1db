//! The fields of operations about selling a work.

use imajin_app::operation::Choice;

/// The use that a copy of a work is bought for.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Choice,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Use {
    /// To have it.
    Keep,
    /// To train programs with it.
    Train,
}
