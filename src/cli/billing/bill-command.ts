/** `tik bill`: the monthly cycle: check, preview, finalise, look things up. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { microsToDecimal } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import { FINDING_CODES, isFindingCode, type FindingCode } from '../../invoicing/run/billing.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { invoicesOf, usageOfInvoice } from '../../app/billing/invoice-archive.ts'
import { addDeliveryCommands } from './bill-delivery-commands.ts'
import { addCreditCommand } from './bill-credit-command.ts'
import { STANDINGS, type InvoiceCondition } from '../../invoicing/receivables/invoice-standing.ts'
import { addPaymentCommands } from './bill-payment-commands.ts'
import { addScheduleCommand } from './schedule-command.ts'
import { addShowCommands } from './show-command.ts'
import type { Desk } from '../../app/desk.ts'
import { print, printPieces, printJson, remark } from '../options.ts'
import { describeBilling, describeCheck, describeFinding } from './billing-report-text.ts'
import { openDeskOf } from '../open-desk.ts'
import { stopOnSignal } from '../stop-on-signal.ts'

export function addBillCommand(program: Command): void {
  const bill = program.command('bill').description('the monthly cycle: check, preview, finalise')
  bill
    .command('check')
    .description('can the period be billed? what is missing, what waits, what looks odd')
    .requiredOption(
      '--period <month>',
      'e.g. 2026-10: for each account its period that begins then',
    )
    .option('--account <ids...>', 'only these accounts')
    .option('--partner <id>', 'only accounts that this partner bills then')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_CHECK)
    .action(check)
  bill
    .command('run')
    .description('make the invoices of a period; without --preview this is final')
    .requiredOption(
      '--period <month>',
      'e.g. 2026-10: for each account its period that begins then',
    )
    .option('--account <ids...>', 'only these accounts')
    .option('--partner <id>', 'only accounts that this partner bills then')
    .option('--accept <codes>', 'go on where the check finds these errors: CODE,…', codes)
    .option('--preview', 'compute everything, take no numbers, close nothing')
    .option('--drafts <folder>', 'with --preview: write PDFs marked DRAFT there')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Usage by volume rates is settled first: the tier of the period's total applies to all of it. A preview
has it in its totals and records nothing.

It begins with the check of the accounts that are to be billed, and stops at its errors unless they are
accepted by name; what was accepted is kept with the run. An account that an accepted error keeps from being
billed is left and named at the end.

Can be stopped at any moment; running it again goes on and does nothing twice.`,
    )
    .action(run)
  bill
    .command('list')
    .description('invoices, newest first')
    .option('--account <id>', 'only of this account')
    .option('--partner <id>', 'only of this seller')
    .option('--period <month>', 'only of this period')
    .addOption(new Option('--only <standing>', 'as they stand today').choices(STANDINGS))
    .option('--json', 'as JSON')
    .action(list)
  addCreditCommand(bill)
  addPaymentCommands(bill)
  addDeliveryCommands(bill)
  bill
    .command('cdrs')
    .argument('<number>', 'number of the invoice')
    .description('exactly the usage that an invoice bills, as CSV on standard output')
    .action(cdrs)
  addShowCommands(bill)
  addScheduleCommand(bill)
}

const AFTER_CHECK = `
error    must be mended first, or accepted by name: \`tik bill run\` stops at it
warning  is for a person to judge
info     is for reading

Every account is computed as a preview does it. A jump is more than TIK_BILL_JUMP_PERCENT (50) percent and
25 EUR up or down from the invoice of the period before; a price is named when it is more than twice, or
less than half, what it was. Estimates of rejected records are those of \`tik rejects list\`.

Exit status 1 when there is an error or a warning.`

interface RunOptions {
  readonly period: string
  readonly account?: string[]
  readonly partner?: string
  readonly accept?: readonly FindingCode[]
  readonly preview?: true
  readonly drafts?: string
  readonly json?: true
}

async function run(options: RunOptions, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'bill run', 'bill')
  const { billPeriod } = await import('../../app/billing/bill-period.ts')
  const report = await billPeriod(desk, {
    period: options.period,
    preview: options.preview === true,
    accounts: options.account,
    partner: options.partner,
    accept: options.accept ?? [],
    onCheck: (found) => {
      if (!options.json && found.length > 0) print(describeCheck(found))
    },
    ...(options.drafts === undefined ? {} : { draftFolder: options.drafts }),
    signal: stopOnSignal('Stopping after the account under way …'),
  })
  if (options.json) printJson(report)
  else print(describeBilling(report))
  if (!options.json && report.invoices.length > 0 && !report.preview) await remarkWaiting(desk)
  const isOpen = report.findings.some(({ severity }) => severity !== 'info')
  if (report.interrupted || isOpen || report.stoppedBy.length > 0) process.exitCode = 1
}

/** A run queues mails and sends none. */
async function remarkWaiting(desk: Desk): Promise<void> {
  const { mailsOf } = await import('../../app/mails/mails-of.ts')
  const { length } = await mailsOf(desk, { state: 'queued', kind: 'invoice' })
  if (length === 0) return
  const mails = length === 1 ? '1 mail with an invoice waits' : `${length} mails with invoices wait`
  remark(`${mails}: a running \`tik run\` sends them by itself, else \`tik alerts send\` does.`)
}

/** `--accept`: codes of findings, separated by commas. */
function codes(text: string): FindingCode[] {
  return text.split(',').map((word) => {
    const code = word.trim()
    if (isFindingCode(code)) return code
    throw new InvalidArgumentError(
      `There is no finding ${code}; they are ${Object.keys(FINDING_CODES).join(', ')}.`,
    )
  })
}

interface CheckOptions {
  readonly period: string
  readonly account?: readonly string[]
  readonly partner?: string
  readonly json?: true
}

async function check(options: CheckOptions, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'bill check', 'none')
  const { checkPeriod } = await import('../../app/billing/bill-period.ts')
  const findings = await checkPeriod(desk, options.period, {
    accounts: options.account,
    partner: options.partner,
  })
  if (options.json) printJson(findings)
  else
    print(
      findings.length === 0
        ? 'Nothing stands in the way.'
        : findings.map(describeFinding).join('\n'),
    )
  if (findings.some(({ severity }) => severity !== 'info')) process.exitCode = 1
}

async function list(
  options: {
    account?: string
    partner?: string
    period?: string
    only?: InvoiceCondition
    json?: true
  },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'bill list')
  const invoices = await invoicesOf(desk, {
    ...(options.account === undefined ? {} : { accountId: options.account }),
    ...(options.partner === undefined ? {} : { partnerId: options.partner }),
    ...(options.period === undefined ? {} : { period: options.period }),
    ...(options.only === undefined ? {} : { standing: options.only }),
  })
  if (options.json) return printJson(invoices)
  if (invoices.length === 0) return print('No invoices.')
  print(
    formatTable(
      [
        { key: 'number', title: 'Number' },
        { key: 'kind', title: 'Kind' },
        { key: 'corrects', title: 'Of' },
        { key: 'account', title: 'Account' },
        { key: 'period', title: 'Period' },
        { key: 'status', title: 'Status' },
        { key: 'issued', title: 'Issued' },
        { key: 'sent', title: 'Sent' },
        { key: 'due', title: 'Due' },
        { key: 'gross', title: 'Total EUR', align: 'right' },
        { key: 'paid', title: 'Paid', align: 'right' },
        { key: 'open', title: 'Open', align: 'right' },
        { key: 'disputed', title: 'Disputed', align: 'right' },
      ],
      invoices.map((invoice) => ({
        number: invoice.number,
        kind: invoice.kind,
        corrects: invoice.corrects,
        account: [invoice.accountId, invoice.billToId].filter(Boolean).join(' / '),
        period: invoice.period,
        status: invoice.status,
        issued: dayToIso(invoice.issueDay),
        sent:
          invoice.sentMs === undefined ? '' : new Date(invoice.sentMs).toISOString().slice(0, 10),
        due: dayToIso(invoice.dueDay),
        gross: microsToDecimal(invoice.grossMicros, 2),
        paid: microsToDecimal(invoice.paidMicros, 2),
        open: microsToDecimal(invoice.openMicros, 2),
        disputed: invoice.disputedMicros === 0 ? '' : microsToDecimal(invoice.disputedMicros, 2),
      })),
    ),
  )
}

async function cdrs(number: string, _options: unknown, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'bill cdrs')
  await printPieces(usageOfInvoice(desk, { number }))
}
