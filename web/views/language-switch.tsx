import { choose, language, strings } from "../state/language.ts";

/** Changes to the other language; it is named in that language, since who needs it cannot read this one. */
export function LanguageSwitch() {
  const other = language.value === "en" ? "ja" : "en";
  return (
    <button type="button" class="quiet" lang={other} onClick={() => choose(other)}>
      {strings.value.otherLanguage}
    </button>
  );
}
