//! A long list that versions of a policy share: three steps of nodes, of which a change copies one each.

use std::sync::Arc;

/// How many leaves a branch has.
const BRANCH: usize = 256;

type Leaf<T> = Arc<[T]>;
type Branch<T> = Arc<[Leaf<T>]>;

/// The elements, `LEAF` of them a leaf.
pub(super) struct Nodes<T, const LEAF: usize> {
    /// The first branch, in which most lists end: one step less.
    first: Branch<T>,
    more: Arc<[Branch<T>]>,
    len: usize,
}

// By hand: deriving would ask the same of `T`.
impl<T, const LEAF: usize> Clone for Nodes<T, LEAF> {
    fn clone(&self) -> Self {
        Self { first: self.first.clone(), more: self.more.clone(), len: self.len }
    }
}

impl<T, const LEAF: usize> FromIterator<T> for Nodes<T, LEAF> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut elements = elements.into_iter().peekable();
        let mut len = 0;
        let mut branch = || {
            let mut branch = Vec::with_capacity(BRANCH);
            while branch.len() < BRANCH && elements.peek().is_some() {
                let leaf: Leaf<T> = elements.by_ref().take(LEAF).collect();
                len += leaf.len();
                branch.push(leaf);
            }
            Branch::from(branch)
        };
        let first = branch();
        let more = std::iter::from_fn(|| Some(branch()).filter(|branch| !branch.is_empty())).collect();
        Self { first, more, len }
    }
}

impl<T, const LEAF: usize> Nodes<T, LEAF> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<&T> {
        let branch = match (index / (LEAF * BRANCH)).checked_sub(1) {
            None => &self.first,
            Some(more) => self.more.get(more)?,
        };
        branch.get(index / LEAF % BRANCH)?.get(index % LEAF)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(self.more.iter()).flat_map(|branch| branch.iter().flat_map(|leaf| leaf.iter()))
    }
}

impl<T: Clone, const LEAF: usize> Nodes<T, LEAF> {
    /// An element, to be changed in place; what another version of the policy has too is copied.
    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        Arc::make_mut(self.leaf_mut(index / LEAF)?).get_mut(index % LEAF)
    }

    /// Adds an element at the end.
    pub(super) fn push(&mut self, element: T) {
        let (number, place) = (self.len / LEAF, self.len % LEAF);
        if place > 0 {
            if let Some(leaf) = self.leaf_mut(number) {
                *leaf = leaf.iter().cloned().chain([element]).collect();
            }
        } else {
            self.push_leaf(number, Leaf::from([element]));
        }
        self.len += 1;
    }

    fn push_leaf(&mut self, number: usize, leaf: Leaf<T>) {
        let extend = |branch: &mut Branch<T>, leaf: Leaf<T>| *branch = branch.iter().cloned().chain([leaf]).collect();
        match (number / BRANCH).checked_sub(1) {
            None => extend(&mut self.first, leaf),
            Some(more) if more == self.more.len() => self.more = self.more.iter().cloned().chain([Branch::from([leaf])]).collect(),
            Some(more) => {
                if let Some(branch) = Arc::make_mut(&mut self.more).get_mut(more) {
                    extend(branch, leaf);
                }
            }
        }
    }

    fn leaf_mut(&mut self, number: usize) -> Option<&mut Leaf<T>> {
        let branch = match (number / BRANCH).checked_sub(1) {
            None => &mut self.first,
            Some(more) => Arc::make_mut(&mut self.more).get_mut(more)?,
        };
        Arc::make_mut(branch).get_mut(number % BRANCH)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]
mod tests {
    use super::{BRANCH, Nodes};

    /// Versions side by side: what one changes and adds the other doesn't see.
    #[test]
    fn versions_share_what_neither_changed() {
        const LEAF: usize = 4;
        for start in [0, 1, LEAF - 1, LEAF, LEAF * BRANCH - 1, LEAF * BRANCH, LEAF * BRANCH + 1, LEAF * BRANCH * 2 + LEAF + 3] {
            let old: Nodes<usize, LEAF> = (0..start).collect();
            let mut new = old.clone();
            let mut wanted: Vec<usize> = (0..start).collect();
            for element in start..start + LEAF * 2 {
                new.push(element);
                wanted.push(element);
            }
            for changed in [0, start / 2, start, start + LEAF] {
                *new.get_mut(changed).unwrap() += 7;
                wanted[changed] += 7;
            }
            assert!(new.get(new.len()).is_none());
            assert!((0..new.len()).map(|index| new.get(index)).eq(wanted.iter().map(Some)));
            assert!(new.iter().eq(&wanted));
            assert!(old.iter().copied().eq(0..start));
        }
    }
}
