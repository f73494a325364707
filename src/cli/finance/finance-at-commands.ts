/** `tik finance at|close`: figures at the end of a day, frozen where it was closed. */
import { Option, type Command } from 'commander'
import {
  closeFinance,
  financeAt,
  financeMovement,
  type FinanceAt,
  type FinanceFilter,
} from '../../app/finance/finance-at.ts'
import { addMicros } from '../../core/money/money.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { dayToIso } from '../../core/time/period.ts'
import { figuresCsv } from '../../finance/at/figures-csv.ts'
import type { Movement, MovementReport } from '../../finance/at/movement.ts'
import {
  FIGURE_GROUPINGS,
  groupFigures,
  type FigureGroup,
  type FigureGrouping,
} from '../../finance/at/sum-figures.ts'
import { amountText } from '../../reports/usage-csv.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson, remark } from '../options.ts'
import { isoDay } from './iso-day.ts'
import { printFile } from './print-file.ts'

export function addFinanceAtCommands(finance: Command): void {
  finance
    .command('at')
    .argument('<date>', 'the end of this day, such as 2026-10-31', isoDay)
    .description('what was rated and not invoiced, and invoiced in advance, at the end of a day')
    .addOption(
      new Option('--by <what>', 'one line for each').choices(FIGURE_GROUPINGS).default('account'),
    )
    .option('--since <date>', 'what happened since the end of this day, which was closed', isoDay)
    .option('--account <id>', 'only this account')
    .option('--partner <id>', 'only what this partner rated or invoiced')
    .option('--json', 'as JSON, every figure')
    .option('--csv', 'as CSV, every figure')
    .addHelpText('after', AFTER_AT)
    .action(at)
  finance
    .command('close')
    .argument('<date>', 'a day that is over, such as 2026-10-31', isoDay)
    .description('freeze the figures of the end of a day with their position in the ledger')
    .option('--json', 'as JSON, every figure')
    .action(close)
}

const AFTER_AT = `
Of a day that was closed (tik finance close) the figures are those of then, whatever came since; of another one
they are as the ledger is now. Amounts are without VAT; usage is exact to the micro. docs/finance.md says what
each figure is.

Exit status 1 when the ledger and the invoices differ.`

interface AtOptions {
  readonly by: FigureGrouping
  readonly since?: number
  readonly account?: string
  readonly partner?: string
  readonly json?: true
  readonly csv?: true
}

async function at(day: number, options: AtOptions, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'finance at')
  const filter: FinanceFilter = {
    ...(options.account === undefined ? {} : { accountId: options.account }),
    ...(options.partner === undefined ? {} : { partnerId: options.partner }),
  }
  if (options.since !== undefined) {
    const question = { fromDay: options.since, toDay: day, by: options.by, filter }
    const report = await financeMovement(desk, question)
    if (report.untied.length > 0) process.exitCode = 1
    return options.json ? printJson(report) : print(describeMovement(report))
  }
  const shown = await financeAt(desk, day, filter)
  if (shown.untied.length > 0) process.exitCode = 1
  if (options.json) return printJson(shown)
  if (options.csv) return printFile(figuresCsv(day, shown.figures))
  print(describeFigures(shown, options.by))
}

async function close(day: number, options: { json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'finance close')
  const closed = await closeFinance(desk, day)
  if (!closed.isNew) remark(`${dayToIso(day)} was closed before: its figures stay as they are.`)
  if (closed.untied.length > 0) process.exitCode = 1
  if (options.json) printJson(closed)
  else print(describeFigures(closed, 'partner'))
}

export function describeFigures(shown: FinanceAt, by: FigureGrouping): string {
  const groups = groupFigures(shown.figures, by)
  const table = formatTable(
    [
      { key: 'key', title: TITLES[by] },
      { key: 'unbilled', title: 'Rated, not invoiced', align: 'right' },
      { key: 'late', title: 'Late', align: 'right' },
      { key: 'due', title: 'Due, not invoiced', align: 'right' },
      { key: 'deferred', title: 'Invoiced in advance', align: 'right' },
    ],
    [...groups, ...sumOf(groups)].map(figureLine),
  )
  const frozen =
    shown.closedMs === undefined
      ? 'not closed: figures of the ledger as it is now'
      : `closed ${new Date(shown.closedMs).toISOString()}`
  const rejects = shown.rejects.map(({ reason, recordsCount, estimateMicros }) => {
    const worth =
      estimateMicros === undefined ? 'of unknown worth' : `about ${amountText(estimateMicros)}`
    return `Waiting in suspense, in no figure: ${recordsCount} ${reason}, ${worth}`
  })
  const untied = shown.untied.map(
    ({ accountId, usedMicros, billedMicros, unbilledMicros }) =>
      `${accountId} DIFFERS: ${amountText(usedMicros)} rated is not ${amountText(billedMicros)} billed and ${amountText(unbilledMicros)} not billed`,
  )
  const head = `At the end of ${dayToIso(shown.day)}, EUR ex VAT, ${frozen}`
  return [head, table, ...rejects, ...untied].join('\n')
}

const TITLES: Readonly<Record<FigureGrouping, string>> = {
  account: 'Account',
  partner: 'Partner',
  'ledger-account': 'Ledger account',
  kind: 'Kind',
}

function figureLine(group: FigureGroup) {
  return {
    key: group.key === '' ? '(none)' : group.key,
    unbilled: amountText(group.unbilledMicros),
    late: amountText(group.lateMicros),
    due: amountText(group.dueMicros),
    deferred: amountText(group.deferredMicros),
  }
}

function sumOf(groups: readonly FigureGroup[]): FigureGroup[] {
  const [first, ...rest] = groups
  if (first === undefined || rest.length === 0) return []
  const sum = rest.reduce(
    (total, group) => ({
      ...total,
      unbilledMicros: addMicros(total.unbilledMicros, group.unbilledMicros),
      lateMicros: addMicros(total.lateMicros, group.lateMicros),
      dueMicros: addMicros(total.dueMicros, group.dueMicros),
      deferredMicros: addMicros(total.deferredMicros, group.deferredMicros),
    }),
    first,
  )
  return [{ ...sum, key: 'total' }]
}

export function describeMovement({ fromDay, toDay, rows, untied }: MovementReport): string {
  const table = formatTable(
    [
      { key: 'key', title: 'Of' },
      { key: 'what', title: 'What' },
      { key: 'amount', title: 'EUR ex VAT', align: 'right' },
    ],
    rows.flatMap(movementLines),
  )
  const head = `From the end of ${dayToIso(fromDay)} to the end of ${dayToIso(toDay)}`
  const differs = untied.map(
    (key) => `${key === '' ? '(none)' : key} DIFFERS: opening and movement are not the closing`,
  )
  return [head, table, ...differs].join('\n')
}

function movementLines({ key, unbilled, deferred, due, invoicedMicros, earnedMicros }: Movement) {
  const lines = [
    ['rated, not invoiced: opening', unbilled.openingMicros],
    ['  used', unbilled.usedMicros],
    ['  used before, came since', unbilled.cameLateMicros],
    ['  invoiced', unbilled.billedMicros],
    ['  closing', unbilled.closingMicros],
    ['invoiced in advance: opening', deferred.openingMicros],
    ['  by new documents', deferred.addedMicros],
    ['  days that passed', deferred.releasedMicros],
    ['  closing', deferred.closingMicros],
    ['due, not invoiced: opening', due.openingMicros],
    ['  closing', due.closingMicros],
    ['invoiced', invoicedMicros],
    ['earned', earnedMicros],
  ] as const
  return lines.map(([what, amount], index) => ({
    key: index > 0 ? '' : key === '' ? '(none)' : key,
    what,
    amount: amountText(amount),
  }))
}
