"""Loads a policy into the component and asks it: python host.py lockstep.wasm policy.json"""

import sys
import threading
import time
from pathlib import Path
from typing import Any

from wasmtime import Config, Engine, Store, Trap, WasmtimeError
from wasmtime.component import Component, Linker, Record, Variant

CONTRACT = "lockstep:policy/policies@0.1.0"
TICK_SECONDS = 0.01
NOW = 1_795_176_000_000  # 2026-11-20T12:00:00Z


class PolicyError(Exception):
    """Why there is no answer. Whatever it is, it denies."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


def record(**members: Any) -> Record:
    """A record of the contract, whose names have hyphens."""
    made = Record()
    for name, value in members.items():
        setattr(made, name.replace("_", "-"), value)
    return made


class Module:
    """The component, compiled once for all workers."""

    def __init__(self, component: bytes) -> None:
        config = Config()
        config.epoch_interruption = True
        self.engine = Engine(config)
        self.component = Component(self.engine, component)
        self.linker = Linker(self.engine)  # Nothing is linked: the component imports nothing.
        threading.Thread(target=self._tick, daemon=True).start()

    def _tick(self) -> None:
        while True:
            time.sleep(TICK_SECONDS)
            self.engine.increment_epoch()


class Worker:
    """One instance, for one thread, with the policies and callers that live in it."""

    def __init__(self, module: Module, memory: int = 1 << 30, deadline_seconds: float = 10.0) -> None:
        self.store = Store(module.engine)
        self.store.set_limits(memory_size=memory)
        self.ticks = int(deadline_seconds / TICK_SECONDS) + 1
        self.store.set_epoch_deadline(self.ticks)
        self.instance = module.linker.instantiate(self.store, module.component)
        self.functions: dict[str, Any] = {}
        self.lost = False

    def ask(self, name: str, *arguments: Any) -> Any:
        """Asks anything of the contract, by its canonical name, such as `[method]policy.decide`."""
        if self.lost:
            raise PolicyError("module-lost", "the policy module has ended; load the policy again")
        self.store.set_epoch_deadline(self.ticks)
        try:
            function = self.functions.get(name) or self._function(name)
            answer = function(self.store, *arguments)
            function.post_return(self.store)
        except (Trap, WasmtimeError) as trap:
            self.lost = True
            raise PolicyError("module-lost", "the policy module has ended; load the policy again") from trap
        # A result of two records comes with its case; any other comes unwrapped, and then an error is a record.
        if isinstance(answer, Variant) and answer.tag == "ok":
            return answer.payload
        if isinstance(answer, Variant) and answer.tag == "err":
            answer = answer.payload
        if hasattr(answer, "code") and hasattr(answer, "help"):
            raise PolicyError(answer.code, answer.message)
        if hasattr(answer, "layer") and not hasattr(answer, "outcome"):
            raise PolicyError(answer.reason, f"nothing is listed: {answer.layer}")
        return answer

    def _function(self, name: str) -> Any:
        contract = self.instance.get_export_index(self.store, CONTRACT)
        index = self.instance.get_export_index(self.store, name, contract)
        if index is None:
            raise KeyError(name)
        return self.functions.setdefault(name, self.instance.get_func(self.store, index))


def main(component: str, policy: str) -> None:
    worker = Worker(Module(Path(component).read_bytes()))
    handle = worker.ask("[static]policy.load", Path(policy).read_bytes())

    # `credential` is None for the platform itself, or a token's id.
    ana = record(user="ana", credential=None, workspace="acme-hq", agent="assistant", space=None)
    facts = record(downstream=[("acme-slack", "ready")], observed=[], can_ask=True)
    caller = worker.ask("[method]policy.caller", handle, ana, facts)

    fetch = worker.ask("[method]policy.target", handle, "nw-fetch", "fetch")
    outcome = worker.ask("[method]caller.outcome-at", caller, fetch, NOW)
    print("nw-fetch fetch:", {1: "ask", 2: "allow"}.get(outcome & 0b11, "deny"))

    request = b"""{"action": "tool.call",
        "caller": {"user": "ana", "credential": {"kind": "platform"}, "workspace": "acme-hq", "agent": "assistant"},
        "target": {"kind": "tool", "server": "acme-slack", "tool": "slack_list_channels"},
        "context": {"now": "2026-11-20T12:00:00Z", "downstream": {"acme-slack": "ready"}}}"""
    decision = worker.ask("[method]policy.decide", handle, request)
    print(f"acme-slack slack_list_channels: {decision.outcome}, {decision.reason}")
    print(decision.message.user)

    # A variant of two cases with texts is named. Columns: the texts once, and their places by row.
    listed = worker.ask("[method]caller.list", caller, Variant("all"), NOW)
    texts, begin = listed.texts.encode(), 0
    names = []
    for end in listed.ends:
        names.append(texts[begin:end].decode())
        begin = end
    open_tools = [names[tool] for tool, packed in zip(listed.tools, listed.outcomes) if packed & 0b11]
    print(f"{len(open_tools)} of {len(listed.tools)} tools are open, the first: {open_tools[0]}")

    try:
        worker.ask("[static]policy.load", b'{"format": "1.0"}')
    except PolicyError as error:
        print("a document that isn't one:", error.code)

    caller.drop(worker.store)
    handle.drop(worker.store)


if __name__ == "__main__":
    main(*sys.argv[1:3])
