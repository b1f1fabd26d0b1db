//! Makes a picture smaller while its rows come: each pixel is the average of what it covers. Rows of any number of sizes are
//! made at once, and only the small pictures are in memory.
//!
//! Always: nothing is enlarged. Sums fit into 32 bits, since no side has more than 65 535 pixels.

use crate::wire::Size;

/// Bits behind the point while a row waits for the rows below it.
const SHIFT: u32 = 8;

/// The part of a picture that a preview shows, and the preview's size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Plan {
    left: u32,
    top: u32,
    /// Pixels of the part.
    part: (u32, u32),
    /// Pixels of what is made.
    made: (u32, u32),
}

impl Plan {
    /// Plans a picture of `width` × `height` stored pixels, which is shown on its side if `is_turned`. Neither is 0.
    pub(crate) fn new((width, height): (u32, u32), size: Size, is_turned: bool) -> Self {
        let (across, down) = size.bounds();
        let (longest, down) = (u32::from(across), u32::from(down));
        if matches!(size, Size::Face | Size::Og) {
            let room = if is_turned { (down, longest) } else { (longest, down) };
            return Self::filling((width, height), room);
        }
        let over = width.max(height);
        let made = if over > longest {
            (part_of(width, longest, over), part_of(height, longest, over))
        } else {
            (width, height)
        };
        Self { left: 0, top: 0, part: (width, height), made }
    }

    fn filling((width, height): (u32, u32), (across, down): (u32, u32)) -> Self {
        let is_wide = u64::from(width) * u64::from(down) > u64::from(height) * u64::from(across);
        let part = if is_wide {
            (part_of(height, across, down).min(width), height)
        } else {
            (width, part_of(width, down, across).min(height))
        };
        Self {
            left: (width - part.0) / 2,
            top: (height - part.1) / 2,
            part,
            made: (part.0.min(across), part.1.min(down)),
        }
    }

    /// The longer side of what is made.
    pub(crate) fn longest(&self) -> u32 {
        self.made.0.max(self.made.1)
    }
}

/// `length · over / under`, rounded, and at least 1.
fn part_of(length: u32, over: u32, under: u32) -> u32 {
    let (length, over, under) = (u64::from(length), u64::from(over), u64::from(under));
    let part = (length * over + under / 2) / under;
    u32::try_from(part).unwrap_or(u32::MAX).max(1)
}

/// A picture that becomes smaller.
pub(crate) struct Shrink {
    plan: Plan,
    /// The row that comes next, and the part of it that is made already.
    row: u32,
    filled: u32,
    /// The row at hand, at the width of what is made.
    line: Vec<u32>,
    /// Sums of the row that is made.
    sums: Vec<u32>,
    pixels: Vec<u8>,
}

impl Shrink {
    pub(crate) fn new(plan: Plan) -> Self {
        let line = index(plan.made.0) * 3;
        Self {
            plan,
            row: 0,
            filled: 0,
            line: vec![0; line],
            sums: vec![0; line],
            pixels: Vec::with_capacity(line * index(plan.made.1)),
        }
    }

    /// The next row of the picture, in RGB.
    pub(crate) fn add(&mut self, row: &[u8]) {
        let Plan { left, top, part, made } = self.plan;
        let at = self.row;
        self.row += 1;
        let part_row = row.get(index(left) * 3..index(left + part.0) * 3);
        let Some(part_row) = part_row.filter(|_| (top..top + part.1).contains(&at)) else {
            return;
        };
        narrow(part_row, part.0, made.0, &mut self.line);
        // The row counts `made.1`, of which a row that is made takes `part.1`.
        let mut left = made.1;
        while left > 0 {
            let share = left.min(part.1 - self.filled);
            for (sum, value) in self.sums.iter_mut().zip(&self.line) {
                *sum += value * share;
            }
            left -= share;
            self.filled += share;
            if self.filled == part.1 {
                let all = part.1 << SHIFT;
                self.pixels.extend(self.sums.iter().map(|sum| byte((sum + all / 2) / all)));
                self.sums.fill(0);
                self.filled = 0;
            }
        }
    }

    /// Returns the preview if all rows were added: pixels in RGB, as they are shown, and their size.
    pub(crate) fn finish(self, orientation: u8) -> Option<(Vec<u8>, u32, u32)> {
        let (width, height) = self.plan.made;
        let is_whole = self.pixels.len() == index(width) * index(height) * 3;
        is_whole.then(|| turned(self.pixels, width, height, orientation))
    }
}

/// A row of `from` pixels as one of `to`, with [`SHIFT`] bits behind the point.
fn narrow(row: &[u8], from: u32, to: u32, line: &mut [u32]) {
    let mut made = line.chunks_exact_mut(3);
    let mut sums = [0_u32; 3];
    // Each pixel counts `to`, of which a pixel that is made takes `from`.
    let mut missing = from;
    for pixel in row.chunks_exact(3) {
        let share = to.min(missing);
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += u32::from(*value) * share;
        }
        missing -= share;
        if missing > 0 {
            continue;
        }
        for (value, sum) in made.next().into_iter().flatten().zip(&sums) {
            *value = (sum << SHIFT) / from;
        }
        let rest = to - share;
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum = u32::from(*value) * rest;
        }
        missing = from - rest;
    }
}

/// Pixels in the way that they are shown, by Exif's orientation.
fn turned(pixels: Vec<u8>, width: u32, height: u32, orientation: u8) -> (Vec<u8>, u32, u32) {
    if orientation <= 1 {
        return (pixels, width, height);
    }
    let (across, down) = if orientation >= 5 { (height, width) } else { (width, height) };
    let mut shown = Vec::with_capacity(pixels.len());
    for y in 0..down {
        for x in 0..across {
            let (from_x, from_y) = match orientation {
                2 => (width - 1 - x, y),
                3 => (width - 1 - x, height - 1 - y),
                4 => (x, height - 1 - y),
                5 => (y, x),
                6 => (y, height - 1 - x),
                7 => (width - 1 - y, height - 1 - x),
                _ => (width - 1 - y, x),
            };
            let at = (index(from_y) * index(width) + index(from_x)) * 3;
            shown.extend_from_slice(pixels.get(at..at + 3).unwrap_or_default());
        }
    }
    (shown, across, down)
}

pub(crate) fn index(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

fn byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shrunk(plan: Plan, width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
        let mut shrink = Shrink::new(plan);
        for y in 0..height {
            shrink.add(&(0..width).flat_map(|x| pixel(x, y)).collect::<Vec<_>>());
        }
        shrink.finish(1).unwrap().0
    }

    #[test]
    fn sizes_keep_their_proportions_and_never_grow() {
        let made = |size, kind, turned| Plan::new(size, kind, turned).made;
        assert_eq!(made((4000, 3000), Size::W400, false), (400, 300));
        assert_eq!(made((3000, 4000), Size::W800, false), (600, 800));
        assert_eq!(made((4000, 3000), Size::Face, true), (96, 96));
        assert_eq!(made((60, 40), Size::Face, false), (40, 40));
        assert_eq!(made((150, 100), Size::W200, false), (150, 100));
        assert_eq!(made((60_000, 10), Size::W200, false), (200, 1));
        assert_eq!(made((4000, 3000), Size::Og, false), (1200, 630));
        assert_eq!(made((4000, 3000), Size::Og, true), (630, 1200));
        assert_eq!(made((800, 800), Size::Og, false), (800, 420));
        assert_eq!(made((4000, 100), Size::Og, false), (190, 100));
        assert_eq!(made((1, 1), Size::Og, false), (1, 1));
        let plan = Plan::new((4000, 3000), Size::Og, false);
        assert_eq!((plan.left, plan.top, plan.part), (0, 450, (4000, 2100)));
    }

    #[test]
    fn a_pixel_is_the_average_of_what_it_covers() {
        let plan = Plan { left: 0, top: 0, part: (3, 3), made: (2, 2) };
        let bright = |x: u32, y: u32| {
            if (x, y) == (0, 0) { [255, 90, 0] } else { [0, 0, 0] }
        };
        // Each of the four covers 1.5 × 1.5 pixels: the first has all of one.
        assert_eq!(shrunk(plan, 3, 3, bright), [113, 40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let same = Plan::new((7, 5), Size::W200, false);
        let pixels = shrunk(same, 7, 5, |x, y| [x as u8 * 30, y as u8 * 50, 255]);
        assert_eq!(pixels[..6], [0, 0, 255, 30, 0, 255]);
        assert_eq!(pixels[pixels.len() - 3..], [180, 200, 255]);
    }

    #[test]
    fn the_largest_sides_of_white_stay_white() {
        for size in [(65_535, 2), (2, 65_535), (65_535, 201)] {
            let plan = Plan::new(size, Size::W200, false);
            assert!(shrunk(plan, size.0, size.1, |_, _| [255; 3]).iter().all(|byte| *byte == 255));
        }
    }

    #[test]
    fn each_orientation_shows_the_corner_where_it_belongs() {
        // 0 1 2
        // 3 4 5
        let pixels: Vec<u8> = (0..6).flat_map(|value| [value; 3]).collect();
        let shown = |orientation| {
            let (pixels, width, _) = turned(pixels.clone(), 3, 2, orientation);
            (width, pixels.into_iter().step_by(3).collect::<Vec<_>>())
        };
        assert_eq!(shown(1), (3, vec![0, 1, 2, 3, 4, 5]));
        assert_eq!(shown(2), (3, vec![2, 1, 0, 5, 4, 3]));
        assert_eq!(shown(3), (3, vec![5, 4, 3, 2, 1, 0]));
        assert_eq!(shown(4), (3, vec![3, 4, 5, 0, 1, 2]));
        assert_eq!(shown(5), (2, vec![0, 3, 1, 4, 2, 5]));
        assert_eq!(shown(6), (2, vec![3, 0, 4, 1, 5, 2]));
        assert_eq!(shown(7), (2, vec![5, 2, 4, 1, 3, 0]));
        assert_eq!(shown(8), (2, vec![2, 5, 1, 4, 0, 3]));
    }
}
