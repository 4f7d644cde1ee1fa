import { bool, string } from "../../cli/flags.ts";
import { selectorFlag } from "../resources/flags.ts";

export const shared = {
  "no-headers": bool({ help: "Print no line of headers." }),
  selector: selectorFlag,
  "show-swap": bool({ help: "Show swap memory too." }),
  "sort-by": string({ help: "What to sort by: cpu or memory.", completes: ["cpu", "memory"] }),
  "use-protocol-buffers": bool({ default: true, help: "Ask for metrics as protocol buffers." }),
} as const;
