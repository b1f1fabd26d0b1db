//! Files that can carry a .fair.

use crate::error::Obstacle;
use crate::fair::Fair;
use crate::recipe::Edit;
use crate::xmp;

/// A file whose parts are known.
pub(crate) trait Carrier {
    fn fair(&self) -> Result<Option<Fair>, Obstacle>;
    /// Returns the edits that embed a .fair. Only called for a file without one.
    fn embed(&self, fair: &Fair) -> Result<Vec<Edit>, Obstacle>;
    /// Returns the edits that strip the .fair. Only called for a file with one.
    fn strip(&self) -> Result<Vec<Edit>, Obstacle>;
}

/// A file that carries it in its XMP.
pub(crate) trait XmpCarrier {
    /// The file's XMP.
    fn packet(&self) -> Option<&str>;
    /// Returns the edits that replace the packet, or remove it.
    fn replace_packet(&self, packet: Option<&str>) -> Result<Vec<Edit>, Obstacle>;
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
        self.replace_packet(Some(&packet))
    }

    fn strip(&self) -> Result<Vec<Edit>, Obstacle> {
        let rest = self.packet().map_or(Ok(None), xmp::remove)?;
        self.replace_packet(rest.as_deref())
    }
}
