/** What a person looks at often, under a name of their own. */
import { z } from 'zod'
import type { PersonKey } from '../identity/person.ts'
import type { SqlRunner } from '../postgres/operations-store.ts'

export const VIEW_PAGES = ['totals', 'calls'] as const

export interface ViewWish {
  readonly accountId: string
  readonly name: string
  readonly page: (typeof VIEW_PAGES)[number]
  /** What stands behind the question mark of its address. */
  readonly query: string
}

export interface SavedView extends ViewWish {
  readonly viewId: number
}

/** In the order of their names. */
export function viewsOf(
  sql: SqlRunner,
  person: PersonKey,
  accountId: string,
): Promise<SavedView[]> {
  return sql.query(
    `SELECT view_id, account_id, name, page, query FROM saved_views
     WHERE person = $1 AND account_id = $2 ORDER BY lower(name), view_id`,
    [person, accountId],
    viewRow,
  )
}

/** One of the same name is replaced. */
export async function putView(
  sql: SqlRunner,
  person: PersonKey,
  { accountId, name, page, query }: ViewWish,
  nowMs: number,
): Promise<void> {
  await sql.execute(
    `INSERT INTO saved_views (person, account_id, name, page, query, created_ms)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (person, account_id, name) DO UPDATE SET page = excluded.page, query = excluded.query`,
    [person, accountId, name, page, query, nowMs],
  )
}

/** false where there is none of theirs. */
export async function removeView(
  sql: SqlRunner,
  person: PersonKey,
  viewId: number,
): Promise<boolean> {
  const removed = await sql.query(
    'DELETE FROM saved_views WHERE person = $1 AND view_id = $2 RETURNING view_id',
    [person, viewId],
    z.object({ view_id: z.int() }),
  )
  return removed.length > 0
}

const viewRow = z
  .object({
    view_id: z.int(),
    account_id: z.string(),
    name: z.string(),
    page: z.enum(VIEW_PAGES),
    query: z.string(),
  })
  .transform((row): SavedView => ({
    viewId: row.view_id,
    accountId: row.account_id,
    name: row.name,
    page: row.page,
    query: row.query,
  }))
