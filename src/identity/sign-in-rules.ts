/** What an account asks of its users, a partner of its staff, and the operator of its own, at sign-in. */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'
import type { Person } from './person.ts'

export interface Ruled {
  readonly kind: 'account' | 'partner' | 'operator'
  /** '' of the operator. */
  readonly id: string
}

export function ruledBy({ accountId, partnerId }: Pick<Person, 'accountId' | 'partnerId'>): Ruled {
  if (accountId !== '') return { kind: 'account', id: accountId }
  return partnerId === '' ? { kind: 'operator', id: '' } : { kind: 'partner', id: partnerId }
}

export async function needsSecondFactor(sql: SqlRunner, { kind, id }: Ruled): Promise<boolean> {
  const [row] = await sql.query(
    'SELECT needs_second_factor FROM sign_in_rules WHERE reach_kind = $1 AND reach_id = $2',
    [kind, id],
    z.object({ needs_second_factor: z.boolean() }),
  )
  return row?.needs_second_factor ?? false
}

/** Whether one is asked of the person, who has none. */
export async function lacksSecondFactor(
  sql: SqlRunner,
  person: Pick<Person, 'key' | 'accountId' | 'partnerId'>,
): Promise<boolean> {
  const { kind, id } = ruledBy(person)
  const [row] = await sql.query(
    `SELECT needs_second_factor AND NOT EXISTS (SELECT FROM second_factors
        WHERE person = $3 AND confirmed_ms IS NOT NULL) AS lacks
     FROM sign_in_rules WHERE reach_kind = $1 AND reach_id = $2`,
    [kind, id, person.key],
    z.object({ lacks: z.boolean() }),
  )
  return row?.lacks ?? false
}

export async function setNeedsSecondFactor(
  sql: SqlRunner,
  { kind, id }: Ruled,
  isNeeded: boolean,
): Promise<void> {
  await sql.execute(
    `INSERT INTO sign_in_rules (reach_kind, reach_id, needs_second_factor) VALUES ($1, $2, $3)
     ON CONFLICT (reach_kind, reach_id) DO UPDATE
       SET needs_second_factor = EXCLUDED.needs_second_factor`,
    [kind, id, isNeeded],
  )
}
