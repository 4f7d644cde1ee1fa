// Kubernetes writes its YAML alike in its server and in its tools.
export { escapedCharacter, numberText, yamlText } from "#machinery/go-yaml.ts";
