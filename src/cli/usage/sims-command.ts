/** `tik sims`: SIMs by how much of their data bundle is left. */
import { Option, type Command } from 'commander'
import {
  LEFT_GROUPS,
  simGroups,
  simsOf,
  type LeftGroup,
  type SimOfAccount,
} from '../../app/usage/sims-of.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson } from '../options.ts'
import { quantity } from './render-balances.ts'

interface SimsOptions {
  readonly account?: string
  readonly period: string
  readonly left?: LeftGroup
  readonly json?: true
}

export function addSimsCommand(program: Command): void {
  program
    .command('sims')
    .description('SIMs by how much of their data bundle is left, who has least first')
    .option('--account <id>', 'only this account; default: all')
    .option(
      '--period <month>',
      'current, or the billing period that begins in this month',
      'current',
    )
    .addOption(
      new Option(
        '--left <group>',
        'only those with 20-100 % (enough), less (low) or none (empty)',
      ).choices(LEFT_GROUPS),
    )
    .option('--json', 'as JSON')
    .action(async (options: SimsOptions, command: Command) => {
      await using desk = await openDeskOf(command, 'sims')
      const sims = await simsOf(desk, options)
      if (options.json) {
        return printJson(sims.map((sim) => ({ ...sim, percentLeft: sim.percentLeft ?? null })))
      }
      print(sims.length === 0 ? 'No SIM has a data bundle.' : textOf(sims))
    })
}

function textOf(sims: readonly SimOfAccount[]): string {
  const { enough, low, empty } = simGroups(sims)
  const table = formatTable(
    [
      { key: 'account', title: 'Account' },
      { key: 'number', title: 'Number' },
      { key: 'label', title: 'Label' },
      { key: 'used', title: 'Used', align: 'right' },
      { key: 'of', title: 'Of', align: 'right' },
      { key: 'left', title: 'Left', align: 'right' },
    ],
    sims.map(({ accountId, number, label, bundle, percentLeft }) => ({
      account: accountId,
      number,
      label,
      used: quantity(bundle.used, 'byte'),
      of: bundle.amount === Infinity ? '∞' : quantity(bundle.amount, 'byte'),
      left: percentLeft === undefined ? '' : `${percentLeft} %`,
    })),
  )
  return `${table}\n\n${enough} with 20-100 % left, ${low} under 20 %, ${empty} with none`
}
