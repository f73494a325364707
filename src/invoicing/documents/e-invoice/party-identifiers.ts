/**
 * What identifies a party in e-invoices, from its registration number and VAT id: the electronic address
 * by which Peppol finds it, and its number in the register. Numbers that cannot be right are none.
 */
import type { Party } from '../../../core/accounts/accounts.ts'
import { compactNumber, isEnterpriseNumber } from '../../../core/text/check-digits.ts'

export interface PartyIdentifier {
  /** Of the lists ISO 6523 ICD and Peppol EAS; '' where the register has none there. */
  readonly scheme: string
  readonly value: string
}

const KBO = '0208'
const KVK = '0106'
const OIN = '0190'
const NL_VAT = '9944'
const BE_VAT = '9925'

/**
 * The register's number before the VAT id. Whoever is established in Belgium is in Peppol by enterprise
 * number, which is that of the VAT id too; the Belgian VAT scheme is for those who only have a VAT id there.
 */
export function endpointOf(
  party: Party,
  /** That the customer wants, where it said. */
  wanted?: PartyIdentifier,
): PartyIdentifier | undefined {
  if (wanted !== undefined) return wanted
  const legalId = legalIdOf(party)
  if (legalId !== undefined && legalId.scheme !== '') return legalId
  const vatId = vatIdOf(party)
  if (vatId.startsWith('NL')) return { scheme: NL_VAT, value: vatId }
  if (vatId.startsWith('BE')) return { scheme: BE_VAT, value: vatId }
  return undefined
}

/** In the register of its country. */
export function legalIdOf(party: Party): PartyIdentifier | undefined {
  const number = compactNumber(party.registrationNumber)
  switch (party.address.country) {
    case 'NL':
      if (/^\d{8}$/.test(number)) return { scheme: KVK, value: number }
      return /^\d{20}$/.test(number) ? { scheme: OIN, value: number } : undefined
    case 'BE': {
      const value = [number, compactNumber(party.vatId)]
        .map((each) => each.replace(/^BE/, ''))
        .find(isEnterpriseNumber)
      return value === undefined ? undefined : { scheme: KBO, value }
    }
    default:
      return number === '' ? undefined : { scheme: '', value: number }
  }
}

/** As the law writes it, with its country; '' when there is none or it cannot be right. */
export function vatIdOf({ vatId }: Pick<Party, 'vatId'>): string {
  const written = compactNumber(vatId)
  const country = written.slice(0, 2)
  const isRight =
    country === 'NL'
      ? /^NL\d{9}B\d{2}$/.test(written)
      : country === 'BE'
        ? isEnterpriseNumber(written.slice(2))
        : /^[A-Z]{2}[A-Z0-9+*]{2,13}$/.test(written)
  return isRight ? written : ''
}
