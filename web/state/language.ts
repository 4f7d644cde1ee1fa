import { computed, signal } from "@preact/signals";
import { en, type Strings } from "../strings.en.ts";
import { ja } from "../strings.ja.ts";

export const languages = { en, ja } satisfies Record<string, Strings>;
export type Language = keyof typeof languages;

const key = "podyard.language";

/** The one chosen before, or the first that the browser asks for and that there is. */
export function firstLanguage(stored: string | null, wanted: readonly string[]): Language {
  if (stored === "en" || stored === "ja") return stored;
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag): tag is Language => tag in languages) ?? "en";
}

export const language = signal<Language>(firstLanguage(localStorage.getItem(key), navigator.languages));

/** The texts of the chosen language. */
export const strings = computed<Strings>(() => languages[language.value]);

export function choose(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(key, chosen);
  document.documentElement.lang = chosen;
}
