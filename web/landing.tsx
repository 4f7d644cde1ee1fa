import { render } from "preact";
import { choose, language } from "./state/language.ts";
import { Landing } from "./views/landing.tsx";

choose(language.value);
const root = document.getElementById("page");
if (root) render(<Landing />, root);
