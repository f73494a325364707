import { expect, test } from 'vitest'
import type { BillingParts } from '../run/billing.ts'
import { cutOffOf } from './cut-off.ts'
import { cutOffPublisher } from './cut-off-publisher.ts'
import type { CutOff } from './invoice-ledger.ts'

const cutOffs = new Map(
  [7, 8, 9].map((lastOffset) => {
    const cutOff = cutOffOf([{ source: 'files', partition: 1, lastOffset }])
    return [cutOff.cutOffId, cutOff]
  }),
)
const [first = '', second = '', third = ''] = cutOffs.keys()

test('the cut-offs of a span are published as they were stored: each once, and none that is known', async () => {
  const published: CutOff[] = []
  const read: unknown[] = []
  const operations = {
    query: (_text: string, [cutOffId]: readonly string[]) => {
      read.push(cutOffId)
      const { positions = [] } = cutOffs.get(cutOffId ?? '') ?? {}
      return Promise.resolve([
        {
          sources: positions.map(({ source }) => source),
          partitions: positions.map(({ partition }) => partition),
          last_offsets: positions.map(({ lastOffset }) => lastOffset),
        },
      ])
    },
  }
  const ledger = {
    publishCutOff: (cutOff: CutOff) => {
      published.push(cutOff)
      return Promise.resolve()
    },
  }
  const publish = cutOffPublisher({ operations, ledger } as unknown as BillingParts, [third])
  await publish({ cutOffId: first, lateAfterCutOffId: '' })
  await publish({ cutOffId: first, lateAfterCutOffId: third })
  await publish({ cutOffId: second, lateAfterCutOffId: first })
  expect(read).toEqual([first, second])
  expect(published).toEqual([cutOffs.get(first), cutOffs.get(second)])
})
