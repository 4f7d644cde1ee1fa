/** What is drawn at random, and what stands for it: of the same width, since columns are part of a transcript. Whatever is the same keeps its number. */
const drawn: readonly { pattern: RegExp; shown: (number: string) => string }[] = [
  // What generated names end with: no vowels, and no digits or letters that could be taken for one another.
  { pattern: /(?<=-)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, shown: (number) => `<#${number}>` },
  { pattern: /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, shown: (number) => `<uid ${number}>` },
  // Out of the range of node ports.
  { pattern: /(?<![\d.])3(?:[01]\d{3}|2[0-7]\d\d)(?![\d.])/g, shown: (number) => `<n${number}>` },
];

/** A transcript without what is drawn at random, so that one draw more does not write all of them anew. */
export function masked(text: string): string {
  return drawn.reduce((all, { pattern, shown }) => {
    const seen = new Map<string, string>();
    return all.replace(pattern, (found) => {
      const known = seen.get(found) ?? shown(String(seen.size + 1).padStart(2, "0"));
      seen.set(found, known);
      return known;
    });
  }, text);
}
