import { expect, test } from 'vitest'
import { createLog } from '../core/watch/log.ts'
import { openReferenceData } from './reference-data.ts'

const log = createLog('error', () => undefined)

function source() {
  const state = { version: 1, loads: 0, isAway: false, failure: 'unset' }
  const parts = {
    log,
    refreshMs: 60_000,
    onCheck: (failure: string) => void (state.failure = failure),
    version: () =>
      state.isAway ? Promise.reject(new Error('away')) : Promise.resolve(state.version),
    load: () => Promise.resolve({ load: (state.loads += 1) }),
  }
  return { state, parts }
}

test('it is loaded again only when the version grew, and is the same object until then', async () => {
  const { state, parts } = source()
  using reference = await openReferenceData(parts)
  const first = reference.current
  expect(await reference.refresh()).toBe(first)
  state.version = 2
  expect(await reference.refresh()).toEqual({ load: 2 })
  expect(reference.current).not.toBe(first)
})

test('while the store is away the last snapshot stays, and the failure is told', async () => {
  const { state, parts } = source()
  using reference = await openReferenceData(parts)
  const first = reference.current
  state.isAway = true
  state.version = 2
  expect(await reference.refresh()).toBe(first)
  expect(state.failure).toBe('away')
  state.isAway = false
  expect(await reference.refresh()).toEqual({ load: 2 })
  expect(state.failure).toBe('')
})

test('looks at the same time are one look', async () => {
  const { state, parts } = source()
  using reference = await openReferenceData(parts)
  state.version = 2
  await Promise.all([reference.refresh(), reference.refresh(), reference.refresh()])
  expect(state.loads).toBe(2)
})

test('a process that has nothing else to do does not stay for the next look', async () => {
  const before = timersCount()
  using reference = await openReferenceData(source().parts)
  expect(reference.current).toEqual({ load: 1 })
  expect(timersCount()).toBe(before)
})

function timersCount(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
}
