// npm run generate: writes everything in src/generated/ anew. Each generator is a script of its own.
import "./types.ts";
import "./schema.ts";
import "./wire.ts";
