/** `tik bill credit`: what went out wrong is taken back by a credit note. */
import { InvalidArgumentError, type Command } from 'commander'
import { TikError } from '../../core/failures/errors.ts'
import { microsFromDecimal, microsToDecimal, type Micros } from '../../core/money/money.ts'
import { formatTable } from '../../core/text/text-table.ts'
import type { CreditWish } from '../../invoicing/credit/build-credit-note.ts'
import type { CreditOutcome } from '../../invoicing/credit/credit-invoice.ts'
import type { ReissueOutcome } from '../../invoicing/credit/reissue-invoice.ts'
import type { Invoice } from '../../invoicing/invoice-model.ts'
import { describeFinding } from './billing-report-text.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson } from '../options.ts'

interface CreditOptions {
  readonly reason: string
  readonly lines?: number[]
  readonly amount?: Micros
  readonly line?: number
  readonly again?: true
  readonly reissue?: true
  readonly partner?: string
  readonly dryRun?: true
  readonly json?: true
}

export function addCreditCommand(bill: Command): void {
  bill
    .command('credit')
    .argument('<number>', 'number of the invoice')
    .description('take back an invoice, or part of it, by a credit note')
    .requiredOption('--reason <text>', 'one line for the customer, in the language of the account')
    .option('--lines <numbers>', 'only these lines, e.g. 1,3: what is left of each', lineNumbers)
    .option('--amount <euros>', 'only this much, without VAT, e.g. 12.50', amountOf)
    .option('--line <number>', 'with --amount: of this line', lineNumber)
    .option(
      '--again',
      'with --amount: once more, where the same was credited for that reason before',
    )
    .option('--reissue', 'credit the whole and make the invoice anew, with the account of today')
    .option('--partner <id>', 'the seller, where several have an invoice of that number')
    .option('--dry-run', 'show it, take no number, store nothing')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Without --lines and --amount all that is left of the invoice is credited, and then it counts as
credited. An amount is without VAT and bears the VAT of its line; without --line the invoice must have
one rate of VAT. Never more is credited than is left of a line, of a rate and in total; VAT is rounded on
all that was credited, so that the parts give back the invoice to the cent.

It can be stopped at any moment and run again: nothing is credited twice. An amount that was credited for the
same reason before is refused, unless --again says that it is meant once more.

With --reissue the same period and usage go out anew: address, VAT id, order number, discounts and fees are
those of today. What other invoices charged or took back since stands.

Fees that were credited are not charged again. What the agreement takes back later (an end that was entered
late) is taken back all the same, unless the whole invoice was credited.`,
    )
    .action(credit)
}

async function credit(number: string, options: CreditOptions, command: Command): Promise<void> {
  const wish = wishOf(options)
  await using desk = await openDeskOf(command, 'bill credit', 'bill')
  const order = {
    number,
    reason: options.reason,
    dryRun: options.dryRun === true,
    ...(options.partner === undefined ? {} : { partnerId: options.partner }),
  }
  if (options.reissue) {
    const { reissueOf } = await import('../../app/billing/credit.ts')
    const outcome = await reissueOf(desk, order)
    if (options.json) printJson(outcome)
    else print(describeReissue(outcome))
    return
  }
  const { creditOf } = await import('../../app/billing/credit.ts')
  const outcome = await creditOf(desk, { ...order, wish, again: options.again === true })
  if (options.json) printJson(outcome)
  else print(describeCredit(outcome))
}

function wishOf({ lines, amount, line, reissue }: CreditOptions): CreditWish {
  if (reissue && (lines ?? amount ?? line) !== undefined) {
    throw new TikError('usage_error', '--reissue goes without --lines, --amount and --line')
  }
  if (lines !== undefined && (amount !== undefined || line !== undefined)) {
    throw new TikError('usage_error', '--lines goes without --amount and --line')
  }
  if (lines !== undefined) return { what: 'lines', lineNumbers: lines }
  if (amount !== undefined) return { what: 'amount', netMicros: amount, lineNumber: line }
  if (line !== undefined) throw new TikError('usage_error', '--line goes with --amount')
  return { what: 'whole' }
}

function describeCredit({ original, creditNote, left, files, findings }: CreditOutcome): string {
  const made =
    creditNote.number === ''
      ? 'This is a dry run: no number was taken, nothing is stored.'
      : `Credit note ${creditNote.number} of invoice ${original.number}.`
  const rest =
    original.status === 'credited'
      ? `Nothing is left of invoice ${original.number}: it counts as credited.`
      : `Left of invoice ${original.number}: ${euros(left.netMicros)} without VAT, ${euros(left.grossMicros)} with it.`
  return [linesTable(creditNote), made, rest, ...files, ...findings.map(describeFinding)].join('\n')
}

function describeReissue({
  original,
  creditNote,
  reissued,
  files,
  findings,
}: ReissueOutcome): string {
  const { number, totals, kind } = reissued
  const anew = `${kind} of ${euros(totals.netMicros)} without VAT, ${euros(totals.grossMicros)} with it`
  const credited =
    creditNote === undefined
      ? `Invoice ${original.number} was credited before.`
      : `Invoice ${original.number} is credited whole: ${creditNote.number || 'a credit note'} of ${euros(creditNote.totals.grossMicros)}.`
  const isDry = files.length === 0 && number === ''
  return [
    linesTable(reissued),
    credited,
    `In its place: ${number === '' ? 'an' : number}, ${anew}.`,
    ...(isDry ? ['No number was taken for it.'] : []),
    ...files,
    ...findings.map(describeFinding),
  ].join('\n')
}

function linesTable({ kind, lines, totals }: Invoice): string {
  return formatTable(
    [
      { key: 'line', title: 'Line', align: 'right' },
      { key: 'what', title: 'What' },
      { key: 'amount', title: 'EUR', align: 'right' },
    ],
    [
      ...lines.map((line) => ({
        line: String(kind === 'credit-note' ? (line.correctsLine ?? '') : line.lineNumber),
        what: line.description,
        amount: euros(line.amountMicros),
      })),
      total('net', totals.netMicros),
      total('VAT', totals.vatMicros),
      total('total', totals.grossMicros),
    ],
  )
}

function total(name: string, amount: Micros) {
  return { line: '', what: name, amount: euros(amount) }
}

function euros(amount: Micros): string {
  return microsToDecimal(amount, 2)
}

function lineNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a line number such as 3')
  return Number.parseInt(text, 10)
}

function lineNumbers(text: string): number[] {
  return text.split(',').map((each) => lineNumber(each.trim()))
}

function amountOf(text: string): Micros {
  if (!/^(?=.*[1-9])\d{1,7}(\.\d{1,2})?$/.test(text)) {
    throw new InvalidArgumentError('an amount above 0 in whole cents, such as 12.50')
  }
  return microsFromDecimal(text)
}
