import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { withinDrainTime } from './drain.ts'

test('work that is done in time is awaited, with its failure', async () => {
  const done: string[] = []
  await withinDrainTime(
    sleep(5).then(() => done.push('done')),
    1_000,
  )
  expect(done).toEqual(['done'])
  const failure = new Error('broken')
  await expect(withinDrainTime(Promise.reject(failure), 1_000)).rejects.toBe(failure)
})

test('work that takes longer is left behind with an error', async () => {
  await expect(withinDrainTime(sleep(10_000, undefined, { ref: false }), 5)).rejects.toMatchObject({
    code: 'interrupted',
  })
})
