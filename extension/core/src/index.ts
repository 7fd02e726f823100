/** The door into the core. What is not named here is private to it. */
export {
  createAccess,
  type Access,
  type AccessPorts,
  type AccessRequest,
  type GetAccess,
} from './access.ts'
export {
  createAuthorizedFetch,
  type AuthorizedFetch,
  type AuthorizedRequest,
} from './authorized-fetch.ts'
export type { Alternatives } from './alternatives.ts'
export { boundedFetch, networkReason, NetworkFailure } from './bounded-fetch.ts'
export { hostReach } from './host-reach.ts'
export { enterpriseGrant, workloadGrant } from './assertion-grant.ts'
export { readChallenge, type Challenge } from './challenge.ts'
export { clientCredentialsGrant } from './client-credentials.ts'
export { createSignetClient, type ClientSignIn, type SignetClient } from './client.ts'
export type { AssertionType, ClientAuthentication } from './client-auth.ts'
export type { Diagnosis, Finding, ObservationId } from './diagnose.ts'
export { createDocumentCache, type DocumentCache } from './document-cache.ts'
export { deviceGrant, type DeviceVerification } from './device-authorization.ts'
export { errorSource, type ErrorSource } from './error-source.ts'
export {
  isSignInError,
  SignInError,
  type IdentityReason,
  type NetworkReason,
  type SignInErrorCode,
  type SignInErrorDetails,
} from './errors.ts'
export type { IdentityProvider } from './id-jag.ts'
export type {
  IdentityKind,
  IdentitySources,
  PreRegisteredClient,
  PublishedClient,
} from './identity.ts'
export { METADATA_REQUEST, parseJsonObject } from './json-document.ts'
export { createJoin, type Join } from './join.ts'
export { plainText } from './plain-text.ts'
export type {
  ChooseIssuer,
  Clock,
  CorePorts,
  Fetch,
  FetchInit,
  Lock,
  OpenBrowser,
  RandomToken,
  SecretStore,
} from './ports.ts'
export { createProofMemory, type ProofMemory } from './proof.ts'
export type { OpenReceiver, ReceiverKind, RedirectArrival, RedirectReceiver } from './redirect.ts'
export { createRegistrationStore, type RegistrationStore } from './registration-store.ts'
export type { RevocationOutcome } from './revoke.ts'
export { parseServerUrl, type ServerUrl } from './server-url.ts'
export type { SessionInfo } from './session.ts'
export { createSessionStore, type SessionStore } from './session-store.ts'
export { signIn, type SignInPorts, type SignInRequest } from './sign-in.ts'
export type { RedirectlessGrant } from './redirectless-grant.ts'
export type { RedirectlessSignIn } from './sign-in-without-redirect.ts'
export { signOut, type SignedOut } from './sign-out.ts'
export { parseTolerance, type Tolerance, type Tolerances } from './tolerances.ts'
export type { TraceEvent, TraceSink, TraceStep } from './trace.ts'
