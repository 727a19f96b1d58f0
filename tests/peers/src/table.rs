//! The clock, and the tables.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::contender::{Contender, Outcome};

/// How long a contender is timed in a round, at least: whole passes, several of them where one is short.
const STINT: Duration = Duration::from_millis(15);

/// What a contender was measured at, in nanoseconds a decision.
pub struct Row {
    /// The contender.
    pub name: &'static str,
    says: &'static str,
    /// The middle one of all rounds, by the clock.
    pub median: f64,
    min: f64,
    /// The middle one of this thread's own time: what the clock says less what other programs took of the processor.
    pub own: f64,
}

/// Times all contenders in turn, so many rounds.
pub fn measure(contenders: &mut [Contender<'_>], rounds: usize) -> Vec<Row> {
    let mut answers = vec![Outcome::Deny; contenders.iter().map(|contender| contender.count).max().unwrap_or(0)];
    let mut times: Vec<Vec<Stint>> = contenders.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            // One pass that isn't timed: the others have had the caches since.
            (contender.pass)(&mut answers[..contender.count]);
            times.push(stint(contender, &mut answers));
        }
    }
    contenders.iter().zip(times).map(|(contender, times)| Row::new(contender, times)).collect()
}

/// What a contender took in one round, in nanoseconds a decision.
struct Stint {
    clock: f64,
    own: f64,
}

/// How long this thread has run.
fn own_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

fn stint(contender: &mut Contender<'_>, answers: &mut [Outcome]) -> Stint {
    let (start, own_start) = (Instant::now(), own_time());
    let mut decisions = 0;
    while start.elapsed() < STINT {
        (contender.pass)(&mut answers[..contender.count]);
        std::hint::black_box(&answers);
        decisions += contender.count;
    }
    let each = |time: Duration| time.as_nanos() as f64 / decisions as f64;
    Stint { clock: each(start.elapsed()), own: each(own_time() - own_start) }
}

fn sorted(times: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    times
}

impl Row {
    fn new(contender: &Contender<'_>, times: Vec<Stint>) -> Self {
        let clock = sorted(times.iter().map(|stint| stint.clock));
        let own = sorted(times.iter().map(|stint| stint.own));
        let middle = times.len() / 2;
        Self { name: contender.name, says: contender.says, median: clock[middle], min: clock[0], own: own[middle] }
    }
}

/// The fastest of those whose names begin so.
pub fn fastest<'r>(rows: &'r [Row], begins: &str) -> &'r Row {
    let named = rows.iter().filter(|row| row.name.starts_with(begins));
    named.min_by(|one, other| one.median.total_cmp(&other.median)).unwrap()
}

/// Prints every row beside the floor and lockstep's own: by the clock, then by the thread's own time.
pub fn print(rows: &[Row], floor: &Row, own: &Row) {
    println!(
        "{:<34} {:<30} {:>10} {:>10} {:>8} {:>11} {:>10} {:>8} {:>11}",
        "contender", "answers", "median ns", "min ns", "x floor", "x lockstep", "own ns", "x floor", "x lockstep"
    );
    for row in rows {
        println!(
            "{:<34} {:<30} {:>10.1} {:>10.1} {:>8.2} {:>11.2} {:>10.1} {:>8.2} {:>11.2}",
            row.name,
            row.says,
            row.median,
            row.min,
            row.median / floor.median,
            row.median / own.median,
            row.own,
            row.own / floor.own,
            row.own / own.own
        );
    }
}

/// Prints a target beside what was measured: by the clock, which is judged, and by the thread's own time.
pub fn target(what: &str, measured: impl Fn(fn(&Row) -> f64) -> f64, unit: &str, wanted: Wanted) {
    let (clock, own) = (measured(|row| row.median), measured(|row| row.own));
    let (met, sign, bound) = match wanted {
        Wanted::AtMost(bound) => (clock <= bound, "at most", bound),
        Wanted::AtLeast(bound) => (clock >= bound, "at least", bound),
    };
    let met = if met { "met" } else { "NOT MET" };
    println!("{what:<56} {sign:>8} {bound:>5} {unit:<2}  clock {clock:>8.2} {unit:<2} {met:<8} own {own:>8.2} {unit}");
}

/// A target.
#[derive(Clone, Copy)]
pub enum Wanted {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}
