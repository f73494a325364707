/** `tik bill remind`: the next reminder of each overdue invoice whose time has come. */
import type { Command } from 'commander'
import { microsToDecimal } from '../../core/money/money.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson } from '../options.ts'

export function addRemindCommand(bill: Command): void {
  bill
    .command('remind')
    .description('queue the reminders of overdue invoices that are due')
    .option('--dry-run', 'say what would be queued, and do nothing')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Nobody is reminded unless the partner's \`reminders\` say when (docs/accounts.md). Each step of an invoice goes out once,
however often this runs; what is disputed or credited is left alone. The mails leave with \`tik alerts send\` or
\`tik run\`.`,
    )
    .action(remind)
}

async function remind(options: { dryRun?: true; json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'bill remind')
  const dryRun = options.dryRun === true
  const { sendReminders } = await import('../../app/billing/send-reminders.ts')
  const reminders = await sendReminders(desk, { dryRun })
  if (reminders.some(({ mailsCount }) => mailsCount === 0)) process.exitCode = 1
  if (options.json) return printJson(reminders)
  if (reminders.length === 0) return print('No reminder is due.')
  const table = formatTable(
    [
      { key: 'number', title: 'Invoice' },
      { key: 'account', title: 'Account' },
      { key: 'step', title: 'Reminder', align: 'right' },
      { key: 'days', title: 'Days overdue', align: 'right' },
      { key: 'open', title: 'Open EUR', align: 'right' },
      { key: 'mails', title: 'Mails' },
    ],
    reminders.map((reminder) => ({
      number: reminder.number,
      account: reminder.accountId,
      step: String(reminder.step),
      days: String(reminder.daysOverdue),
      open: microsToDecimal(reminder.openMicros, 2),
      mails:
        reminder.mailsCount === 0
          ? 'none: nobody is registered for invoices'
          : String(reminder.mailsCount),
    })),
  )
  print(dryRun ? `${table}\nThis is a dry run: nothing was queued.` : table)
}
