/** Everything that rating holds about one account: its calendars, periods and allowance balances. */
import type { Account, Validity } from '../../core/accounts/accounts.ts'
import { accountCalendar } from '../../core/time/account-calendar.ts'
import type { BillingCalendar, BillingPeriod } from '../../core/time/period.ts'
import type { AccountPeriod, TakeBalance } from './balance.ts'
import { createHome, keepText, NO_SLOT, takeSlots, type Home, type Sums } from './sums.ts'
import type { AllowanceInstance } from '../allowance/allowance-instance.ts'

export interface AccountState {
  readonly account: Account
  readonly calendar: BillingCalendar
  readonly periods: Map<number, AccountPeriod>
  readonly balances: Map<string, TakeBalance>
  readonly instances: Map<string, AllowanceInstance>
  /** Start days of the periods whose totals were restored: one or a few. */
  loaded: readonly number[]
  /** Start days of the periods for which everything that they need was restored. */
  ready: readonly number[]
  /** How far allowances reach beyond one period; found when it is first asked. */
  reach: { readonly rolloverPeriods: number; readonly lifetimes: readonly Validity[] } | undefined
  /** Where its numbers are. */
  readonly home: Home
}

const NONE: readonly never[] = []

export function createAccountState(account: Account): AccountState {
  return {
    account,
    calendar: accountCalendar(account),
    periods: new Map(),
    balances: new Map(),
    instances: new Map(),
    loaded: NONE,
    ready: NONE,
    reach: undefined,
    home: createHome(),
  }
}

export function accountPeriod(state: AccountState, period: BillingPeriod): AccountPeriod {
  let found = state.periods.get(period.startDay)
  if (found === undefined) {
    const closed = state.account.closedPeriods.find(
      (each) => each.periodStartDay === period.startDay,
    )
    found = {
      period,
      closedAtMs: closed?.closedAtMs ?? Infinity,
      reported: new Set(),
      meters: [],
      spentSlot: NO_SLOT,
      cumulative: new Map(),
      subscriptions: new Map(),
    }
    state.periods.set(period.startDay, found)
  }
  return found
}

export function takeBalance(state: AccountState, key: string, sums: Sums): TakeBalance {
  let balance = state.balances.get(key)
  if (balance === undefined) {
    const slot = takeSlots(sums, state.home, 1)
    balance = { key, keyNumber: keepText(sums, key), slot, byPeriod: undefined }
    state.balances.set(key, balance)
  }
  return balance
}
