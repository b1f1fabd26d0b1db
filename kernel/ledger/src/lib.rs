pub mod bundle;
pub mod media;
