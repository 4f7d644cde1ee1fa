import type { PriorityLevelConfigurationSpec } from "#machinery/types.ts";
import type { Field } from "../shared/field.ts";

type Spec = PriorityLevelConfigurationSpec;
type Limited = NonNullable<Spec["limited"]>;
type Queuing = NonNullable<NonNullable<Limited["limitResponse"]>["queuing"]>;

const mostQueues = 10_000_000;
/** So many bits of a hash are there to deal queues with. */
const hashBits = 60;

export function checkPriorityLevel(field: Field, name: string, { type, exempt, limited }: Spec): void {
  if ((name === "exempt") !== (type === "Exempt")) field.at("type").invalid(type ?? "", "must be 'Exempt' if and only if `name` is 'exempt'");
  if (type === "Exempt") {
    if (limited) field.at("limited").forbidden("must be nil if the type is not Limited");
    if (exempt) {
      checkShares(field.at("exempt", "nominalConcurrencyShares"), exempt.nominalConcurrencyShares);
      checkPercent(field.at("exempt", "lendablePercent"), exempt.lendablePercent);
    }
  } else if (type === "Limited") {
    if (exempt) field.at("exempt").forbidden("must be nil if the type is Limited");
    if (limited) checkLimited(field.at("limited"), limited);
    else field.at("limited").required("must not be empty when type is Limited");
  } else if (!type) field.at("type").required();
  else field.at("type").notSupported(type, ["Exempt", "Limited"]);
}

function checkShares(field: Field, shares = 0): void {
  if (shares < 0) field.invalid(shares, "must be a non-negative integer");
}

function checkPercent(field: Field, percent = 0): void {
  if (percent < 0 || percent > 100) field.invalid(percent, "must be between 0 and 100, inclusive");
}

function checkLimited(field: Field, { nominalConcurrencyShares, limitResponse, lendablePercent, borrowingLimitPercent: borrowed }: Limited): void {
  checkShares(field.at("nominalConcurrencyShares"), nominalConcurrencyShares);
  const at = field.at("limitResponse");
  const type = limitResponse?.type;
  const queuing = limitResponse?.queuing;
  if (type === "Reject") {
    if (queuing) at.at("queuing").forbidden("must be nil if limited.limitResponse.type is not Limited");
  } else if (type === "Queue") {
    if (queuing) checkQueuing(at.at("queuing"), queuing);
    else at.at("queuing").required("must not be empty if limited.limitResponse.type is Limited");
  } else if (!type) at.at("type").required();
  else at.at("type").notSupported(type, ["Queue", "Reject"]);
  checkPercent(field.at("lendablePercent"), lendablePercent);
  if ((borrowed ?? 0) < 0) field.at("borrowingLimitPercent").invalid(borrowed, "if specified, must be a non-negative integer");
}

function checkQueuing(field: Field, { queueLengthLimit = 0, queues = 0, handSize = 0 }: Queuing): void {
  if (queueLengthLimit <= 0) field.at("queueLengthLimit").invalid(queueLengthLimit, "must be positive");
  if (queues <= 0) field.at("queues").invalid(queues, "must be positive");
  else if (queues > mostQueues) field.at("queues").invalid(queues, `must not be greater than ${mostQueues}`);
  const at = field.at("handSize");
  if (handSize <= 0) at.invalid(handSize, "must be positive");
  else if (handSize > queues) at.invalid(handSize, `should not be greater than queues (${queues})`);
  else if (Math.ceil(Math.log2(queues) * handSize) > hashBits)
    at.invalid(handSize, `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${hashBits}`);
}
