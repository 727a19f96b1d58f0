import { useMemo } from "react";
import type { Persona } from "./engine.ts";
import type { Option } from "./document.ts";
import { placesOf } from "./state/places.ts";
import { usePage } from "./state/context.tsx";
import { Choose, Search } from "./ui/Picker.tsx";

/** Stands for the host in the list of people; no id has a space at its end. */
const HOST = "host ";

/** Who looks, and where. */
export function PersonaBar() {
  const { state, dispatch } = usePage();
  const { held, persona, now, place } = state;
  const people = useMemo<Option[]>(() => [...held.names.users(), { id: HOST, name: "The host itself", hint: "Whoever operates the deployment" }], [held]);
  const rows = useMemo(() => placesOf(held.handle, persona, now), [held, persona, now]);
  const places = useMemo<Option[]>(() => {
    const known = rows.map((row) => ({ id: row.id, name: row.name, hint: held.names.level(row.level) }));
    return known.some((row) => row.id === place) ? known : [{ id: place, name: held.names.of("scope", place), hint: "Not there for this person" }, ...known];
  }, [rows, place, held]);
  const become = (id: string): void => {
    const next: Persona = id === HOST ? { kind: "host" } : { kind: "user", user: id };
    const there = placesOf(held.handle, next, now);
    const stays = there.some((row) => row.id === place);
    dispatch({ kind: "went", persona: next, ...(stays ? {} : { place: there[0]?.id ?? place }) });
  };
  const role = persona.kind === "host" ? "Sees all, and does what no person does" : held.names.role(persona.user);
  return (
    <section className="persona" aria-label="Who and where">
      <Search label="View as" className="field-wide" options={people} value={persona.kind === "host" ? HOST : persona.user} onPick={become} />
      <Choose label="At" className="field-wide" options={places} value={place} onPick={(id) => dispatch({ kind: "went", place: id })} />
      <p className="role muted small">{role}</p>
    </section>
  );
}
