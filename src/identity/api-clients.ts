/**
 * Programs that use the API: an id and a secret that is shown once. The secret is a bearer key by
 * itself, or is exchanged for a token of an hour (OAuth 2 client credentials). Revoking ends both at once.
 */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'
import { isRight, type Right } from './rights.ts'
import { isSecretOf, newPublicId, newSecret, secretHash } from './secret-token.ts'

export const TOKEN_SECONDS = 3_600
/** How old the note of its last use may be: a call does not write each time. */
const USED_AGAIN_MS = 60_000

export interface ApiClient {
  readonly clientId: string
  readonly name: string
  readonly reachKind: 'operator' | 'partner' | 'account'
  /** Partner or account; '' of an operator's. */
  readonly reachId: string
  readonly rights: readonly Right[]
  readonly createdMs: number
  readonly createdBy: string
  readonly expiresMs: number | undefined
  readonly usedMs: number | undefined
}

export type NewApiClient = Pick<
  ApiClient,
  'name' | 'reachKind' | 'reachId' | 'rights' | 'expiresMs'
>

export async function addApiClient(
  sql: SqlRunner,
  wanted: NewApiClient,
  by: { readonly createdBy: string; readonly nowMs: number },
): Promise<{ client: ApiClient; secret: string }> {
  const secret = newSecret('client')
  const clientId = newPublicId()
  const { name, reachKind, reachId, rights, expiresMs } = wanted
  await sql.execute(
    `INSERT INTO api_clients (client_id, name, reach_kind, reach_id, rights, secret_hash, created_ms,
       created_by, expires_ms) VALUES ($1, $2, $3, $4, $5::text[], $6, $7, $8, $9)`,
    [
      clientId,
      name,
      reachKind,
      reachId,
      rights,
      secretHash(secret),
      by.nowMs,
      by.createdBy,
      expiresMs ?? null,
    ],
  )
  const client = { ...wanted, clientId, createdMs: by.nowMs, createdBy: by.createdBy }
  return { client: { ...client, usedMs: undefined }, secret: `${clientId}.${secret}` }
}

/** Whose key this is: `ID.SECRET`. */
export async function clientOfKey(
  sql: SqlRunner,
  key: string,
  nowMs: number,
): Promise<ApiClient | undefined> {
  const at = key.indexOf('.')
  if (at < 1) return undefined
  return clientOfSecret(sql, key.slice(0, at), key.slice(at + 1), nowMs)
}

async function clientOfSecret(
  sql: SqlRunner,
  clientId: string,
  secret: string,
  nowMs: number,
): Promise<ApiClient | undefined> {
  const [found] = await sql.query(
    `${CLIENTS} WHERE client_id = $1 AND revoked_ms IS NULL AND (expires_ms IS NULL OR expires_ms > $2)`,
    [clientId, nowMs],
    clientRow,
  )
  if (found === undefined || !isSecretOf(found.secretHash, secret)) return undefined
  return used(sql, found.client, nowMs)
}

/** A token of an hour for a client that showed its secret. */
export async function issueToken(
  sql: SqlRunner,
  credentials: { readonly clientId: string; readonly secret: string },
  nowMs: number,
): Promise<{ token: string; client: ApiClient } | undefined> {
  // The secret as it was shown begins with the id.
  const { clientId } = credentials
  const secret = credentials.secret.startsWith(`${clientId}.`)
    ? credentials.secret.slice(clientId.length + 1)
    : credentials.secret
  const client = await clientOfSecret(sql, clientId, secret, nowMs)
  if (client === undefined) return undefined
  const token = newSecret('token')
  await sql.execute('DELETE FROM access_tokens WHERE expires_ms <= $1', [nowMs])
  await sql.execute(
    'INSERT INTO access_tokens (token_hash, client_id, expires_ms) VALUES ($1, $2, $3)',
    [secretHash(token), clientId, nowMs + TOKEN_SECONDS * 1_000],
  )
  return { token, client }
}

export async function clientOfToken(
  sql: SqlRunner,
  token: string,
  nowMs: number,
): Promise<ApiClient | undefined> {
  const [found] = await sql.query(
    `${CLIENTS} JOIN access_tokens AS token USING (client_id)
     WHERE token_hash = $1 AND token.expires_ms > $2 AND revoked_ms IS NULL
       AND (api_clients.expires_ms IS NULL OR api_clients.expires_ms > $2)`,
    [secretHash(token), nowMs],
    clientRow,
  )
  return found === undefined ? undefined : used(sql, found.client, nowMs)
}

/** Those that can still be used. */
export async function listApiClients(
  sql: SqlRunner,
  of: Pick<ApiClient, 'reachKind' | 'reachId'>,
): Promise<ApiClient[]> {
  const rows = await sql.query(
    `${CLIENTS} WHERE reach_kind = $1 AND reach_id = $2 AND revoked_ms IS NULL
     ORDER BY created_ms, client_id`,
    [of.reachKind, of.reachId],
    clientRow,
  )
  return rows.map(({ client }) => client)
}

export async function findApiClient(
  sql: SqlRunner,
  clientId: string,
): Promise<ApiClient | undefined> {
  const statement = `${CLIENTS} WHERE client_id = $1 AND revoked_ms IS NULL`
  const [found] = await sql.query(statement, [clientId], clientRow)
  return found?.client
}

/** At once, with every token that it has. */
export async function revokeApiClient(
  sql: SqlRunner,
  clientId: string,
  nowMs: number,
): Promise<void> {
  await sql.execute(
    'UPDATE api_clients SET revoked_ms = $2 WHERE client_id = $1 AND revoked_ms IS NULL',
    [clientId, nowMs],
  )
  await sql.execute('DELETE FROM access_tokens WHERE client_id = $1', [clientId])
}

async function used(sql: SqlRunner, client: ApiClient, nowMs: number): Promise<ApiClient> {
  if (client.usedMs === undefined || nowMs - client.usedMs > USED_AGAIN_MS) {
    await sql.execute('UPDATE api_clients SET used_ms = $2 WHERE client_id = $1', [
      client.clientId,
      nowMs,
    ])
  }
  return client
}

const CLIENTS = `SELECT client_id, name, reach_kind, reach_id, rights, secret_hash, created_ms,
  created_by, api_clients.expires_ms, used_ms FROM api_clients`

const clientRow = z
  .object({
    client_id: z.string(),
    name: z.string(),
    reach_kind: z.enum(['operator', 'partner', 'account']),
    reach_id: z.string(),
    rights: z.array(z.string()),
    secret_hash: z.string(),
    created_ms: z.int(),
    created_by: z.string(),
    expires_ms: z.int().nullable(),
    used_ms: z.int().nullable(),
  })
  .transform((row): { client: ApiClient; secretHash: string } => ({
    client: {
      clientId: row.client_id,
      name: row.name,
      reachKind: row.reach_kind,
      reachId: row.reach_id,
      rights: row.rights.filter(isRight),
      createdMs: row.created_ms,
      createdBy: row.created_by,
      expiresMs: row.expires_ms ?? undefined,
      usedMs: row.used_ms ?? undefined,
    },
    secretHash: row.secret_hash,
  }))
