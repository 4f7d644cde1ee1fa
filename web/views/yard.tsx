const columns = 6;
const rows = 4;

/** A picture of what the product shows: nodes with pods in them, some of which come and go. Decoration, so hidden from readers of the screen. */
export function Yard() {
  return (
    <svg class="yard" viewBox="0 0 460 380" aria-hidden="true">
      {[0, 1].map((node) => (
        <g key={node} transform={`translate(${node * 60} ${node * 150})`}>
          <rect class="yard-node" x="10" y="10" width="380" height="196" rx="20" />
          <rect class="yard-label" x="32" y="30" width={node ? 84 : 64} height="8" rx="4" />
          <rect class="yard-label faint" x="326" y="30" width="40" height="8" rx="4" />
          {Array.from({ length: columns * (rows - 1) }, (_, i) => {
            const [column, row] = [i % columns, Math.floor(i / columns)];
            const empty = (i * 7 + node * 3) % 11 > 8;
            return empty ? null : (
              <circle key={i} class={`yard-pod beat-${(i * 5 + node * 2) % 9}`} cx={52 + column * 59} cy={76 + row * 46} r="16" />
            );
          })}
        </g>
      ))}
    </svg>
  );
}
