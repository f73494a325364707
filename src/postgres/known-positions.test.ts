import { expect, test } from 'vitest'
import { knownPositions } from './known-positions.ts'
import { openTestOperations } from '../../test/doubles/test-operations.ts'

test('the newest cut-off and what alerts have read say how far the logs went', async () => {
  await using operations = await openTestOperations()
  const { store } = operations
  expect(await knownPositions(store)).toEqual([])
  await store.script(`
    INSERT INTO billing_cut_offs VALUES
      ('old', '{files}', '{1}', '{9}'), ('new', '{files,rerate}', '{1,2}', '{19,3}');
    INSERT INTO billing_runs (period, cut_off_id, started_ms)
      VALUES ('2026-09', 'old', 0), ('2026-10', 'new', 0);
    INSERT INTO alert_positions VALUES ('usage', 1, 7, 0)`)
  expect(await knownPositions(store)).toEqual([
    { source: 'files', partition: 1, nextOffset: 20 },
    { source: 'rerate', partition: 2, nextOffset: 4 },
    { source: 'usage', partition: 1, nextOffset: 7 },
  ])
})
