const short: Readonly<Record<string, string>> = { ReadWriteOnce: "RWO", ReadOnlyMany: "ROX", ReadWriteMany: "RWX", ReadWriteOncePod: "RWOP" };

/** `RWO,ROX`: each once, in the order in which everybody lists them. */
export const accessModesText = (modes: readonly string[] | undefined): string =>
  Object.keys(short)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => short[mode])
    .join(",");
