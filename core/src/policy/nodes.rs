//! A long list that versions of a policy share: four steps of nodes, of which a change copies one each. To copy a node is to
//! count one reference more for each of its children, which lie all over the memory: so nodes are small.

use std::sync::Arc;

/// How many leaves a branch has.
const BRANCH: usize = 64;

/// How many branches a limb has.
const LIMB: usize = 32;

type Leaf<T> = Arc<[T]>;
type Branch<T> = Arc<[Leaf<T>]>;
type Limb<T> = Arc<[Branch<T>]>;

/// The elements, `LEAF` of them a leaf.
pub(super) struct Nodes<T, const LEAF: usize> {
    /// The first branch, in which most lists end: two steps less.
    first: Branch<T>,
    more: Arc<[Limb<T>]>,
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
        let mut branches = std::iter::from_fn(|| Some(branch()).filter(|branch| !branch.is_empty()));
        let limb = || Some(branches.by_ref().take(LIMB).collect::<Limb<T>>()).filter(|limb| !limb.is_empty());
        let more = std::iter::from_fn(limb).collect();
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
            Some(more) => self.more.get(more / LIMB)?.get(more % LIMB)?,
        };
        branch.get(index / LEAF % BRANCH)?.get(index % LEAF)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        let more = self.more.iter().flat_map(|limb| limb.iter());
        std::iter::once(&self.first).chain(more).flat_map(|branch| branch.iter().flat_map(|leaf| leaf.iter()))
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
        if !number.is_multiple_of(BRANCH) || number == 0 {
            if let Some(branch) = self.branch_mut(number / BRANCH) {
                *branch = branch.iter().cloned().chain([leaf]).collect();
            }
            return;
        }
        let (branch, more) = (Branch::from([leaf]), number / BRANCH - 1);
        match Arc::make_mut(&mut self.more).get_mut(more / LIMB) {
            Some(limb) => *limb = limb.iter().cloned().chain([branch]).collect(),
            None => self.more = self.more.iter().cloned().chain([Limb::from([branch])]).collect(),
        }
    }

    fn leaf_mut(&mut self, number: usize) -> Option<&mut Leaf<T>> {
        Arc::make_mut(self.branch_mut(number / BRANCH)?).get_mut(number % BRANCH)
    }

    fn branch_mut(&mut self, number: usize) -> Option<&mut Branch<T>> {
        match number.checked_sub(1) {
            None => Some(&mut self.first),
            Some(more) => Arc::make_mut(Arc::make_mut(&mut self.more).get_mut(more / LIMB)?).get_mut(more % LIMB),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]
mod tests {
    use super::{BRANCH, LIMB, Nodes};

    /// Versions side by side: what one changes and adds the other doesn't see.
    #[test]
    fn versions_share_what_neither_changed() {
        const LEAF: usize = 4;
        for start in [
            0,
            1,
            LEAF - 1,
            LEAF,
            LEAF * BRANCH - 1,
            LEAF * BRANCH,
            LEAF * BRANCH + 1,
            LEAF * BRANCH * 2 + LEAF + 3,
            LEAF * BRANCH * (LIMB + 1) - 1,
            LEAF * BRANCH * (2 * LIMB + 1),
        ] {
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
