/** The time zone of one account, without the directory. */
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'

export async function accountZone(
  sql: SqlRunner,
  accountId: string,
): Promise<{ partnerId: string; timeZone: string } | undefined> {
  const [found] = await sql.query(
    'SELECT partner_id AS "partnerId", time_zone AS "timeZone" FROM accounts WHERE account_id = $1',
    [accountId],
    z.object({ partnerId: z.string(), timeZone: z.string() }),
  )
  return found
}
