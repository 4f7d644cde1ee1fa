import type { DeviceClaim, DeviceConstraint, DeviceRequest, DeviceSubRequest, ExactDeviceRequest } from "#machinery/types.ts";
import { checkLabel, checkSubdomain } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { checkConfiguration } from "./configuration.ts";
import { checkEach, checkSet } from "./lists.ts";
import { checkFullAttributeName } from "./names.ts";
import { checkSelectors } from "./selectors.ts";
import { checkDeviceToleration } from "./taints.ts";

export const mostRequests = 32;
export const mostConfigurations = 32;
const mostConstraints = 32;
const mostAlternatives = 8;

/** The devices that somebody asks for. */
export function checkDeviceClaim(field: Field, claim: DeviceClaim = {}): void {
  const names = requestNames(claim);
  checkSet(field.at("requests"), claim.requests, mostRequests, checkRequest, ({ name = "" }) => name);
  checkEach(field.at("constraints"), claim.constraints, mostConstraints, (at, constraint) => checkConstraint(at, constraint, names));
  checkEach(field.at("config"), claim.config, mostConfigurations, (at, { requests, opaque }) => {
    checkRequestNames(at.at("requests"), requests, names);
    checkConfiguration(at, opaque);
  });
}

/** What a request can be referred to by: its name, and `request/alternative`. */
export function requestNames({ requests }: DeviceClaim): ReadonlySet<string> {
  return new Set(
    (requests ?? []).flatMap(({ name = "", firstAvailable = [] }) => [name, ...firstAvailable.map((one) => `${name}/${one.name ?? ""}`)]),
  );
}

function checkRequest(field: Field, { name = "", exactly, firstAvailable = [] }: DeviceRequest): void {
  checkLabel(field.at("name"), name);
  const oneOf = "exactly one of `exactly` or `firstAvailable` is required";
  if (exactly && firstAvailable.length > 0) field.invalid(null, `${oneOf}, but multiple fields are set`);
  else if (exactly) checkWish(field.at("exactly"), exactly);
  else if (firstAvailable.length > 0)
    checkSet(field.at("firstAvailable"), firstAvailable, mostAlternatives, checkAlternative, (alternative) => alternative.name ?? "");
  else field.required(oneOf);
}

function checkAlternative(field: Field, alternative: DeviceSubRequest): void {
  checkLabel(field.at("name"), alternative.name ?? "");
  checkWish(field, alternative);
}

function checkWish(field: Field, wish: ExactDeviceRequest | DeviceSubRequest): void {
  const { deviceClassName, selectors, allocationMode, count = 0, tolerations = [] } = wish;
  if (deviceClassName) checkSubdomain(field.at("deviceClassName"), deviceClassName);
  else field.at("deviceClassName").required();
  checkSelectors(field.at("selectors"), selectors);
  if (allocationMode === "All") {
    if (count !== 0) field.at("count").invalid(count, "must not be specified when allocationMode is 'All'");
  } else if (allocationMode === "ExactCount") {
    if (count <= 0) field.at("count").invalid(count, "must be greater than zero");
  } else field.at("allocationMode").notSupported(allocationMode ?? "", ["All", "ExactCount"]);
  for (const [i, toleration] of tolerations.entries()) checkDeviceToleration(field.at("tolerations", i), toleration);
}

function checkConstraint(field: Field, { requests, matchAttribute, distinctAttribute }: DeviceConstraint, names: ReadonlySet<string>): void {
  checkRequestNames(field.at("requests"), requests, names);
  if (matchAttribute !== undefined) checkFullAttributeName(field.at("matchAttribute"), matchAttribute);
  else if (distinctAttribute !== undefined) checkFullAttributeName(field.at("distinctAttribute"), distinctAttribute);
  else field.required('exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set');
}

/** The requests that something is about: none are all. */
export const checkRequestNames = (field: Field, requests: readonly string[] | undefined, names: ReadonlySet<string>): void =>
  checkSet(
    field,
    requests,
    mostRequests,
    (at, name) => checkRequestName(at, name, names),
    (name) => name,
  );

export function checkRequestName(field: Field, name: string, names: ReadonlySet<string>): void {
  const segments = name.split("/");
  if (segments.length <= 2) for (const segment of segments) checkLabel(field, segment);
  if (!names.has(name)) field.invalid(name, "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'");
}
