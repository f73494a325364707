/**
 * Modules of subscriptions as CSV: `subscription,module,from,to`. A row adds a module to what its
 * subscription has already; one with the same module and the same `from` replaces it, for an end date.
 */
import { z } from 'zod'
import type { Directory, ModuleAssignment, Subscription } from '../../core/accounts/accounts.ts'
import type { DirectoryContent } from './build-directory.ts'
import { assertNoCsvProblems, readCsvRows } from './csv-rows.ts'
import type { DocumentProblem } from './located-document.ts'
import { isLocalMoment, validityOf } from '../local-moment.ts'

const moment = z
  .string()
  .refine(isLocalMoment, 'a date is "2026-03-01", a moment "2026-03-01T14:30"')
  .optional()
const rowSchema = z.strictObject({
  subscription: z.string('which subscription'),
  module: z.string('which module').regex(/^[^|\s\p{Cc}]+$/u, 'an id has no spaces and no "|"'),
  from: moment,
  to: moment,
})

/** Throws `accounts_invalid` with one line for each problem, of all rows at once. */
export async function readModulesCsv(path: string, known: Directory): Promise<DirectoryContent> {
  const rows = await readCsvRows(path)
  const problems: DocumentProblem[] = []
  const subscriptions = new Map(known.subscriptions.map((one) => [one.subscriptionId, one]))
  const changed = new Map<string, Subscription>()
  for (const [index, { record }] of rows.entries()) {
    const filled = Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== ''))
    const parsed = rowSchema.safeParse(filled)
    if (!parsed.success) {
      const issues = parsed.error.issues
      problems.push(...issues.map((issue) => ({ ...issue, path: [index, ...issue.path] })))
      continue
    }
    const { subscription: id, module: moduleId, ...written } = parsed.data
    const subscription = changed.get(id) ?? subscriptions.get(id)
    const account = known.accounts.get(subscription?.accountId ?? '')
    if (subscription === undefined || account === undefined) {
      problems.push({ path: [index, 'subscription'], message: `there is no subscription "${id}"` })
      continue
    }
    const validity = validityOf(written, account.timeZone, subscription.activatedMs)
    if (validity.toMs <= validity.fromMs) {
      problems.push({ path: [index, 'to'], message: 'it ends before it begins' })
      continue
    }
    const modules = withModule(subscription.modules, { moduleId, ...validity })
    changed.set(id, { ...subscription, modules })
  }
  assertNoCsvProblems(path, rows, problems)
  const empty = {
    partners: new Map(),
    accounts: new Map(),
    groups: new Map(),
    users: [],
    limits: [],
  }
  const directory = { ...empty, subscriptions: [...changed.values()] }
  return { directory, oneOffCharges: [], webhooks: [] }
}

function withModule(
  modules: readonly ModuleAssignment[],
  added: ModuleAssignment,
): ModuleAssignment[] {
  const others = modules.filter(
    ({ moduleId, fromMs }) => moduleId !== added.moduleId || fromMs !== added.fromMs,
  )
  return [...others, added]
}
