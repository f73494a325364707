import fc from 'fast-check'
import { Partitioners } from 'kafkajs'
import { expect, test } from 'vitest'
import { partitionOfKey } from './key-partition.ts'

test('a key goes to the partition that the client itself, and so Java, would choose', () => {
  const choose = Partitioners.DefaultPartitioner()
  const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({
    partitionId,
    leader: 1,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
  }))
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (key) => {
      const theirs = choose({ topic: 'usage', partitionMetadata, message: { key, value: '' } })
      expect(partitionOfKey(key, partitionMetadata.length)).toBe(theirs)
    }),
  )
})
