/** Where accounts and partners get their alerts posted. */
import { z } from 'zod'
import { isWithinReach, requireRight, type Caller } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { directoryOf } from '../known-directory.ts'

/** Its secret is told to nobody. */
export interface ListedWebhook {
  readonly ownerKind: 'account' | 'partner'
  readonly ownerId: string
  readonly url: string
}

/** A partner's own are seen by that partner and the operator. */
export async function webhooksOf(desk: Desk): Promise<ListedWebhook[]> {
  requireRight(desk.caller, 'manage-users')
  const { accounts } = await directoryOf(desk)
  const found = await desk.operations.query(
    `SELECT 'account' AS "ownerKind", account_id AS "ownerId", url FROM account_webhooks
     UNION ALL SELECT 'partner', partner_id, url FROM partner_webhooks ORDER BY 1, 2`,
    [],
    z.object({ ownerKind: z.enum(['account', 'partner']), ownerId: z.string(), url: z.string() }),
  )
  return found.filter(({ ownerKind, ownerId }) => {
    if (ownerKind === 'partner') return reachesPartner(desk.caller, ownerId)
    const account = accounts.get(ownerId)
    return account !== undefined && isWithinReach(desk.caller, account)
  })
}

function reachesPartner({ reach }: Caller, partnerId: string): boolean {
  return reach.kind === 'operator' || (reach.kind === 'partner' && reach.partnerId === partnerId)
}
