import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLog } from '../core/watch/log.ts'
import { closeWithin, withinDrainTime } from './drain.ts'

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

test('a client that hangs or fails while it closes is left behind, and said so', async () => {
  const lines: string[] = []
  const log = createLog('warn', (line) => void lines.push(line))
  await closeWithin({ close: () => Promise.resolve() }, log, 10)
  expect(lines).toEqual([])
  await closeWithin({ close: () => new Promise(() => undefined) }, log, 10)
  await closeWithin({ close: () => Promise.reject(new Error('gone')) }, log, 10)
  expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
    expect.stringContaining('not done within 10 ms'),
    'gone',
  ])
})
