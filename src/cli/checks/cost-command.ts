/** `tik cost`: what usage cost us, found out later. */
import type { Command } from 'commander'
import { costUsage, type CostOfAccount } from '../../app/corrections/cost-usage.ts'
import { addMicros, ZERO_MICROS } from '../../core/money/money.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { amountText } from '../../reports/usage-csv.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson, remark } from '../options.ts'

interface CostOptions {
  readonly period: string
  readonly account?: string
  readonly confirm?: true
  readonly json?: true
}

export function addCostCommand(program: Command): void {
  program
    .command('cost')
    .description('what usage of a month cost us by today’s catalogue, where that is not known')
    .requiredOption('--period <month>', 'a calendar month such as 2026-10')
    .option('--account <id>', 'one account; all when left out')
    .option('--confirm', 'keep what was found; without it nothing is changed')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_COST)
    .action(costMonth)
}

const AFTER_COST = `
For usage that was rated before its source named a supplier (sources.yaml), or before his prices were in the catalogue,
and for prices of his that changed. Charges stay as they are. A second run finds nothing more.`

async function costMonth(options: CostOptions, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'cost')
  const { period: month, account: accountId, confirm = false } = options
  const found = await Array.fromAsync(costUsage(desk, { month, accountId, confirm }))
  if (options.json) return printJson({ month, confirmed: confirm, accounts: found })
  if (found.length === 0) return print('Nothing differs.')
  print(describeCosts(found))
  if (!confirm) remark('Nothing was changed: --confirm keeps it.')
}

export function describeCosts(found: readonly CostOfAccount[]): string {
  const total = found.reduce(
    (sum, each) => ({
      accountId: 'total',
      newCount: sum.newCount + each.newCount,
      changedCount: sum.changedCount + each.changedCount,
      differenceMicros: addMicros(sum.differenceMicros, each.differenceMicros),
    }),
    { accountId: 'total', newCount: 0, changedCount: 0, differenceMicros: ZERO_MICROS },
  )
  return formatTable(
    [
      { key: 'account', title: 'Account' },
      { key: 'new', title: 'New', align: 'right' },
      { key: 'changed', title: 'Changed', align: 'right' },
      { key: 'difference', title: 'Cost EUR', align: 'right' },
    ],
    [...found, ...(found.length > 1 ? [total] : [])].map((each) => ({
      account: each.accountId,
      new: String(each.newCount),
      changed: String(each.changedCount),
      difference: amountText(each.differenceMicros),
    })),
  )
}
