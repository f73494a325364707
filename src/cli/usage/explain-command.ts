/** `tik explain`: why an amount in the ledger is what it is. */
import type { Command } from 'commander'
import { microsToDecimal } from '../../core/money/money.ts'
import { explainUsage } from '../../app/usage/explain-usage.ts'
import type { ExplainedEntry } from '../../verify/explain-entry.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

export function addExplainCommand(program: Command): void {
  program
    .command('explain')
    .argument(
      '<entry>',
      'a ledger entry, e.g. files/1/42 (source/partition/offset; tik details shows it)',
    )
    .description('tell, step by step, why an entry costs what it costs')
    .option('--json', 'as JSON')
    .action(async (entry: string, options: { json?: true }, command: Command) => {
      await using desk = await openDeskOf(command, 'explain')
      const explained = await explainUsage(desk, entry)
      if (options.json) printJson(explained)
      else print(describe(entry, explained))
    })
}

function describe(entry: string, { row, steps }: ExplainedEntry): string {
  const started = new Date(row.startMs).toISOString()
  const charge = microsToDecimal(row.chargeMicros)
  const information =
    row.informationChargeMicros === 0
      ? ''
      : ` + ${microsToDecimal(row.informationChargeMicros)} information`
  // Nobody called anybody when a period was settled, and no file says so.
  const isSettlement = row.entryKind === 'adjustment'
  const parties = isSettlement ? 'when its period closed' : `${row.sender} → ${row.receiver}`
  const origin = isSettlement
    ? `settled up to the cut-off ${row.raw}`
    : `from ${row.origin}, record ${row.originRecord + 1}`
  return [
    `${entry}: ${row.outcome}, ${row.callType || row.reason}, ${parties}, ${started}`,
    `account ${row.accountId}, subscription ${row.subscriptionId}, quantity ${row.quantity}, charge ${charge}${information}`,
    `${origin}; catalogue ${row.catalogueHash}`,
    ...steps.map(({ rule, text }, index) => `${String(index + 1).padStart(3)}. ${rule}: ${text}`),
  ].join('\n')
}
