/** `tik bill payments import|open|match|ignore`: bank statements, and what they leave to a person. */
import { InvalidArgumentError, type Command } from 'commander'
import type { StatementsReport } from '../../app/billing/bank-statements.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { ENTRY_OUTCOMES, type EntryOutcome } from '../../invoicing/bank/note-entries.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson } from '../options.ts'

export function addStatementCommands(payments: Command): void {
  payments
    .command('import')
    .argument('<paths...>', 'files of camt.053, or folders of .xml files')
    .description('note the payments of bank statements')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_IMPORT)
    .action(importFiles)
  payments
    .command('open')
    .description('entries of statements that no invoice could be found for, with hints')
    .option('--json', 'as JSON')
    .action(open)
  payments
    .command('match')
    .argument('<entry>', 'its number in `payments open`', wholeNumber)
    .argument('<number>', 'number of the invoice')
    .description('say which invoice an entry pays, or whose payment went back with it')
    .option('--partner <id>', 'the seller, where several have that number')
    .option('--by <name>', 'who decided it; the user of the system where it is left out')
    .option('--json', 'as JSON')
    .action(match)
  payments
    .command('ignore')
    .argument('<entry>', 'its number in `payments open`', wholeNumber)
    .description('set an entry aside that is no payment of a customer')
    .requiredOption('--reason <text>', 'what it is')
    .option('--by <name>', 'who decided it; the user of the system where it is left out')
    .option('--json', 'as JSON')
    .action(ignore)
}

const AFTER_IMPORT = `
An entry pays the invoice that it names: by a structured reference (Belgian +++123/4567/89012+++, ISO 11649 RF…)
or by the number of the invoice in its text. What names none, or several and another amount, is left open:
\`tik bill payments open\`. The same statement again, or the same entry in another one, does nothing.`

async function importFiles(
  paths: string[],
  options: { json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'bill payments import')
  const { importStatements } = await import('../../app/billing/bank-statements.ts')
  const report = await importStatements(desk, paths)
  if (options.json) printJson(report)
  else print(describe(report))
  const needPerson: EntryOutcome[] = ['unmatched', 'partly']
  if (report.entries.some(({ outcome }) => needPerson.includes(outcome))) process.exitCode = 1
}

function describe({ entries, notBookedCount, ...report }: StatementsReport): string {
  const shown = entries.filter(({ outcome }) => outcome !== 'ignored debit' && outcome !== 'known')
  const table = formatTable(
    [
      { key: 'on', title: 'On' },
      { key: 'amount', title: 'EUR', align: 'right' },
      { key: 'outcome', title: 'Outcome' },
      { key: 'numbers', title: 'Invoices' },
      { key: 'from', title: 'Other party' },
      { key: 'remark', title: 'Remark' },
    ],
    shown.map((entry) => ({
      on: dayToIso(entry.bookedDay),
      amount: microsToDecimal(entry.amountMicros, 2),
      outcome: entry.outcome,
      numbers: entry.numbers.join(', '),
      from: entry.counterpartyName,
      remark: entry.remark,
    })),
  )
  const counts = ENTRY_OUTCOMES.map((outcome) => {
    const count = entries.filter((entry) => entry.outcome === outcome).length
    return `${count} ${outcome}`
  })
  const unmatched = entries.some(({ outcome }) => outcome === 'unmatched')
  return [
    ...(shown.length === 0 ? [] : [table]),
    `${report.statementsCount} statements of ${report.filesCount} files: ${counts.join(', ')}, ${notBookedCount} not booked yet`,
    ...(unmatched ? ['tik bill payments open shows what waits, with hints.'] : []),
  ].join('\n')
}

async function open(options: { json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'bill payments open')
  const { openBankEntries } = await import('../../app/billing/bank-statements.ts')
  const entries = await openBankEntries(desk)
  if (options.json) return printJson(entries)
  if (entries.length === 0) return print('Every entry is settled.')
  print(
    formatTable(
      [
        { key: 'id', title: 'Entry', align: 'right' },
        { key: 'on', title: 'On' },
        { key: 'amount', title: 'Amount', align: 'right' },
        { key: 'from', title: 'Other party' },
        { key: 'text', title: 'Text' },
        { key: 'why', title: 'Why it is open' },
        { key: 'hints', title: 'It could be' },
      ],
      entries.map((entry) => ({
        id: String(entry.entryId),
        on: dayToIso(entry.bookedDay),
        amount: `${entry.direction === 'back' ? '-' : ''}${microsToDecimal(entry.amountMicros, 2)} ${entry.currency}`,
        from: `${entry.counterparty.name} ${entry.counterparty.iban}`.trim(),
        text: [...entry.structuredReferences, entry.text].join(' ').trim(),
        why: entry.whyOpen,
        hints: [...entry.hints, ...entry.accountIds.map((id) => `account ${id}`)].join(', '),
      })),
    ),
  )
}

async function match(
  entryId: number,
  number: string,
  options: { partner?: string; by?: string; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'bill payments match')
  const { partner: partnerId, by } = options
  const { settleBankEntry } = await import('../../app/billing/bank-statements.ts')
  const payment = await settleBankEntry(desk, { entryId, number, partnerId, by })
  if (options.json) return printJson(payment)
  const left = microsToDecimal(payment.openMicros, 2)
  print(`Bank entry ${entryId} is settled with ${payment.number}; ${left} of it is open.`)
}

async function ignore(
  entryId: number,
  options: { reason: string; by?: string; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'bill payments ignore')
  const { ignoreBankEntry } = await import('../../app/billing/bank-statements.ts')
  const entry = await ignoreBankEntry(desk, { entryId, reason: options.reason, by: options.by })
  if (options.json) return printJson(entry)
  print(`Bank entry ${entryId} is set aside: ${options.reason}`)
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('it is a whole number')
  return Number.parseInt(text, 10)
}
