import { age } from "../state/age.ts";
import { strings } from "../state/language.ts";
import { clusterNow, events, seenAt } from "../state/session.ts";

/** What the cluster says of itself, newest first. */
export function EventFeed() {
  const t = strings.value;
  return (
    <section class="events" aria-label={t.events}>
      <h3>{t.events}</h3>
      {events.value.length === 0 && <p class="faint">{t.noEvents}</p>}
      <ol>
        {events.value.map((event) => (
          <li key={event.metadata.uid} data-type={event.type}>
            <span class="event-age">{age(clusterNow.value - seenAt(event))}</span>
            <span class="event-reason">{event.reason}</span>
            <span class="event-about">
              {event.involvedObject?.kind?.toLowerCase()}/{event.involvedObject?.name}
            </span>
            <span class="event-message">
              {event.message}
              {(event.series?.count ?? event.count ?? 1) > 1 && <small> ×{event.series?.count ?? event.count}</small>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
