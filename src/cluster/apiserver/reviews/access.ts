import { invalidValue } from "#machinery/field-error.ts";
import { badRequest, type FieldError, invalid } from "#machinery/status.ts";
import type {
  LocalSubjectAccessReview,
  NonResourceAttributes,
  ResourceAttributes,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  SubjectAccessReviewSpec,
  SubjectAccessReviewStatus,
} from "#machinery/types.ts";
import type { User } from "#machinery/user.ts";
import type { Attributes } from "../authorization/attributes.ts";
import type { Authorizer } from "../authorization/authorizer.ts";
import { defineKind, type Kind } from "../kind.ts";

const base = { group: "authorization.k8s.io", version: "v1", verbs: ["create"] } as const;
const docs = "https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access";

/** The kinds by which one asks who may do what. */
export const accessReviews = (authorizer: Authorizer): readonly Kind[] => [
  defineKind<LocalSubjectAccessReview>({
    ...base,
    docs,
    kind: "LocalSubjectAccessReview",
    plural: "localsubjectaccessreviews",
    scope: "Namespaced",
    answer({ spec, ...review }) {
      const { namespace } = review.metadata;
      if (spec.resourceAttributes?.namespace !== namespace) throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
      return { ...review, spec, status: decide(authorizer, userOf(spec), spec) };
    },
  }),
  defineKind<SelfSubjectAccessReview>({
    ...base,
    docs,
    kind: "SelfSubjectAccessReview",
    plural: "selfsubjectaccessreviews",
    scope: "Cluster",
    answer: ({ spec, ...review }, { user }) => ({ ...review, spec, status: decide(authorizer, user, spec) }),
  }),
  defineKind<SelfSubjectRulesReview>({
    ...base,
    docs,
    kind: "SelfSubjectRulesReview",
    plural: "selfsubjectrulesreviews",
    scope: "Cluster",
    answer(review, { user }) {
      const { namespace } = review.spec;
      if (!namespace) throw badRequest("no namespace on request");
      return {
        kind: review.kind,
        apiVersion: review.apiVersion,
        metadata: {} as typeof review.metadata,
        spec: {},
        status: rulesOf(authorizer, user, namespace),
      };
    },
  }),
  defineKind<SubjectAccessReview>({
    ...base,
    docs,
    kind: "SubjectAccessReview",
    plural: "subjectaccessreviews",
    scope: "Cluster",
    answer: ({ spec, ...review }) => ({ ...review, spec, status: decide(authorizer, userOf(spec), spec) }),
  }),
];

function userOf({ user = "", groups = [], uid, extra }: SubjectAccessReviewSpec): User {
  if (!user && groups.length === 0) throw refused([invalidValue(["spec", "user"], "", "at least one of user or group must be specified")]);
  return { name: user, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) };
}

interface Asked {
  resourceAttributes?: ResourceAttributes;
  nonResourceAttributes?: NonResourceAttributes;
}

function decide(authorizer: Authorizer, user: User, asked: Asked): SubjectAccessReviewStatus {
  const { allowed, reason } = authorizer.decide(attributesOf(user, asked));
  return { allowed, ...(reason ? { reason } : {}) };
}

function attributesOf(user: User, { resourceAttributes: resource, nonResourceAttributes: other }: Asked): Attributes {
  const oneOf = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
  if (resource && other)
    throw refused([invalidValue(["spec", "nonResourceAttributes"], other, "cannot be specified in combination with resourceAttributes")]);
  if (resource) {
    const { group = "", resource: plural = "", subresource = "", name = "", namespace = "", verb = "" } = resource;
    return { user, verb, path: "", resource: { group, plural, subresource, name, namespace } };
  }
  if (!other) throw refused([invalidValue(["spec", "resourceAttributes"], null, oneOf)]);
  return { user, verb: other.verb ?? "", path: other.path ?? "" };
}

/** The real server does not name the kind of review here. */
const refused = (errors: readonly FieldError[]) => invalid({ group: base.group, kind: "" }, "", errors);

function rulesOf(authorizer: Authorizer, user: User, namespace: string): SelfSubjectRulesReview["status"] {
  const rules = [...authorizer.grants(user, namespace)].flatMap((grant) => grant.rules);
  return {
    resourceRules: [
      ...rules.flatMap(({ verbs, apiGroups, resources, resourceNames }) =>
        resources?.length ? [{ verbs, apiGroups: apiGroups ?? [], resources, ...(resourceNames?.length ? { resourceNames } : {}) }] : [],
      ),
    ],
    nonResourceRules: [...rules.flatMap(({ verbs, nonResourceURLs }) => (nonResourceURLs?.length ? [{ verbs, nonResourceURLs }] : []))],
    incomplete: false,
  };
}
