/** `tik finance debit`: a file of direct debits for the bank. */
import { InvalidArgumentError, type Command } from 'commander'
import { debitBatchOf, debitsOf, noteRefusedDebit } from '../../app/finance/debits-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { DEBIT_REASONS, type DebitReport } from '../../invoicing/debit/collect-debits.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson, remark } from '../options.ts'
import { isoDay } from './iso-day.ts'
import { printFile } from './print-file.ts'

export function addDebitCommand(finance: Command): void {
  finance
    .command('debit')
    .description('collect open invoices by SEPA direct debit: a pain.008 file for the bank')
    .requiredOption('--partner <id>', 'the seller')
    .option('--on <date>', 'the day on which the bank is to collect', isoDay)
    .option('--dry-run', 'say what would be collected, write and note nothing')
    .option('--batch <n>', 'the file of a batch of before, the same to the byte', wholeNumber)
    .option('--refused <id>', 'note that the bank refused this collection (its EndToEndId)')
    .option('--reason <code>', 'with --refused: why, such as AC04', '')
    .option('--out <file>', 'into this file instead of standard output')
    .option('--json', 'as JSON, without the file')
    .addHelpText('after', AFTER_DEBIT)
    .action(debit)
}

const AFTER_DEBIT = `
An invoice is collected once. When the bank's statement says that a collection went back
(tik bill payments import), or --refused notes it, its invoice is open and can be collected again. Who gave a
mandate and how long before customers must know stands in the accounts document: docs/finance.md.`

interface DebitOptions {
  readonly partner: string
  readonly on?: number
  readonly dryRun?: true
  readonly batch?: number
  readonly refused?: string
  readonly reason: string
  readonly out?: string
  readonly json?: true
}

async function debit(options: DebitOptions, command: Command): Promise<void> {
  const { partner: partnerId, on: collectionDay, batch: batchNumber, refused, out } = options
  await using desk = await openDeskOf(command, 'finance debit')
  if (batchNumber !== undefined) {
    return printFile((await debitBatchOf(desk, { partnerId, batchNumber })).content, out)
  }
  if (collectionDay === undefined) throw new TikError('usage_error', 'say the day: --on')
  if (refused !== undefined) {
    const { reason: reasonCode } = options
    const what = { partnerId, endToEndId: refused, reasonCode, onDay: collectionDay }
    await noteRefusedDebit(desk, what)
    return print(`${refused} was refused: its invoice can be collected again.`)
  }
  const dryRun = options.dryRun === true
  const report = await debitsOf(desk, { partnerId, collectionDay, dryRun })
  if (options.json) {
    const { batch, ...rest } = report
    return printJson({
      ...rest,
      batch: batch === undefined ? undefined : { ...batch, content: '' },
    })
  }
  const text = describeDebits(report)
  if (report.batch === undefined) return print(text)
  remark(text)
  return printFile(report.batch.content, out)
}

export function describeDebits({ batch, collections, totalMicros, leftOut }: DebitReport): string {
  const rows = [
    ...collections.map((each) => ({
      invoice: each.remittance,
      mandate: each.mandateId,
      sequence: `${each.scheme} ${each.sequence}`,
      amount: microsToDecimal(each.amountMicros, 2),
      why: '',
    })),
    ...leftOut.map((each) => ({
      invoice: each.number,
      mandate: '',
      sequence: 'not collected',
      amount: microsToDecimal(each.openMicros, 2),
      why: DEBIT_REASONS[each.reason],
    })),
  ]
  const table = formatTable(
    [
      { key: 'invoice', title: 'Invoice' },
      { key: 'mandate', title: 'Mandate' },
      { key: 'sequence', title: 'Sequence' },
      { key: 'amount', title: 'EUR', align: 'right' },
      { key: 'why', title: 'Why not' },
    ],
    rows,
  )
  const sum = `${collections.length} collections of EUR ${microsToDecimal(totalMicros, 2)}`
  const name =
    batch === undefined ? 'not written' : `batch ${batch.batchNumber}, ${batch.messageId}`
  return [...(rows.length === 0 ? [] : [table]), `${sum}, ${name}`].join('\n')
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('A whole number.')
  return Number.parseInt(text, 10)
}
