/** `tik demo`: the main job on an invented month, from CDR files to invoices. */
import type { Command } from 'commander'
import { TikError } from '../../core/failures/errors.ts'
import { configOf } from '../options.ts'

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('invented months of three companies: CDR files in; totals, mails and invoices out')
    .option('--accounts <n>', 'companies in the month; more than three are generated', '3')
    .option('--months <n>', 'months in all; October 2026 is the last', '2')
    .option('--seed <n>', 'seed of the generator', '1')
    .addHelpText('after', AFTER_HELP)
    .action(
      async (options: { accounts: string; months: string; seed: string }, command: Command) => {
        const { runDemo } = await import('./run-demo.ts') // Tables that no other command needs.
        await runDemo(configOf(command), {
          accountsCount: wholeNumber(options.accounts, {
            name: '--accounts',
            min: 3,
            max: 100_000,
          }),
          monthsCount: wholeNumber(options.months, { name: '--months', min: 1, max: MONTHS_MAX }),
          seed: wholeNumber(options.seed, { name: '--seed', min: 0, max: 2 ** 31 }),
        })
      },
    )
}

/** The prices of the sample catalogue and the contracts of its companies go back about as far. */
const MONTHS_MAX = 12

const AFTER_HELP = `
Writes only into the data folder. Running it again finishes what was interrupted and otherwise
changes nothing. The demo's calendar stands at 2 November 2026, so that two runs give the same
documents, byte for byte.`

function wholeNumber(text: string, bounds: { name: string; min: number; max: number }): number {
  const value = /^\d+$/.test(text) ? Number.parseInt(text, 10) : -1
  if (value < bounds.min || value > bounds.max) {
    throw new TikError(
      'usage_error',
      `${bounds.name} is a whole number from ${bounds.min} to ${bounds.max}, not "${text}"`,
    )
  }
  return value
}
