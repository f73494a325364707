/** The two months that are billed: commands in their order, each at its time. */
import { join } from 'node:path'
import { NUMBERS } from './company.ts'
import type { Place } from './place.ts'

export interface Step {
  readonly name: string
  readonly clockMs: number
  /** Done before anything is disturbed: its end is kept, and the others begin there. */
  readonly isBefore?: true
  /** Left alone: nothing comes after it that could mend it. */
  readonly isLast?: true
  argv(place: Place): readonly string[]
  /** What a second call is told when the first was killed after it had done all. */
  readonly refusal?: RegExp
}

const words = (text: string) => () => text.split(' ')
const credit = (number: string, ...how: readonly string[]) => {
  return () => ['bill', 'credit', number, '--reason', 'Niet juist', ...how]
}

const STEPS: readonly (Omit<Step, 'clockMs'> & { readonly at: string })[] = [
  {
    name: 'accounts',
    at: '2026-11-01T06:00Z',
    isBefore: true,
    argv: ({ company }) => ['accounts', 'import', company.accounts],
  },
  {
    name: 'calls',
    at: '2026-12-01T06:00Z',
    isBefore: true,
    argv: ({ company }) => ['ingest', '--format', 'asterisk', company.calls],
  },
  {
    name: 'run of September',
    at: '2026-12-01T06:30Z',
    isBefore: true,
    argv: words('bill run --period 2026-09'),
  },
  { name: 'run', at: '2026-12-01T07:00Z', argv: words('bill run --period 2026-10') },
  { name: 'mails', at: '2026-12-01T08:00Z', argv: words('alerts send') },
  {
    name: 'credit of lines',
    at: '2026-12-01T09:00Z',
    argv: credit(NUMBERS.part, '--lines', '1'),
    refusal: /more than is left of line 1/,
  },
  {
    name: 'credit of an amount',
    at: '2026-12-01T10:00Z',
    argv: credit(NUMBERS.part, '--amount', '1.25', '--line', '2'),
    refusal: /credits the same already/,
  },
  {
    name: 'credit of the whole',
    at: '2026-12-01T11:00Z',
    argv: credit(NUMBERS.whole),
    refusal: /is credited already/,
  },
  {
    name: 'invoice anew',
    at: '2026-12-01T12:00Z',
    argv: credit(NUMBERS.anew, '--reissue'),
    refusal: /is reissued already/,
  },
  {
    name: 'bank statement',
    at: '2026-12-01T13:00Z',
    argv: ({ company }) => ['bill', 'payments', 'import', company.statement],
  },
  {
    name: 'one leaves',
    at: '2026-12-01T14:00Z',
    argv: ({ company }) => ['accounts', 'import', company.accountsAfter],
  },
  {
    name: 'run with a negative total',
    at: '2026-12-15T07:00Z',
    argv: words('bill run --period 2026-11'),
  },
  {
    name: 'e-invoices',
    at: '2026-12-15T08:00Z',
    argv: ({ dataFolders: [folder] }) => [
      'bill',
      'deliver',
      '--period',
      '2026-11',
      '--to',
      join(folder, 'outbox'),
    ],
  },
  { name: 'reminders', at: '2027-01-10T07:00Z', argv: words('bill remind') },
  { name: 'later mails', at: '2027-01-10T08:00Z', argv: words('alerts send') },
  // A mail that was leaving when its run was killed is claimed for some minutes.
  { name: 'last mails', isLast: true, at: '2027-01-10T09:00Z', argv: words('alerts send') },
]

export const MONTHS: readonly Step[] = STEPS.map(({ at, ...step }) => ({
  ...step,
  clockMs: Date.parse(at),
}))
export const MONTHS_END_MS = Date.parse('2027-01-10T10:00Z')
