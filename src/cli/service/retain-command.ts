/** `tik retain`: what is beyond its time is masked or deleted, except what is held for a dispute. */
import type { Command } from 'commander'
import { hold, holdsOf, release, retain } from '../../app/retention/retain.ts'
import { erasePerson, exportPerson } from '../../app/retention/person.ts'
import { eraseUserOf, exportUser } from '../../app/retention/user-person.ts'
import type { PersonKey } from '../../identity/person.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson } from '../options.ts'

export function addRetainCommand(program: Command): void {
  const command = program
    .command('retain')
    .description('mask numbers and delete details that are beyond their time')
  command
    .command('run')
    .description('do it, in every copy; the same again changes nothing')
    .option('--dry-run', 'count what there is to do, and change nothing')
    .option('--json', 'as JSON')
    .action(run)
  command
    .command('hold')
    .description('leave an account alone while something is disputed')
    .requiredOption('--reason <text>', 'why')
    .option('--account <id>', 'the account')
    .option('--invoice <number>', 'the account of this invoice')
    .action(async (options: HoldOptions, self: Command) => {
      if ((options.account === undefined) === (options.invoice === undefined)) {
        self.error('name either --account or --invoice', { exitCode: 2 })
      }
      await using desk = await openDeskOf(self, 'retain hold')
      const { account, invoice, reason } = options
      const made = await hold(desk, {
        reason,
        ...(account === undefined ? {} : { accountId: account }),
        ...(invoice === undefined ? {} : { invoiceNumber: invoice }),
      })
      print(`Hold ${made.holdId}: nothing of ${made.accountId} is removed until it is released.`)
    })
  command
    .command('release')
    .argument('<hold>', 'its number', Number)
    .description('end a hold; the next run does what it kept from being done')
    .action(async (holdId: number, _options: object, self: Command) => {
      await using desk = await openDeskOf(self, 'retain release')
      await release(desk, holdId)
      print(`Hold ${holdId} is released.`)
    })
  command.command('holds').description('what is held').option('--json', 'as JSON').action(list)
  addPersonCommands(command)
}

interface HoldOptions {
  readonly reason: string
  readonly account?: string
  readonly invoice?: string
}

function addPersonCommands(command: Command): void {
  const person = command.command('person').description('what is held of one person')
  person
    .command('export')
    .argument('<who>', WHO)
    .argument('<folder>', 'where the files are put')
    .description('everything that has the number or belongs to who has it, or is kept of the user')
    .action(async (who: string, folder: string, _options: object, self: Command) => {
      await using desk = await openDeskOf(self, 'retain person export')
      if (isPersonKey(who)) {
        const { mailsCount, actsCount } = await exportUser(desk, { person: who, folder })
        return print(`${who}, ${mailsCount} mails and ${actsCount} acts are in ${folder}.`)
      }
      const { usageCount, mailsCount } = await exportPerson(desk, { number: who, folder })
      print(`${usageCount} usages and ${mailsCount} mails of ${who} are in ${folder}.`)
    })
  person
    .command('erase')
    .argument('<who>', WHO)
    .description(
      "mask a number wherever it is another party's, or take a user away; invoices are kept",
    )
    .action(async (who: string, _options: object, self: Command) => {
      await using desk = await openDeskOf(self, 'retain person erase')
      if (isPersonKey(who)) {
        return print(`${who} is gone, and what ${await eraseUserOf(desk, who)} mails said to them.`)
      }
      print(`${await erasePerson(desk, who)} usages had it; none shows it now.`)
    })
}

const WHO = 'a number in E.164, e.g. +31612345678, or user:ID or staff:ID'

function isPersonKey(who: string): who is PersonKey {
  return /^(?:user|staff):\S+$/.test(who)
}

async function run(options: { dryRun?: true; json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'retain run', 'record')
  const dryRun = options.dryRun === true
  const report = await retain(desk, { dryRun })
  if (options.json) return printJson({ ...report, dryRun })
  for (const { month, unmaskedCount, undeletedCount } of report.months) {
    print(`${monthText(month)}: ${unmaskedCount} usages to mask, ${undeletedCount} to delete`)
  }
  const done = dryRun ? 'would be' : 'were'
  print(
    `${report.filesCount} archived files and ${report.documentsCount} CDR files of invoices ${done} removed.`,
  )
  if (report.heldAccounts.length > 0) print(`Held: ${report.heldAccounts.join(', ')}.`)
}

function monthText(month: number): string {
  return `${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}`
}

async function list(options: { json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'retain holds')
  const holds = await holdsOf(desk)
  if (options.json) return printJson(holds)
  if (holds.length === 0) return print('Nothing is held.')
  print(
    formatTable(
      [
        { key: 'hold', title: 'Hold', align: 'right' },
        { key: 'account', title: 'Account' },
        { key: 'invoice', title: 'Invoice' },
        { key: 'since', title: 'Since (UTC)' },
        { key: 'by', title: 'By' },
        { key: 'reason', title: 'Reason' },
      ],
      holds.map((one) => ({
        hold: String(one.holdId),
        account: one.accountId,
        invoice: one.invoiceNumber,
        since: new Date(one.heldMs).toISOString().slice(0, 16).replace('T', ' '),
        by: one.heldBy,
        reason: one.reason,
      })),
    ),
  )
}
