/** `tik details`: single records, newest first. */
import { Option, type Command } from 'commander'
import { amountText } from '../../reports/usage-csv.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { DETAILS_ORDERS, type DetailsOrder, type UsageDetail } from '../../reports/usage-details.ts'
import { detailsOf } from '../../app/usage/usage-reports.ts'
import { print, printJson, remark } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import {
  questionOf,
  withComparisons,
  withReportOptions,
  type ReportOptions,
} from './report-options.ts'

export function addDetailsCommand(program: Command): void {
  withComparisons(withReportOptions(program.command('details')))
    .description('single usages, newest or dearest first: call type, numbers, times, amounts')
    .option('--limit <n>', 'at most so many', '50')
    .addOption(
      new Option('--order <order>', 'what comes first').choices(DETAILS_ORDERS).default('newest'),
    )
    .option('--json', 'as JSON')
    .action(
      async (options: ReportOptions & { limit: string; order: DetailsOrder }, command: Command) => {
        await using desk = await openDeskOf(command, 'details')
        const { filter, timeZone } = await questionOf(desk, options)
        const { rows, more } = await detailsOf(desk, filter, {
          limit: Number.parseInt(options.limit, 10),
          timeZone,
          order: options.order,
        })
        if (options.json) return printJson(rows)
        print(detailsTable(rows))
        if (more) remark(`There are more: raise --limit, or tik export for all of them.`)
      },
    )
}

function detailsTable(rows: readonly UsageDetail[]): string {
  return formatTable(
    [
      { key: 'start', title: 'Start' },
      { key: 'callType', title: 'Call type' },
      { key: 'sender', title: 'Sender' },
      { key: 'receiver', title: 'Receiver' },
      { key: 'seconds', title: 'Seconds', align: 'right' },
      { key: 'bytes', title: 'Bytes', align: 'right' },
      { key: 'amount', title: 'EUR ex VAT', align: 'right' },
      { key: 'entry', title: 'Entry' },
    ],
    rows.map((row) => ({
      start: row.startLocal,
      callType: row.callType,
      sender: row.sender,
      receiver: row.receiver,
      seconds: String(row.durationSeconds),
      bytes: String(row.volumeBytes),
      amount: amountText(row.amountMicros),
      entry: row.entryId,
    })),
  )
}
