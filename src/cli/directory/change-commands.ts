/** `tik accounts discount`, `charge`, `plan`, `terminate`, `takeover` …: a single thing, from a date. */
import type { Command } from 'commander'
import { changeAccount, type AccountChange } from '../../app/directory/change-account.ts'
import { microsToDecimal, type Micros } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import type { InvoiceLine } from '../../invoicing/invoice-model.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

interface Common {
  readonly from?: string
  readonly dryRun?: true
  readonly json?: true
}

export function addChangeCommands(accounts: Command): void {
  addSubscriptionChanges(accounts)
  addAccountChanges(accounts)
}

function addSubscriptionChanges(accounts: Command): void {
  dated(accounts, 'plan', 'another plan of a subscription from a date on')
    .argument('<subscription>')
    .argument('<plan>', 'an id of the catalogue')
    .action((subscription: string, plan: string, options: Common, command: Command) =>
      change(command, options, { type: 'change-plan', subscription, plan, at: options.from }),
    )
  dated(accounts, 'add-module', 'a module of a subscription from a date on')
    .argument('<subscription>')
    .argument('<module>', 'an id of the catalogue')
    .action((subscription: string, module: string, options: Common, command: Command) =>
      change(command, options, { type: 'add-module', subscription, module, at: options.from }),
    )
  dated(accounts, 'end-module', 'a module ends')
    .argument('<subscription>')
    .argument('<module>')
    .action((subscription: string, module: string, options: Common, command: Command) =>
      change(command, options, { type: 'end-module', subscription, module, at: options.from }),
    )
  dated(accounts, 'terminate', 'a subscription ends: the date is the first on which it is no more')
    .argument('<subscription>')
    .action((subscription: string, options: Common, command: Command) =>
      change(command, options, { type: 'terminate', subscription, at: options.from }),
    )
  dated(accounts, 'bill-to', 'a subscription is on the invoice of another bill-to from a date on')
    .argument('<subscription>')
    .argument('[bill-to]', 'a site of the account; left out: the account’s own invoice')
    .action((subscription: string, billTo: string | undefined, options: Common, command: Command) =>
      change(command, options, { type: 'change-bill-to', subscription, billTo, at: options.from }),
    )
  dated(accounts, 'takeover', 'a subscription is another account’s from a date on')
    .argument('<subscription>')
    .argument('<account>', 'who has it then')
    .action((subscription: string, account: string, options: Common, command: Command) =>
      change(command, options, { type: 'takeover', subscription, account, at: options.from }),
    )
}

interface DiscountOptions extends Common {
  readonly on: string
  readonly callType?: string
  readonly percent?: string
  readonly amount?: string
  readonly description: string
  readonly to?: string
}

interface EndDiscountOptions extends Common {
  readonly on: string
  readonly callType?: string
  readonly kind?: string
}

interface ChargeOptions extends Common {
  readonly id: string
  readonly amount: string
  readonly description: string
  readonly subscription?: string
  readonly tax?: string
}

interface ReferenceOptions extends Common {
  readonly purchaseOrder?: string
  readonly text?: string
}

function addAccountChanges(accounts: Command): void {
  dated(accounts, 'discount', 'a discount of an account from a date on')
    .argument('<account>')
    .requiredOption('--on <what>', 'recurring, usage or call-type')
    .option('--call-type <id>', 'with --on call-type')
    .option('--percent <percent>', 'such as 12.5')
    .option('--amount <euros>', 'once on each invoice, without VAT, such as 5.00')
    .requiredOption('--description <text>', 'as it stands on the invoice')
    .option('--to <date>', 'the first day on which it no longer holds')
    .action((account: string, options: DiscountOptions, command: Command) => {
      const { on, callType, percent, amount, description, from, to } = options
      const discount = { on, callType, percent, amount, description, from, to }
      return change(command, options, { type: 'add-discount', account, discount })
    })
  dated(accounts, 'end-discount', 'a discount ends: the date is the first on which it is no more')
    .argument('<account>')
    .requiredOption('--on <what>', 'recurring, usage or call-type')
    .option('--call-type <id>', 'with --on call-type')
    .option('--kind <kind>', 'percent or amount, where there are both')
    .action((account: string, options: EndDiscountOptions, command: Command) => {
      const { on, callType, kind, from: at } = options
      return change(command, options, { type: 'end-discount', account, on, callType, kind, at })
    })
  dated(
    accounts,
    'charge',
    'a one-off charge of an account on a date; below zero it gives money back',
  )
    .argument('<account>')
    .requiredOption('--id <id>', 'of the charge: the same again is one charge')
    .requiredOption('--amount <euros>', 'without VAT, such as 25.00 or -5.00')
    .requiredOption('--description <text>', 'as it stands on the invoice')
    .option('--subscription <id>', 'where it is for one')
    .option('--tax <category>', 'VAT category; default: standard')
    .action((account: string, options: ChargeOptions, command: Command) => {
      const { id, amount, description, subscription, tax, from: at } = options
      const charge = { id, account, subscription, at, description, amount, tax }
      return change(command, options, { type: 'add-charge', charge })
    })
  asked(accounts.command('remove-charge'))
    .description('take back a one-off charge that no invoice has yet')
    .argument('<charge>', 'its id')
    .action((charge: string, options: Common, command: Command) =>
      change(command, options, { type: 'remove-charge', charge }),
    )
  asked(accounts.command('references'))
    .description('what stands on the next invoices of an account; empty takes it away')
    .argument('<account>')
    .option('--purchase-order <text>', 'the customer’s order number')
    .option('--text <text>', 'of the customer’s own, at most six lines')
    .action((account: string, options: ReferenceOptions, command: Command) => {
      const { purchaseOrder, text: customerText } = options
      const type = 'change-references'
      return change(command, options, { type, account, purchaseOrder, customerText })
    })
}

function dated(accounts: Command, name: string, description: string): Command {
  return asked(accounts.command(name))
    .description(description)
    .requiredOption(
      '--from <date>',
      'e.g. 2026-11-01, or 2026-11-01T14:30, on the account’s clock; it may be past',
    )
}

function asked(command: Command): Command {
  return command
    .option('--dry-run', 'change nothing: show what the next invoice would say with it')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
The same command twice does nothing more. What contradicts an invoice is refused, with the way to correct it;
what it changes of fees that were billed is credited and charged by the next invoice.`,
    )
}

async function change(command: Command, options: Common, event: object): Promise<void> {
  const dryRun = options.dryRun === true
  await using desk = await openDeskOf(command, `accounts ${command.name()}`)
  const done = await changeAccount(desk, event, { dryRun })
  if (options.json) printJson(done)
  else print(describeChange(done, dryRun))
}

/** What changed, what is to be known, and what the next invoices would say otherwise. */
export function describeChange(
  { isChanged, differences, notices, invoices }: AccountChange,
  dryRun: boolean,
): string {
  if (!isChanged) return 'Nothing to change: it is so already.'
  return [
    ...(dryRun ? ['Dry run: nothing was changed.'] : []),
    ...differences,
    ...notices,
    ...invoices.flatMap((one) => describeInvoice(one)),
  ].join('\n')
}

function describeInvoice(invoice: AccountChange['invoices'][number]): string[] {
  const { accountId, billToId, periodFrom, gone, come, finding } = invoice
  const { netBeforeMicros, netAfterMicros } = invoice
  const whose = billToId === undefined ? accountId : `bill-to ${billToId} of ${accountId}`
  const net = `net ${euros(netBeforeMicros)} → ${euros(netAfterMicros)}`
  return [
    '',
    `Next invoice of ${whose}, period from ${periodFrom}: ${net}`,
    ...gone.map((line) => `  - ${describeLine(line)}`),
    ...come.map((line) => `  + ${describeLine(line)}`),
    ...(gone.length + come.length === 0 ? ['  the same lines'] : []),
    ...(finding === undefined ? [] : [`  ${finding.text} (${finding.code})`]),
  ]
}

function describeLine({ description, fromDay, toDay, count, amountMicros }: InvoiceLine): string {
  const days = `${dayToIso(fromDay)} to ${dayToIso(toDay - 1)}`
  return `${microsToDecimal(amountMicros, 2).padStart(10)}  ${description}, ${days}, ${count}×`
}

function euros(amount: Micros | undefined): string {
  return amount === undefined ? 'no invoice' : microsToDecimal(amount, 2)
}
