import { Templates } from "../go-template/templates.ts";

/** A Go template over what `inspect` says. */
export const templated = (template: string, value: object): string => new Templates().add("template", template).execute("template", value);
