/** Limits from a CSV file: each row is set as if by hand, from now on, and audited. */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory, LimitSetting } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { readLevels } from '../../limits/limit-levels.ts'
import type { ImportCounts, ImportOptions } from '../store/import-directory.ts'
import { importLimits, isSameValue, limitIdentity } from './import-limits.ts'
import { checkLimitAmount, limitUnitOf } from './limit-rules.ts'
import { readLimitSettings } from '../store/load-directory.ts'
import type { OperationsStore } from '../../postgres/operations-store.ts'
import { readDirectoryCsv } from '../document/read-directory-csv.ts'

/**
 * Columns: code, subject, one of account, subscription and partner, amount, action, from. All rows
 * or none; a row that says what holds already changes nothing.
 */
export async function importLimitsCsv(
  store: OperationsStore,
  context: { directory: Directory; catalogue: Catalogue },
  path: string,
  options: ImportOptions,
): Promise<ImportCounts> {
  const { directory } = await readDirectoryCsv(path, 'limits', context.directory)
  const wrong = directory.limits.flatMap((setting) => problemsOf(setting, context.catalogue))
  if (wrong.length > 0) throw new TikError('limit_invalid', wrong.join('\n'))
  return store.transaction(async (sql) => {
    const before = await readLimitSettings(sql)
    const open = new Map(
      before
        .filter(({ toMs }) => toMs === Infinity)
        .map((setting) => [limitIdentity(setting), setting]),
    )
    const isNew = (setting: LimitSetting): boolean => {
      const current = open.get(limitIdentity(setting))
      return current === undefined || !isSameValue(current, setting)
    }
    const after = directory.limits
      .filter(isNew)
      .map((setting) => ({ ...setting, fromMs: setting.fromMs || options.atMs }))
    const counts = await importLimits(options.dryRun ? undefined : sql, { before, after }, options)
    return { ...counts, unchanged: directory.limits.length - after.length + counts.unchanged }
  })
}

function problemsOf(setting: LimitSetting, catalogue: Catalogue): string[] {
  const { code, subject, amount, scopeId } = setting
  try {
    const unit = limitUnitOf(code, subject, catalogue)
    const { everyAmount } = readLevels(setting.levels ?? '')
    checkLimitAmount(setting, { amount, unit: amount === 0 ? undefined : unit }, catalogue)
    checkLimitAmount(setting, { amount: everyAmount, unit }, catalogue)
    return []
  } catch (error) {
    if (!(error instanceof TikError)) throw error
    return [`${code} of ${scopeId}: ${error.message}`]
  }
}
