import { expect, test } from 'vitest'
import { USE } from '../memory/balance.ts'
import { createHome, createSums, NO_SLOT, takeRecord } from '../memory/sums.ts'
import { addSessionTake, SESSION, sessionTakes } from './session-record.ts'
import { addSession, createSessionTable, findSession } from './session-table.ts'

const SESSIONS_COUNT = 5000
const seen = { startMs: 0, pricing: 0 }

test('each of many sessions is found by its key in its own use, and no other is', () => {
  const [sums, home, table] = [createSums(), createHome(), createSessionTable()]
  const uses = [0, 1].map(() => takeRecord(sums, home, [NO_SLOT]))
  const slots = uses.map((useSlot) =>
    Array.from({ length: SESSIONS_COUNT }, (_, number) =>
      addSession(table, sums, home, { ...seen, useSlot, key: `s${number}` }),
    ),
  )
  const found = uses.map((useSlot) =>
    Array.from({ length: SESSIONS_COUNT }, (_, number) =>
      findSession(table, sums, useSlot, `s${number}`),
    ),
  )
  expect(found).toEqual(slots)
  expect(new Set(slots.flat()).size).toBe(2 * SESSIONS_COUNT)
  expect(findSession(table, sums, uses[0]!, `s${SESSIONS_COUNT}`)).toBe(NO_SLOT)
  expect(findSession(table, sums, NO_SLOT, 's0')).toBe(NO_SLOT)
})

test('the sessions of a use are linked, the last one first', () => {
  const [sums, home, table] = [createSums(), createHome(), createSessionTable()]
  const useSlot = takeRecord(sums, home, [NO_SLOT])
  const first = addSession(table, sums, home, { ...seen, useSlot, key: 'a' })
  const last = addSession(table, sums, home, { ...seen, useSlot, key: 'b' })
  expect(sums.values[useSlot + USE.lastSession]).toBe(last)
  expect(sums.values[last + SESSION.previous]).toBe(first)
  expect(sums.values[first + SESSION.previous]).toBe(NO_SLOT)
})

test('what a session takes is added up by balance', () => {
  const [sums, home, table] = [createSums(), createHome(), createSessionTable()]
  const useSlot = takeRecord(sums, home, [NO_SLOT])
  const session = addSession(table, sums, home, { ...seen, useSlot, key: 'a' })
  expect(sessionTakes(sums.values, session)).toEqual([])
  for (const [keyNumber, quantity] of [
    [7, 1],
    [3, 2],
    [9, 3],
    [3, 4],
    [7, 5],
  ] as const) {
    // prettier-ignore
    addSessionTake(sums, home, session, keyNumber, quantity)
  }
  expect(sessionTakes(sums.values, session)).toEqual([
    { keyNumber: 7, quantity: 6 },
    { keyNumber: 3, quantity: 6 },
    { keyNumber: 9, quantity: 3 },
  ])
})
