/** A small company for tests that span stages: two VoIP users and a SIM, and the parts to rate them. */
import { loadCatalogue } from '../src/catalogue/load-catalogue.ts'
import type { Catalogue } from '../src/catalogue/catalogue.ts'
import type { Directory } from '../src/core/accounts/accounts.ts'
import { buildDirectory } from '../src/directory/document/build-directory.ts'
import { directoryDocumentSchema } from '../src/directory/document/directory-schema.ts'

export const SMALL_COMPANY = {
  partners: [
    {
      id: 'P1',
      legalName: 'Testpartner B.V.',
      address: { street: 'Straat 1', postcode: '1000 AA', city: 'Amsterdam', country: 'NL' },
    },
  ],
  accounts: [
    {
      id: 'A1',
      partner: 'P1',
      legalName: 'Klein Bedrijf B.V.',
      address: { street: 'Laan 2', postcode: '2000 BB', city: 'Haarlem', country: 'NL' },
      country: 'NL',
    },
  ],
  subscriptions: [
    {
      id: 'V1',
      account: 'A1',
      product: 'voip',
      activated: '2026-01-01',
      numbers: ['+31201234567'],
      plans: ['voip-basic'],
    },
    {
      id: 'V2',
      account: 'A1',
      product: 'voip',
      activated: '2026-01-01',
      numbers: ['+31201234568'],
      plans: ['voip-flat'],
    },
    {
      id: 'M1',
      account: 'A1',
      product: 'mobile',
      activated: '2026-01-01',
      numbers: ['+31612345678'],
      plans: ['mobile-go'],
    },
  ],
}

export function smallCompany(): Directory {
  const { content, problems } = buildDirectory(directoryDocumentSchema.parse(SMALL_COMPANY))
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  return content.directory
}

export function sampleCatalogue(): Promise<Catalogue> {
  return loadCatalogue('fixtures/catalogue')
}

/** A line of Asterisk's cdr-csv with 21 columns: an outgoing call of `billsec` seconds. */
export function asteriskLine(call: {
  from: string
  to: string
  start: string
  billsec: number
  uniqueid: string
}): string {
  const { from, to, start, billsec, uniqueid } = call
  const times = [start, start, start].map((time) => `"${time}"`)
  return [
    '""',
    `"${from}"`,
    `"${to}"`,
    '"outbound"',
    `"""Test"" <${from}>"`,
    '"PJSIP/phone-1"',
    '"PJSIP/carrier-2"',
    '"Dial"',
    '"PJSIP/carrier"',
    ...times,
    billsec,
    billsec,
    '"ANSWERED"',
    '"DOCUMENTATION"',
    `"${uniqueid}"`,
    '""',
    '""',
    `"${uniqueid}"`,
    '1',
  ].join(',')
}
