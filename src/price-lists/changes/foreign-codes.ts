/** Codes of a destination that lie in another country than most of it: a slip that prices other calls. */

export interface ForeignCode {
  readonly code: string
  readonly destination: string
  /** Where the code is. */
  readonly country: string
  /** Where most codes of the destination are. */
  readonly usualCountry: string
}

/**
 * `countryOf` gives the country of a code's numbers, '' where it is not known. A destination whose
 * codes lie in many countries (ships, satellites, a whole zone) has no usual one.
 */
export function foreignCodes(
  named: Iterable<readonly [code: string, destination: string]>,
  countryOf: (code: string) => string,
): ForeignCode[] {
  const byDestination = new Map<string, { code: string; country: string }[]>()
  for (const [code, destination] of named) {
    const country = countryOf(code)
    if (country === '' || destination === '') continue
    const same = byDestination.get(destination)
    if (same === undefined) byDestination.set(destination, [{ code, country }])
    else same.push({ code, country })
  }
  return [...byDestination].flatMap(([destination, codes]) => {
    const counts = Map.groupBy(codes, ({ country }) => country)
    const [usualCountry = '', most = []] =
      [...counts].toSorted(([, left], [, right]) => right.length - left.length)[0] ?? []
    if (most.length * 4 <= codes.length * 3) return []
    return codes
      .filter(({ country }) => country !== usualCountry)
      .map((each) => ({ ...each, destination, usualCountry }))
  })
}
