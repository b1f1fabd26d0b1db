//! Lists of rows that are joined while the program is compiled.

/// The total number of rows in these lists.
pub const fn count<T>(lists: &[&[T]]) -> usize {
    let (mut n, mut sum) = (0, 0);
    while n < lists.len() {
        sum += lists[n].len();
        n += 1;
    }
    sum
}

/// Joins these lists into one of [`count`] rows, each blank at first.
pub const fn join<T: Copy, const N: usize>(lists: &[&[T]], blank: T) -> [T; N] {
    let (mut all, mut at, mut n) = ([blank; N], 0, 0);
    while n < lists.len() {
        let mut i = 0;
        while i < lists[n].len() {
            all[at] = lists[n][i];
            at += 1;
            i += 1;
        }
        n += 1;
    }
    all
}
