import { expect, test } from 'vitest'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { cutOffPublisher } from './cut-off-publisher.ts'
import { cutOffOf, readCutOff } from './cut-off.ts'
import type { CutOff, InvoiceLedger, LogPosition } from './invoice-ledger.ts'

const at = (source: string, partition: number, lastOffset = 7): LogPosition => ({
  source,
  partition,
  lastOffset,
})
const IN_ORDER = [at('a', 2), at('a', 10), at('b', 1), at('b', 3)]

/** As the table has it. */
function storing(positions: readonly LogPosition[] | undefined): SqlRunner {
  const row = positions && {
    sources: positions.map((each) => each.source),
    partitions: positions.map((each) => each.partition),
    last_offsets: positions.map((each) => each.lastOffset),
  }
  return { query: () => Promise.resolve(row === undefined ? [] : [row]) } as unknown as SqlRunner
}

test('a cut-off is known by its positions, in whatever order they are told', () => {
  const known = cutOffOf(IN_ORDER)
  const others = [IN_ORDER.toReversed(), [2, 0, 3, 1].flatMap((index) => IN_ORDER[index] ?? [])]
  for (const positions of others) {
    expect(cutOffOf(positions)).toEqual(known)
  }
  expect(known.positions).toEqual(IN_ORDER)
  expect(cutOffOf(IN_ORDER.slice(1)).cutOffId).not.toBe(known.cutOffId)
  expect(cutOffOf([at('a', 1, 8)]).cutOffId).not.toBe(cutOffOf([at('a', 1, 7)]).cutOffId)
})

test('a cut-off that is not as it was stored is refused', async () => {
  const { cutOffId } = cutOffOf(IN_ORDER)
  expect((await readCutOff(storing(IN_ORDER), cutOffId)).positions).toEqual(IN_ORDER)
  for (const changed of [IN_ORDER.slice(1), [at('a', 2, 8), ...IN_ORDER.slice(1)], undefined]) {
    await expect(readCutOff(storing(changed), cutOffId)).rejects.toMatchObject({
      code: 'invoice_invalid',
      hint: 'restore the operations store from its backup',
    })
  }
})

test('a cut-off is published once in a command, and none where there is none', async () => {
  const published: CutOff[] = []
  const ledger = {
    publishCutOff: (cutOff: CutOff) => {
      published.push(cutOff)
      return Promise.resolve()
    },
  } as unknown as InvoiceLedger
  const operations = storing(IN_ORDER) as Parameters<typeof cutOffPublisher>[0]['operations']
  const cutOff = cutOffOf(IN_ORDER)
  const { cutOffId } = cutOff
  const publish = cutOffPublisher({ operations, ledger })
  await publish({ cutOffId, lateAfterCutOffId: '' })
  await publish({ cutOffId: '', lateAfterCutOffId: cutOffId })
  expect(published).toEqual([cutOff])
  await cutOffPublisher({ operations, ledger }, [cutOffId])({ cutOffId, lateAfterCutOffId: '' })
  expect(published).toHaveLength(1)
})
