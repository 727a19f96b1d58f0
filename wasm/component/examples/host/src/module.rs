//! The component, compiled once for all workers.

use std::thread;
use std::time::Duration;

use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Result, Store, StoreLimits, StoreLimitsBuilder};

use crate::bindings::{Lockstep, LockstepPre};
use crate::worker::Worker;

/// A tick of the clock by which questions are cut short.
const TICK: Duration = Duration::from_millis(10);

/// What an instance may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of memory: a policy takes about four times its document.
    pub memory: usize,
    /// How long one question, a load or a change may take.
    pub deadline: Duration,
    /// How many instances there may be at once.
    pub instances: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 1 << 30, deadline: Duration::from_secs(10), instances: 16 }
    }
}

/// The component, compiled and linked; instances of it are made in microseconds.
pub struct Module {
    pre: LockstepPre<StoreLimits>,
    limits: Limits,
}

impl Module {
    /// Compiles the bytes of `lockstep.wasm`.
    ///
    /// # Errors
    ///
    /// The bytes are no component of this world, or the machine can't set the memory aside.
    pub fn compile(bytes: &[u8], limits: Limits) -> Result<Self> {
        let mut pool = PoolingAllocationConfig::default();
        pool.total_component_instances(limits.instances)
            .total_core_instances(limits.instances)
            .total_memories(limits.instances)
            .total_tables(limits.instances)
            .max_memory_size(limits.memory);
        let mut config = Config::new();
        config.epoch_interruption(true).allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config)?;
        let component = Component::new(&engine, bytes)?;
        // Nothing is linked: the component imports nothing.
        let pre = LockstepPre::new(Linker::new(&engine).instantiate_pre(&component)?)?;
        tick(&engine);
        Ok(Self { pre, limits })
    }

    /// A new instance, for one thread.
    ///
    /// # Errors
    ///
    /// As many instances as the limits allow are there already.
    pub fn worker(&self) -> Result<Worker> {
        self.worker_within(self.limits)
    }

    /// The same, held to less than the others are.
    ///
    /// # Errors
    ///
    /// As many instances as the limits allow are there already.
    pub fn worker_within(&self, limits: Limits) -> Result<Worker> {
        let memory = StoreLimitsBuilder::new().memory_size(limits.memory).build();
        let mut store = Store::new(self.pre.engine(), memory);
        store.limiter(|limits| limits);
        let ticks = limits.deadline.as_millis() / TICK.as_millis() + 1;
        let ticks = u64::try_from(ticks).unwrap_or(u64::MAX / 2);
        store.set_epoch_deadline(ticks);
        let instance = self.pre.instance_pre().instantiate(&mut store)?;
        let contract = Lockstep::new(&mut store, &instance)?;
        Ok(Worker::new(store, instance, contract, ticks))
    }
}

/// Counts ticks until the last user of the engine is gone.
fn tick(engine: &Engine) {
    let engine = engine.weak();
    thread::spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    });
}
