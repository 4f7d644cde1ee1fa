/** A small kustomization and the command line that builds it. */
export interface KustomizeCase {
  name: string;
  command: string;
  files: Readonly<Record<string, string>>;
}

/** Reads the cases of `test/recorded/kustomize/cases.txt`; the files before the first one are in each. */
export function kustomizeCases(text: string): KustomizeCase[] {
  const [head = "", ...rest] = text.split(/^### /m);
  const shared = filesIn(head);
  return rest.map((piece) => {
    const end = piece.indexOf("\n");
    return {
      name: piece.slice(0, end),
      command: /^\$ (.*)$/m.exec(piece.slice(end).split(/^-- /m)[0] ?? "")?.[1] ?? "kubectl kustomize",
      files: { ...shared, ...filesIn(piece) },
    };
  });
}

function filesIn(text: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const piece of text.split(/^-- /m).slice(1)) {
    const [, name = "", content = ""] = /^(.*) --\n(.*)$/s.exec(piece) ?? [];
    files[name] = `${content.trimEnd()}\n`;
  }
  return files;
}
