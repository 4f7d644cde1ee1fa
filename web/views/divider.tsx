import { useRef } from "preact/hooks";

const key = "podyard.divider";
const [least, most, step] = [25, 80, 4];

function place(percent: number): void {
  const share = Math.min(most, Math.max(least, percent));
  document.documentElement.style.setProperty("--terminal-share", `${share}%`);
  localStorage.setItem(key, String(share));
}

const current = () => Number(localStorage.getItem(key) ?? 58);

/** Between terminal and cluster; moved by pointer or by the arrow keys, and remembered. */
export function Divider({ label }: { label: string }) {
  const moving = useRef(false);
  return (
    <hr
      class="divider"
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={current()}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      ref={(element) => {
        if (element) place(current());
      }}
      onPointerDown={(event) => {
        moving.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const whole = event.currentTarget.parentElement?.getBoundingClientRect();
        if (moving.current && whole) place(((event.clientX - whole.left) / whole.width) * 100);
      }}
      onPointerUp={() => {
        moving.current = false;
      }}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") place(current() - step);
        if (event.key === "ArrowRight") place(current() + step);
      }}
    />
  );
}
