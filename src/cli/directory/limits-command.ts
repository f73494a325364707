/** `tik limits`: which limits hold, setting them, going back to the default, and who changed what. */
import { Option, type Command } from 'commander'
import { TikError } from '../../core/failures/errors.ts'
import {
  MODULE_LIMIT,
  SERVICE_LIMIT,
  servicesOf,
  SETTABLE_LIMITS,
} from '../../limits/limit-kinds.ts'
import { formatLimitAmount } from '../../limits/limit-amount.ts'
import { limitCodeSchema } from '../../limits/limit-code.ts'
import { formatLimitLevels } from '../../limits/limit-level-text.ts'
import type { LimitKey, ListedLimit } from '../../directory/limits/limits.ts'
import {
  changeLimit,
  dropLimit,
  importLimits,
  limitHistory,
  limitsOf,
} from '../../app/limits/account-limits.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

interface OwnerOptions {
  readonly account?: string
  readonly subscription?: string
  readonly partner?: string
  readonly subject?: string
  readonly by: string
  readonly json?: true
}

export function addLimitsCommand(program: Command): void {
  const limits = program
    .command('limits')
    .description('limits that warn or block: list, set, back to the default')
  limits
    .command('list')
    .description('the value that holds of each limit, and where it comes from')
    .requiredOption('--account <id>', 'whose limits')
    .option('--json', 'as JSON')
    .action(list)
  withOwner(limits.command('set'))
    .description('set a value of one’s own; 0 switches the limit off')
    .argument('<code>', 'which limit, e.g. account-total')
    .argument('<amount>', '"50.00" in EUR, "250 min", "500 MB" or "10 SMS"')
    .addOption(new Option('--action <action>', 'what it does').choices(['notify', 'block']))
    .option('--levels <levels>', LEVELS_HELP)
    .action(set)
  withOwner(limits.command('unset'))
    .description('remove one’s own value: back to the default')
    .argument('<code>', 'which limit')
    .action(unset)
  limits
    .command('import')
    .description(
      'set limits from CSV: code, subject, account | subscription | partner, amount, action, levels',
    )
    .argument('<file>', 'CSV with a header line')
    .option('--dry-run', 'only say what would change')
    .option('--json', 'as JSON')
    .action(importFile)
  limits
    .command('history')
    .description('who changed which limit, newest first')
    .requiredOption('--account <id>', 'whose limits')
    .option('--json', 'as JSON')
    .action(history)
}

const LEVELS_HELP =
  'messages beside the one at 100%: "50%, 80%, +10.00" is at 50 and 80% and at each next 10 EUR; none removes them'
const SUBJECT_HELP = `the module of ${MODULE_LIMIT}; ${servicesOf(SERVICE_LIMIT).join(', ')} of ${SERVICE_LIMIT}`

function withOwner(command: Command): Command {
  return command
    .option('--account <id>', 'for an account')
    .option('--subscription <id>', 'for one subscription')
    .option('--partner <id>', "a partner's default for its accounts")
    .option('--subject <name>', SUBJECT_HELP)
    .option('--by <name>', 'who does it, for the history', 'tik limits')
    .option('--json', 'as JSON')
}

async function list(options: { account: string; json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'limits list')
  const listed = await limitsOf(desk, options.account)
  if (options.json) printJson(listed)
  else print(limitsTable(listed))
}

async function set(
  code: string,
  amount: string,
  options: OwnerOptions & { action?: 'notify' | 'block'; levels?: string },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'limits set')
  const key = limitKey(code, options)
  const { action, levels, by } = options
  const changed = await changeLimit(desk, {
    key,
    amount,
    by,
    ...(action === undefined ? {} : { action }),
    ...(levels === undefined ? {} : { levels }),
  })
  if (options.json) return printJson({ ...key, ...changed })
  print(`${code} of ${key.scopeId} is set${changed.amount === 0 ? ': no limit' : ''}.`)
  printCrossed(changed.crossedCount)
}

async function unset(code: string, options: OwnerOptions, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'limits unset')
  const key = limitKey(code, options)
  const { isRemoved, crossedCount } = await dropLimit(desk, { key, by: options.by })
  if (options.json) return printJson({ ...key, isRemoved, crossedCount })
  const back = `${code} of ${key.scopeId} follows the default again.`
  print(isRemoved ? back : 'There was no own value.')
  printCrossed(crossedCount)
}

async function importFile(
  file: string,
  options: { dryRun?: true; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'limits import')
  const dryRun = options.dryRun === true
  const imported = await importLimits(desk, file, { dryRun })
  if (options.json) return printJson({ dryRun, ...imported })
  const { added, changed, unchanged, crossedCount } = imported
  if (dryRun) print('Dry run: nothing was changed.')
  print(`${added} new, ${changed} changed, ${unchanged} unchanged`)
  printCrossed(crossedCount)
}

async function history(options: { account: string; json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'limits history')
  const changes = await limitHistory(desk, options.account)
  if (options.json) return printJson(changes)
  for (const change of changes) {
    const { atMs, changedBy, code, subject, scopeId, unit } = change
    const text = (amount: number | null, levels: string | null): string => {
      const value =
        amount === null ? 'default' : amount === 0 ? 'none' : formatLimitAmount(amount, unit)
      const also = formatLimitLevels(levels ?? '', unit)
      return also === '' ? value : `${value} (${also})`
    }
    const from = text(change.fromAmount, change.fromLevels)
    const to = text(change.toAmount, change.toLevels)
    const which = [code, subject].join(' ').trim()
    const when = new Date(atMs).toISOString()
    print(`${when}  ${changedBy}: ${which} of ${scopeId}, ${from} → ${to}`)
  }
  if (changes.length === 0) print('Nobody changed a limit of this account.')
}

function limitKey(code: string, options: OwnerOptions): LimitKey {
  const { account, subscription, partner, subject = '' } = options
  const parsed = limitCodeSchema.safeParse(code)
  if (!parsed.success) {
    throw new TikError('usage_error', `"${code}" is no limit`, {
      hint: `write one of ${SETTABLE_LIMITS.join(', ')}`,
    })
  }
  const owners = [
    { scopeKind: 'account', scopeId: account },
    { scopeKind: 'subscription', scopeId: subscription },
    { scopeKind: 'partner', scopeId: partner },
  ] as const
  const named = owners.flatMap(({ scopeKind, scopeId }) =>
    scopeId === undefined ? [] : [{ scopeKind, scopeId }],
  )
  const [scope, ...others] = named
  if (scope === undefined || others.length > 0) {
    throw new TikError('usage_error', 'name one of --account, --subscription and --partner')
  }
  return { code: parsed.data, subject, ...scope }
}

function printCrossed(count: number): void {
  if (count > 0) print(`${count} levels are reached already; the mails go with the next round.`)
}

function limitsTable(limits: readonly ListedLimit[]): string {
  return formatTable(
    [
      { key: 'limit', title: 'Limit' },
      { key: 'of', title: 'Of' },
      { key: 'amount', title: 'Amount', align: 'right' },
      { key: 'action', title: 'Action' },
      { key: 'levels', title: 'Also at' },
      { key: 'from', title: 'From' },
    ],
    limits.map((one) => ({
      limit: [one.code, one.subject].join(' ').trim(),
      of: one.subscriptionId === '' ? 'account' : one.subscriptionId,
      amount: one.amount === 0 ? 'none' : formatLimitAmount(one.amount, one.unit),
      action: one.amount === 0 ? '' : one.action,
      levels: formatLimitLevels(one.levels, one.unit),
      from: one.from,
    })),
  )
}
