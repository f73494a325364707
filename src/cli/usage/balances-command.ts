/** `tik balances`: bundles, group bundles, cost and limits, as customers see them. */
import { Option, type Command } from 'commander'
import {
  accountBalances,
  balancesRequest,
  type AccountBalances,
} from '../../balances/account-balances.ts'
import {
  BALANCE_ORDERS,
  balancesJson,
  renderBalances,
  type BalanceOrder,
} from './render-balances.ts'
import { systemClock } from '../../core/clock.ts'
import { TikError } from '../../core/errors.ts'
import { accountCalendar, periodsBeginningIn } from '../../core/account-calendar.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { print, printJson } from '../options.ts'
import { openStoresOf } from '../open-stores.ts'
import { openReference, type Reference } from '../../app/rating-parts.ts'
import type { Stores } from '../../app/stores.ts'

interface BalancesOptions {
  readonly account?: string
  readonly period: string
  readonly sort: BalanceOrder
  readonly terminated?: true
  readonly json?: true
}

export function addBalancesCommand(program: Command): void {
  program
    .command('balances')
    .description('used of bundles and group bundles, cost so far and limits, by subscription')
    .option('--account <id>', 'only this account; default: all')
    .option(
      '--period <month>',
      'current, or the billing period that begins in this month',
      'current',
    )
    .addOption(
      new Option('--sort <by>', 'order of subscriptions').choices(BALANCE_ORDERS).default('number'),
    )
    .option('--terminated', 'also subscriptions that have ended')
    .option('--json', 'as JSON')
    .action(async (options: BalancesOptions, command: Command) => {
      await using stores = await openStoresOf(command, 'balances')
      const balances = await balancesOf(stores, options)
      if (options.json) return printJson(balances.map(balancesJson))
      if (balances.length === 0) print('No accounts yet: tik accounts import FILE.')
      print(textOf(balances, options))
    })
}

/** The first accounts of a period as text, for the demo. */
export async function balancesText(
  stores: Stores,
  period: string,
  accountsMax = Number.POSITIVE_INFINITY,
): Promise<string> {
  const balances = await balancesOf(stores, { period }, accountsMax)
  return textOf(balances, { sort: 'usage' })
}

async function balancesOf(
  stores: Stores,
  options: { account?: string; period: string },
  accountsMax = Number.POSITIVE_INFINITY,
): Promise<AccountBalances[]> {
  const reference = await openReference(stores)
  const ids =
    options.account === undefined ? [...reference.directory.accounts.keys()] : [options.account]
  const parts = ids.slice(0, accountsMax).map((accountId) => ({
    ...reference,
    accountId,
    atMs: momentIn(options.period, accountId, reference),
  }))
  const ledger = createClickHouseLedger(stores.clickhouse)
  const totals = await ledger.balances(parts.map(balancesRequest))
  return parts.map((part, index) => {
    const total = totals[index]
    if (total === undefined) throw new Error('the ledger answers every request for balances')
    return accountBalances({ ...part, totals: total })
  })
}

/** Now, or the last moment of the account's (last) period that begins in the month. */
function momentIn(period: string, accountId: string, { directory }: Reference): number {
  if (period === 'current') return systemClock.nowMs()
  if (!/^\d{4}-\d{2}$/.test(period)) {
    throw new TikError('usage_error', `"${period}" is not a period`, {
      hint: 'write current or a month such as 2026-10',
    })
  }
  const account = directory.accounts.get(accountId)
  if (account === undefined) throw new TikError('not_found', `there is no account ${accountId}`)
  const last = periodsBeginningIn(accountCalendar(account), period).at(-1)
  if (last === undefined) throw new TikError('not_found', `no period of ${accountId} begins then`)
  return last.endMs - 1
}

function textOf(
  balances: readonly AccountBalances[],
  options: { sort: BalanceOrder; terminated?: true },
): string {
  const view = {
    language: 'en',
    sortBy: options.sort,
    withTerminated: options.terminated === true,
  } as const
  return balances.map((each) => renderBalances(each, view)).join('\n\n')
}
