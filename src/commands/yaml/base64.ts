// Base64 belongs to the rules of data.
export { base64Of, bytesOfBase64 } from "#machinery/base64-text.ts";
