import { expect, test } from 'vitest'
import { addStrayed, noteAnotherRate, strayedUnits, type StrayedUnits } from './strayed-units.ts'

const SESSION = 7

test('what a session used at rates that it had before stands by their rates, until it has one again', () => {
  const strayed: StrayedUnits = new Map()
  noteAnotherRate(strayed, SESSION, { from: 'a', to: 'b', quantity: 10 })
  expect([...strayedUnits(strayed, SESSION)]).toEqual([['a', 10]])
  noteAnotherRate(strayed, SESSION, { from: 'b', to: 'c', quantity: 15 })
  expect([...strayedUnits(strayed, SESSION)]).toEqual([
    ['a', 10],
    ['b', 5],
  ])
  noteAnotherRate(strayed, SESSION, { from: 'c', to: 'a', quantity: 15 })
  expect([...strayedUnits(strayed, SESSION)]).toEqual([['b', 5]])
  expect([...strayedUnits(strayed, SESSION + 1)]).toEqual([])
})

test('rows that come back from the ledger add up, and what is nothing is not kept', () => {
  const strayed: StrayedUnits = new Map()
  addStrayed(strayed, SESSION, 'a', 4)
  addStrayed(strayed, SESSION, 'a', -4)
  noteAnotherRate(strayed, SESSION + 1, { from: 'a', to: 'b', quantity: 0 })
  expect(strayed.size).toBe(0)
})
