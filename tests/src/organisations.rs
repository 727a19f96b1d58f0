//! Random organisations, judged on all cores: what the comparisons with the oracle share.

use std::str::FromStr;
use std::thread;

/// What was counted, and what differs.
pub trait Tally: Default + Send {
    /// Takes in what another worker, or another organisation, came to.
    fn add(&mut self, other: Self);
}

/// How many organisations, and which.
pub struct Run {
    /// The first one's seed.
    pub seed: u64,
    /// How many.
    pub organisations: u64,
}

impl Run {
    /// As many organisations as make `cases` of `each`; the first seed is `LOCKSTEP_SEED`.
    pub fn of(cases: u64, each: usize) -> Self {
        Self { seed: setting("LOCKSTEP_SEED", 1), organisations: cases.div_ceil(each as u64) }
    }

    /// Judges each of them by its seed, and sums up.
    pub fn judge<T: Tally>(&self, judge: impl Fn(u64) -> T + Sync) -> T {
        let workers = cores();
        let work = |worker| {
            let mine = (worker..self.organisations).step_by(workers);
            sum(mine.map(|number| judge(self.seed + number)))
        };
        thread::scope(|scope| {
            let work = &work;
            let handles: Vec<_> = (0..workers as u64).map(|worker| scope.spawn(move || work(worker))).collect();
            sum(handles.into_iter().map(|handle| handle.join().expect("a worker that ends")))
        })
    }
}

/// On how many cores.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, |count| count.get())
}

fn sum<T: Tally>(tallies: impl Iterator<Item = T>) -> T {
    tallies.fold(T::default(), |mut tally, other| {
        tally.add(other);
        tally
    })
}

/// A number from the environment.
pub fn setting<T: FromStr>(name: &str, absent: T) -> T {
    std::env::var(name).map_or(absent, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}
