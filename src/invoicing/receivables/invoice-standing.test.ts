import { expect, test } from 'vitest'
import { dayFromIso } from '../../core/time/period.ts'
import { micros, microsFromDecimal, microsToDecimal } from '../../core/money/money.ts'
import { hasStanding, STANDINGS, standingOf, type StandingFacts } from './invoice-standing.ts'

const DUE = dayFromIso('2026-11-16')

/** Of 121.00, due on 2026-11-16. */
function facts(changes: Readonly<Record<'paid' | 'credited', string>> & Partial<StandingFacts>) {
  const { paid, credited, ...rest } = changes
  return {
    kind: 'invoice',
    number: '2026-00000001',
    dueDay: DUE,
    isSent: false,
    grossMicros: microsFromDecimal('121'),
    creditedMicros: microsFromDecimal(credited),
    paidMicros: microsFromDecimal(paid),
    ...rest,
  } as const
}

test.each`
  what                                  | paid        | credited | isSent   | day             | state          | open
  ${'nothing happened yet'}             | ${'0'}      | ${'0'}   | ${false} | ${'2026-11-02'} | ${'finalised'} | ${'121.00'}
  ${'its mail left'}                    | ${'0'}      | ${'0'}   | ${true}  | ${'2026-11-16'} | ${'sent'}      | ${'121.00'}
  ${'the day after the due day'}        | ${'0'}      | ${'0'}   | ${true}  | ${'2026-11-17'} | ${'overdue'}   | ${'121.00'}
  ${'overdue without ever being sent'}  | ${'0'}      | ${'0'}   | ${false} | ${'2026-11-17'} | ${'overdue'}   | ${'121.00'}
  ${'paid in part, in time'}            | ${'21'}     | ${'0'}   | ${true}  | ${'2026-11-16'} | ${'part-paid'} | ${'100.00'}
  ${'paid in part, too late'}           | ${'21'}     | ${'0'}   | ${true}  | ${'2026-11-17'} | ${'overdue'}   | ${'100.00'}
  ${'all but a cent paid'}              | ${'120.99'} | ${'0'}   | ${true}  | ${'2026-11-17'} | ${'overdue'}   | ${'0.01'}
  ${'paid'}                             | ${'121'}    | ${'0'}   | ${true}  | ${'2027-01-01'} | ${'paid'}      | ${'0.00'}
  ${'the rest was credited'}            | ${'100'}    | ${'21'}  | ${true}  | ${'2027-01-01'} | ${'paid'}      | ${'0.00'}
  ${'credited in part'}                 | ${'0'}      | ${'21'}  | ${true}  | ${'2026-11-16'} | ${'sent'}      | ${'100.00'}
  ${'credited whole'}                   | ${'0'}      | ${'121'} | ${true}  | ${'2027-01-01'} | ${'credited'}  | ${'0.00'}
  ${'credited whole after it was paid'} | ${'121'}    | ${'121'} | ${true}  | ${'2027-01-01'} | ${'credited'}  | ${'-121.00'}
`('$what: $state, $open is open', ({ paid, credited, isSent, day, state, open }) => {
  const standing = standingOf(facts({ paid, credited, isSent }), dayFromIso(day))
  expect([standing.state, microsToDecimal(standing.openMicros, 2)]).toEqual([state, open])
})

test('what nobody owes is never open: a suppressed zero invoice, a zero one, a credit note', () => {
  const late = DUE + 100
  const none = { paid: '0', credited: '0' }
  expect(standingOf(facts({ ...none, number: '', grossMicros: micros(0) }), late)).toEqual({
    state: 'zero-suppressed',
    openMicros: 0,
  })
  expect(standingOf(facts({ ...none, grossMicros: micros(0), isSent: true }), late)).toEqual({
    state: 'sent',
    openMicros: 0,
  })
  expect(standingOf(facts({ ...none, kind: 'credit-note' }), late)).toEqual({
    state: 'finalised',
    openMicros: 0,
  })
})

test('asked for what is open, a list has what is overdue too; a dispute stands beside any state', () => {
  const overdue = standingOf(facts({ paid: '21', credited: '0' }), DUE + 1)
  const asked = (disputed: string) =>
    STANDINGS.filter((standing) => hasStanding(overdue, microsFromDecimal(disputed), standing))
  expect(asked('0')).toEqual(['open', 'overdue'])
  expect(asked('10')).toEqual(['open', 'overdue', 'disputed'])
  const paid = standingOf(facts({ paid: '121', credited: '0' }), DUE + 1)
  const standings = STANDINGS.filter((each) => hasStanding(paid, micros(0), each))
  expect(standings).toEqual(['paid'])
})
