/**
 * Countries, and the zones that networks are in. A country stands for all its mobile country codes
 * and for the TADIG codes that begin with its three letters; a network by itself is an exception.
 */
import type { Validity } from '../../core/accounts/accounts.ts'
import { endAtNextStart } from './build-context.ts'
import type { BuildContext, Path } from './build-context.ts'
import type { Country, NetworkZone } from '../catalogue.ts'
import { linePlace } from '../read/catalogue-problem.ts'
import type { Declaration, Place } from '../read/catalogue-problem.ts'
import type { ZoneDeclaration } from '../read/read-catalogue-folder.ts'

export function buildCountries({ folder, problems }: BuildContext): Map<string, Country> {
  const countries = new Map<string, Country>()
  const countryByCode = new Map<string, string>()
  for (const { file, line, cells } of folder.countryRows) {
    const place = linePlace(file, line)
    const { country = '', alpha3 = '', name = '', mcc = '' } = cells
    if (!/^[A-Z]{2}$/.test(country) || !/^[A-Z]{3}$/.test(alpha3)) {
      const message = `"${country}", "${alpha3}" are no ISO codes of two and three capitals`
      problems.error(place, [], message)
    }
    if (countries.has(country)) problems.error(place, [], `${country} is in the table twice`)
    const codes = mcc.split(' ').filter((code) => code !== '')
    for (const code of codes) {
      if (!/^\d{3}$/.test(code)) problems.error(place, [], `"${code}" is no mobile country code`)
      const other = countryByCode.get(code)
      if (other !== undefined) problems.error(place, [], `${code} is already that of ${other}`)
      countryByCode.set(code, country)
    }
    countries.set(country, { country, alpha3, name, mobileCountryCodes: codes })
  }
  return countries
}

interface Member extends Validity {
  readonly zoneId: string
  /** A network, or a country. */
  readonly key: string
  readonly place: Place
  readonly path: Path
}

export function buildZones(
  context: BuildContext,
  countries: ReadonlyMap<string, Country>,
): NetworkZone[] {
  const inCountries: Member[] = []
  const inNetworks: Member[] = []
  for (const declaration of context.folder.zones) {
    const { given, id, place } = declaration
    if (id === 'home' || id === 'national' || context.folder.isDeclared('destinationZones', id)) {
      const message = `the zone "${id}" has a name that is taken; choose another`
      context.problems.error(place, [], message)
    }
    inCountries.push(...countryMembers(declaration, countries, context))
    inNetworks.push(
      ...given.networks.map((entry, index) => {
        const dated = typeof entry === 'string' ? { network: entry } : entry
        const path = ['networks', index]
        const validity = context.validityOf(dated, place, path)
        return { ...validity, zoneId: id, key: dated.network, place, path }
      }),
    )
  }
  const endedCountries = endOverlaps(inCountries, context)
  const endedNetworks = endOverlaps(inNetworks, context)
  return context.folder.zones.map(({ id }) => {
    const own = endedCountries.filter((member) => member.zoneId === id)
    const networks = endedNetworks.filter((member) => member.zoneId === id)
    return {
      zoneId: id,
      members: [
        ...networks.map(({ key, fromMs, toMs }) => ({ network: key, fromMs, toMs })),
        ...own.flatMap(({ key, fromMs, toMs }) =>
          networksOf(countries.get(key)).map((network) => ({ network, fromMs, toMs })),
        ),
      ],
      countries: own.map(({ key, fromMs, toMs }) => ({ country: key, fromMs, toMs })),
    }
  })
}

function countryMembers(
  { id, given, place }: Declaration<ZoneDeclaration>,
  countries: ReadonlyMap<string, Country>,
  context: BuildContext,
): Member[] {
  return given.countries.map((entry, index) => {
    const dated = typeof entry === 'string' ? { country: entry } : entry
    const path = ['countries', index]
    if (!countries.has(dated.country)) {
      const message = `zone ${id}: the table of countries has no ${dated.country}`
      context.problems.error(place, path, message)
    }
    const validity = context.validityOf(dated, place, path)
    return { ...validity, zoneId: id, key: dated.country, place, path }
  })
}

function networksOf(country: Country | undefined): string[] {
  if (country === undefined) return []
  return [...country.mobileCountryCodes, `TADIG:${country.alpha3}`]
}

/** One country or network is in one zone at a time: the entry that starts later wins. */
function endOverlaps(members: readonly Member[], { problems }: BuildContext): Member[] {
  const where = ({ place, path }: Member) => `${place.file}:${place.lineOf(path)}`
  const byKey = Map.groupBy(members, (member) => member.key)
  return [...byKey.values()].flatMap((group) =>
    endAtNextStart(group, {
      overlap: (earlier, later) =>
        problems.warn(
          earlier.place,
          [...earlier.path, 'until'],
          `${earlier.key} is in zone ${earlier.zoneId} and from ${where(later)} ` +
            `also in ${later.zoneId}, which wins`,
        ),
      ambiguous: (earlier, later) =>
        problems.error(
          later.place,
          later.path,
          `${later.key} is in zone ${later.zoneId} and, by ${where(earlier)}, ` +
            `in ${earlier.zoneId} from the same date`,
        ),
    }),
  )
}
