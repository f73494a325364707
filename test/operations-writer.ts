/** A process that writes 1, 2, 3, … and confirms each to its parent, until it is killed: for tests. */
import { z } from 'zod'
import { openOperations } from '../src/postgres/operations-store.ts'

const store = await openOperations({ folder: process.argv[2] ?? '' })
const [last] = await store.query(
  'SELECT coalesce(max(n), 0) AS n FROM written',
  [],
  z.object({ n: z.int() }),
)
for (let n = (last?.n ?? 0) + 1; n < 1_000_000; n++) {
  await store.execute('INSERT INTO written VALUES ($1)', [n])
  process.send?.(n)
}
