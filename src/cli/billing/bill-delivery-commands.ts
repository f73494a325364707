/** `tik bill deliver` and `delivery`: e-invoices on their way to the customers. */
import { Option, type Command } from 'commander'
import { TikError } from '../../core/failures/errors.ts'
import { formatTable } from '../../core/text/text-table.ts'
import type { Delivery } from '../../invoicing/delivery/list-deliveries.ts'
import { DELIVERY_STATES, type DeliveryState } from '../../invoicing/delivery/delivery-states.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

/** What a person or an access point says of one; handing over is the other command's. */
const TOLD_STATES = DELIVERY_STATES.filter((state) => state !== 'handed-over')

export function addDeliveryCommands(bill: Command): void {
  bill
    .command('deliver')
    .description('hand the e-invoices of a period over to who delivers them')
    .requiredOption('--period <month>', 'e.g. 2026-10')
    .requiredOption('--to <folder>', 'outbox of the access point')
    .option('--account <ids...>', 'only of these accounts')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_DELIVER)
    .action(deliver)
  bill
    .command('delivery')
    .argument('[number]', 'number of the invoice; without it all of a period')
    .description('what became of e-invoices, and note what the other side said')
    .option('--period <month>', 'e.g. 2026-10')
    .addOption(new Option('--state <state>', 'note this of the invoice').choices(TOLD_STATES))
    .option('--reason <text>', 'why it was refused')
    .option('--partner <id>', 'the seller, where several have that number')
    .option('--by <name>', 'who says so; the user of the system where it is left out')
    .option('--json', 'as JSON')
    .action(delivery)
}

const AFTER_DELIVER = `
Each e-invoice that waits becomes a file SELLER-NUMBER-ACCOUNT-ubl.xml in the folder, whole or not at all, and counts
as handed over. It can be stopped and run again: nothing is handed over twice. Whoever delivers tells the
outcome: tik bill delivery NUMBER --state accepted, or refused with --reason. --state written puts one back, to
be handed over once more.

Exit status 1 when a document is gone or was changed.`

async function deliver(
  options: { period: string; to: string; account?: string[]; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'bill deliver')
  const { period, to: outboxFolder, account: accountIds } = options
  const { deliverEInvoices } = await import('../../app/billing/deliveries-of.ts')
  const report = await deliverEInvoices(desk, { period, outboxFolder, accountIds })
  if (report.findings.length > 0) process.exitCode = 1
  if (options.json) return printJson(report)
  print(
    [
      ...report.handedOver.map(({ number, path }) => `${number}  ${path}`),
      `${report.handedOver.length} handed over, ${report.knownCount} before.`,
      ...report.findings.map(({ subject, text, code }) => `error    ${subject}: ${text} (${code})`),
    ].join('\n'),
  )
}

interface DeliveryOptions {
  readonly period?: string
  readonly state?: DeliveryState
  readonly reason?: string
  readonly partner?: string
  readonly by?: string
  readonly json?: true
}

async function delivery(
  number: string | undefined,
  options: DeliveryOptions,
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'bill delivery')
  const { period, state, reason = '', partner: partnerId, by, json } = options
  if (number === undefined) {
    if (period === undefined || state !== undefined) {
      throw new TikError('usage_error', 'name an invoice, or a --period to see all of it')
    }
    const { deliveriesOf } = await import('../../app/billing/deliveries-of.ts')
    const found = await deliveriesOf(desk, period)
    return json ? printJson(found) : print(describeAll(found))
  }
  if (state !== undefined) {
    const { noteDeliveryOf } = await import('../../app/billing/deliveries-of.ts')
    const noted = await noteDeliveryOf(desk, { number, partnerId, state, reason, by })
    if (json) return printJson({ number, ...noted })
    return print(noted.isNew ? `${number} is ${state}.` : `${number} was ${state} already.`)
  }
  const { deliveryOfInvoice } = await import('../../app/billing/deliveries-of.ts')
  const history = await deliveryOfInvoice(desk, { number, partnerId })
  if (json) return printJson(history)
  print(
    history.length === 0
      ? `${number} has no e-invoice.`
      : formatTable(
          [
            { key: 'at', title: 'At (UTC)' },
            { key: 'state', title: 'State' },
            { key: 'by', title: 'By' },
            { key: 'reason', title: 'Reason' },
          ],
          history.map((note) => ({ ...note, at: atText(note.atMs), by: note.actor.by })),
        ),
  )
}

function describeAll(found: readonly Delivery[]): string {
  if (found.length === 0) return 'No e-invoices.'
  return formatTable(
    [
      { key: 'number', title: 'Number' },
      { key: 'account', title: 'Account' },
      { key: 'state', title: 'State' },
      { key: 'since', title: 'Since (UTC)' },
      { key: 'reason', title: 'Reason' },
    ],
    found.map(({ number, accountId, state, sinceMs, reason }) => ({
      number,
      account: accountId,
      state,
      since: atText(sinceMs),
      reason,
    })),
  )
}

function atText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')
}
