import { expect, test } from 'vitest'
import { billingProgress, rateText } from './billing-progress.ts'

test('progress begins with the first account, and tells count and rate', () => {
  const told: string[] = []
  const talk = {
    remark() {},
    startProgress: (title: string, total: number) => {
      told.push(`${title} ${total}`)
      return {
        update: (done: number, note: string) => void told.push(`${done} ${note.split(',')[0]}`),
        stop: () => void told.push('stop'),
      }
    },
  }
  {
    using progress = billingProgress(talk, 'invoices')
    progress.update({ count: 1, total: 3 })
    progress.update({ count: 2, total: 3 })
  }
  expect(told).toEqual(['invoices 3', '1 1 of 3 accounts', '2 2 of 3 accounts', 'stop'])
})

test('a run of nothing shows no progress', () => {
  const talk = {
    remark() {},
    startProgress: () => {
      throw new Error('there is nothing to show')
    },
  }
  using _ = billingProgress(talk, 'invoices')
})

test.each([
  [0, 0, ''],
  [25, 2_000, ', 12.5/s'],
  [1, 30_000, ', 0/s'],
])('%i accounts in %i ms', (count, elapsedMs, text) => {
  expect(rateText(count, elapsedMs)).toBe(text)
})
