/** Where e-invoices are delivered: an identifier in one of the schemes of Peppol that are used here. */
import { compactNumber, isEnterpriseNumber, vatIdProblem } from './check-digits.ts'

/** GLN, KVK, OIN, KBO, and VAT ids of Belgium, Germany and the Netherlands. */
export const ELECTRONIC_SCHEMES = ['0088', '0106', '0190', '0208', '9925', '9930', '9944'] as const

export interface ElectronicAddress {
  readonly scheme: (typeof ELECTRONIC_SCHEMES)[number]
  readonly value: string
}

/** What is wrong, for a person; undefined where nothing is. */
export function electronicAddressProblem({ scheme, value }: ElectronicAddress): string | undefined {
  if (compactNumber(value) !== value) return `"${value}" is written without blanks, dots and dashes`
  if (isOfScheme(scheme, value)) return undefined
  return `"${value}" is no identifier of scheme ${scheme}`
}

function isOfScheme(scheme: ElectronicAddress['scheme'], value: string): boolean {
  switch (scheme) {
    case '0088':
      return isGlobalLocation(value)
    case '0106':
      return /^\d{8}$/.test(value)
    case '0190':
      return /^\d{20}$/.test(value)
    case '0208':
      return isEnterpriseNumber(value)
    case '9925':
      return value.startsWith('BE') && vatIdProblem(value) === undefined
    case '9930':
      return value.startsWith('DE') && vatIdProblem(value) === undefined
    case '9944':
      break
  }
  return value.startsWith('NL') && vatIdProblem(value) === undefined
}

/** Thirteen digits of GS1, of which the last checks the others: they weigh 1 and 3 in turn. */
function isGlobalLocation(value: string): boolean {
  if (!/^\d{13}$/.test(value)) return false
  const sum = value.split('').reduce((total, digit, at) => {
    return total + Number.parseInt(digit, 10) * (at % 2 === 0 ? 1 : 3)
  }, 0)
  return sum % 10 === 0
}
