/** `tik bill show` and `tik bill documents`: one invoice down to its usages, and its files once more. */
import { InvalidArgumentError, type Command } from 'commander'
import { TikError } from '../../core/failures/errors.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import { formatTable } from '../../core/text/text-table.ts'
import type { ShownInvoice, ShownLine } from '../../app/billing/show-invoice.ts'
import { causeText } from '../../invoicing/documents/texts/difference-texts.ts'
import type { InvoiceDifference } from '../../invoicing/difference/invoice-difference.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

export function addShowCommands(bill: Command): void {
  bill
    .command('show')
    .argument('<number>', 'number of the invoice')
    .description('an invoice: its lines, the usages below one, or why it differs from another one')
    .option('--line <n>', 'what this line is the sum of', wholeNumber)
    .option('--limit <n>', 'with --line: rows of a page', wholeNumber, 100)
    .option('--offset <n>', 'with --line: rows before the page', wholeNumber, 0)
    .option(
      '--against <number>',
      'previous, or the number of another invoice: what makes the difference',
    )
    .option('--json', 'as JSON')
    .action(show)
  bill
    .command('documents')
    .argument('<number>', 'number of the invoice')
    .description('write lost or changed documents of an invoice once more, the same to the byte')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_DOCUMENTS)
    .action(documents)
}

const AFTER_DOCUMENTS = `
Each is made from what is stored and put into its place only when its hash is the one that was kept. Where a
newer tik makes other bytes than those that were sent, nothing is put there: take the file from a backup.

Exit status 1 when one could not be restored.`

interface ShowOptions {
  readonly line?: number
  readonly limit: number
  readonly offset: number
  readonly against?: string
  readonly json?: true
}

async function show(number: string, options: ShowOptions, command: Command): Promise<void> {
  const { line, limit, offset, against } = options
  if (line !== undefined && against !== undefined) {
    throw new TikError('usage_error', '--line and --against are two questions')
  }
  await using desk = await openDeskOf(command, 'bill show')
  if (against !== undefined) {
    const { differenceOf } = await import('../../app/billing/show-invoice.ts')
    const difference = await differenceOf(desk, number, against)
    return options.json ? printJson(difference) : print(describeDifference(number, difference))
  }
  if (line !== undefined) {
    const { showLine } = await import('../../app/billing/show-invoice.ts')
    const shown = await showLine(desk, number, line, { limit, offset })
    return options.json ? printJson(shown) : print(describeLine(shown))
  }
  const { showInvoice } = await import('../../app/billing/show-invoice.ts')
  const shown = await showInvoice(desk, number)
  return options.json ? printJson(shown) : print(describeInvoice(shown))
}

export function describeInvoice({ summary, invoice }: ShownInvoice): string {
  const { customer, seller, period, totals } = invoice
  const head = [
    `${invoice.number} of ${dayToIso(invoice.issueDay)}, due ${dayToIso(invoice.dueDay)}, ${summary.status}`,
    `${seller.party.legalName} to ${[customer.accountId, customer.billToId].filter(Boolean).join(' / ')}, ${customer.party.legalName}`,
    `period ${dayToIso(period.startDay)} to ${dayToIso(period.endDay - 1)}`,
  ]
  const vat = invoice.vat.map(
    ({ taxCategory, percentHundredths, netMicros, vatMicros }) =>
      `VAT ${taxCategory} ${percentHundredths / 100} %: ${microsToDecimal(vatMicros, 2)} of ${microsToDecimal(netMicros, 2)}`,
  )
  const sums = `net ${microsToDecimal(totals.netMicros, 2)}, VAT ${microsToDecimal(totals.vatMicros, 2)}, total EUR ${microsToDecimal(totals.grossMicros, 2)}`
  const files = summary.documents.map(({ kind, path }) => `${kind}: ${path}`)
  const deeper = `A line's rows: tik bill show ${invoice.number} --line N`
  return [...head, '', linesTable(invoice), '', ...vat, sums, '', ...files, deeper].join('\n')
}

function linesTable({ lines }: ShownInvoice['invoice']): string {
  const hasSubAccounts = lines.some(({ subAccountId }) => subAccountId !== undefined)
  const hasCostCentres = lines.some(({ costCentre }) => costCentre !== undefined)
  return formatTable(
    [
      { key: 'line', title: 'Line', align: 'right' },
      { key: 'section', title: 'Section' },
      { key: 'description', title: 'Description' },
      ...(hasSubAccounts ? [{ key: 'subAccount', title: 'Sub-account' } as const] : []),
      ...(hasCostCentres ? [{ key: 'costCentre', title: 'Cost centre' } as const] : []),
      { key: 'days', title: 'Days' },
      { key: 'count', title: 'Count', align: 'right' },
      { key: 'quantity', title: 'Quantity', align: 'right' },
      { key: 'amount', title: 'EUR ex VAT', align: 'right' },
    ],
    lines.map((line) => ({
      line: String(line.lineNumber),
      section: line.section,
      description: line.description,
      subAccount: line.subAccountId ?? '',
      costCentre: line.costCentre ?? '',
      days: `${dayToIso(line.fromDay)} to ${dayToIso(line.toDay - 1)}`,
      count: String(line.count),
      quantity: `${line.quantity} ${line.unit}`,
      amount: microsToDecimal(line.amountMicros, 2),
    })),
  )
}

export function describeLine(shown: ShownLine): string {
  const { line, items, rows, more, sharedWith, rowsMicros } = shown
  const head = `Line ${line.lineNumber}: ${line.description}, ${microsToDecimal(line.amountMicros, 2)} (exactly ${microsToDecimal(line.exactMicros)})`
  if (items.length > 0) return `${head}\n${itemsTable(items)}`
  if (rows.length === 0) return head
  const rest = more ? ' There are more: --offset goes on.' : ''
  const shared =
    sharedWith.length === 0
      ? ''
      : `\nLines ${sharedWith.join(', ')} are of the same rows: their VAT differs by date.`
  const sum = `${rows.length} rows of ${microsToDecimal(rowsMicros)}.${rest}${shared}`
  return `${head}\n${rowsTable(shown)}\n${sum}`
}

function rowsTable({ rows, line }: ShownLine): string {
  const isInformation = line.section.endsWith('premium')
  return formatTable(
    [
      { key: 'start', title: 'Start' },
      { key: 'number', title: 'Number' },
      { key: 'receiver', title: 'Receiver' },
      { key: 'quantity', title: 'Quantity', align: 'right' },
      { key: 'amount', title: 'EUR ex VAT', align: 'right' },
      { key: 'entry', title: 'Entry' },
    ],
    rows.map((row) => ({
      start: row.startLocal,
      number: row.servedNumber,
      receiver: row.receiver,
      quantity: String(row.quantity),
      amount: microsToDecimal(isInformation ? row.informationChargeMicros : row.chargeMicros),
      entry: row.entryId,
    })),
  )
}

function itemsTable(items: ShownLine['items']): string {
  return formatTable(
    [
      { key: 'subscription', title: 'Subscription' },
      { key: 'days', title: 'Days' },
      { key: 'fee', title: 'Fee', align: 'right' },
    ],
    items.map((item) => ({
      subscription: item.subscriptionId,
      days: `${dayToIso(item.fromDay)} to ${dayToIso(item.toDay - 1)}`,
      fee: `${item.sign < 0 ? '-' : ''}${microsToDecimal(item.feeMicros)}`,
    })),
  )
}

export function describeDifference(number: string, difference: InvoiceDifference): string {
  const { beforeNumber, beforeGrossMicros, afterGrossMicros, differenceMicros, causes } = difference
  const before = beforeNumber === '' ? 'an invoice of 0.00' : beforeNumber
  const head = `${number} is ${microsToDecimal(afterGrossMicros, 2)}, ${before} ${microsToDecimal(beforeGrossMicros, 2)}: a difference of ${microsToDecimal(differenceMicros, 2)} with VAT`
  if (causes.length === 0) return `${head}.`
  const rows = causes.map((cause) => ({
    group: cause.group,
    what: causeText(cause, 'en'),
    amount: microsToDecimal(cause.amountMicros, 2),
  }))
  const table = formatTable(
    [
      { key: 'group', title: 'Cause' },
      { key: 'what', title: 'What' },
      { key: 'amount', title: 'EUR', align: 'right' },
    ],
    [...rows, { group: 'sum', what: '', amount: microsToDecimal(differenceMicros, 2) }],
  )
  return `${head}, from\n${table}`
}

async function documents(
  number: string,
  options: { json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'bill documents', 'bill')
  const { documentsAgain } = await import('../../app/billing/show-invoice.ts')
  const restored = await documentsAgain(desk, number)
  if (restored.some(({ outcome }) => outcome === 'differs')) process.exitCode = 1
  if (options.json) return printJson(restored)
  if (restored.length === 0) return print('It has no documents.')
  for (const { path, outcome } of restored) print(`${OUTCOMES[outcome]}: ${path}`)
}

const OUTCOMES = {
  there: 'was there',
  restored: 'restored, the same to the byte',
  written: 'written for the first time',
  differs: 'NOT restored, this tik makes other bytes: take it from a backup',
} as const

function wholeNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 0) return number
  throw new InvalidArgumentError('A whole number.')
}
