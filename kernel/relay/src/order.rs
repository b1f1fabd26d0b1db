//! The order of ingestion: by kind, and inside a chain the parent first, level by level.
//!
//! Always: a permutation. Relays append the same submission in the same order, so this is exactly the order of the
//! reference implementation.

use imajin_dfos::order::Order as _;
use std::collections::HashMap;

use imajin_dfos::operation::Operation;

/// The places of the operations that could be read, in the order in which to take them in.
pub(super) fn order(operations: &[Option<&Operation<'_>>]) -> Vec<usize> {
    let cids: HashMap<String, usize> = (0..)
        .zip(operations)
        .filter_map(|(place, operation)| Some((operation.as_ref()?.cid().to_string(), place)))
        .collect();
    // A parent of another kind is none.
    let parent = |operation: &Operation<'_>| {
        let place = *cids.get(operation.previous()?)?;
        let parent = (*operations.get(place)?)?;
        (parent.kind().order() == operation.kind().order()).then_some(place)
    };
    let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut level = Vec::new();
    for (place, operation) in operations.iter().enumerate() {
        let Some(operation) = operation else {
            continue;
        };
        match parent(operation) {
            Some(parent) => children.entry(parent).or_default().push(place),
            None => level.push(place),
        }
    }
    let mut order = Vec::with_capacity(operations.len());
    while !level.is_empty() {
        let next = level.iter().filter_map(|place| children.remove(place));
        let next = next.flatten().collect();
        order.append(&mut level);
        level = next;
    }
    // Kinds apart at the end: a chain has one kind, so its levels stay in order.
    order.order_by_key(|place| {
        let operation = operations.get(*place).copied().flatten();
        operation.map(|operation| operation.kind().order())
    });
    order
}
