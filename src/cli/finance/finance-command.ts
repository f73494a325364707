/** `tik finance`: what bookkeeping asks. */
import type { Command } from 'commander'
import { addFinanceAtCommands } from './finance-at-commands.ts'

export function addFinanceCommand(program: Command): void {
  const finance = program.command('finance').description('figures at a date, for bookkeeping')
  addFinanceAtCommands(finance)
}
