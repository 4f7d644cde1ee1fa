/** The mode that a text such as `644`, `u+x` or `a=rw,o-r` makes of another; undefined where it means none. */
export function modeOf(text: string, before: number, directory: boolean, umask = 0): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let mode = before;
  for (const clause of text.split(",")) {
    const [, who, changes] = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause) ?? [];
    if (who === undefined || changes === undefined) return undefined;
    const all = who === "" || who.includes("a");
    const classes = all ? "ugo" : who;
    const allowed = who === "" ? ~umask : ~0;
    for (const [, operator, letters = ""] of changes.matchAll(/([-+=])([rwxXst]*|[ugo])/g)) {
      let bits = 0;
      for (const one of classes) {
        const shift = one === "u" ? 6 : one === "g" ? 3 : 0;
        const copied = /^[ugo]$/.test(letters) ? (mode >> (letters === "u" ? 6 : letters === "g" ? 3 : 0)) & 7 : 0;
        const x = letters.includes("x") || (letters.includes("X") && (directory || (before & 0o111) !== 0));
        bits |= (copied | (letters.includes("r") ? 4 : 0) | (letters.includes("w") ? 2 : 0) | (x ? 1 : 0)) << shift;
        if (letters.includes("s")) bits |= one === "u" ? 0o4000 : one === "g" ? 0o2000 : 0;
      }
      if (letters.includes("t")) bits |= 0o1000;
      bits &= allowed;
      const mask = [...classes].reduce((sum, one) => sum | (7 << (one === "u" ? 6 : one === "g" ? 3 : 0)), 0);
      mode = operator === "+" ? mode | bits : operator === "-" ? mode & ~bits : (mode & ~mask) | bits;
    }
  }
  return mode & 0o7777;
}

/** The mode after a change that is known to be one. */
export const changedMode = (text: string, before: number, directory: boolean, umask: number): number =>
  modeOf(text, before, directory, umask) ?? before;
