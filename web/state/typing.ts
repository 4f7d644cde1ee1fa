/** What can be typed into: the panes that are there, by terminal name. Lets a button elsewhere put a command at the prompt. */
export interface Pane {
  type(text: string): void;
  focus(): void;
}

const panes = new Map<string, Pane>();
let front = "t1";

export function addPane(name: string, pane: Pane): () => void {
  panes.set(name, pane);
  return () => panes.delete(name);
}

export function focusTerminal(name: string): void {
  front = name;
  // After it has been shown: what is hidden cannot be focused.
  requestAnimationFrame(() => panes.get(name)?.focus());
}

/** Puts a command at the prompt of the terminal in front, without running it: the learner presses Enter. */
export function typeCommand(text: string): void {
  const pane = panes.get(front) ?? panes.values().next().value;
  pane?.type(text);
  pane?.focus();
}
