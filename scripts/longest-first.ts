/**
 * Starts the test files that take longest first, so that no worker sits alone with one at the end.
 * Vitest orders by size in a clean clone, and the longest tests are short files.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Longest first, by what they do: start processes, a broker, a month of invoices. */
const LONG_FILES = [
  'test/kill.test.ts',
  'test/kafka.test.ts',
  'src/invoicing/run/run-billing.test.ts',
  'src/invoicing/settle/settle-periods.test.ts',
  'test/verify.test.ts',
  'test/pairing.test.ts',
  'test/suspense.test.ts',
  'src/alerts/dispatch-alerts.test.ts',
  'test/alerts/alert-scenarios.test.ts',
  'test/folders.test.ts',
  'test/provisioning.test.ts',
  'src/postgres/operations-store.test.ts',
  'src/store-server/store-server.test.ts',
  'test/simulation.test.ts',
  'src/ledger/ledger-kill.test.ts',
  'test/tour.test.ts',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((left, right) => rank(left.moduleId) - rank(right.moduleId))
  }
}

function rank(path: string): number {
  const index = LONG_FILES.findIndex((name) => path.endsWith(name))
  return index === -1 ? LONG_FILES.length : index
}
