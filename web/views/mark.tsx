/** Podyard's mark: a yard of pods, one of which is coming to life. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect class="mark-yard" x="1.5" y="1.5" width="29" height="29" rx="8" />
      <circle class="mark-pod" cx="11" cy="11" r="4" />
      <circle class="mark-pod" cx="21" cy="11" r="4" />
      <circle class="mark-pod" cx="11" cy="21" r="4" />
      <circle class="mark-new" cx="21" cy="21" r="4" />
    </svg>
  );
}
