/** What git colours, and how, unless told otherwise. */
const colours = {
  meta: "1",
  frag: "36",
  old: "31",
  new: "32",
  commit: "33",
  head: "1;36",
  branch: "1;32",
  remote: "1;31",
  tag: "1;33",
  current: "32",
  remoteBranch: "31",
  added: "32",
  changed: "31",
};

export type Slot = keyof typeof colours;
export type Paint = (slot: Slot, text: string) => string;

export const plain: Paint = (_, text) => text;
export const coloured: Paint = (slot, text) => (text === "" ? "" : `\x1b[${colours[slot]}m${text}\x1b[m`);
