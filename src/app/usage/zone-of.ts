/** In which time zone the dates of a question are meant, and times are shown. */
import { accountZone } from '../../directory/store/account-zone.ts'
import { isWithinReach } from '../caller.ts'
import type { Desk } from '../desk.ts'

/** Of whoever asks about several accounts and does not say. */
const READERS_ZONE = 'Europe/Amsterdam'

export interface ZoneWish {
  readonly timeZone?: string | undefined
  readonly account?: string | undefined
}

/** The one that is said; else that of the account that is asked for, or of the only one within reach. */
export async function zoneOf({ caller, operations }: Desk, wish: ZoneWish): Promise<string> {
  if (wish.timeZone !== undefined) return wish.timeZone
  const { reach } = caller
  const [only, ...others] = reach.kind === 'accounts' ? reach.accountIds : []
  const accountId = wish.account ?? (others.length === 0 ? only : undefined)
  const found = accountId === undefined ? undefined : await accountZone(operations, accountId)
  if (accountId === undefined || found === undefined) return READERS_ZONE
  const isReached = isWithinReach(caller, { accountId, partnerId: found.partnerId })
  return isReached ? found.timeZone : READERS_ZONE
}
