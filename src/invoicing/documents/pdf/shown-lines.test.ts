/** What stands on paper of a period that became a credit note. */
import { expect, test } from 'vitest'
import { inventedCreditNotes } from '../../../../test/doubles/invented-credit-notes.ts'
import { shownLines } from './shown-lines.ts'

test('what was used is not turned on paper, and a gift is no minus one times a minus', () => {
  const note = inventedCreditNotes().get('negative total: a goodwill')
  if (note === undefined) throw new Error('there is such a credit note')
  const [stored] = note.lines.filter((line) => line.section === 'usage' && line.amountMicros !== 0)
  expect(stored).toMatchObject({ count: -57, quantity: -4389, amountMicros: -69_350_000 })
  expect(shownLines(note, 'usage')[0]).toMatchObject({
    count: 57,
    quantity: 4389,
    amountMicros: -69_350_000,
  })
  expect(note.lines.find(({ section }) => section === 'one-off')).toMatchObject({
    quantity: -1,
    unitPriceMicros: -500_000_000,
  })
  expect(shownLines(note, 'one-off')).toMatchObject([
    { quantity: 1, unitPriceMicros: 500_000_000, amountMicros: 500_000_000 },
  ])
  expect(shownLines(note, 'recurring')).toEqual(
    note.lines.filter(({ section }) => section === 'recurring'),
  )
})
