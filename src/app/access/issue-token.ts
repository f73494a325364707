/** A token of an hour for a program that shows its secret (OAuth 2 client credentials). */
import { systemClock } from '../../core/time/clock.ts'
import { issueToken, TOKEN_SECONDS } from '../../identity/api-clients.ts'
import type { Right } from '../../identity/rights.ts'
import type { Stores } from '../stores.ts'

export interface IssuedToken {
  readonly token: string
  readonly seconds: number
  readonly rights: readonly Right[]
}

/** undefined for a secret that is not this client's, or a client that there is not any more. */
export async function issueAccessToken(
  { operations }: Pick<Stores, 'operations'>,
  credentials: { readonly clientId: string; readonly secret: string },
): Promise<IssuedToken | undefined> {
  const issued = await issueToken(operations, credentials, systemClock.nowMs())
  if (issued === undefined) return undefined
  return { token: issued.token, seconds: TOKEN_SECONDS, rights: issued.client.rights }
}
