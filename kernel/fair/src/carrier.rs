//! What a file that can carry a .fair does with it.

use crate::error::Obstacle;
use crate::fair::Fair;
use crate::recipe::Edit;
use crate::xmp;

/// A file whose parts are known.
pub(crate) trait Carrier {
    fn fair(&self) -> Result<Option<Fair>, Obstacle>;
    /// What changes if a .fair comes into it. Only asked of one without.
    fn embed(&self, fair: &Fair) -> Result<Vec<Edit>, Obstacle>;
    /// What changes if its .fair goes. Only asked of one with.
    fn strip(&self) -> Result<Vec<Edit>, Obstacle>;
}

/// A file that carries it in its XMP.
pub(crate) trait XmpCarrier {
    /// The file's XMP.
    fn packet(&self) -> Option<&str>;
    /// What changes with another packet, or without any.
    fn with(&self, packet: Option<&str>) -> Result<Vec<Edit>, Obstacle>;
    /// Who says to have made a new packet.
    fn toolkit(&self) -> &'static str {
        xmp::TOOLKIT
    }
}

impl<T: XmpCarrier> Carrier for T {
    fn fair(&self) -> Result<Option<Fair>, Obstacle> {
        self.packet().map_or(Ok(None), xmp::read)
    }

    fn embed(&self, fair: &Fair) -> Result<Vec<Edit>, Obstacle> {
        let packet = xmp::add(self.packet(), fair, self.toolkit())?;
        self.with(Some(&packet))
    }

    fn strip(&self) -> Result<Vec<Edit>, Obstacle> {
        let rest = self.packet().map_or(Ok(None), xmp::remove)?;
        self.with(rest.as_deref())
    }
}
