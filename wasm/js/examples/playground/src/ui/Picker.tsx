import { useState } from "react";
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from "react-aria-components";
import { matching } from "../document.ts";
import type { Option } from "../document.ts";
import { Icon } from "./Icon.tsx";

interface Picked {
  label: string;
  options: readonly Option[];
  value: string;
  onPick: (id: string) => void;
  className?: string;
}

/** Picks one of a few. */
export function Choose({ label, options, value, onPick, className = "" }: Picked) {
  return (
    <Select className={`field ${className}`} value={value} onChange={(key) => key !== null && onPick(String(key))}>
      <Label>{label}</Label>
      <Button className="field-button">
        <SelectValue>{() => options.find((option) => option.id === value)?.name ?? "Choose"}</SelectValue>
        <Icon name="down" />
      </Button>
      <Popover className="popover" offset={4}>
        <ListBox className="options" items={options}>
          {(option: Option) => <Row option={option} />}
        </ListBox>
      </Popover>
    </Select>
  );
}

/** Picks one of many, by typing a part of it. */
export function Search({ label, options, value, onPick, className = "" }: Picked) {
  const name = options.find((option) => option.id === value)?.name ?? value;
  const [typed, setTyped] = useState<string>();
  const shown = matching(options, typed ?? "");
  return (
    <ComboBox
      className={`field ${className}`}
      items={shown}
      inputValue={typed ?? name}
      onInputChange={(text) => setTyped(text === name ? undefined : text)}
      value={value}
      onChange={(key) => {
        setTyped(undefined);
        if (key !== null) onPick(String(key));
      }}
      onOpenChange={(isOpen) => !isOpen && setTyped(undefined)}
      menuTrigger="focus"
    >
      <Label>{label}</Label>
      <div className="field-input">
        <Input />
        <Button className="field-open">
          <Icon name="down" />
        </Button>
      </div>
      <Popover className="popover" offset={4}>
        <ListBox className="options">{(option: Option) => <Row option={option} />}</ListBox>
      </Popover>
    </ComboBox>
  );
}

function Row({ option }: { option: Option }) {
  return (
    <ListBoxItem id={option.id} textValue={option.name} className="option">
      <span>{option.name}</span>
      {option.hint !== undefined && (
        <span className="option-hint">{option.hint}</span>
      )}
    </ListBoxItem>
  );
}
