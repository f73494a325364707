import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Field, Kind } from '../../core/usage/field.ts'
import { USAGE_FIELDS, type Usage } from '../../core/usage/usage.ts'
import { fromUsageMessage, namesUnknown, toUsageMessage } from './usage-message.ts'

const log = { source: 'usage', partition: 3 }
const indexes = { subscriptionIndex: (id: string) => id.length, callTypeIndex: () => 7 }

/** Anything that a broken file can hold: control characters and halves of pairs too. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) })
const count = fc.nat(Number.MAX_SAFE_INTEGER)
const byKind: Readonly<Record<Kind, fc.Arbitrary<unknown>>> = {
  text: anyText,
  category: fc.string(),
  number: count,
  quantity: count,
  money: count,
  instant: fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2149, 0, 1) - 1 }),
  day: count,
  partition: count,
  partNumber: fc.nat({ max: 2 ** 31 - 1 }),
  texts: fc.array(anyText),
  quantities: fc.array(count),
  flag: fc.boolean(),
  index: fc.constant(-1),
}
const usages = fc
  .record({ ...valuesOfKinds(), usageId: fc.string({ minLength: 1, unit: 'grapheme' }) })
  // What mediation let through names a subscription and a call type; only then is nothing added.
  .map((usage) =>
    usage.rejectReason === '' && usage.unbillableReason === ''
      ? { ...usage, subscriptionId: `S${usage.subscriptionId}`, callType: `T${usage.callType}` }
      : usage,
  )
  .map((usage) => ({
    ...usage,
    subscriptionIndex: usage.subscriptionId === '' ? -1 : usage.subscriptionId.length,
    callTypeIndex: usage.callType === '' ? -1 : 7,
  }))

function valuesOfKinds() {
  const entries = Object.entries<Field>(USAGE_FIELDS).map(([name, { holds }]) => {
    return [name, typeof holds === 'string' ? byKind[holds] : fc.constantFrom(...holds)]
  })
  return Object.fromEntries(entries) as { [Name in keyof Usage]: fc.Arbitrary<Usage[Name]> }
}

function read(text: string, offset = 12) {
  const message = { offset, key: '', value: Buffer.from(text), timestampMs: 0 }
  return fromUsageMessage(message, log, indexes)
}

test('a usage comes back as it was written, with the indexes of the reader', () => {
  fc.assert(
    fc.property(usages, (usage) => {
      expect(read(toUsageMessage(usage).value)).toEqual(usage)
    }),
  )
})

test('what says why it is not charged is written whole, of what is charged nothing of it', () => {
  const charged = read(CHARGED)
  expect(JSON.parse(toUsageMessage(charged).value)).toHaveLength(23)
  for (const alone of [
    { rejectReason: 'served_unknown' } as const,
    { unbillableReason: 'internal_leg' } as const,
    { detail: 'why' },
    { raw: 'a;b' },
  ]) {
    const usage = { ...charged, ...alone }
    expect(JSON.parse(toUsageMessage(usage).value)).toHaveLength(27)
    expect(read(toUsageMessage(usage).value)).toEqual(usage)
  }
})

test('what was added since is sent only where there is any, so that builds before read the rest', () => {
  const charged = read(CHARGED)
  for (const alone of [{ recordAmount: '2.00 EUR' }, { supplier: 'carrier' }]) {
    const usage = { ...charged, ...alone }
    expect(JSON.parse(toUsageMessage(usage).value)).toHaveLength(29)
    expect(read(toUsageMessage(usage).value)).toEqual(usage)
  }
})

/** What will be charged, as mediation sends it. */
const CHARGED = JSON.stringify(
  [2, 'src:42', 77, 'cdr-src-0', 12_000_003, 'P1', 'A1', 'S1', 'mobile', 'voice', 'out'].concat([
    'mobile-out',
    'nl',
    '+316',
    '+317',
    '+318',
    '',
    1_793_234_234_000,
    61,
    0,
    61,
    '',
    0,
  ]),
)
const REFUSED = ['served_unknown', '', 'why', 'a;b']

function changed(places: Readonly<Record<number, unknown>>, tail: readonly unknown[] = []): string {
  const fields: unknown[] = [...JSON.parse(CHARGED), ...tail]
  for (const [at, value] of Object.entries(places)) fields[Number.parseInt(at, 10)] = value
  return JSON.stringify(fields)
}

test.each`
  at    | value                   | tail                             | rule
  ${23} | ${'stolen'}             | ${['', '', '', '']}              | ${'a reject reason of a later build'}
  ${23} | ${'toString'}           | ${['', '', '', '']}              | ${'a name that every object has'}
  ${23} | ${7}                    | ${['', '', '', '']}              | ${'a reject reason that is no word'}
  ${23} | ${null}                 | ${['', '', '', '']}              | ${'a reject reason that is nothing'}
  ${24} | ${'emergency_call'}     | ${['', '', '', '']}              | ${'an unbillable reason of a later build'}
  ${24} | ${'served_unknown'}     | ${['', '', '', '']}              | ${'a reason in the wrong place'}
  ${24} | ${'emergency_call'}     | ${REFUSED}                       | ${'an unknown word beside a known one'}
  ${8}  | ${'satellite'}          | ${[]}                            | ${'an unknown product'}
  ${9}  | ${'fax'}                | ${[]}                            | ${'an unknown kind'}
  ${10} | ${'sideways'}           | ${[]}                            | ${'an unknown direction'}
  ${10} | ${''}                   | ${[]}                            | ${'an empty direction'}
  ${20} | ${'61'}                 | ${[]}                            | ${'a quantity as text'}
  ${20} | ${61.5}                 | ${[]}                            | ${'a part of a second'}
  ${20} | ${-61}                  | ${[]}                            | ${'less than nothing'}
  ${20} | ${null}                 | ${[]}                            | ${'no quantity'}
  ${20} | ${2 ** 53}              | ${[]}                            | ${'more than can be counted'}
  ${18} | ${'61'}                 | ${[]}                            | ${'a duration as text'}
  ${19} | ${1.5}                  | ${[]}                            | ${'a part of a byte'}
  ${17} | ${'2026-10-01'}         | ${[]}                            | ${'a time as text'}
  ${17} | ${Date.UTC(2149, 0, 1)} | ${[]}                            | ${'a time that the ledger cannot hold'}
  ${22} | ${'1'}                  | ${[]}                            | ${'a part number as text'}
  ${20} | ${'61'}                 | ${REFUSED}                       | ${'a text in what was refused'}
  ${7}  | ${17}                   | ${[]}                            | ${'a subscription that is no text'}
  ${11} | ${null}                 | ${[]}                            | ${'a call type that is nothing'}
  ${23} | ${'served_unknown'}     | ${['served_unknown', '', 'why']} | ${'a field too few'}
  ${27} | ${7}                    | ${REFUSED}                       | ${'an amount that is no text'}
  ${29} | ${'more'}               | ${[...REFUSED, '', '']}          | ${'a field too many'}
`('a message is rejected for $rule, and keeps its id and text', ({ at, value, tail }) => {
  const text = changed({ [at]: value }, tail)
  expect(read(text, 99)).toMatchObject({
    rejectReason: 'malformed_record',
    unbillableReason: '',
    usageId: 'src:42',
    contentHash: 77,
    origin: 'cdr-src-0',
    originRecord: 12_000_003,
    subscriptionIndex: -1,
    product: 'none',
    kind: 'none',
    direction: 'none',
    quantity: 0,
    raw: text,
  })
  expect(read(text, 99).detail).not.toBe('')
})

test.each`
  text                                            | detail
  ${'5'}                                          | ${'no JSON object'}
  ${'null'}                                       | ${'no JSON object'}
  ${'"text"'}                                     | ${'no JSON object'}
  ${'{"id":"src:42"}'}                            | ${'no usage of a known version'}
  ${'{"v":3,"id":"src:42","s":"S1","ct":"call"}'} | ${'no usage of a known version'}
  ${changed({ 0: 3 })}                            | ${'no usage of a known version'}
  ${changed({ 1: '' })}                           | ${'no usage without an id'}
  ${changed({ 1: 42 })}                           | ${'no usage without an id'}
  ${changed({ 2: '77' })}                         | ${'contentHash is not a count: "77"'}
  ${changed({ 3: 7 })}                            | ${'origin is not text: 7'}
  ${changed({ 4: -1 })}                           | ${'originRecord is not a count: -1'}
`('what says no id has its place in the log for one, and is rejected: $text', (row) => {
  const { text, detail }: { text: string; detail: string } = row
  expect(read(text, 99)).toMatchObject({
    rejectReason: 'malformed_record',
    usageId: 'usage-3#99',
    detail,
    raw: text,
  })
})

test('the message that the others are made of is charged', () => {
  expect(read(CHARGED)).toMatchObject({ rejectReason: '', unbillableReason: '', quantity: 61 })
})

test.each(['{"v":1,"id":"src:42","x":"stolen"}', '{"v":1,"id":"src:42","u":"emergency_call"}'])(
  'an unknown word of version 1 is no default either: %s',
  (text) => {
    expect(read(text)).toMatchObject({ rejectReason: 'malformed_record', raw: text })
  },
)

test('what was refused for a quantity that is no number stays refused for it', () => {
  const fields = { 18: Number.NaN, 20: Number.NaN }
  expect(read(changed(fields, ['invalid_quantity', '', 'NaN s', 'raw']))).toMatchObject({
    rejectReason: 'invalid_quantity',
    detail: 'NaN s',
    quantity: 0,
  })
  expect(read(changed({ 20: -5 }, ['invalid_quantity', '', '-5 s', 'raw']))).toMatchObject({
    rejectReason: 'invalid_quantity',
    quantity: -5,
  })
})

test('a part number that the ledger cannot keep is malformed, and none of what was refused anyway', () => {
  expect(read(changed({ 22: 2 ** 31 - 1 }))).toMatchObject({ rejectReason: '', quantity: 61 })
  expect(read(changed({ 22: 2 ** 31 }))).toMatchObject({
    rejectReason: 'malformed_record',
    detail: 'partNumber is not a part number: 2147483648',
  })
  expect(read(changed({ 22: 2 ** 31 }, ['served_unknown', '', '', 'raw']))).toMatchObject({
    rejectReason: 'served_unknown',
    partNumber: 0,
    raw: 'raw',
  })
})

test.each`
  accountId | servedNumber | key         | rule
  ${'A1'}   | ${'+316'}    | ${'A1'}     | ${'by its account'}
  ${''}     | ${'+316'}    | ${'+316'}   | ${'by the served number when nobody was found'}
  ${''}     | ${''}        | ${'src:42'} | ${'by its id when even that is not known'}
`('usage is spread $rule', ({ accountId, servedNumber, key }) => {
  const usage = { ...read('no usage'), usageId: 'src:42', accountId, servedNumber }
  expect(toUsageMessage(usage).key).toBe(key)
})

test('what is still in a topic as version 1 is read as before', () => {
  const charged =
    '{"v":1,"id":"src:42","h":77,"r":12000003,"at":1793234234000,"sec":61,"vol":5,"q":61,"part":2,' +
    '"o":"cdr-src-0","p":"P1","a":"A1","s":"S1","ct":"mobile-out","de":"nl","f":"+316","t":"+317",' +
    '"n":"+318","net":"20404","ses":"x-1","pr":"mobile","k":"voice","dir":"out"}'
  const refused =
    '{"v":1,"id":"src:43","x":"served_unknown","u":"internal_leg","d":"why","raw":"a;b\\n"}'
  expect(read(charged)).toEqual({
    usageId: 'src:42',
    contentHash: 77,
    origin: 'cdr-src-0',
    originRecord: 12_000_003,
    rejectReason: '',
    unbillableReason: '',
    detail: '',
    raw: '',
    partnerId: 'P1',
    accountId: 'A1',
    subscriptionId: 'S1',
    subscriptionIndex: 2,
    product: 'mobile',
    kind: 'voice',
    direction: 'out',
    callType: 'mobile-out',
    callTypeIndex: 7,
    destination: 'nl',
    sender: '+316',
    receiver: '+317',
    servedNumber: '+318',
    visitedNetwork: '20404',
    startMs: 1_793_234_234_000,
    durationSeconds: 61,
    volumeBytes: 5,
    quantity: 61,
    sessionKey: 'x-1',
    partNumber: 2,
    recordAmount: '',
    supplier: '',
  })
  expect(read(refused)).toMatchObject({
    usageId: 'src:43',
    rejectReason: 'served_unknown',
    unbillableReason: 'internal_leg',
    detail: 'why',
    raw: 'a;b\n',

    accountId: '',
    product: 'none',
    kind: 'none',
    direction: 'none',
    quantity: 0,
  })
  expect(read(toUsageMessage(read(charged)).value)).toEqual(read(charged))
})

/** The first is an empty message. */
const NO_USAGES = [
  '',
  'no JSON',
  'null',
  '7',
  '{}',
  '{"v":2,"id":"x"}',
  '{"v":1}',
  '{"v":1,"id":7}',
  '[]',
  '[1,"x"]',
  '[3,"x"]',
  '[2]',
  '[2,""]',
  '[2,7]',
  '[[2,"x"]]',
]

test.each(NO_USAGES)(
  'a message %j that is no usage is rejected with its raw text and its place',
  (text) => {
    expect(read(text, 99)).toMatchObject({
      usageId: 'usage-3#99',
      rejectReason: 'malformed_record',
      raw: text,
      origin: 'usage-3',
      originRecord: 99,
    })
  },
)

test('no bytes make it throw, and none are lost without a reason', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const message = { offset: 1, key: '', value: Buffer.from(bytes), timestampMs: 0 }
      expect(fromUsageMessage(message, log, indexes).rejectReason).toBe('malformed_record')
    }),
  )
})

const NEITHER = { subscriptionIndex: -1, callTypeIndex: -1 }

test.each<[string, Partial<Usage>, boolean]>([
  ['a subscription and a call type that are known', {}, false],
  ['a subscription that is not', { subscriptionIndex: -1 }, true],
  ['a call type that is not', { callTypeIndex: -1 }, true],
  ['neither', NEITHER, true],
  ['neither, of what is rejected', { ...NEITHER, rejectReason: 'served_unknown' }, false],
  ['neither, of what is not billed', { ...NEITHER, unbillableReason: 'internal_leg' }, false],
])('whether usage waits for the directory: %s', (_rule, parts, waits) => {
  const known = { rejectReason: '', unbillableReason: '', subscriptionIndex: 0, callTypeIndex: 0 }
  expect(namesUnknown({ ...known, ...parts } as Usage)).toBe(waits)
})
