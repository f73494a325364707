/** `tik bill pay`, `dispute`, `history` and `payments`: what becomes of an invoice after it left. */
import { InvalidArgumentError, type Command } from 'commander'
import { noteDispute, settleDispute } from '../../app/billing/disputes-of.ts'
import { historyOfInvoice } from '../../app/billing/invoice-history.ts'
import {
  assignPayment,
  noteInvoicePayment,
  paymentsOf,
  takeBackPayment,
} from '../../app/billing/payments-of.ts'
import { microsToDecimal, negateMicros, type Micros } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import { formatTable } from '../../core/text/text-table.ts'
import type { NotedPayment } from '../../invoicing/receivables/payments.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson } from '../options.ts'
import { addRemindCommand } from './bill-remind-command.ts'
import { addStatementCommands } from './bill-statement-commands.ts'

const SELLER = ['--partner <id>', 'the seller, where several have that number'] as const
const BY = ['--by <name>', 'who decided it; the user of the system where it is left out'] as const

export function addPaymentCommands(bill: Command): void {
  bill
    .command('pay')
    .argument('<number>', 'number of the invoice')
    .argument('<amount>', 'EUR including VAT, such as 45.98')
    .description('note a payment of an invoice, or take one back')
    .requiredOption('--on <date>', 'when the bank booked it, e.g. 2026-11-30')
    .option('--reference <text>', 'of the bank; the same reference is the same payment')
    .option('--reverse', 'it was returned or noted by mistake')
    .option(...SELLER)
    .option(...BY)
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_PAY)
    .action(pay)
  bill
    .command('dispute')
    .argument('<number>', 'number of the invoice')
    .argument('[amount]', 'EUR including VAT; all that is open where it is left out')
    .description('note what the customer contests; what is disputed is not reminded of')
    .requiredOption('--reason <text>', 'what they say, or with --resolve how it ended')
    .option('--resolve', 'it is settled')
    .option(...SELLER)
    .option(...BY)
    .option('--json', 'as JSON')
    .action(dispute)
  bill
    .command('history')
    .argument('<number>', 'number of the invoice')
    .description('the states that an invoice had: when, by whom, through which command')
    .option(...SELLER)
    .option('--json', 'as JSON')
    .action(history)
  addRemindCommand(bill)
  addPaymentsOf(bill.command('payments').description('payments of accounts, and what is left over'))
}

function addPaymentsOf(payments: Command): void {
  payments
    .command('list')
    .description('payments in the order in which they were noted, with what no invoice took')
    .option('--account <id>', 'only of this account')
    .option('--json', 'as JSON')
    .action(listPayments)
  payments
    .command('assign')
    .argument('<payment>', 'its number in the list', wholeNumber)
    .argument('<number>', 'number of the invoice')
    .description('pay an invoice from what an earlier payment of the account left over')
    .option('--amount <amount>', 'EUR; as much as fits where it is left out')
    .option(...SELLER)
    .option(...BY)
    .option('--json', 'as JSON')
    .action(assign)
  addStatementCommands(payments)
}

const AFTER_PAY = `
More than is open stays a balance of the account: \`tik bill payments list\` shows it, \`assign\` uses it. The same
payment noted twice is noted once. With --reverse the payment of that amount is taken back whole, and the
invoice is open again.`

interface ActOptions {
  readonly partner?: string
  readonly by?: string
  readonly json?: true
}

async function pay(
  number: string,
  amount: string,
  options: ActOptions & { on: string; reference?: string; reverse?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'bill pay')
  const { on, reference, by, partner: partnerId } = options
  const wish = { number, amount, on, reference, by, partnerId }
  const act = options.reverse ? takeBackPayment : noteInvoicePayment
  showPayment(await act(desk, wish), options)
}

async function assign(
  paymentId: number,
  number: string,
  options: ActOptions & { amount?: string },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'bill payments assign')
  const { amount, by, partner: partnerId } = options
  showPayment(await assignPayment(desk, { paymentId, number, amount, by, partnerId }), options)
}

function showPayment(payment: NotedPayment, { json }: ActOptions): void {
  if (json) return printJson(payment)
  const { number, reference, isKnown, assignedMicros, openMicros, amountMicros } = payment
  if (isKnown) return print(`Noted before as "${reference}": nothing was done.`)
  const act = assignedMicros < 0 ? 'taken back from' : 'paid of'
  const size = assignedMicros < 0 ? negateMicros(assignedMicros) : assignedMicros
  const over = amountMicros > assignedMicros && amountMicros > 0
  print(
    [
      `${euros(size)} ${act} ${number} ("${reference}"); ${euros(openMicros)} is open.`,
      ...(over ? ['What no invoice took is a balance: tik bill payments list shows it.'] : []),
    ].join('\n'),
  )
}

async function dispute(
  number: string,
  amount: string | undefined,
  options: ActOptions & { reason: string; resolve?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'bill dispute')
  const { reason, by, partner: partnerId, resolve } = options
  const wish = { number, reason, by, partnerId }
  const disputedMicros = resolve
    ? await settleDispute(desk, wish)
    : await noteDispute(desk, { ...wish, amount })
  if (options.json) return printJson({ number, disputedMicros, isResolved: resolve === true })
  const state = resolve ? 'is disputed no longer' : 'is disputed'
  print(`${euros(disputedMicros)} of ${number} ${state}.`)
}

async function history(number: string, options: ActOptions, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'bill history')
  const notes = await historyOfInvoice(desk, { number, partnerId: options.partner })
  if (options.json) return printJson(notes)
  print(
    formatTable(
      [
        { key: 'at', title: 'At (UTC)' },
        { key: 'state', title: 'State' },
        { key: 'amount', title: 'EUR', align: 'right' },
        { key: 'by', title: 'By' },
        { key: 'door', title: 'Through' },
        { key: 'note', title: 'Note' },
      ],
      notes.map(({ atMs, state, amountMicros, actor, note }) => ({
        at: new Date(atMs).toISOString().slice(0, 19).replace('T', ' '),
        state,
        amount: amountMicros === undefined ? '' : euros(amountMicros),
        by: actor.by,
        door: actor.door,
        note: note ?? '',
      })),
    ),
  )
}

async function listPayments(
  options: { account?: string; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'bill payments list')
  const payments = await paymentsOf(desk, options.account)
  if (options.json) return printJson(payments)
  if (payments.length === 0) return print('No payments.')
  print(
    formatTable(
      [
        { key: 'id', title: 'Payment', align: 'right' },
        { key: 'account', title: 'Account' },
        { key: 'on', title: 'On' },
        { key: 'amount', title: 'EUR', align: 'right' },
        { key: 'left', title: 'Left over', align: 'right' },
        { key: 'reference', title: 'Reference' },
        { key: 'by', title: 'By' },
      ],
      payments.map((payment) => ({
        id: String(payment.paymentId),
        account: payment.accountId,
        on: dayToIso(payment.onDay),
        amount: euros(payment.amountMicros),
        left: payment.isReversed ? 'reversed' : euros(payment.leftMicros),
        reference: payment.reference,
        by: `${payment.actor.by}, ${payment.actor.door}`,
      })),
    ),
  )
}

function euros(amount: Micros): string {
  return microsToDecimal(amount, 2)
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('it is a whole number')
  return Number.parseInt(text, 10)
}
