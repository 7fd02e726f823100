import type { Profile } from './profile.ts'
import { ATPROTO } from './profiles/atproto.ts'
import { AUTH0 } from './profiles/auth0.ts'
import { BETTER_AUTH } from './profiles/better-auth.ts'
import { CLOUDFLARE } from './profiles/cloudflare.ts'
import { COGNITO } from './profiles/cognito.ts'
import { FASTMCP } from './profiles/fastmcp.ts'
import { KEYCLOAK } from './profiles/keycloak.ts'
import { OIDC_PROVIDER } from './profiles/oidc-provider.ts'

const ALL = [
  OIDC_PROVIDER,
  BETTER_AUTH,
  CLOUDFLARE,
  KEYCLOAK,
  AUTH0,
  COGNITO,
  FASTMCP,
  ATPROTO,
] as const

export type ProfileId = (typeof ALL)[number]['id']

/** The servers known here, those that were tried first. */
export const PROFILES: readonly Profile<ProfileId>[] = ALL

export const PROFILE_IDS: readonly ProfileId[] = ALL.map(({ id }) => id)
