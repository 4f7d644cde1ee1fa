/** What `time` says. `format` is TIMEFORMAT: `%R`, `%3U`, `%lS`, `%P`. https://www.gnu.org/software/bash/manual/html_node/Bash-Variables.html */
export function timeReport(real: number, user: number, format: string | undefined, posix: boolean): string {
  const pattern = posix ? "real %2R\nuser %2U\nsys %2S" : (format ?? "\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS");
  if (pattern === "") return "";
  const text = pattern.replace(
    /%(?:([0-9])?(l)?([RUS])|([P%]))/g,
    (_, digits: string | undefined, long: string | undefined, of: string, other: string | undefined) => {
      if (other === "%") return "%";
      if (other === "P") return (real === 0 ? 0 : (user / real) * 100).toFixed(2);
      const seconds = of === "R" ? real : of === "U" ? user : 0;
      const places = Math.min(Number(digits ?? 3), 3);
      return long ? `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(places)}s` : seconds.toFixed(places);
    },
  );
  return `${text}\n`;
}
