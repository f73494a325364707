/** `tik finance open`: open invoices at the end of a day, with their age. */
import { stringify } from 'csv-stringify/sync'
import type { Command } from 'commander'
import { openInvoicesOf, type OpenReport } from '../../app/finance/open-of.ts'
import { systemClock } from '../../core/time/clock.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'
import { harmless } from '../../reports/usage-csv.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson } from '../options.ts'
import { isoDay } from './iso-day.ts'
import { printFile } from './print-file.ts'

export function addOpenCommand(finance: Command): void {
  finance
    .command('open')
    .description('what customers owe at the end of a day, by how long it is overdue')
    .option('--at <date>', 'the end of this day; today where it is left out', isoDay)
    .option('--account <id>', 'only this account')
    .option('--partner <id>', 'only invoices of this seller')
    .option('--json', 'as JSON')
    .option('--csv', 'as CSV')
    .action(open)
}

interface OpenOptions {
  readonly at?: number
  readonly account?: string
  readonly partner?: string
  readonly json?: true
  readonly csv?: true
}

async function open(options: OpenOptions, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'finance open')
  const today = dayFromIso(new Date(systemClock.nowMs()).toISOString().slice(0, 10))
  const report = await openInvoicesOf(desk, options.at ?? today, {
    ...(options.account === undefined ? {} : { accountId: options.account }),
    ...(options.partner === undefined ? {} : { partnerId: options.partner }),
  })
  if (options.json) return printJson(report)
  if (options.csv) return printFile(openCsv(report))
  print(describeOpen(report))
}

export function describeOpen({ day, invoices, ages, openMicros }: OpenReport): string {
  const head = `At the end of ${dayToIso(day)}`
  if (invoices.length === 0) return `${head} nothing is open.`
  const table = formatTable(
    [
      { key: 'number', title: 'Number' },
      { key: 'account', title: 'Account' },
      { key: 'issued', title: 'Issued' },
      { key: 'due', title: 'Due' },
      { key: 'gross', title: 'EUR', align: 'right' },
      { key: 'credited', title: 'Credited', align: 'right' },
      { key: 'paid', title: 'Paid', align: 'right' },
      { key: 'open', title: 'Open', align: 'right' },
      { key: 'age', title: 'Days overdue' },
    ],
    invoices.map((each) => ({
      number: each.number,
      account: each.accountId,
      issued: dayToIso(each.issueDay),
      due: dayToIso(each.dueDay),
      gross: microsToDecimal(each.grossMicros, 2),
      credited: microsToDecimal(each.creditedMicros, 2),
      paid: microsToDecimal(each.paidMicros, 2),
      open: microsToDecimal(each.openMicros, 2),
      age: each.age,
    })),
  )
  const sums = ages.map(({ age, openMicros: sum }) => `${age} ${microsToDecimal(sum, 2)}`)
  return [head, table, `${microsToDecimal(openMicros, 2)} open: ${sums.join(', ')}`].join('\n')
}

function openCsv({ day, invoices }: OpenReport): string {
  const rows = invoices.map((each) => [
    dayToIso(day),
    harmless(each.partnerId),
    harmless(each.accountId),
    harmless(each.number),
    dayToIso(each.issueDay),
    dayToIso(each.dueDay),
    microsToDecimal(each.grossMicros, 2),
    microsToDecimal(each.creditedMicros, 2),
    microsToDecimal(each.paidMicros, 2),
    microsToDecimal(each.openMicros, 2),
    String(each.daysOverdue),
    each.age,
  ])
  return stringify([COLUMNS, ...rows], { delimiter: ',', record_delimiter: 'windows' })
}

const COLUMNS = [
  'date',
  'partner',
  'account',
  'number',
  'issued',
  'due',
  'gross',
  'credited',
  'paid',
  'open',
  'days_overdue',
  'age',
]
