/** A party in UBL. */
import type { ElectronicParty } from './electronic-invoice.ts'
import type { PartyIdentifier } from './party-identifiers.ts'
import { group, leaf, type XmlElement } from './xml.ts'

export function ublParty(party: ElectronicParty): XmlElement | undefined {
  return group('cac:Party', [
    identifier('cbc:EndpointID', party.endpoint),
    group('cac:PartyIdentification', [leaf('cbc:ID', party.customerNumber)]),
    group('cac:PostalAddress', [
      leaf('cbc:StreetName', party.street),
      leaf('cbc:CityName', party.city),
      leaf('cbc:PostalZone', party.postcode),
      group('cac:Country', [leaf('cbc:IdentificationCode', party.country)]),
    ]),
    party.vatId === ''
      ? undefined
      : group('cac:PartyTaxScheme', [leaf('cbc:CompanyID', party.vatId), vatScheme()]),
    group('cac:PartyLegalEntity', [
      leaf('cbc:RegistrationName', party.name),
      party.legalId && identifier('cbc:CompanyID', party.legalId),
    ]),
    group('cac:Contact', [leaf('cbc:ElectronicMail', party.email)]),
  ])
}

export function vatScheme(): XmlElement | undefined {
  return group('cac:TaxScheme', [leaf('cbc:ID', 'VAT')])
}

function identifier(name: string, { scheme, value }: PartyIdentifier): XmlElement | undefined {
  return leaf(name, value, scheme === '' ? {} : { schemeID: scheme })
}
