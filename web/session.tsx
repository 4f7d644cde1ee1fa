import { render } from "preact";
import { choose, language } from "./state/language.ts";
import { load } from "./state/session.ts";
import { SessionPage } from "./views/session-page.tsx";

choose(language.value);
void load();
const root = document.getElementById("page");
if (root) render(<SessionPage />, root);
