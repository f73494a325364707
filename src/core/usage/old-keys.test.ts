import { expect, test } from 'vitest'
import { isSameCrossing, isSameTakeKey, scopedCrossing, scopedTakeKey } from './old-keys.ts'

test.each([
  ['pool|team|20758', 'A', 'pool|team|20758|group'],
  ['pool|team|20758', 'team', 'pool|team|20758|self'],
  ['pool|team|20758|subscription', 'A', 'pool|team|20758|subscription'],
])('a take %s of %s is read as %s', (key, subscriptionId, expected) => {
  expect(scopedTakeKey(key, subscriptionId)).toBe(expected)
})

test.each([
  ['group-bundle|team|pool|80|8|10', 'A', 'group-bundle|team|pool|group|80|8|10'],
  ['group-bundle|team|pool|80|8|10', 'team', 'group-bundle|team|pool|self|80|8|10'],
  ['sms-bundle|A|texts|100|8|8', 'A', 'sms-bundle|A|texts|self|100|8|8'],
  ['account-total|acc||100@5|6|5', 'A', 'account-total|acc||account|100@5|6|5'],
  ['voip-total|A||100@5|6|5', 'A', 'voip-total|A||account|100@5|6|5'],
  ['roaming-spend|A||80@5|6|5', 'A', 'roaming-spend|A||subscription|80@5|6|5'],
  ['sim-cap|A|data|subscription|100@5|6|5', 'A', 'sim-cap|A|data|subscription|100@5|6|5'],
])('a crossing %s of %s is read as %s', (entry, subscriptionId, expected) => {
  expect(scopedCrossing(entry, subscriptionId)).toBe(expected)
})

test.each([
  ['own|A|1', 'own|A|1|subscription', true],
  ['own|A|1|group', 'own|A|1|subscription', false],
  ['own|A|1', 'own|A|11|subscription', false],
  ['own|A|1|group', 'own|A|1|group', true],
])('a stored take %s says the same as %s: %s', (stored, key, isSame) => {
  expect(isSameTakeKey(stored, key)).toBe(isSame)
})

test.each([
  ['sim-cap|A|data|100@5|6|5', 'sim-cap|A|data|subscription|100@5|6|5', true],
  ['sim-cap|A|data|100@5|6|5', 'sim-cap|A|data|subscription|100@5|7|5', false],
  ['sim-cap|A|data|group|100@5|6|5', 'sim-cap|A|data|subscription|100@5|6|5', false],
])('a stored crossing %s says the same as %s: %s', (stored, entry, isSame) => {
  expect(isSameCrossing(stored, entry)).toBe(isSame)
})
