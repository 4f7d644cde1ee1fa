import { badRequest } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { SelfSubjectReview, TokenReview, UserInfo } from "#machinery/types.ts";
import type { User } from "#machinery/user.ts";
import { defineKind, type Kind } from "../kind.ts";
import { issuer, type Tokens } from "../tokens.ts";

const base = { group: "authentication.k8s.io", version: "v1", scope: "Cluster", verbs: ["create"] } as const;

/** The kinds by which one asks who somebody is. */
export const identityReviews = (tokens: Tokens): readonly Kind[] => [
  defineKind<SelfSubjectReview>({
    ...base,
    kind: "SelfSubjectReview",
    plural: "selfsubjectreviews",
    docs: "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#self-subject-review",
    answer({ kind, apiVersion }, { user, now }) {
      const metadata = { creationTimestamp: formatTime(now) } as SelfSubjectReview["metadata"];
      return { kind, apiVersion, metadata, status: { userInfo: userInfo(user) } };
    },
  }),
  defineKind<TokenReview>({
    ...base,
    kind: "TokenReview",
    plural: "tokenreviews",
    docs: "https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/",
    answer(review) {
      const { token, audiences = [] } = review.spec;
      if (!token) throw badRequest("token is required for TokenReview in authentication");
      const wanted = audiences.length > 0 ? audiences : [issuer];
      const user = tokens.authenticate(token, wanted);
      const status: TokenReview["status"] = user
        ? { authenticated: true, user: userInfo(user), audiences: [...wanted] }
        : { user: {}, error: "invalid bearer token" };
      return { ...review, status };
    },
  }),
];

const userInfo = ({ name, uid, groups, extra }: User): UserInfo => ({
  username: name,
  ...(uid ? { uid } : {}),
  groups: [...groups],
  ...(extra ? { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])) } : {}),
});
