/** `tik finance`: what bookkeeping asks. */
import type { Command } from 'commander'
import { addDebitCommand } from './debit-command.ts'
import { addFinanceAtCommands } from './finance-at-commands.ts'
import { addMarginCommand } from './margin-command.ts'
import { addOpenCommand } from './open-command.ts'
import { addReconcileCommand } from './reconcile-command.ts'
import { addJournalCommand } from './journal-command.ts'

export function addFinanceCommand(program: Command): void {
  const finance = program
    .command('finance')
    .description('figures at a date and journals, for bookkeeping')
  addFinanceAtCommands(finance)
  addJournalCommand(finance)
  addDebitCommand(finance)
  addOpenCommand(finance)
  addReconcileCommand(finance)
  addMarginCommand(finance)
}
