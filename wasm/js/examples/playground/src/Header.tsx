import { Button, FileTrigger } from "react-aria-components";
import { usePage } from "./state/context.tsx";
import { Icon } from "./ui/Icon.tsx";
import { ThemeSwitch } from "./ui/ThemeSwitch.tsx";
import { shortDigest } from "./words.ts";

/** The page's name, the policy that is open, and what is done with it as a file. */
export function Header({ onFile }: { onFile: (file: File) => void }) {
  const { state } = usePage();
  const { name, held } = state;
  return (
    <header className="top">
      <div className="top-inner">
        <div className="brand">
          <svg className="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
            <rect width="32" height="32" rx="8" />
            <path d="M9 10h14M9 16h14M9 22h8" />
          </svg>
          <div>
            <h1>Lockstep playground</h1>
            <p className="muted small">
              {name} · revision {held.handle.revision}
              <span className="top-digest">
                {" · "}
                <span className="mono">{shortDigest(held.handle.digest)}</span>
              </span>
            </p>
          </div>
        </div>
        <div className="top-acts">
          <ThemeSwitch />
          <FileTrigger acceptedFileTypes={["application/json", ".json"]} onSelect={(files) => files?.[0] !== undefined && onFile(files[0])}>
            <Button className="button">
              <Icon name="open" />
              <span className="top-word">Open</span>
            </Button>
          </FileTrigger>
          <Button className="button" onPress={() => save(name, held.handle.text)}>
            <Icon name="save" />
            <span className="top-word">Save</span>
          </Button>
        </div>
      </div>
    </header>
  );
}

/** Gives the document as a file. */
function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name.endsWith(".json") ? name : `${name.toLowerCase()}.json`;
  link.click();
  URL.revokeObjectURL(address);
}
