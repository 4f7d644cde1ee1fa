/** Recorded snippets that do not come out as recorded, by how they begin, and why. A test says when one of them does. */
export const differences: Readonly<Record<string, string>> = {
  'cmd="echo"; args=(-n "a b" c)': "declare -f shows a function as it was written, not laid out anew",
  'f() { echo "$# $1"; return 3; }': "declare -f shows a function as it was written, not laid out anew",
  "echo ${v:-a} ${v:=b} ${v:+c}": "${x~}, which no manual names, is not known",
  "[[ a == ]]": "the mistake is told at the end of the text",
  "echo one two | { read a b; echo $b; }; echo x | read y": "lastpipe does nothing: the last command of a pipeline is always a child",
  "echo '{\"a\":{\"b\":[1,2,{\"c\":\"x\"}]},\"d\":null,\"e\":true,\"f\":1.5}' > j\njq 'implode'": "jq 1.6, which was recorded, knows no ascii of a number; ours is as 1.7",
  "echo '{\"a\":{\"b\":[1,2,{\"c\":\"x\"}]},\"d\":null,\"e\":true,\"f\":1.5}' > j\njq 'splits(\"a\")'": "jq 1.6, which was recorded, counts otherwise than 1.7",
  "echo '{\"a\":{\"b\":[1,2,{\"c\":\"x\"}]},\"d\":null,\"e\":true,\"f\":1.5}' > j\njq '.[\"a\"]'": "repeat gives its input first, as in jq 1.7; the recorded jq 1.6 did not",
  "echo '{\"a\":{\"b\":[1,2,{\"c\":\"x\"}]},\"d\":null,\"e\":true,\"f\":1.5}' > j\njq 'splits(\"x\"": "error(null) is told as jq 1.7 does",
  "echo '{\"a\":{\"b\":[1,2,{\"c\":\"x\"}]},\"d\":null,\"e\":true,\"f\":1.5}' > j\njq . <<< 1e1000": "large numbers are kept as they are written, as in jq 1.7",
  "shopt -s nullglob; echo *.none; shopt -u nullglob; echo *.none; touch a1": "patterns of extglob are known from the start: bash refuses them in the text that turns extglob on",
};
