/**
 * Numbers that check themselves: VAT ids, IBANs and numbers in a register. A wrong digit is found before it
 * stands on an invoice. Each function says what is wrong, for a person; undefined where nothing is.
 */

/** The form of a VAT id in each country of the EU, after the country (XI: Northern Ireland). */
const VAT_FORMS: Readonly<Record<string, RegExp>> = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  EL: /^\d{9}$/,
  ES: /^[A-Z0-9]\d{7}[A-Z0-9]$/,
  FI: /^\d{8}$/,
  FR: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^\d[A-Z0-9+*]\d{5}[A-Z]{1,2}$/,
  IT: /^\d{11}$/,
  LT: /^(\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^\d{9}B\d{2}$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{10}01$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
  XI: /^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/,
}
const ANY_VAT_FORM = /^[A-Z]{2}[A-Z0-9+*]{2,13}$/

export function vatIdProblem(written: string): string | undefined {
  const vatId = compactNumber(written)
  if (vatId === '') return undefined
  const [country, rest] = [vatId.slice(0, 2), vatId.slice(2)]
  const form = VAT_FORMS[country]
  if (form === undefined) {
    return ANY_VAT_FORM.test(vatId)
      ? undefined
      : `"${written}" is no VAT id: it begins with the country, such as NL`
  }
  if (!form.test(rest)) return `"${written}" has not the form of a VAT id of ${country}`
  const isRight =
    country === 'NL' ? isDutchVatId(vatId) : country === 'BE' ? isEnterpriseNumber(rest) : true
  return isRight ? undefined : `"${written}" has a wrong check digit`
}

/** In the register of the party's country: KVK or OIN (NL), KBO/BCE (BE); of others nothing is known. */
export function registrationNumberProblem(written: string, country: string): string | undefined {
  const number = compactNumber(written)
  if (number === '') return undefined
  if (country === 'NL') {
    const isRight = /^(\d{8}|\d{20})$/.test(number)
    return isRight ? undefined : `"${written}" is no KVK number of 8 digits, nor an OIN of 20`
  }
  if (country !== 'BE') return undefined
  const digits = number.replace(/^BE/, '')
  if (!/^[01]\d{9}$/.test(digits)) {
    return `"${written}" is no KBO number: ten digits, the first 0 or 1`
  }
  return isEnterpriseNumber(digits) ? undefined : `"${written}" has a wrong check digit`
}

/** Characters of an IBAN by country, of those in SEPA. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AL28 AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GI23 GR27 HR21 HU28 ' +
    'IE22 IS26 IT27 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MT31 NL18 NO15 PL28 PT25 RO24 RS22 SE24 ' +
    'SI19 SK24 SM27 VA22'
  )
    .split(' ')
    .map((each) => [each.slice(0, 2), Number.parseInt(each.slice(2), 10)]),
)

export function ibanProblem(written: string): string | undefined {
  const iban = compactNumber(written)
  if (iban === '') return undefined
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return `"${written}" is no IBAN`
  const country = iban.slice(0, 2)
  const length = IBAN_LENGTHS[country] ?? iban.length
  if (iban.length !== length) {
    return `"${written}" has ${iban.length} characters; an IBAN of ${country} has ${length}`
  }
  const isRight = remainder97(iban.slice(4) + iban.slice(0, 4)) === 1
  return isRight ? undefined : `"${written}" has a wrong check digit`
}

/**
 * A SEPA creditor identifier (EPC262-08): country, check digits over the national id and the country by ISO 7064, three
 * characters of a business that nothing checks, national id.
 */
export function creditorIdProblem(written: string): string | undefined {
  const id = compactNumber(written)
  const [, country = '', digits = '', national = ''] =
    /^([A-Z]{2})(\d{2})[A-Z0-9]{3}([A-Z0-9]{1,28})$/.exec(id) ?? []
  if (country === '') return `"${written}" is no creditor identifier such as NL13ZZZ012345670000`
  const isRight = remainder97(national + country + digits) === 1
  return isRight ? undefined : `"${written}" has a wrong check digit`
}

/** Ten digits, of which the last two check the others. */
export function isEnterpriseNumber(digits: string): boolean {
  if (!/^[01]\d{9}$/.test(digits)) return false
  return (
    97 - (Number.parseInt(digits.slice(0, 8), 10) % 97) === Number.parseInt(digits.slice(8), 10)
  )
}

/** Without the dots, dashes and blanks that people write. */
export function compactNumber(written: string): string {
  return written.replaceAll(/[\s./-]/g, '').toUpperCase()
}

/** Of a company its nine digits check themselves (mod 11); of a sole trader the whole id does (mod 97). */
function isDutchVatId(vatId: string): boolean {
  const digits = digitsOf(vatId.slice(2, 11))
  const sum = digits.slice(0, 8).reduce((total, digit, at) => total + digit * (9 - at), 0)
  return sum % 11 === digits[8] || remainder97(vatId) === 1
}

/** Letters count as two digits, A = 10; digit by digit, as the number is longer than exact numbers. */
function remainder97(text: string): number {
  const digits = text.replaceAll(/[A-Z]/g, (letter) => String(Number.parseInt(letter, 36)))
  return digitsOf(digits).reduce((rest, digit) => (rest * 10 + digit) % 97, 0)
}

function digitsOf(text: string): number[] {
  return text.split('').map(Number)
}
