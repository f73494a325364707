/** `tik balances`: bundles, group bundles, cost and limits, as customers see them. */
import { Option, type Command } from 'commander'
import type { AccountBalances } from '../../balances/account-balances.ts'
import { balancesOf } from '../../app/usage/balances-of.ts'
import type { Desk } from '../../app/desk.ts'
import {
  BALANCE_ORDERS,
  balancesJson,
  renderBalances,
  type BalanceOrder,
} from './render-balances.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

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
      await using desk = await openDeskOf(command, 'balances')
      const balances = await balancesOf(desk, options)
      if (options.json) return printJson(balances.map(balancesJson))
      if (balances.length === 0) print('No accounts yet: tik accounts import FILE.')
      print(textOf(balances, options))
    })
}

/** The first accounts of a period as text, for the demo. */
export async function balancesText(
  desk: Desk,
  period: string,
  accountsMax?: number,
): Promise<string> {
  return textOf(await balancesOf(desk, { period, accountsMax }), { sort: 'usage' })
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
