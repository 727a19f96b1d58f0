import { useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { Icon } from "./Icon.tsx";

const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const LABELS = { system: "Colours: as the system", light: "Colours: light", dark: "Colours: dark" } as const;
const ICONS = { system: "system", light: "sun", dark: "moon" } as const;

/** Light, dark, or as the system has it. Kept by the browser. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(() => THEMES.find((name) => name === stored()) ?? "system");
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    keep(theme);
  }, [theme]);
  const following = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  return (
    <Button className="button button-quiet button-icon" aria-label={LABELS[theme]} onPress={() => setTheme(following)}>
      <Icon name={ICONS[theme]} />
    </Button>
  );
}

/** A browser may refuse to keep anything: then the switch holds until the page is left. */
function stored(): string | null {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
}

function keep(theme: Theme): void {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Not kept.
  }
}
