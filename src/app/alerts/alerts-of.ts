/** What was crossed, and what became of each message about it. */
import { listAlerts, type AlertDelivery } from '../../alerts/list-alerts.ts'
import { directoryOf } from '../known-directory.ts'
import { accountWithin, isWithinReach, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'

/** Newest first. Throws `not_found` for an account that the caller does not reach. */
export async function alertsOf(
  desk: Desk,
  filter: { accountId?: string; periodStartDay?: number },
): Promise<AlertDelivery[]> {
  requireRight(desk.caller, 'see-usage')
  const directory = await directoryOf(desk)
  if (filter.accountId !== undefined) accountWithin(desk.caller, directory, filter.accountId)
  const alerts = await listAlerts(desk.operations, filter)
  return alerts.filter(({ accountId }) => {
    const account = directory.accounts.get(accountId)
    return account !== undefined && isWithinReach(desk.caller, account)
  })
}
