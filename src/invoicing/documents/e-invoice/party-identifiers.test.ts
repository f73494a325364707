import { expect, test } from 'vitest'
import { endpointOf, legalIdOf, vatIdOf } from './party-identifiers.ts'

const written = (id: ReturnType<typeof legalIdOf>) =>
  id === undefined ? 'none' : [id.scheme, id.value].filter(Boolean).join(' ')

test.each`
  country | registration              | vatId                 | endpoint                       | legal
  ${'NL'} | ${'01234567'}             | ${'NL001234567B01'}   | ${'0106 01234567'}             | ${'0106 01234567'}
  ${'NL'} | ${'00000001234567890000'} | ${''}                 | ${'0190 00000001234567890000'} | ${'0190 00000001234567890000'}
  ${'NL'} | ${''}                     | ${'nl 001234567.b01'} | ${'9944 NL001234567B01'}       | ${'none'}
  ${'NL'} | ${'1234567'}              | ${''}                 | ${'none'}                      | ${'none'}
  ${'NL'} | ${''}                     | ${'NL12345678B01'}    | ${'none'}                      | ${'none'}
  ${'BE'} | ${'0999.999.922'}         | ${''}                 | ${'0208 0999999922'}           | ${'0208 0999999922'}
  ${'BE'} | ${''}                     | ${'BE 0999.999.922'}  | ${'0208 0999999922'}           | ${'0208 0999999922'}
  ${'BE'} | ${'0999999923'}           | ${'BE0888888895'}     | ${'0208 0888888895'}           | ${'0208 0888888895'}
  ${'BE'} | ${'0999999923'}           | ${'BE0999999923'}     | ${'none'}                      | ${'none'}
  ${'DE'} | ${'HRB 12345'}            | ${'BE0999999922'}     | ${'9925 BE0999999922'}         | ${'HRB12345'}
  ${'DE'} | ${'HRB 12345'}            | ${'NL001234567B01'}   | ${'9944 NL001234567B01'}       | ${'HRB12345'}
  ${'DE'} | ${'HRB 12345'}            | ${'DE123456789'}      | ${'none'}                      | ${'HRB12345'}
  ${'NL'} | ${''}                     | ${''}                 | ${'none'}                      | ${'none'}
`(
  '$country $registration $vatId: $endpoint, registered $legal',
  ({ country, registration, vatId, endpoint, legal }) => {
    const party = {
      legalName: 'Iemand',
      address: { street: 'Straat 1', postcode: '1000', city: 'Stad', country },
      vatId,
      registrationNumber: registration,
    }
    expect(written(endpointOf(party))).toBe(endpoint)
    expect(written(legalIdOf(party))).toBe(legal)
  },
)

test.each`
  typed                   | vatId
  ${'NL 0012.34.567.B01'} | ${'NL001234567B01'}
  ${'BE0999999922'}       | ${'BE0999999922'}
  ${'BE0999999921'}       | ${''}
  ${'FR12345678901'}      | ${'FR12345678901'}
  ${'12345678'}           | ${''}
  ${'n/a'}                | ${''}
`('the VAT id $typed is $vatId', ({ typed, vatId }) => {
  expect(vatIdOf({ vatId: typed })).toBe(vatId)
})
