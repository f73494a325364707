/** Amounts with units, as the owner of a catalogue writes them. */
import { expect, test } from 'vitest'
import { measureOf, parseQuantity } from './quantity.ts'

test.each`
  text                    | measure      | units        | quantity
  ${'300 min'}            | ${'voice'}   | ${'binary'}  | ${18_000}
  ${'45s'}                | ${'voice'}   | ${'binary'}  | ${45}
  ${'1.5 h'}              | ${'voice'}   | ${'binary'}  | ${5400}
  ${'1 KB'}               | ${'data'}    | ${'binary'}  | ${1024}
  ${'1 MB'}               | ${'data'}    | ${'binary'}  | ${1_048_576}
  ${'5 GB'}               | ${'data'}    | ${'binary'}  | ${5_368_709_120}
  ${'5 GB'}               | ${'data'}    | ${'decimal'} | ${5_000_000_000}
  ${'0.5 GB'}             | ${'data'}    | ${'binary'}  | ${536_870_912}
  ${'100 sms'}            | ${'message'} | ${'binary'}  | ${100}
  ${'12.50 EUR'}          | ${'money'}   | ${'binary'}  | ${12_500_000}
  ${'9007199254740991 s'} | ${'voice'}   | ${'binary'}  | ${9_007_199_254_740_991}
`('$text is $quantity', ({ text, measure, units, quantity }) => {
  expect(parseQuantity(text, measure, units)).toBe(quantity)
})

test.each`
  text             | measure      | says
  ${'5 GB'}        | ${'voice'}   | ${'is no duration'}
  ${'300'}         | ${'voice'}   | ${'is no duration'}
  ${'-5 min'}      | ${'voice'}   | ${'is no duration'}
  ${'300 min'}     | ${'data'}    | ${'is no volume'}
  ${'5 gb'}        | ${'data'}    | ${'is no volume'}
  ${'0.3 s'}       | ${'voice'}   | ${'no whole number of seconds'}
  ${'1.5 sms'}     | ${'message'} | ${'no whole number of messages'}
  ${'99999999 TB'} | ${'data'}    | ${'too large'}
  ${'12.50 USD'}   | ${'money'}   | ${'is no amount'}
`('$text as $measure: $says', ({ text, measure, says }) => {
  expect(parseQuantity(text, measure, 'binary')).toContain(says)
})

test('the unit tells what is measured', () => {
  const texts = ['300 min', '5 GB', '100 sms', '5.00 EUR', '3 apples']
  expect(texts.map(measureOf)).toEqual(['voice', 'data', 'message', 'money', undefined])
})
