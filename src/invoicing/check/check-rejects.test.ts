import { expect, test } from 'vitest'
import type { RejectGroup } from '../../corrections/suspense/list-rejects.ts'
import type { RejectFilter } from '../../corrections/suspense/reject-filter.ts'
import { micros } from '../../core/money/money.ts'
import type { InvoiceLedger } from '../ledger/invoice-ledger.ts'
import { rejectFindings } from './check-rejects.ts'

const RANGE = { fromMs: Date.parse('2026-10-01T00:00Z'), toMs: Date.parse('2026-11-01T00:00Z') }

function group(changes: Partial<RejectGroup>): RejectGroup {
  return {
    reason: 'served_unknown',
    meaning: 'nobody has this number',
    recordsCount: 3,
    firstRecordedMs: 0,
    lastRecordedMs: 0,
    firstStartMs: 0,
    lastStartMs: 0,
    estimate: undefined,
    origins: [],
    samples: [],
    ...changes,
  }
}

async function found(groups: readonly RejectGroup[], accountIds?: readonly string[]) {
  const asked: unknown[] = []
  const ledger = {
    rejects: (filter: RejectFilter) => {
      asked.push(filter)
      return Promise.resolve(asked.length === 1 ? groups : groups.slice(0, 1))
    },
  } as unknown as InvoiceLedger
  const findings = await rejectFindings({ ledger, clock: { nowMs: () => 5 } }, RANGE, accountIds)
  return { asked, findings }
}

test('what waits is of the period, of no known time, or of before, each with the command that lists it', async () => {
  const { asked, findings } = await found([group({})])
  expect(asked).toEqual([
    { started: RANGE, accountIds: undefined },
    { started: { fromMs: 0, toMs: 1 }, accountIds: undefined },
    { started: { fromMs: 1, toMs: RANGE.fromMs }, accountIds: undefined },
  ])
  const of = { severity: 'warning', subject: 'served_unknown', count: 3, estimateMicros: undefined }
  expect(findings).toEqual([
    {
      ...of,
      code: 'open_rejects',
      text: '3 waiting: nobody has this number',
      show: 'tik rejects list --from 2026-10-01T00:00:00.000Z --to 2026-11-01T00:00:00.000Z',
    },
    {
      ...of,
      code: 'open_rejects',
      text: '3 of unknown time waiting: nobody has this number',
      show: 'tik rejects list --from 1970-01-01T00:00:00.000Z --to 1970-01-01T00:00:00.001Z',
    },
    {
      ...of,
      code: 'late_rejects',
      text: '3 of before waiting: nobody has this number',
      show: 'tik rejects list --from 1970-01-01T00:00:00.001Z --to 2026-10-01T00:00:00.000Z',
    },
  ])
})

test('an estimate is told, a reason without words is told by its name, and accounts are named', async () => {
  const estimate = { valueMicros: micros(1_500_000) } as RejectGroup['estimate']
  const { findings } = await found([group({ meaning: '', estimate })], ['a', 'b'])
  expect(findings[0]).toMatchObject({
    text: '3 waiting, about 1.50 euros: served_unknown',
    estimateMicros: 1_500_000,
    show: expect.stringMatching(/ --account a b$/),
  })
})
