/**
 * Codes that price the numbers of another country too, because the deck has no longer code for it: `1` of
 * the United States, and a call to the Bahamas costs what a call to New York does.
 */

export interface CoveredCountry {
  readonly code: string
  readonly destination: string
  /** Of the code itself. */
  readonly country: string
  /** Whose numbers it prices too. */
  readonly otherCountry: string
  /** The other country's prefixes that begin with the code and have no code of their own. */
  readonly prefixesCount: number
  readonly example: string
}

export interface CountryPrefix {
  readonly prefix: string
  readonly country: string
}

/**
 * `prefixes` are sorted as text. `pricedBy` is the code of the deck that prices the numbers of a prefix,
 * '' for none.
 */
export function coveredCountries(
  named: Iterable<readonly [code: string, destination: string]>,
  prefixes: readonly CountryPrefix[],
  {
    countryOf,
    pricedBy,
  }: {
    readonly countryOf: (code: string) => string
    readonly pricedBy: (prefix: string) => string
  },
): CoveredCountry[] {
  const covered: CoveredCountry[] = []
  for (const [code, destination] of named) {
    const country = countryOf(code)
    if (country === '') continue
    const others = new Map<string, string[]>()
    for (let at = firstAtLeast(prefixes, code); at < prefixes.length; at += 1) {
      const { prefix, country: otherCountry } = prefixes[at]!
      if (!prefix.startsWith(code)) break
      if (prefix === code || otherCountry === country || otherCountry === '') continue
      if (pricedBy(prefix) === code)
        others.set(otherCountry, [...(others.get(otherCountry) ?? []), prefix])
    }
    for (const [otherCountry, some] of others) {
      const example = some[0] ?? ''
      covered.push({
        code,
        destination,
        country,
        otherCountry,
        prefixesCount: some.length,
        example,
      })
    }
  }
  return covered
}

/** Position of the first prefix that is not before the text. */
function firstAtLeast(prefixes: readonly CountryPrefix[], text: string): number {
  let [low, high] = [0, prefixes.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (prefixes[middle]!.prefix < text) low = middle + 1
    else high = middle
  }
  return low
}
