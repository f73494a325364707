import { expect, test } from 'vitest'
import { differencesOf } from './differences-of.ts'

const since = Date.parse('2026-11-01T00:00:00Z')
const before = {
  label: 'desk',
  terminatedMs: Infinity,
  identities: [{ kind: 'number', value: '+31612345678', fromMs: since, toMs: Infinity }],
}

test('each field that is other is named with both values, instants as people read them', () => {
  expect(differencesOf('S1', before, { ...before, label: '', terminatedMs: since })).toEqual([
    'S1.label: desk → -',
    'S1.terminatedMs: - → 2026-11-01T00:00:00.000Z',
  ])
  expect(differencesOf('S1', before, { ...before })).toEqual([])
})

test('of a list only what left it and what came is said', () => {
  const [identity] = before.identities
  const identities = [identity, { ...identity, value: '+31612345679' }]
  expect(differencesOf('S1', before, { ...before, identities })).toEqual([
    'S1.identities: + { kind number, value +31612345679, fromMs 2026-11-01T00:00:00.000Z, toMs - }',
  ])
  expect(differencesOf('S1', before, { ...before, identities: [] })).toEqual([
    'S1.identities: - { kind number, value +31612345678, fromMs 2026-11-01T00:00:00.000Z, toMs - }',
  ])
})
