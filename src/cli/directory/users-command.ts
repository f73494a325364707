/** `tik users`: who gets which mails, in which language. */
import type { Command } from 'commander'
import { systemClock } from '../../core/time/clock.ts'
import { importAccounts, usersOf } from '../../app/directory/import-accounts.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { describeImport } from './accounts-command.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

export function addUsersCommand(program: Command): void {
  const users = program.command('users').description('users of accounts and their mails')
  users
    .command('import')
    .argument('<file>', 'CSV: id, account, name, email, language, registrations')
    .description('add and change users; registrations stand in one cell, separated by spaces')
    .option('--dry-run', 'only say what would change')
    .option('--json', 'as JSON')
    .action(importFile)
  users
    .command('list')
    .description('users and what they are registered for')
    .option('--account <id>', 'only of this account')
    .option('--json', 'as JSON')
    .action(list)
}

async function importFile(
  file: string,
  options: { dryRun?: true; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'users import')
  const dryRun = options.dryRun === true
  const wish = { dryRun, atMs: systemClock.nowMs(), list: 'users' } as const
  const report = await importAccounts(desk, file, wish)
  if (options.json) return printJson(report)
  if (dryRun) print('Dry run: nothing was changed.')
  print(describeImport(report))
}

async function list(options: { account?: string; json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'users list')
  const own = await usersOf(desk, options.account)
  if (options.json) return printJson(own)
  if (own.length === 0) return print('No users.')
  print(
    formatTable(
      [
        { key: 'userId', title: 'User' },
        { key: 'accountId', title: 'Account' },
        { key: 'name', title: 'Name' },
        { key: 'email', title: 'Address' },
        { key: 'language', title: 'Language' },
        { key: 'mails', title: 'Mails' },
      ],
      own.map((user) => ({ ...user, mails: user.registrations.join(' ') })),
    ),
  )
}
