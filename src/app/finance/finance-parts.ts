/** What finance works with, over opened stores. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { createFinanceLedger } from '../../finance/at/finance-ledger.ts'
import { loadFinanceFile, NO_FINANCE_FILE, type FinanceFile } from '../../finance/finance-file.ts'
import type { FinanceParts } from '../../finance/finance-parts.ts'
import { openBillingParts } from '../billing-parts.ts'
import type { Stores } from '../stores.ts'

export async function openFinanceParts(
  stores: Stores,
  clock: Clock = systemClock,
): Promise<FinanceParts> {
  return {
    ...(await openBillingParts(stores, clock)),
    usage: createFinanceLedger(stores.clickhouse),
    revenue: financeFileOf(stores).revenue,
  }
}

/** What the bookkeeper said; nothing where there is no file. Throws `config_invalid` for mistakes in it. */
export function financeFileOf({ config, folder }: Stores): FinanceFile {
  const file = config.financeFile ?? join(folder.path, 'finance.yaml')
  const isThere = existsSync(file) || config.financeFile !== undefined
  return isThere ? loadFinanceFile(file) : NO_FINANCE_FILE
}
