import { html, raw } from "hono/html";

/** The parts of an OpenAPI document that the page shows. */
interface Document {
  info: { title: string; description?: string | undefined };
  paths?: object | undefined;
  components?: { schemas?: object | undefined } | undefined;
}

interface Operation {
  summary?: string;
  description?: string;
  security?: unknown[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
  responses?: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>;
}

interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  description?: string;
  default?: unknown;
  maximum?: number;
  maxLength?: number;
}

/** The API's description for people: one page of our own, out of the same document that programs read. */
export function referencePage(document: Document) {
  const operations = Object.entries((document.paths ?? {}) as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title} API</title>
<link rel="stylesheet" href="/api/reference.css">
</head>
<body>
<header>
<h1>${document.info.title} API</h1>
${prose(document.info.description)}
<p>The same for programs: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>. Failures are <code>application/problem+json</code> with a <code>code</code> that stays the same.</p>
<nav><ul>${operations.map(({ path, method, operation }) => html`<li><a href="#${anchor(method, path)}"><b>${method}</b> ${path}</a> ${operation.summary ?? ""}</li>`)}</ul></nav>
</header>
<main>
${operations.map(section)}
<h2>Objects</h2>
${schemas.map(([name, schema]) => html`<section id="schema-${name}"><h3>${name}</h3>${prose(schema.description)}${fields(schema)}</section>`)}
</main>
</body>
</html>`;
}

function section({ path, method, operation }: { path: string; method: string; operation: Operation }) {
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return html`<section id="${anchor(method, path)}">
<h2><b>${method}</b> ${path}</h2>
<p><strong>${operation.summary ?? ""}</strong>${operation.security ? " – with a token" : ""}</p>
${prose(operation.description)}
${operation.parameters?.length ? html`<h4>Parameters</h4><ul>${operation.parameters.map(({ name, in: where, schema }) => html`<li><code>${name}</code> in the ${where}${schema ? html`: ${typeOf(schema)}` : ""}</li>`)}</ul>` : ""}
${body ? html`<h4>Body</h4><p>${typeOf(body)}</p>${body.$ref ? "" : fields(body)}` : ""}
<h4>Answers</h4>
<dl>${Object.entries(operation.responses ?? {}).map(([status, { description, content }]) => {
    const schema = Object.values(content ?? {})[0]?.schema;
    return html`<dt>${status}</dt><dd>${description} ${schema ? typeOf(schema) : ""}</dd>`;
  })}</dl>
</section>`;
}

function fields(schema: Schema) {
  if (!schema.properties) return "";
  return html`<table><thead><tr><th>Field</th><th>Type</th><th></th></tr></thead><tbody>${Object.entries(schema.properties).map(
    ([name, field]) =>
      html`<tr><td><code>${name}</code>${schema.required?.includes(name) ? "" : html` <small>optional</small>`}</td><td>${typeOf(field)}</td><td>${field.description ?? ""}${field.default === undefined ? "" : html` <small>${JSON.stringify(field.default)} unless said</small>`}</td></tr>`,
  )}</tbody></table>`;
}

type Text = ReturnType<typeof html> | string;

function typeOf(schema: Schema): Text {
  if (schema.$ref) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.enum) return schema.enum.map(String).join(" | ");
  if (schema.anyOf) return html`${schema.anyOf.map((one, i) => html`${i ? " or " : ""}${typeOf(one)}`)}`;
  if (schema.type === "array" && schema.items) return html`list of ${typeOf(schema.items)}`;
  if (schema.properties)
    return html`{ ${Object.entries(schema.properties).map(([name, field], i) => html`${i ? ", " : ""}${name}: ${typeOf(field)}`)} }`;
  return [schema.type ?? "anything"].flat().join(" | ");
}

/** A description's text, its `code` marked. */
function prose(text: string | undefined): Text {
  if (!text) return "";
  return html`<p>${text.split("`").map((part, i) => (i % 2 ? html`<code>${part}</code>` : part))}</p>`;
}

const anchor = (method: string, path: string) => `${method}${path}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** The page's style: a file of its own, since nothing inline is allowed. */
export const referenceStyle =
  raw(`:root{color-scheme:light dark;--ink:light-dark(#1d2433,#e6e9f0);--soft:light-dark(#5b6474,#9aa3b5);--line:light-dark(#dfe3ea,#2b3242);--paper:light-dark(#fff,#12161f);--accent:light-dark(#2b5bd7,#8ab0ff)}
body{font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:56rem;margin:0 auto;padding:2rem 1.25rem 6rem}
h1,h2,h3,h4{line-height:1.25}h2{margin-top:0;font-size:1.15rem;overflow-wrap:anywhere}h2 b,nav b{color:var(--accent);font-weight:650}h4{margin:1rem 0 .3rem;color:var(--soft);font-weight:600}
section{border-top:1px solid var(--line);padding:1.5rem 0}nav ul{list-style:none;padding:0}nav li{padding:.15rem 0;color:var(--soft)}a{color:var(--accent)}nav a{color:var(--ink);text-decoration:none;font-family:ui-monospace,monospace;font-size:.9em;margin-right:.6em}
code{font-family:ui-monospace,monospace;font-size:.9em}table{border-collapse:collapse;width:100%}th{text-align:left;color:var(--soft);font-weight:600}td,th{padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
small{color:var(--soft)}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0}dt{font-family:ui-monospace,monospace}dd{margin:0}
`);
