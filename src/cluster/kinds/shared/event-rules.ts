import { subdomainProblems } from "#machinery/names.ts";
import type { Event } from "#machinery/types.ts";
import { checkImmutable, checkQualifiedName } from "./checks.ts";
import type { Field } from "./field.ts";
import { checkSame } from "./go-value.ts";

const longest = 128;
const longestMessage = 1024;

/** What both looks of events have in common. `reporter` is how the one calls the field that the other calls differently. */
export function checkEvent(field: Field, event: Event, reporter: "reportingComponent" | "reportingController"): void {
  const { involvedObject, eventTime, metadata } = event;
  const namespace = metadata.namespace ?? "";
  const about = involvedObject.namespace ?? "";
  const elsewhere = () => field.at("involvedObject", "namespace").invalid(about, "does not match event.namespace");
  if (!eventTime) {
    if (about ? about !== namespace : namespace && namespace !== "default") elsewhere();
  } else {
    if (!about && namespace !== "default" && namespace !== "kube-system") elsewhere();
    checkNewFields(field, event, reporter);
  }
  field.at("namespace").problems(namespace, subdomainProblems(namespace));
}

/** What events that say their time must say as well. */
function checkNewFields(field: Field, event: Event, reporter: string): void {
  const { reportingComponent = "", message = "" } = event;
  if (!reportingComponent) field.at(reporter).required();
  checkQualifiedName(field.at(reporter), reportingComponent);
  for (const part of ["reportingInstance", "action", "reason"] as const) {
    const text = event[part] ?? "";
    if (!text) field.at(part).required();
    if (text.length > longest) field.at(part).invalid("", `can have at most ${longest} characters`);
  }
  if (message.length > longestMessage) field.at("message").invalid("", `can have at most ${longestMessage} characters`);
}

/** A new event of the newer look: it says nothing in the older one's fields. */
export function checkNewEvent(field: Field, event: Event): void {
  checkSeries(field, event);
  if (!event.eventTime) field.at("eventTime").required();
  if (event.type !== "Normal" && event.type !== "Warning") field.at("type").invalid("", `has invalid value: ${event.type ?? ""}`);
  const unset = "needs to be unset";
  if (event.firstTimestamp) field.at("firstTimestamp").invalid("", unset);
  if (event.lastTimestamp) field.at("lastTimestamp").invalid("", unset);
  if (event.count) field.at("count").invalid("", unset);
  if (event.source?.component || event.source?.host) field.at("source").invalid("", unset);
}

function checkSeries(field: Field, { series }: Event): void {
  if (!series) return;
  if ((series.count ?? 0) < 2) field.at("series.count").invalid("", "should be at least 2");
  if (!series.lastObservedTime) field.at("series.lastObservedTime").required();
}

/** Only the series of an event goes on. */
export function checkEventChanges(field: Field, event: Event, old: Event): void {
  if (event.series !== old.series) checkSeries(field, event);
  const text = (part: "reason" | "message" | "type" | "action" | "reportingInstance") =>
    checkImmutable(field.at(part), event[part] ?? "", old[part] ?? "");
  const other = (part: "firstTimestamp" | "lastTimestamp" | "eventTime") => checkImmutable(field.at(part), event[part], old[part]);
  checkSame(field.at("involvedObject"), "core.ObjectReference", event.involvedObject, old.involvedObject);
  text("reason");
  text("message");
  checkSame(field.at("source"), "core.EventSource", event.source, old.source);
  other("firstTimestamp");
  other("lastTimestamp");
  checkImmutable(field.at("count"), event.count ?? 0, old.count ?? 0);
  text("reason");
  text("type");
  other("eventTime");
  text("action");
  checkSame(field.at("related"), "*core.ObjectReference", event.related, old.related);
  checkImmutable(field.at("reportingController"), event.reportingComponent ?? "", old.reportingComponent ?? "");
  text("reportingInstance");
}
