//! The order in which to process operations that arrive together.
//!
//! Always: a permutation of the input, in which nothing precedes what it depends on, as far as that is in the input;
//! independent operations keep their order.

use crate::order::Order as _;
use std::collections::HashMap;

use super::Operation;

/// The indexes of the operations in the order in which to process them: kinds by their dependencies, and in a chain the
/// parent first.
pub fn dependency_order<'a, 'b: 'a>(
    operations: impl IntoIterator<Item = &'a Operation<'b>>,
) -> Vec<usize> {
    let operations: Vec<&Operation<'_>> = operations.into_iter().collect();
    let by_cid: HashMap<String, usize> = operations
        .iter()
        .enumerate()
        .map(|(place, operation)| (operation.cid().to_string(), place))
        .collect();
    // A parent of another kind does not count.
    let parent = |place: usize| {
        let parent = *by_cid.get(operations[place].previous()?)?;
        (operations[parent].kind() == operations[place].kind()).then_some(parent)
    };
    let mut places: Vec<usize> = (0..operations.len()).collect();
    places.order_by_key(|place| operations[*place].kind().order());

    let mut taken = vec![false; operations.len()];
    let mut order = Vec::with_capacity(operations.len());
    let mut waiting = Vec::new();
    for place in places {
        let mut next = Some(place);
        // Up to the first that was taken; a CID cannot name its own descendant, so this ends.
        while let Some(place) = next.filter(|place| !taken[*place]) {
            taken[place] = true;
            waiting.push(place);
            next = parent(place);
        }
        order.extend(waiting.drain(..).rev());
    }
    order
}
